"""Sign the people of the house: an admin sees what the next version changes, and a passkey signs just that."""

import json

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.desk.pages.showing import Mistake, form_of, page
from publisher.desk.passkey import answer_in
from publisher.desk.room import Desk, Form
from publisher.errors import PublisherError
from publisher.review.roster import is_admin
from publisher.workflow.context import Context
from publisher.workflow.passkeys import passkeys_to_sign, request_people, signed_people
from publisher.workflow.signing import (
    Draft,
    able,
    changes_of,
    draft_people,
    keys_to_sign,
    record_people,
    who_signed,
)


def people(desk: Desk, request: Request, mistake: Mistake | None = None, status: int = 200) -> Response:
    """The next version of the people, if there is one, and the button that signs it."""
    with desk.work() as context:
        _must_be_admin(desk, context)
        trust = context.rules.trust
        draft = draft_people(context, desk.person) if changes_of(context.workspace, trust) else None
        return page(
            desk, request, "people.html", title="Sign the people", status=status, mistake=mistake, draft=draft,
            current=trust.roster, origin=desk.origin, house=context.workspace.config.house.name,
            name=context.rules.name(desk.person), **(_shown(desk, context, draft) if draft else {}),
        )  # fmt: skip


def _shown(desk: Desk, context: Context, draft: Draft) -> dict[str, object]:
    """What the page says of a version that is to be signed."""
    is_theirs = bool(keys_to_sign(context, draft))
    has_passkey = bool(passkeys_to_sign(context, draft, desk.origin))
    return {
        "who_signed": who_signed(context, draft),
        "others": [context.rules.name(id_) for id_ in able(context, draft)],
        "is_theirs": is_theirs,
        "options": request_people(context, draft, desk.origin) if has_passkey else None,
        "payload": json.dumps(json.loads(draft.signed.payload), indent=2, ensure_ascii=False),
    }


def sign(desk: Desk, request: Request) -> Response:
    """Sign exactly the version that was on the screen, or refuse."""
    if refusal := desk.too_soon():
        return people(desk, request, Mistake("people", refusal), 429)
    try:
        desk.notice = _signed(desk, form_of(request))
    except PublisherError as error:
        return people(desk, request, Mistake("people", error), 422)
    return RedirectResponse("/people", 303)


def _signed(desk: Desk, form: Form) -> str:
    """What became of the version, in words."""
    response = answer_in(form)
    with desk.work() as context:
        _must_be_admin(desk, context)
        draft = draft_people(context, desk.person)
        if form.get("roster") != draft.roster.sha256:
            hint = "read what it says now, then sign; nothing was signed"
            raise PublisherError("the people changed since this page was opened", hint=hint)
        draft = signed_people(context, draft, desk.origin, response)
        done = record_people(context, draft)
        if not done.lacking:
            return f"Signed: version {draft.roster.version} of the people counts from now on."
        if keys_to_sign(context, draft):
            return "You signed with your old passkey; now sign with the new one."
        return "You signed it. It counts once the others have signed, too."


def _must_be_admin(desk: Desk, context: Context) -> None:
    """Errors: they are no admin, and the desk is a team's: who has which keys is shown to few."""
    known = context.rules.people.get(desk.person)
    if desk.is_shared and not (known and is_admin(known, context.today().date())):
        raise PublisherError("admins sign the people", hint="there is nothing for you to do here")
