"""The first page: what waits, and for whom."""

from starlette.requests import Request
from starlette.responses import Response

from publisher.desk.pages.outside import still_out
from publisher.desk.pages.showing import page
from publisher.desk.room import Desk
from publisher.workflow.decide import is_reviewer_here
from publisher.workflow.queue import queue_of
from publisher.workflow.sight import has_key, may_sign_here, takes_down_here
from publisher.workflow.signing import waits_for


def queue(desk: Desk, request: Request) -> Response:
    """What waits for this person first, then the rest, with why it waits."""
    with desk.work() as context:
        rows = queue_of(context, desk.person, desk.sees)
        groups = {whose: [row for row in rows if row.whose == whose] for whose in ("yours", "others", "hosts")}
        house, name = context.workspace.config.house.name, context.rules.name(desk.person)
        # At a desk of one's own sits a reviewer, or who is about to be one.
        reviews = not desk.is_shared or is_reviewer_here(context, desk.person)
        return page(
            desk, request, "queue.html", title="What waits for you" if reviews else "Your pieces", groups=groups,
            house=house, name=name, at=context.today(), reviews=reviews, people=waits_for(context, desk.person),
            can_make_passkey=may_sign_here(context, desk.person) and not has_key(context, desk.person),
            still=still_out(desk, context), takes_down=not desk.is_shared or takes_down_here(context, desk.person),
        )  # fmt: skip
