"""Move a piece as far as it can go: prepare, submit, wait for legal, release. Finished work is never repeated."""

from collections.abc import Callable
from dataclasses import dataclass

from publisher.errors import PublisherError
from publisher.policy.findings import Finding
from publisher.rendering.model import Card, page_key
from publisher.rendering.piece import CARD
from publisher.review.gate import Approved, Refusal, admit
from publisher.review.manifest import Manifest, short
from publisher.review.revisions import Revision
from publisher.transcript.timecode import format_timecode
from publisher.workflow.context import Context
from publisher.workflow.prepare import Prepared, prepare
from publisher.workflow.release import Released, release
from publisher.workflow.stage import find_submitted, is_due
from publisher.workflow.submit import submit
from publisher.workflow.waiting import wait_of
from publisher.workspace.pieces import Episode, Piece


@dataclass(frozen=True)
class Step:
    """One line about what was done."""

    name: str
    """`recording`, `master`, `transcript`, `guidelines`, `submitted`, `legal`, `released`."""
    text: str
    done: bool = True
    """False for what the piece waits for."""
    findings: tuple[Finding, ...] = ()
    """To be shown below the line."""


@dataclass(frozen=True)
class End:
    """How far the piece came."""

    public: bool
    """Whether the public has it now."""
    next: str
    """What to do next, or where it can be found."""


Tell = Callable[[Step], None]


def advance(context: Context, piece: Piece, by: str | None, to: str | None, tell: Tell) -> End:
    """Take a piece as far as it can go, telling each step as it is done.

    by: id of who submits it; its first host or author if not said.
    to: the target; that of `publisher.toml` if not said.
    Errors: whatever its author can mend, among them findings that block it.
    """
    revision = _submitted(context, piece, _submitter(context, piece, by), tell)
    evidence = context.evidence()
    try:
        approved = admit(revision, piece.slug, context.rules, evidence, today=context.today().date())
    except Refusal as refusal:
        wait = wait_of(context, revision.manifest, refusal)
        tell(Step("legal", wait.text, done=False))
        return End(public=False, next=wait.next)
    names = ", ".join(envelope.statement.name for envelope in approved.approvals)
    tell(Step("legal", f"approved by {names}"))
    if is_due(approved, context.now):
        return _released(context, approved, to, tell)
    tell(Step("released", f"waits for its date, {piece.matter.date:%Y-%m-%d %H:%M %Z}", done=False))
    return End(public=False, next="publish release, on that day or every day from a timer")


def _submitter(context: Context, piece: Piece, by: str | None) -> str:
    """Who submits a piece; the ledger keeps their name for ever, so it must be someone's."""
    if by is None:
        return piece.hosts[0] if isinstance(piece, Episode) else piece.people[0]
    if by not in context.workspace.people:
        raise PublisherError(f"{by!r} is nobody in people.toml", hint=f"publish people add {by} --name NAME")
    return by


def _submitted(context: Context, piece: Piece, by: str, tell: Tell) -> Revision:
    """The submitted revision of a piece as it is now: the one that is there, or a new one."""
    known = _find_whole(context, piece)
    if known is not None:
        revision = context.revisions.get(piece.slug, known)
        _tell_master(revision.manifest, revision.parts[CARD], tell)
        tell(Step("submitted", f"revision {short(known)}, unchanged since"))
        return revision
    prepared = _prepared(context, piece, tell)
    name = submit(context, piece, prepared, by)
    tell(Step("submitted", f"revision {name}, by {by}"))
    return prepared.revision


def _find_whole(context: Context, piece: Piece) -> str | None:
    """The submitted revision, unless it is damaged: then it is made and submitted again, and heals."""
    evidence = context.evidence()
    try:
        return find_submitted(context, evidence, piece)
    except PublisherError:
        return None


def _prepared(context: Context, piece: Piece, tell: Tell) -> Prepared:
    if isinstance(piece, Episode):
        files = list(dict.fromkeys(track.file for track in piece.matter.recording))
        count = len(piece.matter.recording)
        tell(Step("recording", f"{_count(count, 'track')}: {', '.join(files)}"))
    prepared = prepare(context, piece)
    _tell_master(prepared.revision.manifest, prepared.revision.parts[CARD], tell)
    if isinstance(piece, Episode):
        transcript = prepared.transcript
        tell(
            Step("transcript", f"{_count(len(transcript.cues), 'cue')} from {piece.matter.transcript}")
            if transcript
            else Step("transcript", "none: legal listens to all of it", done=False)
        )
    rules, found = len(context.workspace.guidelines), len(prepared.findings)
    text = (
        f"{_count(found, 'finding')} by {_count(rules, 'rule')}"
        if found
        else f"nothing found by {_count(rules, 'rule')}"
    )
    tell(Step("guidelines", text, not found, prepared.findings))
    return prepared


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _tell_master(manifest: Manifest, card: bytes, tell: Tell) -> None:
    if manifest.loudness:
        seconds = Card.from_bytes(card).duration or 0
        loudness, peak = manifest.loudness["integrated_lufs"], manifest.loudness["true_peak_dbtp"]
        tell(Step("master", f"{format_timecode(seconds)}, {_signed(loudness)} LUFS, {_signed(peak)} dBTP"))


def _signed(value: float) -> str:
    """A number with a real minus sign, as engineers write levels."""
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")


def _released(context: Context, approved: Approved, to: str | None, tell: Tell) -> End:
    found = release(context, to)
    tell(Step("released", _sent(found)))
    manifest = approved.revision.manifest
    return End(public=True, next=manifest.house + page_key(manifest.kind, manifest.slug))


def _sent(found: Released) -> str:
    """What a release did, others' pieces included: it makes the target equal all that is approved."""
    put, deleted = (found.applied.put, found.applied.deleted) if found.applied else (0, 0)
    if not put and not deleted:
        return f"{found.address} has it already"
    files = f"{_count(put, 'file')} to {found.address}"
    return f"{files}, {deleted} deleted there" if deleted else files
