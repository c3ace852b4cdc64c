"""Words find their lines, captions their time and colours their contrast, whatever the words and pictures are."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.audio.audiogram.captions import captions
from publisher.audio.audiogram.colours import PALE, WHITE, contrast, palette
from publisher.audio.audiogram.drawing import APART
from publisher.audio.audiogram.layout import LAYOUTS, Layout, Words
from publisher.audio.audiogram.model import FRAME_RATE, Soundbite
from publisher.audio.audiogram.spelling import legible
from publisher.audio.audiogram.texts import Texts
from publisher.audio.audiogram.typeface import Typeface, plain
from publisher.audio.audiogram.waveform import bars
from publisher.audio.audiogram.wrapping import ELLIPSIS, fit, pages, wrap
from publisher.errors import PublisherError
from publisher.transcript.model import Cue, Word

texts = st.text(st.sampled_from("abcdefgh  ,.漢字。é“”ab c")).map(lambda text: " ".join(text.split()))
widths = st.integers(4, 40)
colours = st.tuples(*[st.integers(0, 255)] * 3)
layouts = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def letters(text: str) -> float:
    """Every letter is one wide."""
    return len(text)


def highest(words: Words) -> int:
    return words.most * words.leading(words.sizes[0])


def without_spaces(text: str) -> str:
    return text.replace(" ", "")


@given(texts, widths)
def test_lines_are_never_wider_than_allowed_and_lose_no_letter(text: str, width: int) -> None:
    lines = wrap(text, width, letters)

    assert all(0 < len(line) <= width for line in lines)
    assert without_spaces("".join(lines)) == without_spaces(text)


@given(texts, widths, st.integers(1, 4))
def test_pages_are_never_too_long_and_lose_no_letter(text: str, width: int, most: int) -> None:
    found = pages(text, width, most, letters)

    assert all(0 < len(lines) <= most for lines in found)
    assert all(len(line) <= width for lines in found for line in lines)
    assert without_spaces("".join(line for lines in found for line in lines)) == without_spaces(text)


@given(texts, widths, st.integers(1, 4))
def test_a_text_that_is_fitted_is_never_too_long(text: str, width: int, most: int) -> None:
    number, lines = fit(text, width, most, [lambda text: 2 * len(text), letters])

    assert len(lines) <= most
    assert all((2 - number) * len(line) <= width for line in lines)


def test_lines_are_even_so_that_no_word_ends_up_alone() -> None:
    assert wrap("Trust before our campaigns began", 26, letters) == ("Trust before our", "campaigns began")


def test_a_page_ends_where_a_sentence_does() -> None:
    said = "The posts were fine. They just weren't ours. Picture a technician in a bottling plant."

    assert pages(said, 24, 2, letters) == (
        ("The posts were fine.", "They just weren't ours."),
        ("Picture a technician", "in a bottling plant."),
    )


def test_chinese_breaks_between_signs_but_not_before_a_full_stop() -> None:
    assert wrap("信任在活动之前。", 7, letters) == ("信任在活", "动之前。")


def test_a_title_too_long_for_the_smallest_letters_ends_in_an_ellipsis() -> None:
    _, lines = fit("A very, very long title", 10, 1, [letters])

    assert lines == ("A very" + ELLIPSIS,)


cues = st.builds(
    lambda start, length, text: Cue(start, start + length, "Maya", text),
    st.floats(0, 60),
    st.floats(0.01, 20),
    st.text("abc ", min_size=1, max_size=90).filter(str.strip),
)


@given(st.lists(cues, max_size=8), st.floats(0, 30))
def test_captions_never_overlap_and_stay_inside_of_the_clip(said: list[Cue], start: float) -> None:
    bite = Soundbite(start, start + 20, "Trust")
    found = captions(said, bite, lambda text: pages(text, 20, 3, letters))

    assert all(0 <= caption.first < caption.last <= bite.frames for caption in found)
    assert all(one.last <= two.first for one, two in pairwise(found))


def test_a_caption_is_on_the_screen_while_it_is_said() -> None:
    said = [Cue(10, 12, "Joe", "Why?"), Cue(12.5, 15, "Maya", "Because."), Cue(20, 22, "Maya", "So.")]
    found = captions(said, Soundbite(11, 31, "Trust"), lambda text: [(text,)])

    seconds = [(caption.lines[0], caption.first / FRAME_RATE, caption.last / FRAME_RATE) for caption in found]
    assert seconds == [("Why?", 0, 1.5), ("Because.", 1.5, 5), ("So.", 9, 12)]


def test_words_at_the_edge_of_a_clip_that_nobody_could_read_are_not_shown() -> None:
    said = [Cue(8, 11.4, "Joe", "Late."), Cue(12, 12.2, "Maya", "Yes."), Cue(30.6, 34, "Joe", "Early.")]
    found = captions(said, Soundbite(11, 31, "Trust"), lambda text: [(text,)])

    assert [caption.lines for caption in found] == [("Yes.",)]


def test_words_that_come_at_once_are_there_from_the_first_picture() -> None:
    paged = [
        captions([Cue(at, 15, None, "So.")], Soundbite(10, 30, "Trust"), lambda text: [(text,)]) for at in (10.05, 12)
    ]

    assert [found[0].first for found in paged] == [0, 60]


@given(st.dictionaries(colours, st.integers(1, 4096), min_size=1, max_size=20))
def test_words_can_be_read_whatever_the_artwork_is(artwork: dict[tuple[int, int, int], int]) -> None:
    found = palette(artwork)

    assert all(contrast(colour, found.ground) >= 4.5 for colour in (PALE, WHITE, found.accent))


@layouts
def test_everything_has_a_place_of_its_own_inside_of_the_picture(layout: Layout) -> None:
    boxes = [layout.cover, layout.heading, layout.stage, layout.waveform]

    for box in boxes:
        assert 0 <= box.left < box.right <= layout.width
        assert 0 <= box.top < box.bottom <= layout.height
        assert not any(value % 2 for value in (box.left, box.top, box.width, box.height))
    for one in boxes:
        for other in boxes:
            apart = one.right <= other.left or one.bottom <= other.top
            assert one is other or apart or other.right <= one.left or other.bottom <= one.top


@layouts
def test_the_longest_words_stay_in_their_places(layout: Layout) -> None:
    name = layout.speaker.leading(layout.speaker.sizes[0]) * 3 // 2
    show = layout.show.leading(layout.show.sizes[0]) * 4 // 3

    assert name + highest(layout.caption) <= layout.stage.height
    assert highest(layout.title) <= layout.stage.height
    assert show + highest(layout.episode) + APART + highest(layout.subtitle) <= layout.heading.height


def test_words_of_a_vertical_clip_keep_clear_of_what_the_apps_lay_over_it() -> None:
    layout = LAYOUTS["vertical"]

    for box in (layout.cover, layout.heading, layout.stage):
        assert box.top >= math.ceil(0.14 * layout.height)
        assert box.bottom <= math.floor(0.65 * layout.height)
        assert box.right <= layout.width - 120


def test_the_loudest_part_has_the_highest_bar_and_silence_none() -> None:
    sound = np.repeat(np.array([[0.0], [0.1], [0.4], [0.0]], np.float32), 480, axis=0)

    assert bars(sound, 4) == [0, 499, 1000, 0]
    assert bars(sound[:480], 4) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("start", "end", "title", "complaint"),
    [
        (10, 24.9, "Trust", "is 14.9 seconds long"),
        (10, 130.1, "Trust", "is 120.1 seconds long"),
        (30, 10, "Trust", "seconds long"),
        (-1, 20, "Trust", "starts before"),
        (float("nan"), 20, "Trust", "starts before"),
        (0, 20, " ", "needs a title"),
    ],
)
def test_a_soundbite_that_no_clip_comes_of_is_refused(start: float, end: float, title: str, complaint: str) -> None:
    with pytest.raises(PublisherError, match=complaint):
        Soundbite(start, end, title)


def test_what_cannot_be_seen_is_not_drawn() -> None:
    assert plain(" A\u00adloud\u200b \n cafe\u0301 \u2764\ufe0f ") == "Aloud caf\u00e9 \u2764"
    assert plain("\u0645\u06cc\u200c\u0634\u0648\u062f") == "\u0645\u06cc\u200c\u0634\u0648\u062f"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("\u266a Trust \U0001f642 is slow \U0001f642.", "Trust is slow."),
        ("\U0001f642 \U0001f44d\U0001f3fd", ""),
        ("one\U0001f642two", "one two"),
        ("Fine \U0001f642 ?", "Fine ?"),
        ("1\ufe0f\u20e3 step", "1 step"),
        ("family \U0001f469\u200d\U0001f469\u200d\U0001f467", "family"),
    ],
)
def test_emoji_and_symbols_that_the_font_lacks_are_left_out(text: str, drawn: str) -> None:
    assert legible(plain(text), "a text", Typeface(None, [text]).lacks) == drawn


@given(st.text(st.characters(exclude_categories=("L", "N", "Mn", "Mc", "Sc")) | st.sampled_from("ab ,.")))
def test_nothing_but_letters_stops_a_film_and_nothing_is_left_that_the_font_lacks(text: str) -> None:
    found = legible(plain(text), "a text", lambda sign: not sign.isascii())

    assert found.isascii()
    assert found == " ".join(found.split())


@pytest.mark.parametrize(
    ("texts", "where"),
    [
        (Texts("\u4fe1", "Trust", "Slow", ()), "the show's title"),
        (Texts("Aloud", "\u4fe1", "Slow", ()), "the episode's title"),
        (Texts("Aloud", "Trust", "\u4fe1", ()), "the title of the soundbite \u201c\u4fe1\u201d"),
        (
            Texts("Aloud", "Trust", "Slow", (Cue(61.5, 63, "\u4fe1", "Yes."),)),
            "the speaker's name at 1:01.5 in the master",
        ),
        (Texts("Aloud", "Trust", "Slow", (Cue(61.5, 63, None, "\u4fe1"),)), "the transcript at 1:01.5 in the master"),
    ],
)
def test_letters_that_the_font_lacks_are_told_with_their_place_and_the_key_that_helps(texts: Texts, where: str) -> None:
    with pytest.raises(PublisherError, match="lacks the letters \u4fe1") as refused:
        texts.legible(Typeface(None, texts.each).lacks)

    assert refused.value.where == where
    assert "font in [shows.ID.audio] of publisher.toml, or leave out audiogram" in (refused.value.hint or "")


def test_a_cue_of_symbols_alone_is_no_caption() -> None:
    texts = Texts("Aloud", "Trust", "Slow", (Cue(1, 2, "Joe", "\u266a\u266a"), Cue(2, 3, "Joe", "So.")))

    assert texts.legible(Typeface(None, texts.each).lacks).cues == (Cue(2, 3, "Joe", "So."),)


def test_a_cue_that_knows_its_words_is_a_caption_also_without_its_symbols() -> None:
    cue = Cue(1, 3, "Joe", "\u266a So.", (Word(1, 2, "\u266a"), Word(2, 3, "So.")))
    texts = Texts("Aloud", "Trust", "Slow", (cue,))

    assert texts.legible(Typeface(None, texts.each).lacks).cues == (Cue(1, 3, "Joe", "So."),)
