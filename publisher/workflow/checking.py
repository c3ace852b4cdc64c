"""Check pieces as their authors wrote them: no master is made, nothing is written, and no heavy room is entered."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from publisher.errors import Problem, PublisherError
from publisher.policy.doubts import doubts
from publisher.policy.findings import Finding, check
from publisher.policy.tiers import RULES_ONLY, Tiers
from publisher.policy.waiving import blocking, unwaived, with_waivers
from publisher.transcript.model import Transcript
from publisher.transcript.timecode import parse_timecode
from publisher.workflow.bringing import brought_transcript, transcript_file, transcript_name
from publisher.workflow.leaving import left_words
from publisher.workspace.loading import Workspace
from publisher.workspace.pieces import Episode, Piece

if TYPE_CHECKING:
    from publisher.review.ledger import Record


@dataclass(frozen=True)
class Located:
    """A finding, and where an editor opens it."""

    finding: Finding
    """Its time, if it has one, is that of the recording: there is no master."""
    slug: str
    file: str
    """From the workspace's root, with forward slashes."""
    line: int
    """Of that file: the line of the words, or that of the key which they stand under, or of the cue's first words."""


@dataclass(frozen=True)
class Checked:
    """What the guidelines point at in some pieces."""

    slugs: tuple[str, ...]
    unheard: tuple[str, ...]
    """Slugs of episodes without a transcript: what is said in them was held against nothing."""
    held: frozenset[str]
    """Ids of the rules that hold for at least one of them."""
    found: tuple[Located, ...]
    """In the order of the pieces, then of the words."""
    problems: tuple[Problem, ...]
    """Why something could not be checked."""
    tiers: Tiers
    """Who looked."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, without their places in files."""
        return tuple(one.finding for one in self.found)

    @property
    def blocks(self) -> bool:
        """Whether anything must be mended before legal sees one of the pieces."""
        return bool(blocking(self.findings))

    @property
    def unwaived(self) -> bool:
        """Whether anything must be waived, or changed, before legal can approve one of the pieces."""
        return bool(unwaived(self.findings))


def check_pieces(workspace: Workspace, pieces: Iterable[Piece], tiers: Tiers = RULES_ONLY) -> Checked:
    """Hold the guidelines against pieces; of a transcript against what edits leave of the file that the author brought.

    Errors: an expression that takes too long. A transcript that cannot be read is among the problems.
    """
    looked, found, problems = tuple(pieces), list[Located](), list[Problem]()
    held, waivers = set[str](), _Waivers(workspace, problems)
    for piece in looked:
        transcript = _transcript(workspace, piece, problems)
        rules = workspace.rules_of(piece)
        held.update(rules)
        findings = (*check(piece, transcript, rules, tiers=tiers), *doubts(transcript))
        found += _located(workspace, piece, waivers.put_on(piece, findings))
    unheard = (one.slug for one in looked if isinstance(one, Episode) and transcript_name(one) is None)
    slugs = tuple(one.slug for one in looked)
    return Checked(slugs, tuple(unheard), frozenset(held), tuple(found), tuple(problems), tiers)


def _transcript(workspace: Workspace, piece: Piece, problems: list[Problem]) -> Transcript | None:
    """What edits leave of an episode's transcript; None without one, or, told among the problems, if it is no good."""
    try:
        brought = brought_transcript(workspace, piece)
    except PublisherError as error:
        problems.append(_problem(error, piece.file))
        return None
    return left_words(brought, piece.matter.edits) if brought and isinstance(piece, Episode) else None


@dataclass(frozen=True)
class _Waivers:
    """Those that the ledger has; it is read once, and only where a finding must be waived."""

    workspace: Workspace
    problems: list[Problem]

    def put_on(self, piece: Piece, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The findings of a piece, those that are waived with their waiver."""
        if not unwaived(findings):
            return findings
        from publisher.review.lineage import order_of
        from publisher.review.waivers import makers_of, standing_waivers
        from publisher.workflow.ruling import rules_of

        records = [record for record in self._records if record.slug == piece.slug]
        latest = next((record.revision for record in reversed(records) if record.event == "submit"), "")
        made_by = makers_of(piece.people, records, latest)
        rules = rules_of(self.workspace, self._records)
        roles = rules.demand(self.workspace.division_of(piece), piece.matter.tags).required
        order, selves = order_of(self._records), rules.humans.selves(made_by)
        return with_waivers(findings, standing_waivers(records, rules.people, roles, selves, order))

    @cached_property
    def _records(self) -> "tuple[Record, ...]":
        """None while the chain is broken, which is told among the problems: then no waiver counts."""
        from publisher.review.ledger import open_ledger

        try:
            return open_ledger(self.workspace.root).records()
        except PublisherError as error:
            self.problems.append(_problem(error, "ledger.jsonl"))
            return ()


def _problem(error: PublisherError, file: str) -> Problem:
    return Problem(error.where or file, "", "; ".join(filter(None, (error.what, error.hint))))


def _located(workspace: Workspace, piece: Piece, findings: Iterable[Finding]) -> Iterator[Located]:
    cues: Mapping[float, int] | None = None
    keys = (workspace.root / piece.file).read_text(encoding="utf-8-sig").split("\n")[: piece.text_line]
    for finding in findings:
        if finding.time is None:
            yield Located(finding, piece.slug, piece.file, finding.line or _key_line(keys, finding.place))
            continue
        file = transcript_file(piece) or piece.file
        if cues is None:
            cues = _cue_lines((workspace.root / file).read_text(encoding="utf-8-sig"))
        yield Located(finding, piece.slug, file, cues.get(finding.time, 1))


def _key_line(lines: list[str], place: str) -> int:
    """The line of the front matter with the key of `title`, `chapter 2` or `picture`; 1 where it is written otherwise.

    lines: of the file, the front matter among them.
    """
    key = re.compile(rf"[\"']?{place.partition(' ')[0]}s?[\"']?\s*:")
    return next((number for number, line in enumerate(lines, 1) if key.match(line)), 1)


def _cue_lines(text: str) -> dict[float, int]:
    """The line below the time of each cue of a WebVTT or SRT file, by the seconds at which it begins."""
    lines: dict[float, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        start, arrow, _ = line.partition("-->")
        if arrow:
            with suppress(ValueError):
                lines.setdefault(parse_timecode(start.replace(",", ".")), number + 1)
    return lines
