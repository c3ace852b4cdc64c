"""A recording in, a master out: measure, level, limit, encode, and measure again what was encoded.

The master is what the second measurement says it is, never what the filters were asked for. The same tracks and
settings give the same bytes, on however many cores; they are kept, and made once. A run that was stopped goes on where
it was.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from publisher.audio import shelf, store
from publisher.audio.damage import refuse_damaged, refuse_silent
from publisher.audio.decoding import Decoder
from publisher.audio.encoding import Encoder
from publisher.audio.formats import MP3, recognise
from publisher.audio.graph import FLOAT
from publisher.audio.levelling import first_aim, is_met, limit, next_aim
from publisher.audio.metering import Heard, Meter
from publisher.audio.model import SAMPLE_RATE, Loudness, Master, Progress, Settings, Track, no_progress
from publisher.audio.recording import Recording
from publisher.audio.segments import Crew
from publisher.audio.shelf import Shelf
from publisher.audio.talk import Talk
from publisher.errors import PublisherError
from publisher.files import Digest, atomic_path, digest_file

RECIPE = 2
"""Of this way to master. Raise it when the same recording would give other bytes: then older results are not taken."""
TRIES = 6
"""Encodes before giving up; speech needs one or two."""


def master(
    tracks: Sequence[Track],
    settings: Settings,
    cache: Path,
    *,
    digest: Callable[[Path], Digest] = digest_file,
    progress: Progress = no_progress,
    workers: int | None = None,
) -> Master:
    """Make the master of a recording's tracks, or take it from `cache` if it was made before.

    `digest` tells a file's digest (`DigestCache.digest` reads unchanged files once). A hit starts no program.
    workers: how many cores to use; all that this process may use if not said. They don't change the result.
    Several tracks are mixed; the longest decides the length.
    Raises PublisherError for tracks that cannot be used, a full disk, or a sound that cannot be brought to the
    settings. Whatever happens, `cache` holds whole results and finished parts only.
    """
    if not tracks:
        raise PublisherError("a recording needs at least one track", hint="give the audio file of each speaker")

    def key_now() -> str:
        return store.key_of(_made_from(tracks, settings, digest))

    key = key_now()
    path = store.audio_path(cache, key)
    if (facts := store.find(cache, key)) is None:
        with store.held(cache):
            facts = store.find(cache, key)
            if facts is None:
                shelf.clear_old(cache)
                kept = Shelf(cache / f"{key}{shelf.SUFFIX}")
                talk = Talk(Recording.of(tracks), settings)
                made = _Making(talk, kept, Crew(workers or _cores(), cache), progress)
                facts = store.keep(cache, key, made.make(path, lambda: key_now() == key))
                kept.clear()
    return Master(path=path, **{**facts, "loudness": Loudness(**facts["loudness"])})


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _made_from(tracks: Sequence[Track], settings: Settings, digest: Callable[[Path], Digest]) -> dict[str, Any]:
    for track in tracks:
        recognise(track.path)
    files = [(digest(track.path).sha256, track.channel) for track in tracks]
    return {"recipe": RECIPE, "tracks": files, "settings": asdict(settings)}


@dataclass(frozen=True)
class _Making:
    """One master being made."""

    talk: Talk
    shelf: Shelf
    crew: Crew
    progress: Progress

    def make(self, path: Path, unchanged: Callable[[], bool]) -> dict[str, Any]:
        """Write the master to `path`, if the recording is still `unchanged` at the end; give the facts about it."""
        heard = self._measure()
        with atomic_path(path) as draft:
            got = self._level(heard, draft)
            if not unchanged():
                hint = "run the same command again when the recording is finished"
                raise PublisherError("changed while it was read", where=str(self.talk.recording.path), hint=hint)
        return {
            "samples": heard.samples,
            "channels": self.talk.settings.channels,
            "loudness": asdict(got.loudness),
        }

    def _measure(self) -> Heard:
        recording = self.talk.recording
        meter = Meter(self._told("measure", recording.longest), self.shelf.below("measure"), recording.path)
        feed = self.talk.track(0, self.talk.settings.channels)
        try:
            heard = meter.listen(feed)
            refuse_damaged(recording.found[0], feed.decoded)
            refuse_silent(recording.tracks[0], heard.loudness.integrated)
        finally:
            feed.close()
        self.progress("measure", 1.0)
        return heard

    def _level(self, heard: Heard, draft: Path) -> Heard:
        """Encode to `draft` until what comes out is as it shall be; give what was measured."""
        settings, about = self.talk.settings, self.talk.recording.path
        aim = first_aim(heard.loudness, settings)
        seconds = heard.samples / SAMPLE_RATE
        for number in range(TRIES):
            crew = self._told("encode", seconds)
            Encoder(settings, crew, self.shelf.below("encode"), about).encode(self.talk.open, heard.samples, aim, draft)
            self.progress("encode", 1.0)
            got = self._check(draft, seconds, f"check-{number}")
            if is_met(got.loudness, settings):
                return got
            aim = next_aim(aim, got, settings)
        raise PublisherError(
            f"cannot be brought to {settings.target:g} LUFS under {settings.true_peak:g} dBTP:"
            f" it came to {got.loudness.integrated:.1f} LUFS and {got.loudness.true_peak:.1f} dBTP",
            where=str(about),
            hint="it may be almost silent but for some knocks: take them out, or record closer to the microphone",
        )

    def _check(self, draft: Path, seconds: float, name: str) -> Heard:
        """Decode what was encoded, and measure what a listener gets."""
        settings = self.talk.settings
        feed = Decoder(Track(draft), MP3, FLOAT, settings.channels)
        try:
            got = Meter(self._told("check", seconds), self.shelf.below(name), draft, limit(settings)).listen(feed)
        finally:
            feed.close()
        self.progress("check", 1.0)
        return got

    def _told(self, step: str, seconds: float) -> Crew:
        """The crew, telling how far a step is."""
        expected = seconds * SAMPLE_RATE

        def tell(samples: int) -> None:
            # Never the whole before it is done: segments overlap, and a file may be longer than it says.
            self.progress(step, min(samples / expected, 0.99) if expected else 0.0, seconds)

        return replace(self.crew, told=tell)
