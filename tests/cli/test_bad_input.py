"""Bad input: each gets a clear message, exit code 1, and leaves everything as it was."""

import os
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from support.commands import HANGS, PUBLISH, environment, publish
from support.house import House, snapshot, write_tone


def _silence(path: Path, seconds: int) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        for _ in range(seconds):
            out.writeframes(bytes(16_000))


def _truncated(path: Path) -> None:
    write_tone(path, 6)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


RECORDINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: path.unlink(), "there is no file talk.wav"),
    "empty": (lambda path: path.write_bytes(b""), "empty"),
    "truncated": (_truncated, "talk.wav"),
    "silent": (lambda path: _silence(path, 4), "sound"),
    "minutes of silence": (lambda path: _silence(path, 300), "sound"),
    "text": (lambda path: path.write_text("These are words, not sound.\n" * 50), "talk.wav"),
    "a playlist": (lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n"), "talk.wav"),
    "a picture": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000)), "talk.wav"),
    "noise that only begins like a WAV": (
        lambda path: path.write_bytes(b"RIFF\xff\xff\xff\xffWAVE" + os.urandom(4000)),
        "talk",
    ),
}


def assert_refused(house: House, *arguments: str, says: str) -> None:
    before = snapshot(house.root)
    ran = publish(*arguments, at=house.root)
    assert ran.code == 1, ran.text
    assert says in ran.err
    assert "Traceback" not in ran.text
    assert snapshot(house.root) == before
    assert not list((house.root / ".publisher").rglob("*.tmp"))


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_that_cannot_be_used_is_refused(house: House, name: str) -> None:
    spoil, says = RECORDINGS[name]
    house.add_episode()
    spoil(house.root / "episodes/a-talk/talk.wav")
    assert_refused(house, "episode", "a-talk", says=says)


MATTER = {
    "an impossible date": ("date: 2026-11-05", "date: 2026-13-45", "date"),
    "a date without a zone": ("T07:00:00+01:00", "T07:00:00", "time zone"),
    "an unknown author": ("[ben]", "[nobody]", "'nobody' is nobody in people.toml"),
    "an unknown key": ("summary:", "sumary:", "did you mean summary?"),
    "an unknown division": ("authors:", "division: sales\nauthors:", "there is no division 'sales'"),
    "no title": ("title: A post\n", "", "title"),
    "a picture that is not there": ("authors:", "picture: {file: no.jpg, alt: None}\nauthors:", "no.jpg"),
    "a picture outside": ("authors:", "picture: {file: ../../people.toml, alt: None}\nauthors:", "same folder"),
}


@pytest.mark.parametrize("name", MATTER)
def test_front_matter_that_is_wrong_is_refused_with_its_file_and_key(house: House, name: str) -> None:
    old, new, says = MATTER[name]
    path = house.add_post()
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert_refused(house, "post", "a-post", says=says)


def test_a_slug_that_stands_twice_is_refused(house: House) -> None:
    house.add_post("twice")
    house.add_episode("twice")
    assert_refused(house, "post", "twice", says="stands twice")


@pytest.mark.parametrize(
    ("size", "mode", "says"),
    [((800, 600), "RGB", "800 × 600"), ((1200, 1200), "RGB", "1200 × 1200"), ((1400, 1400), "L", "colours")],  # noqa: RUF001
)
def test_artwork_that_directories_refuse_is_refused(house: House, size: tuple[int, int], mode: str, says: str) -> None:
    from PIL import Image

    house.add_episode()
    Image.new(mode, size).save(house.root / "artwork/cover.png")
    assert_refused(house, "episode", "a-talk", says=says)


def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    ran = publish("status", at=tmp_path)
    assert ran.code == 1
    assert "publish init" in ran.err


def test_every_problem_of_a_workspace_is_reported_at_once(house: House) -> None:
    house.write("publisher.toml", "[house]\nname = 'X'\nurl = 'nowhere'\n")
    house.write("guidelines.toml", "rules = 3\n")
    house.write("posts/a-post/post.md", "no front matter")
    ran = publish("status", at=house.root)
    assert ran.code == 1
    for place in ("publisher.toml: house.url", "guidelines.toml: rules", "posts/a-post/post.md"):
        assert place in ran.err


def test_one_broken_piece_does_not_stop_the_others(house: House) -> None:
    house.add_post("sound")
    house.add_post("broken").write_text("---\ntitle: [\n---\n")
    assert publish("post", "sound", at=house.root).code == 3
    status = publish("status", at=house.root)
    assert status.code == 1
    assert "posts/broken/post.md" in status.text


def test_a_slip_in_an_approved_piece_does_not_take_it_down(house: House) -> None:
    path = house.add_post()
    house.approved("a-post")
    publish("release", at=house.root)
    path.write_text(path.read_text().replace("title:", "titel:"))
    ran = publish("release", at=house.root)
    assert ran.code == 0
    assert (house.root / "public/posts/a-post.html").is_file()


def run_humbly(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `publish` with no more than the rights that modes give: root may else write everywhere."""
    humbly = ["setpriv", "--bounding-set", "-dac_override", "--"] if os.geteuid() == 0 else []
    command = [*humbly, *PUBLISH, *arguments]
    return subprocess.run(
        command, cwd=house.root, env=environment(), capture_output=True, text=True, check=False, timeout=HANGS
    )


def test_a_read_only_workspace_is_refused(house: House) -> None:
    house.add_post()
    house.root.chmod(0o555)
    done = run_humbly(house, "post", "a-post")
    house.root.chmod(0o755)
    assert done.returncode == 1, done.stderr
    assert "may not" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_read_only_target_is_refused_and_the_piece_stays_approved(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    (house.root / "public").mkdir(mode=0o555)
    done = run_humbly(house, "post", "a-post")
    assert done.returncode == 1, done.stderr
    assert "no right to read or write here" in done.stderr
    (house.root / "public").chmod(0o755)
    assert run_humbly(house, "post", "a-post").returncode == 0


def test_a_full_disk_ends_with_a_message_and_leaves_what_was_there(house: House) -> None:
    house.add_episode(seconds=20)
    small = "ulimit -f 100; trap '' XFSZ; exec \"$@\""
    before = snapshot(house.root)
    done = subprocess.run(
        ["bash", "-c", small, "bash", *PUBLISH, "episode", "a-talk"],
        cwd=house.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(house.root) == before
    assert publish("episode", "a-talk", at=house.root).code == 3


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("S3:/voices", "this is no address"),
        ("s3:voices/site", "this is no address"),
        ("s3://voices/site/../x", "this is not a name that a public file can have"),
        ("ftp://voices", "there is no target of the kind 'ftp'"),
    ],
)
def test_an_address_with_a_slip_is_refused_and_no_folder_is_made_of_it(house: House, to: str, said: str) -> None:
    before = sorted(house.root.iterdir())
    ran = publish("release", "--to", to, "--dry-run", at=house.root)
    assert ran.code == 1
    assert said in ran.err
    assert sorted(path for path in house.root.iterdir() if path.name != ".publisher") == before
