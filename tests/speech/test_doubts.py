"""What a recogniser was not sure of is marked, and what it did not hear is not passed over."""

from publisher.speech.doubts import MISSING, gaps, marked
from publisher.speech.model import Heard, Span
from publisher.speech.writing import Voices, facts_of, note, transcript_of
from publisher.transcript.formats.webvtt import write_marked
from publisher.transcript.joining import join_words
from publisher.transcript.model import Cue, Word


def words(text: str, *, sure: float = 0.9, start: float = 0.0, each: float = 0.5) -> tuple[Word, ...]:
    """Words one behind the other."""
    return tuple(
        Word(round(start + number * each, 3), round(start + (number + 1) * each, 3), word, sure)
        for number, word in enumerate(text.split())
    )


def marks(found: tuple[Word, ...], foreign: tuple[Span, ...] = ()) -> list[tuple[str, str]]:
    """What is in doubt, with the reason."""
    cues = marked(join_words((None, word) for word in found), foreign)
    return [(doubt.kind, cue.text[doubt.start : doubt.end]) for cue in cues for doubt in cue.doubts]


def test_words_that_were_heard_badly_are_marked_those_beside_each_other_together() -> None:
    assert marks((*words("We sell"), *words("Blue fin", sure=0.2, start=1), *words("now.", start=2))) == [
        ("", "Blue fin")
    ]


def test_a_phrase_again_and_again_is_marked_and_a_stammer_is_not() -> None:
    assert marks(words("I I I think that is is good")) == []
    assert marks(words("so thank you. Thank you, thank you. and go")) == [
        ("repeats", "thank you."),
        ("repeats", "Thank you, thank you."),
    ]
    assert marks(words("no no no no well")) == [("repeats", "no no no no")]


def test_a_word_that_lasts_longer_than_anybody_speaks_is_marked() -> None:
    assert marks((Word(0, 0.5, "Well", 0.9), Word(0.5, 7, "then", 0.9))) == [("long", "then")]


def test_what_is_in_another_language_is_marked_as_a_whole() -> None:
    assert marks(words("Guten Tag zusammen."), (Span(0, 9),)) == [("language", "Guten Tag zusammen.")]


def test_speech_without_words_is_found_where_it_lasts_two_seconds() -> None:
    said = words("one two three four", start=10)
    speech = (Span(1, 2.9), Span(4, 6.1), Span(9, 20))

    assert list(gaps(said, speech)) == [Span(4, 6.1), Span(12.5, 20)]
    assert list(gaps((), (Span(0, 3),))) == [Span(0, 3)]


def test_whoever_takes_breath_still_speaks() -> None:
    breathing = (Span(0, 1.2), Span(1.6, 2.9), Span(3.3, 4), Span(6, 7.5))
    assert list(gaps((), breathing)) == [Span(0, 4)]


def test_speech_without_words_stands_in_the_transcript_in_its_place() -> None:
    heard = Heard((*words("One."), *words("Two.", start=9)), (Span(0, 0.6), Span(3, 7), Span(9, 9.6)))
    cues = transcript_of(heard, Voices(("Ann",), ())).cues

    assert [(cue.start, cue.speaker, cue.text) for cue in cues] == [
        (0, "Ann", "One."),
        (3, "Ann", MISSING),
        (9, "Ann", "Two."),
    ]


def test_no_cue_is_too_short_to_be_read() -> None:
    heard = Heard((Word(1.0, 1.0, "Hm.", 0.9),), (Span(1, 1.2),))
    assert transcript_of(heard, Voices((None,), ())).cues == (
        Cue(1.0, 1.2, None, "Hm.", (Word(1.0, 1.0, "Hm.", 0.9),)),
    )


def test_the_note_says_how_a_transcript_was_made_whatever_people_are_called() -> None:
    facts = {"recording": "ab", "names": "Ann --> Host,\n\nBen", "words": ""}
    transcript = transcript_of(Heard(words("Hello."), ()), Voices((None,), ()))

    assert facts_of(write_marked(transcript, note(facts))) == {"recording": "ab", "names": "Ann \u2192 Host, Ben"}
    assert facts_of(write_marked(transcript, ["recording: ab"])) == {}
