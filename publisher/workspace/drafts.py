"""Make an episode or a post: a folder with front matter that is right from the start."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publisher.errors import PublisherError, WorkspaceError
from publisher.files import atomic_path, write_atomically
from publisher.workspace.create import slug_of, toml_text
from publisher.workspace.enlist import check_people
from publisher.workspace.fields import Model
from publisher.workspace.loading import Workspace
from publisher.workspace.pieces import Episode, EpisodeMatter, PostMatter
from publisher.workspace.reading import check_matter


@dataclass(frozen=True)
class NewEpisode:
    """What `new episode` needs to know."""

    title: str
    recordings: Sequence[Path]
    """Files to copy: one, or one a speaker."""
    speakers: Sequence[str]
    """Ids, in the order of the recordings where there are as many; the first host if empty."""
    show: str | None
    """Id; needed only where the house has several shows."""
    transcript: Path | None
    """A file to copy: WebVTT, SRT or JSON."""


def make_episode(workspace: Workspace, new: NewEpisode, now: datetime) -> str:
    """Make `episodes/SLUG/` with copies of the recordings; gives the slug.

    Errors: the slug is taken, a file is not there, a speaker or show is unknown; then nothing is left behind.
    """
    slug = _new_slug(workspace, new.title)
    sources = (*new.recordings, *filter(None, [new.transcript]))
    _check_sources(sources)
    speakers = list(dict.fromkeys(new.speakers)) or _first_host(workspace)
    check_people(workspace, speakers)
    show = _check_show(workspace, new.show)
    lines = [
        *_head(new.title, now),
        *([f"show: {show}"] if new.show else []),
        *_number(workspace, show),
        f"speakers: [{', '.join(speakers)}]",
        "recording:",
        *_tracks([path.name for path in new.recordings], new.speakers or speakers),
        *([f"transcript: {toml_text(new.transcript.name)}"] if new.transcript else []),
    ]
    copies = {path.name: path for path in sources}
    _write_piece(workspace.root / "episodes" / slug / "episode.md", lines, EpisodeMatter, copies)
    return slug


def make_post(workspace: Workspace, title: str, authors: Sequence[str], now: datetime) -> str:
    """Make `posts/SLUG/post.md`; gives the slug.

    Errors: the slug is taken, or an author is unknown.
    """
    slug = _new_slug(workspace, title)
    writers = list(dict.fromkeys(authors)) or _first_host(workspace)
    check_people(workspace, writers)
    lines = [*_head(title, now), f"authors: [{', '.join(writers)}]"]
    _write_piece(workspace.root / "posts" / slug / "post.md", lines, PostMatter, {})
    return slug


def _head(title: str, now: datetime) -> list[str]:
    date = now.replace(microsecond=0).isoformat()
    return [f"title: {toml_text(title)}", f"date: {date}", f"summary: {toml_text(title)}"]


def _tracks(names: Sequence[str], speakers: Sequence[str]) -> list[str]:
    """A track a file; each is of one speaker where there are as many of them."""
    paired = len(speakers) == len(names)
    lines = []
    for number, name in enumerate(names):
        lines += [f"  - file: {toml_text(name)}", *([f"    speaker: {speakers[number]}"] if paired else [])]
    return lines


def _number(workspace: Workspace, show: str | None) -> list[str]:
    """The next number, for a serial show, where every episode has one (feed rule 12)."""
    if show is None or workspace.config.shows[show].type != "serial":
        return []
    episodes = (one for one in workspace.pieces.values() if isinstance(one, Episode) and one.show == show)
    return [f"number: {max((one.matter.number or 0 for one in episodes), default=0) + 1}"]


def _new_slug(workspace: Workspace, title: str) -> str:
    slug = slug_of(title)
    for folder in ("episodes", "posts"):
        if (workspace.root / folder / slug).exists():
            raise PublisherError(
                f"the slug {slug!r} is taken",
                where=f"{folder}/{slug}",
                hint="give another title; the heading can be edited later",
            )
    return slug


def _check_sources(paths: Iterable[Path]) -> None:
    seen: set[str] = set()
    for path in paths:
        if not path.is_file():
            raise PublisherError("there is no such file", where=str(path), hint="name a file that exists")
        # Some file systems take a.wav and A.WAV for the same name.
        if path.name.lower() in seen:
            raise PublisherError(f"two files are named {path.name}", where=str(path), hint="rename one of them")
        seen.add(path.name.lower())


def _check_show(workspace: Workspace, asked: str | None) -> str | None:
    shows = list(workspace.config.shows)
    show = asked or (shows[0] if len(shows) == 1 else None)
    if show in workspace.config.shows:
        return show
    if not shows:
        raise PublisherError("the house has no show", where="publisher.toml", hint="write one: [shows.ID]")
    said = f"there is no show {asked!r}" if asked else "the house has several shows"
    raise PublisherError(said, where="publisher.toml", hint=f"say which one: --show {' or '.join(shows)}")


def _first_host(workspace: Workspace) -> list[str]:
    hosts = [id_ for id_, person in workspace.people.items() if "host" in person.roles]
    if not hosts:
        raise PublisherError(
            "nobody in people.toml has the role host", hint="say who it is: --speaker ID or --author ID"
        )
    return hosts[:1]


def _write_piece(path: Path, lines: Sequence[str], model: type[Model], copies: Mapping[str, Path]) -> None:
    """Write a piece's folder aside and rename it into place: it is there whole, or not at all."""
    text = "---\n" + "\n".join(lines) + "\n---\n\n"
    found = check_matter(text, "/".join(path.parts[-3:]), model)
    if isinstance(found, list):
        raise WorkspaceError(found)
    folder = path.parent
    # Hidden, so that nothing takes it for a piece; one that a kill left here is made anew.
    aside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        for name, source in copies.items():
            with atomic_path(aside / name) as temporary:
                shutil.copyfile(source, temporary)
        write_atomically(aside / path.name, text.encode())
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
