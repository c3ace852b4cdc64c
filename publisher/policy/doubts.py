"""Findings about a transcript itself: what was not heard well in it, as its maker marked it.

These rules are built in, beside the house's own. All of them are advice: whoever reviews knows where to listen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from publisher.policy.findings import Finding, numbered
from publisher.transcript.model import Cue, Transcript
from publisher.transcript.timecode import format_timecode
from publisher.workspace.guidelines import fold


@dataclass(frozen=True)
class BuiltIn:
    """A rule that every house has."""

    says: str
    """What it says to a person whose piece it points at."""
    why: str
    level: str = "advice"


RULES: Mapping[str, BuiltIn] = {
    "transcript-doubt": BuiltIn(
        "These words were not heard well: listen, correct them, and take the mark away.",
        "A transcript that a machine made is often wrong where it was not sure.",
    ),
    "transcript-gap": BuiltIn(
        "Somebody speaks here, and the transcript does not say what: listen, and write it down.",
        "What stands in no transcript was held against no guideline.",
    ),
    "transcript-repeats": BuiltIn(
        "The same words again and again: a recogniser that was lost does that; listen.",
        "A loop stands in the place of what was really said.",
    ),
    "transcript-long": BuiltIn(
        "A word lasts longer than anybody speaks it: listen to what is around it.",
        "What a recogniser did not hear, it stretches a word over.",
    ),
    "transcript-language": BuiltIn(
        "This is in another language than the show: is it meant to be?",
        "The house's guidelines were written for one language.",
    ),
    "transcript-foreign": BuiltIn(
        "This transcript does not fit the recording: is it that of another one, or late?",
        "Legal would approve words that nobody says.",
    ),
}
_RULE_OF = {
    "": "transcript-doubt",
    "gap": "transcript-gap",
    "repeats": "transcript-repeats",
    "long": "transcript-long",
    "language": "transcript-language",
    "foreign": "transcript-foreign",
}
"""By the kind of a doubt."""


def doubts(transcript: Transcript | None) -> tuple[Finding, ...]:
    """What is in doubt, a finding a cue and reason, in the order of the cues."""
    cues = transcript.cues if transcript else ()
    return tuple(numbered(finding for cue in cues for finding in _of_cue(cue)))


def _of_cue(cue: Cue) -> Iterator[Finding]:
    ordered = sorted(cue.doubts, key=lambda doubt: (_rule(doubt.kind), doubt.start))
    for rule, same in groupby(ordered, key=lambda doubt: _rule(doubt.kind)):
        yield Finding(
            rule=rule,
            level=RULES[rule].level,
            says=RULES[rule].says,
            place=format_timecode(cue.start),
            time=cue.start,
            phrase=" \N{HORIZONTAL ELLIPSIS} ".join(fold(cue.text[doubt.start : doubt.end]) for doubt in same),
            context=fold(cue.text),
            sentence=fold(cue.text),
            end=cue.end,
            speaker=cue.speaker,
        )


def _rule(kind: str) -> str:
    """A reason that is not known here is a doubt all the same."""
    return _RULE_OF.get(kind, _RULE_OF[""])
