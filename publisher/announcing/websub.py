"""Pinging the hub that the feeds name, so that it fetches them now (w3.org/TR/websub, section 7)."""

from collections.abc import Mapping
from urllib.parse import urlencode

from publisher.announcing.asking import ask, host_of
from publisher.announcing.model import News, Told
from publisher.workspace.announce import Announce

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def tell(news: News, settings: Announce, _secrets: Mapping[str, str]) -> Told | None:
    """Name each feed that changed. How is between publisher and hub; all of them take a form with these two names."""
    if settings.websub is None or not news.feeds:
        return None
    whom = f"the hub {host_of(settings.websub)}"
    for key in news.feeds:
        body = urlencode({"hub.mode": "publish", "hub.url": news.address(key)}).encode()
        ask("POST", settings.websub, headers=FORM, body=body, whom=whom)
    return Told(whom)
