"""Our feeds, read by programs of others: what comes out is what was put in."""

import calendar
import io
import json
from datetime import datetime

import feedparser
import podcastparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.approving import URL, Press, data, example
from publisher.rendering.model import Card
from publisher.review.gate import Approved

LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"])
LINES = st.text(LETTERS, min_size=1, max_size=60).filter(str.strip)

PODCAST = b"https://podcastindex.org/namespace/1.0"
PODCAST_AS_IT_WAS = b"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
"""The namespace's first name, the only one that podcastparser 0.6 knows."""


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def _card(approved: Approved) -> Card:
    return Card.from_bytes(approved.revision.parts["card.json"])


def _episodes() -> list[Approved]:
    return [approved for approved in example() if approved.revision.manifest.kind == "episode"][::-1]


def _files(approved: Approved) -> dict[str, str]:
    return {file.role: URL + file.name for file in approved.revision.manifest.files}


def test_feedparser_finds_every_episode_as_it_was_put_in(press: Press) -> None:
    found = feedparser.parse(data(press.compose(*example()), "feeds/aloud.xml"))

    assert not found.bozo
    assert (found.version, found.feed.title, found.feed.link) == ("rss20", "Aloud", f"{URL}shows/aloud.html")
    assert len(found.entries) == 2
    for entry, approved in zip(found.entries, _episodes(), strict=True):
        card, files = _card(approved), _files(approved)
        (enclosure,) = entry.enclosures
        assert (entry.id, entry.itunes_duration, entry.link) == (card.guid, str(card.duration), URL + card.page)
        assert (enclosure.href, enclosure.type, enclosure.length) == (files["audio"], "audio/mpeg", "48000")
        assert calendar.timegm(entry.published_parsed) == datetime.fromisoformat(card.date).timestamp()
        assert entry.podcast_transcript["url"] == files["transcript"]
        assert entry.image.href == files["artwork"]
    assert [entry.title for entry in found.entries] == ['R&D: "<live>" 😀 שלום', "A talk"]
    assert found.entries[1].podcast_chapters["url"] == _files(_episodes()[1])["chapters"]


def test_podcastparser_finds_every_episode_as_it_was_put_in(press: Press) -> None:
    made = data(press.compose(*example()), "feeds/aloud.xml")
    found = podcastparser.parse(f"{URL}feeds/aloud.xml", io.BytesIO(made.replace(PODCAST, PODCAST_AS_IT_WAS)))

    assert (found["title"], found["link"], found["language"]) == ("Aloud", f"{URL}shows/aloud.html", "en")
    assert len(found["episodes"]) == 2
    for episode, approved in zip(found["episodes"], _episodes(), strict=True):
        card, files = _card(approved), _files(approved)
        (enclosure,) = episode["enclosures"]
        assert (episode["title"], episode["guid"], episode["total_time"]) == (card.title, card.guid, 3)
        assert (enclosure["url"], enclosure["file_size"], enclosure["mime_type"]) == (
            files["audio"],
            48_000,
            "audio/mpeg",
        )
        assert episode["published"] == datetime.fromisoformat(card.date).timestamp()
        assert episode["transcript_url"] == files["transcript"]
        assert episode["episode_art_url"] == files["artwork"]
        assert [person["name"] for person in episode["persons"]] == list(card.people)
    bonus, talk = found["episodes"]
    assert (talk["number"], talk["explicit"], bonus["explicit"], bonus["type"]) == (1, False, True, "bonus")
    assert talk["chapters_json_url"] == _files(_episodes()[1])["chapters"]


def test_feedparser_finds_every_post_as_it_was_put_in(press: Press) -> None:
    found = feedparser.parse(data(press.compose(*example()), "feeds/blog.atom"))

    assert not found.bozo
    assert (found.version, found.feed.title) == ("atom10", "Example House")
    assert [entry.title for entry in found.entries] == [
        "Pictures & «more» <here>".replace("<", "&lt;").replace(">", "&gt;").replace("&lt;", "<").replace("&gt;", ">"),
        "A post",
    ]
    assert [entry.link for entry in found.entries] == [f"{URL}posts/with-picture.html", f"{URL}posts/a-post.html"]
    assert [tag.term for tag in found.entries[0].tags] == ["one", "two"]


def test_the_json_feed_says_what_the_atom_feed_says(press: Press) -> None:
    edition = press.compose(*example())
    atom = etree.fromstring(data(edition, "feeds/blog.atom"))
    items = json.loads(data(edition, "feeds/blog.json"))["items"]
    names = {"a": "http://www.w3.org/2005/Atom"}

    for path, key in (("a:title", "title"), ("a:id", "id"), ("a:summary", "summary"), ("a:content", "content_html")):
        assert [one.findtext(path, None, names) for one in atom.findall("a:entry", names)] == [
            one[key] for one in items
        ]


@given(title=LINES, summary=LINES)
@settings(max_examples=40, deadline=None)
def test_any_title_comes_back_as_it_was_written(title: str, summary: str) -> None:
    press = Press()
    approved = press.episode(title=title, summary=summary)
    made = io.BytesIO(data(press.compose(approved), "feeds/aloud.xml"))
    (episode,) = podcastparser.parse(f"{URL}feeds/aloud.xml", made)["episodes"]

    assert episode["title"].split() == _card(approved).title.split()
    assert _card(approved).title.split() == title.split()
