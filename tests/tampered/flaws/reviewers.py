"""Who approves, by the people and rules of today: step 8."""

from collections.abc import Callable

from review.docket import PEOPLE, Docket, a_card, carded, line

from tampered.acts import NAME, instead, revoked_from, revoked_later
from tampered.cases import flaw


def _counted_twice(docket: Docket) -> None:
    docket.set_rules(legal=2)
    docket.decide(NAME, key="lea's other one")


HEALTH = carded(a_card(division="health").to_bytes())


def _of_health(asked: str, legal: int) -> Callable[[Docket], object]:
    """A piece of a division that asks for something itself; lea approves."""

    def make(docket: Docket) -> None:
        docket.set_rules(more=f"[divisions.health.review.required]\n{asked}\n", legal=legal)
        docket.submit(HEALTH)
        docket.decide(HEALTH.name)

    return make


def _approved_by_anna(docket: Docket) -> None:
    docket.set_people({**PEOPLE, "anna": {"name": "Ann Host", "roles": ["legal"], "keys": [line("anna")]}})
    instead(person="anna")(docket)


def _counted_under_two_ids(docket: Docket) -> None:
    docket.set_rules(legal=2)
    docket.set_people({**PEOPLE, "lea-2": {**PEOPLE["lea"], "keys": [line("lea-2")]}})
    docket.decide(NAME, person="lea-2")


@flaw(8)
def approvals_of_two_keys_of_one_person(docket: Docket) -> None:
    """Two of legal are asked for: two keys of one person are one person."""
    _counted_twice(docket)


@flaw(8)
def people_key_removed(docket: Docket) -> None:
    """Her key is no longer in people.toml."""
    docket.change_person("lea", keys=[line("lea's other one")])


@flaw(0)
def approval_with_a_key_revoked_later(docket: Docket) -> None:
    """Her key is revoked from an entry behind her approval on: what it signed before counts."""
    revoked_later(docket)


@flaw(8)
def approval_with_a_key_revoked_before(docket: Docket) -> None:
    """Her key was stolen, and is revoked from the entry of this approval on."""
    revoked_from(docket, 2)


@flaw(8)
def people_key_under_two_names(docket: Docket) -> None:
    """One key stands under two names, so it speaks for neither."""
    docket.change_person("max", keys=[line("max"), f"{line('lea')} lea"])


@flaw(8)
def people_role_removed(docket: Docket) -> None:
    """She is no longer of legal."""
    docket.change_person("lea", roles=[])


@flaw(8)
def people_person_removed(docket: Docket) -> None:
    """She is no longer in people.toml."""
    docket.set_people({id_: one for id_, one in PEOPLE.items() if id_ != "lea"})


@flaw(8)
def people_validity_over(docket: Docket) -> None:
    """Her last day was the one before she signed."""
    docket.change_person("lea", valid_to="2026-11-19")


@flaw(8)
def rules_that_ask_for_two(docket: Docket) -> None:
    """The house asks for two of legal now."""
    docket.set_rules(legal=2)


@flaw(8)
def rules_that_ask_for_another_role(docket: Docket) -> None:
    """The house asks for finance now, too."""
    docket.set_rules(legal=1, finance=1)


@flaw(8)
def rules_of_a_tag_that_ask_for_two(docket: Docket) -> None:
    """Pieces with its tag need two of legal."""
    docket.set_rules(more="[review.tags.trust]\nrequired.legal = 2\n")


@flaw(8, revision=HEALTH.name)
def rules_of_a_division_that_ask_for_another_role(docket: Docket) -> None:
    """Pieces of its division need finance, too; what the manifest's authors became since says nothing about it."""
    _of_health("finance = 1", legal=1)(docket)


@flaw(8, revision=HEALTH.name)
def rules_of_a_division_that_ask_for_less(docket: Docket) -> None:
    """A division that asks for one of legal loosens nothing: the house asks for two."""
    _of_health("legal = 1", legal=2)(docket)


@flaw(8)
def approval_by_a_maker_under_another_id(docket: Docket) -> None:
    """The host stands in people.toml a second time, with the role and another key."""
    _approved_by_anna(docket)


@flaw(8)
def approvals_of_two_entries_of_one_person(docket: Docket) -> None:
    """Two of legal are asked for: two entries with one name are one person."""
    _counted_under_two_ids(docket)
