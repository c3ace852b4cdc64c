"""What a master is made from, as feeds that can be read again and again: tracks, the talk, the talk among its music."""

import math
from dataclasses import dataclass
from typing import Literal

from publisher.audio import graph
from publisher.audio.edits.assembling import Assembly
from publisher.audio.edits.timeline import Timeline
from publisher.audio.feed import Feed
from publisher.audio.meters.sounding import TrackEntrance
from publisher.audio.model import Music, Settings, Track
from publisher.audio.planning import Blend, Voice, bleep
from publisher.audio.source.decoding import Decoder
from publisher.audio.source.probe import Probe, probe
from publisher.audio.source.recording import Recording
from publisher.audio.tracks.mixing import Mix, Part


@dataclass(frozen=True)
class Studio:
    """Opens the sounds of one episode."""

    recording: Recording
    settings: Settings

    def track(self, number: int, drift: float = 0.0) -> Decoder:
        """One track by itself, cleaned, its clock right by `drift` ppm; PublisherError if it cannot be decoded."""
        track, found = self.recording.tracks[number], self.recording.found[number]
        return Decoder(track, found.format, self._filters(track, found, drift), self._channels(track, found))

    def entrance(self, number: int, drift: float = 0.0) -> TrackEntrance | None:
        """The same to enter anywhere, if its file allows it."""
        track, found = self.recording.tracks[number], self.recording.found[number]
        # What learns the noise as it goes has to begin at the beginning.
        if drift or self.settings.noise_reduction or not TrackEntrance.is_there(found):
            return None
        return TrackEntrance(track, found, self._filters(track, found, drift), self._channels(track, found))

    def music(self, music: Music) -> Decoder:
        """A sound around the talk, with the master's channels, as loud as it came."""
        track, found = Track(music.path), probe(music.path)
        channels = self.settings.channels
        return Decoder(track, found.format, graph.pick(track, found.channels, channels), channels)

    def talk(self, blend: Blend) -> Feed:
        """All tracks together."""
        if blend.is_plain:
            return self.track(blend.voices[0].track)
        return Mix([self._part(voice) for voice in blend.voices], self.settings.channels, samples=blend.samples)

    def _part(self, voice: Voice) -> Part:
        return Part(self.track(voice.track, voice.drift), voice.gain, voice.offset, voice.gates)

    def wider(self, number: int) -> float:
        """Decibels by which a track gets louder where it sounds from both sides instead of one (ITU-R BS.1770-4)."""
        own = self._channels(self.recording.tracks[number], self.recording.found[number])
        return 10 * math.log10(self.settings.channels / own)

    def _filters(self, track: Track, found: Probe, drift: float) -> str:
        picked = graph.pick(track, found.channels, self._channels(track, found))
        return ",".join([picked, *graph.drifting(drift), graph.clean(self.settings)])

    def _channels(self, track: Track, found: Probe) -> Literal[1, 2]:
        """Of several tracks, a voice is one channel until it is mixed: half the work."""
        one = found.channels == 1 or track.channel is not None
        return 1 if one and len(self.recording.heard) > 1 else self.settings.channels


@dataclass(frozen=True)
class Production:
    """All that is heard, but for its level."""

    studio: Studio
    blend: Blend
    timeline: Timeline
    music: tuple[Music, ...]
    gains: tuple[float, ...]
    """dB for each sound of `music`."""

    @property
    def is_plain(self) -> bool:
        """Whether it is one track as it is."""
        return self.blend.is_plain and len(self.timeline.clips) == 1 and self.timeline.samples == self.blend.samples

    def open(self) -> Feed:
        """All of it, from the beginning."""
        talk = self.studio.talk(self.blend)
        if self.is_plain and not self.timeline.masks:
            return talk
        return Assembly(self.timeline, talk, self._insert, bleep(self.blend.loudness))

    def _insert(self, number: int) -> Feed:
        feed = self.studio.music(self.music[number - 1])
        return Mix([Part(feed, self.gains[number - 1])], self.studio.settings.channels)
