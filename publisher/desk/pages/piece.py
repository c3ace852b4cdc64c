"""A piece to listen to and to read, with what the guidelines point at, and where one decides."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.desk.pages.showing import Mistake, page
from publisher.desk.room import Desk
from publisher.desk.since import since
from publisher.desk.words import transcript_blocks, written_lines
from publisher.policy.findings import Finding
from publisher.policy.waiving import blocking, unwaived
from publisher.rendering.site import body
from publisher.review.gate import standing_rejections
from publisher.review.manifest import Entry
from publisher.review.revisions import Revision
from publisher.transcript.formats.podcast_json import read_json
from publisher.workflow.context import Context
from publisher.workflow.decide import can_approve, in_review, is_reviewer_here
from publisher.workflow.denied import denials
from publisher.workflow.heard import heard_by
from publisher.workflow.look import Inspected, inspect
from publisher.workflow.pointing import makers, transcript_of
from publisher.workflow.public import out
from publisher.workflow.remarks import remarks_of
from publisher.workflow.seen import mark_seen_by
from publisher.workflow.takedown import able_to


def piece(desk: Desk, request: Request) -> Response:
    """The revision in review."""
    return shown(desk, request, request.path_params["slug"])


def shown(
    desk: Desk, request: Request, slug: str, *, mistake: Mistake | None = None, typed: dict[str, str] | None = None
) -> Response:
    """The page of a piece; with what is wrong beside its field, and what was typed there, where a form came back."""
    with desk.work() as context:
        revision = in_review(context, slug)
        seen = inspect(context, revision)
        mark_seen_by(context, desk.person, slug, revision.name)
        return page(
            desk, request, "piece.html", title=seen.card.title, status=422 if mistake else 200, mistake=mistake,
            typed=defaultdict(str, typed or {}), tab="listen", **frame(context, desk, revision, seen),
            **_words(context, desk.person, revision, seen),
        )  # fmt: skip


def frame(context: Context, desk: Desk, revision: Revision, seen: Inspected) -> dict[str, Any]:
    """What every page of a piece shows."""
    records = context.ledger.of(seen.slug)
    submitted = [one for one in records if one.event == "submit" and one.revision == revision.name][-1]
    length = float(seen.card.duration or 0)
    return {
        "house": context.workspace.config.house.name,
        "name": context.rules.name(desk.person),
        "seen": seen,
        "card": seen.card,
        "revision": revision.name,
        "submitted": submitted,
        "submitter": context.rules.name(submitted.by),
        "heard": heard_by(context, desk.person, revision.name, length),
        "standing": _standing(context, seen, revision, desk.person),
        "remarks": remarks_of(context, seen.slug),
        "show": context.workspace.config.shows.get(seen.card.show or ""),
    }


def _standing(context: Context, seen: Inspected, revision: Revision, person: str) -> dict[str, Any]:
    """What this person can do with it."""
    evidence = context.evidence()
    rejections = standing_rejections(seen.slug, context.rules, evidence)
    down = denials(context, evidence).get(seen.slug)
    return {
        "person": person,
        "decides": is_reviewer_here(context, person),
        "made": person in makers(context, revision),
        "can_approve": can_approve(context, evidence, revision, person),
        "rejected": any(one.by == person for one in rejections),
        "rejections": [(context.rules.name(one.by), one.reason, one.time) for one in rejections],
        "taken_down": (context.rules.name(down.by), down.reason) if down else None,
        "can_take_down": person in able_to(context, "takedown", seen.slug, revision),
        "out": out(context, evidence, seen.slug),
        "unwaived": unwaived(seen.findings),
        "blocking": blocking(seen.findings),
    }


def _words(context: Context, person: str, revision: Revision, seen: Inspected) -> dict[str, Any]:
    files = {file.role: file for file in seen.files}
    found = transcript_of(context, revision)
    chapters = chapters_of(context, files)
    audio = files.get("audio")
    found_since = since(context, person, revision) if audio else None
    return {
        "files": files,
        "audio": audio,
        "peaks": files.get("waveform"),
        "changed": found_since.stretches if found_since else (),
        "has_words": "transcript:json" in files,
        "chapters": chapters,
        "blocks": transcript_blocks(found.cues, seen.findings, chapters) if found else (),
        "written": written_lines(revision.parts[body.PART], _written(seen.findings)),
        "marked": _marked(seen.findings),
    }


def _written(findings: Sequence[Finding]) -> list[Finding]:
    return [one for one in findings if one.time is None]


def _marked(findings: Sequence[Finding]) -> dict[str, Finding]:
    return {one.id: one for one in findings}


def chapters_of(context: Context, files: dict[str, Entry]) -> list[tuple[float, str]]:
    """Start and title of each chapter that the public gets."""
    entry = files.get("chapters")
    found = json.loads(context.media.path(entry).read_bytes())["chapters"] if entry else []
    return [(float(one["startTime"]), str(one["title"])) for one in found]


def words(desk: Desk, request: Request) -> Response:
    """When each word of the transcript is said: a list a cue, of seconds; empty where nobody knows."""
    with desk.work() as context:
        revision = in_review(context, request.path_params["slug"])
        files = {file.role: file for file in revision.manifest.files}
        entry = files.get("transcript:json")
        if entry is None or not context.media.holds(entry):
            return JSONResponse([])
        cues = read_json(context.media.path(entry), entry.name).cues
    return JSONResponse([[round(word.start, 2) for word in cue.words] for cue in cues])
