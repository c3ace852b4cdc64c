"""The edition holds a piece from its moment on, and until its end: all of it, or nothing of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from feeds.approving import NOW, Press
from hypothesis import given
from hypothesis import strategies as st

from publisher.edition.model import Edition
from publisher.review.gate import Approved
from publisher.workspace.window import Window

PRESS = Press()
PICTURE = "See ![desk](desk.png)."
ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe")


@dataclass(frozen=True)
class Said:
    """What a piece says of its time."""

    date: datetime
    publish_at: datetime | None
    unpublish_at: datetime | None

    def is_public(self, now: datetime) -> bool:
        """What the documentation says, in numbers and without zones."""
        at, date = now.timestamp(), self.date.timestamp()
        begins = max(date, self.publish_at.timestamp() if self.publish_at else date)
        return begins <= at and (self.unpublish_at is None or at < self.unpublish_at.timestamp())


seconds = st.integers(0, 400 * 86_400)
moments = st.builds(
    lambda after, zone: datetime.fromtimestamp(1_780_000_000 + after, ZoneInfo(zone)), seconds, st.sampled_from(ZONES)
)


@st.composite
def pieces(draw: st.DrawFn) -> Said:
    """A piece as a workspace lets it through: never out before its date, never ended before it is out."""
    date = draw(moments)
    later = draw(st.none() | moments.filter(lambda moment: moment.timestamp() >= date.timestamp()))
    begins = max(date, later, key=datetime.timestamp) if later else date
    end = draw(st.none() | moments.filter(lambda moment: moment.timestamp() > begins.timestamp()))
    return Said(date, later, end)


def approved(number: int, said: Said) -> Approved:
    matter = {key: value.isoformat() for key, value in vars(said).items() if value}
    return PRESS.episode(f"talk-{number}", **matter) if number % 2 else PRESS.post(f"post-{number}", **matter)


def keys_of(piece: Approved) -> set[str]:
    """Every key that only this piece has."""
    manifest = piece.revision.manifest
    own = {file.name for file in manifest.files if file.role == "audio"}
    return {f"{manifest.kind}s/{manifest.slug}.html", *own}


@given(st.lists(pieces(), max_size=4), moments)
def test_the_edition_holds_exactly_the_pieces_whose_window_holds(said: list[Said], now: datetime) -> None:
    all_of_them = [approved(number, one) for number, one in enumerate(said)]
    edition = PRESS.compose(*all_of_them, now=now)
    for piece, one in zip(all_of_them, said, strict=True):
        there = {key in edition.files for key in keys_of(piece)}
        assert there == {one.is_public(now)}


def everything(edition: Edition) -> bytes:
    """All keys, and all bytes that are text."""
    return b"\n".join(
        key.encode() + b"\n" + (file.source if isinstance(file.source, bytes) else b"")
        for key, file in edition.files.items()
    )


@pytest.mark.parametrize(
    "window",
    [
        {"publish_at": "2026-11-20T12:00:01+00:00"},
        {"publish_at": "2026-11-20T13:00:01+01:00"},
        {"unpublish_at": "2026-11-20T12:00:00+00:00"},
        {"publish_at": "2026-11-06T00:00:00Z", "unpublish_at": "2026-11-07T00:00:00Z"},
        {"date": "2026-11-20T12:00:01+00:00"},
    ],
    ids=str,
)
def test_of_a_piece_whose_window_does_not_hold_nothing_is_there(window: dict[str, str]) -> None:
    talk, post = PRESS.episode("quiet-talk", **window), PRESS.post("quiet-post", PICTURE, **window)
    edition = PRESS.compose(talk, post, PRESS.post("loud"), now=NOW)
    for one in (talk, post):
        assert not {file.name for file in one.revision.manifest.files} & edition.files.keys()
    assert b"quiet" not in everything(edition)
    assert b"loud" in everything(edition)


def test_a_window_is_of_moments_whatever_the_clock_on_the_wall_shows() -> None:
    # The night in which Berlin's clocks show 02:30 twice: the moments are an hour apart.
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1))
    window = Window(first.astimezone(UTC), second.astimezone(UTC))
    assert window.holds(first)
    assert window.holds((first.astimezone(UTC) + timedelta(minutes=59)).astimezone(berlin))
    assert not window.holds(second)
    assert not window.holds(first - timedelta(hours=1))


def test_a_feed_is_as_young_as_the_moment_at_which_its_last_piece_came() -> None:
    late = PRESS.post("late", publish_at="2026-11-19T12:00:00+00:00", date="2026-01-05T07:00:00+01:00")
    feed = PRESS.compose(late, now=NOW).files["feeds/blog.atom"].source
    assert isinstance(feed, bytes)
    assert b"<updated>2026-11-19T12:00:00+00:00</updated>" in feed
