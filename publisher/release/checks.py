"""What must hold of a public file, seen from outside: a table of checks, each with what to do where it fails. Pure.

To add a check, write a function from `Seen` to what is wrong (or None), and its line in `CHECKS`.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Final, Self

from publisher.edition.model import Phase, PublicFile
from publisher.release.asking import Answer
from publisher.release.compression import MOST, encoded, says_gzip

END: Final = 1 << 14
"""Bytes at each end of a sound, film or picture that are compared where not all are."""
ELSEWHERE: Final = "https://player.example"
"""A page that is not ours, as the one of a player that shows transcripts."""
_SEEN_OR_HEARD: Final = re.compile("(audio|video|image)/")

MEND: Final = "publish release --mend puts it right"
PURGE: Final = "purge it from the CDN, or wait until its copy is too old"
LOOK: Final = "look at what answers there, and how the store or the CDN serves it"
SERVED: Final = "mend how the store or the CDN serves it; publish release --mend sends the headers again"
CORS: Final = "allow GET from every origin at the store: docs/s3.md has the rule"


@dataclass(frozen=True)
class Wanted:
    """A file as the public should get it."""

    key: str
    sha256: str
    size: int
    """Bytes."""
    content_type: str
    cache_control: str
    phase: Phase
    source: bytes | Path | None = None
    """The bytes, or the file that surely holds them, if they are here; None if only their digest is."""
    content_encoding: str = ""
    """As it was sent, if that made it smaller."""

    @classmethod
    def of(cls, file: PublicFile, source: bytes | Path | None) -> Self:
        """What a file of an edition must be. source: as the field."""
        return cls(
            file.key, file.sha256, file.size, file.content_type, file.cache_control, file.phase, source,
            file.content_encoding,
        )  # fmt: skip

    @property
    def is_media(self) -> bool:
        """Whether it is heard or looked at: large, and asked for in parts."""
        return _SEEN_OR_HEARD.match(self.content_type) is not None

    @property
    def is_fetched_by_pages(self) -> bool:
        """Whether a player in a page that is not ours loads it: transcripts, chapters, waveforms."""
        return self.key.startswith("media/") and not self.is_media

    @property
    def was_compressed(self) -> bool | None:
        """Whether it was sent compressed; None if nobody knows, because its bytes are not here."""
        if not self.content_encoding or self.source is None:
            return None if self.content_encoding else False
        data = self.source if isinstance(self.source, bytes) else self.source.read_bytes()
        return bool(encoded(data, self.content_encoding)[1])

    def digest_of(self, part: range) -> str | None:
        """Digest of some of its bytes; None if they are not here."""
        if self.source is None:
            return None
        if isinstance(self.source, bytes):
            data = self.source[part.start : part.stop]
        else:
            with self.source.open("rb") as stream:
                stream.seek(part.start)
                data = stream.read(len(part))
        return hashlib.sha256(data).hexdigest()


class Way(StrEnum):
    """How a file is asked for."""

    WHOLE = "whole"
    """All bytes of it."""
    HEAD = "head"
    """Its headers alone."""
    PART = "part"
    """Some bytes of it, as a player does that jumps."""


@dataclass(frozen=True)
class Question:
    """One request for a file."""

    way: Way
    part: range = range(0)
    """Which bytes, for a part."""
    takes: str = ""
    """Which content encoding who asks can read besides none."""
    most: int = MOST
    """Bytes that are made of what comes compressed, at most, and one."""

    @property
    def method(self) -> str:
        """HTTP's."""
        return "HEAD" if self.way is Way.HEAD else "GET"

    @property
    def headers(self) -> dict[str, str]:
        """HTTP's."""
        asked = {"Range": f"bytes={self.part.start}-{self.part.stop - 1}"} if self.way is Way.PART else {}
        return {"Origin": ELSEWHERE, **({"Accept-Encoding": self.takes} if self.takes else {}), **asked}


def questions(wanted: Wanted, *, deep: bool) -> Iterator[Question]:
    """What a file is asked: text for all its bytes, media for their headers and both ends, or all bytes if deep."""
    whole = Question(Way.WHOLE, takes=wanted.content_encoding, most=wanted.size)
    if not wanted.is_media or wanted.content_encoding:
        yield whole
        return
    yield whole if deep else Question(Way.HEAD)
    if wanted.size:
        ends = {range(min(END, wanted.size)), range(max(0, wanted.size - END), wanted.size)}
        yield from (Question(Way.PART, end) for end in sorted(ends, key=lambda end: end.start)[: 1 if deep else 2])


@dataclass(frozen=True)
class Seen:
    """A file, what was asked, and what was answered."""

    wanted: Wanted
    question: Question
    answer: Answer

    @property
    def has_headers(self) -> bool:
        """Whether it came over HTTP."""
        return self.answer.headers is not None


@dataclass(frozen=True)
class Difference:
    """Something that is not as it was signed."""

    where: str
    """The address, or the key."""
    what: str
    todo: str
    """What to do about it, as an order."""


Flaw = Callable[[Seen], str | None]


def _had(seen: Seen) -> str | None:
    return seen.answer.broken or None


def _presence(seen: Seen) -> str | None:
    absent = seen.answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
    number = f" ({int(seen.answer.status)})" if seen.has_headers else ""
    return f"it is not there{number}" if absent else None


def _status(seen: Seen) -> str | None:
    status = seen.answer.status
    if seen.question.way is not Way.PART:
        return None if status == HTTPStatus.OK else f"the address answers {status}"
    if status == HTTPStatus.OK:
        return "asked for a part of it, the address answers with all of it: players could not jump in it"
    return None if status == HTTPStatus.PARTIAL_CONTENT else f"the address answers {status}, asked for a part of it"


def _type(seen: Seen) -> str | None:
    found = seen.answer.says("Content-Type")
    if _plain(found) == _plain(seen.wanted.content_type):
        return None
    return f"it is served as {found or 'nothing'!r}, not as {seen.wanted.content_type!r}"


def _cache(seen: Seen) -> str | None:
    found = seen.answer.says("Cache-Control")
    if _plain(found) == _plain(seen.wanted.cache_control):
        return None
    return f"Cache-Control is {found or 'nothing'!r}, not {seen.wanted.cache_control!r}"


def _plain(header: str) -> str:
    """A header without what means nothing: capitals, and spaces around its marks."""
    return re.sub(r"\s*([;,=])\s*", r"\1", header.strip().lower())


def _encoding(seen: Seen) -> str | None:
    found = seen.answer.says("Content-Encoding")
    if _plain(found) in {"", "identity"} or (says_gzip(found) and says_gzip(seen.question.takes)):
        return None
    return f"it is encoded as {found!r}, which nobody asked for"


def _compressed(seen: Seen) -> str | None:
    """Who decompresses on the way has given the right bytes, and more of them."""
    if seen.question.way is not Way.WHOLE or says_gzip(seen.answer.says("Content-Encoding")):
        return None
    return "it was sent compressed, and is not given so" if seen.wanted.was_compressed else None


def _length(seen: Seen) -> str | None:
    """What a player shows as the size, and how it knows where to jump to."""
    part, size = seen.question.way is Way.PART, str(seen.wanted.size)
    found = seen.answer.says("Content-Range").rpartition("/")[2] if part else seen.answer.says("Content-Length")
    # What came whole is judged by itself.
    size = str(seen.answer.size) if seen.question.way is Way.WHOLE else size
    if found == size or (not found and not seen.wanted.is_media):
        return None
    return f"it is said to have {found or 'no number of'} bytes, not {size}"


def _jumps(seen: Seen) -> str | None:
    return "players are told that they cannot jump in it" if seen.answer.says("Accept-Ranges") == "none" else None


def _bytes(seen: Seen) -> str | None:
    answer, wanted = seen.answer, seen.wanted
    if seen.question.way is Way.PART:
        expected, size = wanted.digest_of(seen.question.part), len(seen.question.part)
        if answer.size == size and expected in {None, answer.sha256}:
            return None
        which = "first" if seen.question.part.start == 0 else "last"
        return f"its {which} {size:,} bytes are not what was approved"
    if answer.garbled:
        return answer.garbled
    if answer.sha256 == wanted.sha256:
        return None
    if answer.size != wanted.size:
        return f"it has {answer.size:,} bytes, not the {wanted.size:,} that were approved"
    return "its bytes are not what was approved"


def _origins(seen: Seen) -> str | None:
    if seen.answer.says("Access-Control-Allow-Origin") in {"*", ELSEWHERE}:
        return None
    return "players in other pages may not read it: there is no Access-Control-Allow-Origin"


@dataclass(frozen=True)
class Check:
    """One thing that must hold."""

    name: str
    flaw: Flaw
    """What is wrong, if something is."""
    todo: str
    """What to do then."""
    concerns: Callable[[Seen], bool] = lambda _: True
    """Of which answers it is asked."""
    is_last: bool = False
    """Whether nothing else says anything where it fails."""
    is_grave: bool = True
    """Whether a listener would not get the file, so that a release stops for it."""


CHECKS: Final = (
    Check("answer", _had, LOOK, is_last=True),
    Check("presence", _presence, MEND, is_last=True),
    Check("status", _status, LOOK, is_last=True),
    Check("type", _type, SERVED, lambda seen: seen.has_headers),
    Check("cache", _cache, SERVED, lambda seen: seen.has_headers, is_grave=False),
    Check("encoding", _encoding, SERVED, lambda seen: seen.has_headers),
    Check("compressed", _compressed, SERVED, lambda seen: seen.has_headers, is_grave=False),
    Check("length", _length, SERVED, lambda seen: seen.has_headers and not seen.answer.says("Content-Encoding")),
    Check("jumps", _jumps, SERVED, lambda seen: seen.has_headers and seen.wanted.is_media, is_grave=False),
    Check("origins", _origins, CORS, lambda seen: seen.has_headers and seen.wanted.is_fetched_by_pages, is_grave=False),
    Check("bytes", _bytes, MEND, lambda seen: seen.question.way is not Way.HEAD),
)
"""In their order."""


def flaws(seen: Seen) -> Iterator[tuple[Check, str]]:
    """Each check that fails, and what is wrong."""
    for check in CHECKS:
        if check.concerns(seen) and (said := check.flaw(seen)):
            yield check, said
            if check.is_last:
                return


def in_words(differences: list[Difference], most: int) -> Iterator[Difference]:
    """Differences for people: of those with the same flaw the first few, then how many more there are."""
    alike: dict[tuple[str, str], list[Difference]] = {}
    for one in differences:
        alike.setdefault((re.sub(r"[\d,]+", "", one.what), one.todo), []).append(one)
    for group in alike.values():
        yield from islice(group, most)
        if len(group) > most:
            yield Difference(f"and {len(group) - most} more", group[0].what, group[0].todo)
