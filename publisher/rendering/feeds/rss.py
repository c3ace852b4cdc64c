"""An episode's item in the podcast feed (docs/feed-rules.md, rules 20 to 32)."""

from collections.abc import Mapping
from typing import Any

from feedgen.feed import FeedGenerator

from publisher.rendering.feeds.podcasting20 import Podcasting20EntryExtension, Podcasting20Extension
from publisher.rendering.feeds.xml import canonical, parse
from publisher.rendering.markdown import to_notes
from publisher.rendering.model import Card, MediaFile
from publisher.workspace.config import Config
from publisher.workspace.people import Person
from publisher.workspace.pieces import Episode

PART = "item.rss.xml"


def new_generator() -> Any:  # noqa: ANN401 - feedgen has no types
    """A feedgen generator that knows iTunes and Podcasting 2.0."""
    feed = FeedGenerator()
    feed.load_extension("podcast", atom=False, rss=True)
    feed.register_extension("podcasting20", Podcasting20Extension, Podcasting20EntryExtension, atom=False, rss=True)
    return feed


def rss_item(
    episode: Episode, config: Config, people: Mapping[str, Person], card: Card, media: Mapping[str, MediaFile]
) -> bytes:
    """The item in exclusive canonical XML. `media` is by role, and has `audio`."""
    base = config.house.url
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
    entry.content(to_notes(episode.text, base) or f"<p>{card.summary}</p>", type="CDATA")
    audio = media["audio"]
    entry.enclosure(base + audio.key, str(audio.digest.size), audio.content_type)
    _itunes(entry.podcast, episode, card, base)
    _podcasting20(entry.podcasting20.tags, episode, config, people, media)
    return canonical(parse(feed.rss_str()).find("channel/item"))


def _itunes(itunes: Any, episode: Episode, card: Card, base: str) -> None:  # noqa: ANN401 - feedgen has no types
    itunes.itunes_author(", ".join(card.people))
    itunes.itunes_duration(card.duration)
    itunes.itunes_episode_type(episode.matter.type)
    if card.picture:
        itunes.itunes_image(base + card.picture)
    if episode.matter.number:
        itunes.itunes_episode(episode.matter.number)
    if episode.matter.season:
        itunes.itunes_season(episode.matter.season)


def _podcasting20(
    tags: Any,  # noqa: ANN401 - the extension's collector
    episode: Episode,
    config: Config,
    people: Mapping[str, Person],
    media: Mapping[str, MediaFile],
) -> None:
    base = config.house.url
    language = config.shows[episode.show].language or config.house.language
    tags.explicit(explicit=episode.matter.explicit or config.shows[episode.show].explicit)
    for id_ in episode.people:
        role = "host" if id_ in episode.hosts else "guest"
        tags.tag("person", people[id_].name, {"role": role, "href": people[id_].url or ""})
    if transcript := media.get("transcript"):
        tags.tag("transcript", None, {"url": base + transcript.key, "type": "text/vtt", "language": language})
    if chapters := media.get("chapters"):
        tags.tag("chapters", None, {"url": base + chapters.key, "type": chapters.content_type})
