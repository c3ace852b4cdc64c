"""All who are told, in this order: caches first, because who is told next comes and looks."""

from collections.abc import Iterator, Mapping
from typing import Final

from publisher.announcing import cloudfront, command, podping, webhook, websub
from publisher.announcing.model import Channel, News, Told
from publisher.errors import PublisherError
from publisher.workspace.announce import Announce

CHANNELS: Final[tuple[Channel, ...]] = (
    cloudfront.tell,
    command.tell,
    websub.tell,
    podping.tell,
    webhook.tell,
)


def announce(news: News, settings: Announce, secrets: Mapping[str, str]) -> Iterator[Told | PublisherError]:
    """Tell everybody who is set, and say for each what came of it. One that fails keeps no other from being told."""
    for channel in CHANNELS:
        try:
            told = channel(news, settings, secrets)
        except PublisherError as error:
            yield error
        else:
            if told is not None:
                yield told
