"""JSON Schemas of the files that authors write, so that editors complete and check them."""

import json
from pathlib import Path

from publisher.files import write_atomically
from publisher.workspace.config import Config
from publisher.workspace.exemplars import Exemplars
from publisher.workspace.fields import Model
from publisher.workspace.guidelines import Guideline, Guidelines, TermList
from publisher.workspace.people import People
from publisher.workspace.pieces import EpisodeMatter, PostMatter

SCHEMAS: dict[str, type[Model]] = {
    "publisher": Config,
    "people": People,
    "guidelines": Guidelines,
    "guideline": Guideline,
    "list": TermList,
    "exemplars": Exemplars,
    "episode": EpisodeMatter,
    "post": PostMatter,
}


def schema_text(name: str) -> str:
    """The JSON Schema of one kind of file."""
    return json.dumps(SCHEMAS[name].model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write all schemas as `NAME.json`; gives their paths."""
    paths = []
    for name in SCHEMAS:
        path = folder / f"{name}.json"
        write_atomically(path, schema_text(name).encode())
        paths.append(path)
    return paths
