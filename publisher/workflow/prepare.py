"""Prepare a piece: master, transcript, checks, rendering; the revision that legal will be asked about."""

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.policy.findings import Finding, check
from publisher.rendering.chapters import chapters_json
from publisher.rendering.model import MediaFile, Rendering, media_file
from publisher.rendering.piece import render_episode, render_post
from publisher.review.manifest import Entry, Manifest, entry
from publisher.review.revisions import Revision
from publisher.transcript.model import Transcript
from publisher.transcript.timecode import format_timecode
from publisher.transcript.webvtt import read_webvtt, write_webvtt
from publisher.workflow.context import Context
from publisher.workflow.pictures import artwork, piece_pictures
from publisher.workflow.sound import make_sound
from publisher.workflow.source import source_digest
from publisher.workspace.pieces import Episode, Piece, Post


@dataclass(frozen=True)
class Prepared:
    """A revision that was made just now, with what the host should know of it."""

    revision: Revision
    findings: tuple[Finding, ...]
    transcript: Transcript | None


def prepare(context: Context, piece: Piece) -> Prepared:
    """Make the revision of a piece as it is now; finished work is taken from the cache.

    Its media are in the store afterwards. Nothing is submitted, and nothing outside `.publisher/` is written.
    """
    source = source_digest(context, piece)
    prepared = _episode(context, piece, source) if isinstance(piece, Episode) else _post(context, piece, source)
    context.digests.save()
    return prepared


def _episode(context: Context, episode: Episode, source: str) -> Prepared:
    transcript = _transcript(episode)
    _check_voices(context, episode, transcript)
    cover, path = artwork(context, episode)
    sound, loudness = make_sound(context, episode, path, transcript)
    _check_times(episode, transcript, sound.duration)
    files = [cover, *_texts(episode, transcript), *piece_pictures(context, episode)]
    rendering = render_episode(episode, context.workspace.config, context.workspace.people, sound, files)
    measured = {
        "integrated_lufs": loudness.integrated,
        "range_lu": loudness.span,
        "true_peak_dbtp": loudness.true_peak,
    }
    revision = _revision(context, episode, source, rendering, measured)
    return Prepared(revision, check(episode, transcript, context.workspace.guidelines), transcript)


def _post(context: Context, post: Post, source: str) -> Prepared:
    files = piece_pictures(context, post)
    rendering = render_post(post, context.workspace.config, context.workspace.people, files)
    revision = _revision(context, post, source, rendering, {})
    return Prepared(revision, check(post, None, context.workspace.guidelines), None)


def _transcript(episode: Episode) -> Transcript | None:
    name = episode.matter.transcript
    if name is None:
        return None
    return read_webvtt(episode.folder / name, f"episodes/{episode.slug}/{name}")


def _texts(episode: Episode, transcript: Transcript | None) -> Iterator[MediaFile]:
    if transcript is not None:
        yield media_file("transcript", f"{episode.slug}.vtt", write_webvtt(transcript).encode())
    if episode.matter.chapters:
        yield media_file("chapters", f"{episode.slug}.json", chapters_json(episode.matter.chapters))


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
