"""The transcript of an episode as files that the public gets: one for each format that its show asks for."""

from collections.abc import Collection, Iterator, Mapping

from publisher.rendering.model import MediaFile, media_file
from publisher.transcript.formats import FORMATS
from publisher.transcript.formats.model import Format
from publisher.transcript.model import Transcript

ROLE = "transcript"
"""Of the WebVTT file, from which everything else is read; `transcript:KEY` of the others."""


def transcript_files(slug: str, transcript: Transcript, keys: Collection[str]) -> Iterator[MediaFile]:
    """The transcript in each of the formats with these `keys`, in the order of the table of formats."""
    for format_ in FORMATS:
        if format_.key in keys:
            yield media_file(_role(format_), f"{slug}{_ending(format_)}", format_.write(transcript).encode())


def public_transcripts(media: Mapping[str, MediaFile]) -> Iterator[tuple[Format, MediaFile]]:
    """The files of a transcript, WebVTT first (feed rule 27); `media` are all files of a piece by their role."""
    for format_ in FORMATS:
        if file := media.get(_role(format_)):
            yield format_, file


def _role(format_: Format) -> str:
    return ROLE if format_ is FORMATS[0] else f"{ROLE}:{format_.key}"


def _ending(format_: Format) -> str:
    """What names of files end with: chapters are JSON, too, and so only the first one's is its suffix alone."""
    return format_.suffix if format_ is FORMATS[0] else f".transcript{format_.suffix}"
