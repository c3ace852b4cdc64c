"""The same sound as AAC, beside the MP3: levelled by itself, since AAC adds other peaks than MP3 does.

ffmpeg's encoder of AAC remembers all that came before, so this is work for one core.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from publisher.audio.encoders import m4a
from publisher.audio.encoders.encoding import Aim, Leveller
from publisher.audio.encoders.levelling import TRIES, calmer_aim, first_aim, is_met, limit, not_met
from publisher.audio.feed import Feed, Samples
from publisher.audio.formats import MP4
from publisher.audio.graph import FLOAT
from publisher.audio.meters.looking import peaks_above
from publisher.audio.meters.metering import Heard, Meter
from publisher.audio.model import Loudness, Settings, Track
from publisher.audio.segments import Crew
from publisher.audio.shelf import Shelf
from publisher.audio.source.decoding import Decoder

BITRATES = {1: 64, 2: 96}
"""kbit/s by channels: AAC needs less than MP3 for the same."""


class Levelled:
    """A feed as loud as an aim says, no peak too high."""

    def __init__(self, feed: Feed, aim: Aim, told: Callable[[int], None] = lambda _: None) -> None:
        """Take the feed; `told` is given how many samples were read so far."""
        self._feed = feed
        self._leveller = Leveller(aim)
        self._ready = np.empty((0, feed.channels), np.float32)
        self._told, self._read = told, 0
        self._ended = False

    @property
    def channels(self) -> int:
        """Those of the feed."""
        return self._feed.channels

    def read(self, count: int) -> Samples:
        """The next samples."""
        while len(self._ready) < count and not self._ended:
            block = self._feed.read(count)
            self._ended = len(block) < count
            self._read += len(block)
            self._told(self._read)
            more = [self._leveller.push(block), *([self._leveller.end()] if self._ended else [])]
            self._ready = np.concatenate((self._ready, *more))
        found, self._ready = self._ready[:count], self._ready[count:]
        return found

    def close(self) -> None:
        """Close the feed."""
        self._feed.close()


@dataclass(frozen=True)
class Alternate:
    """Makes the M4A of a sound."""

    settings: Settings
    crew: Crew
    shelf: Shelf
    about: Path
    """The file that errors are about."""

    def make(self, opened: Callable[[], Feed], heard: Loudness, draft: Path) -> Loudness:
        """Encode to `draft` until what comes out is as it shall be; give what was measured.

        opened: gives the sound from its beginning. heard: how loud that is. Raises PublisherError when it never is.
        """
        aim = first_aim(heard, self.settings, taken=0.0)
        for number in range(TRIES):
            m4a.encode(Levelled(opened(), aim, self.crew.told), BITRATES[self.settings.channels], draft)
            got = self._check(draft, number)
            if is_met(got.loudness, self.settings):
                return got.loudness
            aim = calmer_aim(aim, got, self.settings)
        raise not_met(got.loudness, self.settings, self.about, "M4A")

    def _check(self, draft: Path, number: int) -> Heard:
        looks = (peaks_above(limit(self.settings)),)
        meter = Meter(self.crew, self.shelf.below(f"alternate-{number}"), self.about, looks)
        with closing(Decoder(Track(draft), MP4, FLOAT, self.settings.channels)) as feed:
            return meter.listen(feed)
