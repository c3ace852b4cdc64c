"""The rules, the place and the submission: steps 2, 4 and 5."""

from collections.abc import Callable
from dataclasses import replace

from review.docket import Docket, a_card, carded

from publisher.review.revisions import Revision
from tampered.acts import ELSEWHERE, moved, records
from tampered.cases import flaw

_CARDS = {
    "another piece": carded(a_card(slug="another-piece").to_bytes()),
    "a path": carded(a_card(slug="../../../pwned").to_bytes()),
    "other audio": carded(a_card(audio=f"media/{'0' * 64}/other.mp3").to_bytes()),
}


def _approved_too(revision: Revision) -> Callable[[Docket], object]:
    """Another revision, properly submitted and approved."""
    return lambda docket: (docket.submit(revision), docket.decide(revision.name))


@flaw(2)
def rules_that_ask_for_nobody(docket: Docket) -> None:
    """Nobody is asked to approve: that means no approval, never nothing to check."""
    docket.set_rules(legal=0)


@flaw(4)
def revision_of_another_house(docket: Docket) -> None:
    """The site has another address: an approval for one house is none for another, although its admins moved along."""
    moved(docket)
    docket.sign_people(roster=replace(docket.roster(), house=ELSEWHERE))


@flaw(4, revision=_CARDS["another piece"].name)
def card_of_another_piece(docket: Docket) -> None:
    """Its card would have the page of another piece, although legal approved these bytes."""
    _approved_too(_CARDS["another piece"])(docket)


@flaw(4, revision=_CARDS["a path"].name)
def card_that_leads_out(docket: Docket) -> None:
    """Its card's slug is a path, and would have its page written outside the workspace."""
    _approved_too(_CARDS["a path"])(docket)


@flaw(4, revision=_CARDS["other audio"].name)
def card_with_the_audio_of_another(docket: Docket) -> None:
    """Its card names audio that is none of the revision's files."""
    _approved_too(_CARDS["other audio"])(docket)


@flaw(5)
def submission_missing(docket: Docket) -> None:
    """Nobody submitted it; the chain was made whole again around the gap."""
    records(lambda records: [records[0], records[2]])(docket)


@flaw(5)
def submission_of_another_piece(docket: Docket) -> None:
    """The line submits another piece."""
    records(lambda records: [records[0], replace(records[1], slug="another-piece"), records[2]])(docket)


@flaw(3)
def ledger_emptied(docket: Docket) -> None:
    """The ledger was emptied: what is not recorded did not happen, so nobody is trusted either."""
    docket.ledger_file.write_bytes(b"")
