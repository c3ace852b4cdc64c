"""Each folder here is an approved episode with one flaw; its `why.toml` says why it must fail, and at which step."""

import shutil
import tomllib
from pathlib import Path

import pytest
from review.docket import Docket

from publisher.review.gate import Refusal
from tampered.make import CASES, HERE, make

FOLDERS = sorted(path.name for path in HERE.iterdir() if (path / "why.toml").is_file())


@pytest.fixture(params=FOLDERS)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a folder: looking at it leaves no trace in the original."""
    return Path(shutil.copytree(HERE / request.param, tmp_path / request.param, symlinks=True))


def test_the_gate_says_what_the_folder_says(case: Path) -> None:
    said = tomllib.loads((case / "why.toml").read_text("utf-8"))
    step = 0
    try:
        Docket(case).judge(said["revision"], now=said["now"])
    except Refusal as refusal:
        step = refusal.step
    assert step == said["step"], said["why"]


def test_every_case_has_its_folder_and_every_folder_its_case() -> None:
    assert sorted(CASES) == FOLDERS


@pytest.mark.parametrize("name", CASES)
def test_the_folder_is_what_the_script_makes(name: str, tmp_path: Path) -> None:
    make(name, tmp_path)
    assert contents(tmp_path) == contents(HERE / name)


def contents(folder: Path) -> dict[str, bytes | str]:
    """Every file by its path; of a link, where it leads."""
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def test_no_private_key_is_kept_here() -> None:
    # Python keeps this file compiled beside it, with the words that are searched for.
    kept = (path for path in HERE.glob("*/**/*") if path.is_file() and "__pycache__" not in path.parts)
    assert not [path for path in kept if b"PRIVATE KEY" in path.read_bytes()]
