"""A recording in, a master out: measure, level, limit, encode, and measure again what was encoded.

The master is what the second measurement says it is, never what the filters were asked for. The same tracks and
settings give the same bytes, on however many cores; they are kept, and made once. A run that was stopped goes on where
it was.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from publisher.audio import store
from publisher.audio.edits.timeline import Timeline
from publisher.audio.encoders import m4a
from publisher.audio.encoders.alternate import Alternate
from publisher.audio.encoders.encoding import Encoder
from publisher.audio.encoders.levelling import TRIES, first_aim, is_met, limit, next_aim, not_met, taken_by_lame
from publisher.audio.formats import recognise
from publisher.audio.master import Master
from publisher.audio.meters.looking import OUTLINE, POWER, Looking, peaks_above
from publisher.audio.meters.metering import Heard, Meter
from publisher.audio.meters.sounding import MasterEntrance, sound, sounding
from publisher.audio.meters.waveform import peaks_json
from publisher.audio.model import (
    NO_EDITS,
    SAMPLE_RATE,
    Edits,
    Loudness,
    Music,
    Progress,
    Settings,
    Shift,
    Track,
    no_progress,
)
from publisher.audio.planning import Blend, blend, kept_loudness, timeline
from publisher.audio.segments import Crew, cores, length_for
from publisher.audio.shelf import SUFFIX, Shelf, clear_old
from publisher.audio.source.damage import refuse_damaged, refuse_silent
from publisher.audio.source.probe import Probe
from publisher.audio.source.recording import Recording
from publisher.audio.talk import Production, Studio
from publisher.audio.tracks.placing import placed
from publisher.audio.tracks.voices import Voiced
from publisher.errors import PublisherError
from publisher.files import Digest, atomic_path, digest_file, write_atomically

RECIPE = 7
"""Of this way to master. Raise it when the same recording would give other bytes: then older results are not taken."""


def master(  # noqa: PLR0913 - what it is made of by position, how by name
    tracks: Sequence[Track],
    settings: Settings,
    cache: Path,
    *,
    edits: Edits = NO_EDITS,
    digest: Callable[[Path], Digest] = digest_file,
    progress: Progress = no_progress,
    workers: int | None = None,
) -> Master:
    """Make the master of a recording's tracks, or take it from `cache` if it was made before.

    Several tracks are laid on each other, brought to one loudness, and mixed; the longest decides the length.
    `digest` tells a file's digest (`DigestCache.digest` reads unchanged files once). A hit starts no program.
    workers: how many cores to use; all that this process may use if not said. They don't change the result.
    Raises PublisherError for tracks, music and edits that cannot be used, a full disk, or a sound that cannot be
    brought to the settings. Whatever happens, `cache` holds whole results and finished parts only.
    """
    if all(track.guide for track in tracks):
        raise PublisherError("a recording needs at least one track", hint="give the audio file of each speaker")

    files = [*(track.path for track in tracks), *(music.path for music in edits.music)]
    for file in files:
        recognise(file)
    # Before they are read: who writes to one from here on changes the mark.
    lying = _as_they_lie(files)
    key = store.key_of(_made_from(tracks, settings, edits, digest))
    path = store.audio_path(cache, key)
    if (facts := _find(cache, key)) is None:
        with store.held(cache):
            facts = _find(cache, key)
            if facts is None:
                clear_old(cache)
                shelf = Shelf(cache / f"{key}-{lying[:16]}{SUFFIX}")
                studio = Studio(Recording.of(tracks), settings)
                with Crew(workers or cores(), cache).staying() as crew:
                    making = _Making(studio, edits, shelf, crew, progress)
                    made = making.make(path, lambda: _as_they_lie(files) == lying)
                facts = store.keep(cache, key, made)
                shelf.clear()
    return _master(path, facts)


def _as_they_lie(files: Sequence[Path]) -> str:
    """A mark that any write to the files changes, also one that brings their old bytes back: parts are of one take."""
    stats = [path.stat() for path in files]
    return store.key_of([(each.st_ino, each.st_size, each.st_mtime_ns, each.st_ctime_ns) for each in stats])


def _find(cache: Path, key: str) -> dict[str, Any] | None:
    """The facts about a master that was made, if all of its files are there."""
    facts, path = store.find(cache, key), store.audio_path(cache, key)
    if facts is None or not peaks_path(path).is_file():
        return None
    alternate = facts["alternate"]
    whole = alternate is None or _is_there(path.with_suffix(m4a.SUFFIX), alternate["size"])
    return facts if whole else None


def _is_there(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _master(path: Path, facts: Mapping[str, Any]) -> Master:
    return Master(
        path=path,
        sha256=facts["sha256"],
        size=facts["size"],
        samples=facts["samples"],
        channels=facts["channels"],
        loudness=Loudness(**facts["loudness"]),
        timeline=Timeline.from_plain(facts["timeline"]),
        peaks=peaks_path(path),
        spoken=tuple(Voiced(**each) for each in facts["spoken"]),
        shifts=tuple(Shift(**each) for each in facts["shifts"]),
        alternate=path.with_suffix(m4a.SUFFIX) if facts["alternate"] else None,
    )


def peaks_path(path: Path) -> Path:
    """Where the peaks of the master at `path` are."""
    return path.with_suffix(".peaks.json")


def _made_from(
    tracks: Sequence[Track], settings: Settings, edits: Edits, digest: Callable[[Path], Digest]
) -> dict[str, Any]:
    files = [(digest(track.path).sha256, track.channel, track.offset, track.guide) for track in tracks]
    music = [(digest(each.path).sha256, each.role, each.fade, each.gain, each.at) for each in edits.music]
    changes = (edits.trim, edits.cuts, edits.bleeps, edits.silences, edits.longest_pause)
    return {"recipe": RECIPE, "tracks": files, "settings": asdict(settings), "music": music, "edits": changes}


@dataclass(frozen=True)
class _Making:
    """One master being made."""

    studio: Studio
    edits: Edits
    shelf: Shelf
    crew: Crew
    progress: Progress

    @property
    def _about(self) -> Path:
        return self.studio.recording.path

    def make(self, path: Path, unchanged: Callable[[], bool]) -> dict[str, Any]:
        """Write the master to `path`, if its files are still `unchanged` at the end; give the facts about it."""
        shifts = self._place()
        heard = [self._hear(shift) for shift in shifts]
        wider = [self.studio.wider(shift.track) for shift in shifts]
        production = self._produce(heard, blend(heard, shifts, wider, self.studio.settings))
        whole = heard[0] if production.is_plain else self._hear_all(production)
        with atomic_path(path) as draft:
            got = self._level(production, whole, draft)
            alternate = self._make_alternate(production, whole, path) if self.studio.settings.alternate else None
            if not unchanged():
                path.with_suffix(m4a.SUFFIX).unlink(missing_ok=True)
                hint = "run the same command again when the recording is finished"
                raise PublisherError("changed while it was read", where=str(self._about), hint=hint)
        write_atomically(peaks_path(path), peaks_json(got.lowest, got.highest))
        return {
            "samples": whole.samples,
            "channels": self.studio.settings.channels,
            "loudness": asdict(got.loudness),
            "alternate": alternate,
            "timeline": production.timeline.to_plain(),
            "spoken": [asdict(each) for each in production.blend.spoken],
            "shifts": [asdict(shift) for shift in shifts] if len(shifts) > 1 else [],
        }

    def _place(self) -> list[Shift]:
        """How the tracks that are heard lie on each other."""
        recording = self.studio.recording
        if len(heard := recording.heard) == 1:
            return [Shift(heard[0], 0.0, 0.0, found=False)]
        self.progress("align", 0.0)
        shifts = [shift for shift in placed(recording) if not recording.tracks[shift.track].guide]
        self.progress("align", 1.0)
        return shifts

    def _hear(self, shift: Shift) -> Heard:
        """Hear one track, and whether it is whole."""
        track, found = self.studio.recording.tracks[shift.track], self.studio.recording.found[shift.track]
        shelf = self.shelf.below(f"track-{shift.track}-{shift.drift}")
        meter = Meter(self._told("measure", found.duration or 0.0), shelf, track.path, self._looks(found))
        if entrance := self.studio.entrance(shift.track, shift.drift):
            heard, got = sound(meter, entrance)
            if got.broken:
                # Two segments count a block between them, and a gap is filled from behind: judged anew, in one go.
                with closing(self.studio.track(shift.track, shift.drift)) as feed:
                    got = feed.judge()
        else:
            with closing(self.studio.track(shift.track, shift.drift)) as feed:
                heard = meter.listen(feed)
            got = feed.decoded
        self.progress("measure", 1.0)
        refuse_damaged(found, got)
        refuse_silent(track, heard.loudness.integrated)
        return heard

    def _looks(self, found: Probe) -> tuple[Looking, ...]:
        """What is to be known of a track beside how loud it is: where somebody speaks, for pauses and several voices.

        In a file of floating-point numbers we have to look anyhow, since there may be some that are none.
        """
        wanted = found.floating or len(self.studio.recording.heard) > 1 or self.edits.longest_pause is not None
        return (POWER,) if wanted else ()

    def _produce(self, voices: Sequence[Heard], talk: Blend) -> Production:
        music = [self._hear_music(each, number) for number, each in enumerate(self.edits.music)]
        line = timeline(talk, self.edits, [heard.samples for heard in music])
        talk = replace(talk, loudness=kept_loudness(voices, talk, line))
        gains = tuple(
            round(talk.loudness - heard.loudness.integrated + each.gain, 2)
            for each, heard in zip(self.edits.music, music, strict=True)
        )
        return Production(self.studio, talk, line, self.edits.music, gains)

    def _hear_music(self, music: Music, number: int) -> Heard:
        feed = self.studio.music(music)
        with closing(feed):
            shelf = self.shelf.below(f"music-{number}")
            heard = Meter(self._told("measure", 0.0), shelf, music.path).listen(feed)
            refuse_silent(Track(music.path), heard.loudness.integrated)
        return heard

    def _hear_all(self, production: Production) -> Heard:
        """Hear tracks, edits and music together, as they will sound but for their level."""
        crew = self._told("mix", production.timeline.duration)
        with closing(production.open()) as feed:
            heard = Meter(crew, self.shelf.below("mix"), self._about).listen(feed)
        self.progress("mix", 1.0)
        return heard

    def _level(self, production: Production, heard: Heard, draft: Path) -> Heard:
        """Encode to `draft` until what comes out is as it shall be; give what was measured."""
        settings = self.studio.settings
        aim = first_aim(heard.loudness, settings, taken_by_lame(settings))
        seconds = heard.samples / SAMPLE_RATE
        looks = (peaks_above(limit(settings)), OUTLINE)
        meter = Meter(self._told("check", seconds), self.shelf.below("check"), self._about, looks)
        for _ in range(TRIES):
            with sounding(meter, MasterEntrance(draft, settings, heard.samples)) as check:
                crew = replace(self._told("encode", seconds), spare=check.spare)
                encoder = Encoder(settings, crew, self.shelf.below("encode"), self._about)
                encoder.encode(production.open, heard.samples, aim, draft, check.written)
                self.progress("encode", 1.0)
                got, _ = check.heard()
            self.progress("check", 1.0)
            if is_met(got.loudness, settings):
                return got
            aim = next_aim(aim, got, settings)
        raise not_met(got.loudness, settings, self._about)

    def _make_alternate(self, production: Production, heard: Heard, path: Path) -> dict[str, Any]:
        """Write the M4A beside the master; give the facts about it."""
        crew = self._told("alternate", heard.samples / SAMPLE_RATE)
        with atomic_path(path.with_suffix(m4a.SUFFIX)) as draft:
            got = Alternate(self.studio.settings, crew, self.shelf, self._about).make(
                production.open, heard.loudness, draft
            )
        self.progress("alternate", 1.0)
        return {"size": path.with_suffix(m4a.SUFFIX).stat().st_size, "loudness": asdict(got)}

    def _told(self, step: str, seconds: float) -> Crew:
        """The crew, telling how far a step is."""
        expected = seconds * SAMPLE_RATE

        def tell(samples: int) -> None:
            # Never the whole before it is done: segments overlap, and a file may be longer than it says.
            self.progress(step, min(samples / expected, 0.99) if expected else 0.0, seconds)

        return replace(self.crew, told=tell, length=length_for(expected))
