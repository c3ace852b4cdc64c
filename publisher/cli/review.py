"""`publish review`: legal's side, in a terminal."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.output import mark, plain, print_json, say, say_edits, say_findings, say_under
from publisher.cli.pieces import Json, Slug
from publisher.cli.session import context
from publisher.cli.unlocking import unlocked
from publisher.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from publisher.policy.findings import Finding
    from publisher.rendering.model import Card
    from publisher.review.manifest import Entry
    from publisher.review.statement import Decision
    from publisher.workflow.look import Look

app = typer.Typer()

Who = Annotated[str, typer.Option("--as", metavar="ID", help="Who you are in people.toml.", envvar="PUBLISH_AS")]
Key = Annotated[Path | None, typer.Option("--key", metavar="FILE", help="Your private key, if not in its usual place.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; everyone can read it in the approvals.")]
Stdin = Annotated[bool, typer.Option("--passphrase-stdin", help="Read the key's passphrase from standard input.")]
Seen = Annotated[
    str | None,
    typer.Option(
        "--revision",
        metavar="DIGITS",
        help="The revision you looked at; the one that `review show` showed here last if not said.",
    ),
]


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List what waits for a decision."""
    from publisher.workflow.denied import denials
    from publisher.workflow.public import still_public
    from publisher.workflow.queue import waiting

    with context(ctx) as run:
        rows = waiting(run)
        evidence = run.evidence()
        down = denials(run, evidence)
        names = {one.by: run.rules.name(one.by) for one in down.values()}
        still = still_public(run, evidence)
    if as_json:
        print_json([vars(row) for row in rows])
        return
    if not rows:
        say("Nothing waits for legal.")
    for row in rows:
        say(f"[bold]{row.slug}[/]  {row.kind}, revision {row.revision[:12]}")
        say(f"    {plain(row.title)}; submitted {row.submitted} by {plain(row.by)}")
        say(f"    {plain(row.waits_for)}")
    for slug, one in down.items():
        say(f"[bold]{plain(slug)}[/]  [red]taken down[/] on {one.time[:10]} by {plain(names[one.by])}")
        say(f"    {plain(one.reason)}")
        if slug in still:
            say(f"    [yellow]![/] It is public still: publish takedown {plain(slug)}")
    if rows:
        say(f"\nNext:  publish review show {rows[0].slug}")


@app.command()
def show(ctx: typer.Context, slug: Slug, as_json: Json = False) -> None:
    """Show the revision in review: every file and part, findings, and a page to read and listen to."""
    from publisher.workflow.look import look

    with context(ctx) as run:
        seen = look(run, slug)
    if as_json:
        print_json(seen.as_dict())
        return
    say(f"[bold]{plain(seen.card.title)}[/] · {seen.card.kind}, revision {seen.revision[:12]}")
    say(f"{plain(', '.join(seen.card.people))} · to be public from {seen.card.publish_at or seen.card.date}")
    if ends := _ends(seen.card):
        say(ends)
    if belongs := _belongs(seen):
        say(belongs)
    if seen.edited:
        say("[yellow]The piece was edited since it was submitted; this is what was submitted.[/]")
    say()
    for file in seen.files:
        _say_entry(file.role.partition(":")[0], file, file.name.rpartition("/")[2])
    for part in seen.parts:
        _say_entry("part", part, part.name)
    say()
    if seen.edits:
        say(f"Edits: {len(seen.edits)}, at these times of the master")
        say_edits(seen.edits)
    if seen.tracks:
        say_under(f"{mark(done=False)} Tracks: ", plain(seen.tracks))
    _say_guidelines(seen)
    say()
    say(f"Read and listen as the public would:\n  {plain(seen.proof.as_uri())}")
    say(f"The entry in the feeds, and the other parts:\n  {plain(seen.folder.as_uri())}")
    say()
    for number, command in enumerate(_nexts(slug, seen)):
        say(f"{'       ' if number else 'Next:  '}{command}")


def _ends(card: "Card") -> str:
    """The date that is shown, if it is another one, and the end, if there is one."""
    said = {"dated": card.date if card.publish_at else "", "until": card.unpublish_at or ""}
    return " · ".join(f"{what} {which}" for what, which in said.items() if which)


def _belongs(seen: "Look") -> str:
    """What decides which rules hold for a piece: `Division service · tags trust, field-service`."""
    said = {"division": seen.card.division or "", "tags": ", ".join(seen.card.tags)}
    return " · ".join(f"{what} {which}" for what, which in said.items() if which).capitalize()


def _summary(findings: "Sequence[Finding]") -> str:
    from publisher.policy.waiving import counts

    if not findings:
        return "nothing found"
    found = counted(len(findings), "finding")
    return "; ".join(filter(None, (found, ", ".join(counts(findings)))))


def _nexts(slug: str, seen: "Look") -> "Iterator[str]":
    """What can be done with a revision: waive what must be, or approve it; and refuse it in any case."""
    from publisher.policy.waiving import blocking, unwaived

    if left := unwaived(seen.findings):
        yield f"publish review waive {slug} {left[0].short_id} --reason TEXT"
    elif not blocking(seen.findings):
        yield f"publish review approve {slug} --revision {seen.revision[:12]}"
    yield f"publish review reject {slug} --reason TEXT"


def _say_guidelines(seen: "Look") -> None:
    if seen.card.kind == "episode" and not any(file.role == "transcript" for file in seen.files):
        say(f"{mark(done=False)} No transcript: listen to all of it")
    for one in seen.answers:
        say_under("Asked: ", f"{plain(one.asked)} [bold]“{plain(one.answer)}”[/]")
    say(f"Guidelines: {_summary(seen.findings)}")
    if seen.silent:
        say(f"    {plain(seen.silent)}")
    say_findings(seen.findings)


def _say_entry(kind: str, entry: "Entry", name: str) -> None:
    say(f"  {kind:<11} {entry.sha256[:12]}  {entry.size:>11,} bytes  {plain(name)}")


@app.command()
def diff(ctx: typer.Context, slug: Slug, as_json: Json = False) -> None:
    """Show what changed since the revision that was decided on or submitted before."""
    from publisher.workflow.difference import difference

    with context(ctx) as run:
        found = difference(run, slug)
    if as_json:
        print_json({"slug": slug, "old": found.old, "new": found.new, "files": found.files, "lines": found.lines})
        return
    if found.old is None:
        say(f"[bold]{slug}[/]: the first revision, {found.new[:12]}, so everything is new")
    else:
        say(f"[bold]{slug}[/]: from revision {found.old[:12]} to {found.new[:12]}")
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in (*found.files, *found.lines):
        colour = colours.get(line[:1], "default")
        say(f"[{colour}]{plain(line)}[/]")
    if not found.files and not found.lines:
        say("Nothing changed.")


@app.command()
def approve(
    ctx: typer.Context,
    slug: Slug,
    person: Who,
    revision: Seen = None,
    reason: Reason = "",
    key: Key = None,
    passphrase_stdin: Stdin = False,
    as_json: Json = False,
) -> None:
    """Approve exactly these bytes, and sign it."""
    _decide(ctx, "approve", slug, person, revision, reason, key, passphrase_stdin, as_json)


@app.command()
def reject(
    ctx: typer.Context,
    slug: Slug,
    person: Who,
    reason: Reason,
    revision: Seen = None,
    key: Key = None,
    passphrase_stdin: Stdin = False,
    as_json: Json = False,
) -> None:
    """Refuse the revision, say why, and sign it. It stands until you withdraw it."""
    _decide(ctx, "reject", slug, person, revision, reason, key, passphrase_stdin, as_json)


@app.command()
def withdraw(
    ctx: typer.Context,
    slug: Slug,
    person: Who,
    reason: Reason = "",
    key: Key = None,
    passphrase_stdin: Stdin = False,
    as_json: Json = False,
) -> None:
    """Withdraw your rejection of a piece, and sign it."""
    _decide(ctx, "withdraw", slug, person, None, reason, key, passphrase_stdin, as_json)


def _decide(
    ctx: typer.Context,
    decision: "Decision",
    slug: str,
    person: str,
    revision: str | None,
    reason: str,
    key: Path | None,
    passphrase_stdin: bool,
    as_json: bool,
) -> None:
    from publisher.policy.waiving import waived
    from publisher.workflow.decide import Verdict, decide, draft_statement, in_review, must_be_strong_enough
    from publisher.workflow.lines import public_revisions
    from publisher.workflow.pointing import findings_of
    from publisher.workflow.seen import seen_revision

    tell = _quiet if as_json else say
    with context(ctx) as run:
        looked_at = revision or (seen_revision(run, slug) if decision == "approve" else None)
        statement = draft_statement(run, Verdict(decision, slug, person, reason, looked_at))
        tell(f"[bold]{slug}[/], revision {statement.revision[:12]}")
        tell(f"  {plain(statement.name)}: “{plain(statement.meaning)}”")
        if statement.waived and not as_json:
            # What the signature covers is read before it is given, and with the reasons.
            say_findings(waived(findings_of(run, in_review(run, slug))))
        must_be_strong_enough(run, statement)
        at_desk = f"sign at the desk: publish review --as {person}"
        signer = unlocked(run, person, key, stdin=passphrase_stdin, instead=at_desk)
        file = f"approvals/{slug}/{decide(run, statement, signer).file_name}"
        tell(f"[green]✓[/] Signed: {file}")
        if decision == "reject" and slug in public_revisions(run.ledger.of(""), run.workspace.config.release.target):
            tell("[yellow]![/] It is public until the next release: publish release")
        tell(f"\nNext:  {_AFTER[decision].format(kind=statement.kind, slug=slug)}")
    if as_json:
        seen = statement.head.as_dict() if statement.head else None
        print_json({**vars(statement), "head": seen, "file": file})


def _quiet(_text: str) -> None:
    """Say nothing: the answer is for a script."""


_AFTER: "dict[Decision, str]" = {
    "approve": "publish {kind} {slug}",
    "reject": "its host mends it and submits it again: publish {kind} {slug}",
    "withdraw": "publish review show {slug}",
    "takedown": "publish takedown {slug}",
    "restore": "publish review show {slug}",
}
