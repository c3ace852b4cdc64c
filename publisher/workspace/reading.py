"""Reading one file into a model; what is wrong comes back as problems, never as an exception."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import BaseModel, ValidationError

from publisher.errors import Problem
from publisher.workspace.advice import advise

M = TypeVar("M", bound=BaseModel)

_QUOTES = "put a value that holds ': ' or begins with a sign like * & @ % in quotes"
_YAML_ADVICE = {
    "stands twice": "keep one",
    "\\t": "indent with spaces, not with tabs",
    "expected ',' or": "close the bracket",
    "stream": "close what is open: a bracket or a quotation mark",
}
"""By a piece of PyYAML's message; `_QUOTES` helps with nearly all others."""


@dataclass(frozen=True)
class Written(Generic[M]):
    """A file of front matter and text."""

    matter: M
    text: str
    """The Markdown below the front matter."""
    line: int
    """The line of the file on which the text begins."""


class _Once:
    """Every scalar is text, so that YAML has no opinion on dates, `no` or 12:30; and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is one word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)  # type: ignore[misc, no-any-return]


class _PlainLoader(_Once, yaml.BaseLoader):
    """In Python, whose messages are the plainer ones."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - PyYAML's signature
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, f"*{event.anchor} points at another value", event.start_mark)
        return super().compose_node(parent, index)


class _TextHandler(YAMLHandler):
    def load(self, fm: str, **_: object) -> Any:  # noqa: ANN401 - whatever YAML holds; the model checks it
        # Every construct of BaseLoader is a str, a list or a dict.
        if yaml.__with_libyaml__ and fm.count("[") + fm.count("{") <= _DEPTH and not _NOT_QUICK.search(fm):
            with suppress(yaml.YAMLError):
                return yaml.load(fm, Loader=_quick_loader())  # noqa: S506
        return yaml.load(fm, Loader=_PlainLoader)  # noqa: S506


@cache
def _quick_loader() -> Any:  # noqa: ANN401 - PyYAML's classes have no types of their own
    """With libyaml, where PyYAML has it, in a sixth of the time; what is wrong is for `_PlainLoader` to explain."""
    return type("_QuickLoader", (_Once, yaml.CBaseLoader), {})


_DEPTH = 64
"""Levels: libyaml follows them without end, until the stack is full and Python dies."""
_NOT_QUICK = re.compile(
    rf"[*\t\ufeff]|^ {{{_DEPTH}}}|(?:- +){{9}}|[|>][-+0-9]*#|(?:^|[\s\[{{,])!|(?:^|[\[{{,:-])\s*\?|[\[{{][^\n]*\?",
    re.MULTILINE,
)
"""What points at another value, may be nested deeply, or is read by libyaml where PyYAML refuses it, or otherwise."""


def read_text(path: Path, name: str, make: str) -> str | Problem:
    """The text of a file of the authors; `make` is what to do if it is missing."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Problem(name, "", f"is missing; {make}")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Problem(name, "", f"is not UTF-8 text (line {line}); save it as UTF-8")
    except OSError as error:
        return Problem(name, "", f"cannot be read: {error.strerror}; check its permissions")


def read_toml(path: Path, name: str, model: type[M]) -> M | list[Problem]:
    """A TOML file as a model, or every problem in it."""
    text = read_text(path, name, "make it, or run `publish init` in a new folder and copy it")
    return [text] if isinstance(text, Problem) else check_toml(text, name, model)


def check_toml(text: str, name: str, model: type[M]) -> M | list[Problem]:
    """The text of a TOML file as a model, or every problem in it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [Problem(name, "", f"is not TOML: {error}")]
    except RecursionError:
        return [Problem(name, "", "holds lists in lists without end; write it flat")]
    return _validate(data, name, model)


def read_matter(path: Path, name: str, model: type[M]) -> Written[M] | list[Problem]:
    """Front matter as a model and the Markdown below it, or every problem in them."""
    text = read_text(path, name, "make it, or take the folder away")
    return [text] if isinstance(text, Problem) else check_matter(text, name, model)


def check_matter(text: str, name: str, model: type[M]) -> Written[M] | list[Problem]:
    """The text of a file of front matter and Markdown as a model, or every problem in it."""
    if not re.match(r"\s*---\s*$", text, re.MULTILINE):
        return [Problem(name, "", "begins with front matter between two lines of ---; see docs/workspace.md")]
    handler = _TextHandler()
    try:
        matter, body = handler.split(text)
    except ValueError:
        return [Problem(name, "", "the front matter has no end; close it with a line of ---")]
    data = _load_yaml(handler, matter, name, text.count("\n", 0, text.index("---")) + 1)
    if isinstance(data, Problem):
        return [data]
    if not isinstance(data, Mapping):
        return [Problem(name, "", "the front matter is not a list of `key: value` lines")]
    found = _validate(_said(data), name, model)
    above = len(text) - len(body.lstrip())
    return found if isinstance(found, list) else Written(found, body.strip(), text.count("\n", 0, above) + 1)


def _load_yaml(handler: YAMLHandler, matter: str, name: str, above: int) -> object | Problem:
    """What YAML finds in the front matter, which begins below line `above` of its file."""
    try:
        return handler.load(matter)  # type: ignore[no-any-return]
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + above}" if error.problem_mark else ""
        said = str(error.problem)
        advice = next((advice for part, advice in _YAML_ADVICE.items() if part in said), _QUOTES)
        return Problem(name, "", f"the front matter is not YAML{line}: {said}; {advice}")
    except yaml.YAMLError as error:
        return Problem(name, "", f"the front matter is not YAML: {str(error).splitlines()[0]}; take it out")
    except RecursionError:
        return Problem(name, "", "the front matter holds lists in lists without end; write it flat")
    except (ValueError, OverflowError):  # PyYAML's own error for \U00110000 is none
        return Problem(name, "", "the front matter holds a \\U that is no character; take it out")


def _said(data: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    """The data without keys that have nothing behind them: they say nothing."""
    if isinstance(data, Mapping):
        return {key: _said(value) for key, value in data.items() if value != ""}
    return [_said(value) for value in data] if isinstance(data, list) else data


def _validate(data: object, name: str, model: type[M]) -> M | list[Problem]:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A list whose only item is wrong is told to be too short, too: pydantic counts the right ones.
        wrong = {one["loc"][:-1] for one in found}
        told = (one for one in found if not (one["type"] == "too_short" and one["loc"] in wrong))
        return [Problem(name, _key(one["loc"]), advise(one, model)) for one in told]


def _key(loc: Iterable[str | int]) -> str:
    return ".".join(str(part) for part in loc if part != "[key]")
