"""Make a workspace, a piece, a person: files that are right from the start."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from string import Template
from uuid import UUID, uuid5

from slugify import slugify

from publisher.errors import PublisherError
from publisher.files import atomic_path, write_atomically
from publisher.workspace.loading import MARKER, Workspace
from publisher.workspace.schema import write_schemas

PODCAST_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""Namespace of `podcast:guid` (podcast-namespace `docs/tags/guid.md`; feed rule 16)."""

_COVER = 1400
_INK, _PAPER, _CORAL, _TEAL = (20, 33, 61), (250, 246, 238), (228, 87, 46), (42, 157, 143)


def podcast_guid(feed_url: str) -> UUID:
    """The guid of a feed: UUIDv5 of its address without scheme and trailing slashes (feed rule 16)."""
    return uuid5(PODCAST_NAMESPACE, re.sub(r"^[a-z]+://", "", feed_url).rstrip("/"))


def slug_of(title: str) -> str:
    """The slug of a title: `Trust before campaigns` gives `trust-before-campaigns`."""
    slug: str = slugify(title, max_length=80, word_boundary=True)
    if not slug:
        raise PublisherError(f"no slug can be made of {title!r}", hint="use at least one letter or digit")
    return slug


@dataclass(frozen=True)
class House:
    """What `init` needs to know."""

    name: str
    url: str
    person: str
    """Name of the first host."""
    email: str


def make_workspace(root: Path, house: House) -> None:
    """Make a workspace in `root`, which is empty or does not exist."""
    if (root / MARKER).exists():
        raise PublisherError("this is a workspace already", where=str(root), hint="publish status shows what is in it")
    if root.is_dir() and any(path.name not in {".git", "README.md", "LICENSE"} for path in root.iterdir()):
        raise PublisherError("the folder is not empty", where=str(root), hint="name a new folder: publish init DIR")
    url = house.url.rstrip("/") + "/"
    show = slug_of(house.name)
    values = {
        "name": _toml(house.name),
        "url": _toml(url),
        "description": _toml(f"The voices of {house.name}: conversations and posts by the people who do the work."),
        "email": _toml(house.email),
        "house_guid": _toml(str(podcast_guid(url))),
        "show_guid": _toml(str(podcast_guid(f"{url}feeds/{show}.xml"))),
        "show": show,
        "id": slug_of(house.person),
        "person": _toml(house.person),
    }
    for name in ("people.toml", "guidelines.toml"):
        write_atomically(root / name, _starter(name, values))
    for name in ("episodes", "posts"):
        (root / name).mkdir(exist_ok=True)
        (root / name / ".gitkeep").touch()
    write_atomically(
        root / ".gitignore",
        b"# A cache and the released site; the rest is evidence and belongs in git.\n.publisher/\npublic/\n",
    )
    _draw_cover(root / "artwork" / "cover.png")
    write_schemas(root / "schemas")
    # Last: a folder with this file is a workspace, and whole.
    write_atomically(root / MARKER, _starter(MARKER, values))


def _toml(text: str) -> str:
    # A TOML basic string is a JSON string (toml.io/en/v1.0.0#string).
    return json.dumps(text, ensure_ascii=False)


def _starter(name: str, values: Mapping[str, str]) -> bytes:
    text = (files("publisher.workspace") / "starter" / name).read_text(encoding="utf-8")
    return Template(text).substitute(values).encode() if name != "guidelines.toml" else text.encode()


def _draw_cover(path: Path) -> None:
    """A plain cover that every directory accepts, to be replaced by the house's own."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (_COVER, _COVER), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.ellipse((220, 420, 820, 1020), fill=_INK)
    draw.ellipse((580, 420, 1180, 1020), fill=_CORAL)
    draw.rectangle((220, 1140, 1180, 1152), fill=_TEAL)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        image.save(temporary, format="PNG", optimize=True)


@dataclass(frozen=True)
class NewEpisode:
    """What `new episode` needs to know."""

    title: str
    recordings: Sequence[Path]
    speakers: Sequence[str]
    """Ids, in the order of the recordings where there are as many."""
    show: str | None
    transcript: Path | None


def make_episode(workspace: Workspace, new: NewEpisode, now: datetime) -> str:
    """Make `episodes/SLUG/` with copies of the recordings; gives the slug."""
    slug = _new_slug(workspace, new.title)
    for path in (*new.recordings, *filter(None, [new.transcript])):
        if not path.is_file():
            raise PublisherError("there is no such file", where=str(path), hint="name a file that exists")
    names = _unique_names(new.recordings)
    speakers = list(new.speakers) or _first_host(workspace)
    _check_people(workspace, speakers)
    folder = workspace.root / "episodes" / slug
    lines = [f"title: {_toml(new.title)}", f"date: {_moment(now)}", f"summary: {_toml(new.title)}"]
    lines += [f"show: {new.show}"] if new.show else []
    lines += [f"speakers: [{', '.join(dict.fromkeys(speakers))}]", "recording:"]
    paired = len(speakers) == len(names)
    for number, name in enumerate(names):
        lines += [f"  - file: {_toml(name)}", *([f"    speaker: {speakers[number]}"] if paired else [])]
    lines += [f"transcript: {_toml(new.transcript.name)}"] if new.transcript else []
    copies = {folder / name: path for name, path in zip(names, new.recordings, strict=True)}
    if new.transcript:
        copies[folder / new.transcript.name] = new.transcript
    _write_piece(folder / "episode.md", lines, copies)
    return slug


def make_post(workspace: Workspace, title: str, authors: Sequence[str], now: datetime) -> str:
    """Make `posts/SLUG/post.md`; gives the slug."""
    slug = _new_slug(workspace, title)
    writers = list(authors) or _first_host(workspace)
    _check_people(workspace, writers)
    lines = [
        f"title: {_toml(title)}",
        f"date: {_moment(now)}",
        f"summary: {_toml(title)}",
        f"authors: [{', '.join(writers)}]",
    ]
    _write_piece(workspace.root / "posts" / slug / "post.md", lines, {})
    return slug


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


def _write_piece(path: Path, lines: Sequence[str], copies: Mapping[Path, Path]) -> None:
    try:
        for destination, source in copies.items():
            with atomic_path(destination) as temporary:
                shutil.copyfile(source, temporary)
        # Last: the folder is a piece from here on.
        write_atomically(path, ("---\n" + "\n".join(lines) + "\n---\n\n").encode())
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise


def _unique_names(paths: Sequence[Path]) -> list[str]:
    names = [path.name for path in paths]
    for name in names:
        if names.count(name) > 1:
            raise PublisherError(f"two recordings are named {name}", hint="rename one of them")
    return names


def _first_host(workspace: Workspace) -> list[str]:
    hosts = [id_ for id_, person in workspace.people.items() if "host" in person.roles]
    if not hosts:
        raise PublisherError(
            "nobody in people.toml has the role host", hint="say who it is: --speaker ID or --author ID"
        )
    return hosts[:1]


def _check_people(workspace: Workspace, ids: Sequence[str]) -> None:
    for id_ in ids:
        if id_ not in workspace.people:
            raise PublisherError(
                f"{id_!r} is nobody in people.toml", hint=f"add them: publish people add {id_} --name NAME"
            )


def _moment(now: datetime) -> str:
    return now.replace(microsecond=0).isoformat()


def add_person(workspace: Workspace, id_: str, name: str, roles: Sequence[str], title: str | None) -> Path:
    """Write `people/ID.toml`; gives its path."""
    if id_ in workspace.people:
        raise PublisherError(
            f"{id_!r} is there already", where="people", hint=f"give them a key: publish people key {id_}"
        )
    path = workspace.root / "people" / f"{id_}.toml"
    lines = [f"[people.{id_}]", f"name = {_toml(name)}", *([f"title = {_toml(title)}"] if title else [])]
    lines += [f"roles = [{', '.join(_toml(role) for role in roles)}]"]
    write_atomically(path, ("\n".join(lines) + "\n").encode())
    return path


def add_key(workspace: Workspace, id_: str, line: str) -> Path:
    """Add a public key to a person, in the file in which they stand; gives its path."""
    import tomlkit

    _check_people(workspace, [id_])
    own = workspace.root / "people" / f"{id_}.toml"
    path = own if own.exists() else workspace.root / "people.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    person = document["people"][id_]
    person["keys"] = [*person.get("keys", []), line]
    write_atomically(path, tomlkit.dumps(document).encode())
    return path
