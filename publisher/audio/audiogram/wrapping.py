"""Words into lines. Nothing here knows a font: a `Measure` says how wide a text is."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from math import ceil
from typing import TypeAlias

Measure: TypeAlias = Callable[[str], float]
"""Width of a text in pixels, drawn on one line."""
Lines: TypeAlias = tuple[str, ...]
_Plan: TypeAlias = tuple[float, Lines]
"""What some pages cost, and the text of each."""

PAGE, MID_PHRASE = 4.0, 6.0
"""What a page costs, as much again if it is empty, and what it costs to end one where no pause is."""
BREAKS = ((".!?…。！？", 0.0), (",;:–—、，；：", 2.0))  # noqa: RUF001 - Chinese and Japanese marks among them
"""What it costs to end a page at these marks."""

ELLIPSIS = "..."
"""As three full stops: every font has them."""


def wrap(text: str, width: int, measure: Measure) -> Lines:
    """Lines of at most `width` pixels: as few as can be, and as even as so few can be, so that no word ends up alone.

    A word wider than a line is broken. Letters are neither lost nor moved; only the spaces at the breaks go.
    """
    pieces = _parts(text, width, measure)
    fewest = len(_filled(pieces, width, measure))
    low, high = 1, width
    while low < high:
        middle = (low + high) // 2
        if _fit(filled := _filled(pieces, middle, measure), middle, measure) and len(filled) <= fewest:
            high = middle
        else:
            low = middle + 1
    return tuple(_filled(pieces, high, measure))


def pages(text: str, width: int, most: int, measure: Measure) -> tuple[Lines, ...]:
    """The lines of `text`, in pages of at most `most` lines.

    Few pages, none nearly empty, and where it can be a page ends where a sentence does, or at least at a comma.
    """
    pieces = _parts(text, width, measure)
    best: list[_Plan] = [(0.0, ())]
    for end in range(1, len(pieces) + 1):
        plans: list[_Plan] = []
        for start in range(end - 1, -1, -1):
            page = "".join(pieces[start:end]).strip()
            if len(_filled(pieces[start:end], width, measure)) > most:
                break
            empty = 1 - min(1.0, measure(page) / (width * most))
            cost, before = best[start]
            plans.append((cost + PAGE + PAGE * empty**2 + _break_cost(page), (*before, page)))
        best.append(min(plans))
    return tuple(wrap(page, width, measure) for page in best[-1][1])


def _break_cost(page: str) -> float:
    last = page.rstrip("”’\"')»")[-1:]  # noqa: RUF001 - closing quotation marks
    return next((cost for marks, cost in BREAKS if last in marks), MID_PHRASE)


def fit(text: str, width: int, most: int, measures: Sequence[Measure]) -> tuple[int, Lines]:
    """Which of `measures` (largest letters first) brings `text` into `most` lines, and the lines.

    Where not even the smallest does, its lines are cut and end with an ellipsis.
    """
    for number, measure in enumerate(measures):
        if len(lines := wrap(text, width, measure)) <= most:
            return number, lines
    lines = wrap(text, width, measures[-1])
    return len(measures) - 1, (*lines[: most - 1], _shortened(" ".join(lines[most - 1 :]), width, measures[-1]))


def _shortened(text: str, width: int, measure: Measure) -> str:
    """As many words of `text` as one line takes with an ellipsis."""
    first, *_ = _filled(_parts(text, room := max(1, width - ceil(measure(ELLIPSIS))), measure), room, measure)
    return first.rstrip(" ,;:.-") + ELLIPSIS


def _filled(pieces: Iterable[str], width: float, measure: Measure) -> list[str]:
    """Lines that take what fits, one after the other; a piece that is wider gets a line of its own."""
    lines: list[str] = []
    line = ""
    for piece in pieces:
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _fit(lines: Iterable[str], width: float, measure: Measure) -> bool:
    return all(measure(line) <= width for line in lines)


def _parts(text: str, width: int, measure: Measure) -> list[str]:
    """What may not be broken, but for what is wider than a line."""
    return [part for piece in _pieces(text) for part in _broken(piece, width, measure)]


def _pieces(text: str) -> list[str]:
    """What may not be broken: a word with the space behind it; a Chinese or Japanese sign with its punctuation."""
    pieces = [""]
    for before, sign in pairwise(" " + " ".join(text.split())):
        if _may_break(before, sign) and pieces[-1]:
            pieces.append("")
        pieces[-1] += sign
    return [piece for piece in pieces if piece]


def _may_break(before: str, sign: str) -> bool:
    if before == " ":
        return True
    wide = _is_wide(before) or _is_wide(sign)
    closes = sign == " " or unicodedata.category(sign) in {"Pe", "Pf", "Po"} or unicodedata.combining(sign) > 0
    opens = unicodedata.category(before) in {"Ps", "Pi"}
    return wide and not closes and not opens


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in {"W", "F"}


def _broken(piece: str, width: int, measure: Measure) -> Iterator[str]:
    """A piece that fits, as it is; else in parts that do."""
    if measure(piece.rstrip()) <= width:
        yield piece
        return
    part = ""
    for sign in piece:
        if part and measure((part + sign).rstrip()) > width:
            yield part
            part = ""
        part += sign
    yield part
