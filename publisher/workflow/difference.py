"""What changed between the revision in review and the one before it."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from publisher.review.ledger import Record
from publisher.review.manifest import Entry
from publisher.workflow.context import Context
from publisher.workflow.decide import in_review
from publisher.workflow.lines import submissions


@dataclass(frozen=True)
class Difference:
    """From one revision to the next."""

    old: str | None
    """None if there was none: then everything is new."""
    new: str
    files: list[str]
    """Files that came, went or have other bytes, a line each."""
    lines: list[str]
    """A unified diff of the parts."""


def difference(context: Context, slug: str) -> Difference:
    """Compare with the last revision that somebody decided on, or else with the one submitted before."""
    new = in_review(context, slug)
    before = _before(context.ledger.of(slug), new.name)
    if before is None:
        return Difference(None, new.name, list(_files((), new.manifest.files)), list(_lines({}, new.parts)))
    old = context.revisions.get(slug, before)
    files = _files(old.manifest.files, new.manifest.files)
    return Difference(old.name, new.name, list(files), list(_lines(old.parts, new.parts)))


def _before(records: Sequence[Record], new: str) -> str | None:
    decided = [
        record.revision for record in records if record.event in {"approve", "reject"} and record.revision != new
    ]
    earlier = [revision for revision in submissions(records) if revision != new]
    return decided[-1] if decided else earlier[0] if earlier else None


def _files(old: Iterable[Entry], new: Iterable[Entry]) -> Iterator[str]:
    before = {file.role: file for file in old}
    after = {file.role: file for file in new}
    for role in sorted({*before, *after}):
        if before.get(role) == after.get(role):
            continue
        was, is_ = before.get(role), after.get(role)
        if was:
            yield f"- {role} {was.sha256[:12]} ({was.size:,} bytes)"
        if is_:
            yield f"+ {role} {is_.sha256[:12]} ({is_.size:,} bytes)"


def _lines(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[str]:
    for name in sorted({*old, *new}):
        was, is_ = (_readable(parts.get(name, b"")).splitlines() for parts in (old, new))
        yield from difflib.unified_diff(was, is_, f"{name} before", f"{name} now", lineterm="", n=2)


def _readable(part: bytes) -> str:
    """A part without the shape of its waveform, which nobody can read: it follows the audio, which has its own line."""
    return _WAVEFORM.sub("", part.decode())


_WAVEFORM = re.compile(r'(?<=<path d=")[M0-9v ]+(?="/>)')
