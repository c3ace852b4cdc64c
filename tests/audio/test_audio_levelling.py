"""How a sound is brought to its level again after what was encoded came out too high."""

from pathlib import Path

import numpy as np

from publisher.audio.encoders.encoding import Aim
from publisher.audio.encoders.levelling import calmer_aim, next_aim, not_met
from publisher.audio.meters.metering import Heard
from publisher.audio.model import Loudness, Settings

SETTINGS = Settings()
NONE = np.zeros(0, np.float32)


def heard(integrated: float, peaks: dict[int, float]) -> Heard:
    """A minute of so many LUFS, with points of so many dBTP in these blocks."""
    points = np.array([10 ** (peak / 20) for peak in peaks.values()])
    loud = np.full(600, integrated)
    blocks = np.array(list(peaks), np.int64)
    return Heard(loud, loud, NONE, NONE, NONE, blocks, points, np.array([60 * 48_000]), np.array([1.0]))


def test_where_a_peak_of_an_mp3_is_too_high_the_ceiling_goes_down_there_alone() -> None:
    aim = next_aim(Aim(6.0, -1.9), heard(-16.0, {20: -0.5}), SETTINGS)

    assert (aim.gain, aim.ceiling) == (6.0, -1.9)
    assert dict(aim.lower) == {19: -2.7, 20: -2.7, 21: -2.7}


def test_where_a_peak_of_an_aac_is_too_high_all_of_it_goes_down_since_others_come_up_elsewhere() -> None:
    aim = calmer_aim(Aim(6.0, -1.9, ((10, -2.5),)), heard(-16.2, {20: -0.5}), SETTINGS)

    assert (aim.gain, aim.ceiling) == (6.2, -2.4)
    assert dict(aim.lower) == {10: -3.0, 19: -3.2, 20: -3.2, 21: -3.2}


def test_an_aac_that_is_only_too_quiet_gets_louder_under_the_same_ceiling() -> None:
    assert calmer_aim(Aim(6.0, -1.9), heard(-16.5, {}), SETTINGS) == Aim(6.5, -1.9)


def test_an_m4a_that_cannot_be_brought_to_its_level_is_told_as_one_and_how_to_do_without() -> None:
    error = not_met(Loudness(-16.2, 4.0, -0.5), SETTINGS, Path("talk.wav"), "M4A")

    assert error.what == "cannot be brought to -16 LUFS under -1 dBTP as M4A: it came to -16.2 LUFS and -0.5 dBTP"
    assert error.hint == "the MP3 alone can be made: leave out `alternate` in publisher.toml"
