"""Load a workspace: the house's files must be right; a piece with problems is set aside, and every problem is reported."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from publisher.errors import Problem, PublisherError, WorkspaceError
from publisher.workspace.config import Config, Show
from publisher.workspace.fields import SLUG
from publisher.workspace.guidelines import Guideline, Guidelines
from publisher.workspace.people import People, Person
from publisher.workspace.pieces import Episode, EpisodeMatter, Piece, Post, PostMatter
from publisher.workspace.reading import read_matter, read_toml

MARKER = "publisher.toml"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Workspace:
    """What the authors wrote."""

    root: Path
    """Absolute path of the folder that `publisher.toml` stands in."""
    config: Config
    people: Mapping[str, Person]
    guidelines: Mapping[str, Guideline]
    pieces: Mapping[str, Piece]
    """By slug, those without problems, oldest first."""
    problems: tuple[Problem, ...]
    """Of the pieces that are set aside."""

    def piece(self, slug: str, kind: str | None = None) -> Piece:
        """The piece, or an error: its problems, or that there is none."""
        own = [found for found in self.problems if found.file.split("/")[1:2] == [slug]]
        if own:
            raise WorkspaceError(own)
        piece = self.pieces.get(slug)
        if piece is None or (kind and piece.kind != kind):
            raise PublisherError(
                f"there is no {kind or 'piece'} {slug!r}", where=str(self.root), hint=self._hint(slug, kind)
            )
        return piece

    def _hint(self, slug: str, kind: str | None) -> str:
        other = self.pieces.get(slug)
        if other is not None:
            return f"it is a {other.kind}: publish {other.kind} {slug}"
        return f"`publish status` lists what there is; `publish new {kind or 'episode'} TITLE` makes one"

    def show(self, episode: Episode) -> Show:
        """The show that an episode belongs to."""
        return self.config.shows[episode.show]


def find_root(start: Path) -> Path:
    """The workspace that `start` stands in: the nearest folder upwards with a publisher.toml."""
    for folder in (start, *start.parents):
        if (folder / MARKER).is_file():
            return folder
    raise PublisherError(
        f"this is not a workspace: no {MARKER} here or above",
        where=str(start),
        hint="go to one, name it with --workspace DIR, or make one: publish init DIR",
    )


def load(root: Path) -> Workspace:
    """Load everything; raises WorkspaceError if the house's own files are wrong."""
    problems: list[Problem] = []
    config = _toml(root, MARKER, Config, problems)
    people = _load_people(root, problems)
    guidelines = _toml(root, "guidelines.toml", Guidelines, problems)
    if config is not None:
        problems += _config_problems(root, config)
    if problems or config is None or guidelines is None:
        raise WorkspaceError([*problems, *_load_pieces(root, config, people)[1]])
    pieces, set_aside = _load_pieces(root, config, people)
    ordered = sorted(pieces, key=lambda piece: (piece.matter.date, piece.slug))
    return Workspace(
        root, config, people, guidelines.rules, {piece.slug: piece for piece in ordered}, tuple(sorted(set_aside))
    )


def _toml(root: Path, name: str, model: type[M], problems: list[Problem]) -> M | None:
    found = read_toml(root / name, name, model)
    if isinstance(found, list):
        problems += found
        return None
    return found


def _load_people(root: Path, problems: list[Problem]) -> dict[str, Person]:
    """`people.toml` and every file of `people/`; nobody stands twice."""
    everyone: dict[str, Person] = {}
    names = ["people.toml", *(f"people/{path.name}" for path in sorted((root / "people").glob("*.toml")))]
    for name in names:
        found = read_toml(root / name, name, People)
        if isinstance(found, list):
            problems += found
            continue
        problems += [
            Problem(name, f"people.{twice}", "stands in another file too; keep one")
            for twice in found.people.keys() & everyone.keys()
        ]
        everyone.update(found.people)
    keys = Counter(key.split()[1] for person in everyone.values() for key in person.keys)
    for id_, person in everyone.items():
        if any(keys[key.split()[1]] > 1 for key in person.keys):
            problems.append(
                Problem("people.toml", f"people.{id_}.keys", "the same key stands twice; a key has one owner")
            )
    return everyone


def _config_problems(root: Path, config: Config) -> Iterator[Problem]:
    for id_, show in config.shows.items():
        key = f"shows.{id_}"
        if show.division is not None and show.division not in config.divisions:
            yield Problem(
                MARKER, f"{key}.division", f"there is no division {show.division!r}; {_one_of(config.divisions)}"
            )
        if not (root / show.artwork).is_file():
            yield Problem(MARKER, f"{key}.artwork", f"there is no file {show.artwork}; add it or correct the name")


def _one_of(known: Mapping[str, object]) -> str:
    return f"use one of {', '.join(sorted(known))}" if known else "none is defined"


def _load_pieces(root: Path, config: Config | None, people: Mapping[str, Person]) -> tuple[list[Piece], list[Problem]]:
    pieces: list[Piece] = []
    problems: list[Problem] = []
    for read, folder in ((_read_episode, "episodes"), (_read_post, "posts")):
        for path in sorted((root / folder).glob("*/")):
            if path.name.startswith("."):
                continue
            found = read(root, path, config)
            if isinstance(found, list):
                problems += found
                continue
            wrong = [Problem(found.file, key, advice) for key, advice in _piece_problems(found, config, people)]
            problems += wrong
            if not wrong:
                pieces.append(found)
    problems += _doubles(pieces)
    set_aside = {problem.file for problem in problems}
    return [piece for piece in pieces if piece.file not in set_aside], problems


def _read_episode(root: Path, folder: Path, config: Config | None) -> Episode | list[Problem]:
    name = f"episodes/{folder.name}/episode.md"
    found = read_matter(root / name, name, EpisodeMatter)
    if isinstance(found, list):
        return found
    matter, text = found
    shows = list(config.shows) if config else []
    show = matter.show or (shows[0] if len(shows) == 1 else "")
    return Episode(folder.name, folder, name, matter, show, text)


def _read_post(root: Path, folder: Path, _: Config | None) -> Post | list[Problem]:
    name = f"posts/{folder.name}/post.md"
    found = read_matter(root / name, name, PostMatter)
    return found if isinstance(found, list) else Post(folder.name, folder, name, *found)


Finding = tuple[str, str]
"""A key of a piece's front matter, and the advice."""


def _piece_problems(piece: Piece, config: Config | None, people: Mapping[str, Person]) -> Iterator[Finding]:
    for check in _CHECKS:
        yield from check(piece, config, people)


def _slug_is_valid(piece: Piece, _c: Config | None, _p: Mapping[str, Person]) -> Iterator[Finding]:
    if not SLUG.match(piece.slug):
        yield "", f"rename the folder {piece.slug!r}: its name is the slug, 1 to 80 of a-z, 0-9 and '-'"


def _show_is_known(piece: Piece, config: Config | None, _p: Mapping[str, Person]) -> Iterator[Finding]:
    if config and isinstance(piece, Episode) and piece.show not in config.shows:
        said = f"there is no show {piece.show!r}" if piece.show else "say which show it belongs to"
        yield "show", f"{said}; {_one_of(config.shows)}"


def _serials_count(piece: Piece, config: Config | None, _p: Mapping[str, Person]) -> Iterator[Finding]:
    if not (config and isinstance(piece, Episode) and piece.show in config.shows):
        return
    if config.shows[piece.show].type == "serial" and piece.matter.number is None and piece.matter.type == "full":
        yield "number", "is missing; every episode of a serial show has one (feed rule 12)"


def _division_is_known(piece: Piece, config: Config | None, _p: Mapping[str, Person]) -> Iterator[Finding]:
    division = piece.matter.division
    if config and division is not None and division not in config.divisions:
        yield "division", f"there is no division {division!r}; {_one_of(config.divisions)}"


def _people_are_known(piece: Piece, _: Config | None, people: Mapping[str, Person]) -> Iterator[Finding]:
    key = "speakers" if isinstance(piece, Episode) else "authors"
    for id_ in piece.people:
        if id_ not in people:
            yield key, f"{id_!r} is nobody in people.toml; add them: publish people add {id_} --name NAME"
    if isinstance(piece, Episode):
        for number, track in enumerate(piece.matter.recording):
            if track.speaker is not None and track.speaker not in piece.matter.speakers:
                yield f"recording.{number}.speaker", f"{track.speaker!r} does not stand in speakers; add them there"


def _files_are_there(piece: Piece, _: Config | None, __: Mapping[str, Person]) -> Iterator[Finding]:
    for key, name in _named_files(piece):
        path = piece.folder / name
        if not path.is_file():
            yield key, f"there is no file {name} in {piece.folder.name}/; add it or correct the name"
        elif not path.resolve().is_relative_to(piece.folder.resolve()):
            yield key, f"{name} leads out of the folder; put a copy of the file there"


def _named_files(piece: Piece) -> Iterator[tuple[str, str]]:
    if isinstance(piece, Episode):
        yield from ((f"recording.{number}.file", track.file) for number, track in enumerate(piece.matter.recording))
        yield from (
            (key, name)
            for key, name in (("transcript", piece.matter.transcript), ("artwork", piece.matter.artwork))
            if name is not None
        )
    elif piece.matter.picture is not None:
        yield "picture.file", piece.matter.picture.file


_CHECKS: tuple[Callable[[Piece, Config | None, Mapping[str, Person]], Iterator[Finding]], ...] = (
    _slug_is_valid,
    _show_is_known,
    _serials_count,
    _division_is_known,
    _people_are_known,
    _files_are_there,
)


def _doubles(pieces: list[Piece]) -> Iterator[Problem]:
    """Slugs and guids stand once: addresses are made of the one, readers know a piece by the other."""
    slugs = Counter(piece.slug for piece in pieces)
    guids = Counter(piece.matter.guid for piece in pieces if piece.matter.guid)
    for piece in pieces:
        if slugs[piece.slug] > 1:
            yield Problem(piece.file, "", f"the slug {piece.slug!r} stands twice; rename one of the folders")
        if piece.matter.guid and guids[piece.matter.guid] > 1:
            yield Problem(piece.file, "guid", "another piece has the same guid; remove it from the newer one")
