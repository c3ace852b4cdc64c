"""Those that look for findings; where what one of them needs is not at hand, it is said why.

A model is opened for words that were not looked at yet: what was found in others is recalled.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from publisher.errors import PublisherError
from publisher.policy.recall import Looker, Recalling
from publisher.policy.tiers import RULES_ONLY, Tiers
from publisher.workspace.loading import Workspace
from publisher.workspace.rulebook import exemplar_files

if TYPE_CHECKING:
    from publisher.policy.entities.looking import Entities
    from publisher.policy.likeness.looking import Likeness, Resemblance
    from publisher.policy.matching import Found
    from publisher.workspace.exemplars import Exemplars
    from publisher.workspace.guidelines import Entity

VARIABLE = "PUBLISH_SENTENCE_MODEL"
Told: TypeAlias = Callable[[str, float], None]
"""Hears how far a step is, from 0 to 1."""


def rules_only(workspace: Workspace) -> Tiers:
    """Words and expressions, because nobody asked for more; said only where there would be more."""
    there = {
        "for what resembles an exemplar": bool(exemplar_files(workspace.root)),
        "for entities": bool(_asked(workspace)),
    }
    more = " and ".join(what for what, is_there in there.items() if is_there)
    return Tiers(silent=f"rule tier only: --tier both looks {more}, too") if more else RULES_ONLY


def rules_with_entities(workspace: Workspace) -> Tiers:
    """Rules, and the entities that they ask for. Errors, when it looks: a model is not whole."""
    namer, why = _namer(workspace)
    return replace(_with_entities(workspace, namer), silent=why)


def open_tiers(workspace: Workspace, told: Told) -> Tiers:
    """All that look, or those that can and why the others do not.

    What is learnt, and what was found, lies in the cache of the workspace. told: of the step `learn`.
    Errors: exemplars cannot be read; when it looks: a model is not whole.
    """
    pupil, alone = _pupil(workspace, told)
    namer, nameless = _namer(workspace)
    silent = "; ".join(filter(None, (alone and f"rule tier only: {alone}", nameless)))
    return replace(_with_entities(workspace, namer), likeness=pupil.recalling() if pupil else None, silent=silent)


def open_likeness(workspace: Workspace, told: Told) -> "Likeness | None":
    """The tier of likeness itself, which knows what its exemplars are worth; None where it cannot look.

    Errors: as `open_tiers`, and a model is not whole.
    """
    pupil, _ = _pupil(workspace, told)
    return pupil.taught() if pupil else None


def _asked(workspace: Workspace) -> "set[Entity]":
    """The entities that rules ask for."""
    return {name for rule in workspace.guidelines.values() for name in rule.entities}


@dataclass(frozen=True)
class _Namer:
    """Who finds entities."""

    names: "frozenset[Entity]"
    folder: Path | None
    """Of the model; None if none of them needs it."""

    def recalling(self, workspace: Workspace) -> "Looker[Found]":
        from publisher.policy.entities.model import ENGLISH
        from publisher.policy.matching import Found

        return _recalling(workspace, self.opened, list[Found], *sorted(self.names), ENGLISH.mark(self.folder))

    def opened(self) -> "Entities":
        from publisher.policy.entities.looking import Entities
        from publisher.policy.entities.model import ENGLISH

        if self.folder is not None:
            ENGLISH.check(self.folder)
        return Entities(self.names, self.folder)


def _with_entities(workspace: Workspace, namer: _Namer | None) -> Tiers:
    return Tiers(entities=namer.recalling(workspace), names=namer.names) if namer else RULES_ONLY


def _namer(workspace: Workspace) -> tuple[_Namer | None, str]:
    """Who finds the entities that rules ask for, and which are not looked for, and why."""
    asked = _asked(workspace)
    if not asked:
        return None, ""
    from publisher.policy.entities.model import ENGLISH, that_need_it

    if missing := ENGLISH.missing_libraries():
        return None, f"no entities: {missing}"
    need = that_need_it(asked)
    folder = ENGLISH.installed() if need else None
    if need and folder is None:
        return _Namer(frozenset(asked - {*need}), None), f"no {' or '.join(need)}: no {ENGLISH.what} is installed"
    return _Namer(frozenset(asked), folder), ""


@dataclass(frozen=True)
class _Pupil:
    """Who learns what findings look like."""

    workspace: Workspace
    exemplars: "dict[str, Exemplars]"
    folder: Path
    """Of the model."""
    told: Told

    def recalling(self) -> "Looker[Sequence[Resemblance]]":
        from publisher.policy.likeness.looking import Resemblance
        from publisher.policy.likeness.model import MINILM

        lessons = (f"{id_} {one.model_dump_json()}" for id_, one in self.exemplars.items())
        rules = (f"{id_} {one.model_dump_json()} {one.held}" for id_, one in self.workspace.guidelines.items())
        marks = (*rules, *lessons, MINILM.mark(self.folder))
        return _recalling(self.workspace, self.taught, list[Sequence[Resemblance]], *marks)

    def taught(self) -> "Likeness":
        from publisher.policy.likeness.encoder import Encoder
        from publisher.policy.likeness.model import MINILM
        from publisher.policy.likeness.teaching import teach

        MINILM.check(self.folder)
        cache = self.workspace.root / ".publisher" / "likeness"
        encoder, rules = Encoder(self.folder), self.workspace.guidelines
        return teach(encoder, rules, self.exemplars, cache, lambda done: self.told("learn", done))


def _pupil(workspace: Workspace, told: Told) -> tuple[_Pupil | None, str]:
    """Who finds what looks like exemplars, or why nobody does; neither where no rule has any."""
    if not exemplar_files(workspace.root):
        return None, ""
    from publisher.policy.likeness.model import MINILM
    from publisher.workspace.exemplars import load_exemplars

    exemplars = load_exemplars(workspace.root, workspace.guidelines)
    folder = _named_model(workspace) or MINILM.installed()
    if folder is None:
        return None, f"no {MINILM.what} is installed"
    if missing := MINILM.missing_libraries():
        return None, missing
    return _Pupil(workspace, exemplars, folder, told), ""


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


def _recalling(
    workspace: Workspace,
    open_looker: Callable[[], Looker[Any]],
    shape: Any,  # noqa: ANN401 - the type of all that is found
    *marks: str,
) -> Looker[Any]:
    from pydantic import TypeAdapter

    return Recalling(open_looker, TypeAdapter(shape), workspace.root / ".publisher" / "found", marks)
