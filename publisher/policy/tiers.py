"""Who looks for findings: rules always; likeness, and entities that rules ask for, where somebody opened them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only for types: an editor that asks for rules alone does not wait for the rest.
    from publisher.policy.entities.looking import Entities
    from publisher.policy.likeness.looking import Likeness


@dataclass(frozen=True)
class Tiers:
    """Who looks."""

    likeness: "Likeness | None" = None
    """The tier that looks for what resembles an example."""
    entities: "Entities | None" = None
    """Who finds the entities that rules ask for."""
    silent: str = ""
    """What nobody looks for though rules ask for it, and why; empty where all is looked for."""


RULES_ONLY = Tiers()
