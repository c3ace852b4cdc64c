"""Reading one file into a model; what is wrong comes back as problems, never as an exception."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import BaseModel, ValidationError

from publisher.errors import Problem

M = TypeVar("M", bound=BaseModel)


class _TextLoader(yaml.BaseLoader):
    """Every scalar is text, so that YAML has no opinion on dates, `no` or 12:30; and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


class _TextHandler(YAMLHandler):
    def load(self, fm: str, **_: object) -> Any:  # noqa: ANN401 - whatever YAML holds; the model checks it
        # Every construct of BaseLoader is a str, a list or a dict.
        return yaml.load(fm, Loader=_TextLoader)  # noqa: S506


def read_text(path: Path, name: str) -> str | Problem:
    """The text of a file of the authors."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Problem(name, "", "is missing; make it, or run `publish init` in a new folder and copy it")
    except UnicodeDecodeError:
        return Problem(name, "", "is not UTF-8 text; save it as UTF-8")
    except OSError as error:
        return Problem(name, "", f"cannot be read: {error.strerror}")


def read_toml(path: Path, name: str, model: type[M]) -> M | list[Problem]:
    """A TOML file as a model, or every problem in it."""
    text = read_text(path, name)
    if isinstance(text, Problem):
        return [text]
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [Problem(name, "", f"is not TOML: {error}")]
    return _validate(data, name, model)


def read_matter(path: Path, name: str, model: type[M]) -> tuple[M, str] | list[Problem]:
    """Front matter as a model and the Markdown below it, or every problem in them."""
    text = read_text(path, name)
    if isinstance(text, Problem):
        return [text]
    if not text.lstrip().startswith("---"):
        return [Problem(name, "", "begins with front matter between two lines of ---; see docs/workspace.md")]
    try:
        matter, body = frontmatter.parse(text, handler=_TextHandler())
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 2}" if error.problem_mark else ""
        return [Problem(name, "", f"the front matter is not YAML{line}: {error.problem}")]
    except yaml.YAMLError as error:
        return [Problem(name, "", f"the front matter is not YAML: {error}")]
    data: object = matter
    if not isinstance(data, Mapping):
        return [Problem(name, "", "the front matter is not a list of `key: value` lines")]
    # A key with nothing behind it says nothing.
    found = _validate({key: value for key, value in data.items() if value != ""}, name, model)
    return found if isinstance(found, list) else (found, body)


def _validate(data: object, name: str, model: type[M]) -> M | list[Problem]:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        return [
            Problem(name, ".".join(str(part) for part in found["loc"] if part != "[key]"), _advice(found, model))
            for found in error.errors(include_url=False)
        ]


def _advice(error: Any, model: type[BaseModel]) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"is not known here; {_suggestion(str(error['loc'][-1]), model)}"
    advice = _ADVICE.get(kind)
    if advice is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return advice.format(**context)


_ADVICE = {
    "missing": "is missing; add it",
    "value_error": "{error}",
    "string_too_long": "is too long; shorten it to {max_length} characters",
    "string_too_short": "is empty; fill it in",
    "string_type": "must be text",
    "string_pattern_mismatch": "does not look right; it must match {pattern}",
    "literal_error": "use one of {expected}",
    "too_short": "needs at least {min_length}",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "greater_than": "must be more than {gt}",
    "list_type": "must be a list, like [one, two]",
    "dict_type": "must be a table of keys",
    "model_type": "must be a table of keys",
    "datetime_from_date_parsing": "is not a date: {error}; write it like 2026-11-03T07:00:00+01:00",
    "datetime_parsing": "is not a date: {error}; write it like 2026-11-03T07:00:00+01:00",
    "uuid_parsing": "is not a UUID; take the one that `publish init` or `publish new show` wrote",
}


def _suggestion(key: str, model: type[BaseModel]) -> str:
    close = difflib.get_close_matches(key, set(_keys(model)), n=1)
    return f"did you mean {close[0]}?" if close else "remove it, or correct its spelling"


def _keys(model: type[BaseModel]) -> Iterator[str]:
    """Every key of a model and of the models in it, as a schema lists them."""
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {})
