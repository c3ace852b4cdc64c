"""From an episode's recording to its master, and to the files of it that the public gets."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from publisher.audio.master import Master
from publisher.audio.model import Edits, Music, Settings, Track
from publisher.errors import PublisherError
from publisher.files import Digest
from publisher.rendering.model import MediaFile
from publisher.transcript.timecode import format_timecode
from publisher.workflow.context import Context
from publisher.workspace.config import Audio
from publisher.workspace.edits import KINDS
from publisher.workspace.inserts import inserts_of
from publisher.workspace.pieces import Chapter, Episode

if TYPE_CHECKING:
    from publisher.audio.tags.tagging import Tagged, Tags

CHANNELS: dict[str, Literal[1, 2]] = {"stereo": 2, "mono": 1}


def make_master(context: Context, episode: Episode) -> Master:
    """Master the recording with its edits and music, or take the master from the cache.

    Errors: tracks and sounds that cannot be used, and edits that do not fit to the recording, by their key.
    """
    from publisher.audio.mastering import master

    try:
        return master(
            tracks_of(episode),
            _settings(context.workspace.show(episode).audio),
            context.cache / "audio",
            edits=_edits(context, episode),
            digest=context.digests.digest,
            progress=context.progress,
        )
    except PublisherError as error:
        if error.where is None:
            raise PublisherError(error.what, where=_key_of(episode, error.what), hint=error.hint) from error
        for path, key in _keys_of_files(context, episode):
            if error.where == str(path) or error.where.startswith((f"{path} (", f"{path}, ")):
                rest = error.where.removeprefix(str(path))
                raise PublisherError(f"{path.name} {error.what}", where=f"{key}{rest}", hint=error.hint) from error
        raise


def tracks_of(episode: Episode) -> list[Track]:
    """The tracks of the recording, as the audio room takes them."""
    said = episode.matter.recording
    return [Track(episode.folder / one.file, one.channel, one.offset, one.guide) for one in said]


def _settings(audio: Audio) -> Settings:
    return Settings(
        channels=CHANNELS[audio.channels],
        bitrate_kbps=audio.bitrate,
        high_pass=audio.high_pass,
        noise_reduction=audio.noise_reduction,
        gate=audio.gate,
        alternate=audio.alternate,
    )


def _edits(context: Context, episode: Episode) -> Edits:
    show = context.workspace.show(episode)
    times = {kind: tuple(edit.times for edit in episode.matter.edits if edit.kind == kind) for kind in KINDS}
    return Edits(
        trim=next(iter(times["trim"]), None),
        cuts=times["cut"],
        bleeps=times["bleep"],
        silences=times["silence"],
        music=tuple(
            Music(one.role, one.path, one.fade, one.gain, one.at or 0.0)
            for one in inserts_of(episode, show, context.root)
        ),
        longest_pause=show.audio.longest_pause,
    )


def _key_of(episode: Episode, what: str) -> str:
    """Where in `episode.md` that stands of which the audio room, which knows times and no keys, says what is wrong."""
    matter = episode.matter
    starts = {f"edits.{number}.{edit.kind}": edit.times.start for number, edit in enumerate(matter.edits)}
    starts |= {f"jingles.{number}.at": jingle.at for number, jingle in enumerate(matter.jingles)}
    late = (key for key, start in starts.items() if f" at {format_timecode(start)}:" in what)
    return f"{episode.file}: {next(late, 'edits')}"


def _keys_of_files(context: Context, episode: Episode) -> Iterator[tuple[Path, str]]:
    """Where it stands that a file is of the recording or of its music, for each of them."""
    matter, show = episode.matter, context.workspace.show(episode)
    for number, track in enumerate(matter.recording):
        yield episode.folder / track.file, f"{episode.file}: recording.{number}.file"
    for number, jingle in enumerate(matter.jingles):
        yield episode.folder / jingle.file, f"{episode.file}: jingles.{number}.file"
    for one in inserts_of(episode, show, context.root):
        own = getattr(matter, one.role, None)
        file, above = (episode.file, "") if own else ("publisher.toml", f"shows.{episode.show}.audio.")
        yield one.path, f"{file}: {above}{one.role}.file"


def sound_files(
    context: Context, episode: Episode, master: Master, artwork: Path, chapters: Sequence[Chapter]
) -> Iterator[MediaFile]:
    """What there is to hear, tagged, the MP3 first; and the waveform. `chapters` have the master's times."""
    from publisher.audio.encoders.m4a import tag_m4a
    from publisher.audio.tags.tagging import tag

    tags, cache = _tags(context, episode, artwork, chapters), context.cache / "audio"
    yield _tagged("audio", f"{episode.slug}.mp3", tag(master, tags, cache))
    if master.alternate is not None:
        other = tag_m4a(master.alternate, tags, master.duration, cache, context.digests.digest)
        yield _tagged("alternate", f"{episode.slug}.m4a", other)
    peaks = master.peaks
    yield MediaFile("waveform", f"{episode.slug}.waveform.json", context.digests.digest(peaks), peaks)


def _tagged(role: str, name: str, file: "Tagged") -> MediaFile:
    return MediaFile(role, name, Digest(file.sha256, file.size), file.path)


def _tags(context: Context, episode: Episode, artwork: Path, chapters: Sequence[Chapter]) -> "Tags":
    from publisher.audio.tags import chapters as audio
    from publisher.audio.tags.tagging import Tags

    workspace, matter = context.workspace, episode.matter
    show = workspace.show(episode)
    return Tags(
        title=matter.title,
        show=show.title,
        artists=workspace.names_of(episode),
        published=matter.date.date(),
        language=show.language or workspace.config.house.language,
        description=matter.summary,
        number=matter.number,
        cover=artwork,
        chapters=tuple(audio.Chapter(chapter.start, chapter.title, chapter.url) for chapter in chapters),
    )
