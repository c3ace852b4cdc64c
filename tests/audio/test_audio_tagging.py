"""The file that listeners download says what it is, and its sound is the master's, byte for byte."""

import dataclasses
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from mutagen.id3 import ID3, CTOCFlags
from mutagen.mp3 import MP3
from PIL import Image

from audio.sounds import decoded, measured, speech, tool
from publisher.audio.master import Master
from publisher.audio.mastering import master
from publisher.audio.model import Settings, Track
from publisher.audio.tags.chapters import Chapter
from publisher.audio.tags.languages import three_letters
from publisher.audio.tags.tagging import Tags, tag
from publisher.errors import PublisherError

CHAPTERS = (
    Chapter(0, "Hello"),
    Chapter(1.5, "Trust & “money”", "https://example.com/trust?a=1&b=2"),
    Chapter(3.25, "Goodbye"),
)
TAGS = Tags(
    title="Trust before campaigns",
    show="Aloud",
    artists=("Ada Müller", "Ben Okafor"),
    published=date(2025, 3, 14),
    language="en-GB",
    description="Two people talk.\n\nAbout trust.",
    number=7,
    chapters=CHAPTERS,
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Master:
    folder = tmp_path_factory.mktemp("finished")
    return master([Track(speech(folder / "recording.wav"))], Settings(), folder / "cache")


@pytest.fixture
def cover(tmp_path: Path) -> Path:
    Image.new("RGB", (1400, 1400), "teal").save(tmp_path / "cover.png")
    return tmp_path / "cover.png"


def id3(path: Path) -> Any:  # noqa: ANN401 - mutagen has no types
    loaded = ID3(str(path))  # type: ignore[no-untyped-call]
    assert loaded.version == (2, 4, 0)
    return loaded


def test_the_words_are_read_back(finished: Master, tmp_path: Path) -> None:
    found = id3(tag(finished, TAGS, tmp_path).path)

    assert found["TIT2"].text == ["Trust before campaigns"]
    assert found["TALB"].text == ["Aloud"]
    assert found["TPE1"].text == ["Ada Müller", "Ben Okafor"]
    assert str(found["TDRC"].text[0]) == "2025-03-14"
    assert found["TLAN"].text == ["eng"]
    assert found["COMM::eng"].text == ["Two people talk.\n\nAbout trust."]
    assert found["TRCK"].text == ["7"]


def test_nothing_is_said_that_was_not_asked_for(finished: Master, tmp_path: Path) -> None:
    bare = Tags("Title", "Show", ("Somebody",), date(2025, 1, 2), "de")

    found = id3(tag(finished, bare, tmp_path).path)

    assert sorted(found) == ["TALB", "TDRC", "TIT2", "TLAN", "TPE1"]


def test_chapters_are_read_back_from_the_table_of_contents(finished: Master, tmp_path: Path) -> None:
    found = id3(tag(finished, TAGS, tmp_path).path)

    contents = found["CTOC:toc"]
    chapters = [found[f"CHAP:{name}"] for name in contents.child_element_ids]

    assert contents.flags == CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    assert [(chapter.start_time, chapter.end_time) for chapter in chapters] == [(0, 1500), (1500, 3250), (3250, 5000)]
    assert [chapter.sub_frames["TIT2"].text for chapter in chapters] == [[chapter.title] for chapter in CHAPTERS]
    assert [chapter.sub_frames.get("WXXX:") and chapter.sub_frames["WXXX:"].url for chapter in chapters] == [
        None,
        "https://example.com/trust?a=1&b=2",
        None,
    ]
    assert {(chapter.start_offset, chapter.end_offset) for chapter in chapters} == {(0xFFFFFFFF, 0xFFFFFFFF)}


def test_ffprobe_reads_the_chapters(finished: Master, tmp_path: Path) -> None:
    path = tag(finished, TAGS, tmp_path).path
    command = [
        tool("ffprobe"),
        "-v",
        "error",
        "-show_entries",
        "chapter=start,end:chapter_tags=title",
        "-of",
        "csv=p=0",
    ]

    said = subprocess.run([*command, str(path)], check=True, capture_output=True, text=True).stdout

    assert said.splitlines() == ["0,1500,Hello", "1500,3250,Trust & “money”", "3250,5000,Goodbye"]


def test_the_cover_is_inside_as_it_is(finished: Master, tmp_path: Path, cover: Path) -> None:
    found = id3(tag(finished, dataclasses.replace(TAGS, cover=cover), tmp_path).path)

    (picture,) = found.getall("APIC")
    assert (picture.mime, picture.type, picture.data) == ("image/png", 3, cover.read_bytes())


def test_the_sound_is_the_masters_byte_for_byte(finished: Master, tmp_path: Path, cover: Path) -> None:
    tagged = tag(finished, dataclasses.replace(TAGS, cover=cover), tmp_path)

    data = tagged.path.read_bytes()

    assert data.endswith(finished.path.read_bytes())
    assert len(data) == tagged.size
    assert decoded(tagged.path) == decoded(finished.path)
    assert measured(tagged.path) == measured(finished.path)


def test_the_tag_has_no_padding(finished: Master, tmp_path: Path) -> None:
    tagged = tag(finished, TAGS, tmp_path)

    size = int.from_bytes(tagged.path.read_bytes()[6:10], "big")
    plain = sum((size >> 8 * place & 0x7F) << 7 * place for place in range(4))

    assert 10 + plain + finished.size == tagged.size
    assert not tagged.path.read_bytes()[: 10 + plain].endswith(bytes(4))


def test_the_length_that_players_show_is_the_masters(finished: Master, tmp_path: Path) -> None:
    shown: Any = MP3(str(tag(finished, TAGS, tmp_path).path)).info  # type: ignore[no-untyped-call]

    assert shown.length == pytest.approx(finished.duration, abs=0.05)
    assert (shown.bitrate, shown.sketchy) == (128_000, False)


def test_mp3val_finds_nothing_to_mend_in_a_tagged_file(finished: Master, tmp_path: Path, cover: Path) -> None:
    path = tag(finished, dataclasses.replace(TAGS, cover=cover), tmp_path).path

    said = subprocess.run([tool("mp3val"), str(path)], check=True, capture_output=True, text=True).stdout

    assert "WARNING" not in said
    assert "+ID3v2, CBR" in said


def test_the_same_words_give_the_same_bytes(finished: Master, tmp_path: Path, cover: Path) -> None:
    tags = dataclasses.replace(TAGS, cover=cover)

    first = tag(finished, tags, tmp_path / "one")
    second = tag(finished, tags, tmp_path / "two")

    assert first.path.read_bytes() == second.path.read_bytes()


def test_what_was_tagged_is_taken_again(finished: Master, tmp_path: Path) -> None:
    first = tag(finished, TAGS, tmp_path)
    before = first.path.stat()

    assert tag(finished, TAGS, tmp_path) == first
    assert first.path.stat() == before


@pytest.mark.parametrize(
    "change", [{"title": "Another"}, {"number": None}, {"chapters": CHAPTERS[:2]}, {"artists": ("Ada Müller",)}]
)
def test_a_changed_word_makes_another_file(finished: Master, tmp_path: Path, change: dict[str, Any]) -> None:
    changed = dataclasses.replace(TAGS, **change)

    assert tag(finished, changed, tmp_path).sha256 != tag(finished, TAGS, tmp_path).sha256


def test_a_changed_cover_of_the_same_name_makes_another_file(finished: Master, tmp_path: Path, cover: Path) -> None:
    tags = dataclasses.replace(TAGS, cover=cover)
    first = tag(finished, tags, tmp_path / "cache")
    Image.new("RGB", (1400, 1400), "navy").save(cover)

    assert tag(finished, tags, tmp_path / "cache").sha256 != first.sha256


def test_a_zero_in_a_text_does_not_part_it(finished: Master, tmp_path: Path) -> None:
    found = id3(tag(finished, dataclasses.replace(TAGS, title="One\0two"), tmp_path).path)

    assert found["TIT2"].text == ["Onetwo"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "needs a title"),
        ({"chapters": (Chapter(0, "A"), Chapter(99, "B"))}, "the audio ends at 0:05.0"),
        ({"cover": Path("/nowhere/cover.jpg")}, "is not there"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(
    finished: Master, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(PublisherError, match=words):
        tag(finished, dataclasses.replace(TAGS, **change), tmp_path / "cache")

    assert not (tmp_path / "cache").exists()


def test_a_master_that_is_gone_is_said_to_be_gone(finished: Master, tmp_path: Path) -> None:
    gone = dataclasses.replace(finished, path=tmp_path / "gone.mp3")

    with pytest.raises(PublisherError, match="the master is gone"):
        tag(gone, TAGS, tmp_path / "cache")


@pytest.mark.parametrize(
    ("language", "letters"),
    [("en", "eng"), ("de-CH", "deu"), ("pt_BR", "por"), ("FRA", "fra"), ("xx", "und"), ("", "und"), ("12-a", "und")],
)
def test_languages_have_three_letters_in_tags(language: str, letters: str) -> None:
    assert three_letters(language) == letters
