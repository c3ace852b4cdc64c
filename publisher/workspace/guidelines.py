"""`guidelines.toml`: the house's own rules, readable by people who do not program.

The keys are those of Vale's `existence` rules where the meaning is the same (`tokens`, `ignorecase`).
"""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from publisher.workspace.fields import Line, Model, Slug, Text

_WHOLE = r"(?:(?<!\w)|(?!\w))(?:{})(?:(?!\w)|(?<!\w))"
"""A token stands alone: where it begins or ends with a letter or digit, none may touch it there."""

_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """A text as expressions see it: accents in one form, a plain apostrophe, single spaces."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def whole_words(token: str, *, ignorecase: bool) -> re.Pattern[str]:
    """The expression that finds a token as whole words. Errors: `re.error` if it is none."""
    return re.compile(_WHOLE.replace("{}", fold(token)), re.IGNORECASE if ignorecase else 0)


def _token(value: str) -> str:
    try:
        re.compile(value)
        pattern = whole_words(value, ignorecase=False)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    if any(not found.group().strip() for text in ("", "a b") for found in pattern.finditer(text)):
        raise ValueError("finds an empty place; say at least one letter that must be there")
    return value


Token = Annotated[str, AfterValidator(_token)]
Where = Literal["transcript", "text"]


class Guideline(Model):
    """A rule of the house."""

    says: Line
    """What it says to a person whose piece it points at."""
    why: Text
    """The reason, so that people learn the rule instead of fearing it."""
    level: Literal["advice", "blocks"] = "advice"
    """`advice` is shown to host and legal; `blocks` must be mended before legal sees the piece."""
    tokens: Annotated[tuple[Token, ...], Field(min_length=1)]
    """Words or regular expressions, each matched as whole words.

    Nothing stops an expression that takes for ever, such as `(a+)+b`: repeat no group that repeats inside.
    """
    ignorecase: bool = True
    """Whether capitals and small letters are the same."""
    applies_to: tuple[Where, ...] = ("transcript", "text")
    """`transcript`: what is said; `text`: title, summary, chapters, notes and posts."""
    bad: list[str] = Field(default_factory=list)
    """Sentences that the rule must find."""
    good: list[str] = Field(default_factory=list)
    """Sentences that the rule must leave alone."""


class Guidelines(Model):
    """The whole of `guidelines.toml`."""

    rules: dict[Slug, Guideline] = Field(default_factory=dict)
    """Each rule by its id: `[rules.code-names]`."""
