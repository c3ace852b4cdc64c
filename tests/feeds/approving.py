"""Approved pieces without any audio: fixed digests, rendered by the real renderer, let through by the real gate."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from publisher.edition.compose import compose
from publisher.edition.model import Edition
from publisher.edition.surroundings import Cover, Surroundings
from publisher.files import Digest, digest_bytes
from publisher.rendering.chapters import chapters_json
from publisher.rendering.model import MediaFile, Rendering, media_file
from publisher.rendering.piece import Sound, Soundbite, render_episode, render_post
from publisher.review.gate import Approved, Demand, Evidence, Rules, Trust, admit
from publisher.review.keys import Signer, public_line
from publisher.review.ledger import Record
from publisher.review.manifest import Entry, Manifest, entry
from publisher.review.revisions import Revision
from publisher.review.roster import Roster
from publisher.review.statement import MEANINGS, Statement, sign
from publisher.transcript.formats.webvtt import write_webvtt
from publisher.transcript.model import Cue, Transcript
from publisher.workspace.config import Config
from publisher.workspace.people import People, Person
from publisher.workspace.pieces import Episode, EpisodeMatter, Piece, Post, PostMatter

URL = "https://voices.example.com/"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHOW_GUID = "771b1dfd-954b-559e-ab4e-09238d84efff"
SUBMITTED = "2026-11-19T09:00:00+00:00"
SIGNED = "2026-11-19T10:00:00+00:00"

# One white pixel: no drawing, so the same bytes with every version of a picture library.
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC")
TRANSCRIPT = Transcript((Cue(0, 1.5, "Ann Host", "Welcome."), Cue(1.5, 3, "Ben Author", "Hello & <thank> you.")))
COVER = Digest("c" * 64, 20_000)
WAVEFORM = (
    b'{"version":2,"channels":1,"sample_rate":48000,"samples_per_pixel":4800,"bits":8,"length":2,"data":[-4,9,0,3]}'
)
COMPANIONS = (
    MediaFile("alternate", "a-talk.m4a", Digest("d" * 64, 36_000), Path()),
    media_file("waveform", "a-talk.waveform.json", WAVEFORM),
    media_file("audiogram:trust-square", "a-talk-trust-square.mp4", b"an audiogram"),
    media_file("audiogram:trust-vertical", "a-talk-trust-vertical.mp4", b"a higher audiogram"),
)
"""What may go with a master of `a-talk`."""
SOUNDBITES = (
    Soundbite(0.5, 1.25, "Trust & <more>", {"square": "trust-square", "vertical": "trust-vertical"}),
    Soundbite(2, 1, "Thanks"),
)

KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"counsel").digest())
SIGNER = Signer(KEY)

HOUSE: dict[str, Any] = {
    "name": "Example House",
    "url": URL,
    "guid": "56aea6b7-45a3-591a-917b-66ae8d189006",
    "description": "The voices of a house that is made for tests.",
    "email": "voices@example.com",
}
SHOW: dict[str, Any] = {
    "title": "Aloud",
    "description": "A show that is made for tests, by R&D <and> others.",
    "guid": SHOW_GUID,
    "artwork": "artwork/cover.png",
    "categories": ["Business > Careers", "Society & Culture"],
    "owner": {"name": "Example House", "email": "aloud@example.com"},
    "funding": {"Support us": "https://example.com/give"},
}
EPISODE: dict[str, Any] = {
    "title": "A talk",
    "date": "2026-11-03T07:00:00+01:00",
    "summary": "Who says what.",
    "speakers": ["ann", "ben"],
    "recording": [{"file": "talk.wav"}],
    "chapters": [{"start": "0:00", "title": "First"}, {"start": "0:02", "title": "Second & last"}],
}
POST: dict[str, Any] = {
    "title": "A post",
    "date": "2026-11-05T07:00:00+01:00",
    "summary": "What it says.",
    "authors": ["ben"],
}
PEOPLE = People.model_validate(
    {
        "people": {
            "ann": {"name": "Ann Host", "title": "Communications", "url": "https://example.com/ann"},
            "ben": {"name": "Ben Author"},
            "lea": {"name": "Lea Counsel", "roles": ["legal"], "keys": [public_line(KEY.public_key())]},
        }
    }
).people


def config(*, house: Mapping[str, Any] | None = None, **shows: Mapping[str, Any]) -> Config:
    """A house with the show `aloud`, or with others; what is given replaces or adds keys."""
    return Config.model_validate(
        {
            "house": {**HOUSE, **(house or {})},
            "divisions": {"service": {"name": "Field service"}},
            "shows": {id_: {**SHOW, **more} for id_, more in (shows or {"aloud": {}}).items()},
        }
    )


@dataclass
class Press:
    """A house that renders, approves and composes in memory."""

    config: Config = field(default_factory=config)
    people: Mapping[str, Person] = field(default_factory=lambda: PEOPLE)

    def episode(self, slug: str = "a-talk", text: str = "Notes.", show: str = "aloud", **more: Any) -> Approved:  # noqa: ANN401 - as `rendered`
        """An approved episode of three seconds."""
        return self.approve(*self.rendered(slug, text, show, **more))

    def rendered(
        self,
        slug: str,
        text: str,
        show: str,
        *,
        files: Iterable[MediaFile] = (),
        sound: Mapping[str, Any] | None = None,
        **matter: object,
    ) -> tuple[Episode, Rendering]:
        """An episode of three seconds; `files` come with its master, and `sound` says more of what there is to hear."""
        piece = Episode(
            slug, Path("/nowhere"), f"episodes/{slug}/episode.md",
            EpisodeMatter.model_validate({**EPISODE, **matter}), show, text,
        )  # fmt: skip
        audio = MediaFile("audio", f"{slug}.mp3", Digest(hashlib.sha256(slug.encode()).hexdigest(), 48_000), Path())
        heard = replace(Sound(audio, 3.2, TRANSCRIPT), **(sound or {}))
        chapters = piece.matter.chapters if heard.chapters is None else heard.chapters
        all_files = [media_file("artwork", "cover.png", PIXEL), *files]
        all_files += [media_file("transcript", f"{slug}.vtt", write_webvtt(TRANSCRIPT).encode())]
        if chapters:
            all_files += [media_file("chapters", f"{slug}.json", chapters_json(chapters))]
        return piece, render_episode(piece, self.config, self.people, heard, all_files)

    def post(self, slug: str = "a-post", text: str = "Some *words*.", **matter: object) -> Approved:
        """An approved post; its picture and those in its text are one white pixel."""
        piece = Post(
            slug, Path("/nowhere"), f"posts/{slug}/post.md", PostMatter.model_validate({**POST, **matter}), text
        )
        files = [media_file("picture:desk.png", "desk.png", PIXEL)] if "(desk.png)" in text else []
        files += [media_file("artwork", "head.png", PIXEL)] if piece.matter.picture else []
        return self.approve(piece, render_post(piece, self.config, self.people, files))

    @property
    def trust(self) -> Trust:
        """Its people, as if they were signed."""
        return Trust(Roster(self.config.house.url, 1, "", 1, self.people))

    def approve(self, piece: Piece, rendering: Rendering) -> Approved:
        """Through the gate, with a submission and an approval that were made by hand."""
        manifest = Manifest(
            house=self.config.house.url,
            kind=piece.kind,
            slug=piece.slug,
            people=piece.people,
            source="0" * 64,
            parts=tuple(entry(name, digest_bytes(data)) for name, data in sorted(rendering.parts.items())),
            files=tuple(entry(file.key, file.digest, file.content_type, file.role) for file in rendering.media),
            loudness={"integrated_lufs": -16.0, "range_lu": 3.0, "true_peak_dbtp": -1.5}
            if piece.kind == "episode"
            else {},
        )
        revision = Revision(manifest, rendering.parts)
        envelope = sign(
            Statement(
                "approve", MEANINGS["approve"], self.config.house.url, piece.kind, piece.slug, revision.name,
                "lea", "Lea Counsel", SIGNED, "",
            ),
            SIGNER,
        )  # fmt: skip
        said = {"revision": revision.name}
        records = [
            Record(0, SUBMITTED, "submit", piece.slug, "ann", said, ""),
            Record(1, SIGNED, "approve", piece.slug, "lea", {**said, "envelope": envelope.sha256}, ""),
        ]
        evidence = Evidence(records, {envelope.sha256: envelope.data}, lambda _: None)
        return admit(
            revision, piece.slug, Rules(self.config.house.url, Demand({"legal": 1}), self.trust), evidence, now=NOW
        )

    def compose(self, *approved: Approved, now: datetime = NOW, config: Config | None = None) -> Edition:
        """The edition of what was approved."""
        covers = {id_: Cover(Path(show.artwork), COVER) for id_, show in self.config.shows.items()}
        return compose(approved, Surroundings(config or self.config, covers, now), _nowhere)


def _nowhere(entry_: Entry) -> Path:
    return Path("/nowhere") / entry_.sha256


def data(edition: Edition, key: str) -> bytes:
    """The bytes of a page or feed."""
    source = edition.files[key].source
    assert isinstance(source, bytes), f"{key} should be in memory"
    return source


def example() -> list[Approved]:
    """The pieces of the golden feeds: every element that our feeds can hold, and characters that need care."""
    press = Press()
    return list(_example(press))


def _example(press: Press) -> Iterable[Approved]:
    yield press.episode(
        number=1, season=2, division="service", tags=["trust"], files=COMPANIONS, sound={"soundbites": SOUNDBITES}
    )
    yield press.episode(
        "rtl-and-more",
        "# Über & <b>\n\nA list:\n\n- [a link](https://example.com/?a=1&b=2)\n- ]]> 😀\n\n"
        "| a | b |\n|---|---|\n| c | d |",
        title='R&D: "<live>" 😀 שלום',
        date="2026-11-10T07:00:00+01:00",
        summary="Ampersand & angle < bracket.",
        guid="https://old.example.com/?p=12",
        type="bonus",
        explicit=True,
        speakers=["ben"],
        chapters=[],
    )
    yield press.post()
    yield press.post(
        "with-picture",
        "# One\n\n![A desk & <more>](desk.png)\n\n> quoted *words*\n\n[mail](mailto:a@example.com)",
        title="Pictures & «more» <here>",
        date="2026-11-12T07:00:00+01:00",
        picture={"file": "head.png", "alt": "A head"},
        tags=["one", "two"],
        division="service",
    )
