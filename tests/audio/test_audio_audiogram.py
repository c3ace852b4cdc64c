"""A soundbite becomes a video that shows what is said while it is said, the same bytes wherever it is made."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from audio.sounds import decoded, measured, tool
from publisher.audio.audiogram.captions import Caption
from publisher.audio.audiogram.frames import Scene, drawn
from publisher.audio.audiogram.layout import LAYOUTS, Box
from publisher.audio.audiogram.make import audiogram
from publisher.audio.audiogram.model import Made, Shape, Soundbite
from publisher.audio.audiogram.typeface import Typeface
from publisher.audio.ffmpeg import executable
from publisher.errors import PublisherError
from publisher.transcript.model import Cue

RECORDING = Path(__file__).parents[2] / "episodes" / "inside-engineering-scheduler" / "conversation.flac"
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
BITE = Soundbite(10.2, 25.21, "Trust is slow")
CUES = (
    Cue(2, 5, "Joe Hart", "Nobody hears this."),
    Cue(10.2, 15, "Joe Hart", "What was wrong with it?"),
    Cue(15.2, 20.2, "Maya Okafor", "The posts were fine. They just weren't ours."),
)
JOE, JOE_LATER, MAYA, NOBODY, END = 30, 120, 240, 400, 450
"""Numbers of frames."""

Frame = NDArray[np.int16]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A master of 40 seconds, and artwork."""
    folder = tmp_path_factory.mktemp("audiograms")
    command = [executable(), "-loglevel", "error", "-t", "40", "-i", str(RECORDING), "-ac", "2", "-ar", "48000"]
    command += ["-b:a", "128k", "-reservoir", "0", "-id3v2_version", "0", str(folder / "master.mp3")]
    subprocess.run(command, check=True)
    Image.linear_gradient("L").resize((1400, 1400)).convert("RGB").save(folder / "cover.png")
    return folder


def made(folder: Path, shape: Shape, cues: Sequence[Cue], cache: str = "cache", **others: Any) -> Made:  # noqa: ANN401
    words: dict[str, Any] = {"artwork": folder / "cover.png", "show": "Aloud", "episode": "Trust before campaigns"}
    words |= {"master": folder / "master.mp3", "soundbite": BITE} | others
    return audiogram(shape=shape, cues=cues, cache=folder / cache, **words)


@pytest.fixture(scope="module")
def square(folder: Path) -> Made:
    return made(folder, "square", CUES)


@pytest.fixture(scope="module")
def vertical(folder: Path) -> Made:
    """Without captions."""
    return made(folder, "vertical", CUES[:1])


def frames(clip: Made, shape: Shape, numbers: Sequence[int]) -> list[Frame]:
    """How bright every pixel of these frames is, as another ffmpeg decodes them."""
    chosen = "+".join(f"eq(n\\,{number})" for number in numbers)
    command = [tool("ffmpeg"), "-loglevel", "error", "-i", str(clip.path), "-vf", f"select={chosen}", "-vsync", "0"]
    raw = subprocess.run([*command, "-f", "rawvideo", "-pix_fmt", "gray", "-"], check=True, capture_output=True).stdout
    found = np.frombuffer(raw, np.uint8).astype(np.int16)
    return list(found.reshape(-1, LAYOUTS[shape].height, LAYOUTS[shape].width))


def part(frame: Frame, box: Box) -> Frame:
    return frame[box.top : box.bottom, box.left : box.right]


def differs(one: Frame, other: Frame) -> bool:
    """More than an encoder makes two pictures of the same differ."""
    return bool((np.abs(one - other) > 60).sum() > 200)


@pytest.mark.slow
def test_it_is_what_social_networks_ask_for(square: Made, vertical: Made) -> None:
    for clip, size in ((square, (1080, 1080)), (vertical, (1080, 1920))):
        command = [tool("ffprobe"), "-v", "error", "-show_streams", "-show_format", "-of", "json", str(clip.path)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        picture, sound = told["streams"]

        assert (picture["codec_name"], picture["pix_fmt"]) == ("h264", "yuv420p")
        assert (picture["width"], picture["height"]) == size
        assert (picture["color_space"], picture["color_transfer"], picture["color_primaries"]) == ("bt709",) * 3
        assert Fraction(picture["avg_frame_rate"]) == 30
        assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("aac", "48000", 2)
        assert float(picture["duration"]) == pytest.approx(15.01, abs=1 / 30)
        assert float(sound["duration"]) == pytest.approx(15.01, abs=1 / 30)
        assert told["format"]["tags"]["title"] == "Trust is slow"


def test_it_can_play_before_it_is_loaded_and_does_not_tell_who_made_it(square: Made) -> None:
    data = square.path.read_bytes()

    assert data.index(b"moov") < data.index(b"mdat")
    assert not any(name in data for name in (b"x264 - core", b"Lavf", b"Lavc6"))


@pytest.mark.slow
def test_the_caption_changes_with_the_cue_and_not_before(square: Made) -> None:
    joe, later, maya, nobody = (
        part(frame, LAYOUTS["square"].stage) for frame in frames(square, "square", [JOE, JOE_LATER, MAYA, NOBODY])
    )

    assert not differs(joe, later)
    assert differs(later, maya)
    assert differs(maya, nobody)
    assert np.ptp(nobody) < 20


def test_the_played_part_of_the_waveform_grows(square: Made) -> None:
    *shown, end = (
        part(frame, LAYOUTS["square"].waveform) for frame in frames(square, "square", [0, JOE, MAYA, NOBODY, END])
    )
    mute = [np.flatnonzero((np.abs(frame - end) > 40).any(axis=0)) for frame in shown]

    # Where the first bar is that was not played yet, and that no bar behind it is.
    for columns, number in zip(mute, [0, JOE, MAYA, NOBODY], strict=True):
        assert columns[0] == pytest.approx(936 * number / 450, abs=16)
        assert columns[-1] > 900


@pytest.mark.slow
def test_the_title_stands_in_the_heading_while_others_speak(square: Made, folder: Path) -> None:
    other = made(folder, "square", CUES, soundbite=replace(BITE, title="Slow is fast"))
    one, two = (
        [part(frame, LAYOUTS["square"].heading) for frame in frames(clip, "square", [JOE, MAYA])]
        for clip in (square, other)
    )

    assert not differs(one[0], one[1])
    assert differs(one[0], two[0])


@pytest.mark.slow
def test_no_two_captions_are_on_one_picture(square: Made) -> None:
    """Joe's words are gone before Maya's come."""
    start = round((15.2 - BITE.start) * 30)
    shown = [part(frame, LAYOUTS["square"].stage) for frame in frames(square, "square", range(start, start + 5))]

    assert np.ptp(shown[0]) > 90
    assert np.ptp(shown[2]) < 20
    assert np.ptp(shown[4]) > 90


@pytest.mark.slow
def test_without_captions_the_title_stands_there_from_beginning_to_end(vertical: Made) -> None:
    first, last = (part(frame, LAYOUTS["vertical"].stage) for frame in frames(vertical, "vertical", [0, END]))

    assert np.ptp(first) > 150
    assert not differs(first, last)


def test_the_sound_is_the_masters_as_loud_and_at_its_place(square: Made, folder: Path) -> None:
    whole, clip = (
        np.frombuffer(decoded(path, 1), np.int16).astype(np.float64) for path in (folder / "master.mp3", square.path)
    )
    start, length = round(BITE.start * 48_000), (15 * 48_000) - 8000
    stretch, heard = whole[start : start + length], clip[:length]

    assert np.corrcoef(stretch, heard)[0, 1] > 0.99
    assert np.std(heard) == pytest.approx(np.std(stretch), rel=0.03)
    assert measured(square.path).integrated < -10


def test_the_first_and_the_last_sound_do_not_click(square: Made) -> None:
    clip = np.abs(np.frombuffer(decoded(square.path, 1), np.int16).astype(np.int32))

    assert clip[:48].max() < clip[:48_000].max() / 5
    assert clip[BITE.samples - 480 : BITE.samples].max() < clip.max() / 5


@pytest.mark.slow
def test_one_core_makes_the_same_bytes(square: Made, folder: Path) -> None:
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        again = made(folder, "square", CUES, "another")
    finally:
        os.sched_setaffinity(0, cores)

    assert again.path.read_bytes() == square.path.read_bytes()
    assert (again.sha256, again.size) == (square.sha256, square.size)


def test_what_was_made_is_not_made_again_for_a_change_elsewhere(square: Made, folder: Path) -> None:
    before = square.path.stat()
    other = (Cue(1, 4, None, "Other words."), *CUES[1:], Cue(30, 33, None, "And more."))

    assert made(folder, "square", other) == square
    assert square.path.stat().st_mtime_ns == before.st_mtime_ns
    assert not [path for path in square.path.parent.iterdir() if path.suffix == ".tmp"]


@pytest.mark.parametrize(
    ("others", "complaint"),
    [
        ({"soundbite": Soundbite(30, 50, "Trust")}, r"“Trust”: ends 50.0 seconds into the master, which is 40"),
        ({"soundbite": Soundbite(90, 110, "Trust")}, r"ends 110.0 seconds into the master"),
        ({"episode": "信任 and trust"}, "the episode's title: .*lacks the letters 任 .*, 信 .*name a font file"),
        ({"master": Path("gone.mp3")}, "gone"),
        ({"artwork": RECORDING}, "is not a JPEG or PNG picture"),
        ({"font": RECORDING}, "is not a font"),
        ({"font": Path("gone.ttf")}, "is not there"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_hint(folder: Path, others: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PublisherError, match=complaint):
        made(folder, "square", CUES, "refused", **others)


@pytest.mark.parametrize("word", ["Trust", "אמון", "ثقة"])
def test_words_begin_at_the_side_where_their_script_does(word: str) -> None:
    if not DEJAVU.exists():
        pytest.skip("the font DejaVu Sans is not installed")
    layout = LAYOUTS["square"]
    cover = Image.new("RGB", (1400, 1400), "teal")
    said = [Caption(0, 1, None, (word,))]
    scene = Scene(layout, Typeface(DEJAVU, [word, "Aloud"]), cover, "Aloud", "Aloud", "Aloud", said, [1000], 1)
    frame = np.frombuffer(next(drawn(scene)), np.uint8)[: 1080 * 1080].reshape(1080, 1080).astype(np.int16)
    inked = np.flatnonzero((part(frame, layout.stage) > 200).any(axis=0))

    assert (inked[0] < 12) == (word == "Trust")
    assert (inked[-1] > layout.stage.width - 12) == (word != "Trust")
