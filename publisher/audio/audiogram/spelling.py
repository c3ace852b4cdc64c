"""Texts in the letters that a font has. Nothing here knows a font: a `Lacks` says what one cannot draw."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeAlias

from publisher.errors import PublisherError

Lacks: TypeAlias = Callable[[str], bool]
"""Whether a sign would come out as a box."""

NEEDED = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc", "Sc"})
"""Unicode's categories of letters, digits, their marks, and currencies: without them a text says something else."""
NAMED = 5
"""How many letters an error names."""
HINT = "name a font file that has them: font in [shows.ID.audio] of publisher.toml, or leave out audiogram"

_GAP = "\0"
_BEFORE_MARK = re.compile(rf"(?:\s*{_GAP})+(?=[,.;:!?…。！？，、])")  # noqa: RUF001 - Chinese and Japanese marks among them


def legible(text: str, where: str, lacks: Lacks) -> str:
    """`text` without the emoji and symbols that the font lacks, one space between its words.

    where: which text it is, for the error. Raises PublisherError when the font lacks letters or digits, with their
    names.
    """
    lacking = sorted(sign for sign in set(text) if not sign.isspace() and lacks(sign))
    if needed := [sign for sign in lacking if unicodedata.category(sign) in NEEDED]:
        raise PublisherError(f"the font of the audiograms lacks the letters {_names(needed)}", where=where, hint=HINT)
    return _without(text, lacking) if lacking else text


def _without(text: str, signs: Sequence[str]) -> str:
    """`text` without these signs; no space is left in front of a full stop or comma, nor two between words."""
    gaps = text.translate({ord(sign): _GAP for sign in signs})
    return " ".join(_BEFORE_MARK.sub("", gaps).replace(_GAP, " ").split())


def _names(signs: Sequence[str]) -> str:
    names = ", ".join(f"{sign} ({unicodedata.name(sign, f'U+{ord(sign):04X}')})" for sign in signs[:NAMED])
    return f"{names} and {len(signs) - NAMED} more" if len(signs) > NAMED else names
