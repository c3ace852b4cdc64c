"""Words that somebody wrote get the times at which they were heard, and stay as they were written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.speech.alignment import Line, read_lines, timed
from publisher.speech.model import Heard, Span
from speech.test_doubts import words

HEARD = Heard(words("welcome to the pot cast of acme I am joe"), (Span(0, 5),))


def test_words_that_were_heard_get_their_times_and_others_the_time_between() -> None:
    first, second = timed(
        (Line("Ann", ("Welcome", "to", "the", "podcast", "of", "Acme.")), Line("Joe", ("I", "am", "Joe."))), HEARD, "t"
    ).cues

    assert (first.start, first.end, first.speaker, first.text) == (0, 3.5, "Ann", "Welcome to the podcast of Acme.")
    assert (first.words[3].start, first.words[3].end, first.words[3].probability) == (1.5, 2.5, None)
    assert (second.start, second.end, second.speaker) == (3.5, 5, "Joe")
    assert not first.doubts


def test_a_line_of_which_most_was_not_heard_is_in_doubt() -> None:
    said = (Line("Ann", ("Welcome", "to", "the", "pot", "cast.")), Line("Ann", ("Nobody", "said", "of", "that.")))
    assert [bool(cue.doubts) for cue in timed(said, HEARD, "t").cues] == [False, True]


def test_a_line_in_another_language_is_marked_as_that() -> None:
    heard = Heard(HEARD.words, HEARD.speech, ((Span(3, 5), "de"),))
    said = (Line("Ann", ("Welcome", "to", "the", "pot", "cast.")), Line("Joe", ("I", "am", "Joe.")))

    assert [[one.kind for one in cue.doubts] for cue in timed(said, heard, "t").cues] == [[], ["language"]]


def test_words_of_another_recording_are_refused() -> None:
    with pytest.raises(PublisherError, match="of 5 words, only 0 are heard"):
        timed((Line(None, ("Quite", "another", "talk", "about", "fish.")),), HEARD, "t")


WORDS = st.sampled_from(
    ["welcome", "to", "the", "pot", "cast", "of", "acme", "I", "am", "joe", "Bluefin", "never.", "\u2026"]
)


@given(st.lists(WORDS, min_size=1, max_size=40))
def test_every_word_stays_in_its_order_and_no_time_runs_backwards(text: list[str]) -> None:
    try:
        cues = timed((Line("Ann", tuple(text)),), HEARD, "t").cues
    except PublisherError:
        return
    assert " ".join(cue.text for cue in cues).split() == text
    starts = [word.start for cue in cues for word in cue.words]
    assert starts == sorted(starts)
    assert all(cue.start < cue.end for cue in cues)
    assert all(word.start <= word.end <= cue.end for cue in cues for word in cue.words)


def test_a_name_before_the_words_says_who_speaks_up_to_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_bytes("\ufeffann host: Hello\r\nthere.\r\n\r\nBen Author:\r\nAt 12:30 we go.\r\n".encode())
    assert read_lines(path, "talk.txt", ["Ann Host", "Ben Author"]) == (
        Line("Ann Host", ("Hello",)),
        Line("Ann Host", ("there.",)),
        Line("Ben Author", ("At", "12:30", "we", "go.")),
    )


@pytest.mark.parametrize(
    ("text", "says"), [("Ann: Hi.\nJoe: Ho.\n", "line 2: Joe does not stand in speakers"), ("\n", "no words")]
)
def test_a_stranger_and_no_words_are_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(text)
    with pytest.raises(PublisherError) as caught:
        read_lines(path, "talk.txt", ["Ann"])
    assert says in str(caught.value)
