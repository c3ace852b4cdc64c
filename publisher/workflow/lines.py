"""What lines of the ledger say of revisions: which were submitted, and which the public has at a target."""

from collections.abc import Iterable, Iterator, Mapping

from publisher.review.manifest import short
from publisher.review.records import Record


def submissions(records: Iterable[Record]) -> list[str]:
    """Revisions of a piece as they were submitted, latest first, each once. records: those of the piece."""
    found = [record.revision for record in records if record.event == "submit"]
    return list(dict.fromkeys(reversed(found)))


def whole_name(records: Iterable[Record], digits: str | None) -> str | None:
    """The submitted revision of which a release says the first digits; None if nobody submitted it.

    records: those of the piece.
    """
    return next((name for name in submissions(records) if short(name) == digits), None)


def releases_to(records: Iterable[Record], target: str) -> Iterator[Record]:
    """The lines of releases to a target."""
    return (one for one in records if one.event == "release" and one.data.get("target") == target)


def public_revisions(records: Iterable[Record], target: str) -> dict[str, str]:
    """What the public has at a target, by these lines: slug to the first digits of the revision."""
    public: dict[str, str] = {}
    for record in releases_to(records, target):
        _change(public, record)
    return public


def after(public: Mapping[str, str], release: Record) -> dict[str, str]:
    """What the public has after a release, by what it had before."""
    now = dict(public)
    _change(now, release)
    return now


def _change(public: dict[str, str], release: Record) -> None:
    for slug, revision in release.pieces:
        if revision:
            public[slug] = revision
        else:
            public.pop(slug, None)


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """What came, changed or went between two moments: slug to first digits of the revision, empty for what went."""
    return {slug: now.get(slug, "") for slug in sorted({*before, *now}) if before.get(slug) != now.get(slug)}
