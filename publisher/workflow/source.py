"""The source of a piece: one digest of all that its authors decided, by which its revisions are found again.

It covers the text, the files and the house's words that stand in the piece, but neither the toolkit's version nor keys
that nobody set: after an upgrade, what was approved is still approved, because the approved bytes themselves are kept.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from publisher.files import digest_bytes
from publisher.review import canonical
from publisher.workflow.bringing import transcript_name
from publisher.workflow.context import Context
from publisher.workspace.inserts import inserts_of
from publisher.workspace.markdown import pictures
from publisher.workspace.pieces import Episode, Piece

_SHOW_AROUND = {"description", "categories", "owner", "funding", "locked", "copyright", "type"}
"""What a show says in its channel only, never in an episode."""


def source_digest(context: Context, piece: Piece) -> str:
    """64 hexadecimal digits; reads only files that changed since the last time."""
    config, people = context.workspace.config, context.workspace.people
    division = config.divisions.get(piece.matter.division or "")
    show = (
        config.shows[piece.show].model_dump(mode="json", exclude=_SHOW_AROUND, exclude_defaults=True)
        if isinstance(piece, Episode)
        else {}
    )
    said: dict[str, Any] = {
        "kind": piece.kind,
        "slug": piece.slug,
        "matter": piece.matter.model_dump(mode="json", exclude_defaults=True),
        "text": piece.text,
        "files": {name: context.digests.digest(path).sha256 for name, path in own_files(context, piece)},
        "house": config.house.model_dump(mode="json", include={"url", "guid", "language"}),
        "show": show,
        "division": division.name if division else "",
        "people": [people[id_].model_dump(mode="json", include={"name", "title", "url"}) for id_ in piece.people],
    }
    return digest_bytes(canonical.dump(said)).sha256


def own_files(context: Context, piece: Piece) -> Iterator[tuple[str, Path]]:
    """Every file that goes into a piece, by the name that it has in the piece."""
    names = [*_recorded(piece), *pictures(piece.text)]
    yield from ((name, piece.folder / name) for name in dict.fromkeys(names))
    if isinstance(piece, Episode):
        show = context.workspace.show(piece)
        yield from ((one.name, one.path) for one in inserts_of(piece, show, context.root))
        if piece.matter.artwork is None:
            yield f"show:{show.artwork}", context.root / show.artwork
        if show.audio.font and any(soundbite.audiogram for soundbite in piece.matter.soundbites):
            yield f"show:{show.audio.font}", context.root / show.audio.font


def _recorded(piece: Piece) -> Iterator[str]:
    if isinstance(piece, Episode):
        yield from (track.file for track in piece.matter.recording)
        yield from filter(None, (transcript_name(piece), piece.matter.artwork))
    elif piece.matter.picture is not None:
        yield piece.matter.picture.file
