"""What the public should have at a target: by the ledger, the gate, and the record of the latest release there."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from publisher.edition.model import Edition, PublicFile
from publisher.errors import PublisherError
from publisher.release.checks import Difference, Wanted
from publisher.release.record import Record, Recorded, State, edition_digest
from publisher.release.target import Target
from publisher.review import records
from publisher.review.gate import Approved, Evidence, admit
from publisher.review.manifest import short
from publisher.workflow.context import Context
from publisher.workflow.denied import denials
from publisher.workflow.drafting import as_kept, edition_of
from publisher.workflow.held import hold_at
from publisher.workflow.lines import public_revisions, releases_to, whole_name
from publisher.workflow.stage import admitted, is_due
from publisher.workspace.window import in_words

BACK: Final = 5
"""So many releases an old copy is searched for."""


@dataclass
class Expected:
    """What the public should have, and how sure that is."""

    evidence: Evidence
    public: dict[str, str]
    """Slug to revision, by the ledger."""
    ever: frozenset[tuple[str, str]]
    """Slug and revision of all that was public here once: their media may stay a while."""
    unapproved: tuple[Difference, ...]
    """Public pieces that should not be."""
    due: tuple[str, ...]
    """What a release would change."""
    files: tuple[Wanted, ...]
    is_whole: bool
    """Whether the record's files are those of its edition."""
    is_proven: bool
    """Whether its edition is what the approved pieces give, or what the ledger says that was released."""
    changed: tuple[str, ...]
    """That the workspace gives another edition by now, if it does."""
    earlier: "_Earlier"

    def is_earlier(self, key: str, sha256: str) -> bool:
        """Whether these are the bytes that a key had after an earlier release, as far as that can be made again."""
        return sha256 in self.earlier.digests(key)


def expected(context: Context, target: Target, name: str, record: Record) -> Expected:
    """Find out what should be public. name: the target as the ledger names it."""
    evidence = context.evidence()
    public = public_revisions(evidence.of(""), name)
    approved, unapproved = _approved(context, evidence, public)
    edition = as_kept(context, target, _edition(context, evidence, approved))
    digest = _digest(record)
    is_whole = record.state is State.COMPLETE and digest == record.edition
    gives = edition_digest(edition) == record.edition
    is_proven = gives or _latest(evidence, name) == record.edition or len(approved) < len(public)
    trusted = is_whole and is_proven
    changed = () if gives or not trusted else ("the workspace gives another edition by now: publish release is due",)
    files = _of_record(context, record, edition) if trusted else _of_edition(context, edition)
    ever = frozenset(change for one in releases_to(evidence.of(""), name) for change in one.pieces)
    return Expected(
        evidence, public, ever, (*unapproved, *_over(context, approved)),
        tuple(_due(context, evidence, public, name)), tuple(files), is_whole, is_proven, changed,
        _Earlier(context, evidence, name),
    )  # fmt: skip


def _approved(
    context: Context, evidence: Evidence, public: dict[str, str]
) -> tuple[tuple[Approved, ...], list[Difference]]:
    """The public pieces as the gate admits them, and those that it does not."""
    approved, refused = [], []
    for slug, revision in sorted(public.items()):
        try:
            approved.append(_admitted(context, evidence, slug, revision))
        except PublisherError as error:
            what = f"revision {revision} is public, and is not approved: {error.what}"
            refused.append(Difference(slug, what, error.hint or "publish release"))
    return tuple(approved), refused


def _admitted(context: Context, evidence: Evidence, slug: str, revision: str) -> Approved:
    """Errors: the ledger does not know the revision, or the gate refuses it."""
    name = whole_name(evidence.of(slug), revision)
    if name is None:
        raise PublisherError("the ledger has no submission of it", hint="publish ledger verify")
    return admit(context.revisions.get(slug, name), slug, context.rules, evidence, now=context.now)


def _edition(
    context: Context, evidence: Evidence, approved: tuple[Approved, ...], lines: Sequence[records.Record] | None = None
) -> Edition:
    """What these pieces give together, whenever they were public together, and what was taken down."""
    begins = [one.revision.card.window.begins for one in approved]
    return edition_of(context, approved, denials(context, evidence), max(begins, default=context.now), lines)


def _over(context: Context, approved: tuple[Approved, ...]) -> Iterator[Difference]:
    for one in approved:
        window = one.revision.card.window
        if window.ends and window.is_over(context.now):
            what = f"it is public, and its time is over since {in_words(window.ends)}"
            yield Difference(one.revision.manifest.slug, what, "publish release takes it away")


def _due(context: Context, evidence: Evidence, public: dict[str, str], name: str) -> Iterator[str]:
    """What is approved and not sent yet. name: of the target, as the ledger has it."""
    waiting, hold = [], hold_at(evidence, name)
    for slug in context.workspace.pieces:
        with suppress(PublisherError):
            found, _ = admitted(context, evidence, slug, hold.held(evidence, slug) if hold else ())
            if found and is_due(found, context.now) and short(found.revision.name) != public.get(slug):
                waiting.append(slug)
    if waiting:
        yield f"publish release is due for {', '.join(waiting)}; what is compared is what was released"


def _latest(evidence: Evidence, name: str) -> str:
    """Digest of the edition of the latest release that the ledger tells of."""
    own = [*releases_to(evidence.of(""), name)]
    return str(own[-1].data.get("edition", "")) if own else ""


def _digest(record: Record) -> str:
    """Digest of the edition that the record's files are."""
    files = {key: _file(key, each) for key, each in record.files.items() if each.gone is None}
    return edition_digest(Edition(files))


def _file(key: str, each: Recorded) -> PublicFile:
    return PublicFile(
        key, each.sha256 or "", each.size, each.content_type, each.cache_control, each.phase, b"", each.content_encoding
    )


def _of_record(context: Context, record: Record, edition: Edition) -> Iterator[Wanted]:
    for key, each in record.files.items():
        if each.gone is None:
            made = edition.files.get(key)
            same = made if made and made.sha256 == each.sha256 else None
            yield _wanted(context, _file(key, each), same)


def _of_edition(context: Context, edition: Edition) -> Iterator[Wanted]:
    for file in edition.files.values():
        yield _wanted(context, file, file)


def _wanted(context: Context, file: PublicFile, made: PublicFile | None) -> Wanted:
    """A file as it should be, with its bytes if these are here and right."""
    source = made.source if made else None
    is_here = source is not None and (
        isinstance(source, bytes) or (source.is_file() and context.digests.digest(source).sha256 == file.sha256)
    )
    return Wanted.of(file, source if is_here else None)


@dataclass
class _Earlier:
    """The digests that keys had after earlier releases, made when the first file differs."""

    context: Context
    evidence: Evidence
    name: str
    _lock: Lock = field(default_factory=Lock)
    _known: dict[str, set[str]] | None = None

    def digests(self, key: str) -> set[str]:
        """Of one key. Called from several threads."""
        with self._lock:
            if self._known is None:
                self._known = {}
                for edition in self._editions():
                    for file in edition.files.values():
                        self._known.setdefault(file.key, set()).add(file.sha256)
        return self._known.get(key, set())

    def _editions(self) -> Iterator[Edition]:
        """What was public after each of the latest releases, with the names, covers and theme of today."""
        lines = tuple(self.evidence.of(""))
        ends = [number for number, one in enumerate(lines) if one.event == "release"]
        for end in ends[-BACK - 1 : -1]:
            with suppress(PublisherError):
                public = public_revisions(lines[: end + 1], self.name)
                approved, _ = _approved(self.context, self.evidence, public)
                yield _edition(self.context, self.evidence, approved, lines[: end + 1])
