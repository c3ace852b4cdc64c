"""The card comes back as it was written, and nothing else is taken for one."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.rendering.model import Card

KEY = f"media/{'0a' * 32}/a-talk.mp3"
CARD = Card(
    kind="episode",
    slug="a-talk",
    title="Über & <b>",
    summary="Who says what.",
    date="2026-11-03T07:00:00+01:00",
    guid="https://old.example.com/?p=12",
    people=("Ann Host", "Ben Author"),
    tags=("trust", "2026"),
    division="service",
    show="aloud",
    number=1,
    duration=61,
    picture=f"media/{'0b' * 32}/cover.png",
    audio=KEY,
)
POST = replace(CARD, kind="post", show=None, number=None, duration=None, picture=None, audio=None, division=None)

slugs = st.from_regex(r"[a-z0-9-]{1,80}", fullmatch=True)
texts = st.text(st.characters(codec="utf-8"))
keys = st.none() | st.from_regex(r"media/[0-9a-f]{64}/[a-z0-9-]{1,80}\.(mp3|png)", fullmatch=True)
counts = st.none() | st.integers(1, 99_999)
moments = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
cards = st.builds(
    Card,
    kind=st.just("episode"),
    slug=slugs,
    title=texts,
    summary=texts,
    date=moments,
    guid=texts,
    people=st.lists(texts).map(tuple),
    tags=st.lists(slugs).map(tuple),
    division=st.none() | slugs,
    show=slugs,
    number=counts,
    duration=counts,
    picture=keys,
    audio=keys,
    publish_at=st.none() | moments,
    unpublish_at=st.none() | moments,
)


def read(data: bytes) -> Card | None:
    """The card, or None for what is refused as it should be."""
    try:
        return Card.from_bytes(data)
    except PublisherError:
        return None


@given(cards)
@example(CARD)
@example(POST)
def test_a_card_comes_back_as_it_was_written(card: Card) -> None:
    assert Card.from_bytes(card.to_bytes()) == card


@given(cards)
@example(replace(CARD, tags=(), people=()))
def test_a_card_is_json_of_a_line_a_key_as_it_always_was(card: Card) -> None:
    moments = {"publish_at", "unpublish_at"}
    said = {key: value for key, value in vars(card).items() if value is not None or key not in moments}
    assert card.to_bytes() == json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


@pytest.mark.parametrize("card", [CARD, POST], ids=["episode", "post"])
def test_whatever_byte_is_changed_it_is_refused_or_another_card_of_just_these_bytes(card: Card) -> None:
    before = card.to_bytes()
    for position in range(len(before)):
        for bit in range(8):
            after = before[:position] + bytes([before[position] ^ 1 << bit]) + before[position + 1 :]
            found = read(after)
            assert found is None or (found.to_bytes() == after and found != card)


@given(st.binary())
def test_bytes_that_are_no_card_are_refused(data: bytes) -> None:
    assert read(data) is None


def test_a_card_that_says_no_window_has_the_bytes_that_it_had_before_there_were_windows() -> None:
    assert b"publish_at" not in CARD.to_bytes()
    said = replace(CARD, publish_at=CARD.date)
    assert said.to_bytes().count(b"publish_at") == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"1", b"null", b'"card"', b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000],
    ids=lambda data: repr(data[:6]),
)
def test_garbage_is_refused(data: bytes) -> None:
    assert read(data) is None


FORMS = {
    "a space more": CARD.to_bytes() + b" ",
    "no end of line": CARD.to_bytes()[:-1],
    "a key twice": CARD.to_bytes().replace(b"{", b'{"slug": "b",', 1),
    "escapes": json.dumps(vars(CARD), sort_keys=True, indent=1).encode() + b"\n",
    "another order": json.dumps(vars(CARD), ensure_ascii=False, indent=1).encode() + b"\n",
    "UTF-16": CARD.to_bytes().decode().encode("utf-16"),
    "a mark of byte order": b"\xef\xbb\xbf" + CARD.to_bytes(),
    "windows line ends": CARD.to_bytes().replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS.keys())
def test_the_same_card_in_another_form_is_refused(data: bytes) -> None:
    assert read(data) is None


WRONG: dict[str, list[object]] = {
    "kind": ["", "page", "Episode", 1, None, []],
    "slug": ["", "../../../pwned", "a/b", "..", "A", "a\n", "a" * 81, 1, None],
    "title": [None, 1, ["a"], "\ud800"],
    "summary": [None, 1, ["a"], "\ud800"],
    "date": ["", "2026-11-03", "2026-11-03T07:00:00", "2026-11-03T07:00:00Z", "x", 1, None],
    "guid": [None, 1, ["a"], "\ud800"],
    "people": ["Ann", [1], [None], None, {"a": 1}, 1],
    "tags": ["a", ["A"], ["../a"], [1], None],
    "division": ["", "../a", "A", 1, []],
    "show": ["", "../a", "A", 1, [], None],
    "number": [0, -1, 1.5, True, "1", float("nan")],
    "duration": [0, -1, 1.5, True, "1", float("inf")],
    "picture": ["", 1, "media/x/a.png", KEY.upper(), f"{KEY}/b", f"media/{'0' * 64}/.a"],
    "audio": ["", 1, f"/{KEY}", f"media/{'0' * 64}/../a.mp3", f"https://other.example.com/{KEY}"],
    "publish_at": ["", "2026-11-03", "2026-11-03T07:00:00", "2026-11-03T07:00:00Z", "x", 1, None],
    "unpublish_at": ["", "2026-11-03", "2026-11-03T07:00:00", "2026-11-03T07:00:00Z", "x", 1, None],
}


def test_the_table_has_every_field() -> None:
    assert WRONG.keys() == vars(CARD).keys()


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_a_field_with_a_wrong_value_is_refused(field: str, value: object) -> None:
    said = {**vars(CARD), field: value}
    data = json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8", "surrogatepass") + b"\n"
    assert read(data) is None


def test_a_post_of_a_show_is_refused() -> None:
    assert read(replace(POST, show="aloud").to_bytes()) is None


@pytest.mark.parametrize("field", vars(CARD))
def test_a_card_without_a_field_is_refused(field: str) -> None:
    said = {key: value for key, value in vars(CARD).items() if key != field}
    assert read(json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n") is None


def test_a_card_with_a_field_more_is_refused() -> None:
    said = {**vars(CARD), "more": 1}
    assert read(json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n") is None


def test_the_error_says_where_the_card_lies() -> None:
    with pytest.raises(PublisherError, match=r"^a-talk, card\.json: .*\(restore the revision from git\)$"):
        Card.from_bytes(b"", where="a-talk, card.json")
