"""What is in doubt in a transcript is found, with its place, its words and what to do."""

from dataclasses import replace

from publisher.policy.doubts import RULES, doubts
from publisher.transcript.model import Cue, Doubt, Transcript

CUE = Cue(62.0, 65.0, "Ann", "We sell Blue fin and more.", doubts=(Doubt(3, 7), Doubt(8, 16, "repeats"), Doubt(21, 25)))


def test_each_cue_gives_one_finding_a_reason_with_all_its_words() -> None:
    found = doubts(Transcript((CUE, Cue(66, 67, None, "Clear."))))

    assert [(one.rule, one.level, one.place, one.time, one.phrase) for one in found] == [
        ("transcript-doubt", "advice", "1:02", 62.0, "sell \u2026 more"),
        ("transcript-repeats", "advice", "1:02", 62.0, "Blue fin"),
    ]
    assert all(one.says == RULES[one.rule].says for one in found)


def test_a_finding_is_known_again_where_the_cue_was_moved_and_not_where_its_words_changed() -> None:
    (one, _), (moved, _) = doubts(Transcript((CUE,))), doubts(Transcript((replace(CUE, start=50.0, end=60.0),)))
    (changed, _) = doubts(Transcript((replace(CUE, text=CUE.text.replace("sell", "sold")),)))

    assert one.id == moved.id
    assert one.id != changed.id


def test_a_reason_that_nobody_knows_is_a_doubt_all_the_same() -> None:
    assert [one.rule for one in doubts(Transcript((replace(CUE, doubts=(Doubt(0, 2, "odd"),)),)))] == [
        "transcript-doubt"
    ]


def test_no_transcript_is_in_no_doubt() -> None:
    assert doubts(None) == ()
