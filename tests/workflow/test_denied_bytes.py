"""Whatever people do in whatever order: after a release, rollback or takedown nothing is public that was taken down."""

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from support.house import House, make_house

from publisher.errors import PublisherError
from publisher.workflow.release import release
from publisher.workflow.rollback import Wanted, go_on, roll_back

SLUGS = ("one", "two")
STEPS = ("edit", "approve", "release", "take down", "sign only", "lift", "roll back", "undo", "lose its revisions")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two posts, released."""
    house = make_house(tmp_path_factory.mktemp("template") / "house")
    world = World(house)
    for slug in SLUGS:
        world.do("edit", slug)
        world.do("approve", slug)
    world.do("release", "one")
    return house.root


@dataclass
class World:
    """A house, and what must not be public."""

    house: House
    denied: set[str] = field(default_factory=set)
    edits: int = 0

    def do(self, step: str, slug: str) -> None:
        """Do one thing, and look. What is refused leaves the public as it was; nobody is refused a takedown."""
        try:
            self._do(step, slug)
        except PublisherError:
            assert step not in {"take down", "sign only"}
        else:
            if step in {"release", "take down", "roll back", "undo"}:
                self.look()

    def _do(self, step: str, slug: str) -> None:
        house = self.house
        match step:
            case "edit":
                self.edits += 1
                path = house.add_post(slug, text=f"Only in {slug}, {self.edits}.\n\n![A field](field.png)\n")
                path.write_text(path.read_text().replace("A post", f"On {slug}"))
                colour = (self.edits % 256, SLUGS.index(slug), 9)
                Image.new("RGB", (8, 8), colour).save(house.root / f"posts/{slug}/field.png")
            case "approve":
                with suppress(PublisherError):
                    house.submit(slug)
                house.decide(slug, person="max")
            case "release":
                release(house.context())
            case "take down" | "sign only":
                house.sign_takedown(slug)
                self.denied.add(slug)
                if step == "take down":
                    house.remove(slug)
            case "lift":
                house.sign_takedown(slug, lift=True)
                self.denied.discard(slug)
            case "roll back":
                roll_back(house.context(), Wanted(None, "A slip.", max_deletes=99))
            case "undo":
                go_on(house.context(), Wanted(None, ""))
            case _:
                shutil.rmtree(house.root / "revisions" / slug, ignore_errors=True)

    def look(self) -> None:
        """No page, list, feed or picture holds anything of what is denied."""
        public = [path for path in (self.house.root / "public").rglob("*") if path.is_file()]
        assert public
        for path in (path for path in public if path.name != "edition.json"):
            for slug in self.denied:
                data = path.read_bytes()
                assert f"Only in {slug}".encode() not in data, path
                assert f"posts/{slug}.html".encode() not in data, path
                assert path.suffix != ".png" or OF[colour_of(path)] != slug, path


OF = dict(enumerate(SLUGS))
"""Whose picture it is, by its green."""


def colour_of(path: Path) -> int:
    with Image.open(path) as picture:
        red_green_blue = picture.convert("RGB").getpixel((0, 0))
    assert isinstance(red_green_blue, tuple)
    return int(red_green_blue[1])


@settings(max_examples=10)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(SLUGS)), min_size=3, max_size=10))
@example([("take down", "one"), ("lift", "one"), ("release", "one"), ("approve", "one"), ("release", "one")])
@example([("edit", "one"), ("approve", "one"), ("release", "one"), ("sign only", "one"), ("roll back", "one")])
@example([("lose its revisions", "two"), ("take down", "two"), ("release", "one"), ("undo", "one")])
def test_no_byte_of_what_is_taken_down_is_public(template: Path, steps: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        world = World(House(Path(shutil.copytree(template, Path(folder) / "house"))), edits=2)
        for step, slug in steps:
            world.do(step, slug)
