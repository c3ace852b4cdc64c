"""How loud a sound is: the cases of EBU Tech 3341 and 3342, and what ffmpeg's own meter says of the same sound."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.samples import RECORDINGS, looped, music, noise, sound, spoken, tone, write
from publisher.audio.feed import Held, Samples
from publisher.audio.ffmpeg import executable
from publisher.audio.meters import loudness
from publisher.audio.meters.looking import OUTLINE, POWER, Looking, peaks_above
from publisher.audio.meters.metering import Heard, Meter, join
from publisher.audio.model import SAMPLE_RATE, Loudness
from publisher.audio.segments import Crew
from publisher.audio.shelf import Shelf

SHORT = 10 * 25 * 1152
"""Samples of short segments, 6 s, so that little sound has many borders."""

INTEGRATED: dict[str, tuple[list[tuple[float, float]], float]] = {
    "1": ([(-23, 20)], -23.0),
    "2": ([(-33, 20)], -33.0),
    "3": ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
    "4": ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
    "5": ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
}
"""Cases of Tech 3341: levels of a stereo tone of 1 kHz with their seconds, and LUFS, which must be met within 0.1."""
SPANS: dict[str, tuple[list[tuple[float, float]], float]] = {
    "1": ([(-20, 20), (-30, 20)], 10.0),
    "2": ([(-20, 20), (-15, 20)], 5.0),
    "3": ([(-40, 20), (-20, 20)], 20.0),
    "4": ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15.0),
}
"""Cases of Tech 3342, with LU, which must be met within 1."""
PEAKS = {
    "15": (4, 0, 0.50, -6.0),
    "16": (4, 45, 0.50, -6.0),
    "17": (6, 60, 0.50, -6.0),
    "18": (8, 67.5, 0.50, -6.0),
    "19": (4, 45, 1.41, 3.0),
}
"""Cases of Tech 3341: the part of the rate that a tone has, its phase and height, and dBTP, within +0.2 and -0.4."""
SOUNDS: dict[str, Callable[[], Samples]] = {
    "music": lambda: music(40),
    "noise in stereo": lambda: noise(25, channels=2),
    "noise over full scale": lambda: noise(8, level=3),
    "a whisper, shouts and silence": lambda: np.concatenate(
        [noise(9, -55), np.zeros((4 * SAMPLE_RATE, 1), np.float32), noise(9, -9), noise(9, -25), noise(9, -12)]
    ),
    "less than 3 s": lambda: noise(2.55),
    "shorter than any loudness": lambda: noise(0.35),
    "digital silence": lambda: np.zeros((5 * SAMPLE_RATE, 1), np.float32),
}


LOOKS = (POWER, OUTLINE, peaks_above(0.8))


def heard(
    folder: Path, samples: Samples, *, workers: int = 2, length: int = SHORT, looks: tuple[Looking, ...] = LOOKS
) -> Heard:
    folder.mkdir(exist_ok=True)
    return Meter(Crew(workers, folder, length=length), Shelf(folder / "shelf"), folder, looks).listen(Held(samples))


def assert_same(one: Heard, other: Heard) -> None:
    for mine, its in zip(astuple(one), astuple(other), strict=True):
        np.testing.assert_array_equal(mine, its)


def told_by_ffmpeg(path: Path) -> Loudness:
    """What its meter has come to at the end of a file, to a thousandth."""
    filters = "ebur128=peak=true:metadata=1:framelog=quiet,ametadata=mode=print:file=-"
    command = [executable(), "-nostdin", "-loglevel", "error", "-i", str(path), "-af", filters, "-f", "null", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    last = dict(re.findall(r"^lavfi\.r128\.(I|LRA|true_peak)=(\S+)$", said, re.MULTILINE))
    point = float(last["true_peak"])
    return Loudness(float(last["I"]), float(last["LRA"]), float(20 * np.log10(point)) if point else -np.inf)


def levels(steps: list[tuple[float, float]]) -> Samples:
    return np.concatenate([tone(1000, seconds, level, channels=2) for level, seconds in steps])


@pytest.mark.slow
@pytest.mark.parametrize("case", INTEGRATED)
def test_loudness_is_what_tech_3341_asks_for(tmp_path: Path, case: str) -> None:
    steps, expected = INTEGRATED[case]
    assert heard(tmp_path, levels(steps)).loudness.integrated == pytest.approx(expected, abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("case", SPANS)
def test_the_loudness_range_is_what_tech_3342_asks_for(tmp_path: Path, case: str) -> None:
    steps, expected = SPANS[case]
    assert heard(tmp_path, levels(steps)).loudness.span == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize("case", PEAKS)
def test_true_peaks_of_tones_are_what_tech_3341_asks_for(tmp_path: Path, case: str) -> None:
    part, phase, height, expected = PEAKS[case]
    loud = tone(SAMPLE_RATE / part, 1, 20 * np.log10(height), channels=2, phase=phase)
    faded = loud * np.clip(np.minimum(np.arange(len(loud)), np.arange(len(loud))[::-1]) / 4800, 0, 1)[:, np.newaxis]

    assert expected - 0.4 <= heard(tmp_path, faded.astype(np.float32)).loudness.true_peak <= expected + 0.2


@pytest.mark.parametrize("offset", range(4))
def test_the_true_peak_of_one_loud_wave_is_found_wherever_the_samples_lie(tmp_path: Path, offset: int) -> None:
    # Cases 20 to 23 of Tech 3341: made at four times the rate, one wave twice as high, brought to the rate.
    phases = np.arange(4 * SAMPLE_RATE) / 24
    fine = np.where((phases >= 4000) & (phases < 4001), 1.0, 0.5) * np.sin(2 * np.pi * phases)
    waves = np.fft.rfft(fine * np.hanning(len(fine)))
    waves[SAMPLE_RATE // 2 :] = 0
    samples = sound(np.fft.irfft(waves)[offset::4], channels=2)

    assert -0.4 <= heard(tmp_path, samples).loudness.true_peak <= 0.2


def assert_alike(ours: Loudness, theirs: Loudness) -> None:
    assert ours.integrated == pytest.approx(theirs.integrated, abs=0.05)
    assert ours.span == pytest.approx(theirs.span, abs=0.3)
    assert ours.true_peak == pytest.approx(theirs.true_peak, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_of_real_speech_ffmpeg_hears_the_same(tmp_path: Path, path: Path) -> None:
    samples = spoken(path)
    assert_alike(heard(tmp_path, samples).loudness, told_by_ffmpeg(write(tmp_path / "all.wav", samples)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", SOUNDS)
def test_of_any_other_sound_ffmpeg_hears_the_same(tmp_path: Path, kind: str) -> None:
    samples = SOUNDS[kind]()
    assert_alike(heard(tmp_path, samples).loudness, told_by_ffmpeg(write(tmp_path / "all.wav", samples)))


def test_how_long_segments_are_changes_hardly_anything(tmp_path: Path) -> None:
    samples = looped(spoken(), 70)

    short = heard(tmp_path / "short", samples)
    long = heard(tmp_path / "long", samples, length=100 * SAMPLE_RATE // SHORT * SHORT)

    assert len(short.momentary) == len(long.momentary) == 700 - 3
    assert len(short.short_term) == len(long.short_term) == 700 - 29
    assert np.abs(short.momentary - long.momentary)[long.momentary > loudness.GATE].max() <= 0.002
    assert np.array_equal(short.power, long.power)
    assert (short.loudness, short.samples) == (long.loudness, long.samples)


def test_who_does_not_look_hears_the_same_and_the_highest_sample(tmp_path: Path) -> None:
    samples = looped(spoken(), 31.7)

    close, glance = heard(tmp_path / "close", samples), heard(tmp_path / "glance", samples, looks=())

    assert glance.loudness.integrated == close.loudness.integrated
    assert glance.loudness.span == close.loudness.span
    assert glance.samples == close.samples
    assert glance.loudness.true_peak == pytest.approx(20 * np.log10(np.abs(samples).max()), abs=0.06)
    assert not len(glance.power)


@pytest.mark.parametrize("workers", [1, 3, 16])
def test_it_is_the_same_for_any_number_of_workers(tmp_path: Path, workers: int) -> None:
    samples = looped(spoken(), 31.7)
    assert_same(heard(tmp_path, samples, workers=workers), heard(tmp_path / "two", samples))


def test_what_was_heard_of_a_segment_is_not_heard_again(tmp_path: Path) -> None:
    samples = looped(spoken(), 31.7)
    first = heard(tmp_path, samples)
    (tmp_path / "shelf" / "3").unlink()
    (tmp_path / "shelf" / "1").write_bytes(b"cut short")
    before = {part.name: part.stat().st_mtime_ns for part in (tmp_path / "shelf").iterdir()}

    again = heard(tmp_path, samples)

    after = {part.name: part.stat().st_mtime_ns for part in (tmp_path / "shelf").iterdir()}
    assert_same(again, first)
    assert {name for name in after if after[name] != before.get(name)} == {"1", "3"}


def test_the_blocks_above_a_limit_are_listed(tmp_path: Path) -> None:
    samples = noise(20, level=-50)
    places = [0, 479, 480, SHORT - 1, SHORT + 3, 3 * SHORT, len(samples) - 1]
    samples[places, 0] = 0.9

    found = heard(tmp_path, samples)

    # The first sample of a block is reached by the wave between it and the block before.
    assert found.high_blocks.tolist() == [0, 1, 599, 600, 1799, 1800, 1999]
    assert all(found.high_points >= 0.8)


def test_no_sound_at_all_is_silence(tmp_path: Path) -> None:
    nothing = heard(tmp_path, np.zeros((0, 1), np.float32))
    assert (nothing.samples, nothing.loudness) == (0, Loudness(loudness.GATE, 0.0, -np.inf))


def test_what_the_parts_say_is_what_the_whole_says(tmp_path: Path) -> None:
    whole = heard(tmp_path, looped(spoken(), 13))
    parts = [Heard.from_bytes(Shelf(tmp_path / "shelf").get(str(number)) or b"") for number in range(3)]
    assert_same(join(parts), whole)


moments = st.lists(st.floats(-69, 10), min_size=1, max_size=200).map(np.array)


@settings(deadline=None)
@given(moments, st.floats(0, 20))
def test_turned_up_by_so_much_it_is_louder_by_so_much(values: loudness.Moments, more: float) -> None:
    assert loudness.integrated(values + more) == pytest.approx(loudness.integrated(values) + more, abs=0.0101)
    assert loudness.span(values + more) == pytest.approx(loudness.span(values), abs=0.0101)


@settings(deadline=None)
@given(moments)
def test_it_is_neither_louder_than_the_loudest_moment_nor_softer_than_the_gate(values: loudness.Moments) -> None:
    assert values.max() - 10 - 0.01 <= loudness.integrated(values) <= values.max() + 0.01
    assert 0 <= loudness.span(values) <= np.ptp(values) + 0.01


@settings(deadline=None)
@given(moments, st.lists(st.sampled_from([-np.inf, np.nan, -120.0, -70.0]), max_size=50))
def test_silence_does_not_count(values: loudness.Moments, silence: list[float]) -> None:
    assert loudness.integrated(np.append(values, silence)) == loudness.integrated(values)
    assert loudness.span(np.append(values, silence)) == loudness.span(values)


@settings(deadline=None)
@given(st.lists(st.sampled_from([-np.inf, np.nan, -120.0, -70.0])).map(np.array))
def test_nothing_but_silence_is_as_loud_as_the_gate(silence: loudness.Moments) -> None:
    assert (loudness.integrated(silence), loudness.span(silence)) == (loudness.GATE, 0.0)


@settings(deadline=None)
@given(moments, st.randoms())
def test_the_order_does_not_matter(values: loudness.Moments, shuffled: Random) -> None:
    other = values.tolist()
    shuffled.shuffle(other)
    assert loudness.integrated(np.array(other)) == pytest.approx(loudness.integrated(values), abs=0.0101)
