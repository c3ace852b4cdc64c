"""What listeners get: as loud as promised, as long as recorded, and the same bytes every time."""

import struct
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest

from audio.samples import level, music, noise, read, sound, spoken, tone, write
from audio.sounds import decoded, make, measured, speech, tool
from publisher.audio.feed import Samples
from publisher.audio.master import Master
from publisher.audio.mastering import master
from publisher.audio.model import BITRATES, SAMPLE_RATE, Settings, Track
from publisher.errors import PublisherError

RECORDINGS = {
    "16-bit stereo": "-ac 2 -f wav",
    "24-bit mono": "-c:a pcm_s24le -f wav",
    "8 kHz mono": "-ar 8000 -f wav",
    "44.1 kHz FLAC": "-ac 2 -ar 44100 -f flac",
    "96 kHz": "-ar 96000 -f wav",
    "MP3": "-ac 2 -b:a 192k -f mp3",
    "M4A": "-ac 2 -b:a 192k -f ipod",
    "ADTS": "-b:a 128k -f adts",
    "Opus": "-c:a libopus -b:a 96k -f ogg",
    "Vorbis": "-c:a libvorbis -f ogg",
    "5.1": "-ac 6 -f wav",
    "7.1": "-ac 8 -f flac",
    "W64": "-f w64",
    "AIFF": "-f aiff",
    "WebM": "-c:a libopus -f webm",
    "much too quiet": "-af volume=-35dB -c:a pcm_s24le -f wav",
    "far over full scale": "-af volume=30dB -c:a pcm_f32le -f wav",
    "with direct current": "-af volume=-10dB,dcshift=0.4 -c:a pcm_f32le -f wav",
}


def assert_promises_are_kept(made: Master, target: float, program: str | None = None) -> None:
    heard = measured(made.path, program)
    assert heard.integrated == pytest.approx(target, abs=0.5)
    assert heard.true_peak <= -1.0


@pytest.mark.slow
@pytest.mark.parametrize("kind", RECORDINGS)
def test_whatever_comes_in_goes_out_as_loud_and_as_long_as_promised(tmp_path: Path, kind: str) -> None:
    recording = speech(tmp_path / "recording", *RECORDINGS[kind].split())

    made = master([Track(recording)], Settings(), tmp_path / "cache")

    assert_promises_are_kept(made, target=-16)
    assert made.duration == pytest.approx(5, abs=0.05)
    assert len(decoded(made.path)) == made.samples * 4
    assert (made.channels, made.whole_seconds) == (2, 5)


@pytest.mark.slow
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("kbps", BITRATES)
def test_every_bit_rate_keeps_the_promises(tmp_path: Path, channels: int, kbps: int) -> None:
    settings = Settings(1 if channels == 1 else 2, kbps)
    recording = speech(tmp_path / "recording.wav", "-ac", "2", seconds=3)

    made = master([Track(recording)], settings, tmp_path / "cache")

    assert_promises_are_kept(made, target=-19 if channels == 1 else -16)
    assert made.loudness.integrated == pytest.approx(settings.target, abs=0.5)
    assert made.size == pytest.approx(made.duration * kbps * 125, abs=4 * settings.frame_bytes)


@pytest.mark.parametrize("kind", ["16-bit stereo", "8 kHz mono", "MP3", "far over full scale"])
def test_another_ffmpeg_hears_the_same_loudness_and_length(tmp_path: Path, kind: str) -> None:
    other = tool("ffmpeg")
    recording = speech(tmp_path / "recording", *RECORDINGS[kind].split())

    made = master([Track(recording)], Settings(), tmp_path / "cache")

    assert_promises_are_kept(made, target=-16, program=other)
    assert len(decoded(made.path, program=other)) == pytest.approx(made.samples * 4, abs=4 * 0.05 * SAMPLE_RATE)


def test_peaks_between_the_samples_are_held_down_too(tmp_path: Path) -> None:
    # A tone at a quarter of the rate, sampled beside its peaks: they lie 3 dB over every sample.
    between = "aevalsrc='0.7*sin(2*PI*12000*t+PI/4)+0.3*sin(2*PI*200*t)':s=48000:d=4"
    recording = make(tmp_path / "between.wav", between)

    made = master([Track(recording)], Settings(loudness=-7), tmp_path / "cache")

    assert_promises_are_kept(made, target=-7)


def test_a_voice_in_mono_plays_from_both_sides_alike(tmp_path: Path) -> None:
    made = master([Track(speech(tmp_path / "mono.wav"))], Settings(), tmp_path / "cache")

    samples = struct.unpack(f"<{made.samples * 2}h", decoded(made.path))

    assert max(abs(left - right) for left, right in zip(samples[::2], samples[1::2], strict=True)) <= 1


def test_one_side_of_a_file_can_be_taken_alone(tmp_path: Path) -> None:
    sides = "sine=400:duration=4[a];sine=3000:duration=4[b];[a][b]amerge"
    both = make(tmp_path / "both.wav", sides)
    low = make(tmp_path / "low.wav", "sine=400:duration=4")
    cache = tmp_path / "cache"

    taken = master([Track(both, "left")], Settings(), cache)
    alone = master([Track(low)], Settings(), cache)

    assert decoded(taken.path) == decoded(alone.path)


def test_tracks_of_all_rates_and_lengths_are_mixed_and_the_longest_decides(tmp_path: Path) -> None:
    tracks = [
        Track(make(tmp_path / "a.wav", "sine=400:duration=3", "-ar", "44100")),
        Track(make(tmp_path / "b.flac", "sine=3000:duration=5", "-ac", "2")),
        Track(speech(tmp_path / "c.ogg", "-c:a", "libopus", seconds=4)),
    ]

    made = master(tracks, Settings(), tmp_path / "cache")

    assert made.duration == pytest.approx(5, abs=0.05)
    assert_promises_are_kept(made, target=-16)


def test_a_track_that_ends_does_not_make_the_others_louder(tmp_path: Path) -> None:
    tracks = [
        Track(make(tmp_path / "a.wav", "sine=400:duration=3")),
        Track(make(tmp_path / "b.wav", "sine=900:duration=9")),
    ]

    made = master(tracks, Settings(), tmp_path / "cache")

    def level(start: int, end: int) -> float:
        part = decoded(made.path)[start * 4 * SAMPLE_RATE : end * 4 * SAMPLE_RATE]
        samples = struct.unpack(f"<{len(part) // 2}h", part)
        return float(sum(sample * sample for sample in samples)) / len(samples)

    assert level(1, 2) == pytest.approx(2 * level(7, 8), rel=0.1)
    assert level(4, 5) == pytest.approx(level(7, 8), rel=0.02)


def test_the_same_recording_and_settings_give_the_same_bytes(tmp_path: Path) -> None:
    recording = speech(tmp_path / "recording.flac", "-ar", "44100", "-ac", "2")
    again = tmp_path / "elsewhere" / "renamed.wav"
    again.parent.mkdir()
    again.write_bytes(recording.read_bytes())

    first = master([Track(recording)], Settings(), tmp_path / "one")
    second = master([Track(again)], Settings(), tmp_path / "two")

    assert first.path.read_bytes() == second.path.read_bytes()
    assert (first.sha256, first.path.name) == (second.sha256, second.path.name)


def test_every_step_is_told_of_before_its_end_and_at_its_end(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []

    def listen(step: str, done: float, /, seconds: float = 0.0) -> None:  # noqa: ARG001 - as Progress
        told.append((step, done))

    recording = speech(tmp_path / "recording.wav", seconds=70, rate=8000)
    master([Track(recording)], Settings(channels=1), tmp_path / "cache", progress=listen)

    assert [step for step, _ in groupby(told, itemgetter(0))] == ["measure", "encode", "check"]
    for name in ("measure", "encode", "check"):
        done = [fraction for step, fraction in told if step == name]
        assert done == sorted(done)
        # How far it is by then is for the machine to say: much of a master is checked while it is encoded.
        assert 0 <= done[0] < done[-1] == 1.0
        assert done.count(1.0) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (lambda: Settings(bitrate_kbps=100), "100 kbit/s is not a bit rate of MP3"),
        (lambda: Settings(channels=6), "1 or 2 channels, not 6"),  # type: ignore[arg-type]
        (lambda: Settings(loudness=3), "loudness of 3 LUFS makes no sense"),
        (lambda: Settings(true_peak=2), "true peak of 2 dBTP makes no sense"),
    ],
)
def test_settings_that_cannot_be_met_are_refused(settings: Callable[[], Settings], words: str) -> None:
    with pytest.raises(PublisherError, match=words):
        settings()


def talk(seconds: float = 15, change: float = 0) -> Samples:
    return spoken()[: round(seconds * SAMPLE_RATE)] * np.float32(10 ** (change / 20))


def pink(seconds: float, loud: float) -> Samples:
    """Noise with as much in each octave."""
    white = np.fft.rfft(noise(seconds)[:, 0])
    values = np.fft.irfft(white / np.sqrt(np.arange(len(white)) + 1))
    return sound(values * 10 ** ((loud - level(sound(values))) / 20))


def whispers_and_shouts() -> Samples:
    parts = [talk(24)[start * SAMPLE_RATE : (start + 4) * SAMPLE_RATE] for start in range(0, 24, 4)]
    return np.concatenate([part * np.float32(10 ** (-20 * (number % 2) / 20)) for number, part in enumerate(parts)])


def claps() -> Samples:
    """Somebody talks softly and hits the table."""
    samples = talk(15, change=-18)
    for place in range(SAMPLE_RATE, len(samples), SAMPLE_RATE):
        samples[place : place + 2400] += noise(0.05, level=-9) * np.exp(-np.arange(2400) / 300)[:, np.newaxis]
    return samples.astype(np.float32)


HARD: dict[str, Callable[[], Samples]] = {
    "soft speech": lambda: talk(change=-35),
    "speech": talk,
    "speech far over full scale": lambda: talk(change=18),
    "music": lambda: music(15),
    "pink noise": lambda: pink(12, -30),
    "whispers and shouts": whispers_and_shouts,
    "claps and knocks": claps,
}


@pytest.mark.slow
@pytest.mark.parametrize("settings", [Settings(1, 64), Settings(2, 192)], ids=["mono 64k", "stereo 192k"])
@pytest.mark.parametrize("kind", HARD)
def test_whatever_is_heard_the_promises_are_kept(tmp_path: Path, kind: str, settings: Settings) -> None:
    samples = HARD[kind]()

    made = master([Track(write(tmp_path / "recording.wav", samples))], settings, tmp_path / "cache")

    assert_promises_are_kept(made, target=settings.target)
    assert made.samples == len(samples)
    # What the master says of itself is what ffmpeg hears, which tells tenths.
    heard = measured(made.path)
    assert made.loudness.integrated == pytest.approx(heard.integrated, abs=0.07)
    assert made.loudness.true_peak == pytest.approx(heard.true_peak, abs=0.07)


def strength(samples: Samples, hertz: float) -> float:
    """Of one tone, in dB."""
    angles = 2 * np.pi * hertz / SAMPLE_RATE * np.arange(len(samples))
    return float(20 * np.log10(abs(np.mean(samples[:, 0] * np.exp(-1j * angles)))))


def test_the_high_pass_takes_rumble_away_and_leaves_the_voice(tmp_path: Path) -> None:
    rumbling = tone(50, 5, -12) + tone(300, 5, -12) + tone(1000, 5, -12)
    recording = Track(write(tmp_path / "recording.wav", rumbling))

    plain, passed = (
        read(master([recording], Settings(1, 128, high_pass=hertz), tmp_path / "cache").path) for hertz in (None, 100)
    )

    # Beside what is far above it, since both are brought to one loudness.
    lost = {
        hertz: (strength(plain, hertz) - strength(plain, 1000)) - (strength(passed, hertz) - strength(passed, 1000))
        for hertz in (50, 300)
    }
    assert lost[50] >= 12
    assert abs(lost[300]) < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("loud", [-60, -50, -40])
def test_noise_reduction_takes_noise_out_of_the_pauses_and_leaves_the_voice(tmp_path: Path, loud: float) -> None:
    samples = talk(24)
    pauses = np.arange(len(samples)) // (2 * SAMPLE_RATE) % 2 == 1
    samples[pauses] = 0
    recording = Track(write(tmp_path / "recording.wav", samples + pink(24, loud)))
    # Where noise is by itself, and where the voice is; not where one becomes the other.
    deep = np.roll(pauses, SAMPLE_RATE // 4) & np.roll(pauses, -SAMPLE_RATE // 4)

    plain, cleaned = (
        read(master([recording], Settings(1, 192, noise_reduction=each), tmp_path / "cache").path)
        for each in (False, True)
    )

    assert level(cleaned[deep]) <= level(plain[deep]) - 4
    assert level(cleaned[~pauses]) == pytest.approx(level(plain[~pauses]), abs=1)
    # At the same place, too: of several tracks, one may be cleaned and another not need it.
    assert level((cleaned - plain)[~pauses]) < level(plain[~pauses]) - 10


def test_noise_reduction_leaves_a_clean_voice_as_it_is(tmp_path: Path) -> None:
    recording = Track(write(tmp_path / "recording.wav", talk(10)))

    plain, cleaned = (
        read(master([recording], Settings(1, 192, noise_reduction=each), tmp_path / "cache").path)
        for each in (False, True)
    )

    assert level(cleaned - plain) < level(plain) - 30
