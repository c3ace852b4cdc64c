"""Release: make a target equal the edition of all that the gate admits, and record what the public has now."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from filelock import FileLock

from publisher.edition.model import Edition
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.release.apply import Applied, Silent, apply
from publisher.release.asking import Public
from publisher.release.lease import Held, leased
from publisher.release.plan import Plan
from publisher.release.record import RECORD_KEY
from publisher.release.steps import Action, Step
from publisher.release.target import Target, TargetOptions, open_target
from publisher.release.visit import Visit
from publisher.review.gate import Evidence, Refusal
from publisher.review.manifest import short
from publisher.workflow.announcing import Answers, announce_release
from publisher.workflow.context import Context
from publisher.workflow.denied import denials, owed_notices
from publisher.workflow.drafting import Asked, Draft, draft, ready
from publisher.workflow.holding import holder
from publisher.workflow.lines import changed, public_revisions
from publisher.workflow.stage import is_due
from publisher.workflow.vaulted import Vaulted, refuse_public

PATIENCE: Final = 600.0
"""Seconds that a release waits for another one from this workspace to the same target."""


@dataclass(frozen=True)
class Released:
    """What a release did, or would do."""

    address: str
    plan: Plan
    applied: Applied | None
    """None for a dry run."""
    left_out: tuple[tuple[str, Refusal], ...]
    """Pieces that have no admitted revision, with the gate's reason."""
    told: Answers = ()
    """What came of telling others; empty if nothing changed, or it is not the house's own target."""
    vaulted: Vaulted | PublisherError | None = None
    """What the vault was given, or why it was not: the release stands all the same. None if there is no vault."""
    uncompressed: bool = False
    """Whether `publisher.toml` says compress = true in vain, because the target is a folder."""


def target_address(context: Context, to: str | None = None) -> str:
    """Where a release goes: what was asked for, or what `publisher.toml` says."""
    address = to or context.workspace.config.release.target
    return address if "://" in address else str(context.root / address)


def open_release_target(context: Context, to: str | None = None) -> Target:
    """The target of a release, with the options of `publisher.toml`. Errors: it is the bucket of the vault."""
    refuse_public(context, target_address(context, to))
    return open_target(target_address(context, to), target_options(context))


def target_options(context: Context) -> TargetOptions:
    """What `publisher.toml` says about the target."""
    release = context.workspace.config.release
    return TargetOptions(
        digest_cache=context.cache / "target-digests.json",
        endpoint=release.endpoint,
        region=release.region,
        profile=release.profile,
        single_writer=release.single_writer,
        journal=context.cache / "uploads",
    )


def release(  # noqa: PLR0913  what a release may be asked for
    context: Context,
    to: str | None = None,
    *,
    dry_run: bool = False,
    max_deletes: int | None = None,
    anew: bool = False,
    patience: float = PATIENCE,
) -> Released:
    """Make the target equal the edition of everything that is approved and due.

    anew: look at all that is at the target, and put right what others changed there.
    patience: seconds to wait for another release from this workspace; then it is a `filelock.Timeout`.
    Errors: a piece is damaged, or would go from the public without anyone having decided it; then nothing is sent.
    """
    target = open_release_target(context, to)
    settings = context.workspace.config.release
    asked = Asked(to or settings.target, max_deletes if max_deletes is not None else settings.max_deletes, anew)
    in_vain = settings.compress and not target.promises.keeps_encoding
    if dry_run:
        # A plan is to be seen, also one that a release would refuse.
        seen = draft(context, target, replace(asked, max_deletes=sys.maxsize))
        return Released(target.address, seen.plan, None, seen.left_out, uncompressed=in_vain)
    with alone(context, target, asked.name, patience):
        context.tidy()
        is_own = asked.name == settings.target
        before = _keep_before(context, target, anew=anew) if is_own else None
        found, applied = _release(context, target, asked)
        pieces = _remember(context, found, asked.name, applied)
        vaulted = _keep_after(context, target, found.edition, before) if is_own else None
    context.digests.save()
    told = announce_release(context, found.plan, pieces) if found.plan.changes and asked.name == settings.target else ()
    return Released(target.address, found.plan, applied, found.left_out, told, vaulted, in_vain)


def _keep_before(context: Context, target: Target, *, anew: bool) -> Vaulted | None:
    """Have in the vault what is public now, as an earlier release may have failed to: under a new one it is lost.

    Errors: it cannot be; nothing was sent. What others changed at the target is mended all the same.
    """
    if context.workspace.config.vault is None:
        return None
    from publisher.workflow.vaulting import OWED, keep

    try:
        return keep(context, target, how=OWED)
    except PublisherError as error:
        if anew:
            return None
        raise PublisherError(
            f"what is public is not in the vault yet, and a release would lose it: {error.what}",
            where=error.where,
            hint=f"{error.hint or 'mend that'}; then run the same command again. Nothing was sent",
        ) from error


def _keep_after(
    context: Context, target: Target, edition: Edition, before: Vaulted | None
) -> Vaulted | PublisherError | None:
    """What the vault was given, before and after a release; or why it was not given the latter."""
    if context.workspace.config.vault is None:
        return None
    from publisher.workflow.vaulting import keep

    try:
        kept = keep(context, target, edition)
    except PublisherError as error:
        return error
    return kept.and_before(before) if kept else None


def _release(context: Context, target: Target, asked: Asked) -> tuple[Draft, Applied]:
    found = ready(context, target, asked)
    if found.plan.is_empty:
        return found, apply(found.plan, found.edition, target, etag=found.etag)
    with turn_at(context, target) as held:
        there = target.head(RECORD_KEY)
        if (there.etag if there else None) != found.etag:
            found = ready(context, target, asked)
        public = context.workspace.config.house.url if is_visited(context, target, asked.name) else None
        if _is_first_compressed(found):
            from publisher.release.probing_compressed import refuse_spoilers

            refuse_spoilers(target, Public(public) if public else None)
        # The target keeps the ledger's head, beyond the reach of whoever could change the ledger here.
        turn = held.turn if held else found.plan.pending.turn + 1
        todo = replace(found.plan, pending=replace(found.plan.pending, ledger=context.ledger.head(), turn=turn))
        visit = Visit(public, found.edition) if public else None

        def between(wave: tuple[Step, ...]) -> None:
            if held:
                held.check()
            if visit:
                visit.after(wave)

        told = Told(context, todo)
        applied = apply(todo, found.edition, target, told, etag=found.etag, between=between)
    return replace(found, plan=todo), applied


def _is_first_compressed(found: Draft) -> bool:
    """Whether texts are to be sent compressed, and none is known to be there that was."""
    files = found.edition.files
    steps = [step for step in found.plan.steps if step.key in files and files[step.key].content_encoding]
    actions = {step.action for step in steps}
    return Action.PUT in actions and Action.KEEP not in actions


@contextmanager
def turn_at(context: Context, target: Target) -> Iterator[Held | None]:
    """Hold the lease of a place that other machines can write to, too; None where the place has a lock of its own."""
    if target.promises.locks:
        yield None
    else:
        _must_be_kept_apart(context, target)
        with leased(target, holder(context), waiting=lambda _seconds: context.progress("wait", 0.0)) as held:
            yield held


def _must_be_kept_apart(context: Context, target: Target) -> None:
    """Errors: two releases to this place could mix, and nobody said that there is only one."""
    if not (target.promises.conditional_replace or context.workspace.config.release.single_writer):
        raise PublisherError(
            "nobody knows whether this store keeps two releases apart",
            where=target.address,
            hint="find out with `publish target check`, which says what to write under [release] in publisher.toml",
        )


def is_visited(context: Context, target: Target, name: str) -> bool:
    """Whether what was sent is looked at as the public sees it; a folder has no address of its own.

    name: the target's, as the ledger says it. The house's address serves its own target, and no other.
    """
    release = context.workspace.config.release
    return release.visit and name == release.target and not target.promises.locks


@contextmanager
def alone(context: Context, target: Target, name: str, patience: float = PATIENCE) -> Iterator[None]:
    """One release at a time from this workspace to one target; a folder has a lock of its own besides.

    patience: seconds to wait for another one; then it is a `filelock.Timeout`.
    """
    path = context.cache / "locks" / f"release-{digest_bytes(name.encode()).sha256[:16]}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path, timeout=patience), target.exclusive():
        yield


class Told(Silent):
    """Turns what `apply` says into how far the release is."""

    def __init__(self, context: Context, steps: Plan) -> None:
        self._context = context
        self._whole = max(1, steps.size(Action.PUT))
        self._sent = 0

    def sent(self, size: int) -> None:
        """Count a block."""
        self._sent += size
        self._context.progress("release", min(1.0, self._sent / self._whole))

    def done(self, step: Step) -> None:
        """Nothing: bytes say more than files."""


def _remember(context: Context, found: Draft, name: str, applied: Applied) -> dict[str, str]:
    """Write down which pieces came, changed or went, or that other words stand where one was taken down, if any did.

    Also after a kill between sending and writing.

    Gives them: slug to the first digits of the revision that is public now, or empty.
    """
    before = public_revisions(found.evidence.of(""), name)
    due = [one.revision for one in found.approved if is_due(one, context.now)]
    now = {revision.manifest.slug: short(revision.name) for revision in due}
    changes = changed(before, now)
    # A vault keeps every edition, so the ledger tells of each: until its line comes, the vault is owed one.
    is_owed = bool(found.plan.changes) and has_vault(context, name)
    if changes or is_owed or _owes_notices(context, found.evidence, name):
        write_down(context, name, applied.edition, changes)
    return changes


def _owes_notices(context: Context, evidence: Evidence, name: str) -> bool:
    """Whether a line tells that words stand there now; of a takedown without a line, none could."""
    owed = owed_notices(context, evidence, denials(context, evidence), name)
    return any(one.line for one in owed.values())


def write_down(context: Context, name: str, edition: str, changes: Mapping[str, str]) -> None:
    """Write the ledger's line of a release. edition: its digest. changes: as `lines.changed` gives them."""
    pieces = " ".join(f"{slug}@{revision}" for slug, revision in changes.items())
    data = {"target": name, "edition": edition, "pieces": pieces}
    context.ledger.append("release", "", "publish", context.today(), data)


def has_vault(context: Context, name: str) -> bool:
    """Whether what goes to a target is kept in a vault. name: the target's, as the ledger says it."""
    config = context.workspace.config
    return config.vault is not None and name == config.release.target
