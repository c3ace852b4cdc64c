"""Front matter is read as YAML is, by whichever parser: the quick one gives what the plain one gives."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import RootModel

from publisher.workspace.reading import Written, check_matter

WORDS = (
    "title",
    "a",
    "b",
    "12:30",
    "~",
    "null",
    "é",
    "😀",
    "\\n",
    "\\x41",
    "'",
    '"',
    "\x07",
    "\x85",
    "\u2028",
    "\ufeff",
)
SIGNS = ("-", ":", "?", "|", ">", "[", "]", "{", "}", ",", "#", "&", "*", "!", "%", "@", "`", "---", "...", "<<")
SPACED = (" ", ": ", "- ", "\n", "\n  ", "\n- ", " # c", "|\n  x", "|-\n   y\n  z", "\r\n", "\t")
yamls = st.lists(st.sampled_from(WORDS + SIGNS + SPACED), min_size=1, max_size=12).map("".join)


class Anything(RootModel[dict[str, Any]]):
    """Whatever stands there."""


def plainly(text: str) -> object:
    """What PyYAML's own parser gives, every scalar as text; None for what it refuses."""
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts only
    except yaml.YAMLError:
        return None


def without_empty(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_empty(each) for key, each in value.items() if each != ""}
    return [without_empty(each) for each in value] if isinstance(value, list) else value


@given(yamls)
@example("a: b\tc")
@example("a: |\n  x\n   y\nb: 'it''s'")
@example("a: [x, {b: c}, 'd: e']")
@example("a: |#")
@example("a: [b? ]")
@example("a: !~!")
@example("\ufeffa: b")
def test_what_is_read_is_what_pyyaml_reads(text: str) -> None:
    found = check_matter(f"---\ntitle: T\n{text}\n---\nBody.\n", "post.md", Anything)
    # Where the text itself closes the front matter, less of it is looked at.
    if isinstance(found, Written) and found.text == "Body.":
        assert found.matter.root == without_empty(plainly(f"title: T\n{text}\n"))


@pytest.mark.parametrize(
    "deep",
    ["[" * 30_000 + "]" * 30_000, "{a: " * 30_000 + "}" * 30_000, "- " * 30_000 + "a", "[" * 30_000],
    ids=["lists", "mappings", "dashes", "open"],
)
def test_what_is_nested_without_end_is_a_problem_and_no_crash(deep: str) -> None:
    found = check_matter(f"---\ntitle:\n {deep}\n---\nBody.\n", "post.md", Anything)
    assert isinstance(found, list)


@pytest.mark.parametrize("number", ["00110000", "FFFFFFFF"])
def test_a_character_that_there_is_not_is_a_problem(number: str) -> None:
    found = check_matter(f'---\ntitle: "\\U{number}"\n---\nBody.\n', "post.md", Anything)
    assert isinstance(found, list)
    assert "is no character; take it out" in str(found[0])


@pytest.mark.parametrize(
    ("matter", "said"),
    [
        ("title: T\n\tsummary: S", "line 3: found character '\\t' that cannot start any token; indent with spaces"),
        ("title: T\ntitle: U", "line 3: title stands twice; keep one"),
        ("title: *T", "line 2: *T points at another value"),
        ("title: [T", "close the bracket"),
        ("title: @T", "line 2: found character '@' that cannot start any token; put a value"),
    ],
)
def test_what_is_no_front_matter_is_explained_in_the_plain_parsers_words(matter: str, said: str) -> None:
    found = check_matter(f"---\n{matter}\n---\nBody.\n", "post.md", Anything)
    assert isinstance(found, list)
    assert said in str(found[0])
