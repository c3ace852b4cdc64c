"""From a command line to the context that every verb works with."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from publisher.errors import PublisherError

if TYPE_CHECKING:
    from publisher.workflow.context import Context
    from publisher.workspace.loading import Workspace


@dataclass(frozen=True)
class Session:
    """What was said before the command's name."""

    workspace: Path | None


def load_workspace(ctx: typer.Context) -> "Workspace":
    """The workspace that the user stands in, or named."""
    from publisher.workspace.loading import find_root, load

    named = ctx.find_object(Session)
    start = named.workspace if named and named.workspace else Path.cwd()
    return load(find_root(start.resolve()))


@contextmanager
def context(ctx: typer.Context) -> Iterator["Context"]:
    """The context of one command, with progress bars while it lasts."""
    from publisher.cli.output import bars
    from publisher.workflow.context import Context

    workspace = load_workspace(ctx)
    with bars() as progress:
        found = Context(workspace, clock, moment(), progress)
        yield found
        found.digests.save()


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
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError) as error:
        raise PublisherError(
            f"{text!r} is not a number of seconds",
            where="SOURCE_DATE_EPOCH",
            hint="unset it, or give seconds since 1970",
        ) from error
