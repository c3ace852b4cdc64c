"""The record of what is public."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from publisher.edition.model import Phase
from publisher.errors import PublisherError
from publisher.release.record import Record, Recorded, State, edition_digest, parse_record
from release.editions import edition_of, public_file

FILE = public_file("index.html", b"hello")
STRICT = TypeAdapter(Record)
SIMPLE: st.SearchStrategy[object] = st.none() | st.booleans() | st.integers(-1, 5) | st.floats(0, 5)
VALUES = SIMPLE | st.text(max_size=3) | st.sampled_from([[], {}])
RECORD = Record(State.PENDING, "0" * 64, {"b": Recorded.of(FILE, "etag"), "a": Recorded.of(FILE, None)})


def test_a_record_is_read_as_it_was_written() -> None:
    assert parse_record(RECORD.to_bytes(), where="edition.json") == RECORD


def test_a_record_is_canonical_json() -> None:
    data = RECORD.to_bytes()
    turned = dataclasses.replace(RECORD, files=dict(sorted(RECORD.files.items())))

    assert turned.to_bytes() == data
    assert json.dumps(json.loads(data), sort_keys=True, separators=(",", ":")).encode() == data.strip()
    assert json.loads(data)["schema"] == 2


def test_a_record_of_compressed_texts_is_not_for_readers_that_know_of_none() -> None:
    packed = Recorded.of(dataclasses.replace(FILE, content_encoding="gzip"), "etag")
    data = dataclasses.replace(RECORD, files={"a": packed}).to_bytes()

    assert json.loads(data)["schema"] == 3
    assert parse_record(data, where="edition.json").files == {"a": packed}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"schema":1}', b'{"schema":1,"state":"x"}', b"\xff"])
def test_a_damaged_record_is_told_with_what_to_do(data: bytes) -> None:
    with pytest.raises(PublisherError, match=r"^site/edition\.json: the record of what is public is damaged \(delete"):
        parse_record(data, where="site/edition.json")


@given(data=st.data())
def test_it_is_checked_as_strictly_as_pydantic_does(data: st.DataObject) -> None:
    head = {"size": 1, "root": "0" * 64, "tip": "1" * 64}
    document = {**json.loads(RECORD.to_bytes()), "ledger": head, "later": "what a newer program adds"}
    document["files"]["a"] |= {"gone": None, "content_encoding": "gzip", "later": 1}
    document["denied"] = {"a-piece": "0" * 64}
    assert document.keys() - {"schema", "later"} == {each.name for each in dataclasses.fields(Record)}
    assert document["files"]["a"].keys() - {"later"} == {each.name for each in dataclasses.fields(Recorded)}
    places = [document, document["files"], document["files"]["a"], document["denied"], head]
    place = data.draw(st.sampled_from(places))
    name = data.draw(st.sampled_from([each for each in place if each not in {"schema", "later"}]))
    place[name] = data.draw(VALUES)
    if data.draw(st.booleans()):
        del place[name]
    written = json.dumps(document).encode()
    try:
        expected = STRICT.validate_json(written, strict=True)
    except ValidationError:
        with pytest.raises(PublisherError, match="damaged"):
            parse_record(written, where="edition.json")
    else:
        assert parse_record(written, where="edition.json") == expected


def test_a_record_of_a_newer_program_is_not_guessed_at() -> None:
    with pytest.raises(PublisherError, match=r"newer version .*update the program"):
        parse_record(b'{"schema":4}', where="edition.json")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "other.html"),
        ("sha256", "0" * 64),
        ("content_type", "x/y"),
        ("cache_control", "no"),
        ("content_encoding", "gzip"),
    ],
)
def test_the_digest_of_an_edition_tells_whatever_the_public_would_see(field: str, value: str) -> None:
    changed = dataclasses.replace(FILE, **{field: value})  # type: ignore[arg-type]  # by name

    assert edition_digest(edition_of(changed)) != edition_digest(edition_of(FILE))


def test_the_digest_of_an_edition_does_not_depend_on_how_it_is_sent() -> None:
    other = public_file("a.html")
    late = dataclasses.replace(FILE, phase=Phase.FEEDS)

    assert edition_digest(edition_of(late, other)) == edition_digest(edition_of(other, FILE))
