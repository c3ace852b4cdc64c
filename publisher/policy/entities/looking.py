"""Where the entities that rules ask for stand in a text."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from publisher.policy.matching import NOTHING, Found, Span, sentences
from publisher.workspace.guidelines import Entity


class Entities:
    """Looks for entities; what that takes is loaded when the first text is looked at, once a process."""

    def __init__(self, names: Iterable[Entity], folder: Path | None) -> None:
        """Take the names of entities, and the folder of the model, which was checked; None if none of them needs it."""
        self.names, self._folder = frozenset(names), folder

    def look(self, texts: Sequence[str], asked: Collection[Entity]) -> list[Found]:
        """For each folded text where those stand that are asked for, of its own.

        It looks sentence by sentence, because that is as far as a word beside a number speaks for it, and because the
        memory that a long turn takes would grow with it.
        """
        names = self.names & {*asked}
        return [self._found(text, names) if names else NOTHING for text in texts]

    def _found(self, text: str, names: frozenset[Entity]) -> Found:
        from publisher.policy.entities.recognising import recognise

        found: dict[Entity, list[Span]] = {}
        for start, end in sentences(text):
            for name, (first, last) in recognise(text[start:end], names, self._folder):
                found.setdefault(name, []).append((start + first, start + last))
        return found
