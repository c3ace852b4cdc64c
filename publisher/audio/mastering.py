"""A recording in, a master out: measure, level, limit, encode, and measure again what was encoded.

The master is what the second measurement says it is, never what the filters were asked for. The same tracks and
settings give the same bytes; they are kept, and made once.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from publisher.audio import store
from publisher.audio.encoding import encode
from publisher.audio.formats import recognise
from publisher.audio.levelling import first_aim, is_met, next_aim
from publisher.audio.measuring import Heard, measure, measure_master
from publisher.audio.model import Loudness, Master, Progress, Settings, Track, no_progress
from publisher.audio.recording import Recording
from publisher.errors import PublisherError
from publisher.files import Digest, atomic_path, digest_file

RECIPE = 1
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
) -> Master:
    """Make the master of a recording's tracks, or take it from `cache` if it was made before.

    `digest` tells a file's digest (`DigestCache.digest` reads unchanged files once). A hit starts no program.
    Several tracks are mixed, each as loud as it is; the longest decides the length.
    Raises PublisherError for tracks that cannot be used (see `measure`), a full disk, or a sound that cannot be brought
    to the settings. Whatever happens, `cache` holds whole results only.
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
                made = _make(Recording.of(tracks), settings, path, lambda: key_now() == key, progress)
                facts = store.keep(cache, key, made)
    return Master(path=path, **{**facts, "loudness": Loudness(**facts["loudness"])})


def _made_from(tracks: Sequence[Track], settings: Settings, digest: Callable[[Path], Digest]) -> dict[str, Any]:
    for track in tracks:
        recognise(track.path)
    files = [(digest(track.path).sha256, track.channel) for track in tracks]
    return {"recipe": RECIPE, "tracks": files, "settings": asdict(settings)}


def _make(
    recording: Recording, settings: Settings, path: Path, unchanged: Callable[[], bool], progress: Progress
) -> dict[str, Any]:
    """Master `recording` to `path` and give the facts about it, if its files are still `unchanged` at the end."""
    heard = measure(recording, settings, partial(progress, "measure"))
    with atomic_path(path) as draft:
        loudness = _level(recording, settings, heard, draft, progress)
        if not unchanged():
            hint = "run the same command again when the recording is finished"
            raise PublisherError("changed while it was read", where=str(recording.path), hint=hint)
    return {"samples": heard.samples, "channels": settings.channels, "loudness": asdict(loudness)}


def _level(recording: Recording, settings: Settings, heard: Heard, draft: Path, progress: Progress) -> Loudness:
    """Encode to `draft` until what comes out is as it shall be; give what was measured."""
    aim = first_aim(heard, settings)
    for _ in range(TRIES):
        encode(recording, settings, aim, draft, partial(progress, "encode"))
        got = measure_master(draft, settings, aim.samples, partial(progress, "check"))
        if is_met(got, settings):
            return got
        aim = next_aim(aim, got, settings)
    raise PublisherError(
        f"cannot be brought to {settings.target:g} LUFS under {settings.true_peak:g} dBTP:"
        f" it came to {got.integrated:.1f} LUFS and {got.true_peak:.1f} dBTP",
        where=str(recording.path),
        hint="it may be almost silent but for some knocks: take them out, or record closer to the microphone",
    )
