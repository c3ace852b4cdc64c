"""The documentation says what is there, and all of it."""

import re
from pathlib import Path

import pytest
from support.commands import REPOSITORY

from publisher.cli.exits import ExitCode
from publisher.workspace.announce import Announce
from publisher.workspace.config import Audio, Config, Desk, Division, House, Likeness, Release, Review, Show, Tighter
from publisher.workspace.exemplars import Exemplars
from publisher.workspace.fields import Model
from publisher.workspace.guidelines import Guideline, Guidelines, Term, TermList
from publisher.workspace.people import Person, Revoked, Trust
from publisher.workspace.pieces import EpisodeMatter, PostMatter
from publisher.workspace.schema import SCHEMAS
from publisher.workspace.vault import Vault

PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
WORKSPACE = (REPOSITORY / "docs/workspace.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """The part of docs/workspace.md below a heading."""
    return WORKSPACE.partition(f"\n## {heading}")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("heading", "models"),
    [
        (
            "publisher.toml",
            [Config, House, Division, Show, Audio, Review, Tighter, Release, Announce, Desk, Vault, Likeness],
        ),
        ("people.toml", [Person, Revoked, Trust]),
        ("guidelines.toml", [Guideline, Guidelines, TermList, Term, Exemplars]),
        ("episode.md", [EpisodeMatter]),
        ("post.md", [PostMatter]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_key_of_a_file_stands_in_its_table(heading: str, models: list[type[Model]]) -> None:
    text = section(heading)
    for key in (key for model in models for key in model.model_fields):
        assert re.search(rf"`[\w.]*\b{key}\b[\w.]*`", text), f"{key} is not in {heading}"


def test_every_kind_of_file_has_a_schema() -> None:
    assert sorted(path.stem for path in (REPOSITORY / "schemas").glob("*.json")) == sorted(SCHEMAS)


def test_every_exit_code_is_documented() -> None:
    text = (REPOSITORY / "docs/commands.md").read_text(encoding="utf-8")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)} == {int(code) for code in ExitCode}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.endswith("file.jpg"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_table_of_a_page_begins_with_its_head(page: Path) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.match(r".*\n\|[ :|-]+\|\n", table), table


def test_every_page_of_the_documentation_can_be_reached_from_the_readme() -> None:
    readme = PAGES[0].read_text(encoding="utf-8")
    for page in PAGES[1:]:
        name = page.relative_to(REPOSITORY).as_posix()
        assert name in readme or f"{Path(name).parent.as_posix()}/" in readme
