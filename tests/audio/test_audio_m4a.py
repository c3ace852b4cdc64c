"""The M4A beside the MP3: as long as what went in, with words and chapters where players look for them."""

import dataclasses
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.mp4 import MP4
from PIL import Image

from audio.sounds import tool
from publisher.audio.encoders.m4a import encode, tag_m4a
from publisher.audio.feed import Held, Samples
from publisher.audio.ffmpeg import executable
from publisher.audio.tags.chapters import Chapter
from publisher.audio.tags.tagging import Tagged, Tags
from publisher.errors import PublisherError
from publisher.files import TEMPORARY

ROOT = Path(__file__).parents[2]
VOICE = ROOT / "episodes" / "inside-engineering-scheduler" / "conversation.flac"
SECONDS = 3
CHAPTERS = (
    Chapter(0, "Hello"),
    Chapter(1.5, "Trust; “money” = #1 \\ more", "https://example.com/trust"),
    Chapter(2.25, "Goodbye"),
)
TAGS = Tags(
    title="Trust = before; #campaigns \\ and more",
    show="Aloud",
    artists=("Ada Müller", "Ben Okafor"),
    published=date(2025, 3, 14),
    language="en-GB",
    description="Two people talk.\n\nAbout trust.",
    number=7,
    chapters=CHAPTERS,
)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r") | st.sampled_from("=;#\\\n[]"), min_size=1, max_size=40
)


@pytest.fixture(scope="module")
def voice() -> Samples:
    """Somebody who speaks, in both channels."""
    command = [executable(), "-nostdin", "-loglevel", "error", "-ss", "4", "-i", str(VOICE), "-t", str(SECONDS)]
    found = subprocess.run([*command, "-ar", "48000", "-ac", "2", "-f", "f32le", "-"], check=True, capture_output=True)
    return np.frombuffer(found.stdout, np.float32).reshape(-1, 2)


@pytest.fixture(scope="module")
def bare(voice: Samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bare") / "master.m4a"
    encode(Held(voice), 96, path)
    return path


@pytest.fixture
def cover(tmp_path: Path) -> Path:
    Image.new("RGB", (1400, 1400), "teal").save(tmp_path / "cover.png")
    return tmp_path / "cover.png"


def tagged(bare: Path, cache: Path, **change: object) -> Tagged:
    return tag_m4a(bare, dataclasses.replace(TAGS, **change), SECONDS, cache)  # type: ignore[arg-type]


def decoded(path: Path, channels: int) -> Samples:
    command = [executable(), "-nostdin", "-loglevel", "error", "-i", str(path), "-map", "0:a", "-f", "f32le", "-"]
    found = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(found, np.float32).reshape(-1, channels)


def probed(path: Path) -> dict[str, Any]:
    command = [tool("ffprobe"), "-v", "error", "-show_chapters", "-show_format", "-show_streams", "-of", "json"]
    found: dict[str, Any] = json.loads(subprocess.run([*command, str(path)], check=True, capture_output=True).stdout)
    return found


def chapters(path: Path) -> list[tuple[float, float, str]]:
    return [
        (float(one["start_time"]), float(one["end_time"]), one["tags"]["title"]) for one in probed(path)["chapters"]
    ]


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("length", [1, 1_023, 1_024, 48_000, 100_001])
def test_as_many_samples_come_out_as_went_in(voice: Samples, tmp_path: Path, length: int, channels: int) -> None:
    counted = encode(Held(voice[:length, :channels]), 96, tmp_path / "it.m4a")

    assert counted == length
    assert len(decoded(tmp_path / "it.m4a", channels)) == length


def test_the_sound_is_in_its_place_and_sounds_as_it_did(voice: Samples, bare: Path) -> None:
    heard = decoded(bare, 2)
    share = np.corrcoef(heard[:, 0], voice[:, 0])[0, 1]
    late = np.corrcoef(heard[1:, 0], voice[:-1, 0])[0, 1]

    assert share > 0.98
    assert late < share, "a sample later it would fit less well"


def test_the_same_sound_gives_the_same_bytes_whatever_the_blocks(voice: Samples, bare: Path, tmp_path: Path) -> None:
    class Dripping(Held):
        def read(self, count: int) -> Samples:
            return super().read(min(count, 7_777))

    encode(Dripping(voice), 96, tmp_path / "again.m4a")

    assert (tmp_path / "again.m4a").read_bytes() == bare.read_bytes()


def test_a_higher_bit_rate_makes_a_larger_file(voice: Samples, bare: Path, tmp_path: Path) -> None:
    encode(Held(voice), 192, tmp_path / "high.m4a")

    assert (tmp_path / "high.m4a").stat().st_size > 1.4 * bare.stat().st_size


def test_the_feed_is_closed_at_its_end_and_after_a_failure(voice: Samples, tmp_path: Path) -> None:
    class Watched(Held):
        closed = False

        def read(self, count: int) -> Samples:
            if self.broken:
                raise PublisherError("breaks off")
            return super().read(count)

        def close(self) -> None:
            self.closed = True

        broken = False

    good, bad = Watched(voice), Watched(voice)
    bad.broken = True
    encode(good, 96, tmp_path / "good.m4a")
    with pytest.raises(PublisherError, match="breaks off"):
        encode(bad, 96, tmp_path / "bad.m4a")

    assert (good.closed, bad.closed) == (True, True)


def test_the_index_stands_before_the_sound_and_apples_players_know_it(bare: Path, tmp_path: Path) -> None:
    for path in (bare, tagged(bare, tmp_path).path):
        data = path.read_bytes()
        assert data[4:12] == b"ftypM4A "
        assert data.index(b"moov") < data.index(b"mdat")


def test_the_words_are_read_back(bare: Path, tmp_path: Path) -> None:
    found: Any = MP4(str(tagged(bare, tmp_path).path)).tags  # type: ignore[no-untyped-call]

    assert {key: found[key] for key in found} == {
        "©nam": ["Trust = before; #campaigns \\ and more"],
        "©alb": ["Aloud"],
        "©ART": ["Ada Müller, Ben Okafor"],
        "©day": ["2025-03-14"],
        "desc": ["Two people talk.\n\nAbout trust."],
        "trkn": [(7, 0)],
        "stik": [21],
    }


def test_the_sound_says_its_language(bare: Path, tmp_path: Path) -> None:
    assert probed(tagged(bare, tmp_path, language="de-CH").path)["streams"][0]["tags"]["language"] == "deu"


def test_words_that_are_not_given_are_not_there(bare: Path, tmp_path: Path) -> None:
    path = tagged(bare, tmp_path, description="", number=None, chapters=(), cover=None).path
    found: Any = MP4(str(path)).tags  # type: ignore[no-untyped-call]

    assert sorted(found) == sorted(["©nam", "©alb", "©ART", "©day", "stik"])
    assert chapters(path) == []


def test_the_cover_is_inside_as_it_is(bare: Path, tmp_path: Path, cover: Path) -> None:
    found: Any = MP4(str(tagged(bare, tmp_path, cover=cover).path)).tags  # type: ignore[no-untyped-call]

    assert [bytes(picture) for picture in found["covr"]] == [cover.read_bytes()]


def test_a_jpeg_is_a_cover_as_well(bare: Path, tmp_path: Path) -> None:
    Image.new("RGB", (1400, 1400), "teal").save(tmp_path / "cover.jpg")
    found: Any = MP4(str(tagged(bare, tmp_path, cover=tmp_path / "cover.jpg").path)).tags  # type: ignore[no-untyped-call]

    assert bytes(found["covr"][0]) == (tmp_path / "cover.jpg").read_bytes()


def test_ffprobe_reads_the_chapters(bare: Path, tmp_path: Path) -> None:
    assert chapters(tagged(bare, tmp_path).path) == [
        (0.0, 1.5, "Hello"),
        (1.5, 2.25, "Trust; “money” = #1 \\ more"),
        (2.25, 3.0, "Goodbye"),
    ]


def test_both_kinds_of_players_find_the_chapters(bare: Path, tmp_path: Path) -> None:
    path = tagged(bare, tmp_path).path
    nero: Any = MP4(str(path)).chapters  # type: ignore[no-untyped-call]
    ignoring = [tool("ffprobe"), "-v", "error", "-ignore_chapters", "1", "-show_entries", "stream=codec_tag_string"]
    kinds = subprocess.run([*ignoring, "-of", "csv=p=0", str(path)], check=True, capture_output=True, text=True).stdout

    assert [(one.start, one.title) for one in nero] == [(one.start, one.title) for one in CHAPTERS]
    assert kinds.split() == ["mp4a", "text"]
    assert b"tref" in path.read_bytes(), "the sound points at its track of chapters"


def test_a_first_chapter_that_begins_later_begins_at_once_in_apples_track(bare: Path, tmp_path: Path) -> None:
    path = tagged(bare, tmp_path, chapters=CHAPTERS[1:]).path
    nero: Any = MP4(str(path)).chapters  # type: ignore[no-untyped-call]

    assert [(start, end) for start, end, _ in chapters(path)] == [(0.0, 2.25), (2.25, 3.0)]
    assert [one.start for one in nero] == [1.5, 2.25]
    assert len(decoded(path, 2)) == len(decoded(bare, 2))


def test_a_long_title_of_a_chapter_is_cut_between_letters(bare: Path, tmp_path: Path) -> None:
    (first, *_) = chapters(tagged(bare, tmp_path, chapters=(Chapter(0, "x" + "ü" * 200),)).path)

    assert first[2] == "x" + "ü" * 127


@given(title=TEXTS.filter(str.strip), chapter=TEXTS.filter(str.strip))
@settings(max_examples=8, deadline=None)
def test_any_words_come_back_as_they_were_written(
    bare: Path, tmp_path_factory: pytest.TempPathFactory, title: str, chapter: str
) -> None:
    path = tagged(bare, tmp_path_factory.mktemp("words"), title=title, chapters=(Chapter(0, chapter),)).path
    found: Any = MP4(str(path))  # type: ignore[no-untyped-call]

    assert found.tags["©nam"] == [title]
    assert [one.title for one in found.chapters] == [chapter]


@pytest.mark.parametrize(
    ("written", "read"),
    [("ends in a \\", "ends in a \\"), ("one\r\ntwo\rthree", "one\ntwo\nthree"), ("One\0two", "Onetwo")],
)
def test_a_text_that_could_break_out_of_its_line_does_not(bare: Path, tmp_path: Path, written: str, read: str) -> None:
    path = tagged(bare, tmp_path, title=written, chapters=(Chapter(0, written), Chapter(1, "Next"))).path
    found: Any = MP4(str(path))  # type: ignore[no-untyped-call]

    assert (found.tags["©nam"], found.tags["©alb"]) == ([read], ["Aloud"])
    assert [one.title for one in found.chapters] == [read, "Next"]


def test_the_sound_stays_as_it_is(bare: Path, tmp_path: Path, cover: Path) -> None:
    path = tagged(bare, tmp_path, cover=cover).path

    assert np.array_equal(decoded(path, 2), decoded(bare, 2))


def test_the_same_words_give_the_same_bytes(bare: Path, tmp_path: Path, cover: Path) -> None:
    first = tagged(bare, tmp_path / "one", cover=cover)
    second = tagged(bare, tmp_path / "two", cover=cover)

    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.size == first.path.stat().st_size


def test_what_was_tagged_is_taken_again(bare: Path, tmp_path: Path) -> None:
    first = tagged(bare, tmp_path)
    before = first.path.stat()

    assert tagged(bare, tmp_path) == first
    assert first.path.stat() == before
    assert first.path.suffix == ".m4a"


@pytest.mark.parametrize(
    "change", [{"title": "Another"}, {"number": None}, {"chapters": CHAPTERS[:2]}, {"language": "de"}]
)
def test_a_changed_word_makes_another_file(bare: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    assert tagged(bare, tmp_path, **change).sha256 != tagged(bare, tmp_path).sha256


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "needs a title"),
        ({"chapters": (Chapter(0, "A"), Chapter(99, "B"))}, "the audio ends at 0:03.0"),
        ({"cover": Path("/nowhere/cover.jpg")}, "is not there"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(
    bare: Path, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(PublisherError, match=words):
        tagged(bare, tmp_path / "cache", **change)

    assert not (tmp_path / "cache").exists()


def test_a_master_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match="the master is gone"):
        tagged(tmp_path / "gone.m4a", tmp_path / "cache")


WRITE = """
import sys
from pathlib import Path
import numpy as np
from datetime import date
from publisher.audio.feed import Held
from publisher.audio.encoders.m4a import encode, tag_m4a
from publisher.audio.tags.tagging import Tags
from publisher.errors import PublisherError
folder, bare = Path(sys.argv[1]), Path(sys.argv[2])
sound = np.random.default_rng(7).uniform(-0.5, 0.5, (480_000, 2)).astype(np.float32)
tags = Tags("A talk", "Aloud", ("Ann",), date(2025, 3, 14), "en")
steps = [lambda: encode(Held(sound), 128, folder / "draft.m4a"), lambda: tag_m4a(bare, tags, 3, folder)]
for step in steps:
    try:
        step()
    except PublisherError as error:
        print(error)
"""


def _starved() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def _short_of_room(folder: Path, bare: Path, *before: str, limit: Callable[[], None] | None = None) -> list[str]:
    """What two writers say that find too little room in `folder`."""
    command = [*before, sys.executable, "-c", WRITE, str(folder), str(bare)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, preexec_fn=limit)
    return done.stdout.splitlines()


def test_a_file_that_may_not_grow_is_a_full_disk(bare: Path, tmp_path: Path) -> None:
    said = _short_of_room(tmp_path, bare, limit=_starved)

    assert said == [f"{tmp_path}: the disk is full (free some space, then run the same command again)"] * 2
    assert [path.name for path in tmp_path.iterdir() if TEMPORARY.match(path.name)] == []


def test_a_full_disk_is_said_to_be_full(bare: Path, tmp_path: Path) -> None:
    mount = f'mount -t tmpfs -o size=24k tmpfs "{tmp_path}" && exec "$@"'
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this computer does not let us mount a small disk")

    said = _short_of_room(tmp_path, bare, *alone)

    assert said == [f"{tmp_path}: the disk is full (free some space, then run the same command again)"] * 2
