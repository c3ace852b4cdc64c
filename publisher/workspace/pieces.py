"""Episodes and posts: the front matter of `episode.md` and `post.md`, and the text below it."""

import itertools
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias
from uuid import UUID, uuid5

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from publisher.workspace.edits import Edit
from publisher.workspace.fields import (
    Address,
    Guid,
    Line,
    LocalPath,
    Model,
    Moment,
    Name,
    Number,
    Seconds,
    Slug,
    Timecode,
)
from publisher.workspace.music import Jingle, OwnMusic

SOUNDBITE_SECONDS = (15, 120)
"""How long a soundbite lasts at least and at most (feed rule 29)."""


def _forms_stand_once(forms: list[str]) -> list[str]:
    if len(set(forms)) < len(forms):
        raise ValueError("name each form once")
    return forms


class Track(Model):
    """A recording, or one speaker's part of it."""

    file: LocalPath
    """WAV, FLAC, MP3, M4A, Ogg or Opus, beside `episode.md`."""
    speaker: Slug | None = None
    """Who is on it, if it is one person: an id of `people.toml`."""
    channel: Literal["left", "right"] | None = None
    """The side of a stereo file that this is, where two people share one file."""
    offset: Annotated[Seconds, Field(ge=-86_400, le=86_400)] | None = None
    """Seconds that it starts later than the first track that is heard; below 0, earlier. Found out if not said."""
    guide: bool = False
    """Not heard: a recording of everybody, by which the other tracks are aligned."""


class Chapter(Model):
    """A part of an episode that a listener can jump to."""

    start: Timecode
    """When it begins: `12:03.2`."""
    title: Line
    """What apps show."""
    url: Address | None = None
    """A page about it."""


class Soundbite(Model):
    """A passage that speaks for the episode: apps play it, and audiograms for social media are made of it."""

    start: Timecode
    """When it begins in the recording: `12:03.2`."""
    end: Timecode
    """When it ends, 15 to 120 seconds later."""
    title: Name
    """What it is about, in at most 128 characters (feed rule 29)."""
    audiogram: Annotated[list[Literal["square", "vertical"]], AfterValidator(_forms_stand_once)] = Field(
        default_factory=list
    )
    """Forms in which an audiogram of it is made."""

    @model_validator(mode="after")
    def _lasts_long_enough(self) -> Self:
        (least, most), length = SOUNDBITE_SECONDS, round(self.end - self.start, 3)
        if not least <= length <= most:
            said = f"lasts {length:g} seconds" if length > 0 else "ends before it begins"
            raise ValueError(f"{said}; move its ends so that it lasts {least} to {most} (feed rule 29)")
        return self


class Picture(Model):
    """A picture at the head of a post."""

    file: LocalPath
    """A JPEG, PNG or WebP file beside `post.md`."""
    alt: Line
    """What it shows, for those who do not see it."""


class Matter(Model):
    """What every piece says of itself."""

    title: Line
    """The title alone: no show name and no episode number, which have keys of their own (feed rule 20)."""
    date: Moment
    """What the public reads as its date; and when they may have it, if `publish_at` does not say later."""
    publish_at: Moment | None = None
    """When the public may have it, if that is later than `date`: nothing of it is public before."""
    unpublish_at: Moment | None = None
    """From when on nothing of it is public any more."""
    summary: Line
    """One sentence for lists, feeds and search engines."""
    division: Slug | None = None
    """Id of the division that speaks: of `publisher.toml`."""
    tags: list[Slug] = Field(default_factory=list)
    """What it is about."""
    answers: dict[Slug, Line] = Field(default_factory=dict)
    """What the author says to a guideline that asks, by its id; legal reads it, and nobody else."""
    guid: Guid | None = None
    """What feed readers know the piece by. Made from the slug if not said; only say it for a piece that moved here."""

    @field_validator("publish_at")
    @classmethod
    def _shows_no_date_to_come(cls, moment: datetime | None, info: ValidationInfo) -> datetime | None:
        date = info.data.get("date")
        if moment and date and moment < date:
            # Apps hide an entry of a date to come, or sort it wrongly.
            raise ValueError("is before the date that is shown; give date this moment, or an earlier one")
        return moment

    @field_validator("unpublish_at")
    @classmethod
    def _is_public_at_all(cls, moment: datetime | None, info: ValidationInfo) -> datetime | None:
        begins = max(filter(None, (info.data.get("date"), info.data.get("publish_at"))), default=None)
        if moment and begins and moment <= begins:
            raise ValueError(f"is not after {begins.isoformat()}, when it goes out: it would never be public")
        return moment


class EpisodeMatter(Matter):
    """The front matter of `episode.md`."""

    recording: Annotated[list[Track], Field(min_length=1)]
    """The audio as it came from the microphones: one file, or one a speaker."""
    speakers: Annotated[list[Slug], Field(min_length=1)]
    """Everyone who is heard: ids of `people.toml`."""
    hosts: list[Slug] = Field(default_factory=list)
    """Those of the speakers who lead the conversation; the first speaker if not said."""
    show: Slug | None = None
    """Needed only where the house has several shows."""
    transcript: LocalPath | None = None
    """A file in WebVTT, SRT or Podcasting 2.0 JSON, if you bring one."""
    chapters: list[Chapter] = Field(default_factory=list)
    """Parts that a listener can jump to, in the order of the recording."""
    edits: list[Edit] = Field(default_factory=list)
    """What is trimmed, cut, bleeped and silenced, by times of the recording; its file stays as it is."""
    intro: OwnMusic = None
    """Before the talk; the show's if not said, and `none` for none."""
    outro: OwnMusic = None
    """After the talk; the show's if not said, and `none` for none."""
    jingles: list[Jingle] = Field(default_factory=list)
    """In the middle of the talk, which pauses for them."""
    soundbites: list[Soundbite] = Field(default_factory=list)
    """Passages that speak for the episode, the best one first."""
    artwork: LocalPath | None = None
    """A cover of its own: square, 1400 to 3000 pixels. The show's if not said."""
    number: Number | None = None
    """Of the episode; every full episode of a serial show has one."""
    season: Number | None = None
    """Of the season that it belongs to."""
    type: Literal["full", "trailer", "bonus"] = "full"
    """`trailer` advertises the show, a season or another episode; `bonus` is an extra."""
    explicit: bool = False
    """Whether it is for adults only."""

    @field_validator("recording")
    @classmethod
    def _someone_is_heard(cls, recording: list[Track]) -> list[Track]:
        if all(track.guide for track in recording):
            raise ValueError("nobody is heard: say guide: true only of what the other tracks are aligned by")
        return recording

    @field_validator("recording")
    @classmethod
    def _offsets_count_from_the_first(cls, recording: list[Track]) -> list[Track]:
        first = next(track for track in recording if not track.guide)
        said: dict[str, set[float]] = {}
        for track in recording:
            if track.offset is not None:
                said.setdefault(track.file, set()).add(track.offset)
        if first.file in said and said[first.file] != {0.0}:
            raise ValueError(f"offsets count from {first.file}, the first that is heard: leave its own away")
        for file, offsets in said.items():
            if len(offsets) > 1:
                raise ValueError(f"{file} began once: give it one offset")
        return recording

    @field_validator("chapters")
    @classmethod
    def _chapters_ascend(cls, chapters: list[Chapter]) -> list[Chapter]:
        for before, chapter in itertools.pairwise(chapters):
            if chapter.start <= before.start:
                raise ValueError(f"put {chapter.title!r} where it begins: chapters stand in the order of the recording")
        return chapters

    @field_validator("hosts")
    @classmethod
    def _hosts_speak(cls, hosts: list[str], info: ValidationInfo) -> list[str]:
        if strangers := set(hosts) - set(info.data.get("speakers", hosts)):
            raise ValueError(f"{', '.join(sorted(strangers))} must also stand in speakers")
        return hosts


class PostMatter(Matter):
    """The front matter of `post.md`."""

    authors: Annotated[list[Slug], Field(min_length=1)]
    """Ids of `people.toml`."""
    picture: Picture | None = None
    """At the head of the post, in lists, and where other sites preview it."""


@dataclass(frozen=True)
class Episode:
    """A recorded conversation with what is written about it."""

    slug: str
    folder: Path
    """Absolute path of the folder that `episode.md` stands in."""
    file: str
    """`episodes/SLUG/episode.md`, as messages name it."""
    matter: EpisodeMatter
    show: str
    """Id of its show."""
    text: str
    """Show notes in Markdown."""
    text_line: int = 1
    """The line of the file on which the text begins, for messages."""

    kind = "episode"

    @property
    def people(self) -> tuple[str, ...]:
        """Ids of those who made it, who may not approve it."""
        return tuple(dict.fromkeys([*self.matter.hosts, *self.matter.speakers]))

    @property
    def hosts(self) -> tuple[str, ...]:
        """Ids of those who lead the conversation."""
        return tuple(self.matter.hosts or self.matter.speakers[:1])


@dataclass(frozen=True)
class Post:
    """A written piece."""

    slug: str
    folder: Path
    """Absolute path of the folder that `post.md` stands in."""
    file: str
    """`posts/SLUG/post.md`, as messages name it."""
    matter: PostMatter
    text: str
    """The post in Markdown."""
    text_line: int = 1
    """The line of the file on which the text begins, for messages."""

    kind = "post"

    @property
    def people(self) -> tuple[str, ...]:
        """Ids of those who made it, who may not approve it."""
        return tuple(self.matter.authors)


Piece: TypeAlias = Episode | Post


def guid_of(piece: Piece, parent: UUID) -> str:
    """What feed readers know a piece by: it outlives changes of title, audio and address (feed rule 21).

    parent: the guid of its show, or of the house for a post.
    """
    return piece.matter.guid or str(uuid5(parent, f"{piece.kind}:{piece.slug}"))
