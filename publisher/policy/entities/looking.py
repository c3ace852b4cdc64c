"""Where the entities that rules ask for stand in a text."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from publisher.policy.matching import Found, Span, sentences
from publisher.workspace.guidelines import Entity

_ENDLESS = re.compile(r"\S{321,}")
"""Longer than any e-mail address (RFC 5321, 4.5.3.1): no entity, and some expressions would look at it for minutes."""


class Entities:
    """Looks for entities; what that takes is loaded when the first text is looked at, once a process."""

    def __init__(self, names: Iterable[Entity], folder: Path | None) -> None:
        """Take the names of entities, and the folder of the model, which was checked; None if none of them needs it."""
        self.names, self.folder = frozenset(names), folder

    def look(self, texts: Sequence[str], /) -> list[Found]:
        """For each folded text where they stand.

        It looks sentence by sentence, because that is as far as a word beside a number speaks for it, and because the
        memory that a long turn takes would grow with it.
        """
        from publisher.policy.entities.recognising import recognise

        found: list[dict[Entity, list[Span]]] = [{} for _ in texts]
        places = [(number, span) for number, text in enumerate(texts) for span in sentences(text)]
        said = [_ENDLESS.sub(_blank, texts[number][slice(*span)]) for number, span in places]
        for (number, (start, _)), there in zip(places, recognise(said, self.names, self.folder), strict=True):
            for name, (first, last) in there:
                found[number].setdefault(name, []).append((start + first, start + last))
        return list(found)


def _blank(word: re.Match[str]) -> str:
    return " " * len(word[0])
