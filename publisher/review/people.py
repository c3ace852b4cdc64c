"""Who may what: what the house asks for, and whom it trusts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final

from publisher.review.humans import Humans, live_keys
from publisher.review.keys import TIERS
from publisher.review.lineage import Order
from publisher.review.records import Record
from publisher.review.roles import is_reviewer
from publisher.review.statement import Envelope
from publisher.review.trust import Trust
from publisher.workspace.config import Tier
from publisher.workspace.people import Person

_LAST: Final = datetime.max.replace(tzinfo=UTC, microsecond=0)


@dataclass(frozen=True)
class Demand:
    """The approvals that a piece needs."""

    required: Mapping[str, int]
    """How many different people of each role."""
    days: int | None = None
    """For how long an approval counts; for ever if None."""
    tier: Tier = TIERS[0]
    """How it is signed at least."""

    def end(self, signed: datetime) -> datetime | None:
        """The moment from which an approval of that moment counts no more; None if there is none."""
        return None if self.days is None else signed + min(timedelta(self.days), _LAST - signed)


@dataclass(frozen=True)
class Rules:
    """What the house asks for, and whom it trusts."""

    house: str
    """The site's address."""
    asked: Demand
    """For every piece."""
    trust: Trust
    """What admins signed of `people.toml`."""
    divisions: Mapping[str, Demand] = field(default_factory=dict)
    """For the pieces of a division besides, by its id."""
    tags: Mapping[str, Demand] = field(default_factory=dict)
    """For pieces with a tag besides."""
    names: Mapping[str, str] = field(default_factory=dict)
    """How everyone of `people.toml` is called, by id, also those without a key, whom nobody signed."""

    @property
    def people(self) -> Mapping[str, Person]:
        """By id, those who are trusted."""
        return self.trust.people

    def demand(self, division: str | None, tags: Iterable[str]) -> Demand:
        """For pieces of a division with these tags: the strictest of all that is asked, so that nothing loosens."""
        own = [self.asked]
        own += [demand for id_, demand in self.divisions.items() if id_ == division]
        own += [self.tags[tag] for tag in tags if tag in self.tags]
        roles = dict.fromkeys(role for demand in own for role in demand.required)
        required = {role: max(demand.required.get(role, 0) for demand in own) for role in roles}
        days = min((demand.days for demand in own if demand.days is not None), default=None)
        return Demand(required, days, max((demand.tier for demand in own), key=TIERS.index))

    @cached_property
    def humans(self) -> Humans:
        """Who of them is one and the same, and whose key is whose."""
        return Humans(self.people, self.names)

    def signer(self, envelope: Envelope) -> str | None:
        """Id of the person whose key made the signature; None if it is nobody's, or stands under two names."""
        owner = self.humans.owner(envelope.signature.keyid)
        return owner[0] if owner and envelope.is_signed_by(owner[1]) else None

    def revoked(self, envelope: Envelope, record: Record, order: Order) -> str:
        """Why the key of a signature was not trusted any more at its line of the ledger; empty if it was.

        It is trusted up to a line and in what came before that; what stands on another branch did not.
        """
        found = self.humans.revoked.get(envelope.signature.keyid)
        last = self.trust.ends.get(found.key) if found else None
        if found is None or (last and (record.digest == last.digest or order.precedes(record, last))):
            return ""
        return f"its key is revoked: {found.reason}"

    def name(self, id_: str) -> str:
        """Someone's name, or what they are called if they are nobody here."""
        return self.people[id_].name if id_ in self.people else self.names.get(id_, id_)


def reviewers(role: str, rules: Rules, day: date, without: Collection[str] = ()) -> tuple[str, ...]:
    """Names of those who can approve for a role now, less those who may not."""
    return tuple(
        person.name
        for id_, person in rules.people.items()
        if id_ not in without and is_reviewer(person, role, day) and live_keys(person)
    )
