"""Render one piece: every part and file of it that the public would get."""

from collections.abc import Iterable, Mapping
from datetime import datetime

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
    card = Card(
        kind=episode.kind,
        slug=episode.slug,
        title=episode.matter.title,
        summary=episode.matter.summary,
        date=episode.matter.date.isoformat(),
        guid=guid_of(episode, config.shows[episode.show].guid),
        people=tuple(people[id_].name for id_ in episode.people),
        tags=tuple(episode.matter.tags),
        division=episode.matter.division or config.shows[episode.show].division,
        show=episode.show,
        number=episode.matter.number,
        # Apps take 0 for "unknown".
        duration=max(1, round(sound.duration)),
        picture=media["artwork"].key,
        audio=sound.audio.key,
        publish_at=_said(episode.matter.publish_at),
        unpublish_at=_said(episode.matter.unpublish_at),
    )
    parts = Ingredients(config, people, card, media)
    return _rendering(
        parts,
        {body.PART: body.episode_body(episode, parts, sound), rss.PART: rss.rss_item(episode, parts, sound)},
    )


def render_post(post: Post, config: Config, people: Mapping[str, Person], files: Iterable[MediaFile]) -> Rendering:
    """A post's page body, feed entries and card; `files` are its picture (as `artwork`) and those in its text."""
    media = _by_role(files)
    card = Card(
        kind=post.kind,
        slug=post.slug,
        title=post.matter.title,
        summary=post.matter.summary,
        date=post.matter.date.isoformat(),
        guid=guid_of(post, config.house.guid),
        people=tuple(people[id_].name for id_ in post.people),
        tags=tuple(post.matter.tags),
        division=post.matter.division,
        show=None,
        number=None,
        duration=None,
        picture=media["artwork"].key if "artwork" in media else None,
        audio=None,
        publish_at=_said(post.matter.publish_at),
        unpublish_at=_said(post.matter.unpublish_at),
    )
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


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _by_role(files: Iterable[MediaFile]) -> dict[str, MediaFile]:
    return {file.role.removeprefix("picture:"): file for file in files}


def _rendering(made_of: Ingredients, parts: Mapping[str, bytes]) -> Rendering:
    # The same picture may be shown twice; it goes to the public once.
    files = {file.key: file for file in made_of.media.values()}
    return Rendering({CARD: made_of.card.to_bytes(), **parts}, tuple(files[key] for key in sorted(files)))
