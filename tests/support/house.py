"""A small house for tests: a workspace on disk, with a host, an author, and reviewers whose keys an admin signed."""

import wave
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from publisher.review.keys import Signer, make_key, unlock
from publisher.review.statement import sign
from publisher.workflow.context import Context
from publisher.workflow.decide import Verdict, decide, draft_statement
from publisher.workflow.prepare import prepare
from publisher.workflow.removing import Afterwards, remove
from publisher.workflow.signing import draft_people, record_people, with_signature
from publisher.workflow.submit import submit
from publisher.workflow.takedown import Wish, draft_wish, keep_wish
from publisher.workspace.loading import load

if TYPE_CHECKING:
    from publisher.review.statement import Decision, Envelope
    from publisher.workflow.removing import Removed

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "https://voices.example.com/"
PASSPHRASE = "correct horse battery staple"

CONFIG = f"""
[house]
name = "Example House"
url = "{URL}"
guid = "56aea6b7-45a3-591a-917b-66ae8d189006"
description = "The voices of a house that is made for tests."

[divisions.service]
name = "Field service"

[shows.aloud]
title = "Aloud"
description = "A show that is made for tests."
guid = "771b1dfd-954b-559e-ab4e-09238d84efff"
artwork = "artwork/cover.png"
categories = ["Business > Careers", "Technology"]
owner = {{ name = "Example House", email = "aloud@example.com" }}
"""

GUIDELINES = """
[rules.code-names]
says = "Code names stay inside the house."
why = "A name that is out cannot be called back."
tokens = ["Bluefin"]

[rules.secrets]
says = "Secrets stay secret."
why = "They would be none otherwise."
level = "blocks"
tokens = ["top secret"]
"""

FORECASTS = """
[rules.forecasts]
says = "No forecasts."
why = "They belong into the regulated channels."
level = "waiver"
tokens = ["revenue will \\\\w+"]
"""
"""A rule whose findings must be waived, to be put behind `GUIDELINES`."""

ADMIN = """
[people.ada]
name = "Ada Admin"
roles = ["admin"]
keys = ["{ada}"]
"""

PEOPLE = """
[people.ann]
name = "Ann Host"
title = "Communications"
roles = ["host"]

[people.ben]
name = "Ben Author"

[people.lea]
name = "Lea Counsel"
roles = ["legal"]
keys = ["{lea}"]

[people.max]
name = "Max Counsel"
roles = ["legal"]
keys = ["{max}"]
"""


@cache
def _key(id_: str) -> tuple[Path, str]:
    """A key pair: made once a test run, because its passphrase is slow to derive a key from, as it should be."""
    path = Path(mkdtemp()) / f"{id_}.key"
    return path, make_key(path, PASSPHRASE)


def key_file(id_: str) -> Path:
    """The encrypted private key of `lea` or `max`."""
    return _key(id_)[0]


@cache
def signer(id_: str) -> Signer:
    """The unlocked key of `lea` or `max`; of anyone else a key of the name that lies in no file."""
    return unlock(key_file(id_), PASSPHRASE) if id_ in {"lea", "max"} else Signer(Ed25519PrivateKey.generate())


def admin() -> str:
    """Who signs people, as they stand in `people.toml`."""
    return ADMIN.format(ada=signer("ada").public_line())


@cache
def _cover() -> bytes:
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (1400, 1400), (20, 33, 61)).save(buffer, format="PNG")
    return buffer.getvalue()


@dataclass(frozen=True)
class House:
    """A workspace on disk, and what people do in it."""

    root: Path

    def context(self, now: datetime = NOW, *, least: bool = False) -> Context:
        """The workspace as it is on disk now, at a fixed time. least: as a takedown loads it."""
        return Context(load(self.root, least=least), lambda: now, now)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def sign_people(self) -> None:
        """What an admin does after people.toml changed."""
        context = self.context()
        outcome = record_people(context, with_signature(draft_people(context, "ada"), signer("ada")))
        assert not outcome.lacking, outcome

    def add_post(self, slug: str = "a-post", *, matter: str = "", text: str = "Some *words*.\n") -> Path:
        """Add a post by ben; `matter` is more front matter."""
        head = "title: A post\ndate: 2026-11-05T07:00:00+01:00\nsummary: What it says.\nauthors: [ben]\n"
        return self.write(f"posts/{slug}/post.md", f"---\n{head}{matter}---\n\n{text}")

    def add_episode(
        self, slug: str = "a-talk", *, matter: str = "", text: str = "Notes.\n", seconds: float = 4
    ) -> Path:
        """Add an episode by ann and ben with a recording, a transcript and chapters; `matter` is more front matter."""
        self.write(f"episodes/{slug}/talk.wav", b"")
        write_tone(self.root / f"episodes/{slug}/talk.wav", seconds)
        self.write(
            f"episodes/{slug}/talk.vtt",
            "WEBVTT\n\n00:00.000 --> 00:01.500\n<v Ann Host>Welcome.\n\n"
            "00:01.500 --> 00:03.000\n<v Ben Author>Hello.\n",
        )
        head = (
            "title: A talk\ndate: 2026-11-03T07:00:00+01:00\nsummary: Who says what.\nspeakers: [ann, ben]\n"
            "recording:\n  - file: talk.wav\ntranscript: talk.vtt\n"
            'chapters:\n  - {start: "0:00", title: First}\n  - {start: "0:02", title: Second}\n'
        )
        return self.write(f"episodes/{slug}/episode.md", f"---\n{head}{matter}---\n\n{text}")

    def submit(self, slug: str, by: str = "ann") -> str:
        """Prepare and submit a piece; gives the whole revision."""
        context = self.context()
        piece = context.workspace.piece(slug)
        prepared = prepare(context, piece)
        submit(context, piece, prepared, by)
        return prepared.revision.name

    def decide(self, slug: str, decision: "Decision" = "approve", person: str = "lea", reason: str = "") -> "Envelope":
        """Decide as lea or max."""
        context = self.context()
        return decide(context, draft_statement(context, Verdict(decision, slug, person, reason)), signer(person))

    def sign_takedown(self, slug: str, person: str = "lea", notice: str = "", *, lift: bool = False) -> "Envelope":
        """Sign a takedown, or lift one."""
        context = self.context(least=not lift)
        wish = Wish("restore" if lift else "takedown", slug, person, "It names a customer.", notice)
        return keep_wish(context, sign(draft_wish(context, wish), signer(person)))

    def remove(self, slug: str, to: str | None = None) -> "Removed":
        """Take away at the target what was taken down."""
        return remove(self.context(least=True), slug, to, lambda _step: None, Afterwards(0))

    def take_down(self, slug: str, person: str = "lea", notice: str = "") -> "Removed":
        """Sign it, and do it."""
        self.sign_takedown(slug, person, notice)
        return self.remove(slug)

    def approved(self, slug: str) -> str:
        """Submit a piece and approve it; gives the whole revision."""
        revision = self.submit(slug)
        self.decide(slug)
        return revision


def make_house(root: Path) -> House:
    """A workspace with no pieces in it."""
    house = House(root)
    house.write("publisher.toml", CONFIG)
    house.write("people.toml", PEOPLE.format(lea=_key("lea")[1], max=_key("max")[1]) + admin())
    house.write("guidelines.toml", GUIDELINES)
    house.write("artwork/cover.png", _cover())
    house.sign_people()
    rmtree(root / ".publisher")
    return house


def snapshot(root: Path) -> dict[str, bytes]:
    """Everything that an author or legal would miss: all but the cache."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".publisher" not in path.parts
    }


def write_tone(path: Path, seconds: float, rate: int = 16_000) -> None:
    """A mono WAV that sounds a little like speech: syllables of a few tones, about -20 LUFS."""
    import array
    import math

    path.parent.mkdir(parents=True, exist_ok=True)
    syllable = array.array("h")
    for number in range(rate // 4):
        time = number / rate
        loud = 0.6 + 0.4 * math.sin(2 * math.pi * 4 * time)
        tone = math.sin(2 * math.pi * 180 * time) + 0.5 * math.sin(2 * math.pi * 900 * time)
        syllable.append(int(6000 * loud * tone))
    count = int(seconds * rate)
    samples = (syllable * (count // len(syllable) + 1))[:count]
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())
