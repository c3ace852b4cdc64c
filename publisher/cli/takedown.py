"""`publish takedown`: the worst day. One person signs, and a piece leaves the public at once."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from publisher.cli.desk import signed_in_browser
from publisher.cli.exits import ExitCode
from publisher.cli.output import errors, plain, print_json, say
from publisher.cli.pieces import Json, Slug, To, tell
from publisher.cli.releasing import announced
from publisher.cli.review import Key, Stdin
from publisher.cli.session import context, target_of
from publisher.cli.unlocking import unlocked
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from publisher.announcing.model import Told
    from publisher.review.history import Takedown
    from publisher.review.statement import Envelope, Statement
    from publisher.workflow.announcing import Answers
    from publisher.workflow.context import Context
    from publisher.workflow.removing import Removed
    from publisher.workflow.takedown import Wish
    from publisher.workflow.telling import Step

_Who = Annotated[
    str | None, typer.Option("--as", metavar="ID", help="Who you are in people.toml.", envvar="PUBLISH_AS")
]
InBrowser = Annotated[
    bool, typer.Option("--passkey", help="Sign with your passkey, at the desk in a browser; then this goes on.")
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
    passkey: InBrowser = False,
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
    with ExitStack() as until_the_end:
        sign = _by_passphrase(key, stdin=passphrase_stdin)
        if passkey:
            sign = _by_passkey(ctx, until_the_end, quiet=as_json)
        if lift:
            _lift(ctx, wish, sign, quiet=as_json)
        elif dry_run:
            _say_dry(ctx, wish, to, as_json=as_json)
        else:
            _take_down(ctx, wish, sign, to, wait, quiet=as_json)


def _take_down(ctx: typer.Context, wish: "Wish", sign: "_Signing", to: str | None, wait: float, *, quiet: bool) -> None:
    """Have it signed, take it away, and say what came of that."""
    told_others: list[Told | PublisherError] = []
    with context(ctx, least=True) as run:
        target = target_of(run.workspace, to)
        _have_signed(run, wish, sign, quiet=quiet)
        from publisher.workflow.removing import Afterwards, remove

        after = Afterwards(wait, lambda keys: told_others.extend(_announce(run, wish.slug, target, keys)))
        removed = remove(run, wish.slug, target, _quietly if quiet else tell, after)
    for one in told_others if not quiet else ():
        say(announced(one))
    _say_end(wish.slug, removed, as_json=quiet)


def _announce(run: "Context", slug: str, to: str | None, keys: "Sequence[str]") -> "Answers":
    """Tell caches and others, as a release does: of the house's own target, and no other."""
    from publisher.workflow.announcing import announce_removal
    from publisher.workflow.release import open_release_target

    if to not in {None, run.workspace.config.release.target}:
        return ()
    return announce_removal(run, open_release_target(run), slug, keys)


def _quietly(_step: "Step") -> None:
    """Say nothing: the answer is for a script."""


_Signing: TypeAlias = "Callable[[Context, Statement, Wish], Envelope]"
"""One way to sign, and to keep what was signed."""


def _by_passphrase(key: Path | None, *, stdin: bool) -> _Signing:
    def sign(run: "Context", statement: "Statement", _wish: "Wish") -> "Envelope":
        from publisher.review.statement import sign
        from publisher.workflow.takedown import keep_wish

        instead = "sign in the browser: add --passkey"
        signer = unlocked(run, statement.person, key, stdin=stdin, instead=instead)
        return keep_wish(run, sign(statement, signer))

    return sign


def _by_passkey(ctx: typer.Context, until_the_end: ExitStack, *, quiet: bool) -> _Signing:
    def sign(_run: "Context", _statement: "Statement", wish: "Wish") -> "Envelope":
        # The desk draws the statement up itself, and stays while this takes the piece away: its last page says so.
        tell = errors().print if quiet else say
        return until_the_end.enter_context(signed_in_browser(ctx, wish, tell, least=wish.decision == "takedown"))

    return sign


def _have_signed(run: "Context", wish: "Wish", sign: _Signing, *, quiet: bool) -> None:
    """Have a takedown signed, unless one stands and no other page is asked for."""
    from publisher.workflow.takedown import complete, standing_takedown

    standing = standing_takedown(run, wish.slug)
    if standing is None or (wish.notice and wish.notice != standing.notice):
        _sign(run, wish, sign, quiet=quiet)
        return
    complete(run, wish.slug)
    if not quiet:
        name, day = run.rules.name(standing.by), standing.time[:10]
        say(f"[bold]{plain(wish.slug)}[/]: {plain(name)} took it down on {day}; nothing more is to sign")


def _sign(run: "Context", wish: "Wish", sign: _Signing, *, quiet: bool) -> "Statement":
    from publisher.workflow.takedown import draft_wish

    if not wish.person:
        raise PublisherError("it must be said who signs", hint="add --as ID, or set PUBLISH_AS")
    statement = draft_wish(run, wish)
    if not quiet:
        say(f"[bold]{plain(wish.slug)}[/], whatever revision")
        say(f"  {plain(statement.name)}: “{plain(statement.meaning)}”")
        say(f"  Reason: {plain(statement.reason)}")
        if statement.notice:
            say(f"  At its address: “{plain(statement.notice)}”")
    envelope = sign(run, statement, wish)
    if not quiet:
        say(f"[green]✓[/] Signed: approvals/{wish.slug}/{envelope.file_name}")
    return envelope.statement


def _lift(ctx: typer.Context, wish: "Wish", sign: _Signing, *, quiet: bool) -> None:
    with context(ctx) as run:
        statement = _sign(run, wish, sign, quiet=quiet)
    if quiet:
        print_json({"slug": wish.slug, "lifted": True, "by": statement.person, "reason": statement.reason})
    else:
        say("  What was approved before does not count: who approved it did not know why it was taken down")
        say(f"\nNext:  publish review show {wish.slug}")


def _say_dry(ctx: typer.Context, wish: "Wish", to: str | None, *, as_json: bool) -> None:
    from publisher.workflow.removing import would_remove
    from publisher.workflow.takedown import revisions_of

    with context(ctx, least=True) as run:
        target = target_of(run.workspace, to)
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
