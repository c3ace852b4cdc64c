"""Finished work, kept by what it was made from: KEY.mp3 (or .mp4) and, written last, KEY.json with the facts about it.

Without its JSON a file counts for nothing, so a kill between the two leaves nothing half done.
"""

import errno
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from publisher.errors import PublisherError
from publisher.files import digest_file, remove_leftovers, write_atomically

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""The disk, the user's share of it, or what one file may have."""


def key_of(made_from: object) -> str:
    """Digest of everything that decides the result, given as what JSON can hold: 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


def audio_path(folder: Path, key: str, suffix: str = ".mp3") -> Path:
    """Where the audio of `key` stands."""
    return folder / f"{key}{suffix}"


def find(folder: Path, key: str, suffix: str = ".mp3") -> dict[str, Any] | None:
    """The facts that were kept for `key`, with its `sha256` and `size`; None when it has to be made."""
    try:
        facts = json.loads((folder / f"{key}.json").read_bytes())
        whole = audio_path(folder, key, suffix).stat().st_size == facts["size"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return dict(facts) if whole else None


def keep(folder: Path, key: str, facts: dict[str, Any], suffix: str = ".mp3") -> dict[str, Any]:
    """Write down the facts about the audio that is in place, with its digest; give them as `find` will."""
    digest = digest_file(audio_path(folder, key, suffix))
    facts = {**facts, "sha256": digest.sha256, "size": digest.size}
    write_atomically(folder / f"{key}.json", json.dumps(facts, sort_keys=True).encode())
    return facts


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Be the only process that writes in `folder`; what a killed one left there is taken away first.

    Raises PublisherError when the disk is full or the folder cannot be written.
    """
    from filelock import FileLock

    with _clear_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "audio.lock"):
            remove_leftovers(folder)
            yield


@contextmanager
def _clear_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            hint = "free some space, then run the same command again"
            raise PublisherError("the disk is full", where=str(folder), hint=hint) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            hint = "make this folder writable"
            raise PublisherError("may not be written", where=str(folder), hint=hint) from error
        raise
