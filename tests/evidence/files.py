"""Evidence of the piece of a docket, whole or forged: index and archive are made anew around what is changed."""

import json
import runpy
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import rfc8785
from review.docket import MEDIA, SLUG, START, Docket
from support.commands import REPOSITORY

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review.archive import Archive, write_archive
from publisher.review.dossier import INDEX, LEDGER, MANIFEST, README, Case, index_bytes, members, needed, stamp
from publisher.review.examine import examine
from publisher.review.gate import admit, read_envelopes
from publisher.review.manifest import Manifest
from publisher.review.proofs import prove
from publisher.review.revisions import Revision
from publisher.review.statement import open_envelope

LATER = START + timedelta(hours=1)
"""When files are made and checked here, if nothing is said."""
CHECK = REPOSITORY / "docs" / "check_evidence.py"
Files = dict[str, bytes]


def write_evidence(docket: Docket, revision: str) -> Path:
    """What `publish evidence` writes of a revision."""
    found, evidence, rules = docket.revisions.get("legal-in-a-day", revision), docket.evidence(), docket.rules()
    admit(found, found.manifest.slug, rules, evidence, now=docket.now)
    return pack(files_of(docket, found), docket.root / "evidence.zip", now=docket.now)


def files_of(docket: Docket, revision: Revision) -> Files:
    """The members, but for the index."""
    rosters = read_envelopes(docket.root / "people" / "signed")
    case = Case(revision, docket.rules(), rosters, docket.evidence(), docket.ledger.chain(), docket.now)
    for _, _, data in MEDIA.values():
        name = f"media/{digest_bytes(data).sha256}"
        if not (docket.root / name).exists():
            docket.write(name, data)
    media = {entry.name: docket.root / "media" / entry.sha256 for entry in revision.manifest.files}
    found = members(case, media).items()
    return {name: one if isinstance(one, bytes) else one.read_bytes() for name, one in found}


def laid_anew(docket: Docket, files: Files) -> Files:
    """The same with the people and lines that the docket has by now, whatever the gate says of them."""
    rules, envelopes = (
        docket.rules(),
        [open_envelope(data, name) for name, data in files.items() if "approvals/" in name],
    )
    heads = {one.sha256: one.statement.head for one in envelopes if one.statement.head}
    wanted = needed(docket.ledger.records(), SLUG, rules.trust)
    rosters = {f"people/{path.name}": path.read_bytes() for path in docket.root.glob("people/signed/*.dsse.json")}
    kept = {name: data for name, data in files.items() if not name.startswith("people/")}
    return in_order({**kept, **rosters, LEDGER: prove(docket.ledger.chain(), wanted, heads).to_bytes()})


def in_order(files: Files) -> Files:
    """As members of an archive stand."""
    rest = {name: data for name, data in sorted(files.items()) if name != README}
    return {README: files[README], **rest}


def pack(files: Mapping[str, bytes], path: Path, index: bytes | None = None, now: datetime = LATER) -> Path:
    """An archive of these files; with an index of them as of that moment, if none is given."""
    if index is None:
        digests = {name: digest_bytes(data) for name, data in files.items()}
        index = index_bytes(Manifest.from_bytes(files[MANIFEST], MANIFEST), stamp(now), digests)
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
    *_, last = examine(path, LATER)
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
