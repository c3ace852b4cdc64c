"""The real sentence model, loaded once a test run."""

from functools import cache
from pathlib import Path

from publisher.policy.likeness.encoder import Encoder
from publisher.policy.likeness.model import MINILM


@cache
def folder() -> Path:
    """Where the package from locks/models.txt has it."""
    found = MINILM.installed()
    assert found is not None
    MINILM.check(found)
    return found


@cache
def encoder() -> Encoder:
    """The model, ready to read sentences."""
    return Encoder(folder())
