"""From a command line to the context that every verb works with."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from publisher.errors import PublisherError

if TYPE_CHECKING:
    from publisher.workflow.context import Context
    from publisher.workspace.loading import Workspace


_YEAR_9000 = 221_845_392_000
"""Seconds since 1970; near the year 9999 a date in another zone would be in no year that there is."""


@dataclass(frozen=True)
class Session:
    """What was said before the command's name."""

    workspace: Path | None


def load_workspace(ctx: typer.Context, *, least: bool = False) -> "Workspace":
    """The workspace that the user stands in, or named. least: as `load`."""
    from publisher.workspace.loading import find_root, load

    named = ctx.find_object(Session)
    # While the shell completes, no command ran that could have kept what was said.
    said = named.workspace if named else ctx.find_root().params.get("workspace")
    root = find_root(_named_folder(said) if said is not None else Path.cwd().resolve())
    return load(root, least=least)


def completed(ctx: typer.Context, typed: str, ids: "Callable[[Workspace], Iterable[str]]") -> list[str]:
    """The ids that begin as somebody typed, for the shell's completion; a broken workspace completes nothing."""
    try:
        return [id_ for id_ in ids(load_workspace(ctx)) if id_.startswith(typed)]
    except PublisherError:
        return []


def _named_folder(said: Path) -> Path:
    """The folder that `--workspace` names, which must be there: nobody gets another one than they named."""
    folder = stands(said)
    if not folder.is_dir():
        what = "this is a file, not a folder" if folder.exists() else "there is no such folder"
        raise PublisherError(what, where=str(said), hint="name the folder of a workspace: publish --workspace DIR …")
    return folder


def stands(path: Path | str) -> Path:
    """The absolute path of what a user named from where they stand."""
    try:
        return Path(path).expanduser().resolve()
    except RuntimeError as error:  # a home that is nobody's, or links in a circle
        raise PublisherError("this leads nowhere", where=str(path), hint="check the name") from error


OWN = (
    "episodes",
    "posts",
    "guidelines",
    "revisions",
    "approvals",
    "people",
    "artwork",
    "schemas",
    ".publisher",
    ".git",
)
"""Folders of a workspace that are written by people, or are evidence: never a target."""


def target_from(to: str | None) -> str | None:
    """What `--to` names, from where the user stands: an address as it is, a folder as its absolute path.

    Errors: nothing is named, or a `file://` address is relative.
    """
    if to is None:
        return None
    if not to.strip():
        raise PublisherError("the target is empty", where="--to", hint="name a folder or s3://bucket/prefix")
    if to.startswith("file://") and not to.startswith("file:///"):
        raise PublisherError("an address of a file is never relative", where=to, hint="leave file:// away")
    if "://" not in to and to.lower().startswith(("s3:", "http:", "https:")):
        raise PublisherError("this is no address", where=to, hint="name a folder or s3://bucket/prefix")
    return to if "://" in to else str(stands(to))


def target_of(workspace: "Workspace", to: str | None) -> str | None:
    """As `target_from`; the workspace's own target by its one name, that of `publisher.toml`, as the ledger has it.

    Errors: also, the target is the workspace itself, above it, or one of the folders that it is made of.
    """
    named, own = target_from(to), workspace.config.release.target
    folder = local_folder(workspace, named or own)
    if folder is None:
        return named
    root = workspace.root
    if folder == root or folder in root.parents:
        raise _no_target(folder, "the workspace itself would be public there")
    if any(folder.is_relative_to((root / name).resolve()) for name in OWN):
        raise _no_target(folder, "the workspace keeps its own files there")
    return own if named is not None and folder == local_folder(workspace, own) else named


def local_folder(workspace: "Workspace", target: str) -> Path | None:
    """The folder that a target is, from the workspace's root; None for a bucket."""
    path = target.removeprefix("file://")
    return None if "://" in path else (workspace.root / path).resolve()


def _no_target(folder: Path, what: str) -> PublisherError:
    return PublisherError(what, where=str(folder), hint="name a folder of its own, like public")


@contextmanager
def context(ctx: typer.Context, *, quiet: bool = False, least: bool = False) -> Iterator["Context"]:
    """The context of one command, with progress bars while it lasts.

    quiet: nothing is said about people who were not signed, where the command itself is about that. least: as `load`.
    """
    from publisher.cli.output import bars
    from publisher.workflow.context import Context

    workspace = load_workspace(ctx, least=least)
    with bars() as progress:
        found = Context(workspace, clock, moment(), progress)
        yield found
        found.digests.save()
    if not quiet:
        _warn(found)


def _warn(run: "Context") -> None:
    """Say in one line, beside the result, where people differ from what was signed of them."""
    from publisher.cli.output import errors, plain
    from publisher.workflow.signing import warning

    # What is broken, the command that needs it says.
    with suppress(PublisherError):
        if text := warning(run):
            errors().print(f"[yellow]![/] {plain(text)}", highlight=False, soft_wrap=True)


def clock() -> datetime:
    """The time, in the zone of the machine."""
    return datetime.now().astimezone()


def moment() -> datetime:
    """The moment that an edition is of: the clock's, or SOURCE_DATE_EPOCH for bytes that can be made again.

    Source: reproducible-builds.org/specs/source-date-epoch.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if text is None:
        return clock()
    try:
        seconds = int(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < _YEAR_9000:
        raise PublisherError(
            f"{text[:80]!r} is not a number of seconds since 1970",
            where="SOURCE_DATE_EPOCH",
            hint="unset it, or give seconds, as `date +%s` does",
        )
    return datetime.fromtimestamp(seconds, UTC)
