"""Push a folder as an edition: `python push.py EDITION ADDRESS`, the endpoint from the environment.

What `publish release` does from the moment when the edition is composed. EDITION: JSON rows of key, digest, size, type
and path.
"""

import json
import sys
from pathlib import Path

from publisher.edition.model import Edition, Phase, PublicFile
from publisher.release.plan import plan
from publisher.release.survey import survey
from publisher.release.target import TargetOptions, open_target

SHORT, FOREVER = "public, max-age=300", "public, max-age=31536000, immutable"


def edition_of(rows: Path) -> Edition:
    """The edition that the rows describe; no file is read yet."""
    files = {}
    for key, sha256, size, content_type, path in json.loads(rows.read_text()):
        phase = Phase.MEDIA if key.startswith("media/") else Phase.PAGES
        cache = FOREVER if phase is Phase.MEDIA else SHORT
        files[key] = PublicFile(key, sha256, size, content_type, cache, phase, Path(path))
    return Edition(files)


def push(edition: Edition, address: str) -> None:
    """One release: nothing at all where nothing changed."""
    target = open_target(address, TargetOptions(profile="seaweedfs"))
    seen = survey(target, edition)
    todo = plan(edition, seen.record, seen.listing)
    if todo.is_empty:
        return
    from publisher.release.apply import apply
    from publisher.release.lease import Holder, leased

    with leased(target, Holder("bench", 1)) as held:
        apply(todo, edition, target, etag=seen.etag, between=lambda _wave: held.check())


if __name__ == "__main__":
    push(edition_of(Path(sys.argv[1])), sys.argv[2])
