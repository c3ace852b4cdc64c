"""Episodes and posts: the front matter of `episode.md` and `post.md`, and the text below it."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, PositiveInt, model_validator

from publisher.workspace.fields import Address, Line, LocalPath, Model, Moment, Slug, Timecode


class Track(Model):
    """A recording, or one speaker's part of it."""

    file: LocalPath
    """WAV, FLAC, MP3, M4A, Ogg or Opus, beside `episode.md`."""
    speaker: Slug | None = None
    """Who is on it, if it is one person: an id of `people.toml`."""
    channel: Literal["left", "right"] | None = None
    """The side of a stereo file that this is, where two people share one file."""


class Chapter(Model):
    """A part of an episode that a listener can jump to."""

    start: Timecode
    """When it begins: `12:03.2`."""
    title: Line
    url: Address | None = None


class Picture(Model):
    """A picture at the head of a post."""

    file: LocalPath
    alt: Line
    """What it shows, for those who do not see it."""


class Matter(Model):
    """What every piece says of itself."""

    title: Line
    date: Moment
    """When the public may have it: date, time and zone."""
    summary: Line
    """One sentence for lists, feeds and search engines."""
    division: Slug | None = None
    tags: list[Slug] = Field(default_factory=list)
    guid: Line | None = None
    """What feed readers know the piece by. Made from the slug if not said; only say it for a piece that moved here."""


class EpisodeMatter(Matter):
    """The front matter of `episode.md`."""

    recording: Annotated[list[Track], Field(min_length=1)]
    speakers: Annotated[list[Slug], Field(min_length=1)]
    """Everyone who is heard: ids of `people.toml`."""
    hosts: list[Slug] = Field(default_factory=list)
    """Those of the speakers who lead the conversation; the first speaker if not said."""
    show: Slug | None = None
    """Needed only where the house has several shows."""
    transcript: LocalPath | None = None
    """A WebVTT file, if you bring one."""
    chapters: list[Chapter] = Field(default_factory=list)
    artwork: LocalPath | None = None
    """A cover of its own: square, 1400 to 3000 pixels. The show's if not said."""
    number: PositiveInt | None = None
    season: PositiveInt | None = None
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool = False

    @model_validator(mode="after")
    def _chapters_ascend(self) -> Self:
        starts = [chapter.start for chapter in self.chapters]
        if any(later <= earlier for earlier, later in itertools.pairwise(starts)):
            raise ValueError("chapters: put them in the order of the recording")
        return self

    @model_validator(mode="after")
    def _hosts_speak(self) -> Self:
        if strangers := set(self.hosts) - set(self.speakers):
            raise ValueError(f"hosts: {', '.join(sorted(strangers))} must also stand in speakers")
        return self


class PostMatter(Matter):
    """The front matter of `post.md`."""

    authors: Annotated[list[Slug], Field(min_length=1)]
    """Ids of `people.toml`."""
    picture: Picture | None = None


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

    kind = "post"

    @property
    def people(self) -> tuple[str, ...]:
        """Ids of those who made it, who may not approve it."""
        return tuple(self.matter.authors)


Piece: TypeAlias = Episode | Post
