"""What a user is told when something is wrong: what, where, and what to do next.

One place turns these into a message and an exit code: `publisher.cli.edge`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.counting import counted


class PublisherError(Exception):
    """Something that a user can mend.

    what: one sentence, without a full stop at its end.
    where: the file, `file: key`, or `file, 12:03.2` (a time in a recording) that it is about.
    hint: what to do next, as an order ("give a WAV file").
    each: what it is about one by one, a line each, where that is more than one thing.
    """

    def __init__(
        self, what: str, *, where: str | None = None, hint: str | None = None, each: Sequence[str] = ()
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint
        self.each = tuple(each)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{advice}"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in what the authors wrote: `file: key: what to do`."""

    file: str
    """Path from the workspace's root, with forward slashes."""
    key: str
    """The key in that file, dotted (`recording.0.file`), or empty for the file as a whole."""
    advice: str
    """What is wrong and what to do."""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.advice) if part)


class WorkspaceError(PublisherError):
    """Every problem of a workspace at once, so that a user mends them in one go."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(
            f"{counted(len(self.problems), 'problem')} in the workspace",
            hint="mend what is listed, then run the same command again",
        )
