"""Keep in the vault what is public: its bytes, who approved it, and since when.

In this order, so that a kill anywhere leaves nothing that the next run does not finish:
1. A harmless object, by which the lock is read back and it is seen that the public cannot read there. Then, if all is
   to be read back, what others laid something over is put right.
2. What is public and what shows its approval, each digest once; the index of an evidence after its members.
3. Days of use. What is public no more gets its last day, and its lock is moved to so many years after it.
4. The document of the release, which names all of these; then the ledger's line, which names the document.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from publisher.edition.model import Edition
from publisher.files import digest_bytes
from publisher.release.locked import Item, LockedBucket
from publisher.release.record import Record, State
from publisher.release.survey import read_record
from publisher.release.target import Target
from publisher.review.gate import Evidence
from publisher.workflow.admitting import admit
from publisher.workflow.context import Context
from publisher.workflow.evidenced import evidence_key, gather, public_name
from publisher.workflow.filling import Filling, Sources, Wanted
from publisher.workflow.restoring import Restoring
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
    unproven: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.today = self.context.today().date()
        self.until = end_of(self.today, settings_of(self.context).years)
        self.enough = self.until - MONTH
        self.uses = uses(self.context.ledger.records(), self.context.workspace.config.release.target)
        self.public = {each.sha256: (key, each.size) for key, each in self.record.files.items() if each.sha256}
        sources = Sources(self.context, self.target, self.edition, {one: key for one, (key, _) in self.public.items()})
        self.filling = Filling(sources, self.bucket, self.until, deep=self.how.deep)

    def run(self) -> Vaulted:
        unsure = admit(self.context, self.bucket)
        restoring = Restoring(self.context, self.bucket)
        if self.how.deep:
            restoring.run()
            self.filling.known = restoring.sound
        before = self._before()
        if self.last and before is None:
            self.lost.append(self.last.key)
        known = {} if self.how.whole or before is None else before.digests
        self.filling.ensure(
            Wanted(bytes_key(sha256), sha256, self.enough, size=size)
            for sha256, (_, size) in self.public.items()
            if bytes_key(sha256) not in known
        )
        evidence = self._evidence(before)
        documents = self._use(before)
        self.filling.ensure(one for one in documents if known.get(one.key) != one.sha256)
        holding = Holding(self.record, evidence, {one.key: one.sha256 for one in documents})
        self._let_go(before, holding)
        self._remember(before, holding)
        done = self.filling.done + restoring.done
        flaws = restoring.left() if self.how.deep else {}
        return Vaulted(
            self.bucket.address,
            done["sent"],
            done["extended"],
            unproven=tuple(self.unproven),
            lost=tuple(key for key in self.lost if key not in flaws),
            restored=done["restored"],
            flaws=flaws,
            unsure=unsure,
        )

    def _before(self) -> Holding | None:
        """What the vault holds by the ledger, if its document is there as it was."""
        if self.last is None or (blocks := self.bucket.read(self.last.key)) is None:
            return None
        data = b"".join(blocks)
        is_whole = digest_bytes(data).sha256 == self.last.holding
        return read_holding(data, self.bucket.address + self.last.key) if is_whole else None

    def _evidence(self, before: Holding | None) -> Mapping[str, tuple[str, ...]]:
        """The evidence of each public revision: digests by the key of its index.

        What the ledger does not name is made anew: else whoever can write there could put a poorer one in its place.
        """
        evidence, found = self.context.evidence(), dict(before.evidence) if before else {}
        keys: dict[str, tuple[Use, str]] = {}
        for use in (use for use in self.uses if use.is_public):
            name = public_name(evidence, use.slug, use.revision)
            keys[evidence_key(evidence, use.slug, name)] = use, name
        looked = [key for key in keys if self.how.whole and key in found]
        there = self.filling.look({one: sha256 for key in looked for one, sha256 in self._members(key, found[key])})
        for key, (use, name) in keys.items():
            if key not in found or not all(there.get(one, True) for one, _ in self._members(key, found[key])):
                found[key] = self._make(evidence, use, name, key)
        self.filling.extend({key: one for key, one in there.items() if one}, self.enough)
        return {key: found[key] for key in keys}

    def _members(self, key: str, digests: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """What an evidence is made of beside public files, by key, with digests."""
        yield key, digests[0]
        yield from ((bytes_key(one), one) for one in digests[1:] if one not in self.public)

    def _make(self, evidence: Evidence, use: Use, name: str, key: str) -> tuple[str, ...]:
        """Put an evidence together and send it, its index last."""
        made = gather(self.context, evidence, use.slug, name)
        if not made.is_proven:
            self.unproven.append(f"{use.slug}@{use.revision}")
        self.filling.ensure(
            Wanted(bytes_key(sha256), sha256, self.enough, data, len(data)) for sha256, data in made.parts.items()
        )
        self.filling.ensure([Wanted(key, made.digests[0], self.enough, made.index, len(made.index), _JSON)])
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
        found = dict(zip(gone, self.filling.each(self.bucket.look, gone), strict=True))
        self.lost += sorted(key for key, there in found.items() if there is None)
        self.filling.extend({key: there for key, there in found.items() if there}, self.until)

    def _remember(self, before: Holding | None, holding: Holding) -> None:
        """Put the document and write the ledger's line, if anything is another than the last line says."""
        is_new = before != holding or self.last is None or not self.last.is_of(self.record)
        if not is_new and not (self.filling.done["sent"] or self.filling.done["extended"]):
            return
        data = holding.to_bytes(self.context)
        sha256 = digest_bytes(data).sha256
        key = holding_key(self.record.turn, sha256)
        if self.last and (there := self.bucket.look(self.last.key)):
            self.filling.extend({self.last.key: there}, self.until)
        self.bucket.put(Item(key, sha256, data, _JSON), self.until)
        self.filling.done["sent"] += 1
        said: dict[str, str | int] = {
            "target": self.context.workspace.config.release.target,
            "vault": self.bucket.address,
            "edition": self.record.edition,
            "turn": self.record.turn,
            "holding": sha256,
            "whole": str(self.today if self.how.whole or self.last is None else self.last.whole),
        }
        self.context.ledger.append(EVENT, "", "publish", self.context.today(), said)
