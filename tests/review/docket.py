"""A docket: one piece before the gate, on disk, made without the other rooms and with keys from fixed seeds.

The same steps give the same bytes, so the folders of `tests/tampered/` are made with it, too.
"""

import base64
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from publisher.errors import PublisherError
from publisher.files import Digest, digest_bytes, digest_file
from publisher.rendering.model import CARD, Card
from publisher.review.gate import Approved, Damaged, Demand, Evidence, Refusal, Rules, admit, read_envelopes, trust_of
from publisher.review.keys import Signer, public_line
from publisher.review.ledger import GENESIS, Ledger, Record
from publisher.review.manifest import Entry, Manifest
from publisher.review.revisions import Revision, Revisions
from publisher.review.roster import Roster, SignedRoster, open_roster, unsigned, with_keys
from publisher.review.statement import MEANINGS, Decision, Envelope, Statement, sign
from publisher.workspace.people import People

HOUSE = "https://voices.example.com/"
SLUG = "legal-in-a-day"
FINDING = "5f" * 16
"""The id of a finding in it."""
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

MEDIA = {
    "audio": ("legal-in-a-day.mp3", "audio/mpeg", b"not really an MP3 file"),
    "transcript": ("legal-in-a-day.vtt", "text/vtt; charset=utf-8", b"WEBVTT\n"),
    "chapters": ("legal-in-a-day.json", "application/json+chapters", b"{}\n"),
    "artwork": ("cover.png", "image/png", b"not really a PNG file"),
    "picture:Desk 1.jpg": ("desk-1.jpg", "image/jpeg", b"not really a JPEG file"),
}


def a_file(role: str) -> Entry:
    """The manifest's entry of a file."""
    name, type_, data = MEDIA[role]
    digest = digest_bytes(data)
    return Entry(f"media/{digest.sha256}/{name}", digest.sha256, digest.size, type_, role)


def a_card(**changes: Any) -> Card:  # noqa: ANN401 - any field of the card
    """The card of the episode, or with other fields."""
    card = Card(
        kind="episode",
        slug=SLUG,
        title="Legal in a day",
        summary="How legal answers within a day.",
        date="2026-11-23T07:00:00+01:00",
        guid="2f7a5d0e-54f0-5a4c-9a52-7c0b6d3f9a11",
        people=("Ann Host", "Ben Author"),
        tags=("trust",),
        division=None,
        show="aloud",
        number=1,
        duration=61,
        picture=a_file("artwork").name,
        audio=a_file("audio").name,
    )
    return replace(card, **changes)


PARTS = {
    "body.html": b"<p>Legal answers within a day.</p>\n",
    CARD: a_card().to_bytes(),
    "item.rss.xml": b"<item><title>Legal in a day</title></item>\n",
}


def private_key(name: str) -> Ed25519PrivateKey:
    """A test key that everyone can work out."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"test key of {name}".encode()).digest())


def line(name: str) -> str:
    """The public half."""
    return public_line(private_key(name).public_key())


PEOPLE: dict[str, dict[str, object]] = {
    "ann": {"name": "Ann Host", "roles": ["host", "legal"], "keys": [line("ann")]},
    "ben": {"name": "Ben Author"},
    "kim": {"name": "Kim Finance", "roles": ["finance"], "keys": [line("kim")]},
    "ida": {"name": "Ida Admin", "roles": ["admin"], "keys": [line("ida")]},
    "lea": {"name": "Lea Counsel", "roles": ["legal"], "keys": [line("lea"), line("lea's other one")]},
    "max": {"name": "Max Counsel", "roles": ["legal"], "keys": [line("max")]},
    "una": {
        "name": "Una Counsel", "roles": ["legal"], "keys": [line("una")],
        "valid_from": "2026-11-21", "valid_to": "2026-11-30",
    },
}  # fmt: skip

Edit = Callable[[list[Record]], Iterable[Record]]


def a_manifest(**changes: Any) -> Manifest:  # noqa: ANN401 - any field of the manifest
    """The manifest of an episode by ann and ben with every kind of file."""
    manifest = Manifest(
        house=HOUSE,
        kind="episode",
        slug=SLUG,
        people=("ann", "ben"),
        source=digest_bytes(b"what the authors wrote").sha256,
        parts=entries(PARTS),
        files=tuple(sorted((a_file(role) for role in MEDIA), key=lambda entry: entry.name)),
        loudness={"integrated_lufs": -16.02, "range_lu": 4.5, "true_peak_dbtp": -1.3},
    )
    return replace(manifest, **changes)


def an_entry(name: str, data: bytes) -> Entry:
    digest = digest_bytes(data)
    return Entry(name, digest.sha256, digest.size)


def entries(parts: Mapping[str, bytes]) -> tuple[Entry, ...]:
    return tuple(an_entry(name, data) for name, data in parts.items())


def a_revision(**changes: Any) -> Revision:  # noqa: ANN401 - any field of the manifest
    """The revision as it is, or with other fields in its manifest; its card is of the same piece."""
    return carded(a_card(slug=changes.get("slug", SLUG)).to_bytes(), **changes)


def carded(card: bytes, **changes: Any) -> Revision:  # noqa: ANN401 - any field of the manifest
    """The piece with another card."""
    parts = {**PARTS, CARD: card}
    return Revision(a_manifest(**{"parts": entries(parts), **changes}), parts)


def edited(text: bytes) -> Revision:
    """The piece with another body."""
    parts = {**PARTS, "body.html": text}
    return Revision(a_manifest(parts=entries(parts)), parts)


@dataclass
class Docket:
    """A folder with all that the gate judges by, and what people do in it: a minute later each time."""

    root: Path
    now: datetime = field(default=START)
    signs_heads: bool = False
    """Whether statements hold the head of the ledger, as those do that `publish` makes."""

    @property
    def ledger_file(self) -> Path:
        return self.root / "ledger.jsonl"

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.ledger_file, self.root / ".locks" / "ledger.lock")

    @property
    def revisions(self) -> Revisions:
        return Revisions(self.root / "revisions")

    @property
    def envelope_files(self) -> list[Path]:
        """In the order of their times."""
        return sorted(self.root.glob("approvals/*.dsse.json"))

    def open(self) -> "Docket":
        """Write what does not depend on what people do."""
        self.set_rules()
        self.write_people(PEOPLE)
        self.sign_people()
        self.now = START
        for _, _, data in MEDIA.values():
            self.write(f"media/{digest_bytes(data).sha256}", data)
        return self

    def write(self, name: str, data: bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def set_rules(self, house: str = HOUSE, more: str = "", **required: int) -> None:
        """Who must approve; legal = 1 if nothing is said. `more` stands behind it as it is."""
        asked = "".join(f"{role} = {count}\n" for role, count in (required or {"legal": 1}).items())
        self.write("publisher.toml", f'[house]\nurl = "{house}"\n\n[review.required]\n{asked}{more}'.encode())

    def set_people(self, people: Mapping[str, Mapping[str, object]], *admins: str) -> None:
        """Change people.toml, and have it signed, by ida if nobody is named."""
        self.write_people(people)
        self.sign_people(*admins)

    def write_people(self, people: Mapping[str, Mapping[str, object]], threshold: int = 1) -> None:
        """Change people.toml, which counts for nothing until it is signed."""
        rows = [f"[trust]\nthreshold = {threshold}\n"]
        for id_, person in people.items():
            said = "".join(f"{key} = {_toml(value)}\n" for key, value in person.items())
            rows.append(f"[people.{id_}]\n{said}")
        self.write("people.toml", "\n".join(rows).encode())

    def change_person(self, id_: str, **changes: object) -> None:
        self.set_people({**PEOPLE, id_: {**PEOPLE[id_], **changes}})

    def roster(self, version: int | None = None) -> Roster:
        """What people.toml says, as the next version or another."""
        said = People.model_validate(tomllib.loads((self.root / "people.toml").read_text("utf-8")))
        files = sorted(self.root.glob("people/signed/*.dsse.json"))
        before = open_roster(files[-1].read_bytes(), files[-1].name).roster if files else None
        number = version or (before.version + 1 if before else 1)
        threshold = said.trust.threshold if said.trust else 1
        return Roster(HOUSE, number, before.sha256 if before else "", threshold, with_keys(said.people))

    def sign_people(self, *keys: str, roster: Roster | None = None) -> SignedRoster:
        """Have people.toml, or another roster, signed with these keys (ida's if none is named) and recorded."""
        signed = unsigned(roster or self.roster())
        for key in keys or ("ida",):
            signed = signed.signed_by(Signer(private_key(key)))
        self.write(f"people/signed/{signed.roster.file_name}", signed.data)
        self.append("people", "ida", {"version": signed.roster.version, "roster": signed.sha256}, slug="")
        return signed

    def submit(self, revision: Revision, by: str = "ann") -> str:
        """Keep and submit a revision; gives its name."""
        self.revisions.keep(revision)
        self.append("submit", by, {"revision": revision.name, "findings": 0})
        return revision.name

    def append(self, event: str, by: str, data: Mapping[str, str | int], slug: str = SLUG) -> Record:
        record = self.ledger.append(event, slug, by, self.now, data)
        self.now += timedelta(minutes=1)
        return record

    def decide(
        self,
        revision: str,
        decision: Decision = "approve",
        person: str = "lea",
        waived: tuple[str, ...] = (),
        **changes: Any,  # noqa: ANN401 - any field of the statement
    ) -> Envelope:
        """Sign, keep and record a decision; `changes` are fields of the statement, `key` whose key signs it."""
        envelope = self.sign(revision, decision, person, waived, **changes)
        self.keep(envelope)
        self.record(envelope)
        return envelope

    def waive(self, revision: str, finding: str = FINDING, person: str = "lea", event: str = "waive") -> Record:
        """Record that somebody waives a finding."""
        data = {"revision": revision, "finding": finding, "rule": "code-names", "reason": "It is announced."}
        return self.append(event, person, data)

    def sign(
        self,
        revision: str,
        decision: Decision = "approve",
        person: str = "lea",
        waived: tuple[str, ...] = (),
        **changes: Any,  # noqa: ANN401 - any field of the statement
    ) -> Envelope:
        key = changes.pop("key", person)
        head = self.ledger.head() if self.signs_heads else None
        statement = Statement(
            decision=decision,
            meaning=MEANINGS[decision],
            house=HOUSE,
            kind="episode",
            slug=SLUG,
            revision=revision,
            person=person,
            name=str(PEOPLE.get(person, {}).get("name", person)),
            time=self.now.isoformat(timespec="seconds"),
            reason="Take out the name." if decision == "reject" else "",
            waived=waived,
            head=head,
        )
        return sign(replace(statement, **changes), Signer(private_key(key)))

    def keep(self, envelope: Envelope) -> Path:
        """As `decide` of the workflow does, in one folder."""
        return self.write(f"approvals/{envelope.file_name}", envelope.data)

    def record(self, envelope: Envelope) -> Record:
        """Write the ledger's line, at the time of the statement."""
        said = envelope.statement
        data = {"revision": said.revision, "envelope": envelope.sha256}
        record = self.ledger.append(said.decision, said.slug, said.person, said.moment, data)
        self.now += timedelta(minutes=1)
        return record

    def approved(self) -> str:
        """The usual way: ann submits, lea approves. Gives the revision."""
        name = self.open().submit(a_revision())
        self.decide(name)
        return name

    def rewrite(self, edit: Edit) -> None:
        """Edit the ledger as someone would who knows how to make its chain whole again."""
        self.ledger_file.write_bytes(chained(edit(list(self.ledger.records()))))

    def rules(self) -> Rules:
        config = tomllib.loads((self.root / "publisher.toml").read_text("utf-8"))
        people = People.model_validate(tomllib.loads((self.root / "people.toml").read_text("utf-8"))).people
        trust = trust_of(config["house"]["url"], self.ledger.records(), read_envelopes(self.root / "people" / "signed"))
        names = {id_: person.name for id_, person in people.items()}
        divisions = {id_: _demand(division["review"]) for id_, division in config.get("divisions", {}).items()}
        tags = {tag: _demand(tighter) for tag, tighter in config["review"].get("tags", {}).items()}
        return Rules(config["house"]["url"], _demand(config["review"]), trust, divisions, tags, names)

    def evidence(self) -> Evidence:
        try:
            records = self.ledger.records()
        except PublisherError as error:
            raise Refusal(1, error.what, where=error.where or "", hint=error.hint or "") from error
        return Evidence(records, read_envelopes(self.root / "approvals"), self._media)

    def _media(self, entry: Entry) -> Digest | None:
        path = self.root / "media" / entry.sha256
        return digest_file(path) if path.is_file() else None

    def judge(self, revision: str, slug: str = SLUG, now: datetime | None = None) -> Approved:
        """Ask the gate, as the workflow does; whatever is wrong is a Refusal with its step."""
        evidence = self.evidence()
        try:
            found = self.revisions.get(SLUG, revision)
        except PublisherError as error:
            raise Damaged(error.what, where=error.where or "", hint=error.hint or "") from error
        return admit(found, slug, self.rules(), evidence, now=now or self.now)


def _toml(value: object) -> str:
    """A value in TOML: texts and lists as JSON writes them, and tables in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    return f"[{', '.join(map(_toml, value))}]" if isinstance(value, list) else json.dumps(value)


def _demand(asked: Mapping[str, Any]) -> Demand:
    return Demand(asked.get("required", {}), asked.get("expires_days"), asked.get("tier", "passphrase"))


def chained(records: Iterable[Record]) -> bytes:
    """Lines of these records with numbers and digests that follow from each other."""
    lines: list[bytes] = []
    previous = GENESIS
    for seq, record in enumerate(records):
        data = replace(record, seq=seq, previous=previous).to_line()
        previous = digest_bytes(data).sha256
        lines.append(data)
    return b"".join(lines)


def forged(envelope: bytes, **changes: Any) -> bytes:  # noqa: ANN401 - any field of the statement
    """The envelope with other fields in its statement, and the signature as it was."""
    outer = json.loads(envelope)
    statement = json.loads(base64.b64decode(outer["payload"]))
    payload = rfc8785.dumps({**statement, **changes})
    return rfc8785.dumps({**outer, "payload": base64.b64encode(payload).decode()})


def flipped(data: bytes, position: int, bit: int = 1) -> bytes:
    """The same bytes with some bits of one of them the other way round."""
    return data[:position] + bytes([data[position] ^ bit]) + data[position + 1 :]
