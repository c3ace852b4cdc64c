"""Lines as people read them: broken between words on a terminal, in a fixed order, with a next step that helps."""

import re
import shlex
import sys
from pathlib import Path

import pytest
from support.commands import environment, in_terminal, publish
from support.house import House

from publisher.cli.output import say_under

STEERING = re.compile(r"\x1b\[[0-9?;]*[A-Za-z]")
REASON = "It names a customer who asked us in writing not to be named anywhere before the end of the year."
ADDRESS = "https://voices.example.com/" + "a" * 80
UNDER = "import sys; from publisher.cli.output import say_under; say_under('  tracks  ', sys.argv[1])"


def on_terminal(text: str, at: Path, width: int = 40) -> list[str]:
    """The lines of a text behind a head of ten columns, on a terminal of that width."""
    line = f"{sys.executable} -c {shlex.quote(UNDER)} {shlex.quote(text)}"
    ran = in_terminal(line, at=at, env=environment({"COLUMNS": str(width)}), answer="")
    assert ran.code == 0, ran.text
    return STEERING.sub("", ran.text).splitlines()


def test_a_long_line_goes_on_under_its_beginning(tmp_path: Path) -> None:
    first, *others = on_terminal(REASON, tmp_path)
    assert first.startswith("  tracks  It names")
    assert all(re.match(r" {10}\S", line) for line in others)
    assert all(len(line) <= 40 for line in (first, *others))
    assert " ".join([first.removeprefix("  tracks  "), *map(str.strip, others)]) == REASON


def test_an_address_is_never_broken(tmp_path: Path) -> None:
    assert on_terminal(f"The audiogram: {ADDRESS}", tmp_path) == ["  tracks  The audiogram:", " " * 10 + ADDRESS]


def test_a_line_is_whole_where_nobody_has_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say_under("  tracks  ", REASON)
    assert capsys.readouterr().out == f"  tracks  {REASON}\n"


@pytest.mark.slow
def test_films_are_told_in_the_order_of_their_soundbites_with_title_and_form(house: House) -> None:
    bites = "".join(
        f"  - {{start: '0:{start:02}', end: '0:{start + 15}', title: {title}, audiogram: [{forms}]}}\n"
        for start, title, forms in ((16, "Second", "vertical, square"), (0, "First", "square"))
    )
    house.add_episode(matter=f"soundbites:\n{bites}", seconds=32)
    assert publish("episode", "a-talk", at=house.root).code == 3
    shown = publish("review", "show", "a-talk", at=house.root).out
    kinds = re.findall(r"^  ([a-z]+) +[0-9a-f]{12} ", shown, re.MULTILINE)
    assert list(dict.fromkeys(kinds)) == ["audio", "transcript", "chapters", "artwork", "waveform", "audiogram", "part"]
    assert re.findall(r"a-talk-(\d-\w+)\.mp4", shown) == ["1-square", "1-vertical", "2-square"]
    house.decide("a-talk")
    said = publish("episode", "a-talk", at=house.root).out
    audiograms = re.findall(r"^      “(\w+)”, (\w+): https://\S+-(\d)-\w+\.mp4$", said, re.MULTILINE)
    assert audiograms == [("Second", "vertical", "1"), ("Second", "square", "1"), ("First", "square", "2")]


@pytest.mark.parametrize(
    ("matter", "toml", "says"),
    [
        ("intro: bell.flac\n", "", "intro: must be a table of keys, like {file: bell.flac}"),
        ("outro: [1]\n", "", "outro: must be a table of keys, like {file: intro.flac}"),
        ("", '[shows.aloud.audio]\nalternate = "mp3"\n', "alternate: write m4a, or leave it out"),
    ],
)
def test_a_wrong_value_is_told_with_a_right_one(house: House, matter: str, toml: str, says: str) -> None:
    house.add_episode(matter=matter)
    house.write("publisher.toml", (house.root / "publisher.toml").read_text() + toml)
    assert says in publish("status", at=house.root).text


def test_what_is_no_recording_is_not_copied(house: House) -> None:
    (house.root / "notes.wav").write_text("Not a sound.")
    ran = publish("new", "episode", "A talk", "--recording", "notes.wav", at=house.root)
    assert ran.code == 1
    assert "notes.wav: is not an audio file that is understood" in ran.err
    assert not (house.root / "episodes").exists()
