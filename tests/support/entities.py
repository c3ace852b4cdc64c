"""Entities, with the real model, which is loaded once a test run."""

from functools import cache
from typing import get_args

from publisher.policy.entities.looking import Entities
from publisher.policy.entities.model import ENGLISH
from publisher.workspace.guidelines import Entity

NAMES: tuple[Entity, ...] = get_args(Entity)


@cache
def entities() -> Entities:
    """All that a rule may ask for, by the model from locks/models.txt."""
    folder = ENGLISH.installed()
    assert folder is not None
    ENGLISH.check(folder)
    return Entities(NAMES, folder)
