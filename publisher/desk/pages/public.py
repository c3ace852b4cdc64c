"""A revision as the public will see it: its page in a sandbox, and its entry in the feeds."""

import json
import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree
from starlette.requests import Request
from starlette.responses import Response

from publisher.desk.guard import PREVIEW, preview_headers
from publisher.desk.pages.files import file_answer, verified
from publisher.desk.pages.piece import frame
from publisher.desk.pages.showing import page, plain
from publisher.desk.room import Desk
from publisher.edition.surroundings import theme
from publisher.errors import PublisherError
from publisher.rendering.feeds import atom, json_feed, rss
from publisher.review.revisions import Revision
from publisher.workflow.decide import in_review
from publisher.workflow.look import inspect, page_of

_ENTRIES = (rss.PART, atom.PART, json_feed.PART)
"""Parts that are entries of feeds; others are for reviewers, or the page."""


class Entry(NamedTuple):
    """A piece in a feed."""

    name: str
    text: str
    fields: list[tuple[str, str]]
    """What apps read of it, by the name of the field."""


def public(desk: Desk, request: Request) -> Response:
    """The page in a frame, and each entry as it stands in its feed."""
    slug = request.path_params["slug"]
    with desk.work() as context:
        revision = in_review(context, slug)
        seen = inspect(context, revision)
        address = f"{PREVIEW}{_secret(desk, slug, revision.name)}/{seen.card.page}"
        return page(
            desk, request, "public.html", title=seen.card.title, tab="public", address=address,
            entries=[*_entries(revision)], **frame(context, desk, revision, seen),
        )  # fmt: skip


def _secret(desk: Desk, slug: str, revision: str) -> str:
    """A sandboxed page has no origin, and so no cookie: what its address holds lets it in instead."""
    for secret, shown in desk.previews.items():
        if shown == (slug, revision):
            return secret
    secret = secrets.token_urlsafe(32)
    desk.previews[secret] = slug, revision
    return secret


def preview(desk: Desk, request: Request) -> Response:
    """The page of a revision, a file of it, or one of the theme; nothing else is there."""
    key, headers = request.path_params["key"], preview_headers(_origin(desk, request))
    slug, name = desk.previews.get(request.path_params["secret"], ("", ""))
    for file in theme().values() if slug else ():
        if file.key == key and isinstance(file.source, bytes):
            return Response(file.source, media_type=file.content_type, headers=headers)
    if slug:
        with desk.work() as context:
            revision = context.revisions.get(slug, name)
            if not desk.sees(context, revision):
                raise PublisherError("there is nothing for you to see here", where=slug)
            card = revision.card
            if key == card.page:
                return Response(page_of(context, revision, card), media_type="text/html", headers=headers)
        for entry in revision.manifest.files:
            if entry.name == key and (path := verified(desk, entry.sha256)):
                return file_answer(path, entry, headers)
    answer = plain("missing.html", 404)
    answer.headers.update(headers)
    return answer


def _origin(desk: Desk, request: Request) -> str:
    """Of the desk by the name that it was asked by, which the guard has checked."""
    return f"{urlsplit(desk.origin).scheme}://{request.headers['host']}"


def _entries(revision: Revision) -> Iterator[Entry]:
    for name, data in revision.parts.items():
        if name in _ENTRIES:
            text = data.decode(errors="replace")
            yield Entry(name, text, [*_fields(data)] if name.endswith(".xml") else [*_members(text)])


def _fields(data: bytes) -> Iterator[tuple[str, str]]:
    """Each element with its words and attributes, in order."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return
    for element in root:
        if isinstance(element.tag, str):
            local = etree.QName(element).localname
            attributes = ", ".join(f"{key!s}: {value!s}" for key, value in element.attrib.items())
            words = " ".join("".join(map(str, element.itertext())).split())
            yield f"{element.prefix}:{local}" if element.prefix else local, "; ".join(filter(None, (words, attributes)))


def _members(text: str) -> Iterator[tuple[str, str]]:
    """The same of a JSON object."""
    with suppress(ValueError, RecursionError, AttributeError):
        for name, value in json.loads(text).items():
            yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
