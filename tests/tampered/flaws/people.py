"""The people of the house: step 3."""

from collections.abc import Callable
from dataclasses import replace

from review.docket import PEOPLE, Docket, flipped, line, private_key

from publisher.review.keys import Signer
from publisher.review.roster import unsigned
from tampered.acts import instead, moved, records, revoked_from, revoked_later, rewrite
from tampered.cases import flaw

FIRST = "people/signed/0001.dsse.json"


def _without_lea(docket: Docket) -> None:
    docket.change_person("lea", roles=[])


IVO: dict[str, object] = {"name": "Ivo Admin", "roles": ["admin"], "keys": [line("ivo")]}


def _with_eva(docket: Docket) -> None:
    docket.write_people({**PEOPLE, "eva": {"name": "Eva", "roles": ["legal", "admin"], "keys": [line("eva")]}})


def _approved_by_eva(docket: Docket) -> None:
    _with_eva(docket)
    instead(person="eva")(docket)


def _forged_without_a_line(docket: Docket) -> None:
    _approved_by_eva(docket)
    forged_ = unsigned(docket.roster()).signed_by(Signer(private_key("eva")))
    docket.write(f"people/signed/{forged_.roster.file_name}", forged_.data)


def _forged_from_the_start(docket: Docket) -> None:
    _approved_by_eva(docket)
    roster = replace(docket.roster(1), previous="")
    docket.write(FIRST, unsigned(roster).signed_by(Signer(private_key("eva"))).data)


def _two_admins(*signed_by: str) -> Callable[[Docket], None]:
    """Version 2 asks for two admins; version 3 is signed by these."""

    def make(docket: Docket) -> None:
        ida = {**PEOPLE["ida"], "keys": [line("ida"), line("ida's other one")]}
        docket.write_people({**PEOPLE, "ida": ida, "ivo": IVO}, threshold=2)
        docket.sign_people("ida", "ivo")
        docket.write_people({**PEOPLE, "ida": ida, "ivo": IVO, "kim": {**PEOPLE["kim"], "roles": []}}, threshold=2)
        docket.sign_people(*signed_by)

    return make


@flaw(3)
def people_never_signed(docket: Docket) -> None:
    """Nobody ever signed people.toml: whoever can write there could approve."""
    records(lambda records: records[1:])(docket)


@flaw(8)
def people_edited_after_signing(docket: Docket) -> None:
    """Somebody gave themselves a role and a key, and approved: no admin signed that."""
    _approved_by_eva(docket)


@flaw(3)
def people_forged(docket: Docket) -> None:
    """Somebody wrote a version of their own, signed with their own key, and recorded it."""
    _approved_by_eva(docket)
    docket.sign_people("eva")


@flaw(8)
def people_forged_without_a_line(docket: Docket) -> None:
    """Somebody wrote a version of their own beside the others: the ledger knows nothing of it."""
    _forged_without_a_line(docket)


@flaw(3)
def people_forged_from_the_start(docket: Docket) -> None:
    """Somebody wrote another first version, signed by its own admin: the ledger names the true one by its digest."""
    _forged_from_the_start(docket)


@flaw(3)
def people_version_skipped(docket: Docket) -> None:
    """Version 3 follows version 1."""
    docket.sign_people(roster=docket.roster(3))


@flaw(3)
def people_version_twice(docket: Docket) -> None:
    """Version 1 stands in the ledger a second time, behind version 2: nobody goes back."""
    _without_lea(docket)
    docket.rewrite(lambda all_: [*all_, all_[0]])


@flaw(3)
def people_version_put_back(docket: Docket) -> None:
    """Version 1 lies in the place of version 2, in which she is no longer of legal: the ledger knows a newer one."""
    _without_lea(docket)
    docket.write("people/signed/0002.dsse.json", (docket.root / FIRST).read_bytes())


@flaw(3)
def people_version_missing(docket: Docket) -> None:
    """The file of a version is gone."""
    (docket.root / FIRST).unlink()


@flaw(3)
def people_version_with_a_bit_flipped(docket: Docket) -> None:
    """One bit of a version was changed."""
    rewrite(docket, FIRST, lambda data: flipped(data, 100))


@flaw(3)
def people_version_of_another_line(docket: Docket) -> None:
    """Version 2 names another version 1 as the one before it."""
    docket.sign_people(roster=replace(docket.roster(), previous="0" * 64))


@flaw(3)
def people_signed_by_too_few(docket: Docket) -> None:
    """Two admins sign each version here, and one signed the second."""
    _two_admins("ida")(docket)


@flaw(0)
def people_signed_by_two(docket: Docket) -> None:
    """Two admins sign each version here, and two did."""
    _two_admins("ida", "ivo")(docket)


@flaw(3)
def people_signed_by_one_admin_twice(docket: Docket) -> None:
    """Two admins sign each version here; ida signed with both of her keys."""
    _two_admins("ida", "ida's other one")(docket)


@flaw(3)
def people_signed_by_a_former_admin(docket: Docket) -> None:
    """She was taken out of the admins in version 2, and signed version 3."""
    docket.set_people({**PEOPLE, "ivo": IVO})
    docket.set_people({**PEOPLE, "ida": {**PEOPLE["ida"], "roles": []}, "ivo": IVO}, "ida", "ivo")
    docket.set_people(PEOPLE, "ida")


@flaw(3)
def people_signed_by_no_admin(docket: Docket) -> None:
    """She is of legal, and no admin."""
    docket.set_people({**PEOPLE, "ivo": IVO}, "lea")


@flaw(3)
def people_handed_on_by_themselves(docket: Docket) -> None:
    """The admins of version 2 signed it, and none of version 1, who alone could hand on their trust."""
    docket.set_people({**PEOPLE, "ivo": IVO}, "ivo")


@flaw(3)
def people_of_another_house(docket: Docket) -> None:
    """The site has another address, for which no admin signed its people."""
    moved(docket)


@flaw(3)
def people_revocation_taken_back(docket: Docket) -> None:
    """A key that was revoked is trusted again."""
    revoked_later(docket)
    docket.set_people(PEOPLE)


@flaw(3)
def people_revocation_shifted(docket: Docket) -> None:
    """A line was put in before the entry from which her key is revoked, which moved it; the chain was made whole."""
    revoked_from(docket, 2)
    docket.rewrite(lambda all_: [all_[0], replace(all_[1], by="ben"), *all_[1:]])
