"""What a vault holds of each release: one document a release, which the ledger names by its digest.

`editions/TURN-DIGEST.json` holds the record of what is public, and the digests of evidence and of days of use. So from
the ledger alone it is known what must be in the vault, and what it must be.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from publisher.errors import PublisherError
from publisher.release.record import Record, parse_record
from publisher.release.target import TargetOptions
from publisher.review import canonical
from publisher.review import records as lines_of
from publisher.workflow.context import Context
from publisher.workspace.vault import Vault

if TYPE_CHECKING:
    from publisher.release.locked import LockedBucket

EVENT: Final = "vault"
"""Of the ledger's line that a release is in the vault."""
SCHEMA: Final = "corporate-voices/vault/1"
MONTH: Final = timedelta(days=30)
"""By how much a lock of what is public may fall short before it is moved on."""


def bytes_key(sha256: str) -> str:
    """Where the bytes of this digest lie."""
    return f"bytes/{sha256}"


@dataclass(frozen=True)
class Holding:
    """What is kept of one release."""

    record: Record
    """What was public."""
    evidence: Mapping[str, tuple[str, ...]]
    """Digest of the index, then of its members, by the key of the index."""
    use: Mapping[str, str]
    """Digests of days of use, by key: of what is public, and of what went with this release."""

    @property
    def digests(self) -> dict[str, str]:
        """All that it needs: key to digest."""
        public = (each.sha256 for each in self.record.files.values() if each.sha256)
        members = (member for _, *rest in self.evidence.values() for member in rest)
        found = {bytes_key(sha256): sha256 for sha256 in (*public, *members)}
        return found | {key: index for key, (index, *_) in self.evidence.items()} | dict(self.use)

    def to_bytes(self, context: Context) -> bytes:
        """The document, with the moment and the ledger's head."""
        return canonical.dump_plain(
            {
                "schema": SCHEMA,
                "house": context.workspace.config.house.url,
                "target": context.workspace.config.release.target,
                "kept": context.today().isoformat(timespec="seconds"),
                "ledger": context.ledger.head().as_dict(),
                "evidence": {key: list(digests) for key, digests in self.evidence.items()},
                "use": dict(self.use),
                "record": json.loads(self.record.to_bytes()),
            }
        )


def read_holding(data: bytes, where: str) -> Holding:
    """Read what `Holding.to_bytes` wrote. where: for messages. Errors: it is something else."""
    try:
        found: dict[str, Any] = canonical.parse(data)
        record = parse_record(json.dumps(found["record"]).encode(), where=where)
        evidence = {str(key): tuple(map(str, digests)) for key, digests in found["evidence"].items()}
        return Holding(record, evidence, {str(key): str(sha256) for key, sha256 in found["use"].items()})
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise PublisherError("this is no document of a vault", where=where, hint="publish vault send") from error


@dataclass(frozen=True)
class Vaulted:
    """What a vault was given."""

    address: str
    sent: int = 0
    """Objects."""
    extended: int = 0
    """Objects whose lock was moved on."""
    unproven: tuple[str, ...] = ()
    """Public revisions that the gate lets through no more, of which there is only what there is: `SLUG@REVISION`."""
    lost: tuple[str, ...] = ()
    """Keys of what was public before, was in the vault, and is there no more."""
    restored: int = 0
    """Objects that others had laid something over, and that an earlier version of their key was put back on top of."""
    flaws: Mapping[str, str] = field(default_factory=dict)
    """What is not as it must be by the ledger and could not be mended, by key; only where all was read back."""
    unsure: tuple[str, ...] = ()
    """What the store does not say about who may read there."""

    def and_before(self, earlier: "Vaulted | None") -> "Vaulted":
        """The same, with what it was given before."""
        if earlier is None:
            return self
        sent, extended = self.sent + earlier.sent, self.extended + earlier.extended
        unproven, lost = (tuple({*a, *b}) for a, b in ((self.unproven, earlier.unproven), (self.lost, earlier.lost)))
        return replace(self, sent=sent, extended=extended, unproven=unproven, lost=lost)


@dataclass(frozen=True)
class Line:
    """The ledger's word that a release is in the vault."""

    day: date
    edition: str
    turn: int
    holding: str
    """Digest of its document."""
    whole: date
    """Day on which everything that is public was last looked at there."""

    @property
    def key(self) -> str:
        """Where the document lies."""
        return holding_key(self.turn, self.holding)

    def is_of(self, record: Record) -> bool:
        """Whether it is about what is public now."""
        return (self.edition, self.turn) == (record.edition, record.turn)


def holding_key(turn: int, sha256: str) -> str:
    """Where the document of a release lies, by its digest; a month later the same release may have another."""
    return f"editions/{turn:08}-{sha256[:12]}.json"


def kept_lines(records: Iterable[lines_of.Record], target: str, vault: str) -> list[Line]:
    """What the ledger says is in this vault of this target, in order."""
    return [
        Line(
            date.fromisoformat(one.time[:10]),
            str(one.data["edition"]),
            int(one.data["turn"]),
            str(one.data["holding"]),
            date.fromisoformat(str(one.data["whole"])),
        )
        for one in records
        if one.event == EVENT and (one.data.get("target"), one.data.get("vault")) == (target, vault)
    ]


def owed_since(context: Context) -> str | None:
    """The day of the latest release that is not in the vault, by the ledger; None if there is none, or no vault."""
    config = context.workspace.config
    if config.vault is None:
        return None
    owed, vault = None, vault_address(context)
    for record in context.ledger.records():
        if record.data.get("target") != config.release.target:
            continue
        if record.event == "release":
            owed = record.time[:10]
        elif record.event == EVENT and record.data.get("vault") == vault:
            owed = None
    return owed


def end_of(day: date, years: int) -> datetime:
    """The moment until which something is locked whose last day of use this is: that day is counted whole."""
    last = day + timedelta(days=1)
    month = (last.month, last.day) if (last.month, last.day) != (2, 29) else (3, 1)
    return datetime.combine(date(last.year + years, *month), time(), UTC)


def settings_of(context: Context) -> Vault:
    """`[vault]`. Errors: there is none."""
    found = context.workspace.config.vault
    if found is None:
        raise PublisherError("there is no vault", where="publisher.toml", hint="set one under [vault]; docs/vault.md")
    return found


def vault_address(context: Context) -> str:
    """Its address, as the bucket itself and the ledger say it; nothing is opened."""
    return f"{settings_of(context).target.rstrip('/')}/"


def open_vault(context: Context) -> "LockedBucket":
    """The vault of `publisher.toml`."""
    from publisher.release.locked import open_locked

    settings = settings_of(context)
    options = TargetOptions(
        endpoint=settings.endpoint,
        region=settings.region,
        profile=settings.profile,
        aws_profile=settings.aws_profile,
    )
    return open_locked(settings.target, options, settings.mode)


def refuse_public(context: Context, address: str) -> None:
    """Errors: a target lies in the bucket of the vault, which the public must never read."""
    vault = context.workspace.config.vault
    if vault and address.startswith("s3://") and _bucket(address) == _bucket(vault.target):
        raise PublisherError(
            f"this is the bucket of the vault, and a target of releases is public: {_bucket(address)}",
            where="publisher.toml: vault.target",
            hint="keep evidence in a private bucket of its own, with another name",
        )


def _bucket(address: str) -> str:
    return address.removeprefix("s3://").partition("/")[0]
