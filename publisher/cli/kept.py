"""What is said of a vault, by whatever command: what it was given, and what it is owed."""

from typing import TYPE_CHECKING

from publisher.cli.output import plain
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publisher.workflow.vaulted import Vaulted


def vaulted_lines(done: "Vaulted | PublisherError") -> "Iterator[str]":
    """What came of keeping evidence, in markup."""
    if isinstance(done, PublisherError):
        where = f"{plain(done.where)}: " if done.where else ""
        yield f"[red]✗[/] It is public, but its evidence is not in the vault: {where}{plain(done.what)}"
        yield f"  [cyan]→[/] {plain(done.hint or 'mend that')}; then publish vault send"
        return
    sign = "[green]✓[/]" if is_kept(done) else "[red]✗[/]"
    yield f"{sign} vault {plain(done.address)}: {_did(done)}"
    for name in done.unproven:
        yield f"[yellow]![/] {plain(name)} is public and counts as approved no more: kept with what people said since"
    for key in done.lost:
        yield f"[red]✗[/] [bold]{plain(key)}[/]: it was in the vault, and is there no more"
    for key, what in done.flaws.items():
        yield f"[red]✗[/] [bold]{plain(key)}[/]: {plain(what)}"


def _did(done: "Vaulted") -> str:
    counts = {"sent": done.sent, "locked for longer": done.extended}
    if done.restored:
        counts["put back from an earlier version"] = done.restored
    if any(counts.values()):
        return ", ".join(f"{count} {what}" for what, count in counts.items())
    return "it has it all" if is_kept(done) else "nothing was sent, and it is not as it must be"


def is_kept(done: "Vaulted | PublisherError | None") -> bool:
    """Whether a release may end well: what is public is in the vault, or there is none."""
    return done is None or not (isinstance(done, PublisherError) or done.lost or done.flaws)


def owed_text(day: str) -> str:
    """What stands in red until it is mended."""
    return f"what was released on {day} is not in the vault: publish vault send"
