"""Render one piece: every part and file of it that the public would get."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from publisher.rendering.feeds import atom, json_feed, rss
from publisher.rendering.markdown import to_page
from publisher.rendering.model import CARD, Card, Ingredients, MediaFile, Rendering
from publisher.rendering.site import body
from publisher.rendering.sound import Sound, Soundbite
from publisher.workspace.config import Config
from publisher.workspace.people import Person
from publisher.workspace.pieces import Episode, Post, guid_of

__all__ = ["Sound", "Soundbite", "render_episode", "render_post"]


def render_episode(
    episode: Episode, config: Config, people: Mapping[str, Person], sound: Sound, files: Iterable[MediaFile]
) -> Rendering:
    """An episode's page body, feed item and card; `files` are what comes with the master, each by its role.

    people: at least everyone of the episode, by id. The artwork must be there; all others need not.
    """
    media = _by_role([sound.audio, *files])
    show = config.shows[episode.show]
    card = replace(
        _card(episode, show.guid, people, media),
        division=episode.matter.division or show.division,
        show=episode.show,
        number=episode.matter.number,
        # Apps take 0 for "unknown".
        duration=max(1, round(sound.duration)),
        picture=media["artwork"].key,
        audio=sound.audio.key,
    )
    parts = Ingredients(config, people, card, media)
    return _rendering(
        parts,
        {body.PART: body.episode_body(episode, parts, sound), rss.PART: rss.rss_item(episode, parts, sound)},
    )


def render_post(post: Post, config: Config, people: Mapping[str, Person], files: Iterable[MediaFile]) -> Rendering:
    """A post's page body, feed entries and card; `files` are its picture (as `artwork`) and those in its text."""
    media = _by_role(files)
    card = _card(post, config.house.guid, people, media)
    parts = Ingredients(config, people, card, media)
    content = to_page(post.text, parts.base, lambda name: parts.base + media[name].key)
    return _rendering(
        parts,
        {
            body.PART: body.post_body(post, parts),
            atom.PART: atom.atom_entry(post, parts, content),
            json_feed.PART: json_feed.json_item(post, parts, content),
        },
    )


def _card(piece: Episode | Post, parent: UUID, people: Mapping[str, Person], media: Mapping[str, MediaFile]) -> Card:
    """What any piece has. parent: as `guid_of` takes it."""
    matter = piece.matter
    return Card(
        kind=piece.kind,
        slug=piece.slug,
        title=matter.title,
        summary=matter.summary,
        date=matter.date.isoformat(),
        guid=guid_of(piece, parent),
        people=tuple(people[id_].name for id_ in piece.people),
        tags=tuple(matter.tags),
        division=matter.division,
        show=None,
        number=None,
        duration=None,
        picture=media["artwork"].key if "artwork" in media else None,
        audio=None,
        publish_at=_said(matter.publish_at),
        unpublish_at=_said(matter.unpublish_at),
    )


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _by_role(files: Iterable[MediaFile]) -> dict[str, MediaFile]:
    return {file.role.removeprefix("picture:"): file for file in files}


def _rendering(made_of: Ingredients, parts: Mapping[str, bytes]) -> Rendering:
    # The same picture may be shown twice; it goes to the public once.
    files = {file.key: file for file in made_of.media.values()}
    return Rendering({CARD: made_of.card.to_bytes(), **parts}, tuple(files[key] for key in sorted(files)))
