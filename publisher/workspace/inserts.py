"""Which sounds go around an episode's talk and into it, and where their files lie: its own, or its show's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from publisher.workspace.config import Show
from publisher.workspace.music import Jingle, Music
from publisher.workspace.pieces import Episode


@dataclass(frozen=True)
class Sounding:
    """A sound around the talk or in it."""

    role: Literal["intro", "jingle", "outro"]
    """Before the talk, in the middle of it, after it."""
    name: str
    """What its file is called in the piece: `bell.wav`, or `show:music/intro.flac`."""
    path: Path
    """Absolute path of its file."""
    fade: float
    """Seconds that it shares with the talk at each seam."""
    gain: float
    """Decibels on top of the loudness of the talk."""
    at: float | None
    """Seconds in the recording at which the talk pauses for a jingle; None for the others."""


def inserts_of(episode: Episode, show: Show, root: Path) -> tuple[Sounding, ...]:
    """The intro, the jingles in the order of the recording, and the outro, as far as there are some.

    root: absolute path of the workspace, from which a show names its files.
    """
    own, shows = episode.matter, show.audio
    return (
        *_around("intro", own.intro, shows.intro, episode.folder, root),
        *(_jingle(jingle, episode.folder) for jingle in sorted(own.jingles, key=lambda jingle: jingle.at)),
        *_around("outro", own.outro, shows.outro, episode.folder, root),
    )


def _around(
    role: Literal["intro", "outro"], own: Music | None, shows: Music | None, folder: Path, root: Path
) -> Iterator[Sounding]:
    music, prefix, place = (own, "", folder) if own else (shows, "show:", root)
    if music and music.file:
        yield Sounding(role, prefix + music.file, place / music.file, music.fade, music.gain, None)


def _jingle(jingle: Jingle, folder: Path) -> Sounding:
    return Sounding("jingle", jingle.file, folder / jingle.file, jingle.fade, jingle.gain, jingle.at)
