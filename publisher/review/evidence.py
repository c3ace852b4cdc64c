"""What the gate judges by: the ledger's records, the signed files, and the media as they lie here."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from publisher.errors import PublisherError
from publisher.files import Digest, digest_bytes
from publisher.review.lineage import Order, order_of
from publisher.review.manifest import Entry
from publisher.review.records import Record
from publisher.review.statement import Envelope, open_envelope
from publisher.review.trust import lines_of


@dataclass(frozen=True)
class Evidence:
    """What there is to judge by; gathered once, it serves any number of pieces."""

    records: Sequence[Record]
    """The ledger, its chain verified."""
    envelopes: Mapping[str, bytes]
    """Files of `approvals/` by their digest."""
    media: Callable[[Entry], Digest | None]
    """The digest of a file of the revision as it lies here, or None where it does not."""
    known_order: Order | None = None
    """What came before what, where that is known already."""

    @cached_property
    def order(self) -> Order:
        """What came before what."""
        return self.known_order or order_of(self.records)

    def of(self, slug: str) -> Sequence[Record]:
        """The records of one piece, in order."""
        return self._by_slug.get(slug, ())

    @cached_property
    def people(self) -> tuple[Record, ...]:
        """The records of signed versions of the people, in order."""
        return lines_of(self.of(""))

    def unrecorded(self, slug: str) -> Sequence[Envelope]:
        """Rejections of one piece that lie in `approvals/` without a line in the ledger. They are not yet verified.

        A kill between the two writes leaves one; so does a ledger that was cut, or a merge that lost a line.
        """
        return self._unrecorded.get(slug, ())

    @cached_property
    def _by_slug(self) -> Mapping[str, Sequence[Record]]:
        found: dict[str, list[Record]] = {}
        for record in self.records:
            found.setdefault(record.slug, []).append(record)
        return found

    @cached_property
    def opened(self) -> Mapping[str, Envelope]:
        """The signed files that are whole, by their digest. They are not yet verified."""
        found = {digest: _open(data) for digest, data in self.envelopes.items()}
        return {digest: envelope for digest, envelope in found.items() if envelope is not None}

    @cached_property
    def _unrecorded(self) -> Mapping[str, Sequence[Envelope]]:
        recorded = {(record.slug, record.by, record.envelope) for record in self.records if record.event == "reject"}
        found: dict[str, list[Envelope]] = {}
        for digest, envelope in sorted(self.opened.items()):
            said = envelope.statement
            if said.decision == "reject" and (said.slug, said.person, digest) not in recorded:
                found.setdefault(said.slug, []).append(envelope)
        return found


def _open(data: bytes) -> Envelope | None:
    try:
        return open_envelope(data, "approvals")
    except PublisherError:
        return None


def read_envelopes(folder: Path) -> dict[str, bytes]:
    """Every envelope in `approvals/`, by digest; what is no plain file is none, and no link is followed.

    Errors: OSError for a file or folder that may not be read, rather than judging without it.
    """
    return {digest_bytes(data).sha256: data for data in map(_read, sorted(_plain_files(folder)))}


def _plain_files(folder: Path | str) -> Iterator[str]:
    """Paths of all envelopes in a folder and below; of ten thousand folders, each is asked once what it holds."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _plain_files(entry.path)
            elif entry.name.endswith(".dsse.json") and entry.is_file(follow_symlinks=False):
                yield entry.path


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - half the time of a Path, for ten thousand
        return stream.read()
