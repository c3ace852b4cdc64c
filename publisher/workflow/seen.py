"""What was looked at here: `.publisher/seen/SLUG` names the revision that `review show` or the desk showed last.

It is no proof of anything. It keeps a reviewer from signing a revision that came after the one they looked at.
"""

from contextlib import suppress
from pathlib import Path

from publisher.errors import PublisherError
from publisher.files import write_atomically
from publisher.review.canonical import is_sha256
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


def mark_seen_by(context: Context, person: str, slug: str, revision: str) -> None:
    """Remember at which revisions a person looked, in their order: `.publisher/desk/PERSON/SLUG.seen`."""
    mark_seen(context, slug, revision)
    before = seen_by(context, person, slug)
    if before[-1:] != (revision,):
        rest = (one for one in before if one != revision)
        write_atomically(_seen_file(context, person, slug), "\n".join([*rest, revision, ""]).encode())


def seen_by(context: Context, person: str, slug: str) -> tuple[str, ...]:
    """The revisions of a piece at which a person looked here, the last one at the end."""
    try:
        lines = _seen_file(context, person, slug).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ValueError):
        return ()
    return tuple(line for line in lines if is_sha256(line))


def _seen_file(context: Context, person: str, slug: str) -> Path:
    return context.cache / "desk" / person / f"{slug}.seen"
