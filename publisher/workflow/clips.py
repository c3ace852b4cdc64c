"""Films of an episode's soundbites, for where people look before they listen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.audio.model import Master
from publisher.files import Digest
from publisher.rendering.model import MediaFile
from publisher.rendering.piece import Soundbite
from publisher.transcript.model import Cue
from publisher.workflow.context import Context
from publisher.workspace import pieces
from publisher.workspace.pieces import Episode

ROLE = "clip:"
"""What the role of every film begins with."""


@dataclass(frozen=True)
class Clips:
    """What came of an episode's soundbites."""

    soundbites: tuple[Soundbite, ...]
    """With the names of their films."""
    files: tuple[MediaFile, ...]
    """The films."""


def make_clips(
    context: Context,
    episode: Episode,
    master: Master,
    soundbites: Sequence[pieces.Soundbite],
    cues: Sequence[Cue],
    artwork: Path,
) -> Clips:
    """Make every film that the soundbites ask for, or take it from the cache.

    soundbites, cues: with the times of the master.
    """
    from publisher.audio.audiogram import make, model

    made: list[Soundbite] = []
    files: list[MediaFile] = []
    for number, bite in enumerate(soundbites, 1):
        names = {shape: f"{number}-{shape}" for shape in bite.clip}
        for shape, name in names.items():
            film = make.audiogram(
                master.path,
                model.Soundbite(bite.start, bite.end, bite.title),
                shape,
                cues,
                artwork=artwork,
                show=context.workspace.show(episode).title,
                episode=episode.matter.title,
                cache=context.cache / "audio",
                progress=context.progress,
            )
            digest = Digest(film.sha256, film.size)
            files.append(MediaFile(ROLE + name, f"{episode.slug}-{name}.mp4", digest, film.path))
        made.append(Soundbite(bite.start, round(bite.end - bite.start, 3), bite.title, names))
    return Clips(tuple(made), tuple(files))
