"""`publish takedown`: the worst day. One person signs, and a piece leaves the public at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.output import plain, print_json, say
from publisher.cli.pieces import Json, Slug, To, tell
from publisher.cli.releasing import announced
from publisher.cli.review import Key, Stdin, default_key, passphrase
from publisher.cli.session import context, target_of
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publisher.announcing.model import Told
    from publisher.review.history import Takedown
    from publisher.review.statement import Statement
    from publisher.workflow.announcing import Answers
    from publisher.workflow.context import Context
    from publisher.workflow.removing import Removed
    from publisher.workflow.takedown import Wish
    from publisher.workflow.telling import Step

_Who = Annotated[
    str | None, typer.Option("--as", metavar="ID", help="Who you are in people.toml.", envvar="PUBLISH_AS")
]
_MOST = 20
"""Files that are named one by one."""


def register(app: typer.Typer) -> None:
    """Add this family to the commands."""
    app.command("takedown")(takedown)


def takedown(
    ctx: typer.Context,
    slug: Slug,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is signed, and kept for ever.")] = "",
    person: _Who = None,
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="Leave a page at its address with these words.")
    ] = "",
    gone_page: Annotated[bool, typer.Option("--gone-page", help="Leave a page that says no more than that.")] = False,
    lift: Annotated[bool, typer.Option("--lift", help="Lift the takedown; it then needs new approvals.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; sign and delete nothing.")] = False,
    to: To = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, max=3600, metavar="SECONDS", help="How long to ask its address.")
    ] = 60.0,
    key: Key = None,
    passphrase_stdin: Stdin = False,
    as_json: Json = False,
) -> None:
    """Take a piece down at once: page, sound, feeds, lists and search. One who decides on it signs.

    It never comes back by itself. Run it again if it was stopped: what is signed already is not signed twice.
    """
    from publisher.workflow.takedown import GONE, Wish

    if note and gone_page:
        raise PublisherError("--note and --gone-page are two pages", hint="give one of them")
    wish = Wish("restore" if lift else "takedown", slug, person or "", reason, note or (GONE if gone_page else ""))
    if lift and (wish.notice or dry_run):
        raise PublisherError("a lift leaves no page, and changes nothing at the target", hint="give --lift alone")
    with context(ctx, least=not lift) as run:
        if lift:
            _lift(run, wish, key, stdin=passphrase_stdin, quiet=as_json)
            return
        target = target_of(run.workspace, to)
        if dry_run:
            _say_dry(run, wish, target, as_json=as_json)
            return
        told = _quietly if as_json else tell
        _have_signed(run, wish, key, stdin=passphrase_stdin, quiet=as_json)
        from publisher.workflow.removing import Afterwards, remove

        told_others: list[Told | PublisherError] = []
        after = Afterwards(wait, lambda keys: told_others.extend(_announce(run, slug, target, keys)))
        removed = remove(run, slug, target, told, after)
    for one in told_others if not as_json else ():
        say(announced(one))
    _say_end(slug, removed, as_json=as_json)


def _announce(run: "Context", slug: str, to: str | None, keys: "Sequence[str]") -> "Answers":
    """Tell caches and others, as a release does: of the house's own target, and no other."""
    from publisher.workflow.announcing import announce_removal
    from publisher.workflow.release import open_release_target

    if to not in {None, run.workspace.config.release.target}:
        return ()
    return announce_removal(run, open_release_target(run), slug, keys)


def _quietly(_step: "Step") -> None:
    """Say nothing: the answer is for a script."""


def _have_signed(run: "Context", wish: "Wish", key: Path | None, *, stdin: bool, quiet: bool) -> None:
    """Have a takedown signed, unless one stands and no other page is asked for."""
    from publisher.workflow.takedown import complete, standing_takedown

    standing = standing_takedown(run, wish.slug)
    if standing is None or (wish.notice and wish.notice != standing.notice):
        _sign(run, wish, key, stdin=stdin, quiet=quiet)
        return
    complete(run, wish.slug)
    if not quiet:
        name, day = run.rules.name(standing.by), standing.time[:10]
        say(f"[bold]{plain(wish.slug)}[/]: {plain(name)} took it down on {day}; nothing more is to sign")


def _sign(run: "Context", wish: "Wish", key: Path | None, *, stdin: bool, quiet: bool) -> "Statement":
    from publisher.review.keys import unlock
    from publisher.review.statement import sign
    from publisher.workflow.takedown import draft_wish, keep_wish

    if not wish.person:
        raise PublisherError("it must be said who signs", hint="add --as ID, or set PUBLISH_AS")
    statement = draft_wish(run, wish)
    if not quiet:
        say(f"[bold]{plain(wish.slug)}[/], whatever revision")
        say(f"  {plain(statement.name)}: “{plain(statement.meaning)}”")
        say(f"  Reason: {plain(statement.reason)}")
        if statement.notice:
            say(f"  At its address: “{plain(statement.notice)}”")
    signer = unlock(key or default_key(wish.person), passphrase(stdin=stdin))
    envelope = keep_wish(run, sign(statement, signer))
    if not quiet:
        say(f"[green]✓[/] Signed: approvals/{wish.slug}/{envelope.file_name}")
    return statement


def _lift(run: "Context", wish: "Wish", key: Path | None, *, stdin: bool, quiet: bool) -> None:
    statement = _sign(run, wish, key, stdin=stdin, quiet=quiet)
    if quiet:
        print_json({"slug": wish.slug, "lifted": True, "by": statement.person, "reason": statement.reason})
    else:
        say("  What was approved before does not count: who approved it did not know why it was taken down")
        say(f"\nNext:  publish review show {wish.slug}")


def _say_dry(run: "Context", wish: "Wish", target: str | None, *, as_json: bool) -> None:
    from publisher.workflow.removing import would_remove
    from publisher.workflow.takedown import revisions_of

    revisions_of(run, wish.slug)
    found = would_remove(run, _as_it_would_be(run, wish), target)
    if as_json:
        print_json({**_as_dict(wish.slug, found), "dry_run": True})
        return
    for sign, keys in (("[red]-[/]", found.keys), ("[green]~[/]", found.changed)):
        for name in keys[:_MOST]:
            say(f"  {sign} {plain(name)}")
        if len(keys) > _MOST:
            say(f"  {sign} and {len(keys) - _MOST} more")
    _say_flaws(found)
    say(f"\nWould delete {len(found.keys)} of its files at {plain(found.address)}")
    say(f"and send {len(found.changed)} others without it")


def _as_it_would_be(run: "Context", wish: "Wish") -> "Takedown":
    from publisher.review.history import Takedown

    return Takedown(wish.slug, wish.person, run.today().isoformat(timespec="seconds"), "", None, None)


def _say_flaws(found: "Removed") -> None:
    if found.flaw:
        say(f"[yellow]![/] Not all that stays can be put together ({plain(found.flaw)}):")
        say("  it is cut out of the pages and feeds that are there; the next release makes them anew")
    if found.unsure:
        say(f"[yellow]![/] More of its sound may be there under names that nobody here knows: {plain(found.unsure)}")
    for slug in found.left:
        say(f"[yellow]![/] {plain(slug)} leaves, too: it was rejected or taken down before")


def _say_end(slug: str, found: "Removed", *, as_json: bool) -> None:
    if as_json:
        print_json(_as_dict(slug, found))
    else:
        _say_flaws(found)
        for address, answer in found.still:
            say(f"[red]✗[/] {plain(address)}: {plain(answer)}")
        if found.still:
            say("\nIt is gone from the target, and a cache in between still has it. Empty that, and ask again:")
            say(f"  publish takedown {slug}")
        else:
            say(f"\n[green]✓[/] {plain(slug)} is gone from {plain(found.address)}, and no release brings it back")
            say(f"\nNext:  git add ledger.jsonl approvals && git commit -m 'Take {slug} down' && git push")
    if found.still:
        raise typer.Exit(ExitCode.WAITING)


def _as_dict(slug: str, found: "Removed") -> dict[str, object]:
    return {
        "slug": slug,
        "target": found.address,
        "dry_run": False,
        "deleted": list(found.keys),
        "sent": list(found.changed),
        "cut": found.flaw,
        "unsure": found.unsure,
        "left": list(found.left),
        "still": [{"address": address, "answer": answer} for address, answer in found.still],
    }
