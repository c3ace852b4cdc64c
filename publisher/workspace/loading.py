"""Load a workspace: the house's files must be right; a piece with problems is set aside. Every problem is reported."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from publisher.errors import Problem, PublisherError, WorkspaceError
from publisher.workspace.checks import Known, config_problems, double_guids, double_slugs, piece_problems
from publisher.workspace.config import Config, Show
from publisher.workspace.guidelines import Guideline
from publisher.workspace.people import People, Person, bare_key
from publisher.workspace.pieces import Episode, EpisodeMatter, Piece, Post, PostMatter
from publisher.workspace.reading import read_matter, read_toml
from publisher.workspace.rulebook import load_rulebook

MARKER = "publisher.toml"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Workspace:
    """What the authors wrote."""

    root: Path
    """Absolute path of the folder that `publisher.toml` stands in."""
    config: Config
    people: Mapping[str, Person]
    """By id."""
    threshold: int
    """How many different admins sign a change of who is trusted."""
    guidelines: Mapping[str, Guideline]
    """By id, in the order of `guidelines.toml`, then of the files in `guidelines/`; each with its lists at hand."""
    pieces: Mapping[str, Piece]
    """By slug, those without problems, oldest first."""
    problems: tuple[Problem, ...]
    """Of the pieces that are set aside."""
    slips: tuple[Problem, ...] = ()
    """Of the house's own files; there are none but where the least was asked for. Guidelines may then be missing."""

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

    def rules_for(self, division: str | None, tags: Collection[str]) -> dict[str, Guideline]:
        """The guidelines that hold for pieces of a division with these tags, in order."""
        return {id_: rule for id_, rule in self.guidelines.items() if rule.holds_for(division, tags)}

    def rules_of(self, piece: Piece) -> dict[str, Guideline]:
        """The guidelines that hold for a piece; an episode without a division is of its show's."""
        return self.rules_for(self.division_of(piece), piece.matter.tags)

    def division_of(self, piece: Piece) -> str | None:
        """Id of the division that a piece is of; an episode without one is of its show's."""
        if piece.matter.division is None and isinstance(piece, Episode):
            return self.show(piece).division
        return piece.matter.division

    def show(self, episode: Episode) -> Show:
        """The show that an episode belongs to."""
        return self.config.shows[episode.show]

    def names_of(self, piece: Piece) -> tuple[str, ...]:
        """The names of those who made a piece, hosts first."""
        return tuple(self.people[id_].name for id_ in piece.people)


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


def load(root: Path, *, least: bool = False) -> Workspace:
    """Load everything; raises WorkspaceError if the house's own files are wrong.

    least: only what says who decides must be right. A guideline with a slip or a missing cover stops no takedown.
    """
    problems: list[Problem] = []
    config = _toml(root, MARKER, Config, problems)
    people, threshold = _load_people(root, problems)
    guidelines = load_rulebook(root, problems, config.divisions if config else None)
    if config is not None:
        problems += config_problems(root, MARKER, config)
    pieces, set_aside = _load_pieces(root, Known(root, config, people))
    if config is None or people is None or (not least and (problems or guidelines is None)):
        raise WorkspaceError([*problems, *set_aside])
    known = {piece.slug: piece for piece in pieces}
    slips = tuple(sorted(problems))
    return Workspace(root, config, people, threshold, guidelines or {}, known, tuple(sorted(set_aside)), slips)


def _toml(root: Path, name: str, model: type[M], problems: list[Problem]) -> M | None:
    found = read_toml(root / name, name, model)
    if isinstance(found, list):
        problems += found
        return None
    return found


def people_files(root: Path) -> tuple[str, ...]:
    """`people.toml` and every file of `people/`, as messages name them."""
    return ("people.toml", *(f"people/{path.name}" for path in sorted((root / "people").glob("*.toml"))))


def _load_people(root: Path, problems: list[Problem]) -> tuple[dict[str, Person] | None, int]:
    """Everyone of every file, each once and with keys of their own; None if a file of them cannot be read.

    And how many admins sign a change of them.
    """
    read = {name: _toml(root, name, People, problems) for name in people_files(root)}
    files = {name: found.people for name, found in read.items() if found is not None}
    trust = {name: found.trust for name, found in read.items() if found is not None and found.trust is not None}
    house, *_ = people_files(root)
    problems += (Problem(name, "trust", f"belongs in {house}; move it there") for name in trust if name != house)
    problems += _double_people(files)
    problems += _double_keys(files)
    if len(files) < len(read):
        return None, 1
    threshold = trust[house].threshold if house in trust else 1
    return {id_: person for people in files.values() for id_, person in people.items()}, threshold


def _double_people(files: Mapping[str, Mapping[str, Person]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, people in files.items():
        yield from (
            Problem(name, f"people.{id_}", "stands in another file too; keep one") for id_ in sorted(seen & {*people})
        )
        seen |= {*people}


def _double_keys(files: Mapping[str, Mapping[str, Person]]) -> Iterator[Problem]:
    held = [
        (name, id_, bare_key(key)) for name, people in files.items() for id_, one in people.items() for key in one.keys
    ]
    counts = Counter(key for _, _, key in held)
    for name, id_, key in held:
        if counts[key] > 1:
            yield Problem(name, f"people.{id_}.keys", "the same key stands twice; a key has one owner")


def _load_pieces(root: Path, known: Known) -> tuple[list[Piece], list[Problem]]:
    """The pieces without problems, oldest first, and the problems of the others."""
    found = [read(path, known) for folder, read in _READERS.items() for path in _folders(root, folder)]
    pieces = [one for one in found if not isinstance(one, list)]
    problems = [problem for one in found if isinstance(one, list) for problem in one]
    problems += [problem for piece in pieces for problem in piece_problems(piece, known)]
    problems += [*double_slugs(_files(root)), *double_guids(pieces, known), *_loose_files(root)]
    set_aside = {problem.file for problem in problems}
    good = [piece for piece in pieces if piece.file not in set_aside]
    return sorted(good, key=lambda piece: (piece.matter.date, piece.slug)), problems


def _read_episode(folder: Path, known: Known) -> Episode | list[Problem]:
    name = _file(folder)
    found = read_matter(folder / _FILES["episodes"], name, EpisodeMatter)
    if isinstance(found, list):
        return found
    shows = list(known.config.shows) if known.config else []
    show = found.matter.show or (shows[0] if len(shows) == 1 else "")
    return Episode(folder.name, folder, name, found.matter, show, found.text, found.line)


def _read_post(folder: Path, _: Known) -> Post | list[Problem]:
    name = _file(folder)
    found = read_matter(folder / _FILES["posts"], name, PostMatter)
    if isinstance(found, list):
        return found
    return Post(folder.name, folder, name, found.matter, found.text, found.line)


_READERS: Mapping[str, Callable[[Path, Known], Piece | list[Problem]]] = {
    "episodes": _read_episode,
    "posts": _read_post,
}
_FILES = {"episodes": "episode.md", "posts": "post.md"}


def _folders(root: Path, kind: str) -> list[Path]:
    """The folders of pieces; those that begin with a dot are none.

    Errors: OSError for a folder that may not be read, rather than taking its pieces for removed.
    """
    folder = root / kind
    if not folder.exists():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _file(folder: Path) -> str:
    """`episodes/SLUG/episode.md`, as messages name it."""
    kind = folder.parent.name
    return f"{kind}/{folder.name}/{_FILES[kind]}"


def _files(root: Path) -> list[str]:
    return [_file(path) for kind in _FILES for path in _folders(root, kind)]


def _loose_files(root: Path) -> Iterator[Problem]:
    """Markdown that stands where nothing reads it."""
    for kind, file in _FILES.items():
        for path in sorted((root / kind).glob("*.md")):
            if path.is_file():
                advice = f"is not read here; a piece has a folder of its own: {kind}/{path.stem}/{file}"
                yield Problem(f"{kind}/{path.name}", "", advice)
