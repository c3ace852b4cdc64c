"""Keep in the vault what is public: its bytes, who approved it, and since when.

In this order, so that a kill anywhere leaves nothing that the next run does not finish:
1. A harmless object, by which the lock is read back and it is seen that the public cannot read there.
2. What is public and what shows its approval, each digest once; the index of an evidence after its members.
3. Days of use. What is public no more gets its last day, and its lock is moved to so many years after it.
4. The document of the release, which names all of these; then the ledger's line, which names the document.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from publisher.edition.model import Edition
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.release import proof
from publisher.release.fetch import fetch
from publisher.release.locked import Item, Kept, LockedBucket
from publisher.release.record import Record, State
from publisher.release.survey import read_record
from publisher.release.target import Target
from publisher.review import canonical
from publisher.workflow.admitting import admit
from publisher.workflow.context import Context
from publisher.workflow.evidenced import evidence_key, gather, whole_name
from publisher.workflow.uses import Use, uses
from publisher.workflow.vaulted import (
    EVENT,
    MONTH,
    Holding,
    Line,
    Vaulted,
    bytes_key,
    end_of,
    holding_key,
    kept_lines,
    open_vault,
    read_holding,
    settings_of,
    vault_address,
)

_JSON: Final = "application/json"
_WORKERS: Final = 8
_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Wanted:
    """An object that must be there."""

    key: str
    sha256: str
    until: datetime
    """It must be locked so long at least."""
    data: bytes | None = None
    """Its bytes, where they are small and at hand; else they are public."""
    size: int | None = None
    """Bytes, where that is known."""
    content_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Thorough:
    """How much is looked at."""

    whole: bool = False
    """Also what was there after the last release; else that only once a month."""
    deep: bool = False
    """By reading it back, and not by its size."""
    monthly: bool = True
    """Whether it is looked at once a month."""


DEFAULT: Final = Thorough()
OWED: Final = Thorough(monthly=False)
"""Only what an earlier release failed to send."""


def keep(context: Context, target: Target, edition: Edition | None = None, how: Thorough = DEFAULT) -> Vaulted | None:
    """Keep what is public at the house's target; None if there is no vault, or nothing is public.

    edition: what was just released, so that its bytes need not be fetched from the target.
    Errors: the vault cannot be reached, keeps no lock, or could be read by anybody.
    """
    if context.workspace.config.vault is None:
        return None
    record = read_record(target)
    if record.state is not State.COMPLETE or not record.edition:
        return None
    address, name = vault_address(context), context.workspace.config.release.target
    last = next(reversed(kept_lines(context.ledger.records(), name, address)), None)
    is_stale = last is None or (how.monthly and context.today().date() - last.whole >= MONTH)
    if last and last.is_of(record) and not (how.whole or is_stale):
        return Vaulted(address)
    how = replace(how, whole=how.whole or is_stale)
    return _Pass(context, target, open_vault(context), record, edition, last, how).run()


@dataclass
class _Pass:
    """One pass over what must be there."""

    context: Context
    target: Target
    bucket: LockedBucket
    record: Record
    edition: Edition | None
    last: Line | None
    how: Thorough
    done: Counter[str] = field(default_factory=Counter)
    unproven: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.today = self.context.today().date()
        self.until = end_of(self.today, settings_of(self.context).years)
        self.enough = self.until - MONTH
        self.uses = uses(self.context.ledger.records(), self.context.workspace.config.release.target)
        self.public = {each.sha256: (key, each.size) for key, each in self.record.files.items() if each.sha256}

    def run(self) -> Vaulted:
        unsure = admit(self.context, self.bucket)
        before = self._before()
        known = {} if self.how.whole or before is None else before.digests
        self._ensure(
            Wanted(bytes_key(sha256), sha256, self.enough, size=size)
            for sha256, (_, size) in self.public.items()
            if bytes_key(sha256) not in known
        )
        evidence = self._evidence(before)
        documents = self._use(before)
        self._ensure(one for one in documents if known.get(one.key) != one.sha256)
        holding = Holding(self.record, evidence, {one.key: one.sha256 for one in documents})
        self._let_go(before, holding)
        self._remember(before, holding)
        flaws = tuple(self.unproven), tuple(self.lost)
        return Vaulted(self.bucket.address, self.done["sent"], self.done["extended"], *flaws, unsure)

    def _before(self) -> Holding | None:
        """What the vault holds by the ledger, if its document is there as it was."""
        if self.last is None or (blocks := self.bucket.read(self.last.key)) is None:
            return None
        data = b"".join(blocks)
        is_whole = digest_bytes(data).sha256 == self.last.holding
        return read_holding(data, self.bucket.address + self.last.key) if is_whole else None

    def _ensure(self, wanted: Iterable[Wanted]) -> None:
        self.done.update(self._each(self._have, list(wanted)))

    def _have(self, wanted: Wanted) -> str:
        """Have one object there, locked; say what that took: `sent`, `extended` or `there`."""
        found = self.bucket.look(wanted.key)
        if found is None or found.mode == self._weaker or not self._is_it(wanted, found):
            with self._source(wanted) as source:
                self.bucket.put(Item(wanted.key, wanted.sha256, source, wanted.content_type), self.until)
            return "sent"
        if self.bucket.holds(found, wanted.until):
            return "there"
        self.bucket.extend(wanted.key, found, self.until)
        return "extended"

    @property
    def _weaker(self) -> str:
        """A lock that must be put anew, because it cannot be made stronger; empty if there is none."""
        return "GOVERNANCE" if settings_of(self.context).mode == "COMPLIANCE" else ""

    def _is_it(self, wanted: Wanted, found: Kept) -> bool:
        if wanted.size is not None and found.size != wanted.size:
            return False
        if wanted.data is not None and found.etag == proof.md5(wanted.data).hex():
            return True
        if wanted.data is None and not self.how.deep:
            return True
        return self._reads(wanted.key, wanted.sha256)

    def _reads(self, key: str, sha256: str) -> bool:
        """Whether what is there has this digest: all of it is read back."""
        sha = hashlib.sha256()
        for block in self.bucket.read(key) or ():
            sha.update(block)
        return sha.hexdigest() == sha256

    @contextmanager
    def _source(self, wanted: Wanted) -> Iterator[bytes | Path]:
        """The bytes of an object: those that were just sent, or those that the public has."""
        if wanted.data is not None:
            yield wanted.data
            return
        key, _ = self.public.get(wanted.sha256, ("", 0))
        file = self.edition.files.get(key) if self.edition else None
        if file and file.sha256 == wanted.sha256 and (isinstance(file.source, bytes) or file.source.exists()):
            yield file.source
            return
        path = self.context.cache / "vault" / wanted.sha256
        try:
            if not key or not fetch(self.target, key, wanted.sha256, path):
                raise PublisherError(
                    "what is public there is not what was released, so it cannot be kept",
                    where=self.target.address + (key or wanted.key),
                    hint="publish release --mend, then publish vault send",
                )
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _evidence(self, before: Holding | None) -> Mapping[str, tuple[str, ...]]:
        """The evidence of each public revision, made where it is not there: digests by the key of its index."""
        evidence, found = self.context.evidence(), dict(before.evidence) if before else {}
        public = [use for use in self.uses if use.is_public]
        names = {use: whole_name(evidence, use.slug, use.revision) for use in public}
        keys = {evidence_key(evidence, use.slug, name): use for use, name in names.items()}
        new = [key for key in keys if key not in found]
        found |= dict(zip(new, self._each(self._indexed, new), strict=True))
        looked = [*keys] if self.how.whole else new
        there = self._look({one: sha256 for key in looked for one, sha256 in self._members(key, found[key])})
        for key in looked:
            if not found[key] or not all(there[one] for one, _ in self._members(key, found[key])):
                found[key] = self._make(keys[key], names[keys[key]], key)
        self._extend({key: one for key, one in there.items() if one}, self.enough)
        return {key: found[key] for key in keys}

    def _members(self, key: str, digests: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """What an evidence is made of beside public files, by key, with digests."""
        if digests:
            yield key, digests[0]
            yield from ((bytes_key(one), one) for one in digests[1:] if one not in self.public)

    def _look(self, digests: Mapping[str, str]) -> dict[str, Kept | None]:
        """What is there under these keys, and is what it must be."""

        def look(key: str) -> Kept | None:
            found = self.bucket.look(key)
            is_it = found and found.mode != self._weaker and (not self.how.deep or self._reads(key, digests[key]))
            return found if is_it else None

        return dict(zip(digests, self._each(look, digests), strict=True))

    def _indexed(self, key: str) -> tuple[str, ...]:
        """Digests of an index that is there, and of its members; empty if there is none that can be read."""
        blocks = self.bucket.read(key)
        data = b"".join(blocks) if blocks else b""
        with suppress(ValueError, TypeError, LookupError):
            members = [str(one["sha256"]) for one in canonical.parse(data)["members"]]
            return (digest_bytes(data).sha256, *members)
        return ()

    def _make(self, use: Use, name: str, key: str) -> tuple[str, ...]:
        """Put an evidence together and send it, its index last."""
        made = gather(self.context, self.context.evidence(), use.slug, name)
        if not made.is_proven:
            self.unproven.append(f"{use.slug}@{use.revision}")
        self._ensure(
            Wanted(bytes_key(sha256), sha256, self.enough, data, len(data)) for sha256, data in made.parts.items()
        )
        self._ensure([Wanted(key, made.digests[0], self.enough, made.index, len(made.index), _JSON)])
        return made.digests

    def _use(self, before: Holding | None) -> list[Wanted]:
        """Days of use: of what is public, and of what went since the last release."""
        known = before.use if before else {}
        documents: list[Wanted] = []
        for use in self.uses:
            digests = {key: digest_bytes(data).sha256 for key, data in use.documents.items()}
            was = any(key in known for key in digests)
            went = not use.is_public and was and digests.items() > known.items() & digests.items()
            if use.is_public or went:
                until = self.until if went else self.enough
                documents += [
                    Wanted(key, digests[key], until, data, len(data), _JSON) for key, data in use.documents.items()
                ]
        return documents

    def _let_go(self, before: Holding | None, now: Holding) -> None:
        """Lock what is public no more for the whole time after its last day, which is today."""
        if before is None:
            return
        gone = before.digests.keys() - now.digests.keys()
        found = dict(zip(gone, self._each(self.bucket.look, gone), strict=True))
        self.lost += sorted(key for key, there in found.items() if there is None)
        self._extend({key: there for key, there in found.items() if there}, self.until)

    def _extend(self, found: Mapping[str, Kept], least: datetime) -> None:
        short = [(key, there) for key, there in found.items() if not self.bucket.holds(there, least)]
        list(self._each(lambda one: self.bucket.extend(*one, self.until), short))
        self.done["extended"] += len(short)

    def _each(self, do: Callable[[_T], _R], of: Collection[_T]) -> Iterator[_R]:
        """Do it with each, some at a time; give what came of it, in order."""
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="vault") as pool:
            for number, did in enumerate(pool.map(do, of), 1):
                self.context.progress("vault", number / len(of))
                yield did

    def _remember(self, before: Holding | None, holding: Holding) -> None:
        """Put the document and write the ledger's line, if anything is another than the last line says."""
        is_new = before != holding or self.last is None or not self.last.is_of(self.record)
        if not is_new and not self.done["sent"] and not self.done["extended"]:
            return
        data = holding.to_bytes(self.context)
        sha256 = digest_bytes(data).sha256
        key = holding_key(self.record.turn, sha256)
        if self.last and (there := self.bucket.look(self.last.key)):
            self._extend({self.last.key: there}, self.until)
        self.bucket.put(Item(key, sha256, data, _JSON), self.until)
        said: dict[str, str | int] = {
            "target": self.context.workspace.config.release.target,
            "vault": self.bucket.address,
            "edition": self.record.edition,
            "turn": self.record.turn,
            "holding": sha256,
            "whole": str(self.today if self.how.whole or self.last is None else self.last.whole),
        }
        self.context.ledger.append(EVENT, "", "publish", self.context.today(), said)
