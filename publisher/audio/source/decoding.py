"""A file as a feed: ffmpeg decodes it, brings it to the rate and the channels of a master, and filters it."""

from typing import Literal

import numpy as np

from publisher.audio import ffmpeg
from publisher.audio.feed import Samples, raw
from publisher.audio.formats import Format
from publisher.audio.model import SAMPLE_RATE, Track
from publisher.audio.source.damage import Decoded, decoded, refuse_no_numbers
from publisher.errors import PublisherError

SAMPLE_BYTES = 4
RECONFIGURED = "Reconfiguring filter graph"
"""What ffmpeg's log says when the sound changes its rate or its channels halfway."""


class Decoder:
    """One sound of a file, from its beginning to its end, as a Feed."""

    def __init__(self, track: Track, kind: Format, filters: str, channels: Literal[1, 2]) -> None:
        """Start decoding; `filters` give SAMPLE_RATE and `channels` (see `graph`)."""
        arguments = [*ffmpeg.source(track.path, kind), "-map", "0:a:0", "-af", filters, "-f", "f32le", "pipe:1"]
        self.track = track
        self.decoded = Decoded(0, 0)
        """What came of the file, once the end has been read."""
        self.count = 0
        """Samples read so far."""
        self._channels = channels
        self._process = ffmpeg.Process(arguments, about=track.path)

    @property
    def channels(self) -> int:
        """1 or 2."""
        return self._channels

    def read(self, count: int) -> Samples:
        """The next samples; PublisherError where the file cannot be decoded, changes its shape, or holds no numbers."""
        block = np.empty((count, self._channels), np.float32)
        filled = self._process.read_into(raw(block))
        found = block[: filled // (SAMPLE_BYTES * self._channels)]
        refuse_no_numbers(self.track, found, self.count)
        self.count += len(found)
        if len(found) < count:
            log = self._process.finish()
            refuse_changed(self.track, log)
            self.decoded = decoded(log)[0]
        return found

    def judge(self) -> Decoded:
        """Read to the end, and say what came of the file."""
        while len(self.read(SAMPLE_RATE)):
            pass
        return self.decoded

    def close(self) -> None:
        """End ffmpeg."""
        self._process.close()


def refuse_changed(track: Track, log: str) -> None:
    """Raise PublisherError for a track that is not the same kind of sound from beginning to end, by ffmpeg's `log`."""
    if RECONFIGURED in log:
        what = "changes its sample rate or its channels halfway"
        raise PublisherError(what, where=str(track), hint="export it as one WAV or FLAC file")
