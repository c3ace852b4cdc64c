"""Check pieces as their authors wrote them: no master is made, nothing is written, and no heavy room is entered."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from publisher.errors import Problem, PublisherError
from publisher.policy.doubts import doubts
from publisher.policy.findings import Finding, check
from publisher.transcript.model import Transcript
from publisher.transcript.timecode import parse_timecode
from publisher.workflow.bringing import brought_transcript, transcript_file, transcript_name
from publisher.workflow.leaving import left_words
from publisher.workspace.loading import Workspace
from publisher.workspace.pieces import Episode, Piece


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
    found: tuple[Located, ...]
    """In the order of the pieces, then of the words."""
    problems: tuple[Problem, ...]
    """Why something could not be checked."""

    @property
    def blocks(self) -> bool:
        """Whether anything must be mended before legal sees one of the pieces."""
        return any(one.finding.level == "blocks" for one in self.found)


def check_pieces(workspace: Workspace, pieces: Iterable[Piece]) -> Checked:
    """Hold the guidelines against pieces; of a transcript against what edits leave of the file that the author brought.

    Errors: an expression that takes too long. A transcript that cannot be read is among the problems.
    """
    looked, found, problems = tuple(pieces), list[Located](), list[Problem]()
    for piece in looked:
        transcript = _transcript(workspace, piece, problems)
        findings = (*check(piece, transcript, workspace.guidelines), *doubts(transcript))
        found += _located(workspace, piece, findings)
    unheard = (one.slug for one in looked if isinstance(one, Episode) and transcript_name(one) is None)
    return Checked(tuple(one.slug for one in looked), tuple(unheard), tuple(found), tuple(problems))


def _transcript(workspace: Workspace, piece: Piece, problems: list[Problem]) -> Transcript | None:
    """What edits leave of an episode's transcript; None without one, or, told among the problems, if it is no good."""
    try:
        brought = brought_transcript(workspace, piece)
    except PublisherError as error:
        problems.append(Problem(error.where or piece.file, "", "; ".join(filter(None, (error.what, error.hint)))))
        return None
    return left_words(brought, piece.matter.edits) if brought and isinstance(piece, Episode) else None


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
