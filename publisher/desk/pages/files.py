"""Files of submitted revisions, by their digest and by nothing else; and the desk's own look."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from publisher.desk.pages.showing import plain
from publisher.desk.room import Desk, Mark
from publisher.errors import PublisherError
from publisher.review.canonical import is_sha256
from publisher.review.manifest import Entry
from publisher.workflow.context import Context

FOREVER: Final = "private, max-age=31536000, immutable"
INERT: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""A file is looked at and heard, and never does anything."""
TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def media(desk: Desk, request: Request) -> Response:
    """A file of any submitted revision, byte for byte as its manifest says, whole or a range of it."""
    sha256 = request.path_params["sha256"]
    path, entry = verified(desk, sha256), desk.known.get(sha256)
    if path is None or entry is None:
        return plain("missing.html", 404)
    # At a browser that several sign in with, each asks the desk.
    keep = {"Cache-Control": "private, no-cache"} if desk.is_shared else {}
    return file_answer(path, entry, {"Content-Security-Policy": INERT, **keep})


def verified(desk: Desk, sha256: str) -> Path | None:
    """Where the bytes of a digest lie, read whole once since the desk opened, and again whenever the file changed.

    None if no submitted revision has such a file, or other bytes lie there.
    """
    path, mark = desk.verified.get(sha256, (None, None))
    if path is not None and mark_of(path) == mark:
        return path
    desk.verified.pop(sha256, None)
    with desk.work() as context:
        entry = find(desk, context, sha256)
        if entry is None:
            return None
        path = context.media.path(entry)
        before = mark_of(path)
        if before is None or not context.media.holds(entry, anew=True) or mark_of(path) != before:
            return None
    desk.verified[sha256] = path, before
    return path


def mark_of(path: Path) -> Mark | None:
    """What changes when a file does; None where there is none."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def file_answer(path: Path, entry: Entry, headers: dict[str, str]) -> Response:
    """The file with its type and digest."""
    said = {"Cache-Control": FOREVER, "ETag": f'"{entry.sha256}"', **headers}
    return FileResponse(path, headers=said, media_type=entry.type or "application/octet-stream")


def find(desk: Desk, context: Context, sha256: str) -> Entry | None:
    """The entry of a digest in a manifest of a submitted revision that who sits there may see."""
    if not is_sha256(sha256):
        return None
    if sha256 not in desk.known:
        _learn(desk, context, sha256)
    return desk.known.get(sha256)


def _learn(desk: Desk, context: Context, sha256: str) -> None:
    """Read manifests of what was submitted, from the newest on to one with this file. A damaged one shows nothing."""
    for record in reversed(context.ledger.records()):
        if record.event != "submit":
            continue
        try:
            revision = context.revisions.get(record.slug, record.revision)
        except PublisherError:
            continue
        files = {file.sha256: file for file in revision.manifest.files}
        if sha256 in files and desk.sees(context, revision):
            desk.known |= files
            return


def static(request: Request) -> Response:
    """A file of the desk's own look."""
    name = request.path_params["name"]
    found = {file.name: file for file in (files("publisher.desk") / "static").iterdir()}
    kind = TYPES.get(Path(name).suffix)
    if name not in found or kind is None:
        return plain("missing.html", 404)
    return Response(found[name].read_bytes(), media_type=kind, headers={"Cache-Control": "no-cache"})
