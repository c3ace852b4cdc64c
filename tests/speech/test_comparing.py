"""A transcript belongs to a recording if it pauses where the recording does."""

import random

import pytest

from publisher.speech.comparing import compared, fits
from publisher.speech.doubts import MISSING
from publisher.speech.model import Span
from publisher.transcript.model import Cue, Transcript


def talk(seed: int, seconds: float = 300.0) -> list[Span]:
    """A dense conversation: sentences of 2 to 9 seconds, pauses of a third of a second to two."""
    dice, at, found = random.Random(seed), 0.5, list[Span]()  # noqa: S311 - a test
    while at < seconds - 10:
        end = at + dice.uniform(2, 9)
        found.append(Span(at, end))
        at = end + dice.uniform(0.3, 2)
    return found


def transcript(speech: list[Span], late: float = 0.0) -> Transcript:
    """A cue for each span, not quite where it is."""
    return Transcript(tuple(Cue(span.start + late - 0.1, span.end + late + 0.15, None, "Words.") for span in speech))


def test_the_transcript_of_a_talk_fits_it_and_those_of_others_do_not() -> None:
    talks = [talk(seed) for seed in range(8)]
    for one in talks:
        for other in talks:
            assert fits(transcript(one).cues, other, 300) is (one is other)


def test_a_transcript_that_is_three_seconds_late_does_not_fit() -> None:
    assert not fits(transcript(talk(1), late=3.0).cues, talk(1), 300)


@pytest.mark.parametrize("speech", [[], [Span(0, 300)]], ids=["nobody speaks", "nobody pauses"])
def test_without_pauses_nothing_is_said_and_without_speech_nothing_fits(speech: list[Span]) -> None:
    assert fits(transcript(talk(1)).cues, speech, 300) is bool(speech)


def test_the_first_cue_of_a_transcript_that_belongs_elsewhere_is_marked() -> None:
    found = compared(transcript(talk(1)), talk(2), 300)
    assert [doubt.kind for cue in found.cues for doubt in cue.doubts] == ["foreign"]
    assert found.cues[0].doubts


def test_speech_without_a_cue_is_marked_in_its_place() -> None:
    speech = talk(1)
    missed = max(range(1, 20), key=lambda number: speech[number].length)
    found = compared(transcript([*speech[:missed], *speech[missed + 1 :]]), speech, 300)

    assert [cue.text for cue in found.cues].index(MISSING) == missed
    assert [doubt.kind for cue in found.cues for doubt in cue.doubts] == ["gap"]


def test_a_short_recording_is_not_compared() -> None:
    short = transcript(talk(1, 40))
    assert compared(short, talk(2, 40), 40) == short
