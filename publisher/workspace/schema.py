"""JSON Schemas of the files that authors write, so that editors complete and check them."""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

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


class _Described(GenerateJsonSchema):
    """What stands below a field in its class describes it.

    Pydantic's own `use_attribute_docstrings` reads every source at the start of every command for that.
    """

    def model_schema(self, schema: Any) -> dict[str, Any]:  # noqa: ANN401 - a dictionary of Pydantic's
        made = super().model_schema(schema)
        for base in schema["cls"].__mro__:
            for name, text in _docstrings(base) if issubclass(base, Model) else ():
                if name in schema["cls"].model_fields:
                    alias = schema["cls"].model_fields[name].alias or name
                    made["properties"][alias].setdefault("description", text)
        return made


def _docstrings(model: type[Model]) -> Iterator[tuple[str, str]]:
    """The fields of a class that have a text below them, with it."""
    (class_,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    for field, below in pairwise(class_.body if isinstance(class_, ast.ClassDef) else ()):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            yield field.target.id, inspect.cleandoc(ast.literal_eval(below.value))


def schema_text(name: str) -> str:
    """The JSON Schema of one kind of file."""
    return json.dumps(SCHEMAS[name].model_json_schema(schema_generator=_Described), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write all schemas as `NAME.json`; gives their paths."""
    paths = []
    for name in SCHEMAS:
        path = folder / f"{name}.json"
        write_atomically(path, schema_text(name).encode())
        paths.append(path)
    return paths
