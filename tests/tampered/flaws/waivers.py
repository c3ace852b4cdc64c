"""Waivers that an approval rests on: step 8."""

from collections.abc import Callable
from dataclasses import replace

from review.docket import FINDING, Docket

from publisher.review.ledger import Record
from tampered.acts import NAME, instead, lose_approvals
from tampered.cases import flaw

_WAIVED = (FINDING,)


def _waived_then(*steps: Callable[[Docket], object], first: bool = True) -> Callable[[Docket], None]:
    """What happens around a waiver by lea, in place of her approval."""

    def make(docket: Docket) -> None:
        lose_approvals(docket)
        docket.rewrite(lambda records: records[:2])
        for step in (lambda docket: docket.waive(NAME), *steps) if first else steps:
            step(docket)

    return make


def _with_waiver(
    then: Callable[[Docket], object] = lambda _: None, finding: str = FINDING, person: str = "lea"
) -> Callable[[Docket], None]:
    """An approval by lea that names the finding of the docket, behind a waiver of a finding by somebody."""
    return _waived_then(
        lambda docket: docket.waive(NAME, finding, person),
        lambda docket: docket.decide(NAME, waived=_WAIVED),
        then,
        first=False,
    )


def _taken_back(docket: Docket) -> None:
    docket.waive(NAME, event="unwaive")


def _without_reasons(records: list[Record]) -> list[Record]:
    return [replace(one, data={**one.data, "reason": " "}) if one.event == "waive" else one for one in records]


def _of_another_piece(records: list[Record]) -> list[Record]:
    return [replace(one, slug="another-piece") if one.event == "waive" else one for one in records]


@flaw(0)
def approval_that_names_a_waiver(docket: Docket) -> None:
    """Max waived a finding, and lea approved with it: both counts."""
    _with_waiver(person="max")(docket)


@flaw(0)
def waiver_taken_back_later(docket: Docket) -> None:
    """He took it back after the approval, as late as any change of mind: to stop the piece, he rejects it."""
    _with_waiver(lambda docket: docket.waive(NAME, person="max", event="unwaive"), person="max")(docket)


@flaw(8)
def waiver_missing(docket: Docket) -> None:
    """The approval names a finding as waived, and nobody waived it."""
    instead(waived=_WAIVED)(docket)


@flaw(8)
def waiver_of_another_finding(docket: Docket) -> None:
    """Another finding was waived."""
    _with_waiver(finding="6a" * 16)(docket)


@flaw(8)
def waiver_by_a_maker(docket: Docket) -> None:
    """The host waived what was found in her own piece."""
    _with_waiver(person="ann")(docket)


@flaw(8)
def waiver_by_another_role(docket: Docket) -> None:
    """Finance waived where legal decides."""
    _with_waiver(person="kim")(docket)


@flaw(8)
def waiver_by_nobody(docket: Docket) -> None:
    """Nobody in people.toml waived it."""
    _with_waiver(person="somebody")(docket)


@flaw(8)
def waiver_before_validity(docket: Docket) -> None:
    """She waived it a day before she was to begin."""
    _with_waiver(person="una")(docket)


@flaw(8)
def waiver_taken_back(docket: Docket) -> None:
    """It was taken back before the approval."""
    _waived_then(_taken_back, lambda docket: docket.decide(NAME, waived=_WAIVED))(docket)


@flaw(8)
def waiver_after_the_approval(docket: Docket) -> None:
    """It was waived after the approval that names it."""
    _waived_then(lambda docket: docket.decide(NAME, waived=_WAIVED), lambda docket: docket.waive(NAME), first=False)(
        docket
    )


@flaw(8)
def waiver_without_a_reason(docket: Docket) -> None:
    """The reason was taken out of the waiver, and the chain made whole."""
    _with_waiver(lambda docket: docket.rewrite(_without_reasons))(docket)


@flaw(8)
def waiver_in_another_piece(docket: Docket) -> None:
    """The waiver stands in another piece."""
    _with_waiver(lambda docket: docket.rewrite(_of_another_piece))(docket)
