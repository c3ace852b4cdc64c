"""Another release is at a target: whoever has time tries again, and a timer leaves it to the next tick."""

from publisher.errors import PublisherError


class BusyError(PublisherError):
    """Another release to this place is running."""
