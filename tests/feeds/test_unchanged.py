"""What legal approved stands in the finished feeds and pages, byte for byte."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.approving import Press, data, example
from publisher.edition.model import Edition
from publisher.rendering.feeds.xml import canonical
from publisher.rendering.model import Card
from publisher.review.gate import Approved

ATOM = "{http://www.w3.org/2005/Atom}entry"
WRITABLE = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
WORDS = st.text(WRITABLE | st.sampled_from("<>&\"'[]!()#*_`|\\/ \u202e😀"), min_size=1, max_size=80).filter(str.strip)
TEXTS = st.text(WRITABLE | st.sampled_from("<>&\"'[]!()#*_`|\\/ \n-"), max_size=300)


def _card(approved: Approved) -> Card:
    return Card.from_bytes(approved.revision.parts["card.json"])


def _entries(edition: Edition, key: str, tag: str) -> set[bytes]:
    return {canonical(one) for one in etree.fromstring(data(edition, key)).iter(tag)}


def _check(edition: Edition, *pieces: Approved) -> None:
    """Each part of each piece is found again in what the public gets."""
    for approved in pieces:
        parts = approved.revision.parts
        assert parts["body.html"] in data(edition, _card(approved).page)
        if "item.rss.xml" in parts:
            assert parts["item.rss.xml"] in _entries(edition, "feeds/aloud.xml", "item")
        else:
            assert parts["entry.atom.xml"] in _entries(edition, "feeds/blog.atom", ATOM)
            assert json.loads(parts["item.json"]) in json.loads(data(edition, "feeds/blog.json"))["items"]


def test_every_approved_part_of_the_example_stands_in_the_edition() -> None:
    pieces = example()

    _check(Press().compose(*pieces), *pieces)


@given(title=WORDS, summary=WORDS, text=TEXTS)
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_it_stands_there_unchanged(title: str, summary: str, text: str) -> None:
    press = Press()
    text = text.replace("](", "] (")  # pictures are checked elsewhere: here they would have to exist
    pieces = [
        press.episode(title=title, summary=summary, text=text),
        press.episode("another"),
        press.post(title=title, summary=summary, text=text),
    ]

    _check(press.compose(*pieces), *pieces)


def test_a_change_around_a_piece_changes_nothing_in_it() -> None:
    press, other = Press(), Press()
    approved = press.episode()
    changed = other.config.model_copy(
        update={"house": other.config.house.model_copy(update={"name": "New", "description": "New"})}
    )
    before, after = press.compose(approved), press.compose(approved, config=changed)

    assert data(before, "episodes/a-talk.html") != data(after, "episodes/a-talk.html")
    _check(after, approved)
