"""Small editions, and one release from beginning to end."""

import hashlib
import re
from pathlib import Path

from publisher.edition.model import Edition, Phase, PublicFile
from publisher.release.apply import Applied, Progress, apply
from publisher.release.compression import SIZES
from publisher.release.departures import NONE, Grace
from publisher.release.plan import Plan, plan
from publisher.release.survey import survey
from publisher.release.target import Target

HOUR = "public, max-age=3600"
REST = b"\n" * SIZES.start
"""What makes a text long enough to be compressed."""
POINTER = re.compile(rb"-> (\S+)")


def public_file(
    key: str,
    content: bytes = b"content",
    *,
    phase: Phase = Phase.PAGES,
    cache_control: str = HOUR,
    content_type: str = "text/html; charset=utf-8",
) -> PublicFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return PublicFile(key, sha256, len(content), content_type, cache_control, phase, content)


def from_disk(file: PublicFile, path: Path) -> PublicFile:
    """The same file, its bytes on disk."""
    assert isinstance(file.source, bytes)
    path.write_bytes(file.source)
    return PublicFile(file.key, file.sha256, file.size, file.content_type, file.cache_control, file.phase, path)


def edition_of(*files: PublicFile) -> Edition:
    return Edition({file.key: file for file in files})


def media_key(content: bytes, name: str) -> str:
    return f"media/{hashlib.sha256(content).hexdigest()}/{name}"


def site(revision: int, folder: Path, size: int) -> Edition:
    """A site whose pages point at media and whose feed points at pages, all of them others in each revision.

    folder: where the recording lies; size: its bytes. Its texts are worth being compressed.
    """
    talk = bytes([revision]) * size
    media, page = media_key(talk, "talk.mp3"), f"episodes/talk-{revision}.html"
    recording = public_file(media, talk, phase=Phase.MEDIA, content_type="audio/mpeg")
    style = public_file("assets/site.css", b"body {} /* %d */" % revision + REST, phase=Phase.MEDIA)
    return edition_of(
        from_disk(recording, folder / f"talk-{revision}.mp3"),
        style,
        public_file(page, f"-> {media}\n-> {style.key}\n".encode() + REST),
        public_file("index.html", f"-> {page}\n".encode() + REST, phase=Phase.INDEXES),
        public_file("feeds/aloud.xml", f"-> {media}\n-> {page}\n".encode() + REST, phase=Phase.FEEDS),
    )


def pointed_at(content: bytes) -> set[str]:
    """The keys that a page or a feed of `site` points at."""
    return {key.decode() for key in POINTER.findall(content)}


def public_bytes(edition: Edition) -> dict[str, bytes]:
    return {
        key: file.source if isinstance(file.source, bytes) else file.source.read_bytes()
        for key, file in edition.files.items()
    }


def planned(target: Target, edition: Edition, max_deletes: int | None = None, grace: Grace = NONE) -> Plan:
    found = survey(target, edition)
    return plan(edition, found.record, found.listing, max_deletes=max_deletes, grace=grace)


def release(
    target: Target,
    edition: Edition,
    *,
    workers: int = 4,
    max_deletes: int | None = None,
    progress: Progress | None = None,
    anew: bool = False,
    grace: Grace = NONE,
) -> Applied:
    with target.exclusive():
        found = survey(target, edition, anew=anew)
        todo = plan(edition, found.record, found.listing, max_deletes=max_deletes, grace=grace)
        return apply(todo, edition, target, progress, workers, etag=found.etag)
