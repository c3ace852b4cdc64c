"""Make the folders beside this file anew: `python -m tampered.make` in `tests/`, with the package on the path.

Each holds one approved episode with one flaw of `flaws/`, and `why.toml` says why it must fail and at which step of the
gate; step 0 is no failure. Keys come from fixed seeds and times are fixed, so the same code makes the same bytes.
"""

import shutil
from pathlib import Path

from review.docket import Docket, a_manifest

from tampered import flaws
from tampered.cases import all_cases

HERE = Path(__file__).parent
CASES = all_cases()
_AUDIO = next(file for file in a_manifest().files if file.role == "audio")
_CODE = {"__pycache__", *flaws.__name__.split(".")}


def make(name: str, root: Path) -> None:
    """Make the folder of one case."""
    case = CASES[name]
    docket = Docket(root)
    docket.approved()
    case.make(docket)
    docket.write(
        "why.toml", f'why = "{case.why}"\nstep = {case.step}\nrevision = "{case.revision}"\nnow = {case.now}\n'.encode()
    )
    shutil.rmtree(root / ".locks")
    for path in root.glob("media/*"):
        if path.name != _AUDIO.sha256:  # what does not lie here is no reason to refuse
            path.unlink()


def main() -> None:
    """Make all, and take away what is no case any more."""
    for path in HERE.iterdir():
        if path.is_dir() and path.name not in _CODE:
            shutil.rmtree(path)
    for name in CASES:
        make(name, HERE / name)
    (HERE / ".gitattributes").write_text("# What is tested here is bytes: no line end is converted.\n* -text\n")


if __name__ == "__main__":
    main()
