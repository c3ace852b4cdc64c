"""What there is of a revision, file by file, and what happened to the piece."""

from starlette.requests import Request
from starlette.responses import Response

from publisher.desk.history import told
from publisher.desk.pages.piece import frame
from publisher.desk.pages.showing import page
from publisher.desk.room import Desk
from publisher.workflow.decide import in_review
from publisher.workflow.look import inspect


def record(desk: Desk, request: Request) -> Response:
    """Files and parts with their digests, edits, answers, and the piece's lines in the ledger."""
    slug = request.path_params["slug"]
    with desk.work() as context:
        revision = in_review(context, slug)
        seen = inspect(context, revision)
        evidence = context.evidence()
        names = {id_: person.name for id_, person in context.workspace.people.items()}
        reasons = {digest: one.statement.reason for digest, one in evidence.opened.items()}
        return page(
            desk, request, "record.html", title=seen.card.title, tab="record",
            events=[*told(evidence.of(slug), names, reasons)], loudness=revision.manifest.loudness,
            **frame(context, desk, revision, seen),
        )  # fmt: skip
