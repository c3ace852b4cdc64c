"""The host accepts a request: it becomes an edit of the episode, with the reason and who asked for it."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from publisher.errors import PublisherError
from publisher.files import write_atomically
from publisher.workflow.context import Context
from publisher.workflow.remarks import ACCEPT, EDITS, Remark, named, recorded_times
from publisher.workspace.amending import with_edit
from publisher.workspace.edits import Edit, Times, edit_flaws
from publisher.workspace.fields import LINE_CHARACTERS
from publisher.workspace.pieces import Episode


@dataclass(frozen=True)
class Accepted:
    """What became of a request."""

    remark: Remark
    edits: tuple[Edit, ...]
    """One, as a rule; none where all of it is cut already, several where a cut lies within."""
    file: str
    """`episodes/SLUG/episode.md`."""


def accept(context: Context, slug: str, id_: str, by: str | None) -> Accepted:
    """Write the edit that was asked for into `episode.md`, and into the ledger that it was accepted.

    by: id of who accepts; the episode's first host if not said. A kill between the two writes leaves the edit, and the
    next run accepts it without writing it twice.
    What is cut already is left out of it. Errors: it asks for nothing that can be edited; it overlaps a bleep or a
    silence; its times are not known any more.
    """
    piece = context.workspace.piece(slug)
    remark = named(context, slug, id_)
    if not isinstance(piece, Episode) or remark.kind not in EDITS:
        raise PublisherError(
            f"{remark.id} asks for no edit of the recording", where=slug, each=[remark.said],
            hint=f"change the words by hand; {remark.name} resolves it",
        )  # fmt: skip
    person = by or piece.hosts[0]
    if person not in context.workspace.people:
        raise PublisherError(f"{person!r} is nobody in people.toml", hint=f"publish people add {person} --name NAME")
    edits = tuple(_edits(piece, remark, recorded_times(context, remark, slug)))
    _write(piece, [one for one in edits if str(one) not in {*map(str, piece.matter.edits)}], remark)
    context.ledger.append(ACCEPT, slug, person, context.today(), {"remark": remark.id})
    return Accepted(remark, edits, piece.file)


def _edits(piece: Episode, remark: Remark, times: Times) -> Iterator[Edit]:
    """What is asked for as edits, beside what is cut already: of that, nothing is heard."""
    cuts = sorted(edit.times for edit in piece.matter.edits if edit.kind == "cut" and edit.times != times)
    for left in _beside(times, cuts):
        yield Edit.model_validate({remark.kind: str(left), "reason": _reason(remark)})


def _beside(times: Times, cuts: Iterable[Times]) -> Iterator[Times]:
    """The parts of some times that lie in no cut. cuts: in their order, apart from each other."""
    start, end = times.start, math.inf if times.end is None else times.end
    for cut in cuts:
        if cut.meets(Times(start, times.end)):
            if start < cut.start:
                yield Times(start, cut.start)
            start = math.inf if cut.end is None else max(start, cut.end)
    if start < end:
        yield Times(start, times.end)


def _write(piece: Episode, edits: Sequence[Edit], remark: Remark) -> None:
    """Add edits to `episode.md`, all or none. Errors: they do not fit beside those that are there."""
    if flaw := next(edit_flaws([*piece.matter.edits, *edits]), None):
        raise PublisherError(flaw[1], where=f"{piece.slug}, {remark.id}", hint="write it into its edits by hand")
    path = piece.folder / "episode.md"
    text = path.read_text(encoding="utf-8")
    for edit in edits:
        text = with_edit(text, edit.kind, str(edit.times), edit.reason or "", piece.file)
    if edits:
        write_atomically(path, text.encode())


def _reason(remark: Remark) -> str:
    """In one line, that other reviewers read; with who asked."""
    asked = f" ({remark.name} asked for it)"
    text = " ".join(remark.text.split())
    room = LINE_CHARACTERS - len(asked)
    return (text if len(text) <= room else text[: room - 1] + "…") + asked
