"""Make a workspace: files that are right from the start."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from uuid import UUID, uuid5

from slugify import slugify

from publisher.errors import PublisherError, WorkspaceError
from publisher.files import atomic_path, write_atomically
from publisher.workspace.config import Config
from publisher.workspace.fields import Model
from publisher.workspace.loading import MARKER
from publisher.workspace.people import People
from publisher.workspace.reading import check_toml
from publisher.workspace.rulebook import FILE, FOLDER
from publisher.workspace.schema import write_schemas
from publisher.workspace.shipped import shipped_rules

PODCAST_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""Namespace of `podcast:guid` (podcast-namespace `docs/tags/guid.md`; feed rule 16)."""

_COVER = 1400
"""Pixels of a side: the least that the directories take (feed rule 11)."""
_INK, _PAPER, _CORAL, _TEAL = (20, 33, 61), (250, 246, 238), (228, 87, 46), (42, 157, 143)
_WELCOME = {".git", "README.md", "LICENSE"}
"""What a folder may hold that becomes a workspace."""
_STARTERS: Mapping[str, type[Model]] = {"people.toml": People, MARKER: Config}
_OURS = {*_STARTERS, FILE, FOLDER, "episodes", "posts", ".gitignore", ".gitattributes", "artwork", "schemas"}
"""What an `init` that was killed leaves behind; the next one goes on from there."""
_IGNORED = b"# A cache and the released site; the rest is evidence and belongs in git.\n.publisher/\npublic/\n"
_ATTRIBUTES = (
    b"# Evidence is compared byte for byte: git must not touch its line ends.\n"
    b"ledger.jsonl -text merge=union\nrevisions/** -text\napprovals/** -text\n"
    b"people/signed/** -text\n"
)


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
    """Where the public will find the site; https, but for this computer."""
    person: str
    """Name of the first host."""
    email: str
    """Whom the directories write to."""


def make_workspace(root: Path, house: House) -> bool:
    """Make a workspace in `root`, which is empty or does not exist; gives whether it has the rules that ship.

    Errors: the folder is something else already, or what was said of the house is not usable; then nothing is written.
    """
    _check_folder(root)
    starters = _starters(house)
    _write_new(root / "people.toml", starters["people.toml"])
    rules = _rules(root)
    for name, data in rules.items():
        _write_new(root / name, data)
    for name in ("episodes", "posts"):
        _write_new(root / name / ".gitkeep", b"")
    _write_new(root / ".gitignore", _IGNORED)
    _write_new(root / ".gitattributes", _ATTRIBUTES)
    _draw_cover(root / "artwork" / "cover.png")
    write_schemas(root / "schemas")
    # Last: a folder with this file is a workspace, and whole.
    write_atomically(root / MARKER, starters[MARKER])
    return bool(rules)


def _check_folder(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise PublisherError("this is a file", where=str(root), hint="name a new folder: publish init DIR")
    if (root / MARKER).exists():
        raise PublisherError("this is a workspace already", where=str(root), hint="publish status shows what is in it")
    if root.is_dir() and {path.name for path in root.iterdir()} - _WELCOME - _OURS:
        raise PublisherError("the folder is not empty", where=str(root), hint="name a new folder: publish init DIR")


def _rules(root: Path) -> dict[str, bytes]:
    """The files of rules for a new house; none where somebody brought their own: a rule would stand twice."""
    ours = dict(shipped_rules())
    there = [path for path in (root / FILE, *(root / FOLDER).rglob("*.toml")) if path.is_file()]
    brought = any(ours.get(path.relative_to(root).as_posix()) != path.read_bytes() for path in there)
    return {} if brought else ours


def _starters(house: House) -> dict[str, bytes]:
    """The house's files by name, checked as they will be when they are loaded."""
    values = _values(house)
    texts = {name: _starter(name, values) for name in _STARTERS}
    problems = []
    for name, model in _STARTERS.items():
        found = check_toml(texts[name], name, model)
        problems += found if isinstance(found, list) else []
    if problems:
        raise WorkspaceError(problems)
    return {name: text.encode() for name, text in texts.items()}


def _values(house: House) -> dict[str, str]:
    url = house.url.rstrip("/") + "/"
    show = slug_of(house.name)
    return {
        "name": toml_text(house.name),
        "url": toml_text(url),
        "description": toml_text(f"The voices of {house.name}: conversations and posts by the people who do the work."),
        "email": toml_text(house.email),
        "house_guid": toml_text(str(podcast_guid(url))),
        "show_guid": toml_text(str(podcast_guid(f"{url}feeds/{show}.xml"))),
        "show": show,
        "id": slug_of(house.person),
        "person": toml_text(house.person),
    }


def toml_text(text: str) -> str:
    """A text in quotes, as TOML and YAML both read it."""
    # A TOML basic string is a JSON string, but for the control character DEL (toml.io/en/v1.0.0#string). YAML holds all
    # of JSON, but takes NEL, U+2028 and U+2029 for ends of lines (yaml.org/spec/1.1, 5.4).
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029]", lambda found: f"\\u{ord(found.group()):04x}", quoted)


def _starter(name: str, values: Mapping[str, str]) -> str:
    return Template((files("publisher.workspace") / "starter" / name).read_text(encoding="utf-8")).substitute(values)


def _write_new(path: Path, data: bytes) -> None:
    if not path.exists():
        write_atomically(path, data)


def _draw_cover(path: Path) -> None:
    """A plain cover that every directory accepts, to be replaced by the house's own."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (_COVER, _COVER), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.ellipse((220, 420, 820, 1020), fill=_INK)
    draw.ellipse((580, 420, 1180, 1020), fill=_CORAL)
    draw.rectangle((220, 1140, 1180, 1152), fill=_TEAL)
    with atomic_path(path) as temporary:
        image.save(temporary, format="PNG", optimize=True)
