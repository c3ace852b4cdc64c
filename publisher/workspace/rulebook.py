"""The guidelines of a house: `guidelines.toml`, the folder `guidelines/` of one-rule files, or both."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from publisher.errors import Problem
from publisher.workspace.fields import Model, is_slug
from publisher.workspace.guidelines import Guideline, Guidelines, TermList
from publisher.workspace.reading import read_toml

FILE, FOLDER = "guidelines.toml", "guidelines"
EXEMPLARS = f"{FOLDER}/exemplars"
M = TypeVar("M", bound=Model)


class Place(NamedTuple):
    """Where a rule or list stands, as messages name it."""

    file: str
    key: str
    """Empty for a file that holds nothing else."""

    def __str__(self) -> str:
        return f"{self.file}: {self.key}" if self.key else self.file


Placed: TypeAlias = list[tuple[str, Place, M]]
"""Rules or lists in the order in which they are held against a piece: id, place, and what was written."""


def load_rulebook(
    root: Path, problems: list[Problem], divisions: Collection[str] | None = None
) -> dict[str, Guideline] | None:
    """Every rule by its id, with its lists at hand; None, and why among the problems, if anything is wrong.

    divisions: ids of those that there are; None if they could not be read, and then nothing is said about them.
    """
    before = len(problems)
    rules, lists = _whole_file(root, problems)
    rules += _one_a_file(root, FOLDER, Guideline, problems)
    lists += _one_a_file(root, f"{FOLDER}/lists", TermList, problems)
    problems += [*_doubles("rule", rules), *_doubles("list", lists), *_strays(root)]
    if len(problems) == before:  # what a file that cannot be read holds, nobody misses yet
        problems += _unknown("lists", rules, {id_ for id_, _, _ in lists})
        if divisions is not None:
            problems += _unknown("divisions", rules, divisions)
    if len(problems) > before:
        return None
    known = {id_: one for id_, _, one in lists}
    return {id_: rule.with_lists(known) for id_, _, rule in rules}


def _whole_file(root: Path, problems: list[Problem]) -> tuple[Placed[Guideline], Placed[TermList]]:
    """What stands in `guidelines.toml`, which only a house with files of rules may do without."""
    if not (root / FILE).exists() and _files(root, FOLDER):
        return [], []
    found = read_toml(root / FILE, FILE, Guidelines)
    if isinstance(found, list):
        problems += found
        return [], []
    rules = [(id_, Place(FILE, f"rules.{id_}"), rule) for id_, rule in found.rules.items()]
    return rules, [(id_, Place(FILE, f"lists.{id_}"), one) for id_, one in found.lists.items()]


def _one_a_file(root: Path, folder: str, model: type[M], problems: list[Problem]) -> Placed[M]:
    """What the files of a folder hold, by their names."""
    placed: Placed[M] = []
    for path in _files(root, folder):
        name = f"{folder}/{path.name}"
        if not is_slug(path.stem):
            problems.append(Problem(name, "", "rename the file: its name is the id, 1 to 80 of a-z, 0-9 and '-'"))
        found = read_toml(path, name, model)
        if isinstance(found, list):
            problems += found
        else:
            placed.append((path.stem, Place(name, ""), found))
    return placed


def _files(root: Path, folder: str) -> list[Path]:
    """The TOML files of a folder by their ids; those that begin with a dot are an editor's.

    Errors: OSError for a folder that may not be read, rather than taking its rules for removed.
    """
    path = root / folder
    if not path.exists():
        return []
    found = (one for one in path.iterdir() if one.suffix == ".toml" and not one.name.startswith("."))
    return sorted(found, key=lambda one: one.stem)


def exemplar_files(root: Path) -> list[Path]:
    """The files of exemplars by name; none is read, because only who asks for what looks like them needs them."""
    return _files(root, EXEMPLARS)


def _doubles(what: str, placed: Placed[M]) -> Iterator[Problem]:
    """Each place of what stands twice, naming the others."""
    for id_, place, _ in placed:
        others = [str(other) for other_id, other, _ in placed if other_id == id_ and other != place]
        if others:
            yield Problem(place.file, place.key, f"the {what} {id_!r} stands in {', '.join(others)} too; keep one")


def _unknown(key: Literal["lists", "divisions"], rules: Placed[Guideline], known: Collection[str]) -> Iterator[Problem]:
    """What rules name under a key, and nobody defined: such a rule would be held against nothing."""
    advice = f"use one of {', '.join(sorted(known))}" if known else "none is defined"
    for _, (file, above), rule in rules:
        for name in getattr(rule, key):
            if name not in known:
                yield Problem(file, f"{above}.{key}".lstrip("."), f"there is no {key[:-1]} {name!r}; {advice}")


def _strays(root: Path) -> Iterator[Problem]:
    """Files of rules where nothing reads them: a rule that nobody misses would not be held against anything."""
    for path in sorted((root / FOLDER).rglob("*.toml")):
        inner = path.relative_to(root / FOLDER).parts
        hidden = any(part.startswith(".") for part in inner)
        if not hidden and len(inner) > 1 and (inner[0] not in {"lists", "exemplars"} or len(inner) > _LIST_DEPTH):
            advice = f"is not read here; rules stand in {FOLDER}/, lists in {FOLDER}/lists/"
            yield Problem(path.relative_to(root).as_posix(), "", advice)


_LIST_DEPTH = 2
"""`lists/NAME.toml`."""
