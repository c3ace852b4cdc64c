"""From a template and its values to an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from publisher.counting import counted
from publisher.desk.room import Desk, Form
from publisher.desk.saying import ago, bytes_of, called, minus, moment, plainly, sentence
from publisher.errors import PublisherError
from publisher.rendering.site.templates import environment
from publisher.transcript.timecode import format_tenths

Handler = Callable[[Desk, Request], Response]


@cache
def _environment() -> Environment:
    found = environment("publisher.desk")
    found.filters |= {"ago": ago, "moment": moment, "bytes": bytes_of, "tenths": format_tenths}
    found.filters |= {"sentence": sentence, "plainly": plainly, "called": called, "minus": minus, "counted": counted}
    return found


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a form that comes back, beside its field."""

    field: str
    """Id of the field, or of the form."""
    error: PublisherError


def page(  # noqa: PLR0913 - a page has that much around it
    desk: Desk,
    request: Request,
    template: str,
    *,
    title: str,
    status: int = 200,
    mistake: Mistake | None = None,
    **values: Any,  # noqa: ANN401 - what the template names
) -> HTMLResponse:
    """A page of the desk."""
    session = request.state.session
    html = _environment().get_template(template).render(
        title=title, csrf=session.csrf, me=desk.person, notice=desk.take_notice(), mistake=mistake,
        now=datetime.now(UTC), shared=desk.is_shared, home=desk.home, **values,
    )  # fmt: skip
    return HTMLResponse(html, status)


def form_of(request: Request) -> Form:
    """What was typed; the guard has read it."""
    form: Form = request.state.form
    return form


def refused(desk: Desk, request: Request, error: PublisherError, status: int = 409) -> HTMLResponse:
    """A page that says what is wrong, and what to do."""
    return page(desk, request, "refused.html", title="That cannot be done", status=status, error=error)


def plain(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page for who is not let in yet."""
    return HTMLResponse(_environment().get_template(template).render(**values), status)
