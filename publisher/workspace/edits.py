"""What shall become of a recording without touching it: a list of edits, each with a range of times and a reason."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, NamedTuple, Self, TypeAlias

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from publisher.transcript.timecode import format_timecode, parse_timecode
from publisher.workspace.fields import Line, Model

_DASH = re.compile(r"\s*[-\u2013\u2014]\s*")
_EXAMPLE = "write it like 12:03.2-12:04.0 or 1:02:03-end"

Kind: TypeAlias = Literal["trim", "cut", "bleep", "silence"]
KINDS: tuple[Kind, ...] = ("trim", "cut", "bleep", "silence")


class Times(NamedTuple):
    """A range of times in the recording."""

    start: float
    """Seconds of its beginning."""
    end: float | None
    """Seconds of its end, which is not in it any more; None for the end of the recording."""

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{'end' if self.end is None else _clock(self.end)}"

    def is_behind(self, other: "Times") -> bool:
        """Whether it begins when the other one is over."""
        return other.end is not None and other.end <= self.start

    def meets(self, other: "Times") -> bool:
        """Whether some of it is in the other one, too."""
        return not (self.is_behind(other) or other.is_behind(self))


def _clock(seconds: float) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return format_timecode(whole) + (f".{rest:03}".rstrip("0") if rest else "")


def parse_range(text: str) -> Times:
    """The times of `12:03.2-12:04.0`, `start-0:03` or `1:02:03-end`; ValueError says what is wanted."""
    first, *others = _DASH.split(text.strip().lower())
    if len(others) != 1:
        raise ValueError(f"{text!r} is not a range of times; {_EXAMPLE}")
    start = 0.0 if first == "start" else parse_timecode(first)
    end = None if others == ["end"] else parse_timecode(others[0])
    if end is not None and end <= start:
        said = "is empty" if end == start else "ends before it begins"
        raise ValueError(f"{text!r} {said}; {_EXAMPLE}")
    return Times(start, end)


def _range(value: object) -> object:
    if isinstance(value, Times):
        return value
    if isinstance(value, str):
        return parse_range(value)
    raise ValueError(f"is not a range of times; {_EXAMPLE}")


TimeRange = Annotated[
    Times, BeforeValidator(_range), WithJsonSchema({"type": "string", "examples": ["12:03.2-12:04.0", "1:02:03-end"]})
]
"""Two times with a dash between them."""


class Edit(Model):
    """One thing that is done to a recording: a trim, a cut, a bleep or a silence."""

    trim: TimeRange | None = None
    """Keep only this."""
    cut: TimeRange | None = None
    """Take this out."""
    bleep: TimeRange | None = None
    """Let a tone sound in place of this."""
    silence: TimeRange | None = None
    """Let nothing sound in place of this."""
    reason: Line | None = None
    """Why, for those who review the episode; needed for all but a trim."""

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        said = self._said()
        if len(said) != 1:
            raise ValueError("give each edit an item of its own" if said else f"say what to do: {', '.join(KINDS)}")
        if self.reason is None and self.trim is None:
            raise ValueError(f"add a reason: why the {self}?")
        return self

    def _said(self) -> dict[Kind, Times]:
        return {kind: times for kind in KINDS if (times := getattr(self, kind)) is not None}

    @property
    def kind(self) -> Kind:
        """Which of the four it is."""
        return next(iter(self._said()))

    @property
    def times(self) -> Times:
        """What of the recording it is about."""
        return self._said()[self.kind]

    def __str__(self) -> str:
        return f"{self.kind} {self.times}"


def edit_flaws(edits: Sequence[Edit]) -> Iterator[tuple[str, str]]:
    """What is wrong with edits beside each other: the key of the one to change, and the advice."""
    trims = [edit for edit in edits if edit.kind == "trim"]
    keys = {id(edit): f"edits.{number}.{edit.kind}" for number, edit in enumerate(edits)}
    for edit in trims[1:]:
        yield keys[id(edit)], f"there is the {trims[0]} already; keep one of the two"
    others = sorted((edit for edit in edits if edit.kind != "trim"), key=lambda edit: edit.times.start)
    for trim, edit in itertools.product(trims[:1], others):
        if not edit.times.meets(trim.times):
            yield keys[id(edit)], f"the {edit} lies outside of the {trim}, which keeps nothing of it; take it out"
    for edit, later in itertools.combinations(others, 2):
        if later.times.meets(edit.times):
            yield keys[id(later)], f"the {later} and the {edit} overlap; let one end where the other begins"
