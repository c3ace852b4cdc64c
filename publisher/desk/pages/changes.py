"""What changed since this person looked."""

from starlette.requests import Request
from starlette.responses import Response

from publisher.desk.pages.piece import frame
from publisher.desk.pages.showing import page
from publisher.desk.room import Desk
from publisher.desk.since import since
from publisher.workflow.decide import in_review
from publisher.workflow.look import inspect


def changes(desk: Desk, request: Request) -> Response:
    """Words by words, and the stretches of the sound that need a second listen."""
    slug = request.path_params["slug"]
    with desk.work() as context:
        revision = in_review(context, slug)
        seen = inspect(context, revision)
        return page(
            desk, request, "changes.html", title=seen.card.title, tab="changes",
            since=since(context, desk.person, revision), **frame(context, desk, revision, seen),
        )  # fmt: skip
