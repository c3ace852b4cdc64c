"""The signed file of an approval: step 8."""

from collections.abc import Callable
from dataclasses import replace

from review.docket import Docket, flipped, forged

from publisher.files import digest_bytes
from publisher.review.ledger import Record
from tampered.acts import MENDED, rewrite
from tampered.cases import flaw


def _envelope(change: Callable[[bytes], bytes], *, recorded: bool = True) -> Callable[[Docket], None]:
    """Change the approval's file; if recorded, have the ledger name what it is now."""

    def make(docket: Docket) -> None:
        rewrite(docket, "approvals/*-approve-*", change)
        if recorded:
            (path,) = docket.root.glob("approvals/*-approve-*")
            digest = digest_bytes(path.read_bytes()).sha256
            docket.rewrite(lambda records: [_naming(record, digest) for record in records])

    return make


def _naming(record: Record, digest: str) -> Record:
    return replace(record, data={**record.data, "envelope": digest}) if record.event == "approve" else record


@flaw(8)
def approval_with_another_name(docket: Docket) -> None:
    """Another person's name was written into the statement."""
    _envelope(lambda data: forged(data, name="Max Counsel"))(docket)


@flaw(8, revision=MENDED.name)
def approval_with_another_revision(docket: Docket) -> None:
    """Another revision was written into the statement, under the old signature."""
    docket.submit(MENDED)
    _envelope(lambda data: forged(data, revision=MENDED.name))(docket)


@flaw(8)
def approval_with_a_bit_flipped(docket: Docket) -> None:
    """The ledger names the file by its digest."""
    _envelope(lambda data: flipped(data, 100), recorded=False)(docket)


@flaw(8)
def approval_with_a_space_more(docket: Docket) -> None:
    """The same envelope in another form, which the ledger was made to name."""
    _envelope(lambda data: data.replace(b'":"', b'": "', 1))(docket)


@flaw(8)
def approval_with_a_field_more(docket: Docket) -> None:
    """A field that nobody signed stands beside the payload."""
    _envelope(lambda data: data.replace(b"{", b'{"note":"ok",', 1))(docket)


@flaw(8)
def approval_with_a_key_twice(docket: Docket) -> None:
    """Two programs may read two different values from one envelope."""
    _envelope(lambda data: data.replace(b'{"keyid"', b'{"keyid":"x","keyid"', 1))(docket)


@flaw(8)
def approval_in_another_base64(docket: Docket) -> None:
    """The same signature with a line feed in its base64."""
    _envelope(lambda data: data.replace(b'=="}', b'==\\n"}'))(docket)


@flaw(8)
def approval_with_two_signatures(docket: Docket) -> None:
    """An envelope holds one signature, so that it is one person's."""
    _envelope(lambda data: data.replace(b"}]", b'},{"keyid":"","sig":""}]'))(docket)


@flaw(8)
def approval_under_another_keys_name(docket: Docket) -> None:
    """The envelope names another key than the one that signed."""
    _envelope(lambda data: data.replace(b"SHA256:", b"SHA257:"))(docket)
