"""Speak a script: one FLAC track a speaker on one timeline, and the transcript with its times.

    python make-recording.py VOICE.onnx script.txt transcript.vtt

It calls `piper` (wheel piper-tts), `sox` and `rubberband` (Debian). The model draws random numbers,
so each run is a new take: the same words, with times that differ by fractions of a second.
"""

import re
import subprocess
import sys
import tempfile
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

RATE = 22_050
BREATH = 0.42  # seconds between two sentences of one turn
QUIET = 90  # a sample below this, of 32767, is silence around a sentence
LINE = 65  # characters a line; a cue has two

# How each person sounds. Maya is Joe's voice with a shorter throat (everything faster, spoken slower
# to make up for it) and a higher pitch that leaves the formants where they are.
VOICES = {
    "Joe Hart": {"track": "joe", "length": "1.10", "effects": ["highpass", "60"], "semitones": None},
    "Maya Okafor": {
        "track": "maya",
        "length": "1.29",
        "effects": ["speed", "1.16", "rate", str(RATE), "highpass", "90", "treble", "3", "4000"],
        "semitones": "4.3",
    },
}
PEAK = {"joe": "-2", "maya": "-5"}  # dB below full scale: two microphones are never set alike
COMPRESS = ["compand", "0.004,0.12", "6:-60,-60,-40,-36,-24,-16,-12,-9,0,-6"]  # a voice close to a microphone


@dataclass(frozen=True)
class Sentence:
    """What one person said in one breath, with its time in seconds."""

    speaker: str
    start: float
    end: float
    text: str


def run(*command: str, text: str | None = None) -> None:
    """Start a tool, and stop if it fails."""
    subprocess.run(command, input=text, text=True, check=True, capture_output=True)


def speak(model: str, speaker: str, text: str, folder: Path) -> array:
    """Return the samples of one sentence, without the silence around it."""
    voice = VOICES[speaker]
    raw, tuned, done = folder / "raw.wav", folder / "tuned.wav", folder / "done.wav"
    run("piper", "-m", model, "--length-scale", voice["length"], "--no-normalize", "-f", str(raw), text=text)
    run("sox", "-D", str(raw), str(tuned), "gain", "-3", *voice["effects"])
    if voice["semitones"]:
        run("rubberband", "-q", "--fine", "--formant", "--pitch", voice["semitones"], str(tuned), str(done))
    else:
        done = tuned
    with wave.open(str(done)) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))
    loud = [i for i, sample in enumerate(samples) if abs(sample) > QUIET]
    return samples[max(0, loud[0] - 400) : loud[-1] + 1600]


def record(model: str, script: Path, folder: Path) -> list[Sentence]:
    """Speak every turn, write one track a speaker, and return the sentences with their times."""
    placed, now = [], 0.0
    for line in script.read_text().splitlines():
        if line.startswith("#"):
            continue
        pause, speaker, words = (part.strip() for part in line.split("|"))
        now += float(pause)
        for number, text in enumerate(re.split(r"(?<=[.?!]) ", words)):
            now += BREATH if number else 0
            samples = speak(model, speaker, text, folder)
            placed.append((Sentence(speaker, now, now + len(samples) / RATE, text), samples))
            now = placed[-1][0].end
    for speaker in dict.fromkeys(sentence.speaker for sentence, _ in placed):
        track = array("h", bytes(2 * int((now + 0.6) * RATE)))
        for sentence, samples in placed:
            if sentence.speaker == speaker:
                at = int(sentence.start * RATE)
                track[at : at + len(samples)] = samples
        name = VOICES[speaker]["track"]
        with wave.open(str(folder / "track.wav"), "wb") as sound:
            sound.setparams((1, 2, RATE, 0, "NONE", ""))
            sound.writeframes(track.tobytes())
        done = script.with_name(f"{name}.flac")
        run("sox", "-D", str(folder / "track.wav"), str(done), *COMPRESS, "norm", PEAK[name])
    return [sentence for sentence, _ in placed]


def wrap(text: str) -> str | None:
    """Break a cue into at most two lines of nearly one length, or return None if it needs more."""
    if len(text) <= LINE:
        return text
    spaces = [at.start() for at in re.finditer(" ", text)]
    broken = [(text[:at], text[at + 1 :]) for at in spaces]
    fitting = [lines for lines in broken if max(map(len, lines)) <= LINE]
    best = min(fitting, default=None, key=lambda lines: max(map(len, lines)) - 12 * (lines[0][-1] in ".?!,"))
    return best and "\n".join(best)


def split(said: Sentence) -> list[Sentence]:
    """Cut what is too long for one cue near its middle, after a comma if it has one."""
    if wrap(said.text):
        return [said]
    places = [at.end() for at in re.finditer(r"[,;:] | ", said.text)]
    middle = len(said.text) / 2
    at = min(places, key=lambda end: abs(end - middle) + (0 if said.text[end - 2] in ",;:" else middle / 2))
    when = said.start + (said.end - said.start) * at / len(said.text)
    first = Sentence(said.speaker, said.start, when, said.text[:at].rstrip())
    return split(first) + split(Sentence(said.speaker, when, said.end, said.text[at:]))


def cues(sentences: list[Sentence]) -> list[Sentence]:
    """Join short sentences of one turn, and split long ones."""
    made: list[Sentence] = []
    for piece in (piece for sentence in sentences for piece in split(sentence)):
        last = made[-1] if made else None
        near = last and last.speaker == piece.speaker and abs(piece.start - last.end) < BREATH + 0.01
        if near and last.text[-1] in ".?!" and wrap(f"{last.text} {piece.text}"):
            made[-1] = Sentence(last.speaker, last.start, piece.end, f"{last.text} {piece.text}")
        else:
            made.append(piece)
    return made


def clock(seconds: float) -> str:
    """Write a time as WebVTT does."""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def webvtt(sentences: list[Sentence]) -> str:
    """Write the transcript."""
    blocks = [f"{clock(c.start)} --> {clock(c.end)}\n<v {c.speaker}>{wrap(c.text)}" for c in cues(sentences)]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


if __name__ == "__main__":
    model, script, transcript = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        Path(transcript).write_text(webvtt(record(model, Path(script), Path(folder))))
