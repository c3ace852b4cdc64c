"""The record of what is public, kept at the target itself: which keys are ours, and what we put there.

It is written twice in a release: as `pending` before the first file goes, so that whatever a killed release
leaves behind is known as ours, and as `complete` after the last. Each time it takes the place of the one that was read
(compare and swap), so of two releases one finds that the other was faster. The one time that it holds is since when a
file is not in the edition any more.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from publisher.edition.model import Edition, Phase, PublicFile
from publisher.errors import PublisherError
from publisher.review.head import Head

RECORD_KEY = "edition.json"
"""Where the record lies at a target. No file of an edition may have this key."""
SCHEMA = 3
"""Of the record's JSON; counted up when an older reader could misread it. 1 had no files that wait to go,
and no pieces that were taken down; 2 had no texts that are kept compressed."""
UNCOMPRESSED = 2
"""What is written where none is: an older reader can't misread that."""


class State(StrEnum):
    """How far the release came that wrote a record."""

    PENDING = "pending"
    COMPLETE = "complete"


@dataclass(frozen=True)
class Recorded:
    """What we put under one key."""

    sha256: str | None
    """Digest of the bytes, 64 hexadecimal digits; None while a release is replacing them: old or new may be there."""
    size: int
    """Bytes."""
    content_type: str
    """The header as sent."""
    cache_control: str
    """The header as sent."""
    phase: Phase
    """When it was sent; deletes go the other way round."""
    etag: str | None
    """The target's own name for the content; None while a release hasn't yet heard it."""
    gone: str | None = None
    """Since when no edition has it (ISO 8601 in UTC, whole seconds); None for what the edition has."""
    content_encoding: str = ""
    """The header as sent, or as it would have been, had that made the file smaller. Digest and size are of the bytes
    before."""

    @classmethod
    def of(cls, file: PublicFile, etag: str | None) -> Self:
        """Record `file` under the name that the target gave its content."""
        return cls(
            file.sha256, file.size, file.content_type, file.cache_control, file.phase, etag,
            content_encoding=file.content_encoding,
        )  # fmt: skip


@dataclass(frozen=True)
class Record:
    """Everything that we put at one target, by key: the only keys that a later release may replace or delete."""

    state: State
    """Whether the release that wrote it came to its end."""
    edition: str
    """Digest of that release's edition; see `edition_digest`. Empty where nothing was ever released."""
    files: Mapping[str, Recorded]
    """By key."""
    ledger: Head | None = None
    """The head of the ledger from which that release took what was approved; None of one before there were heads."""
    turn: int = 0
    """Of the lease that its release held: it only grows, so a record of an earlier turn is of an earlier release."""
    denied: Mapping[str, str] = field(default_factory=dict)
    """Pieces that were taken down, by slug, and the digest of the signed file: whoever has a ledger that does not know
    of it yet puts none of them back."""

    @property
    def is_compressed(self) -> bool:
        """Whether texts are kept compressed there."""
        return any(each.content_encoding for each in self.files.values())

    def to_bytes(self) -> bytes:
        """Write it as canonical JSON: sorted keys, no spaces, ASCII, one line."""
        files = {key: _said(each) for key, each in self.files.items()}
        document: dict[str, object] = {
            "schema": SCHEMA if self.is_compressed else UNCOMPRESSED,
            "state": self.state,
            "edition": self.edition,
            "files": files,
            "turn": self.turn,
        }
        if self.ledger:
            document["ledger"] = self.ledger.as_dict()
        if self.denied:
            document["denied"] = dict(self.denied)
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _said(entry: Recorded) -> dict[str, object]:
    """Without what says nothing: most files wait for nothing, and in most places nothing is compressed."""
    return {name: value for name, value in vars(entry).items() if name not in _OPTIONAL or value}


_OPTIONAL = frozenset({"gone", "content_encoding"})


NOTHING = Record(State.COMPLETE, "", {})
"""The record of a target that nothing was released to."""


def parse_record(data: bytes, *, where: str) -> Record:
    """Read what `Record.to_bytes` wrote.

    where: the record's address, for messages.
    Raises PublisherError if the bytes are not a record, or one of a newer program.
    """
    try:
        document = json.loads(data)
        schema = document["schema"]
        if isinstance(schema, int) and schema > SCHEMA:
            raise _too_new(where)
        return _record(document)
    except (ValueError, TypeError, KeyError) as error:
        raise PublisherError(
            "the record of what is public is damaged",
            where=where,
            hint="delete it: the next release then compares every file by its bytes and writes it anew",
        ) from error


def _record(said: Mapping[str, object]) -> Record:
    """Check it by hand: pydantic takes as long to import as the rest of a release that changes nothing.

    Errors: ValueError or TypeError where anything is missing or of another type. What a newer program adds is ignored.
    """
    match said:
        case {"state": str(state), "edition": str(edition), "files": dict(files)}:
            recorded = {key: _recorded(each) for key, each in files.items()}
            head = said.get("ledger")
            ledger = None if head is None else Head.from_json(head)
            denied = _denied(said.get("denied", {}))
            return Record(State(state), edition, recorded, ledger, _whole(said.get("turn", 0)), denied)
    raise TypeError("not a record")


def _recorded(said: Mapping[str, object]) -> Recorded:
    match said:
        case {
            "sha256": str() | None as sha256,
            "size": size,
            "content_type": str(content_type),
            "cache_control": str(cache_control),
            "phase": phase,
            "etag": str() | None as etag,
        }:
            gone, coding = said.get("gone"), said.get("content_encoding", "")
            if (gone is None or isinstance(gone, str)) and isinstance(coding, str):
                whole, when = _whole(size), Phase(_whole(phase))
                return Recorded(sha256, whole, content_type, cache_control, when, etag, gone, coding)
    raise TypeError("not what we put")


def _denied(said: object) -> dict[str, str]:
    if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
        raise TypeError("not what was taken down")
    return said


def _whole(said: object) -> int:
    if type(said) is not int:  # True is an int as well
        raise TypeError("not a whole number")
    return said


def _too_new(where: str) -> PublisherError:
    return PublisherError(
        "the record of what is public was written by a newer version of this program",
        where=where,
        hint="update the program, then run the same command again",
    )


def edition_digest(edition: Edition) -> str:
    """Digest what the public would get: every key with its content and its headers, in the order of the keys.

    64 hexadecimal digits. Phases and sources don't count: they say how an edition is sent, not what it is.
    """
    rows = sorted(
        [each.key, each.sha256, each.content_type, each.cache_control]
        + ([each.content_encoding] if each.content_encoding else [])
        for each in edition.files.values()
    )
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()
