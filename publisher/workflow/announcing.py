"""Telling others what a release changed, after all of it is public."""

import os
from collections.abc import Iterator, Mapping, Sequence

from publisher.announcing.channels import announce
from publisher.announcing.model import News, Told
from publisher.edition.model import Phase
from publisher.errors import PublisherError
from publisher.release.plan import Plan
from publisher.release.record import Record
from publisher.release.steps import Action
from publisher.release.survey import read_record
from publisher.release.target import Target
from publisher.workflow.context import Context
from publisher.workflow.lines import public_revisions

Answers = tuple[Told | PublisherError, ...]
"""What came of it, for each who was to be told."""


def announce_release(context: Context, plan: Plan, pieces: Mapping[str, str]) -> Answers:
    """Tell what a plan changed. pieces: what came, changed or went, as `News` has it."""
    feeds = (step.key for step in plan.of(Action.PUT, Phase.FEEDS))
    changed = (step.key for step in plan.changes if step.over is not None)
    return tuple(_told(context, plan.edition, feeds, changed, pieces))


def announce_again(context: Context, target: Target) -> Answers:
    """Tell of everything that is public at the house's target and can change. Errors: nothing was released there."""
    record = read_record(target)
    if not record.files:
        raise PublisherError("nothing was released there yet", where=target.address, hint="publish release")
    pieces = public_revisions(context.ledger.records(), context.workspace.config.release.target)
    feeds, changed = _keys(record, Phase.FEEDS), _keys(record, *(set(Phase) - {Phase.MEDIA}))
    return tuple(_told(context, record.edition, feeds, changed, pieces))


def announce_removal(context: Context, target: Target, slug: str, keys: Sequence[str]) -> Answers:
    """Tell what a takedown changed. keys: of all that went or was sent without the piece."""
    record = read_record(target)
    feeds = (key for key in keys if key in record.files and record.files[key].phase is Phase.FEEDS)
    return tuple(_told(context, record.edition, feeds, iter(keys), {slug: ""}))


def _keys(record: Record, *phases: Phase) -> Iterator[str]:
    return (key for key, entry in record.files.items() if entry.phase in phases)


def _told(
    context: Context, edition: str, feeds: Iterator[str], changed: Iterator[str], pieces: Mapping[str, str]
) -> Iterator[Told | PublisherError]:
    config = context.workspace.config
    moment = context.today().isoformat(timespec="seconds")
    news = News(config.house.url, edition, moment, tuple(sorted(feeds)), tuple(sorted(changed)), dict(pieces))
    return announce(news, config.announce, os.environ)
