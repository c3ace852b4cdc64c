"""Telling Podping, which podcast apps listen to (github.com/Podcastindex-org/podping.cloud)."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from publisher.announcing.asking import ask
from publisher.announcing.model import News, Told
from publisher.errors import PublisherError
from publisher.workspace.announce import Announce

TOKEN: Final = "PODPING_TOKEN"  # noqa: S105  the variable's name
"""Where the environment keeps the token that podping.cloud gives out."""


def tell(news: News, settings: Announce, secrets: Mapping[str, str]) -> Told | None:
    """Name each podcast feed that changed."""
    feeds = [key for key in news.feeds if key.endswith(".xml")]
    if settings.podping is None or not feeds:
        return None
    token = secrets.get(TOKEN)
    if not token:
        raise PublisherError("Podping wants a token", where=TOKEN, hint="put it into the environment, never in a file")
    for key in feeds:
        url = f"{settings.podping}?{urlencode({'url': news.address(key), 'reason': 'update', 'medium': 'podcast'})}"
        ask("GET", url, headers={"Authorization": token}, whom="Podping")
    return Told("Podping")
