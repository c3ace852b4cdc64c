"""What was looked at here: `.publisher/seen/SLUG` names the revision that `review show` showed last.

It is no proof of anything. It keeps a reviewer from signing a revision that came after the one they looked at.
"""

from contextlib import suppress

from publisher.errors import PublisherError
from publisher.files import write_atomically
from publisher.workflow.context import Context


def mark_seen(context: Context, slug: str, revision: str) -> None:
    """Remember that a revision was shown."""
    write_atomically(context.cache / "seen" / slug, revision.encode())


def seen_revision(context: Context, slug: str) -> str:
    """The revision that was shown here last.

    Errors: none was.
    """
    with suppress(FileNotFoundError):
        return (context.cache / "seen" / slug).read_text(encoding="utf-8")
    raise PublisherError("it was not looked at here yet", where=slug, hint=f"look first: publish review show {slug}")
