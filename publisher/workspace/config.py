"""`publisher.toml`: the house, its divisions and shows, who must approve, where a release goes."""

from typing import Annotated, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, Field, PositiveInt, StrictBool, WithJsonSchema, model_validator

from publisher.transcript.formats import FORMATS
from publisher.workspace.announce import Announce
from publisher.workspace.categories import split_category
from publisher.workspace.fields import (
    Address,
    Description,
    Email,
    FolderAddress,
    HeaderName,
    KeySet,
    Language,
    Line,
    LocalPath,
    Model,
    Name,
    Origin,
    Seconds,
    Slug,
    Text,
)
from publisher.workspace.music import Music
from publisher.workspace.vault import Vault


def _category(value: str) -> str:
    split_category(value)
    return value


Category = Annotated[str, AfterValidator(_category)]


def _transcript_key(value: str) -> str:
    if value not in _TRANSCRIPT_KEYS:
        raise ValueError(f"use some of {', '.join(_TRANSCRIPT_KEYS)}")
    return value


def _in_order(keys: list[str]) -> list[str]:
    """WebVTT first, whether it was said or not (feed rule 27), and each once: their order says nothing."""
    return [key for number, key in enumerate(_TRANSCRIPT_KEYS) if number == 0 or key in keys]


_TRANSCRIPT_KEYS = tuple(format_.key for format_ in FORMATS)
TranscriptKey = Annotated[
    str, AfterValidator(_transcript_key), WithJsonSchema({"enum": [*_TRANSCRIPT_KEYS], "type": "string"})
]


Days = Annotated[int, Field(ge=1, le=3650)]
"""A length of time, at most ten years."""


class House(Model):
    """The company."""

    name: Line
    """The company's name, as the site shows it."""
    url: FolderAddress
    """Where the public will find the site; every address in the feeds begins with it. https, but for this computer."""
    guid: UUID
    """Given once by `publish init` and never changed: readers of the blog know its posts by it."""
    description: Description
    """What the site is, in a sentence or two."""
    language: Language = "en"
    """ISO 639 language of the site, with an optional modifier: `en`, `de-AT`."""
    email: Email | None = None
    """Where listeners and readers write to."""


Tier: TypeAlias = Literal["passphrase", "passkey"]
"""How it is known that somebody signed: what they know, or who they are and what they hold. In rising order."""


class Tighter(Model):
    """What the pieces of a division or with a tag need beyond what the house asks for; never less."""

    required: dict[Slug, PositiveInt] = Field(default_factory=dict)
    """How many different people of each role, where that is more than the house asks for."""
    expires_days: Days | None = None
    """Days for which an approval counts, where that is fewer than the house says."""
    tier: Tier | None = None
    """`passkey`, where the house lets approvals be signed with a passphrase, too."""


class Division(Model):
    """A part of the company with its own voice."""

    name: Line
    """As lists and pages show it."""
    description: Text = ""
    """What it does, in a sentence."""
    review: Tighter = Tighter()
    """Who must approve its pieces besides."""


class Owner(Model):
    """Whom the directories (Apple, Spotify) write to about a show."""

    name: Line
    """A person or a department."""
    email: Email
    """Stands in the feed, where everyone can read it."""


class Audio(Model):
    """How the masters of a show are made."""

    channels: Literal["stereo", "mono"] = "stereo"
    """Stereo is levelled to -16 LUFS, mono to -19 LUFS, which sound equally loud."""
    bitrate: Literal[64, 80, 96, 112, 128, 160, 192] = 128
    """Kilobits a second of the MP3."""
    alternate: Literal["m4a"] | None = None
    """A second file beside the MP3, for apps that ask for it: AAC in M4A."""
    intro: Music | None = None
    """Before every episode that has no intro of its own; its file is named from the workspace's root."""
    outro: Music | None = None
    """After every episode that has no outro of its own; its file is named from the workspace's root."""
    high_pass: Annotated[int, Field(ge=40, le=200)] | None = None
    """Hertz below which rumble is taken away; if not said, only what nobody hears."""
    noise_reduction: StrictBool = False
    """Whether steady noise is turned down."""
    gate: StrictBool = True
    """Whether the other voices are turned down on each speaker's track, where there are several tracks."""
    longest_pause: Annotated[Seconds, Field(ge=0.5)] | None = None
    """Seconds to which longer pauses of the talk are tightened; all stay as they are if not said."""
    font: LocalPath | None = None
    """TTF or OTF of all words in audiograms of soundbites, named from the workspace's root; Inter if not said."""


class Show(Model):
    """One podcast feed."""

    title: Line
    """As the apps list it."""
    description: Description
    """What it is about, in at most 4000 bytes."""
    guid: UUID
    """`podcast:guid`: given once by `publish init`, and never changed, whatever becomes of the feed's address."""
    artwork: LocalPath
    """Cover: a square JPEG or PNG of 1400 to 3000 pixels."""
    categories: Annotated[list[Category], Field(min_length=1)]
    """From Apple's list: `Business` or `Business > Careers`. Apple uses the first."""
    owner: Owner
    """Whom the directories write to."""
    author: Line | None = None
    """Whom the apps name as the maker; the house if not said."""
    language: Language | None = None
    """The house's if not said."""
    explicit: StrictBool = False
    """Whether all of it is for adults only."""
    type: Literal["episodic", "serial"] = "episodic"
    """`serial` is heard from the first episode on, and each has a number (feed rule 12)."""
    division: Slug | None = None
    """Id of the division that speaks in it."""
    copyright: Line | None = None
    """Whose it is; the house if not said."""
    locked: StrictBool = True
    """`podcast:locked`: other hosts may not import the feed."""
    funding: dict[Name, Address] = Field(default_factory=dict)
    """`podcast:funding`: text to address."""
    transcripts: Annotated[list[TranscriptKey], AfterValidator(_in_order)] = Field(
        default_factory=lambda: [_TRANSCRIPT_KEYS[0]]
    )
    """Formats in which transcripts are published; `vtt` is always one of them."""
    audio: Audio = Audio()
    """How its masters are made."""


class Review(Model):
    """Who must approve a piece before the public gets it."""

    required: dict[Slug, PositiveInt] = Field(default_factory=lambda: {"legal": 1})
    """How many different people of each role."""
    expires_days: Days | None = None
    """Days after which an approval ends and must be given again; if not said, none ends."""
    tier: Tier = "passphrase"
    """How approvals are signed at least: `passphrase`, or `passkey` (a fingerprint, a face, a security key)."""
    takedown: list[Slug] = Field(default_factory=list)
    """Roles that may take a piece down besides those that decide on it; only these lift a takedown."""
    tags: dict[Slug, Tighter] = Field(default_factory=dict)
    """Who must approve pieces with a tag besides: `[review.tags.financial]`."""

    @model_validator(mode="after")
    def _someone_is_asked(self) -> Self:
        if not self.required:
            raise ValueError("name at least one role that must approve, like legal = 1")
        return self


class Release(Model):
    """Where a release goes and how far it may go."""

    target: Text = "public"
    """A folder of the workspace, or `s3://bucket/prefix`."""
    endpoint: Address | None = None
    """The address of an S3-compatible store that is not AWS."""
    region: Text | None = None
    """The region of the bucket, where the environment does not say it."""
    profile: Text | None = None
    """What kind of store it is, such as `ceph` or `minio`, where its address does not tell."""
    single_writer: StrictBool = False
    """Whether nobody else ever releases there at the same time; a store without conditional writes needs that."""
    max_deletes: Annotated[int, Field(ge=0)] | None = None
    """Refuse a release that deletes more files than this; a tenth to a fifth of the site if not said."""
    grace_hours: Annotated[int, Field(ge=0, le=24 * 365)] = 24
    """For how long the sound of a replaced revision stays for apps that read the feed before; 0 for not at all."""
    compress: StrictBool = False
    """Whether a bucket keeps texts compressed (gzip): for those who serve straight from it, without a CDN."""
    visit: StrictBool = True
    """Whether what is new in a bucket is asked for at the house's address before pages and feeds name it."""


class Likeness(Model):
    """The tier that looks for what resembles an exemplar of a rule."""

    model: Text | None = None
    """The folder of the sentence model, from the workspace's root; that of an installed package if not said."""


class Transcriber(Model):
    """How transcripts are made of recordings that come without one."""

    model: Text | None = None
    """A folder with a Whisper model of CTranslate2, from the workspace's root; an installed one if not said."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """The digest of that model, without which one that the toolkit does not know is refused."""
    automatic: StrictBool = True
    """Whether `publish episode` makes a transcript where there is none and a model is there."""


class Desk(Model):
    """How a team shares the review desk: behind a reverse proxy that signs people in by OpenID Connect."""

    origin: Origin
    """Where browsers find it: `https://review.example.com`. Passkeys that are made there sign there."""
    issuer: Line
    """Who signs the ID tokens, exactly as they say it: `https://login.example.com`."""
    audience: Line
    """For whom they are: the client id of the proxy."""
    jwks: KeySet
    """The issuer's public keys (RFC 7517): an address, or a file named from the workspace's root."""
    header: HeaderName = "Authorization"
    """In which the proxy hands on the ID token of whoever asks, with or without `Bearer` before it."""
    claim: Line = "email"
    """What of the token is the e-mail."""


class Config(Model):
    """The whole of `publisher.toml`."""

    house: House
    """The company whose voices these are."""
    divisions: dict[Slug, Division] = Field(default_factory=dict)
    """Parts of the company with a voice of their own, by id: `[divisions.service]`."""
    shows: dict[Slug, Show] = Field(default_factory=dict)
    """Podcast feeds by id, which is in their address: `[shows.speaking-aloud]`."""
    review: Review = Review()
    """Who must approve."""
    release: Release = Release()
    """Where a release goes."""
    announce: Announce = Announce()
    """Who is told what a release changed."""
    desk: Desk | None = None
    """How a team shares one review desk; each opens their own if not said."""
    vault: Vault | None = None
    """Where evidence of every release is kept; nowhere if not said."""
    likeness: Likeness = Likeness()
    """How sentences are compared with examples."""
    transcriber: Transcriber = Transcriber()
    """How transcripts are made."""

    @property
    def deciding_roles(self) -> set[str]:
        """Roles whose approval some piece needs."""
        tighter = (*self.review.tags.values(), *(division.review for division in self.divisions.values()))
        return {*self.review.required, *(role for one in tighter for role in one.required)}
