"""An episode's item in the podcast feed (docs/feed-rules.md, rules 20 to 32)."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import Any

from feedgen.feed import FeedGenerator

from publisher.rendering.feeds.podcasting20 import (
    Podcasting20EntryExtension,
    Podcasting20Extension,
    Tag,
    Tags,
    podcast,
)
from publisher.rendering.feeds.xml import canonical, parse
from publisher.rendering.markdown import to_notes
from publisher.rendering.model import Card, Ingredients, MediaFile
from publisher.rendering.sound import Sound
from publisher.rendering.transcripts import public_transcripts
from publisher.workspace.fields import LINE_CHARACTERS
from publisher.workspace.pieces import Episode

PART = "item.rss.xml"
ENCODINGS = {"audio": "MP3", "alternate": "AAC"}
"""What apps offer to choose from: its name for people, by the role of the file. The first is the enclosure itself."""


def new_generator() -> Any:  # noqa: ANN401 - feedgen has no types
    """A feedgen generator that knows iTunes and Podcasting 2.0."""
    feed = FeedGenerator()
    feed.load_extension("podcast", atom=False, rss=True)
    feed.register_extension("podcasting20", Podcasting20Extension, Podcasting20EntryExtension, atom=False, rss=True)
    return feed


def rss_item(episode: Episode, parts: Ingredients, sound: Sound) -> bytes:
    """The item in exclusive canonical XML."""
    card, base = parts.card, parts.base
    feed = new_generator()
    feed.title("-")
    feed.link(href=base)
    feed.description("-")
    entry = feed.add_entry()
    entry.title(card.title)
    entry.guid(card.guid, permalink=False)
    entry.link(href=base + card.page)
    entry.pubDate(episode.matter.date)
    entry.description(card.summary)
    entry.content(to_notes(episode.text, base) or f"<p>{escape(card.summary)}</p>", type="CDATA")
    audio = parts.media["audio"]
    entry.enclosure(base + audio.key, str(audio.digest.size), audio.content_type)
    _itunes(entry.podcast, episode, card, base)
    tags = entry.podcasting20.tags
    _podcasting20(tags, episode, parts)
    _encodings(tags, parts, sound.duration)
    _soundbites(tags, sound)
    return canonical(parse(feed.rss_str()).find("channel/item"))


def _itunes(itunes: Any, episode: Episode, card: Card, base: str) -> None:  # noqa: ANN401 - feedgen has no types
    itunes.itunes_author(_authors(card.people))
    itunes.itunes_duration(card.duration)
    itunes.itunes_episode_type(episode.matter.type)
    if card.picture:
        itunes.itunes_image(base + card.picture)
    if episode.matter.number:
        itunes.itunes_episode(episode.matter.number)
    if episode.matter.season:
        itunes.itunes_season(episode.matter.season)


def _authors(names: Sequence[str]) -> str:
    """Everyone's names, or, where they are more than a value may hold (feed rule 3), the first one's."""
    everyone = ", ".join(names)
    return everyone if len(everyone) <= LINE_CHARACTERS else f"{names[0]} and others"


def _podcasting20(tags: Tags, episode: Episode, parts: Ingredients) -> None:
    show, media, base = parts.config.shows[episode.show], parts.media, parts.base
    tags.explicit(explicit=episode.matter.explicit or show.explicit)
    # Persons of an item replace the channel's, so the host is repeated in each (feed rule 30).
    for id_ in episode.people:
        person = parts.people[id_]
        role = "host" if id_ in episode.hosts else "guest"
        tags.tag("person", person.name, {"role": role, "href": person.url or ""})
    language = show.language or parts.config.house.language
    for format_, file in public_transcripts(media):
        tags.tag("transcript", None, {"url": base + file.key, "type": format_.media_type, "language": language})
    if chapters := media.get("chapters"):
        tags.tag("chapters", None, {"url": base + chapters.key, "type": chapters.content_type})


def _encodings(tags: Tags, parts: Ingredients, duration: float) -> None:
    """The same sound in each of its encodings, the enclosure's first, each with its digest (feed rule 31)."""
    for role, name in ENCODINGS.items():
        if file := parts.media.get(role):
            said = {
                "type": file.content_type,
                "length": str(file.digest.size),
                # What the network must carry on average, the cover and the words in the file included.
                "bitrate": str(round(file.digest.size * 8 / duration)),
                "title": name,
                "default": "true" if role == "audio" else "false",
            }
            source = podcast("source", None, {"uri": parts.base + file.key})
            tags.tag("alternateEnclosure", None, said, [source, _integrity(file)])


def _integrity(file: MediaFile) -> Tag:
    """The digest as browsers write it (https://www.w3.org/TR/SRI/)."""
    value = b64encode(bytes.fromhex(file.digest.sha256)).decode()
    return podcast("integrity", None, {"type": "sri", "value": f"sha256-{value}"})


def _soundbites(tags: Tags, sound: Sound) -> None:
    for bite in sound.soundbites:
        tags.tag(
            "soundbite", bite.title, {"startTime": str(round(bite.start, 3)), "duration": str(round(bite.duration, 3))}
        )
