"""The host accepts a request: it becomes an edit of the episode, with the reason and who asked for it."""

from dataclasses import dataclass

from publisher.errors import PublisherError
from publisher.files import write_atomically
from publisher.workflow.context import Context
from publisher.workflow.remarks import ACCEPT, EDITS, Remark, named, recorded_times
from publisher.workspace.amending import with_edit
from publisher.workspace.edits import Edit, edit_flaws
from publisher.workspace.fields import LINE_CHARACTERS
from publisher.workspace.pieces import Episode


@dataclass(frozen=True)
class Accepted:
    """What became of a request."""

    remark: Remark
    edit: Edit
    file: str
    """`episodes/SLUG/episode.md`."""


def accept(context: Context, slug: str, id_: str, by: str | None) -> Accepted:
    """Write the edit that was asked for into `episode.md`, and into the ledger that it was accepted.

    by: id of who accepts; the episode's first host if not said. A kill between the two writes leaves the edit, and the
    next run accepts it without writing it twice.
    Errors: it asks for nothing that can be edited; it overlaps another edit; its times are not known any more.
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
    times = recorded_times(context, remark, slug)
    edit = Edit.model_validate({remark.kind: str(times), "reason": _reason(remark)})
    if all(str(one) != str(edit) for one in piece.matter.edits):
        if flaw := next(edit_flaws([*piece.matter.edits, edit]), None):
            raise PublisherError(flaw[1], where=f"{slug}, {remark.id}", hint="write it into its edits by hand")
        path = piece.folder / "episode.md"
        text = path.read_text(encoding="utf-8")
        amended = with_edit(text, remark.kind, str(times), _reason(remark), piece.file)
        write_atomically(path, amended.encode())
    context.ledger.append(ACCEPT, slug, person, context.today(), {"remark": remark.id})
    return Accepted(remark, edit, piece.file)


def _reason(remark: Remark) -> str:
    """In one line, that other reviewers read; with who asked."""
    asked = f" ({remark.name} asked for it)"
    text = " ".join(remark.text.split())
    room = LINE_CHARACTERS - len(asked)
    return (text if len(text) <= room else text[: room - 1] + "…") + asked
