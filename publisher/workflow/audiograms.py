"""Audiograms of an episode's soundbites, for where people look before they listen."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.audio.master import Master
from publisher.audio.model import Progress
from publisher.files import Digest
from publisher.rendering.model import MediaFile
from publisher.rendering.sound import Soundbite
from publisher.workflow.context import Context
from publisher.workflow.retiming import Retimed
from publisher.workspace import pieces
from publisher.workspace.pieces import Episode

if TYPE_CHECKING:
    from publisher.audio.audiogram.model import Made, Shape

STEP = "audiogram"
"""The one step that progress is told about, for all audiograms together."""
ROLE = "audiogram:"
"""What the role of every audiogram begins with; its name follows."""


def name_of(number: int, shape: str) -> str:
    """The name of an audiogram of the soundbite with this number, from 1."""
    return f"{number}-{shape}"


def public_soundbites(retimed: Retimed) -> tuple[Soundbite, ...]:
    """The soundbites as pages and feeds have them, with the names of their audiograms."""
    return tuple(
        Soundbite(
            bite.start,
            round(bite.end - bite.start, 3),
            bite.title,
            {shape: name_of(number, shape) for shape in bite.audiogram},
        )
        for number, bite in enumerate(retimed.soundbites, 1)
    )


@dataclass(frozen=True)
class Audiograms:
    """Makes the audiograms of one episode."""

    context: Context
    episode: Episode
    master: Master
    retimed: Retimed
    artwork: Path

    def made(self) -> Iterator[MediaFile]:
        """Every audiogram that the soundbites ask for, made or taken from the cache, in the order of the authors."""
        wanted = [
            (number, bite, shape) for number, bite in enumerate(self.retimed.soundbites, 1) for shape in bite.audiogram
        ]
        for done, (number, bite, shape) in enumerate(wanted):
            progress, name = _Part(self.context.progress, done, len(wanted)), name_of(number, shape)
            made = self._film(bite, shape, progress)
            progress(STEP, 1.0)
            yield MediaFile(ROLE + name, f"{self.episode.slug}-{name}.mp4", Digest(made.sha256, made.size), made.path)

    def _film(self, bite: pieces.Soundbite, shape: "Shape", progress: Progress) -> "Made":
        from publisher.audio.audiogram.make import audiogram
        from publisher.audio.audiogram.model import Soundbite as Stretch

        transcript, show = self.retimed.transcript, self.context.workspace.show(self.episode)
        return audiogram(
            self.master.path,
            Stretch(bite.start, bite.end, bite.title),
            shape,
            transcript.cues if transcript else (),
            artwork=self.artwork,
            show=show.title,
            episode=self.episode.matter.title,
            cache=self.context.cache / "audio",
            font=self.context.root / show.audio.font if show.audio.font else None,
            progress=progress,
        )


@dataclass(frozen=True)
class _Part:
    """Tells how far all audiograms are, as one step from 0 to 1, while one of them is made."""

    progress: Progress
    before: int
    """Audiograms that are made."""
    count: int
    """All of them."""

    def __call__(self, step: str, done: float, /, seconds: float = 0.0) -> None:
        """Take how far this one is."""
        self.progress(step, (self.before + done) / self.count, seconds=seconds * self.count)
