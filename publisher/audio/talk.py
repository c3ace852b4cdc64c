"""The talk of an episode: what all tracks of a recording give together, as a feed that can be read again and again."""

from dataclasses import dataclass
from typing import Literal

from publisher.audio import graph
from publisher.audio.decoding import Decoder
from publisher.audio.feed import Feed
from publisher.audio.model import Settings
from publisher.audio.recording import Recording


@dataclass(frozen=True)
class Talk:
    """A recording as it will be heard, but for its level."""

    recording: Recording
    settings: Settings

    def track(self, number: int, channels: Literal[1, 2]) -> Decoder:
        """One track by itself, cleaned; PublisherError when it cannot be decoded."""
        track, found = self.recording.tracks[number], self.recording.found[number]
        filters = f"{graph.pick(track, found.channels, channels)},{graph.clean(self.settings)}"
        return Decoder(track, found.format, filters, channels)

    def open(self) -> Feed:
        """All of it."""
        return self.track(0, self.settings.channels)
