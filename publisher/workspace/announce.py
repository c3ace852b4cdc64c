"""`[announce]` in `publisher.toml`: who is told what a release changed."""

from typing import Annotated

from pydantic import Field

from publisher.workspace.fields import Address, Model, Text


class Announce(Model):
    """Who is told what a release changed. Secrets are never here: the environment holds them."""

    websub: Address | None = None
    """The hub that the feeds name; it fetches them at once and tells those who subscribed there."""
    podping: Address | None = None
    """Where Podping takes news of podcasts: `https://podping.cloud/`. Its token is in `PODPING_TOKEN`."""
    webhook: Address | None = None
    """An address of the house's own that gets JSON; signed if `PUBLISH_WEBHOOK_SECRET` is set."""
    cloudfront: Annotated[Text, Field(pattern="^[A-Z0-9]{8,32}$")] | None = None
    """The id of the CloudFront distribution before the bucket."""
    command: Annotated[list[Text], Field(max_length=64)] = Field(default_factory=list)
    """A command for another cache or channel: it gets what changed as JSON on its standard input."""
