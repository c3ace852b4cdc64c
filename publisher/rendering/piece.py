"""Render one piece: every part and file of it that the public would get."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from publisher.rendering.feeds import atom, json_feed, rss
from publisher.rendering.markdown import to_page
from publisher.rendering.model import Card, MediaFile, Rendering, guid_of
from publisher.rendering.site import body
from publisher.transcript.model import Transcript
from publisher.workspace.config import Config
from publisher.workspace.people import Person
from publisher.workspace.pieces import Episode, Post

CARD = "card.json"


@dataclass(frozen=True)
class Sound:
    """What there is to hear of an episode."""

    audio: MediaFile
    """The tagged master."""
    duration: float
    """Seconds."""
    transcript: Transcript | None


def render_episode(
    episode: Episode, config: Config, people: Mapping[str, Person], sound: Sound, files: Iterable[MediaFile]
) -> Rendering:
    """An episode's page body, feed item and card; `files` are its transcript, chapters, artwork and pictures."""
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
        duration=round(sound.duration),
        picture=media["artwork"].key,
        audio=sound.audio.key,
    )
    return _rendering(
        card,
        media,
        {
            body.PART: body.episode_body(episode, config, people, card, media, sound.transcript),
            rss.PART: rss.rss_item(episode, config, people, card, media),
        },
    )


def render_post(post: Post, config: Config, people: Mapping[str, Person], files: Iterable[MediaFile]) -> Rendering:
    """A post's page body, feed entries and card; `files` are its pictures."""
    media = _by_role(files)
    base = config.house.url
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
    )
    content = to_page(post.text, base, lambda name: base + media[name].key)
    return _rendering(
        card,
        media,
        {
            body.PART: body.post_body(post, config, card, media),
            atom.PART: atom.atom_entry(post, card, base, content),
            json_feed.PART: json_feed.json_item(post, card, base, content),
        },
    )


def _by_role(files: Iterable[MediaFile]) -> dict[str, MediaFile]:
    """By role; pictures in the text, of which there may be many, by the name that the text uses (`picture:NAME`)."""
    return {file.role.removeprefix("picture:"): file for file in files}


def _rendering(card: Card, media: Mapping[str, MediaFile], parts: Mapping[str, bytes]) -> Rendering:
    files = sorted({file.key: file for file in media.values()}.values(), key=lambda file: file.key)
    return Rendering({CARD: card.to_bytes(), **parts}, tuple(files))
