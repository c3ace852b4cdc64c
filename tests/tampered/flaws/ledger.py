"""The ledger: step 1, the chain."""

from collections.abc import Callable

from review.docket import Docket

from tampered.acts import NAME, branched, merge, rewrite
from tampered.cases import flaw


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Docket], None]:
    return lambda docket: rewrite(docket, "ledger.jsonl", lambda data: b"".join(change(data.splitlines(keepends=True))))


def _merge_then(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Docket], None]:
    def make(docket: Docket) -> None:
        merge(docket)
        _lines(change)(docket)

    return make


def _withdrawn_later(docket: Docket) -> None:
    merge(docket)
    docket.decide(NAME, "withdraw", "max")


def _link(docket: Docket) -> None:
    docket.ledger_file.rename(docket.root / "elsewhere.jsonl")
    docket.ledger_file.symlink_to("elsewhere.jsonl")


def _swap(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1]]


@flaw(0)
def untampered(docket: Docket) -> None:
    """Nothing was changed: it is admitted, so the others fail for their flaw alone."""


@flaw(0)
def ledger_with_a_torn_line_at_its_end(docket: Docket) -> None:
    """A kill left the beginning of a line, which was never acknowledged: nothing is lost, nothing to refuse."""
    rewrite(docket, "ledger.jsonl", lambda data: data + b'{"by":"ann","data":{"find')


@flaw(1)
def ledger_line_edited(docket: Docket) -> None:
    """Another person stands as the submitter: the next line holds the digest of what was there."""
    _lines(lambda lines: [lines[0], lines[1].replace(b'"ann"', b'"eva"'), lines[2]])(docket)


@flaw(1)
def ledger_line_removed(docket: Docket) -> None:
    """The submission is missing: the approval's line follows from it."""
    _lines(lambda lines: [lines[0], lines[2]])(docket)


@flaw(1)
def ledger_line_inserted(docket: Docket) -> None:
    """A line stands between two that follow from each other."""
    _lines(lambda lines: [*lines[:2], lines[1].replace(b'"ann"', b'"eva"'), lines[2]])(docket)


@flaw(1)
def ledger_line_doubled(docket: Docket) -> None:
    """A line stands twice; each has one number and one predecessor."""
    _lines(lambda lines: [*lines, lines[-1]])(docket)


@flaw(1)
def ledger_lines_swapped(docket: Docket) -> None:
    """The approval stands before the submission that it follows from."""
    _lines(_swap)(docket)


@flaw(1)
def ledger_line_cut_in_the_middle(docket: Docket) -> None:
    """Half a line in the middle is no torn end: somebody cut it."""
    _lines(lambda lines: [lines[0], lines[1][:60] + b"\n", lines[2]])(docket)


@flaw(1)
def ledger_with_garbage_at_its_end(docket: Docket) -> None:
    """A whole line that is none follows: no kill leaves a line feed."""
    _lines(lambda lines: [*lines, b"garbage\n"])(docket)


@flaw(1)
def ledger_with_an_empty_line(docket: Docket) -> None:
    """An empty line is no record."""
    _lines(lambda lines: [*lines[:2], b"\n", lines[2]])(docket)


@flaw(1)
def ledger_with_windows_line_ends(docket: Docket) -> None:
    """Line ends were converted: these are other bytes than those that were written."""
    _lines(lambda lines: [one.replace(b"\n", b"\r\n") for one in lines])(docket)


@flaw(1)
def ledger_with_a_space_more(docket: Docket) -> None:
    """The same content in another form: one content has one form, or digests mean nothing."""
    _lines(lambda lines: [lines[0], lines[1].replace(b",", b", ", 1), lines[2]])(docket)


@flaw(1)
def ledger_with_a_key_twice(docket: Docket) -> None:
    """Two programs may read two different values from one line."""
    _lines(lambda lines: [lines[0], lines[1].replace(b"{", b'{"by":"eva",', 1), lines[2]])(docket)


@flaw(1)
def ledger_that_is_a_link(docket: Docket) -> None:
    """The ledger is a link: what it leads to is not what the workspace keeps."""
    _link(docket)


@flaw(1)
def ledger_with_two_branches(docket: Docket) -> None:
    """Two people appended on two branches, and nobody joined these: nobody can tell what came last."""
    branched(lambda _: None)(docket)


@flaw(1)
def ledger_with_branches_in_another_order(docket: Docket) -> None:
    """Lines of two merged branches changed places: their order is that of the line that joins them."""
    branched(_merge_then(lambda lines: [*lines[:2], lines[3], lines[2], lines[4]]))(docket)


@flaw(1)
def ledger_with_a_branch_removed(docket: Docket) -> None:
    """The branch with the rejection was taken out, and the line that joins it names it."""
    branched(_merge_then(lambda lines: [*lines[:3], lines[4]]))(docket)


@flaw(0)
def ledger_with_merged_branches(docket: Docket) -> None:
    """Max rejected on another branch and withdrew after the merge: lea's approval counts."""
    branched(_withdrawn_later)(docket)
