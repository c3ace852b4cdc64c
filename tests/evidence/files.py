"""Evidence of the piece of a docket, whole or forged: index and archive are made anew around what is changed."""

import json
import runpy
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import rfc8785
from review.docket import Docket
from support.commands import REPOSITORY

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review.archive import Archive, write_archive
from publisher.review.dossier import INDEX, MANIFEST, Case, index_bytes, members
from publisher.review.examine import examine
from publisher.review.gate import admit
from publisher.review.manifest import Manifest
from publisher.review.revisions import Revision

CHECK = REPOSITORY / "docs" / "check_evidence.py"
Files = dict[str, bytes]


def write_evidence(docket: Docket, revision: str) -> Path:
    """What `publish evidence` writes of a revision."""
    found, evidence, rules = docket.revisions.get("legal-in-a-day", revision), docket.evidence(), docket.rules()
    admit(found, found.manifest.slug, rules, evidence)
    return pack(files_of(docket, found), docket.root / "evidence.zip")


def files_of(docket: Docket, revision: Revision) -> Files:
    """The members, but for the index."""
    case = Case(revision, docket.rules(), docket.evidence(), docket.ledger.chain())
    media = {entry.name: docket.root / "media" / entry.sha256 for entry in revision.manifest.files}
    found = members(case, media).items()
    return {name: one if isinstance(one, bytes) else one.read_bytes() for name, one in found}


def pack(files: Mapping[str, bytes], path: Path, index: bytes | None = None) -> Path:
    """An archive of these files; with an index of them, if none is given."""
    if index is None:
        digests = {name: digest_bytes(data) for name, data in files.items()}
        index = index_bytes(Manifest.from_bytes(files[MANIFEST], MANIFEST), digests)
    write_archive(path, {INDEX: index, **files})
    return path


def unpack(path: Path) -> Files:
    """The members, but for the index."""
    archive = Archive(path)
    return {name: archive.read(name, 1 << 30) for name in archive.members if name != INDEX}


def changed(data: bytes, change: Callable[[Any], object]) -> bytes:
    """JSON with something in it changed, in its one form."""
    found = json.loads(data)
    change(found)
    return rfc8785.dumps(found)


def failed_step(path: Path) -> int:
    """The step at which the check fails; 0 if every one holds."""
    *_, last = examine(path)
    return last.number if last.failed else 0


def is_refused_by_the_other(path: Path) -> bool:
    """Whether the check in `docs/` refuses, whichever way."""
    before, sys.argv = sys.argv, [str(CHECK), str(path)]
    try:
        runpy.run_path(str(CHECK))
    except SystemExit as end:
        return bool(end.code)
    except Exception:  # noqa: BLE001 - a traceback is a refusal
        return True
    finally:
        sys.argv = before
    return False


def refusal(path: Path) -> str:
    """What the first look at an archive says; empty if it has its one form."""
    try:
        Archive(path)
    except PublisherError as error:
        return error.what
    return ""
