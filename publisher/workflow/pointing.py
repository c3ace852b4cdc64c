"""What the guidelines of today point at in a submitted revision, and what of it is waived.

The words are those of the revision, never those that the piece became since; the rules are those of today, so that a
rule that became stricter is heard before the signature and not after it.
"""

import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from publisher.policy.findings import Finding, Waiver, check, check_passages, unanswered
from publisher.policy.passages import spoken
from publisher.policy.waiving import with_waivers
from publisher.rendering.site import body
from publisher.review.manifest import Entry
from publisher.review.people import Demand
from publisher.review.revisions import Revision
from publisher.review.waivers import makers_of, standing_waivers
from publisher.transcript.formats.webvtt import read_written
from publisher.transcript.model import Transcript
from publisher.workflow.answered import PART, read_answers
from publisher.workflow.context import Context
from publisher.workflow.kept import kept_words
from publisher.workflow.source import source_digest


def findings_of(context: Context, revision: Revision) -> tuple[Finding, ...]:
    """Findings in a revision, each with its waiver if it has one; their times are those of the master.

    Its transcript and chapters are in the store.
    """
    card = revision.card
    rules, tiers = context.workspace.rules_for(card.division, card.tags), context.tiers
    transcript = transcript_of(context, revision)
    piece = context.workspace.pieces.get(revision.manifest.slug)
    if piece is None or is_edited(context, revision):
        said = spoken(transcript) if transcript else ()
        answers = {one.rule for one in read_answers(revision.parts.get(PART), f"{revision.manifest.slug}, {PART}")}
        kept = kept_words(card, revision.parts[body.PART])
        found = check_passages([*kept, *said], rules, tiers)
        found += unanswered(card.kind, answers, rules)
    else:
        titles = _chapter_titles(context, revision)
        found = check(piece, transcript, rules, chapters=titles, tiers=tiers)
    return with_waivers(found, waivers_of(context, revision))


def transcript_of(context: Context, revision: Revision) -> Transcript | None:
    """The transcript of a revision as the public gets it, which is in the store; None if it has none."""
    words = _file(revision, "transcript")
    return _read(context.media.path(words), words.name) if words else None


@lru_cache(maxsize=4)
def _read(path: Path, where: str) -> Transcript:
    """A file of the store, which lies under its digest: it is read once, though several ask for it."""
    return read_written(path, where)


def are_words_at_hand(context: Context, revision: Revision) -> bool:
    """Whether all that is said in a revision can be read here, without making or fetching anything."""
    files = (_file(revision, role) for role in ("transcript", "chapters"))
    return all(context.media.holds(file) for file in files if file)


def is_edited(context: Context, revision: Revision) -> bool:
    """Whether the piece is something else by now than what was submitted."""
    piece = context.workspace.pieces.get(revision.manifest.slug)
    return piece is None or source_digest(context, piece) != revision.manifest.source


def makers(context: Context, revision: Revision) -> set[str]:
    """Ids of those who made or submitted a revision, all that they have, who so decide nothing about it."""
    own = makers_of(revision.manifest.people, context.ledger.of(revision.manifest.slug), revision.name)
    return context.rules.humans.selves(own, revision.card.people)


def demand_of(context: Context, revision: Revision) -> Demand:
    """The approvals that a revision needs."""
    card = revision.card
    return context.rules.demand(card.division, card.tags)


def waivers_of(context: Context, revision: Revision) -> dict[str, Waiver]:
    """The waivers that count for a revision, by the id of their finding."""
    return waivers_for(context, revision, makers(context, revision))


def waivers_for(context: Context, revision: Revision, made_by: Collection[str]) -> dict[str, Waiver]:
    """The waivers that count for a revision which these people made or submit."""
    slug, roles = revision.manifest.slug, demand_of(context, revision).required
    chain = context.ledger.chain()
    return standing_waivers(chain.of(slug), context.rules.people, roles, made_by, chain.order)


def _file(revision: Revision, role: str) -> Entry | None:
    return next((file for file in revision.manifest.files if file.role == role), None)


def _chapter_titles(context: Context, revision: Revision) -> set[str]:
    """Titles of the chapters that the public gets: an edit may have taken others away."""
    file = _file(revision, "chapters")
    said = json.loads(context.media.path(file).read_bytes())["chapters"] if file else []
    return {chapter["title"] for chapter in said}
