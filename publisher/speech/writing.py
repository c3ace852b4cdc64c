"""From what was heard to a transcript that a host can correct, with a note that says how it was made."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from publisher.audio.tracks.voices import Voiced, speaker_of
from publisher.speech.doubts import gaps, marked, missing
from publisher.speech.model import Heard
from publisher.speech.speakers import speakers
from publisher.transcript.joining import join_words
from publisher.transcript.model import Cue, Transcript

SHORTEST = 0.2
"""Seconds that a cue is shown at least."""
_HEAD = "Made by publish transcribe."
_ADVICE = (
    "Read it and correct it: this file is the transcript from now on, and is not written again by itself.",
    "What stands in c.doubt was not heard well: listen, correct it, and take the tags away.",
)
_FACT = re.compile(r"([a-z]+): (.+)")


@dataclass(frozen=True)
class Voices:
    """Who speaks on which track."""

    names: tuple[str | None, ...]
    """Of the speaker of each track that is heard; None for a track of several people."""
    spoken: tuple[Voiced, ...]
    """Who speaks when; nothing for a single track."""

    def at(self, start: float, end: float) -> str | None:
        """The name of who clearly speaks; None where nobody does."""
        if len(self.names) == 1:
            return self.names[0]
        track = speaker_of(start, end, self.spoken)
        return None if track is None else self.names[track]


def transcript_of(heard: Heard, voices: Voices) -> Transcript:
    """What was heard as cues, in their order: words with their speakers and doubts, and speech without words."""
    spoken = zip(speakers(heard.words, voices.spoken, voices.names), heard.words, strict=True)
    cues = marked(join_words(spoken), [span for span, _ in heard.foreign])
    lost = [missing(span, voices.at(span.start, span.end)) for span in gaps(heard.words, heard.speech)]
    return Transcript(tuple(_shown(sorted([*cues, *lost], key=lambda cue: cue.start))))


def _shown(cues: Iterable[Cue]) -> Iterator[Cue]:
    """The cues, none so short that nobody could read it."""
    for cue in cues:
        yield replace(cue, end=max(cue.end, round(cue.start + SHORTEST, 3)))


def note(facts: Mapping[str, str]) -> tuple[str, ...]:
    """The lines of the note above a transcript that says how it was made."""
    return (_HEAD, *_ADVICE, *(f"{name}: {_line(value)}" for name, value in facts.items() if value))


def _line(value: str) -> str:
    return " ".join(value.replace("-->", "\N{RIGHTWARDS ARROW}").split())


def facts_of(text: str) -> dict[str, str]:
    """What the note in a transcript says; nothing for one that was made elsewhere."""
    block = text.partition(f"\nNOTE\n{_HEAD}\n")[2].partition("\n\n")[0]
    return {match.group(1): match.group(2) for line in block.split("\n") if (match := _FACT.fullmatch(line))}


def unnamed(cues: Sequence[Cue]) -> int:
    """How many cues have no speaker."""
    return sum(cue.speaker is None for cue in cues)


def silent(cues: Sequence[Cue], names: Iterable[str]) -> tuple[str, ...]:
    """Those of some speakers who say nothing; nobody where no cue says who speaks."""
    heard = {cue.speaker for cue in cues} - {None}
    return tuple(name for name in names if heard and name not in heard)
