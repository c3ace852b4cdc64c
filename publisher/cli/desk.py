"""`publish review`, `publish review desk` and `publish review serve`: legal's side, in a browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.output import errors, plain, say
from publisher.cli.review import Key
from publisher.cli.session import clock, context, load_workspace, moment
from publisher.cli.unlocking import default_key
from publisher.counting import counted
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from publisher.review.statement import Envelope
    from publisher.workflow.context import Context
    from publisher.workflow.sight import Roll
    from publisher.workflow.takedown import Wish

PORT = 7400
"""A fixed one: a passkey belongs to an address with its port."""

Who = Annotated[str | None, typer.Option("--as", metavar="ID", help="Who you are in people.toml.", envvar="PUBLISH_AS")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port at 127.0.0.1.", envvar="PUBLISH_DESK_PORT")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Whether the browser opens by itself.")]


def register(app: typer.Typer) -> None:
    """Add the desk to what legal can do: it is what they get if they say no more."""
    app.callback(invoke_without_command=True)(review)
    app.command("desk")(desk)
    app.command("serve")(serve)


def review(ctx: typer.Context, person: Who = None, port: Port = PORT, key: Key = None, browser: Browser = True) -> None:
    """Look at what waits for legal, and decide: in a browser, or by these commands."""
    if ctx.invoked_subcommand is None:
        desk(ctx, person, port, key, browser)


def desk(ctx: typer.Context, person: Who = None, port: Port = PORT, key: Key = None, browser: Browser = True) -> None:
    """Open the review desk in a browser: listen, read, waive, decide and sign. Ctrl-C ends it."""
    from publisher.desk.passphrase import Passphrase
    from publisher.desk.serving import open_desk
    from publisher.workflow.decide import must_review_here

    with context(ctx) as run:
        id_ = person or _only_reviewer(run)
        must_review_here(run, id_)
        say(f"[bold]Review desk[/] · {plain(run.workspace.config.house.name)} · {plain(run.rules.name(id_))}")

    open_desk(_work(ctx), id_, (Passphrase(key or default_key(id_)),), port, _say_address, browser=browser)


def serve(ctx: typer.Context, port: Port = PORT) -> None:
    """Serve the desk to a team: a reverse proxy signs people in, and each sees what their role may."""
    from publisher.desk.keyset import KeySet, reader_of
    from publisher.desk.serving import serve_team
    from publisher.desk.team import SignedIn, Team
    from publisher.desk.tokens import SignIn

    workspace = load_workspace(ctx)
    chosen = workspace.config.desk
    if chosen is None:
        hint = "say where the desk is, and who signs people in: docs/desk.md, For a team"
        raise PublisherError("there is no table [desk]", where="publisher.toml", hint=hint)
    say(f"[bold]Review desk of a team[/] · {plain(workspace.config.house.name)}")
    keys = KeySet(reader_of(chosen.jwks, workspace.root))
    keys.load()
    team = Team(_unattended(ctx), chosen.origin, _log)
    _say_roll(team.roll())
    door = SignedIn(team, SignIn(chosen.issuer, chosen.audience, chosen.claim, keys), chosen.header)
    serve_team(team, door, port, lambda address: _say_place(chosen.origin, address))


def _unattended(ctx: typer.Context, *, least: bool = False) -> "Callable[[], AbstractContextManager[Context]]":
    """The workspace for each request, with no bars: nobody looks at the terminal, or a command has it.

    least: as `load`.
    """
    from publisher.workflow.context import Context

    @contextmanager
    def work() -> Iterator[Context]:
        run = Context(load_workspace(ctx, least=least), clock, moment())
        yield run
        run.digests.save()

    return work


def _say_place(origin: str, address: str) -> None:
    say(f"\n  {plain(origin)} → {plain(address)}\n")
    say("The proxy sends there what it was asked, with the token of whoever asks. Ctrl-C ends the desk.")


def _log(line: str) -> None:
    errors().print(plain(line), highlight=False, soft_wrap=True)


def _say_roll(roll: "Roll") -> None:
    count = len(roll.people)
    who = counted(count, "person", "people") if count else "Nobody"
    say(f"{who} can sign in, by an e-mail that admins signed.")
    if not count:
        say('Next:  write email = "…" under each name in people.toml, then publish people sign')


def make_passkey(ctx: typer.Context, person: str, *, instead: bool = False) -> None:
    """Open the desk at the page that makes a passkey. person: id. instead: in place of those that they have."""
    with context(ctx) as run:
        say(f"[bold]A passkey[/] · {plain(run.workspace.config.house.name)} · {plain(run.rules.name(person))}")
    _open_at(ctx, person, "/passkey?instead=1" if instead else "/passkey")


def sign_people(ctx: typer.Context, person: str) -> None:
    """Open the desk at the page on which an admin signs people. Errors: they have no passkey at its address."""
    from publisher.desk.room import origin_of
    from publisher.workflow.passkeys import request_people
    from publisher.workflow.signing import draft_people, keys_to_sign

    with context(ctx, quiet=True) as run:
        draft = draft_people(run, person)
        if keys_to_sign(run, draft):
            request_people(run, draft, origin_of(_port()))
    _open_at(ctx, person, "/people")


@contextmanager
def signed_in_browser(
    ctx: typer.Context, wish: "Wish", tell: "Callable[[str], None]", *, least: bool
) -> "Iterator[Envelope]":
    """Have a takedown or a lift signed at the desk, with a passkey: what was signed, and kept. least: as `load`.

    The desk stays until the end of the block. Errors: it cannot be signed; they have no passkey at the desk's address.
    """
    from publisher.desk.awaiting import awaiting

    def tell_address(address: str) -> None:
        tell(f"\n  {plain(address)}\n")
        tell("Sign there, within ten minutes: this goes on by itself. Ctrl-C ends it, and signs nothing.")

    with awaiting(_unattended(ctx, least=least), wish, _port(), tell_address) as envelope:
        yield envelope


def _port() -> int:
    return int(os.environ.get("PUBLISH_DESK_PORT", PORT))


def _open_at(ctx: typer.Context, person: str, start: str) -> None:
    from publisher.desk.serving import open_desk

    open_desk(_work(ctx), person, (), _port(), _say_address, browser=True, start=start)


def _work(ctx: typer.Context) -> "Callable[[], AbstractContextManager[Context]]":
    @contextmanager
    def work() -> Iterator["Context"]:
        with context(ctx, quiet=True) as run:
            yield run

    return work


def _say_address(address: str) -> None:
    say(f"\n  {plain(address)}\n")
    say("The address opens once, in one browser, within ten minutes. Ctrl-C ends the desk.")


def _only_reviewer(run: "Context") -> str:
    """Who sits there if nobody said: where one person only decides in the house, it is them."""
    from publisher.workflow.decide import is_reviewer_here

    found = [id_ for id_ in run.workspace.people if is_reviewer_here(run, id_)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(found)
    raise PublisherError(
        f"several people decide here: {names}" if found else "nobody who decides here has a key",
        hint=f"say who you are: publish review --as {found[0]}" if found else "publish people key ID",
    )
