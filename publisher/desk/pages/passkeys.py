"""Make a passkey for whoever sits at the desk."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.desk.pages.showing import Mistake, form_of, page
from publisher.desk.passkey import answer_in
from publisher.desk.room import Desk, Form
from publisher.errors import PublisherError
from publisher.workflow.context import Context
from publisher.workflow.passkeys import creation, enrol, made_passkeys, passkeys_of
from publisher.workflow.revoking import live
from publisher.workflow.sight import may_sign_here
from publisher.workflow.signing import waits_for


def passkey(desk: Desk, request: Request, mistake: Mistake | None = None, status: int = 200) -> Response:
    """What a passkey is, those that they have, and a button that makes one."""
    instead = bool(request.query_params.get("instead") or (mistake and form_of(request).get("instead")))
    with desk.work() as context:
        _must_sign_here(desk, context)
        held = live(context, desk.person, "passkey")
        instead = instead and bool(held)
        desk.creation = creation(context, desk.person, desk.origin, instead=instead)
        return page(
            desk, request, "passkey.html", title="Sign with a passkey", status=status, mistake=mistake,
            origin=desk.origin, options=desk.creation, passkeys=made_passkeys(context, desk.person, desk.origin),
            counting=passkeys_of(context, desk.person, desk.origin), instead=instead,
            live=held, people=waits_for(context, desk.person),
            house=context.workspace.config.house.name, name=context.rules.name(desk.person),
        )  # fmt: skip


def make(desk: Desk, request: Request) -> Response:
    """Take what the browser made."""
    try:
        file = _enrolled(desk, form_of(request))
    except PublisherError as error:
        return passkey(desk, request, Mistake("passkey", error), 422)
    desk.notice = f"You have a passkey. Its public half stands in {file}, and counts once an admin signed it."
    return RedirectResponse("/passkey", 303)


def _enrolled(desk: Desk, form: Form) -> str:
    """The file in which a new passkey stands now. A challenge is answered once."""
    options, desk.creation = desk.creation, {}
    if not options:
        raise PublisherError("this passkey was asked for once only", hint="make it again")
    response = answer_in(form, "the browser made no passkey", "try again")
    with desk.work() as context:
        _must_sign_here(desk, context)
        instead = bool(form.get("instead"))
        path = enrol(context, desk.person, desk.origin, options, response, instead=instead)
        desk.wrote(context, "new-passkey")
        return path.relative_to(context.root).as_posix()


def _must_sign_here(desk: Desk, context: Context) -> None:
    """Errors: they sign nothing, so that a passkey at the desk of a team would be one that never signs."""
    if desk.is_shared and not may_sign_here(context, desk.person):
        hint = "passkeys are for those who decide or sign people; ask an admin for a role"
        raise PublisherError("a passkey of yours would sign nothing here", hint=hint)
