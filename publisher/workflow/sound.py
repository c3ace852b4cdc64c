"""From an episode's recording to the file that listeners download."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from publisher.files import Digest
from publisher.rendering.model import MediaFile
from publisher.rendering.piece import Sound
from publisher.transcript.model import Transcript
from publisher.workflow.context import Context
from publisher.workspace.pieces import Episode

if TYPE_CHECKING:
    from publisher.audio.model import Loudness
    from publisher.audio.tagging import Tags

CHANNELS: dict[str, Literal[1, 2]] = {"stereo": 2, "mono": 1}


def make_sound(
    context: Context, episode: Episode, artwork: Path, transcript: Transcript | None
) -> tuple[Sound, "Loudness"]:
    """Master and tag the recording, or take both from the cache; gives the sound and its measured loudness."""
    from publisher.audio.mastering import master
    from publisher.audio.model import Settings, Track
    from publisher.audio.tagging import tag

    audio = context.workspace.show(episode).audio
    finished = master(
        [Track(episode.folder / track.file, track.channel) for track in episode.matter.recording],
        Settings(CHANNELS[audio.channels], audio.bitrate),
        context.cache / "audio",
        digest=context.digests.digest,
        progress=context.progress,
    )
    tagged = tag(finished, _tags(context, episode, artwork), context.cache / "audio")
    file = MediaFile("audio", f"{episode.slug}.mp3", Digest(tagged.sha256, tagged.size), tagged.path)
    return Sound(file, finished.duration, transcript), finished.loudness


def _tags(context: Context, episode: Episode, artwork: Path) -> "Tags":
    from publisher.audio.chapters import Chapter
    from publisher.audio.tagging import Tags

    workspace, matter = context.workspace, episode.matter
    show = workspace.show(episode)
    return Tags(
        title=matter.title,
        show=show.title,
        artists=tuple(workspace.people[id_].name for id_ in episode.people),
        published=matter.date.date(),
        language=show.language or workspace.config.house.language,
        description=matter.summary,
        number=matter.number,
        cover=artwork,
        chapters=tuple(Chapter(chapter.start, chapter.title, chapter.url) for chapter in matter.chapters),
    )
