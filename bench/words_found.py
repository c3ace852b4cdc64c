"""What the guidelines find of what they should, on sentences with labels, by rules alone and by both tiers.

    python bench/words_found.py [--held-out] [--missed]

The tuning sets were looked at while the rules were made, so their rows flatter; the held-out sets were written by other
hands and are asked seldom, when rules are frozen. `--missed` prints what went otherwise, never of a held-out set.
"""

import argparse
import importlib
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from measuring import machine

from publisher.policy.findings import check_passages
from publisher.policy.likeness.looking import Likeness, Resemblance
from publisher.policy.passages import Passage, spoken, written
from publisher.policy.tiers import RULES_ONLY, Tiers
from publisher.transcript.model import Cue, Transcript
from publisher.workflow.tiers import open_tiers
from publisher.workspace.guidelines import Guideline, fold
from publisher.workspace.loading import load

HOUSE = Path(__file__).parent.parent
TUNING = ("shared", "tuning", "tuning_2")
HELD_OUT = {
    "The first held-out set": ("held_out",),
    "The second held-out set": ("held_out_2",),
    "The third held-out set": ("held_out_3",),
}
RULES: Mapping[str, tuple[str, ...]] = {
    "codename": ("code-names",),
    "disparage": ("respect", "respect-unnamed"),
    "pii": ("personal-data", "numbers", "health-of-people", "pay"),
    "forward": ("forward-looking",),
    "endorse": ("endorsement",),
    "profanity": ("language",),
    "confidential": ("confidential",),
    "health": ("health", "medicines"),
    "music": ("music",),
    "superlative": ("promises",),
    "quote": ("sources",),
}
"""Which rules are right to point at a sentence of a category."""
WORDS = 10_000
LIMITS = {"rules": 1.0, "both": 15.0}
"""Seconds for so many words."""
Labelled = Sequence[tuple[str, str]]


@dataclass
class Count:
    """How often what was said agrees with what is so."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def row(self, name: str) -> str:
        """A line of the table."""
        found, there = self.right + self.wrong, self.right + self.missed
        precision = f"{self.right / found:.2f}" if found else "-"
        recall = f"{self.right / there:.2f}" if there else "-"
        return f"| {name} | {there} | {self.right} | {self.wrong} | {precision} | {recall} |"

    def add(self, *, found: bool, there: bool) -> None:
        """Count one sentence."""
        self.right += found and there
        self.wrong += found and not there
        self.missed += there and not found


class Ahead:
    """The second tier, having looked at all sentences at once: one by one they would take many times as long."""

    def __init__(self, likeness: Likeness, said: Labelled) -> None:
        texts = [fold(sentence) for _, sentence in said]
        self._seen = dict(zip(texts, likeness.look(texts), strict=True))

    def look(self, texts: Sequence[str]) -> list[list[Resemblance]]:
        """As the tier itself."""
        return [self._seen[text] for text in texts]


def read(names: Sequence[str]) -> Labelled:
    """The sentences of some sets with their categories."""
    return [one for name in names for one in importlib.import_module(f"sentences.{name}").SENTENCES]


def pointed(sentence: str, rules: Mapping[str, Guideline], tiers: Tiers) -> set[str]:
    """The categories whose rules point at a sentence, held against them as if nothing else were said."""
    found = {one.rule for one in check_passages([written("here", sentence)], rules, tiers)}
    return {category for category, ids in RULES.items() if found & {*ids}}


def advised(rules: Mapping[str, Guideline]) -> set[str]:
    """The categories of which the rules only advise; all others must be waived, or block."""
    return {category for category, ids in RULES.items() if all(rules[id_].level == "advice" for id_ in ids)}


def judge(said: Labelled, found: Sequence[set[str]], advice: set[str]) -> Iterator[str]:
    """The rows: all that must be waived or blocks together, then each category."""
    grave = {*RULES} - advice
    anyhow, exact, each = Count(), Count(), {category: Count() for category in RULES}
    for (label, _), categories in zip(said, found, strict=True):
        anyhow.add(found=bool(categories & grave), there=label in grave)
        for category, count in each.items():
            count.add(found=category in categories, there=label == category)
            if category in grave:
                exact.add(found=category in categories, there=label == category)
    yield anyhow.row("**must be waived or blocks**: pointed at")
    yield exact.row("… and by the right rule")
    yield from (count.row(f"{category}{' (advice)' * (category in advice)}") for category, count in each.items())


def table(title: str, said: Labelled, look: Callable[[str], set[str]], advice: set[str]) -> Sequence[set[str]]:
    """Print how a set fares; gives what was pointed at."""
    found = [look(sentence) for _, sentence in said]
    print(f"\n{title}\n\n| | there | found | false alarms | precision | recall |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    print(*judge(said, found, advice), sep="\n")
    return found


def transcript(said: Labelled) -> list[Passage]:
    """About `WORDS` words of talk: sentences of the tuning set in turns of a few, as two people speak."""
    order, cues, words = random.Random(7), [], 0  # noqa: S311 - no secret
    while words < WORDS:
        sentence = order.choice(said)[1]
        cues.append(Cue(len(cues) * 4.0, len(cues) * 4.0 + 4, f"{len(cues) // 5 % 2}", sentence))
        words += len(sentence.split())
    return list(spoken(Transcript(tuple(cues))))


def speed(said: Labelled, rules: Mapping[str, Guideline], tiers: Tiers) -> None:
    """Print how long it takes to look through an hour of talk."""
    talk = transcript(said)
    print(f"\n{WORDS:,} words of talk, looked at once\n\n| | asked | wall s | cpu s |\n| --- | ---: | ---: | ---: |")
    for name, tier in {"rules": RULES_ONLY, "both": tiers}.items():
        began, busy = time.perf_counter(), time.process_time()
        check_passages(talk, rules, tier)
        wall, cpu = time.perf_counter() - began, time.process_time() - busy
        print(f"| {name} | {LIMITS[name]:g} | {wall:.2f} | {cpu:.2f} |")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="the held-out sets too; seldom, with frozen rules")
    parser.add_argument("--missed", action="store_true", help="print the tuning sentences that went otherwise")
    parser.add_argument("--no-speed", action="store_true", help="only what is found")
    asked = parser.parse_args()
    workspace = load(HOUSE)
    rules = workspace.guidelines
    began = time.perf_counter()
    tiers = open_tiers(workspace, lambda _step, _done: None)
    if tiers.likeness is None:
        raise SystemExit(tiers.silent)
    print(f"{machine()}\n\nThe model and what it learns were ready in {time.perf_counter() - began:.1f} s.")
    for title, names in {"Tuning sets": TUNING, **(HELD_OUT if asked.held_out else {})}.items():
        said = read(names)
        ahead = replace(tiers, likeness=Ahead(tiers.likeness, said))
        for name, looks in {"rules alone": RULES_ONLY, "both tiers": ahead}.items():
            found = table(f"{title}, {name}", said, lambda one, looks=looks: pointed(one, rules, looks), advised(rules))
        if asked.missed and names == TUNING:
            for (label, sentence), categories in zip(said, found, strict=True):
                if categories != {label} - {"-"}:
                    print(f"{label:12} {', '.join(sorted(categories)) or 'nothing':24} {sentence}")
    if not asked.no_speed:
        speed(read(TUNING), rules, tiers)


if __name__ == "__main__":
    main()
