"""Transcripts for tests: one to look at, and any."""

from hypothesis import strategies as st

from publisher.transcript.model import Cue, Transcript, Word

PLAIN = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("<>&;/ -\n\t"), max_size=200)
SHARP = st.sampled_from(
    ["-->", "<v Ann>", "</v>", "&amp;", "&lt", "NOTE x", "WEBVTT", "<00:01.000>", "a", "x" * 90, "1 < 2"]
)


def normal(text: str) -> str:
    """White space and control characters as reading makes them."""
    return " ".join("".join(" " if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in text).split())


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Cues in order, with words and names of any kind."""
    cues, start = [], 0
    for _ in range(draw(st.integers(1, 5))):
        start += draw(st.integers(0, 4_000_000))
        end = start + draw(st.integers(1, 5_000_000))
        words = " ".join(draw(st.lists(SHARP | PLAIN, min_size=1, max_size=5)))
        text, speaker = normal(words), normal(draw(PLAIN))
        cues.append(Cue(start / 1000, end / 1000, speaker or None, text or "x"))
    return Transcript(tuple(cues))


def timed(cue: Cue, *, sure: float | None = None) -> Cue:
    """The cue with times for its words, each of them as long as the others."""
    texts = cue.text.split()
    step = (cue.end - cue.start) / len(texts)
    borders = [round(cue.start + number * step, 3) for number in range(len(texts))] + [cue.end]
    words = (Word(start, end, text, sure) for text, start, end in zip(texts, borders, borders[1:], strict=False))
    return Cue(cue.start, cue.end, cue.speaker, cue.text, tuple(words))


TALK = Transcript(
    (
        timed(Cue(0.0, 1.5, "Ann Host", "Welcome to <Aloud> & more."), sure=0.875),
        Cue(1.5, 6.25, "Ann Host", "This line is longer than sixty-five characters, and so it stands on two of them."),
        Cue(6.25, 7.0, None, "[\u2026]"),
        timed(Cue(3_661.25, 3_663.0, "Ben \u201cB.\u201d Author", "Gr\u00fc\u00dfe \u2013 a --> b.")),
    )
)
"""A talk with everything in it that a format could write wrongly."""
