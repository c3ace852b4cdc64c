"""How well a recording is written down: words, times, speakers, planted breaches, and what it takes.

    python bench/words_heard.py [SAMPLES] [--minutes 60] [--model DIR]

Everything goes through `publish transcribe`, in workspaces that the bench makes for itself.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe
from measuring import Run, machine, run

from publisher.transcript.formats.webvtt import read_webvtt
from publisher.transcript.model import Cue

PUBLISH = [sys.executable, "-m", "publisher"]
PLANTED = {
    "code name": r"\bbluefin\b",
    "code name, an everyday word": r"\bkestrel\b",
    "disparagement": r"\bglobex support is a joke\b",
    "forward-looking": r"\brevenue to grow\b",
    "personal data": r"\b(4\D?1\D?5\D?5\D?5\D?5\D?2\D?6\D?7\D?1|sandra dot bloom|sandra bloom at)",
    "endorsement": r"\blumina desk\b",
    "profanity": r"\bshit ?show\b",
    "health claim": r"\bprevents heart attacks\b",
    "music": r"\bbohemian rhapsody\b",
}
"""What a guideline would have to find in `corp`, in plain words, once each."""
NAMES = ("Bluefin", "Kestrel", "Globex", "Lumina")
ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True)
class Case:
    """A recording with known words."""

    name: str
    file: Path
    turns: list[dict[str, object]]
    """`spk`, `start` and `text` of each."""
    sides: bool = False
    """Whether each speaker has a side."""
    named: bool = True
    """Whether the house's names are listened for."""


def cases(folder: Path) -> Iterator[Case]:
    """What is in the folder of samples."""
    jfk = [{"spk": "A", "start": 0.3, "text": (folder / "jfk.txt").read_text()}]
    yield Case("jfk", folder / "jfk.flac", jfk)
    for name in ("conv1", "conv3", "corp"):
        turns = json.loads((folder / f"{name}.json").read_text())
        yield Case(f"{name}, two tracks", folder / f"{name}_2track.flac", turns, sides=True)
    corp = json.loads((folder / "corp.json").read_text())
    yield Case("corp, mixed", folder / "corp_mono.flac", corp)
    yield Case("corp, mixed, no names told", folder / "corp_mono.flac", corp, named=False)


def transcribe(folder: Path, case: Case, model: Sequence[str]) -> tuple[list[Cue], Run]:
    """The cues that `publish transcribe` writes, and what that took."""
    root = folder / re.sub(r"\W+", "-", case.name)
    speakers = list(dict.fromkeys(str(turn["spk"]) for turn in case.turns))
    house = ["--name", "Acme Robotics" if case.named else "House"]
    subprocess.run([*PUBLISH, "init", str(root), *house], check=True, capture_output=True)
    people = dict(zip(speakers, ("Joe Miller", "Sandra Bloom") if case.named else ("One", "Two"), strict=False))
    lines = [f'[people.p{number}]\nname = "{name}"\nroles = ["host"]\n' for number, name in enumerate(people.values())]
    (root / "people.toml").write_text("\n".join(lines))
    terms = ", ".join(f'{{ term = "{name}" }}' for name in (NAMES if case.named else ("Nothing",)))
    rule = '[rules.a]\nsays = "a"\nwhy = "a"\nlists = ["names"]\n'
    (root / "guidelines.toml").write_text(f"[lists.names]\nterms = [{terms}]\n{rule}")
    episode = root / "episodes" / "a-talk"
    episode.mkdir(parents=True)
    (episode / case.file.name).write_bytes(case.file.read_bytes())
    (episode / "episode.md").write_text(_matter(case, len(people)))
    took = run([*PUBLISH, "-C", str(root), "transcribe", "a-talk", *model])
    return list(read_webvtt(episode / "transcript.vtt", case.name).cues), took


def _matter(case: Case, people: int) -> str:
    sides = zip(("left", "right"), range(people), strict=False)
    tracks = [f"  - {{file: {case.file.name}, channel: {side}, speaker: p{number}}}" for side, number in sides]
    recording = "\n".join(tracks) if case.sides else f"  - file: {case.file.name}"
    speakers = ", ".join(f"p{number}" for number in range(people))
    head = "title: A talk\ndate: 2026-11-03T07:00:00+01:00\nsummary: A talk."
    return f"---\n{head}\nspeakers: [{speakers}]\nrecording:\n{recording}\n---\n"


def normal(text: str) -> list[str]:
    """Words as they are compared: small letters, numbers spelt out."""
    text = text.casefold().replace("%", " percent").replace("mr.", "mister").replace("mrs.", "missis")
    text = re.sub(r"\d+", lambda found: f" {_spelt(found[0])} ", text)
    return re.findall(r"[a-z']+", text.replace("-", " "))


def _spelt(digits: str) -> str:
    value = int(digits)
    if len(digits) > 3:  # noqa: PLR2004 - read out one by one
        return " ".join(ONES[int(digit)] for digit in digits)
    if value >= 100:  # noqa: PLR2004
        rest = f" {_spelt(str(value % 100))}" if value % 100 else ""
        return f"{ONES[value // 100]} hundred{rest}"
    return ONES[value] if value < len(ONES) else f"{TENS[value // 10]} {ONES[value % 10] if value % 10 else ''}".strip()


def errors(said: Sequence[str], found: Sequence[str]) -> int:
    """Words that have to be changed, put in or taken out (Levenshtein)."""
    row = list(range(len(found) + 1))
    for at, word in enumerate(said, 1):
        above, row[0] = row[0], at
        for place, other in enumerate(found, 1):
            above, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, above + (word != other))
    return row[-1]


def right_speakers(case: Case, cues: Sequence[Cue]) -> str:
    """The share of words with the right speaker, of those that were heard right."""
    if not case.sides:
        return ""
    names = dict(
        zip(dict.fromkeys(str(turn["spk"]) for turn in case.turns), ("Joe Miller", "Sandra Bloom"), strict=True)
    )
    said = [(word, names[str(turn["spk"])]) for turn in case.turns for word in normal(str(turn["text"]))]
    heard = [(word, cue.speaker) for cue in cues for word in normal(cue.text)]
    blocks = SequenceMatcher(None, [word for word, _ in said], [word for word, _ in heard], autojunk=False)
    pairs = [
        (said[block.a + number][1], heard[block.b + number][1])
        for block in blocks.get_matching_blocks()
        for number in range(block.size)
    ]
    return f"{sum(one == two for one, two in pairs)} of {len(pairs)}"


def starts(case: Case, cues: Sequence[Cue]) -> float:
    """Seconds from the beginning of a turn to that of the nearest cue, in the middle of all turns."""
    return statistics.median(min(abs(cue.start - float(str(turn["start"]))) for cue in cues) for turn in case.turns)


def doubted(case: Case, cues: Sequence[Cue]) -> str:
    """How many words are marked, and how many of the wrong ones are among them."""
    said = normal(" ".join(str(turn["text"]) for turn in case.turns))
    heard = [(word, mark) for cue in cues for word, mark in _marks(cue)]
    blocks = SequenceMatcher(None, said, [word for word, _ in heard], autojunk=False).get_matching_blocks()
    right = {block.b + number for block in blocks for number in range(block.size)}
    wrong = [mark for number, (_, mark) in enumerate(heard) if number not in right]
    return f"{sum(mark for _, mark in heard)} of {len(heard)}, {sum(wrong)} of {len(wrong)} wrong ones"


def _marks(cue: Cue) -> Iterator[tuple[str, bool]]:
    at = 0
    for part in cue.text.split(" "):
        mark = any(doubt.start < at + len(part) and at < doubt.end for doubt in cue.doubts)
        yield from ((word, mark) for word in normal(part))
        at += len(part) + 1


def seconds_of(file: Path) -> float:
    """How long a recording is."""
    said = subprocess.run([get_ffmpeg_exe(), "-i", str(file)], capture_output=True, text=True, check=False).stderr
    hours, minutes, rest = re.findall(r"Duration: (\d+):(\d+):([\d.]+)", said)[0]
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def hour(folder: Path, samples: Path, minutes: int) -> Path:
    """A long recording, of the samples over and over."""
    path, names = folder / f"{minutes}-minutes.flac", ("conv1_2track.flac", "conv3_2track.flac", "corp_mono.flac")
    listed = folder / "list.txt"
    length = sum(seconds_of(samples / name) for name in names)
    mono = [folder / f"{name}.wav" for name in names]
    for name, made in zip(names, mono, strict=True):
        subprocess.run(
            [get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(samples / name), "-ac", "1", str(made)], check=True
        )
    listed.write_text("".join(f"file '{made}'\n" for made in mono) * (int(minutes * 60 / length) + 1))
    shape = ["-f", "concat", "-safe", "0", "-i", str(listed), "-t", str(minutes * 60), str(path)]
    subprocess.run([get_ffmpeg_exe(), "-v", "error", "-y", *shape], check=True)
    return path


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("samples", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "samples")
    parser.add_argument("--minutes", type=int, default=60, help="of the long recording; 0 for none")
    parser.add_argument("--model", type=Path)
    asked = parser.parse_args()
    model = ["--model", str(asked.model)] if asked.model else []
    print(f"{machine()}\n\n| | word errors | cue starts, s | right speaker | marked | times real time | cpu s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    planted: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case in cases(asked.samples):
            cues, took = transcribe(folder, case, model)
            said = normal(" ".join(str(turn["text"]) for turn in case.turns))
            found = normal(" ".join(cue.text for cue in cues))
            rate = errors(said, found) / len(said)
            shown = (f"{rate:.1%}", f"{starts(case, cues):.2f}", right_speakers(case, cues), doubted(case, cues))
            pace = seconds_of(case.file) / took.wall
            print(f"| {case.name} | {' | '.join(shown)} | {pace:.1f} | {took.cpu:.0f} |", flush=True)
            if case.name.startswith("corp, mixed"):
                text = " ".join(cue.text for cue in cues).casefold()
                plain = re.sub(r"[^\w ]+", "", text)
                planted[case.name] = [what for what, words in PLANTED.items() if not re.search(words, plain)]
        for which, lost in planted.items():
            count = f"{len(PLANTED) - len(lost)} of {len(PLANTED)} planted breaches"
            print(f"\n{which}: {count}; lost: {', '.join(lost) or 'none'}")
        if asked.minutes:
            long = Case("long", hour(folder, asked.samples, asked.minutes), [{"spk": "A", "start": 0, "text": ""}])
            _, took = transcribe(folder, long, model)
            memory = f"peak RSS {took.rss / 1e6:.0f} MB, PSS {took.pss / 1e6:.0f} MB"
            print(f"\n{asked.minutes} minutes: {took.wall:.0f} s, {took.cpu:.0f} s of CPU, {memory}", flush=True)


if __name__ == "__main__":
    main()
