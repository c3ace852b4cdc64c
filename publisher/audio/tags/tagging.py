"""The master with its title, cover and chapters inside: ID3v2.4, as apps read it when the file stands alone.

The tag is built in memory (it is small: words and one picture) and the master is copied behind it, block by block.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

from publisher.audio import store
from publisher.audio.master import Master
from publisher.audio.tags.artwork import Artwork, check_artwork
from publisher.audio.tags.chapters import Chapter, Span, spans
from publisher.audio.tags.languages import three_letters
from publisher.errors import PublisherError
from publisher.files import atomic_path, digest_file

RECIPE = 1
"""Of this way of tagging. Raise it when the same words would give other bytes."""
ID3_HEADER = 10
"""Bytes before a tag's first frame."""
NO_OFFSET = 0xFFFFFFFF
"""In a chapter: look at its times, not at byte offsets."""
FRONT_COVER = 3


@dataclass(frozen=True)
class Tags:
    """What the file says about itself. Texts are shown as they are; nothing in them is markup."""

    title: str
    """Of the episode."""
    show: str
    """The podcast's name."""
    artists: tuple[str, ...]
    """Who speaks, or whose show it is."""
    published: date
    """The day it comes out."""
    language: str
    """As in the feed: `en`, `de-CH`."""
    description: str = ""
    """Plain text."""
    number: int | None = None
    """Of the episode in its show."""
    cover: Path | None = None
    """A picture that `check_artwork` takes."""
    chapters: tuple[Chapter, ...] = ()
    """In the order of their starts."""


@dataclass(frozen=True)
class Tagged:
    """A master with its tags: the file that listeners download."""

    path: Path
    """In the cache; whoever publishes it gives it its name."""
    sha256: str
    """Digest of its bytes, 64 hexadecimal digits."""
    size: int
    """Bytes, as an enclosure's `length`."""


def tag(master: Master, tags: Tags, cache: Path) -> Tagged:
    """Put `tags` before the audio of `master`, or take the result from `cache` if it was made before.

    The same master and tags give the same bytes. Raises PublisherError for an empty title, a chapter that does not fit
    (see `spans`), a cover that is not good (see `check_artwork`), a master that is gone, and a full disk.
    """
    if not tags.title.strip():
        raise PublisherError("an episode needs a title", hint="give one")
    timeline = spans(tags.chapters, master.duration)
    cover = check_artwork(tags.cover) if tags.cover else None
    key = store.key_of(_made_from(master, tags, timeline, cover))
    if (facts := store.find(cache, key)) is None:
        with store.held(cache):
            facts = store.find(cache, key) or _make(master, _id3(tags, timeline, cover), cache, key)
    return Tagged(store.audio_path(cache, key), facts["sha256"], facts["size"])


def _made_from(master: Master, tags: Tags, timeline: Sequence[Span], cover: Artwork | None) -> dict[str, Any]:
    words = [
        tags.title,
        tags.show,
        tags.artists,
        tags.published.isoformat(),
        tags.language,
        tags.description,
        tags.number,
    ]
    parts = [(span.start, span.end, span.chapter.title, span.chapter.url) for span in timeline]
    picture = digest_file(cover.path).sha256 if cover else None
    return {"tags": RECIPE, "master": master.sha256, "words": words, "chapters": parts, "cover": picture}


def _make(master: Master, id3: bytes, cache: Path, key: str) -> dict[str, Any]:
    try:
        audio = master.path.open("rb")
    except FileNotFoundError:
        hint = "run the same command again: it will be made again"
        raise PublisherError("the master is gone", where=str(master.path), hint=hint) from None
    with audio, atomic_path(store.audio_path(cache, key)) as draft, draft.open("wb") as stream:
        stream.write(id3)
        shutil.copyfileobj(audio, stream)
    return store.keep(cache, key, {})


def _id3(tags: Tags, timeline: Sequence[Span], cover: Artwork | None) -> bytes:
    """The tag's bytes: version 2.4, no padding, the chapters in the order of their starts behind their table."""
    frames = [*_words(tags), *_table_of_contents(timeline), *_pictures(cover)]
    body = b"".join(map(_frame_bytes, frames))
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + size + body


def _frame_bytes(frame: object) -> bytes:
    """One frame, by way of a tag that holds it alone: a tag of several would order them by their size."""
    alone = _mutagen().ID3()
    alone.add(frame)
    out = BytesIO()
    alone.save(out, v1=0, v2_version=4, padding=lambda _: 0)
    return out.getvalue()[ID3_HEADER:]


def _words(tags: Tags) -> Iterator[object]:
    id3 = _mutagen()
    language = three_letters(tags.language)
    yield id3.TIT2(text=[_plain(tags.title)])
    yield id3.TALB(text=[_plain(tags.show)])
    yield id3.TPE1(text=[_plain(artist) for artist in tags.artists])
    yield id3.TDRC(text=[tags.published.isoformat()])
    yield id3.TLAN(text=[language])
    if tags.description:
        yield id3.COMM(lang=language, desc="", text=[_plain(tags.description)])
    if tags.number is not None:
        yield id3.TRCK(text=[str(tags.number)])


def _table_of_contents(timeline: Sequence[Span]) -> Iterator[object]:
    """Every chapter, and the table that apps look for first and ignore the chapters without."""
    id3 = _mutagen()
    if not timeline:
        return
    names = [f"chp{number}" for number in range(len(timeline))]
    yield id3.CTOC(
        element_id="toc", flags=id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED, child_element_ids=names, sub_frames=[]
    )
    for name, span in zip(names, timeline, strict=True):
        inside = [id3.TIT2(text=[_plain(span.chapter.title)])]
        if span.chapter.url:
            inside.append(id3.WXXX(desc="", url=span.chapter.url))
        times = {"start_time": span.start, "end_time": span.end, "start_offset": NO_OFFSET, "end_offset": NO_OFFSET}
        yield id3.CHAP(element_id=name, **times, sub_frames=inside)


def _pictures(cover: Artwork | None) -> Iterator[object]:
    id3 = _mutagen()
    if cover:
        yield id3.APIC(mime=cover.content_type, type=FRONT_COVER, desc="", data=cover.path.read_bytes())


def _mutagen() -> ModuleType:
    """The library, which has no types; loaded by those who tag alone."""
    return import_module("mutagen.id3")


def _plain(text: str) -> str:
    """Without the zeros by which ID3 would part it into several texts."""
    return text.replace("\0", "")
