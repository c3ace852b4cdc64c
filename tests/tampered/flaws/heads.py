"""What an approval says of the ledger: step 8."""

from collections.abc import Callable
from dataclasses import replace

from review.docket import Docket

from tampered.acts import NAME, ending, instead, lose_approvals
from tampered.cases import flaw


def _ending_and_dated_ahead(docket: Docket) -> None:
    ending(docket)
    instead(time="2027-11-20T12:01:00+00:00")(docket)


def _seen(then: Callable[[Docket], object], **changes: object) -> Callable[[Docket], None]:
    """An approval that says what lea saw of the ledger, where another piece was submitted, too; then what is done."""

    def make(docket: Docket) -> None:
        lose_approvals(docket)
        docket.rewrite(lambda records: records[:2])
        docket.append("submit", "ann", {"revision": "0" * 64}, slug="another-piece")
        docket.signs_heads = True
        head = replace(docket.ledger.head(), **changes)  # type: ignore[arg-type] # by name
        docket.decide(NAME, head=head)
        then(docket)

    return make


@flaw(0)
def approval_with_a_head(docket: Docket) -> None:
    """She signed what the ledger was, and it went on from there."""
    _seen(lambda _: None)(docket)


@flaw(8)
def approval_with_a_head_of_a_longer_ledger(docket: Docket) -> None:
    """She signed that the ledger had more lines than it has."""
    _seen(lambda _: None, size=4)(docket)


@flaw(8)
def approval_with_a_head_of_another_ledger(docket: Docket) -> None:
    """She signed another ledger than this."""
    _seen(lambda _: None, tip="1" * 64)(docket)


@flaw(8)
def ledger_cut_before_an_approval_with_a_head(docket: Docket) -> None:
    """A line that she saw was taken out, and the chain made whole: her signature says that it was there."""
    _seen(lambda docket: docket.rewrite(lambda records: [*records[:2], records[3]]))(docket)


@flaw(8)
def ledger_edited_before_an_approval_with_a_head(docket: Docket) -> None:
    """A line that she saw is another, and the chain was made whole: her signature says what it was."""
    _seen(lambda docket: docket.rewrite(lambda all_: [*all_[:2], replace(all_[2], by="eva"), all_[3]]))(docket)


@flaw(8)
def approval_dated_ahead(docket: Docket) -> None:
    """Approvals end here, and hers is dated a year ahead, so that it would count a year longer."""
    _ending_and_dated_ahead(docket)
