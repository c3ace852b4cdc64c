"""Take a piece away at a target, at once, whatever else is wrong here.

The order, which a kill or a failure may end anywhere; running again goes on from there:
1. Its sound, pictures and page go, before anything is put together or anybody's turn is waited for. For some seconds
   pages and feeds may name what is not there: that is better than what must not be heard being there.
2. Feeds, lists and neighbours' pages without it, and the target's record, which from then on says that it was taken
   down: under the lease, as in a release.
3. The ledger's line that it went.
4. Whoever keeps copies (a CDN) is told, and the public address is asked until it is gone there.
5. The vault gets its last day, if there is one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from publisher.counting import counted
from publisher.edition.model import Edition
from publisher.errors import PublisherError
from publisher.release.apply import apply
from publisher.release.lease import Held
from publisher.release.record import NOTHING, Record
from publisher.release.steps import Action
from publisher.release.survey import read_record, survey
from publisher.release.target import Target
from publisher.release.vanishing import watch_vanish
from publisher.review.history import Takedown
from publisher.workflow.belongings import Belongings, Place, belongings
from publisher.workflow.context import Context
from publisher.workflow.denied import denials, notices, owed_notices
from publisher.workflow.lines import changed, public_revisions
from publisher.workflow.release import Told, alone, has_vault, is_visited, open_release_target, turn_at, write_down
from publisher.workflow.staying import Removal, Staying, without
from publisher.workflow.telling import Step, Tell

Invalidate = Callable[[Sequence[str]], None]
"""Told which keys changed or went, so that caches before the target forget them."""


@dataclass(frozen=True)
class Removed:
    """What was taken away, or would be."""

    address: str
    keys: tuple[str, ...]
    """Of the piece, that were there."""
    changed: tuple[str, ...]
    """Pages, lists and feeds that were sent again."""
    flaw: str
    """Why it was cut out of what was there rather than everything put together anew; empty if it was not."""
    unsure: str
    """Why more of it may be there; empty if this is all."""
    left: tuple[str, ...]
    """Pieces that left with it, because people had rejected them."""
    still: tuple[tuple[str, str], ...] = ()
    """Public addresses that do not answer as they should yet, with what they answer."""


def would_remove(context: Context, takedown: Takedown, to: str | None = None) -> Removed:
    """What taking this piece down would do; nothing is written anywhere. takedown: as it would be."""
    target = open_release_target(context, to)
    removal = _removal(context, target, to, takedown)
    found = without(context, removal, survey(target, _NONE, anew=True))
    return _removed(target, removal, found)


@dataclass(frozen=True)
class Afterwards:
    """What is done once the target has nothing of it any more."""

    wait: float = 60.0
    """For how long the public address is asked, in seconds."""
    invalidate: Invalidate = lambda _keys: None


def remove(context: Context, slug: str, to: str | None, tell: Tell, after: Afterwards) -> Removed:
    """Take away a piece that was taken down by a signed statement.

    Errors: nobody took it down; the target cannot be written to. Whatever went by then stays away, and running again
    goes on from there.
    """
    takedown = denials(context, context.evidence()).get(slug)
    if takedown is None:
        raise PublisherError("nobody took it down", where=slug, hint=f"publish takedown {slug} --reason TEXT")
    target = open_release_target(context, to)
    removal = _removal(context, target, to, takedown)
    _first(context, removal, tell)
    try:
        with alone(context, target, removal.place.name), turn_at(context, target) as held:
            found, removed = _rest(context, removal, held)
    except PublisherError as error:
        raise PublisherError(
            f"its page and files are gone, but feeds and lists may name it still: {error.what}",
            where=error.where,
            hint=f"{error.hint or 'mend that'}; then run the same command again",
        ) from error
    tell(_told(removed))
    _remember(context, removal, found)
    # All that was ever its own, also when this is run again: that is how a cache is emptied that still has it.
    after.invalidate([*sorted(removal.own.keys), *removed.changed])
    removed = _watched(context, removal, removed, tell, after.wait)
    _keep_last_day(context, removal, found, tell)
    return removed


_NONE = Edition({})


def _removal(context: Context, target: Target, to: str | None, takedown: Takedown) -> Removal:
    evidence = context.evidence()
    try:
        record = read_record(target)
    except PublisherError:
        record = NOTHING  # it is damaged: what is the piece's is known without it, and goes first
    place = Place(target, to or context.workspace.config.release.target, record)
    denied = denials(context, evidence) | {takedown.slug: takedown}
    return Removal(takedown.slug, evidence, denied, belongings(context, evidence, takedown.slug, place), place)


def _first(context: Context, removal: Removal, tell: Tell) -> None:
    """What is the piece's goes, media before the page: as long as that is there, it tells which they are."""
    target, own = removal.place.target, removal.own
    pages = {file.key: file for file in notices(context, removal.denied) if file.key in own.pages}
    target.delete_many([*sorted(own.media), *sorted(own.pages - pages.keys())])
    for file in pages.values():
        target.put(file)
    tell(Step("files", _said_of(removal)))
    if pages:
        tell(Step("notice", f"stands at {', '.join(pages)}"))


def _said_of(removal: Removal) -> str:
    there, address = _there(removal.own, removal.place.record), removal.place.target.address
    if removal.place.record is NOTHING:
        return f"all of it deleted that can be known without a record, at {address}"
    return f"{counted(len(there), 'file')} of it deleted at {address}" if there else "none of it was left"


def _there(own: Belongings, record: Record) -> list[str]:
    return sorted(own.keys & record.files.keys())


def _rest(context: Context, removal: Removal, held: Held | None) -> tuple[Staying, Removed]:
    """Everything that names it, under the lease."""
    target = removal.place.target
    # It is listed: what went before is not there any more, whatever the record says.
    seen = survey(target, _NONE, anew=True)
    found = without(context, removal, seen)
    turn = held.turn if held else found.plan.pending.turn + 1
    if not found.plan.is_empty:
        pending = replace(found.plan.pending, ledger=context.ledger.head(), turn=turn)
        found = replace(found, plan=replace(found.plan, pending=pending))

    def between(_wave: object) -> None:
        if held:
            held.check()

    apply(found.plan, found.edition, target, Told(context, found.plan), etag=seen.etag, between=between)
    return found, _removed(target, removal, found)


def _removed(target: Target, removal: Removal, found: Staying) -> Removed:
    own = removal.own
    changed = tuple(step.key for step in found.plan.of(Action.PUT) if step.key not in own.keys)
    there = tuple(_there(own, removal.place.record))
    return Removed(target.address, there, changed, found.flaw, own.flaw, found.left)


def _told(removed: Removed) -> Step:
    return Step("feeds", f"{counted(len(removed.changed), 'file')} that named it sent without it (feeds, lists, pages)")


def _remember(context: Context, removal: Removal, found: Staying) -> None:
    """Write down that it went, or that other words stand there, and what else is another by that, as a release does."""
    name = removal.place.name
    changes = changed(public_revisions(context.ledger.of(""), name), found.has)
    if changes or removal.slug in owed_notices(context, removal.evidence, removal.denied, name):
        write_down(context, name, found.plan.edition, changes)


def _watched(context: Context, removal: Removal, removed: Removed, tell: Tell, wait: float) -> Removed:
    target = removal.place.target
    if target.promises.locks:
        return replace(removed, still=tuple(_left_in_folder(context, removal)))
    if not is_visited(context, target, removal.place.name):
        visit = context.workspace.config.release.visit
        why = "the house's address serves another target" if visit else "publisher.toml says visit = false"
        tell(Step("address", f"not asked: {why}", done=False))
        return removed
    url = context.workspace.config.house.url
    pages = {file.key: file.source for file in notices(context, removal.denied) if file.key in removal.own.pages}
    asked: dict[str, bytes | None] = {url + key: None for key in sorted(removal.own.keys - pages.keys())}
    asked |= {url + key: source for key, source in pages.items() if isinstance(source, bytes)}
    left = watch_vanish(asked, wait, lambda share: context.progress("vanish", share))
    if not left:
        addresses = counted(len(asked), "address", "addresses")
        tell(Step("address", f"{url}: {addresses} asked, nothing of it is there"))
    return replace(removed, still=tuple(left.items()))


def _keep_last_day(context: Context, removal: Removal, found: Staying, tell: Tell) -> None:
    """Have in the vault that it went; last, and whatever comes of it: a vault that is down keeps nothing public."""
    if not has_vault(context, removal.place.name):
        return
    from publisher.workflow.vaulting import keep

    try:
        done = keep(context, removal.place.target, None if found.flaw else found.edition)
    except (OSError, PublisherError) as error:
        what = error.what if isinstance(error, PublisherError) else str(error)
        tell(Step("vault", f"it does not have the last day yet ({what}): publish vault send", done=False))
        return
    if done:
        tell(Step("vault", f"{done.address} has its last day"))


def _left_in_folder(context: Context, removal: Removal) -> Iterable[tuple[str, str]]:
    pages = {file.key for file in notices(context, removal.denied)}
    for key in sorted(removal.own.keys - pages):
        if removal.place.target.head(key) is not None:
            yield key, "it is there"
