"""What reviewers say to the host at a place of a piece: comments, and requests for a change, as lines of the ledger.

A remark is known by a digest of its own line, so that a merge of two ledgers, which counts lines anew, renames none. It
is open until its maker withdraws or resolves it, or the host accepts it as an edit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from publisher.audio.edits.timeline import Timeline
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review import canonical
from publisher.review.ledger import Record
from publisher.review.revisions import Revision
from publisher.transcript.timecode import format_tenths
from publisher.workflow.context import Context
from publisher.workflow.decide import in_review, must_decide, person_of
from publisher.workflow.earlier import earlier_timeline
from publisher.workflow.pointing import is_edited
from publisher.workflow.sound import make_master
from publisher.workspace.edits import Times
from publisher.workspace.pieces import Episode

COMMENT: Final = "comment"
REQUEST: Final = "request"
SETTLE: Final = "settle"
ACCEPT: Final = "accept"
EDITS: Final = ("bleep", "cut", "silence")
"""Requests that become an edit of the episode."""
WORDS: Final = "words"
"""A request to say or write something else."""
KINDS: Final = (*EDITS, WORDS)
LONGEST: Final = 2000
"""Letters of a remark."""
_DIGITS: Final = 8

State: TypeAlias = Literal["open", "withdrawn", "resolved", "accepted"]


@dataclass(frozen=True)
class Remark:
    """A comment or request."""

    id: str
    """Eight hexadecimal digits."""
    by: str
    """Id of its maker."""
    name: str
    time: str
    """ISO 8601 in UTC."""
    revision: str
    """What it was made about."""
    kind: str
    """Of a request, one of `KINDS`; empty for a comment."""
    text: str
    start: float | None
    """Seconds into the master of that revision; None for a place in a text, or the whole piece."""
    end: float | None
    recorded: Times | None
    """The same in the recording, where that was known."""
    place: str
    """In words, where there is no time; may be empty."""
    state: State = "open"

    @property
    def where(self) -> str:
        """`0:12.0-0:14.5`, `0:12.0`, or the place in words."""
        if self.start is None:
            return self.place
        return format_tenths(self.start) + ("" if self.end is None else f"-{format_tenths(self.end)}")

    @property
    def said(self) -> str:
        """In a line, as `0:12.0-0:14.5 bleep: It is a customer's name`."""
        head = " ".join(filter(None, (self.where, {"words": "change words"}.get(self.kind, self.kind))))
        return f"{head}: {self.text}" if head else self.text


@dataclass(frozen=True)
class Saying:
    """What somebody wants to say."""

    slug: str
    person: str
    """Id."""
    text: str
    kind: str = ""
    """One of `KINDS`, or empty for a comment."""
    start: float | None = None
    """Seconds into the master of the revision in review."""
    end: float | None = None
    place: str = ""


def say_remark(context: Context, saying: Saying) -> Remark:
    """Write a remark about the revision in review into the ledger.

    Errors: the person decides nothing here; there are no words; a request without a stretch of the recording to edit.
    """
    revision = in_review(context, saying.slug)
    must_decide(context, person_of(context, saying.person), revision)
    _check(saying, float(revision.card.duration or 0))
    data: dict[str, str | int] = {"revision": revision.name, "text": saying.text.strip()}
    data |= {key: value for key, value in (("kind", saying.kind), ("place", saying.place.strip())) if value}
    data |= _milliseconds("at", "until", saying.start, saying.end)
    if saying.kind in EDITS and (times := _recorded(context, revision, saying.start, saying.end)):
        data |= _milliseconds("recorded_at", "recorded_until", times.start, times.end)
    event = REQUEST if saying.kind else COMMENT
    record = context.ledger.append(event, saying.slug, saying.person, context.today(), data)
    return _remark(context, record)


def _check(saying: Saying, length: float) -> None:
    if not saying.text.strip():
        raise PublisherError("a remark says something", hint="write what should change, or what you noticed")
    if len(saying.text) > LONGEST:
        raise PublisherError(f"a remark has at most {LONGEST:,} letters", hint="say it in fewer")
    if saying.kind and saying.kind not in KINDS:
        raise PublisherError(f"{saying.kind!r} is nothing to ask for", hint=f"ask for {', '.join(KINDS)}")
    start, end = saying.start, saying.end
    if saying.kind in EDITS and (start is None or end is None):
        raise PublisherError(f"a {saying.kind} has a beginning and an end", hint="write both like 12:03.2")
    if start is not None and start >= length:
        raise PublisherError(f"the sound ends at {format_tenths(length)}", hint="correct the time")
    if end is not None and (start is None or end <= start):
        raise PublisherError("it ends before it begins", hint="correct one of the two times")


def _milliseconds(first: str, last: str, start: float | None, end: float | None) -> dict[str, int]:
    times = {first: start, last: end}
    return {key: round(time * 1000) for key, time in times.items() if time is not None}


def _recorded(context: Context, revision: Revision, start: float | None, end: float | None) -> Times | None:
    """A stretch of the master in times of the recording; None where the episode is not as it was submitted.

    Errors: nothing of the recording sounds there.
    """
    episode = context.workspace.pieces.get(revision.manifest.slug)
    if not isinstance(episode, Episode) or is_edited(context, revision) or start is None or end is None:
        return None
    return _in_recording(make_master(context, episode).timeline, start, end)


def _recorded_then(context: Context, remark: Remark, slug: str) -> Times | None:
    """The same for an episode that was edited since; None where its sound of then cannot be made here any more."""
    episode, revision = context.workspace.piece(slug), context.revisions.get(slug, remark.revision)
    if not isinstance(episode, Episode) or remark.start is None or remark.end is None:
        return None
    timeline = earlier_timeline(context, episode, revision)
    return _in_recording(timeline, remark.start, remark.end) if timeline else None


def _in_recording(timeline: Timeline, start: float, end: float) -> Times:
    first, last = timeline.to_recording(start), timeline.to_recording(min(end, timeline.duration))
    if first is None or last is None or last <= first:
        raise PublisherError(
            "music or a jingle sounds there, and nothing of the recording",
            hint="name a stretch in which somebody talks",
        )
    return Times(round(first, 3), round(last, 3))


def recorded_times(context: Context, remark: Remark, slug: str) -> Times:
    """The stretch of the recording that a request is about.

    Errors: it was not known when the request was made, and the sound of then cannot be made any more.
    """
    known = remark.recorded or _recorded_then(context, remark, slug)
    if known is None:
        raise PublisherError(
            "the recording, its music or its settings are others since, and the times of then are not known any more",
            where=f"{slug}, {remark.id}",
            hint=f"write the {remark.kind} into its edits by hand; in the master of then it was at {remark.where}",
        )
    return known


def remarks_of(context: Context, slug: str) -> tuple[Remark, ...]:
    """All remarks about a piece, in order, each with its state."""
    return tuple(_remarks(context, context.ledger.of(slug)))


def open_remarks(context: Context, slug: str) -> tuple[Remark, ...]:
    """Those that nobody withdrew, resolved or accepted."""
    return tuple(one for one in remarks_of(context, slug) if one.state == "open")


def _remarks(context: Context, records: Iterable[Record]) -> Iterator[Remark]:
    found: dict[str, Remark] = {}
    for record in records:
        if record.event in {COMMENT, REQUEST}:
            remark = _remark(context, record)
            found.setdefault(remark.id, remark)
        elif record.event in {SETTLE, ACCEPT} and (known := found.get(str(record.data.get("remark", "")))):
            found[known.id] = _settled(known, record)
    yield from found.values()


def _settled(remark: Remark, record: Record) -> Remark:
    """Only its maker settles a remark; whoever submits accepts it."""
    if remark.state != "open":
        return remark
    how: State = "accepted"
    if record.event == SETTLE:
        if record.by != remark.by:
            return remark
        how = "withdrawn" if record.data.get("how") == "withdrawn" else "resolved"
    return Remark(**{**vars(remark), "state": how})


def _remark(context: Context, record: Record) -> Remark:
    data = record.data
    said = {"slug": record.slug, "event": record.event, "by": record.by, "time": record.time, "data": dict(data)}
    start, end = _seconds(record, "at"), _seconds(record, "until")
    first, last = _seconds(record, "recorded_at"), _seconds(record, "recorded_until")
    return Remark(
        id=digest_bytes(canonical.dump_plain(said)).sha256[:_DIGITS],
        by=record.by,
        name=context.rules.name(record.by),
        time=record.time,
        revision=record.revision,
        kind=str(data.get("kind", "")),
        text=str(data.get("text", "")),
        start=start,
        end=end,
        recorded=None if first is None or last is None else Times(first, last),
        place=str(data.get("place", "")),
    )


def _seconds(record: Record, key: str) -> float | None:
    value = record.data.get(key)
    return value / 1000 if isinstance(value, int) else None


def settle(context: Context, slug: str, id_: str, person: str, how: Literal["withdrawn", "resolved"]) -> Remark:
    """End a remark of one's own. Errors: there is no such open remark, or it is somebody else's."""
    remark = named(context, slug, id_)
    if remark.by != person:
        raise PublisherError(f"{remark.name} said it, and only they settle it", where=slug, hint="ask them")
    context.ledger.append(SETTLE, slug, person, context.today(), {"remark": remark.id, "how": how})
    return Remark(**{**vars(remark), "state": how})


def named(context: Context, slug: str, id_: str) -> Remark:
    """The open remark of that id. Errors: there is none; or it is settled."""
    found = {one.id: one for one in remarks_of(context, slug)}
    remark = found.get(id_.strip().lower())
    if remark is None:
        opened = [f"{one.id} {one.said}" for one in found.values() if one.state == "open"]
        hint = "name one by its eight digits" if opened else "no remark about it is open"
        raise PublisherError(f"there is no remark {id_!r}", where=slug, each=opened, hint=hint)
    if remark.state != "open":
        raise PublisherError(f"{remark.id} is {remark.state} already", where=slug, hint="there is nothing left to do")
    return remark
