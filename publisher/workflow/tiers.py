"""The two tiers that look for findings: rules always, likeness where its model is at hand; else it is said why not."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import PublisherError
from publisher.workspace.loading import Workspace
from publisher.workspace.rulebook import exemplar_files

if TYPE_CHECKING:
    from publisher.policy.likeness.looking import Likeness

VARIABLE = "PUBLISH_SENTENCE_MODEL"


@dataclass(frozen=True)
class Tiers:
    """Who looks."""

    likeness: "Likeness | None" = None
    """The tier that looks for what resembles an example."""
    silent: str = ""
    """Why that one does not look, where rules have exemplars; empty where they have none, or it looks."""


RULES_ONLY = Tiers()


def rules_only(workspace: Workspace) -> Tiers:
    """The rules, because nobody asked for more; said only where there would be more."""
    more = bool(exemplar_files(workspace.root))
    return Tiers(silent="--tier both looks for what resembles an example, too") if more else RULES_ONLY


def open_tiers(workspace: Workspace, told: Callable[[str, float], None]) -> Tiers:
    """Both tiers, or the rules and why they are alone. Errors: a model that is named or installed is not whole.

    What is learnt lies in the cache of the workspace. told: how far the step `learn` is, from 0 to 1.
    """
    if not exemplar_files(workspace.root):
        return Tiers()
    from publisher.workspace.exemplars import load_exemplars

    exemplars = load_exemplars(workspace.root, workspace.guidelines)
    from publisher.policy.likeness.model import check_model, missing_libraries

    folder = _model(workspace)
    if folder is None:
        return Tiers(silent="no sentence model is installed")
    if missing := missing_libraries():
        return Tiers(silent=f"{' and '.join(missing)} missing: pip install 'corporate-voices[looks-like]'")
    check_model(folder)
    from publisher.policy.likeness.encoder import Encoder
    from publisher.policy.likeness.teaching import teach

    cache = workspace.root / ".publisher" / "likeness"
    likeness = teach(Encoder(folder), workspace.guidelines, exemplars, cache, lambda done: told("learn", done))
    return Tiers(likeness)


def _model(workspace: Workspace) -> Path | None:
    """The folder of the model: as the environment says, or publisher.toml, or where a package has it."""
    from publisher.policy.likeness.model import installed_model

    said = {VARIABLE: os.environ.get(VARIABLE), "publisher.toml: likeness.model": workspace.config.likeness.model}
    for where, named in said.items():
        if named:
            folder = workspace.root / Path(named).expanduser()
            if not folder.is_dir():
                raise PublisherError(f"there is no folder {named}", where=where, hint="name the model's folder")
            return folder
    return installed_model()
