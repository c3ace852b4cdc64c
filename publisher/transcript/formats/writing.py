"""What all files of captions have in common: short lines."""

import textwrap

LINE = 65
"""Characters of a line, as the viewer sees them; only a longer word makes a longer line (feed rule 27)."""


def wrapped(text: str) -> list[str]:
    """The lines of a text."""
    return textwrap.wrap(text, LINE, break_long_words=False, break_on_hyphens=False)
