"""The manifest and the revisions on disk: one revision has one form, and names in it lead nowhere else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review import revisions as module
from publisher.review.manifest import SCHEMA, Entry, Manifest, short
from publisher.review.revisions import Revision, Revisions
from review.docket import PARTS, SLUG, a_manifest, a_revision, an_entry

hexes = st.text("0123456789abcdef", min_size=64, max_size=64)
words = st.text(st.characters(categories=["L", "N", "P"]), max_size=20)
counts = st.integers(0, 2**53 - 1)


def entries(name: str) -> st.SearchStrategy[tuple[Entry, ...]]:
    entry = st.builds(Entry, st.from_regex(name, fullmatch=True), hexes, counts, words, st.text(max_size=20))
    return st.lists(entry, max_size=3, unique_by=lambda one: one.name).map(tuple)


_any_manifests = st.builds(
    Manifest,
    house=words,
    kind=st.sampled_from(["episode", "post"]),
    slug=st.from_regex(r"[a-z0-9-]{1,80}", fullmatch=True),
    people=st.lists(words, max_size=3).map(tuple),
    source=hexes,
    parts=entries(r"[a-z0-9][a-z0-9._-]{0,20}"),
    files=entries(r"media/[a-z0-9]{1,9}/[a-z0-9][a-zA-Z0-9._-]{0,20}"),
    loudness=st.dictionaries(words, st.floats(allow_nan=False, allow_infinity=False), max_size=3),
)


def _is_text(manifest: Manifest) -> bool:
    """Lone surrogates are no text."""
    try:
        manifest.to_bytes()
    except ValueError:
        return False
    return True


manifests = _any_manifests.filter(_is_text)


@given(manifest=manifests)
def test_what_is_written_is_read_again(manifest: Manifest) -> None:
    data = manifest.to_bytes()
    again = Manifest.from_bytes(data, "here")
    assert again == manifest
    assert again.revision == manifest.revision == digest_bytes(data).sha256
    assert data == rfc8785.dumps(json.loads(data, parse_int=float)), "whichever way it was encoded"


@given(manifest=manifests, indent=st.sampled_from([0, 1, 2]), backwards=st.booleans(), ascii_only=st.booleans())
def test_another_form_of_the_same_content_is_refused(
    manifest: Manifest, *, indent: int, backwards: bool, ascii_only: bool
) -> None:
    found = json.loads(manifest.to_bytes())
    keys = sorted(found, reverse=backwards)
    spaced = json.dumps({key: found[key] for key in keys}, indent=indent, ensure_ascii=ascii_only).encode()
    with pytest.raises(PublisherError):
        Manifest.from_bytes(spaced, "here")


@given(
    data=st.binary()
    | st.text().map(str.encode)
    | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(lambda value: json.dumps(value).encode())
)
def test_what_is_no_manifest_is_an_error_and_nothing_else(data: bytes) -> None:
    with pytest.raises(PublisherError):
        Manifest.from_bytes(data, "here")


def test_the_example_is_read() -> None:
    assert Manifest.from_bytes(a_manifest().to_bytes(), "here") == a_manifest()


ENTRY = {"name": "a.html", "role": "", "sha256": "0" * 64, "size": 1, "type": ""}

WRONG: dict[str, dict[str, Any]] = {
    "another schema": {"schema": "corporate-voices/manifest/2"},
    "a field more": {"more": 1},
    "a slug that leads upwards": {"slug": "../x"},
    "a slug with an end of line": {"slug": "piece\n"},
    "an empty slug": {"slug": ""},
    "a slug that is a number": {"slug": 1},
    "a kind that leads upwards": {"kind": "../episode"},
    "a house with an end of line": {"house": "https://voices.example.com/\r\n"},
    "people that are one text": {"people": "ann"},
    "people that are numbers": {"people": [1]},
    "people that are nobody": {"people": None},
    "a source that is no digest": {"source": "0" * 63},
    "a source in capitals": {"source": "A" * 64},
    "parts that are none": {"parts": None},
    "parts by name": {"parts": {"a.html": ENTRY}},
    "a part that is a text": {"parts": ["a.html"]},
    "a part without a size": {"parts": [{key: value for key, value in ENTRY.items() if key != "size"}]},
    "a part with a field more": {"parts": [{**ENTRY, "more": ""}]},
    "a part that leads upwards": {"parts": [{**ENTRY, "name": "../people.toml"}]},
    "a part in a folder": {"parts": [{**ENTRY, "name": "a/b.html"}]},
    "a part from the root": {"parts": [{**ENTRY, "name": "/etc/passwd"}]},
    "a part that is the folder": {"parts": [{**ENTRY, "name": "."}]},
    "a hidden part": {"parts": [{**ENTRY, "name": ".git"}]},
    "a part with a backslash": {"parts": [{**ENTRY, "name": "..\\x"}]},
    "a part with an end of line": {"parts": [{**ENTRY, "name": "a.html\n"}]},
    "a part without a name": {"parts": [{**ENTRY, "name": ""}]},
    "a part twice": {"parts": [ENTRY, {**ENTRY, "sha256": "1" * 64}]},
    "a digest that leads upwards": {"files": [{**ENTRY, "sha256": "../../../../etc/passwd"}]},
    "a digest that is a number": {"files": [{**ENTRY, "sha256": 1}]},
    "a size that is true": {"files": [{**ENTRY, "size": True}]},
    "a size that is a text": {"files": [{**ENTRY, "size": "1"}]},
    "a size below nothing": {"files": [{**ENTRY, "size": -1}]},
    "a size with a fraction": {"files": [{**ENTRY, "size": 1.5}]},
    "a file that leads upwards": {"files": [{**ENTRY, "name": "media/../../x"}]},
    "a file from the root": {"files": [{**ENTRY, "name": "/x"}]},
    "a file with an empty step": {"files": [{**ENTRY, "name": "media//x"}]},
    "a file with a hidden step": {"files": [{**ENTRY, "name": "media/.x"}]},
    "a file twice": {"files": [ENTRY, ENTRY]},
    "a header of two lines": {"files": [{**ENTRY, "type": "text/html\r\nSet-Cookie: a"}]},
    "a role that is a number": {"files": [{**ENTRY, "role": 1}]},
    "a loudness that is a text": {"loudness": "loud"},
    "a loudness that is a list": {"loudness": [1.0]},
    "a measurement that is true": {"loudness": {"range_lu": True}},
    "a measurement that is a text": {"loudness": {"range_lu": "4"}},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
def test_a_manifest_is_refused_that_has(changes: dict[str, Any]) -> None:
    found = {**json.loads(a_manifest().to_bytes()), **changes}
    with pytest.raises(PublisherError) as caught:
        Manifest.from_bytes(rfc8785.dumps(found), "revisions/x")
    assert caught.value.where == "revisions/x"


@pytest.mark.parametrize("key", ["schema", *Manifest.__dataclass_fields__])
def test_every_field_is_needed(key: str) -> None:
    found = json.loads(a_manifest().to_bytes())
    del found[key]
    with pytest.raises(PublisherError):
        Manifest.from_bytes(rfc8785.dumps(found), "here")


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "a field twice": lambda data: data.replace(b"{", b'{"slug":"x",', 1),
    "an integer that JSON can't hold": lambda data: data.replace(b'"size":', b'"size":9007199254740993', 1),
    "an integer of thousands of digits": lambda data: data.replace(b'"size":', b'"size":' + b"9" * 5000, 1),
    "a number that is none": lambda data: data.replace(b"-16.02", b"NaN"),
    "a number written in another way": lambda data: data.replace(b"-16.02", b"-1602e-2"),
    "half a character": lambda data: data.replace(SLUG.encode(), b"\\ud800"),
    "bytes that are no text": lambda data: data.replace(SLUG.encode(), b"\xff"),
    "a thousand lists": lambda _: b"[" * 100_000,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
}


@pytest.mark.parametrize("change", BYTES.values(), ids=BYTES.keys())
def test_bytes_are_refused_that_hold(change: Callable[[bytes], bytes]) -> None:
    changed = change(a_manifest().to_bytes())
    assert changed != a_manifest().to_bytes()
    with pytest.raises(PublisherError):
        Manifest.from_bytes(changed, "here")


def test_the_schema_stands_in_it() -> None:
    assert json.loads(a_manifest().to_bytes())["schema"] == SCHEMA


@pytest.fixture
def kept(tmp_path: Path) -> Revisions:
    """A folder that holds one revision."""
    revisions = Revisions(tmp_path / "revisions")
    revisions.keep(a_revision())
    return revisions


NAME = a_revision().name


def folder(kept: Revisions) -> Path:
    return kept.folder(SLUG, NAME)


def test_a_revision_that_was_kept_is_got_again(kept: Revisions) -> None:
    assert kept.get(SLUG, NAME) == a_revision()


def test_files_beside_the_parts_are_not_looked_at(kept: Revisions) -> None:
    (folder(kept) / "more.html").write_bytes(b"more")
    (folder(kept) / "folder").mkdir()
    assert dict(kept.get(SLUG, NAME).parts) == PARTS


def to_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def to_link(path: Path) -> None:
    """A link to the same bytes: harmless today, but it leads out of the workspace."""
    path.rename(path.parents[3] / path.name)
    path.symlink_to(path.parents[3] / path.name)


def to_endless_device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def to_waiting_pipe(path: Path) -> None:
    import os

    path.unlink()
    os.mkfifo(path)


def to_other_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[::-1])


@pytest.mark.parametrize("name", ["manifest.json", *PARTS])
@pytest.mark.parametrize(
    "change", [Path.unlink, to_folder, to_link, to_endless_device, to_waiting_pipe, to_other_bytes]
)
def test_a_file_of_a_revision_is_refused_when_it_is_turned(
    kept: Revisions, change: Callable[[Path], None], name: str
) -> None:
    change(folder(kept) / name)
    with pytest.raises(PublisherError) as caught:
        kept.get(SLUG, NAME)
    assert caught.value.where == f"revisions/{SLUG}/{NAME[:12]}/{name}"


@pytest.mark.parametrize("name", ["manifest.json", *PARTS])
@pytest.mark.parametrize("change", [Path.unlink, to_link, to_other_bytes])
def test_a_damaged_revision_heals_when_it_is_kept_again(
    kept: Revisions, change: Callable[[Path], None], name: str
) -> None:
    change(folder(kept) / name)
    kept.keep(a_revision())
    assert kept.get(SLUG, NAME) == a_revision()


def test_a_revision_whose_folder_is_a_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / SLUG).mkdir()
    (tmp_path / SLUG / NAME[:12]).touch()
    with pytest.raises(PublisherError, match="missing"):
        Revisions(tmp_path).get(SLUG, NAME)


@pytest.mark.parametrize("slug", ["", ".", "..", "../x", "/etc", "a/b", "A", "a\n", "a" * 81])
def test_a_slug_leads_nowhere_else(kept: Revisions, slug: str) -> None:
    for use in (kept.get, kept.folder):
        with pytest.raises(PublisherError, match="names no revision"):
            use(slug, NAME)
    assert kept.get(SLUG, NAME).name == NAME


@pytest.mark.parametrize("revision", ["", ".", "..", "../../../../etc", NAME[:12], NAME.upper(), f"{NAME}\n"])
def test_the_name_of_a_revision_leads_nowhere_else(kept: Revisions, revision: str) -> None:
    for use in (kept.get, kept.folder):
        with pytest.raises(PublisherError, match="names no revision"):
            use(SLUG, revision)
    assert kept.get(SLUG, NAME).name == NAME


def test_a_part_that_leads_upwards_is_not_kept(tmp_path: Path) -> None:
    name = "../../stolen"
    revision = Revision(a_manifest(parts=(an_entry(name, b""),)), {name: b""})
    with pytest.raises(PublisherError):
        Revisions(tmp_path / "revisions").keep(revision)
    assert list(tmp_path.iterdir()) == []


def test_parts_that_are_not_those_of_the_manifest_are_not_kept(tmp_path: Path) -> None:
    for parts in ({}, {**PARTS, "more.html": b""}, {**PARTS, "body.html": b""}):
        with pytest.raises(PublisherError):
            Revisions(tmp_path).keep(Revision(a_manifest(), parts))
    assert list(tmp_path.iterdir()) == []


def test_revisions_whose_names_begin_alike_never_mix(kept: Revisions, monkeypatch: pytest.MonkeyPatch) -> None:
    other = a_revision(people=("ben",))
    monkeypatch.setattr(module, "short", lambda _: short(NAME))
    with pytest.raises(PublisherError, match="begins with the same digits"):
        kept.keep(other)
    assert kept.get(SLUG, NAME) == a_revision()
    with pytest.raises(PublisherError, match="not the one that was submitted"):
        kept.get(SLUG, other.name)


def test_a_manifest_of_another_revision_in_its_place_is_put_right(kept: Revisions) -> None:
    (folder(kept) / "manifest.json").write_bytes(a_manifest(people=("ben",)).to_bytes())
    kept.keep(a_revision())
    assert kept.get(SLUG, NAME) == a_revision()
