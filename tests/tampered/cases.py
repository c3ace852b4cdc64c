"""The flaws by name. One is a function in a file of `flaws/`; whoever writes another adds a function, and makes it."""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from review.docket import Docket, a_revision

from tampered import flaws

Make = Callable[[Docket], None]


class Case(NamedTuple):
    """One flaw."""

    step: int
    """Of the gate, at which it must fail; 0 is no failure."""
    why: str
    make: Make
    """Does it to an approved episode."""
    revision: str
    """What the gate is asked about."""
    now: str
    """The moment of judging."""


_USUAL = a_revision().name

CASES: dict[str, Case] = {}
"""By the name of its folder."""


def flaw(step: int, revision: str = _USUAL, now: str = "2026-11-20T13:00:00+00:00") -> Callable[[Make], Make]:
    """Make a function a case: its name, with dashes, is that of the folder, and its docstring says why it must fail."""

    def known(make: Make) -> Make:
        name = make.__name__.replace("_", "-")
        assert name not in CASES, f"there are two of {name}"
        CASES[name] = Case(step, make.__doc__ or "", make, revision, now)
        return make

    return known


def all_cases() -> dict[str, Case]:
    """Every case of every file of `flaws/`."""
    for module in pkgutil.iter_modules(flaws.__path__, f"{flaws.__name__}."):
        import_module(module.name)
    return CASES
