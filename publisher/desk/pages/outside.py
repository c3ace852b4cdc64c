"""What the public has, and what was taken down: where a piece is found that must go."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from publisher.desk.pages.showing import page
from publisher.desk.room import Desk
from publisher.workflow.context import Context
from publisher.workflow.public import Out, Outlook, all_out, still_public
from publisher.workflow.sight import sees_piece
from publisher.workflow.takedown import able_to


class Row(NamedTuple):
    """A piece, for who sits there."""

    out: Out
    """As far as they may know."""
    sees: bool
    """Whether its page at the desk is for them, too."""
    may: bool
    """Whether they may take it down."""

    @property
    def is_theirs(self) -> bool:
        """Whether they see it, or may take down what the public has or had."""
        return self.sees or (self.may and self.out.was_public)


def outside(desk: Desk, request: Request) -> Response:
    """What was taken down and is public still first, then what the public has, will have, and has no more."""
    with desk.work() as context:
        rows = [row for one in all_out(context) if (row := row_of(desk, context, one)).is_theirs]
        return page(
            desk, request, "outside.html", title="What the public has", house=context.workspace.config.house.name,
            name=context.rules.name(desk.person), groups=_grouped(rows),
        )  # fmt: skip


def row_of(desk: Desk, context: Context, found: Out) -> Row:
    """What they see of it and may do."""
    sees = not desk.is_shared or sees_piece(context, desk.person, found.slug, found.latest)
    may = desk.person in able_to(context, "takedown", found.slug, found.latest)
    return Row(found if sees else found.for_outsiders(), sees, may)


def _grouped(rows: list[Row]) -> dict[str, list[Row]]:
    """By where they stand, in the order in which they are shown."""
    return {
        "still": [row for row in rows if row.out.takedown and row.out.is_public],
        "public": [row for row in rows if row.out.is_public and not row.out.takedown],
        "approved": [row for row in rows if row.out.outlook in {Outlook.DUE, Outlook.SCHEDULED}],
        "held": [row for row in rows if row.out.outlook is Outlook.HELD],
        "down": [row for row in rows if row.out.takedown and not row.out.is_public],
    }


def still_out(desk: Desk, context: Context) -> list[str]:
    """Slugs that were taken down and are public still, of what who sits there may see or take down."""
    found = still_public(context, context.evidence())
    if not desk.is_shared:
        return found
    return [
        slug
        for slug in found
        if desk.person in able_to(context, "takedown", slug) or sees_piece(context, desk.person, slug)
    ]
