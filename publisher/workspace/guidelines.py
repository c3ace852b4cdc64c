"""`guidelines.toml`: the house's own rules, readable by people who do not program.

The keys are those of Vale's `existence` rules where the meaning is the same (`tokens`, `ignorecase`).
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from publisher.workspace.fields import Line, Model, Slug


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]
Where = Literal["transcript", "text"]


class Guideline(Model):
    """A rule of the house."""

    says: Line
    """What it says to a person whose piece it points at."""
    why: str
    """The reason, so that people learn the rule instead of fearing it."""
    level: Literal["advice", "blocks"] = "advice"
    """`advice` is shown to host and legal; `blocks` must be mended before legal sees the piece."""
    tokens: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    """Words or regular expressions, each matched as whole words."""
    ignorecase: bool = True
    applies_to: tuple[Where, ...] = ("transcript", "text")
    """`transcript`: what is said; `text`: title, summary, notes and posts."""
    bad: list[str] = Field(default_factory=list)
    """Sentences that the rule must find."""
    good: list[str] = Field(default_factory=list)
    """Sentences that the rule must leave alone."""


class Guidelines(Model):
    """The whole of `guidelines.toml`."""

    rules: dict[Slug, Guideline] = Field(default_factory=dict)
