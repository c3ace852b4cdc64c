"""Prepare a piece: master, transcript, checks, rendering; the revision that legal will be asked about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from publisher.audio.edits.timeline import Timeline
from publisher.audio.master import Master
from publisher.audio.model import Loudness
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.policy.doubts import doubts
from publisher.policy.findings import Finding, check
from publisher.rendering.chapters import chapters_json
from publisher.rendering.model import MediaFile, Rendering, media_file
from publisher.rendering.piece import Sound, render_episode, render_post
from publisher.rendering.transcripts import transcript_files
from publisher.review.manifest import Entry, Manifest, entry
from publisher.review.revisions import Revision
from publisher.transcript.model import Transcript
from publisher.transcript.timecode import format_timecode
from publisher.workflow.answered import answers_part
from publisher.workflow.audiograms import Audiograms, public_soundbites
from publisher.workflow.bringing import brought_transcript, transcript_file
from publisher.workflow.context import Context
from publisher.workflow.doubting import doubted, doubts_part
from publisher.workflow.edited import edits_part
from publisher.workflow.laying import tracks_part
from publisher.workflow.pictures import artwork, piece_pictures
from publisher.workflow.retiming import Retimed, retime, retime_transcript
from publisher.workflow.sound import make_master, sound_files
from publisher.workflow.source import source_digest
from publisher.workflow.speaking import name_speakers
from publisher.workspace.pieces import Episode, Piece, Post


@dataclass(frozen=True)
class Made:
    """What an episode became."""

    master: Master
    retimed: Retimed
    brought: Transcript | None
    """The transcript as the host brought it, with the times of the recording."""


@dataclass(frozen=True)
class Prepared:
    """A revision that was made just now, with what the host should know of it."""

    revision: Revision
    findings: tuple[Finding, ...]
    made: Made | None = None
    """Of an episode."""


def _nobody(_master: Master) -> None:
    """Tell nobody."""


def prepare(context: Context, piece: Piece, mastered: Callable[[Master], None] = _nobody) -> Prepared:
    """Make the revision of a piece as it is now; finished work is taken from the cache.

    mastered: told the master of an episode as soon as it is there, before audiograms are made of it.
    Its media are in the store afterwards. Nothing is submitted, and nothing outside `.publisher/` is written.
    """
    source = source_digest(context, piece)
    if isinstance(piece, Episode):
        prepared = _episode(context, piece, source, mastered)
    else:
        prepared = _post(context, piece, source)
    context.digests.save()
    return prepared


def _episode(context: Context, episode: Episode, source: str, mastered: Callable[[Master], None]) -> Prepared:
    brought = brought_transcript(context.workspace, episode)
    _check_voices(context, episode, brought)
    cover, path = artwork(context, episode)
    master = make_master(context, episode)
    mastered(master)
    _check_times(episode, brought, master.timeline.recording_duration)
    named = name_speakers(brought, episode, context.workspace.people, master.spoken) if brought else None
    retimed = retime(episode, named, master.timeline)
    audio, *others = sound_files(context, episode, master, path, retimed.chapters)
    audiograms = Audiograms(context, episode, master, retimed, path).made()
    files = [cover, *others, *_texts(context, episode, retimed), *audiograms, *piece_pictures(context, episode)]
    sound = Sound(audio, master.duration, retimed.transcript, retimed.chapters, public_soundbites(retimed))
    rendering = render_episode(episode, context.workspace.config, context.workspace.people, sound, files)
    done = edits_part(episode, master.timeline) | tracks_part(episode.matter.recording, master.shifts)
    marked = _marked(context, episode, named, master.timeline)
    done |= doubts_part(marked)
    whole = Rendering({**rendering.parts, **done}, rendering.media)
    revision = _revision(context, episode, source, whole, _measured(master.loudness))
    return Prepared(
        revision, _findings(context, episode, retimed, marked, master.timeline), Made(master, retimed, brought)
    )


def _marked(context: Context, episode: Episode, transcript: Transcript | None, timeline: Timeline) -> Transcript | None:
    """The transcript with all that is in doubt in it, as far as it is heard in the master."""
    if transcript is None:
        return None
    return retime_transcript(doubted(context, episode, transcript, timeline.recording_duration), timeline)


def _findings(
    context: Context, episode: Episode, retimed: Retimed, marked: Transcript | None, timeline: Timeline
) -> tuple[Finding, ...]:
    """What the guidelines point at in what the public will read; what was edited away is none of it.

    marked: the transcript with its doubts.
    """
    titles = {chapter.title for chapter in retimed.chapters}
    rules = context.workspace.rules_of(episode)
    found = check(episode, retimed.transcript, rules, chapters=titles, tiers=context.tiers)
    return tuple(_placed(finding, timeline) for finding in (*found, *doubts(marked)))


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
    return Prepared(revision, check(post, None, context.workspace.rules_of(post), tiers=context.tiers))


def _texts(context: Context, episode: Episode, retimed: Retimed) -> Iterator[MediaFile]:
    if retimed.transcript:
        asked = context.workspace.show(episode).transcripts
        yield from transcript_files(episode.slug, retimed.transcript, asked)
    if retimed.chapters:
        yield media_file("chapters", f"{episode.slug}.json", chapters_json(retimed.chapters))


def _check_voices(context: Context, episode: Episode, transcript: Transcript | None) -> None:
    """Who is heard stands in `speakers`: it decides who may not approve, and whom the page names."""
    names = {context.workspace.people[id_].name for id_ in episode.people}
    for cue in transcript.cues if transcript else ():
        if cue.speaker is not None and cue.speaker not in names:
            raise PublisherError(
                f"{cue.speaker} speaks in the transcript, and does not stand in speakers",
                where=f"{transcript_file(episode)}, {format_timecode(cue.start)}",
                hint="add them to speakers in episode.md, or write the name as it stands in people.toml",
            )


def _check_times(episode: Episode, transcript: Transcript | None, duration: float) -> None:
    """A transcript that runs past the end belongs to another recording."""
    if transcript and transcript.cues[-1].start > duration:
        raise PublisherError(
            f"the transcript goes on after the recording's end at {duration:.0f} s",
            where=transcript_file(episode),
            hint="is it the transcript of another recording?",
        )


def _revision(
    context: Context, piece: Piece, source: str, rendering: Rendering, loudness: dict[str, float]
) -> Revision:
    for file in rendering.media:
        context.media.keep(file)
    parts = {**rendering.parts, **answers_part(piece, context.workspace.rules_of(piece))}
    manifest = Manifest(
        house=context.workspace.config.house.url,
        kind=piece.kind,
        slug=piece.slug,
        people=piece.people,
        source=source,
        parts=tuple(entry(name, digest_bytes(data)) for name, data in sorted(parts.items())),
        files=tuple(_file_entry(file) for file in rendering.media),
        loudness=loudness,
    )
    return Revision(manifest, parts)


def _file_entry(file: MediaFile) -> Entry:
    return entry(file.key, file.digest, file.content_type, file.role)
