"""The house rules that ship: what every new house is held against, until it changes them."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from publisher.workspace.rulebook import FILE, FOLDER


def shipped_rules() -> Iterator[tuple[str, bytes]]:
    """`guidelines.toml`, and every file of `guidelines/`: its name in a workspace, and its content."""
    yield FILE, (_starter() / FILE).read_bytes()
    yield from _files(_starter() / FOLDER, FOLDER)


def ships(rule: str) -> bool:
    """Whether a rule of this id ships: where it is not there, somebody took it away."""
    return (_starter() / FOLDER / f"{rule}.toml").is_file()


def _starter() -> Traversable:
    return files("publisher.workspace") / "starter"


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, by name; those that begin with a dot are an editor's."""
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        inner = f"{name}/{one.name}"
        if one.is_dir():
            yield from _files(one, inner)
        elif not one.name.startswith("."):
            yield inner, one.read_bytes()
