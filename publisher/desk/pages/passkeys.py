"""Make a passkey for whoever sits at the desk."""

import json

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.desk.pages.showing import Mistake, form_of, page
from publisher.desk.room import Desk
from publisher.errors import PublisherError
from publisher.workflow.context import Context
from publisher.workflow.passkeys import creation, enrol, made_passkeys, passkeys_of
from publisher.workflow.sight import may_decide_here


def passkey(desk: Desk, request: Request, mistake: Mistake | None = None, status: int = 200) -> Response:
    """What a passkey is, those that they have, and a button that makes one."""
    with desk.work() as context:
        _must_sign_here(desk, context)
        desk.creation = creation(context, desk.person, desk.origin)
        return page(
            desk, request, "passkey.html", title="Sign with a passkey", status=status, mistake=mistake,
            origin=desk.origin, options=desk.creation, passkeys=made_passkeys(context, desk.person, desk.origin),
            counting=passkeys_of(context, desk.person, desk.origin),
            house=context.workspace.config.house.name, name=context.rules.name(desk.person),
        )  # fmt: skip


def make(desk: Desk, request: Request) -> Response:
    """Take what the browser made."""
    try:
        file = _enrolled(desk, form_of(request).get("answer", ""))
    except PublisherError as error:
        return passkey(desk, request, Mistake("passkey", error), 422)
    desk.notice = f"You have a passkey. Its public half stands in {file}, and counts once an admin signed it."
    return RedirectResponse("/passkey", 303)


def _enrolled(desk: Desk, answer: str) -> str:
    """The file in which a new passkey stands now. A challenge is answered once."""
    options, desk.creation = desk.creation, {}
    if not options:
        raise PublisherError("this passkey was asked for once only", hint="make it again")
    try:
        response = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise PublisherError("the browser made no passkey", hint="try again") from error
    with desk.work() as context:
        _must_sign_here(desk, context)
        path = enrol(context, desk.person, desk.origin, options, response)
        desk.wrote(context, "new-passkey")
        return path.relative_to(context.root).as_posix()


def _must_sign_here(desk: Desk, context: Context) -> None:
    """Errors: they decide on nothing, so that a passkey at the desk of a team would be one that never signs."""
    if desk.is_shared and not may_decide_here(context, desk.person):
        hint = "passkeys are for those who decide; ask an admin for a role"
        raise PublisherError("a passkey of yours would sign nothing here", hint=hint)
