"""Move a piece as far as it can go: prepare, submit, wait for legal, release. Finished work is never repeated."""

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.audio.master import Master
from publisher.counting import counted
from publisher.errors import PublisherError
from publisher.policy.waiving import with_waivers
from publisher.rendering.model import page_key
from publisher.review.gate import Approved, Refusal, admit
from publisher.review.manifest import short
from publisher.review.revisions import Revision
from publisher.workflow import telling
from publisher.workflow.context import Context
from publisher.workflow.held import Held, hold_at
from publisher.workflow.lines import public_revisions
from publisher.workflow.pointing import makers, waivers_for
from publisher.workflow.prepare import Prepared, prepare
from publisher.workflow.release import Released, release
from publisher.workflow.remarks import open_remarks
from publisher.workflow.stage import find_submitted, is_due
from publisher.workflow.submit import submit
from publisher.workflow.telling import Step, Tell
from publisher.workflow.transcribing import NobodySpeaksError, may_transcribe, transcribe, words_changed
from publisher.workflow.waiting import wait_of
from publisher.workspace.inserts import inserts_of
from publisher.workspace.pieces import Episode, Piece
from publisher.workspace.window import Window, in_words


@dataclass(frozen=True)
class End:
    """How far the piece came."""

    public: bool
    """Whether the public has it now."""
    next: str
    """What to do next, or where it can be found."""
    kept: bool = True
    """Whether its evidence is in the vault, if there is one."""


def advance(context: Context, piece: Piece, by: str | None, to: str | None, tell: Tell) -> End:
    """Take a piece as far as it can go, telling each step as it is done.

    by: id of who submits it; its first host or author if not said.
    to: the target; that of `publisher.toml` if not said.
    Errors: whatever its author can mend, among them findings that block it.
    """
    submitter, known = _submitter(context, piece, by), _find_whole(context, piece)
    revision = _known(known, piece, tell) if known else _new(context, piece, submitter, tell)
    for step in telling.of_remarks(piece.slug, open_remarks(context, piece.slug)):
        tell(step)
    evidence = context.evidence()
    try:
        approved = admit(revision, piece.slug, context.rules, evidence, now=context.today())
    except Refusal as refusal:
        wait = wait_of(context, revision, refusal)
        # Those of a new revision stand below its guidelines already.
        tell(Step("legal", wait.text, done=False, findings=wait.findings if known else ()))
        return End(public=False, next=wait.next)
    names = ", ".join(envelope.statement.name for envelope in approved.approvals)
    tell(Step("legal", f"approved by {names}"))
    hold = hold_at(evidence, to or context.workspace.config.release.target)
    if hold and revision.name in hold.held(evidence, piece.slug):
        held = Held(piece.slug, hold)
        tell(Step("released", held.what, done=False))
        return End(public=False, next=held.hint or "")
    if is_due(approved, context.now):
        return _released(context, piece, approved, to, tell)
    public = public_revisions(evidence.of(""), to or context.workspace.config.release.target)
    return _out_of_time(context, approved.revision.card.window, tell, is_public=piece.slug in public)


def _out_of_time(context: Context, window: Window, tell: Tell, *, is_public: bool) -> End:
    """What is approved, and not to be public now."""
    if window.ends and window.is_over(context.now):
        tell(Step("released", f"its time is over since {in_words(window.ends)}", done=False))
        then = "publish release, which takes it away" if is_public else "a later unpublish_at, if it is to come back"
        return End(public=False, next=then)
    tell(Step("released", f"waits for its moment, {in_words(window.begins)}", done=False))
    return End(public=False, next="publish release --due, then or each minute from a timer")


def _submitter(context: Context, piece: Piece, by: str | None) -> str:
    """Who submits a piece; the ledger keeps their name for ever, so it must be someone's."""
    if by is None:
        return piece.hosts[0] if isinstance(piece, Episode) else piece.people[0]
    if by not in context.workspace.people:
        raise PublisherError(f"{by!r} is nobody in people.toml", hint=f"publish people add {by} --name NAME")
    return by


def _known(revision: Revision, piece: Piece, tell: Tell) -> Revision:
    """The submitted revision of a piece that is as it was then."""
    for step in (*_without_times(piece), *telling.of_master(revision)):
        tell(step)
    tell(Step("submitted", f"revision {short(revision.name)}, unchanged since"))
    return revision


def _new(context: Context, piece: Piece, by: str, tell: Tell) -> Revision:
    """The revision of a piece as it is now, submitted."""
    prepared = _prepared(context, piece, by, tell)
    name = submit(context, piece, prepared, by)
    tell(Step("submitted", f"revision {name}, by {by}"))
    return prepared.revision


def _find_whole(context: Context, piece: Piece) -> Revision | None:
    """The submitted revision, unless it is damaged: then it is made and submitted again, and heals."""
    evidence = context.evidence()
    try:
        return find_submitted(context, evidence, piece)
    except PublisherError:
        return None


def _prepared(context: Context, piece: Piece, by: str, tell: Tell) -> Prepared:
    if isinstance(piece, Episode):
        tell(telling.of_recording(piece))
        for step in _heard(context, piece):
            tell(step)

    def mastered(master: Master) -> None:
        if isinstance(piece, Episode):
            for step in _steps_of_master(context, piece, master):
                tell(step)

    prepared = prepare(context, piece, mastered)
    for step in _steps(context, piece, prepared, by):
        tell(step)
    return prepared


def _without_times(piece: Piece) -> Iterator[Step]:
    """Words that were written since the times of the others were found: they stand in no transcript."""
    if isinstance(piece, Episode) and words_changed(piece):
        changed = f"{piece.matter.transcript} was changed since its times were found"
        yield Step("transcript", f"{changed}: publish transcribe {piece.slug} --again", done=False)


def _heard(context: Context, episode: Episode) -> Iterator[Step]:
    """Make the transcript of an episode that has none, where that can be done here."""
    yield from _without_times(episode)
    if not may_transcribe(context, episode):
        return
    try:
        yield from telling.of_transcribed(transcribe(context, episode))
    except NobodySpeaksError as error:
        yield Step("transcript", error.what, done=False)


def _steps_of_master(context: Context, episode: Episode, master: Master) -> Iterator[Step]:
    yield from telling.of_tracks(episode, master)
    yield from telling.of_edits(episode, master.timeline)
    yield from telling.of_music(inserts_of(episode, context.workspace.show(episode), context.root))
    yield telling.measured(master.whole_seconds, master.loudness.integrated, master.loudness.true_peak)


def _steps(context: Context, piece: Piece, prepared: Prepared, by: str) -> Iterator[Step]:
    if isinstance(piece, Episode) and (made := prepared.made):
        yield from telling.of_clips(piece)
        yield telling.of_transcript(piece, made, context.workspace.names_of(piece))
    made_by = makers(context, prepared.revision) | context.rules.humans.selves({by})
    findings = with_waivers(prepared.findings, waivers_for(context, prepared.revision, made_by))
    yield telling.of_guidelines(findings, context.workspace.rules_of(piece), context.tiers)


def _released(context: Context, piece: Piece, approved: Approved, to: str | None, tell: Tell) -> End:
    found = release(context, to)
    tell(Step("released", _sent(found)))
    for step in (*telling.of_announced(found.told), *telling.of_vaulted(found.vaulted)):
        tell(step)
    manifest = approved.revision.manifest
    for step in telling.of_public_clips(piece, manifest) if isinstance(piece, Episode) else ():
        tell(step)
    kept = not isinstance(found.vaulted, PublisherError) and not (found.vaulted and found.vaulted.lost)
    return End(public=True, next=manifest.house + page_key(manifest.kind, manifest.slug), kept=kept)


def _sent(found: Released) -> str:
    """What a release did, others' pieces included: it makes the target equal all that is approved."""
    put, deleted = (found.applied.put, found.applied.deleted) if found.applied else (0, 0)
    if not put and not deleted:
        return f"{found.address} has it already"
    files = f"{counted(put, 'file')} to {found.address}"
    return f"{files}, {deleted} deleted there" if deleted else files
