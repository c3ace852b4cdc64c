"""Prepare a piece: master, transcript, checks, rendering; the revision that legal will be asked about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from publisher.audio.model import Loudness, Master
from publisher.audio.timeline import Timeline
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.policy.findings import Finding, check
from publisher.rendering.chapters import chapters_json
from publisher.rendering.model import MediaFile, Rendering, media_file
from publisher.rendering.piece import Sound, render_episode, render_post
from publisher.review.manifest import Entry, Manifest, entry
from publisher.review.revisions import Revision
from publisher.transcript.model import Transcript
from publisher.transcript.timecode import format_timecode
from publisher.transcript.webvtt import read_webvtt, write_webvtt
from publisher.workflow.clips import make_clips
from publisher.workflow.context import Context
from publisher.workflow.edited import edits_part
from publisher.workflow.pictures import artwork, piece_pictures
from publisher.workflow.retiming import retime_chapters, retime_soundbites, retime_transcript
from publisher.workflow.sound import make_master, sound_files
from publisher.workflow.source import source_digest
from publisher.workflow.speaking import name_speakers
from publisher.workspace.pieces import Chapter, Episode, Piece, Post


@dataclass(frozen=True)
class Words:
    """What is said in an episode."""

    brought: Transcript | None
    """As the host brought it, with the times of the recording."""
    public: Transcript | None
    """As the public reads it, with the times of the master; None where nothing is left of it."""
    named: int
    """How many cues have their speaker from the tracks."""


@dataclass(frozen=True)
class Prepared:
    """A revision that was made just now, with what the host should know of it."""

    revision: Revision
    findings: tuple[Finding, ...]
    words: Words | None = None
    """What is said in an episode."""
    master: Master | None = None
    """Of an episode."""


def prepare(context: Context, piece: Piece) -> Prepared:
    """Make the revision of a piece as it is now; finished work is taken from the cache.

    Its media are in the store afterwards. Nothing is submitted, and nothing outside `.publisher/` is written.
    """
    source = source_digest(context, piece)
    prepared = _episode(context, piece, source) if isinstance(piece, Episode) else _post(context, piece, source)
    context.digests.save()
    return prepared


def _episode(context: Context, episode: Episode, source: str) -> Prepared:
    brought = _transcript(episode)
    _check_voices(context, episode, brought)
    cover, path = artwork(context, episode)
    master = make_master(context, episode)
    timeline = master.timeline
    _check_times(episode, brought, timeline.recording_duration)
    words = _words(context, episode, master, brought)
    chapters, bites = retime_chapters(episode, timeline), retime_soundbites(episode, timeline)
    cues = words.public.cues if words.public else ()
    clips = make_clips(context, episode, master, bites, cues, path)
    audio, *others = sound_files(context, episode, master, path, chapters)
    sound = Sound(audio, master.duration, words.public, chapters, clips.soundbites)
    files = [cover, *others, *_texts(episode, words.public, chapters), *clips.files, *piece_pictures(context, episode)]
    rendering = render_episode(episode, context.workspace.config, context.workspace.people, sound, files)
    whole = Rendering({**rendering.parts, **edits_part(episode, timeline)}, rendering.media)
    revision = _revision(context, episode, source, whole, _measured(master.loudness))
    titles = {chapter.title for chapter in chapters}
    findings = check(episode, words.public, context.workspace.guidelines, chapters=titles)
    return Prepared(revision, tuple(_placed(finding, timeline) for finding in findings), words, master)


def _words(context: Context, episode: Episode, master: Master, brought: Transcript | None) -> Words:
    """What is said, as the public reads it: with everybody's name, and without what was taken out of the sound."""
    if brought is None:
        return Words(None, None, 0)
    named = name_speakers(brought, episode, context.workspace.people, master.spoken)
    public = retime_transcript(named, master.timeline)
    count = sum(cue != before for cue, before in zip(named.cues, brought.cues, strict=True))
    return Words(brought, public if public.cues else None, count)


def _placed(finding: Finding, timeline: Timeline) -> Finding:
    """A finding with its time in the recording, where edits or music moved it."""
    recorded = None if finding.time is None else timeline.to_recording(finding.time)
    is_moved = recorded is not None and round(recorded, 3) != finding.time
    return replace(finding, recorded=recorded) if is_moved else finding


def _measured(loudness: Loudness) -> dict[str, float]:
    return {
        "integrated_lufs": loudness.integrated,
        "range_lu": loudness.span,
        "true_peak_dbtp": loudness.true_peak,
    }


def _post(context: Context, post: Post, source: str) -> Prepared:
    files = piece_pictures(context, post)
    rendering = render_post(post, context.workspace.config, context.workspace.people, files)
    revision = _revision(context, post, source, rendering, {})
    return Prepared(revision, check(post, None, context.workspace.guidelines))


def _transcript(episode: Episode) -> Transcript | None:
    name = episode.matter.transcript
    if name is None:
        return None
    return read_webvtt(episode.folder / name, f"episodes/{episode.slug}/{name}")


def _texts(episode: Episode, transcript: Transcript | None, chapters: Sequence[Chapter]) -> Iterator[MediaFile]:
    if transcript is not None:
        yield media_file("transcript", f"{episode.slug}.vtt", write_webvtt(transcript).encode())
    if chapters:
        yield media_file("chapters", f"{episode.slug}.json", chapters_json(chapters))


def _check_voices(context: Context, episode: Episode, transcript: Transcript | None) -> None:
    """Who is heard stands in `speakers`: it decides who may not approve, and whom the page names."""
    names = {context.workspace.people[id_].name for id_ in episode.people}
    for cue in transcript.cues if transcript else ():
        if cue.speaker is not None and cue.speaker not in names:
            raise PublisherError(
                f"{cue.speaker} speaks in the transcript, and does not stand in speakers",
                where=f"episodes/{episode.slug}/{episode.matter.transcript}, {format_timecode(cue.start)}",
                hint="add them to speakers in episode.md, or write the name as it stands in people.toml",
            )


def _check_times(episode: Episode, transcript: Transcript | None, duration: float) -> None:
    """A transcript that runs past the end belongs to another recording."""
    if transcript and transcript.cues[-1].start > duration:
        raise PublisherError(
            f"the transcript goes on after the recording's end at {duration:.0f} s",
            where=f"episodes/{episode.slug}/{episode.matter.transcript}",
            hint="is it the transcript of another recording?",
        )


def _revision(
    context: Context, piece: Piece, source: str, rendering: Rendering, loudness: dict[str, float]
) -> Revision:
    for file in rendering.media:
        context.media.keep(file)
    manifest = Manifest(
        house=context.workspace.config.house.url,
        kind=piece.kind,
        slug=piece.slug,
        people=piece.people,
        source=source,
        parts=tuple(entry(name, digest_bytes(data)) for name, data in sorted(rendering.parts.items())),
        files=tuple(_file_entry(file) for file in rendering.media),
        loudness=loudness,
    )
    return Revision(manifest, rendering.parts)


def _file_entry(file: MediaFile) -> Entry:
    return entry(file.key, file.digest, file.content_type, file.role)
