"""What an approval says, and when: step 8."""

from review.docket import Docket, a_revision

from publisher.files import digest_bytes
from tampered.acts import MENDED, NAME, ending, instead, lose_approvals, records
from tampered.cases import flaw


def _replayed_on_an_edit(docket: Docket) -> None:
    docket.submit(MENDED)
    (path,) = docket.envelope_files
    data = {"revision": MENDED.name, "envelope": digest_bytes(path.read_bytes()).sha256}
    docket.append("approve", "lea", data)


@flaw(8)
def approval_missing(docket: Docket) -> None:
    """The ledger says that she approved, but the signed file is gone."""
    lose_approvals(docket)


@flaw(8)
def approval_without_a_line(docket: Docket) -> None:
    """The file lies there, but the ledger knows nothing of it."""
    records(lambda records: records[:2])(docket)


@flaw(8)
def approval_before_the_submission(docket: Docket) -> None:
    """It was recorded before anybody submitted the revision."""
    records(lambda records: [records[0], records[2], records[1]])(docket)


@flaw(8, revision=MENDED.name)
def approval_replayed_on_an_edit(docket: Docket) -> None:
    """The approval of the first revision was recorded for the second."""
    _replayed_on_an_edit(docket)


@flaw(8)
def approval_by_an_unknown_key(docket: Docket) -> None:
    """It is signed by a key that nobody knows."""
    instead(key="somebody")(docket)


@flaw(8)
def approval_by_anothers_key(docket: Docket) -> None:
    """It is signed by another reviewer's key."""
    instead(key="max")(docket)


@flaw(8)
def approval_by_nobody(docket: Docket) -> None:
    """The person is nobody in people.toml."""
    instead(person="somebody")(docket)


@flaw(8)
def approval_by_a_maker(docket: Docket) -> None:
    """The host has the role and a key, and still can't approve her own piece."""
    instead(person="ann")(docket)


@flaw(8)
def approval_by_the_submitter(docket: Docket) -> None:
    """Who submitted a revision, once, can't approve it."""
    docket.submit(a_revision(), by="lea")


@flaw(8)
def approval_by_another_role(docket: Docket) -> None:
    """Finance approved where legal is asked for."""
    instead(person="kim")(docket)


@flaw(8)
def approval_before_validity(docket: Docket) -> None:
    """She signed a day before she was to begin."""
    instead(person="una")(docket)


@flaw(8)
def approval_after_validity(docket: Docket) -> None:
    """She signed the day after her last one."""
    instead(person="una", time="2026-12-01T00:00:00+00:00")(docket)


@flaw(8)
def approval_for_another_house(docket: Docket) -> None:
    """It says that it is about another house."""
    instead(house="https://other.example.com/")(docket)


@flaw(8)
def approval_that_means_something_else(docket: Docket) -> None:
    """The sentence above the signature is not that of an approval."""
    instead(meaning="I had a look at it.")(docket)


@flaw(8)
def approval_in_local_time(docket: Docket) -> None:
    """A time in another zone could move the signature into her days of validity."""
    instead(time="2026-11-20T13:00:00+01:00")(docket)


@flaw(8)
def approval_overtaken_by_a_rejection(docket: Docket) -> None:
    """She rejected what she had approved; withdrawing that is no approval."""
    docket.decide(NAME, "reject")
    docket.decide(NAME, "withdraw")


@flaw(8, now="2026-11-30T12:01:00+00:00")
def approval_that_ended(docket: Docket) -> None:
    """Approvals end after ten days here, and these are over."""
    ending(docket)


@flaw(0, now="2026-11-30T12:00:59+00:00")
def approval_about_to_end(docket: Docket) -> None:
    """Approvals end after ten days here, in a second."""
    ending(docket)
