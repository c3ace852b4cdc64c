"""Who looks for findings: rules always; likeness, and entities that rules ask for, where somebody opened them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.counting import counted

if TYPE_CHECKING:
    # Only for types: an editor that asks for rules alone does not wait for the rest.
    from collections.abc import Sequence

    from publisher.policy.likeness.looking import Resemblance
    from publisher.policy.matching import Found
    from publisher.policy.recall import Looker
    from publisher.workspace.guidelines import Entity


@dataclass(frozen=True)
class Tiers:
    """Who looks."""

    likeness: "Looker[Sequence[Resemblance]] | None" = None
    """The tier that looks for what resembles an exemplar."""
    entities: "Looker[Found] | None" = None
    """Who finds the entities that rules ask for."""
    names: "frozenset[Entity]" = frozenset()
    """Those that are looked for."""
    silent: str = ""
    """What nobody looks for though rules ask for it, and why; empty where all is looked for."""

    def named(self, rules: int) -> str:
        """Who looked, by the number of rules: `17 rules`, and their exemplars where these were looked for."""
        if self.likeness:
            return counted(rules, "rule and its exemplars", "rules and their exemplars")
        return counted(rules, "rule")


RULES_ONLY = Tiers()
