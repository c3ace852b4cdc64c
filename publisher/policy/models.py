"""Models that are looked with: where each lies, and whether it is the one that was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from publisher.errors import PublisherError
from publisher.files import digest_file, package_folder


@dataclass(frozen=True)
class Model:
    """A model whose bytes are known."""

    what: str
    """As messages call it: `sentence model`."""
    name: str
    """As its makers call it."""
    files: Mapping[str, str]
    """SHA-256 of what is read of it, by path in its folder."""
    package: str
    """A package on the index that carries it. It is looked for, never imported: it would ask for other libraries."""
    folder: str
    """Where in the package it lies."""
    libraries: tuple[str, ...]
    """What reads it."""
    extra: str
    """The extra that brings those."""

    def missing_libraries(self) -> str:
        """How to get its libraries; empty if all of them are installed."""
        is_whole = all(find_spec(name) is not None for name in self.libraries)
        return "" if is_whole else f"it needs pip install 'corporate-voices[{self.extra}]'"

    def installed(self) -> Path | None:
        """Its folder in the installed package; None without one."""
        return package_folder(self.package, self.folder)

    def mark(self, folder: Path | None) -> str:
        """What changes when a file of the model does, or a library of it; nothing is read for it.

        folder: None where its libraries look without it.
        """
        paths = [folder / name for name in self.files] if folder else []
        stats = [(str(one), one.stat().st_size, one.stat().st_mtime_ns) for one in paths if one.exists()]
        return repr((stats, [version(name) for name in self.libraries]))

    def check(self, folder: Path) -> None:
        """Errors: a file of the model is missing, or is another than the one that we know."""
        for name, sha256 in self.files.items():
            path = folder / name
            if not path.is_file():
                hint = f"give the folder of {self.name}, whole"
                raise PublisherError(f"the {self.what} has no {name}", where=str(folder), hint=hint)
            if digest_file(path).sha256 != sha256:
                raise PublisherError(
                    f"{name} is not that of {self.name}: its digest is another one",
                    where=str(path),
                    hint="fetch it again; what was measured holds for no other model",
                )
