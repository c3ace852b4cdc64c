"""MP3s that are encoded in segments: the same bytes for any number of workers, and nobody hears where one ends."""

import struct
import subprocess
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from fastcrc import crc16
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from audio.samples import RECORDINGS, Opened, level, looped, music, noise, read, spoken, tone
from audio.sounds import tool
from publisher.audio import ffmpeg
from publisher.audio.encoders import encoding
from publisher.audio.encoders.encoding import Aim, Encoder
from publisher.audio.encoders.limiting import LOOK_AHEAD, MEMORY, Limiter
from publisher.audio.feed import Feed, Held, Samples
from publisher.audio.meters.looking import OUTLINE, peaks_above
from publisher.audio.meters.metering import Heard, Meter
from publisher.audio.meters.sounding import MasterEntrance, sound, sounding
from publisher.audio.model import BITRATES, FRAME, SAMPLE_RATE, Settings
from publisher.audio.segments import BLOCK, LENGTH, Crew
from publisher.audio.shelf import Shelf
from publisher.errors import PublisherError

AIM = Aim(gain=7.5, ceiling=-1.6)
"""So loud that the limiter has much to do."""
SHORT = 8 * 25 * FRAME
"""Samples of short segments, 4.8 s, so that little sound has many borders."""
MONO, STEREO = Settings(1, 64), Settings(2, 128)


@dataclass
class Bench:
    """Encodes sounds in a folder of its own, whose shelf stays from one time to the next."""

    folder: Path
    settings: Settings = MONO
    workers: int = 2
    length: int = SHORT

    def encode(self, samples: Samples, aim: Aim = AIM) -> Path:
        return self.encode_opened(Opened(samples), len(samples), aim)

    def encode_opened(self, opened: Callable[[], Feed], count: int, aim: Aim = AIM) -> Path:
        self.folder.mkdir(exist_ok=True)
        draft = self.folder / "draft.mp3"
        crew = Crew(self.workers, self.folder, length=self.length)
        Encoder(self.settings, crew, self.shelf, self.folder / "recording").encode(opened, count, aim, draft)
        return draft

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.folder / "shelf")

    @property
    def parts(self) -> dict[str, int]:
        """When each part was put on the shelf."""
        return {part.name: part.stat().st_mtime_ns for part in (self.folder / "shelf").iterdir()}


@cache
def talk(seconds: float, channels: int = 1) -> Samples:
    """All the recordings of this repository, again and again."""
    return looped(np.concatenate([spoken(path, channels) for path in RECORDINGS]), seconds)


def levelled(samples: Samples, aim: Aim = AIM) -> Samples:
    """As loud as the aim says, at one go."""
    limiter = Limiter(10 ** (aim.ceiling / 20))
    return np.concatenate([limiter.push(samples * np.float32(10 ** (aim.gain / 20))), limiter.end()])


def serial(path: Path, samples: Samples, made_with: Settings) -> Path:
    """One run of LAME over all of it, by ffmpeg, which writes the Info frame as well."""
    shape = ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(samples.shape[1]), "-i", "-"]
    lame = ["-c:a", "libmp3lame", "-reservoir", "0", "-b:a", f"{made_with.bitrate_kbps}k"]
    bare = ["-map_metadata", "-1", "-id3v2_version", "0", "-f", "mp3", str(path)]
    command = [ffmpeg.executable(), "-loglevel", "error", "-y", "-cpuflags", "0", *shape, *lame, *bare]
    subprocess.run(command, check=True, input=samples.tobytes())
    return path


def frames(path: Path, made_with: Settings) -> NDArray[np.uint8]:
    """All frames of an MP3 without tags, the Info frame first: shape (frames, bytes of one)."""
    data = np.frombuffer(path.read_bytes(), np.uint8)
    assert len(data) % made_with.frame_bytes == 0
    return data.reshape(-1, made_with.frame_bytes)


@pytest.mark.slow
@pytest.mark.parametrize(("made_with", "counts"), [(MONO, [2, 3, 8, 16]), (STEREO, [3])], ids=["mono", "stereo"])
def test_the_bytes_do_not_depend_on_the_number_of_workers(
    tmp_path: Path, made_with: Settings, counts: list[int]
) -> None:
    samples = talk(210, made_with.channels)
    alone = Bench(tmp_path / "1", made_with, 1, LENGTH).encode(samples).read_bytes()

    assert len(alone) == (-(-(len(samples) + 576 + 529) // FRAME) + 1) * made_with.frame_bytes
    for workers in counts:
        assert Bench(tmp_path / f"{workers}", made_with, workers, LENGTH).encode(samples).read_bytes() == alone


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.integers(SAMPLE_RATE, 5 * SHORT), st.sampled_from([1, 2, 3, 8, 16]), st.floats(-20, 20), st.integers(0, 9))
def test_whatever_the_sound_the_bytes_do_not_depend_on_the_number_of_workers(
    tmp_path_factory: pytest.TempPathFactory, count: int, workers: int, gain: float, start: int
) -> None:
    samples, aim = talk(210)[start * SAMPLE_RATE :][:count], replace(AIM, gain=gain)
    folder = tmp_path_factory.mktemp("encoding")

    made = Bench(folder / "some", workers=workers).encode(samples, aim).read_bytes()

    assert made == Bench(folder / "one", workers=1).encode(samples, aim).read_bytes()


SOUNDS: dict[str, tuple[Settings, Callable[[], Samples]]] = {
    "speech": (MONO, lambda: talk(60)),
    "speech in stereo": (STEREO, lambda: talk(40, 2)),
    "music": (Settings(2, 192), lambda: music(30)),
    "noise": (MONO, lambda: noise(30)),
    "a tone": (Settings(1, 128), lambda: tone(440, 30, -20)),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SOUNDS)
def test_it_is_what_one_run_of_lame_over_all_gives(tmp_path: Path, kind: str) -> None:
    made_with, make = SOUNDS[kind]
    samples = make()
    ours, theirs = Bench(tmp_path, made_with).encode(samples), serial(tmp_path / "1.mp3", levelled(samples), made_with)

    mine, its = frames(ours, made_with), frames(theirs, made_with)

    assert mine.shape == its.shape
    # Sync, layer, bit rate, rate and channels; how both channels are stored together may differ.
    assert (mine[:, :3] == its[:, :3]).all()
    assert (mine == its).all(axis=1).mean() >= 0.97
    one, other = read(ours, made_with.channels), read(theirs, made_with.channels)
    assert level(one - other) < level(other) - 60
    for seam in range(SHORT, len(one), SHORT):
        assert_nobody_hears(one, other, seam)


def assert_nobody_hears(one: Samples, other: Samples, seam: int) -> None:
    """Around a seam, they differ by less than what MP3 changes anyhow, and there is no click."""
    around = slice(seam - SAMPLE_RATE // 20, seam + SAMPLE_RATE // 20)
    assert level((one - other)[around]) < max(level(other[around]) - 40, -90)
    bends, others = (np.abs(np.diff(each[around], 2, axis=0)).max() for each in (one, other))
    assert bends <= 1.1 * others + 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("more", [-1, 0, 1, 575, 576, 577, FRAME, 3 * FRAME + 1, 4800, 4801])
def test_where_the_sound_ends_near_a_border_nothing_is_lost(tmp_path: Path, more: int) -> None:
    samples = talk(60)[: 2 * SHORT + more]
    ours, theirs = Bench(tmp_path).encode(samples), serial(tmp_path / "one.mp3", levelled(samples), MONO)

    mine, its = frames(ours, MONO), frames(theirs, MONO)

    assert mine.shape == its.shape
    assert (mine == its).all(axis=1).mean() >= 0.95
    assert len(read(ours)) == len(samples)
    # ffmpeg's own Info frame tells some samples too many here.
    assert level(read(ours) - read(theirs)[: len(samples)]) < -60


@pytest.mark.parametrize("made_with", [MONO, STEREO, Settings(2, 320)], ids=lambda each: f"{each.bitrate_kbps}k")
@pytest.mark.parametrize("seconds", [0.4, 7.123])
def test_players_play_it_to_the_exact_sample(tmp_path: Path, made_with: Settings, seconds: float) -> None:
    samples = talk(20, made_with.channels)[5 * SAMPLE_RATE :][: round(seconds * SAMPLE_RATE)]
    made = Bench(tmp_path, made_with).encode(samples, Aim(0, 0))

    decoded = read(made, made_with.channels)

    assert len(decoded) == len(samples)
    assert len(read(made, made_with.channels, tool("ffmpeg"))) == len(samples)
    # LAME turns down by up to half a decibel; otherwise it is the same sound at the same place.
    assert np.corrcoef(decoded[:, 0], samples[:, 0])[0, 1] > 0.97


def test_other_peoples_tools_find_nothing_wrong_with_it(tmp_path: Path) -> None:
    samples = talk(17.7)
    made = Bench(tmp_path).encode(samples)

    said = subprocess.run([tool("mp3val"), str(made)], check=True, capture_output=True, text=True).stdout
    # Tags come later.
    assert [line for line in said.splitlines() if "WARNING" in line and "No supported tags" not in line] == []
    command = [tool("ffprobe"), "-v", "error", "-show_entries", "stream=bit_rate,sample_rate,channels", str(made)]
    facts = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert {"bit_rate=64000", "sample_rate=48000", "channels=1"} <= set(facts.split())


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("kbps", BITRATES)
def test_the_info_frame_tells_what_is_there(tmp_path: Path, channels: int, kbps: int) -> None:
    made_with = Settings(1 if channels == 1 else 2, kbps)
    samples = talk(2, channels)
    made = Bench(tmp_path, made_with).encode(samples)

    all_frames = frames(made, made_with)
    info = all_frames[0].tobytes()
    begin = info.index(b"Info")
    count, size = struct.unpack_from(">II", info, begin + 8)
    around = int.from_bytes(info[begin + 141 : begin + 144], "big")

    # The same header as a frame that plays, but for how two channels are stored together.
    assert info[:3] == all_frames[1].tobytes()[:3]
    assert (count, size) == (len(all_frames) - 1, made.stat().st_size)
    assert count * FRAME - (around >> 12) - (around & 0xFFF) == len(samples)
    assert info[begin + 140] == min(kbps, 255)
    assert crc16.arc(info[: begin + 154]) == int.from_bytes(info[begin + 154 : begin + 156], "big")
    assert crc16.arc(made.read_bytes()[made_with.frame_bytes :]) == int.from_bytes(
        info[begin + 152 : begin + 154], "big"
    )


class Interrupted(Held):
    """A sound whose reader gives up after so many samples."""

    def __init__(self, samples: Samples, after: int) -> None:
        super().__init__(samples)
        self._left = after

    def read(self, count: int) -> Samples:
        self._left -= count
        if self._left < 0:
            raise KeyboardInterrupt
        return super().read(count)


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    samples = talk(48)
    bench = Bench(tmp_path / "stopped")
    with pytest.raises(KeyboardInterrupt):
        bench.encode_opened(lambda: Interrupted(samples, 7 * SHORT), len(samples))
    before = bench.parts
    assert len(before) >= 2

    made = bench.encode(samples)

    assert before.items() <= bench.parts.items()
    assert len(bench.parts) == 10
    assert made.read_bytes() == Bench(tmp_path / "undisturbed").encode(samples).read_bytes()


def test_what_is_finished_is_taken_without_reading_anything(tmp_path: Path) -> None:
    bench, opened = Bench(tmp_path), Opened(talk(20))
    first = bench.encode_opened(opened, 20 * SAMPLE_RATE).read_bytes()
    assert opened.reads > 0

    opened.reads = 0

    assert bench.encode_opened(opened, 20 * SAMPLE_RATE).read_bytes() == first
    assert opened.reads == 0


@pytest.mark.parametrize("harm", ["cut short", "empty", "gone", "one bit is another"])
def test_a_damaged_part_is_made_again(tmp_path: Path, harm: str) -> None:
    bench, samples = Bench(tmp_path), talk(30)
    first = bench.encode(samples).read_bytes()
    before = bench.parts
    name = next(name for name in before if name.startswith("2-"))
    part = tmp_path / "shelf" / name
    data = part.read_bytes()
    part.unlink()
    if harm != "gone":
        flipped = data[:5000] + bytes([data[5000] ^ 1]) + data[5001:]
        part.write_bytes({"cut short": data[:9000], "empty": b""}.get(harm, flipped))

    assert bench.encode(samples).read_bytes() == first
    assert {name for name, when in bench.parts.items() if before[name] != when} == {name}


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (2.5 * SHORT, [2]),
        # Near a border, the next one's run-up has it, too.
        (3 * SHORT - 480, [2, 3]),
        (3 * SHORT + 480, [2, 3]),
        (0, [0]),
    ],
    ids=["inside", "before a border", "behind a border", "at the beginning"],
)
def test_for_one_peak_only_the_segments_around_it_are_made_anew(
    tmp_path: Path, sample: float, expected: list[int]
) -> None:
    bench, samples = Bench(tmp_path), talk(30)
    bench.encode(samples)
    before = bench.parts

    bench.encode(samples, replace(AIM, lower=((round(sample) // 480, -9.0),)))

    assert sorted(int(name.split("-")[0]) for name in bench.parts.keys() - before.keys()) == expected


def test_a_peak_is_lowered_where_its_block_is_and_nowhere_else(tmp_path: Path) -> None:
    samples = talk(12)
    aim = replace(AIM, lower=((1000, -20.0), (1001, -20.0)))
    plain, lowered = (read(Bench(tmp_path / str(each.lower)).encode(samples, each)) for each in (AIM, aim))

    here = slice(1000 * 480, 1002 * 480)
    assert np.abs(lowered[here]).max() < 10 ** (-19 / 20)
    far = np.ones(len(plain), bool)
    far[990 * 480 : 1050 * 480] = False
    assert level((plain - lowered)[far]) < level(plain) - 50


def test_nothing_more_is_read_than_what_is_missing_needs(tmp_path: Path) -> None:
    bench, opened = Bench(tmp_path), Opened(talk(60))
    bench.encode_opened(opened, 60 * SAMPLE_RATE)
    next((tmp_path / "shelf").glob("2-*")).unlink()

    bench.encode_opened(opened, 60 * SAMPLE_RATE)

    assert opened.reads == pytest.approx((3 * SHORT + encoding.REACH.behind) / BLOCK, abs=1)


@pytest.mark.parametrize("count", [29, 31, 24 * 1.2, 60], ids=["shorter", "longer", "at a border", "much longer"])
def test_a_sound_of_another_length_than_before_is_refused(tmp_path: Path, count: float) -> None:
    with pytest.raises(PublisherError, match="changed while it was read"):
        Bench(tmp_path).encode_opened(Opened(talk(count)), 30 * SAMPLE_RATE)


def test_a_sound_that_ends_before_the_missing_part_is_refused(tmp_path: Path) -> None:
    bench, samples = Bench(tmp_path), talk(30)
    bench.encode(samples)
    next((tmp_path / "shelf").glob("6-*")).unlink()

    with pytest.raises(PublisherError, match="changed while it was read"):
        bench.encode_opened(Opened(samples[: 10 * SAMPLE_RATE]), len(samples))


def test_the_run_up_reaches_as_far_as_the_limiter_remembers() -> None:
    assert encoding.REACH.before > encoding.RUN_UP * FRAME + MEMORY + 2 * LOOK_AHEAD
    assert encoding.REACH.behind > encoding.NEXT * FRAME + 2 * LOOK_AHEAD + 480


def test_of_a_master_only_what_is_new_is_measured_again(tmp_path: Path) -> None:
    bench, samples = Bench(tmp_path), talk(30)
    draft = bench.encode(samples)
    measured(draft, len(samples), tmp_path / "heard")
    kept = {part.name for part in (tmp_path / "heard").iterdir()}

    bench.encode(samples, replace(AIM, lower=((1750, -12.0),)))
    again = measured(draft, len(samples), tmp_path / "heard")

    afresh = measured(draft, len(samples), tmp_path / "afresh")
    for mine, its in zip(astuple(again), astuple(afresh), strict=True):
        np.testing.assert_array_equal(mine, its)
    # The block is in the fourth segment, whose beginning the fifth hears as its run-up.
    new = {part.name for part in (tmp_path / "heard").iterdir()} - kept
    assert sorted(int(name.partition("-")[0]) for name in new) == [3, 4]


@pytest.mark.slow
@pytest.mark.parametrize("written", [1, 2, 5, 7])
def test_a_master_that_is_measured_while_it_is_written_is_measured_as_one_that_is_whole(
    tmp_path: Path, written: int
) -> None:
    samples = talk(30)
    draft = Bench(tmp_path).encode(samples)
    whole, expected = draft.read_bytes(), measured(draft, len(samples), tmp_path / "whole")
    draft.write_bytes(whole[: MONO.frame_bytes * (1 + written * SHORT // FRAME)])

    with sounding(meter(draft, tmp_path / "early"), MasterEntrance(draft, MONO, len(samples))) as found:
        found.written(written)
        found.spare()
        # Of what is written, only the last segment has to wait for what is behind it.
        while len(list((tmp_path / "early").glob("*[!t]"))) < written - 1:
            time.sleep(0.01)
        draft.write_bytes(whole)
        heard, _ = found.heard()

    for mine, its in zip(astuple(heard), astuple(expected), strict=True):
        np.testing.assert_array_equal(mine, its)
    assert {part.name for part in (tmp_path / "early").iterdir()} == {
        part.name for part in (tmp_path / "whole").iterdir()
    }


def measured(draft: Path, samples: int, shelf: Path) -> Heard:
    heard, _ = sound(meter(draft, shelf), MasterEntrance(draft, MONO, samples))
    return heard


def meter(draft: Path, shelf: Path) -> Meter:
    return Meter(Crew(2, draft.parent, length=SHORT), Shelf(shelf), draft, (peaks_above(0.8), OUTLINE))
