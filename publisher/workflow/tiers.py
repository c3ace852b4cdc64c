"""Opening those that look for findings; where what one of them needs is not at hand, it is said why."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import PublisherError
from publisher.policy.tiers import RULES_ONLY, Tiers
from publisher.workspace.loading import Workspace
from publisher.workspace.rulebook import exemplar_files

if TYPE_CHECKING:
    from publisher.policy.entities.looking import Entities
    from publisher.policy.likeness.looking import Likeness
    from publisher.workspace.guidelines import Entity

VARIABLE = "PUBLISH_SENTENCE_MODEL"
Told = Callable[[str, float], None]
"""Hears how far a step is, from 0 to 1."""


def rules_only(workspace: Workspace) -> Tiers:
    """Words and expressions, because nobody asked for more; said only where there would be more."""
    there = {
        "for what resembles an example": bool(exemplar_files(workspace.root)),
        "for entities": bool(_asked(workspace)),
    }
    more = " and ".join(what for what, is_there in there.items() if is_there)
    return Tiers(silent=f"rule tier only: --tier both looks {more}, too") if more else RULES_ONLY


def rules_with_entities(workspace: Workspace) -> Tiers:
    """Rules, and the entities that they ask for. Errors: a model that is installed is not whole."""
    entities, why = _open_entities(workspace)
    return Tiers(entities=entities, silent=why)


def open_tiers(workspace: Workspace, told: Told) -> Tiers:
    """All that look, or those that can and why the others do not.

    What is learnt lies in the cache of the workspace. told: of the step `learn`.
    Errors: a model that is named or installed is not whole.
    """
    likeness, alone = _open_likeness(workspace, told)
    entities, nameless = _open_entities(workspace)
    return Tiers(likeness, entities, "; ".join(filter(None, (alone and f"rule tier only: {alone}", nameless))))


def _asked(workspace: Workspace) -> "set[Entity]":
    """The entities that rules ask for."""
    return {name for rule in workspace.guidelines.values() for name in rule.entities}


def _open_entities(workspace: Workspace) -> "tuple[Entities | None, str]":
    """Who finds them, and which are not looked for; their model is loaded when the first words are looked at."""
    asked = _asked(workspace)
    if not asked:
        return None, ""
    from publisher.policy.entities.looking import Entities
    from publisher.policy.entities.model import ENGLISH, that_need_it

    if missing := ENGLISH.missing_libraries():
        return None, f"no entities: {missing}"
    need = that_need_it(asked)
    folder = ENGLISH.installed() if need else None
    if folder is not None:
        ENGLISH.check(folder)
        return Entities(asked, folder), ""
    return Entities(asked - {*need}, None), f"no {' or '.join(need)}: no {ENGLISH.what} is installed" if need else ""


def _open_likeness(workspace: Workspace, told: Told) -> "tuple[Likeness | None, str]":
    """The tier of likeness, or why it does not look; neither where no rule has exemplars."""
    if not exemplar_files(workspace.root):
        return None, ""
    from publisher.workspace.exemplars import load_exemplars

    exemplars = load_exemplars(workspace.root, workspace.guidelines)
    from publisher.policy.likeness.model import MINILM

    folder = _named_model(workspace) or MINILM.installed()
    if folder is None:
        return None, f"no {MINILM.what} is installed"
    if missing := MINILM.missing_libraries():
        return None, missing
    MINILM.check(folder)
    from publisher.policy.likeness.encoder import Encoder
    from publisher.policy.likeness.teaching import teach

    cache = workspace.root / ".publisher" / "likeness"
    return teach(Encoder(folder), workspace.guidelines, exemplars, cache, lambda done: told("learn", done)), ""


def _named_model(workspace: Workspace) -> Path | None:
    """The folder of the sentence model, as the environment says, or publisher.toml; None if neither does."""
    said = {VARIABLE: os.environ.get(VARIABLE), "publisher.toml: likeness.model": workspace.config.likeness.model}
    for where, named in said.items():
        if named:
            folder = workspace.root / Path(named).expanduser()
            if not folder.is_dir():
                raise PublisherError(f"there is no folder {named}", where=where, hint="name the model's folder")
            return folder
    return None
