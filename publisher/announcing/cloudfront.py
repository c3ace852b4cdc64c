"""Taking what changed out of the caches of CloudFront."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from publisher.announcing.model import News, Told
from publisher.counting import counted
from publisher.errors import PublisherError
from publisher.workspace.announce import Announce

MOST: Final = 1000
"""Paths that are named one by one; docs.aws.amazon.com/AmazonCloudFront, "Invalidate files": the first 1,000 a month
cost nothing, and `/*` counts as one."""


def tell(news: News, settings: Announce, _secrets: Mapping[str, str]) -> Told | None:
    """Invalidate what is another now, or gone. Nothing immutable changes, so it is seldom much."""
    if settings.cloudfront is None or not news.changed:
        return None
    from boto3.session import Session
    from botocore.exceptions import BotoCoreError, ClientError

    paths = paths_of(news)
    batch = {"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": f"{news.edition} {news.moment}"}
    try:
        client = Session().client("cloudfront", region_name="us-east-1")
        client.create_invalidation(DistributionId=settings.cloudfront, InvalidationBatch=batch)
    except (ClientError, BotoCoreError) as error:
        raise PublisherError(
            f"CloudFront keeps what it has: {_why(error)}",
            where=settings.cloudfront,
            hint="it needs cloudfront:CreateInvalidation for this distribution; then: publish announce",
        ) from error
    return Told(f"CloudFront ({counted(len(paths), 'path')})")


def paths_of(news: News) -> list[str]:
    """As CloudFront names them: with a slash before, in percents, and a folder for the page that stands for it."""
    keys = sorted(news.changed)
    if len(keys) > MOST:
        return ["/*"]
    folders = [key.removesuffix("index.html") for key in keys if key == "index.html" or key.endswith("/index.html")]
    return [f"/{quote(key)}" for key in (*keys, *folders)]


def _why(error: Exception) -> str:
    code = getattr(error, "response", {}).get("Error", {}).get("Code")
    return str(code or type(error).__name__)
