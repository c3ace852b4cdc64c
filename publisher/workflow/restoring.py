"""Put right in a vault what lies over what was sent.

Of an earlier release nothing can be made again, nor need it be: under Object Lock the bytes are still there, as an
earlier version of their key. They are found by the digest that the ledger names, and put on top again with a lock.
"""

from collections import Counter
from pathlib import Path
from typing import Final

from publisher.errors import PublisherError
from publisher.files import digest_file
from publisher.release.locked import Item, LockedBucket
from publisher.workflow.context import Context
from publisher.workflow.rereading import Due, due_by_ledger, lasting, read_flaws

_UNLISTED: Final = "its versions cannot be listed; the credentials need the rights that docs/vault.md lists"
_VAIN: Final = "it is in no earlier version of this key either"


class Restoring:
    """One pass over all that must be there by the ledger, of earlier releases, too."""

    def __init__(self, context: Context, bucket: LockedBucket) -> None:
        self._context = context
        self._bucket = bucket
        self._doubted: set[str] = set()
        self._vain: dict[str, str] = {}
        self.sound: dict[str, str] = {}
        """Digests by key of what was read back, and is as it must be."""
        self.done: Counter[str] = Counter()
        """How many were `restored` or `extended`."""

    def run(self) -> None:
        """Put back what has other bytes or is gone, where a version has it; lock what is locked too short.

        Documents first: they name the rest.
        """
        for line, until in lasting(self._context, self._bucket):
            if not self._bucket.has(line.key, line.holding):
                self._put_back(line.key, Due(line.holding, until))
        due, _ = due_by_ledger(self._context, self._bucket)
        self._doubted = {flaw.key for flaw in read_flaws(self._context, self._bucket, due)}
        self.sound = {key: one.sha256 for key, one in due.items() if key not in self._doubted}
        for key in sorted(self._doubted):
            self._mend(key, due[key])

    def left(self) -> dict[str, str]:
        """What is still not as it must be, by key, after all else was sent: `publish vault verify` tells the same."""
        due, flaws = due_by_ledger(self._context, self._bucket)
        doubted = {key: one for key, one in due.items() if key in self._doubted}
        found = (*flaws, *read_flaws(self._context, self._bucket, doubted))
        return {flaw.key: "; ".join(filter(None, (flaw.what, self._vain.get(flaw.key)))) for flaw in found}

    def _mend(self, key: str, due: Due) -> None:
        found = self._bucket.look(key)
        if found is None or not self._bucket.has(key, due.sha256):
            self._put_back(key, due)
        elif found.until is None or found.until < due.until:
            self._bucket.extend(key, found, due.until)
            self.done["extended"] += 1

    def _put_back(self, key: str, due: Due) -> None:
        """Put the right bytes on top, if a version has them; else remember why not."""
        versions = self._bucket.versions(key)
        path = self._context.cache / "vault" / due.sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if any(self._fetched(key, version, path) == due.sha256 for version in versions or ()):
                kind = "application/json" if key.endswith(".json") else "application/octet-stream"
                self._bucket.put(Item(key, due.sha256, path, kind), due.until)
                self.done["restored"] += 1
            else:
                self._vain[key] = _UNLISTED if versions is None else _VAIN
        except PublisherError as error:  # others can be put back all the same
            self._vain[key] = "; ".join(filter(None, (error.what, error.hint)))
        finally:
            path.unlink(missing_ok=True)

    def _fetched(self, key: str, version: str, path: Path) -> str:
        """Copy a version into a file, in constant memory; give its digest."""
        with path.open("wb") as stream:
            stream.writelines(self._bucket.read(key, version) or ())
        return digest_file(path).sha256
