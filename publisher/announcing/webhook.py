"""Telling a machine of the house's own, signed as Standard Webhooks say (standardwebhooks.com)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from publisher.announcing.asking import ask, host_of
from publisher.announcing.model import News, Told
from publisher.errors import PublisherError
from publisher.workspace.announce import Announce

SECRET: Final = "PUBLISH_WEBHOOK_SECRET"  # noqa: S105  the variable's name
"""Where the environment keeps what the message is signed with: `whsec_` and base64. Without it, it is not signed."""


def tell(news: News, settings: Announce, secrets: Mapping[str, str]) -> Told | None:
    """Send what changed as JSON."""
    if settings.webhook is None:
        return None
    body = json.dumps(_said(news), ensure_ascii=False, sort_keys=True).encode()
    headers = {"Content-Type": "application/json", **_signature(news, body, secrets.get(SECRET))}
    whom = f"the webhook at {host_of(settings.webhook)}"
    ask("POST", settings.webhook, headers=headers, body=body, whom=whom)
    return Told(whom)


def _said(news: News) -> dict[str, object]:
    pieces = [{"slug": slug, "revision": revision or None} for slug, revision in sorted(news.pieces.items())]
    data = {"house": news.house, "edition": news.edition, "pieces": pieces, "feeds": [*map(news.address, news.feeds)]}
    return {"type": "release", "timestamp": news.moment, "data": data}


def _signature(news: News, body: bytes, secret: str | None) -> dict[str, str]:
    """The id is that of the edition, so a receiver can tell a message that comes twice."""
    id_, time = f"release_{news.edition[:32]}", str(int(datetime.fromisoformat(news.moment).timestamp()))
    headers = {"Webhook-Id": id_, "Webhook-Timestamp": time}
    if secret is None:
        return headers
    signed = hmac.digest(_key(secret), f"{id_}.{time}.".encode() + body, hashlib.sha256)
    return {**headers, "Webhook-Signature": f"v1,{base64.b64encode(signed).decode()}"}


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        hint = "it is `whsec_` and then base64, as the receiver shows it"
        raise PublisherError("the webhook's secret cannot be read", where=SECRET, hint=hint) from error
