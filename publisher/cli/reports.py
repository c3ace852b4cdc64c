"""What `publish check` found, as lines, as JSON, and as SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0)."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from publisher.counting import counted
from publisher.errors import Problem
from publisher.policy.doubts import RULES as BUILT_IN

if TYPE_CHECKING:
    from publisher.policy.doubts import BuiltIn
    from publisher.policy.findings import Finding, Waiver
    from publisher.workflow.checking import Checked, Located
    from publisher.workspace.guidelines import Guideline

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"blocks": "error", "waiver": "error", "advice": "warning"}
"""SARIF's words for ours (3.27.10)."""
_FINGERPRINT = "publishFinding/v1"
"""The name of our ids among fingerprints; another way to make them needs another number (SARIF, 3.27.17)."""


@dataclass(frozen=True)
class Where:
    """From where files are named."""

    root: Path
    """Of the workspace."""
    here: Path
    """Where the user stands."""

    def path(self, file: str) -> str:
        """A file of the workspace as the user can open it from here, with forward slashes."""
        return Path(os.path.relpath(self.root / file, self.here)).as_posix()


def lines(checked: "Checked", where: Where, *, verbose: bool) -> Iterator[str]:
    """A line a finding, as linters print them; at the end what was found in all, or that nothing was."""
    for one in checked.found:
        finding = one.finding
        place = f"{where.path(one.file)}:{one.line}" if finding.time is None else f"{one.slug} {finding.place}"
        waiver = f" [{_waived_by(finding.waiver)}]" if finding.waiver else ""
        yield f"{place}: {finding.level} {finding.rule}: {finding.says} ({_reason(finding)}){waiver}"
        if verbose:
            yield f"    {finding.id} {finding.sentence}"
    yield from (f"{slug}: no transcript, so what is said in it was not checked" for slug in checked.unheard)
    yield _in_all(checked)


def _reason(finding: "Finding") -> str:
    return finding.phrase if finding.likeness is None else finding.because


def _waived_by(waiver: "Waiver") -> str:
    return f"waived by {waiver.name}: {waiver.reason}"


def _in_all(checked: "Checked") -> str:
    """Never that all is well: that nothing was found is all that rules can say."""
    from publisher.policy.waiving import counts

    only = f" ({checked.tiers.silent})" if checked.tiers.silent else ""
    looked = f"by {checked.tiers.named(len(checked.held))} in {counted(len(checked.slugs), 'piece')}{only}"
    if not checked.found:
        return f"nothing found {looked}"
    said = f"{counted(len(checked.found), 'finding')} {looked}"
    return "; ".join(filter(None, (said, ", ".join(counts(checked.findings)))))


def as_json(checked: "Checked", problems: Sequence[Problem], where: Where) -> dict[str, Any]:
    """For scripts; docs/commands.md says what it holds."""
    return {
        "pieces": list(checked.slugs),
        "without_transcript": list(checked.unheard),
        "tiers": ["rule", "looks like"] if checked.tiers.likeness else ["rule"],
        "entities": sorted(checked.tiers.names),
        "blocks": checked.blocks,
        "unwaived": checked.unwaived,
        "findings": [_finding(one, where) for one in checked.found],
        "problems": [vars(problem) for problem in problems],
    }


def _finding(one: "Located", where: Where) -> dict[str, Any]:
    finding = one.finding
    names = ("id", "rule", "level", "says", "place", "time", "end", "speaker", "phrase", "context", "sentence")
    own = ("tier", "exemplar", "likeness")
    return {
        **{name: getattr(finding, name) for name in (*names, *own)},
        "waiver": vars(finding.waiver) if finding.waiver else None,
        "slug": one.slug,
        "file": where.path(one.file),
        "line": one.line,
    }


def as_sarif(
    checked: "Checked", problems: Sequence[Problem], rules: "Mapping[str, Guideline]", where: Where
) -> dict[str, Any]:
    """One run of the tool, as services that show findings beside a change read it."""
    used = {one.finding.rule for one in checked.found}
    known: dict[str, Guideline | BuiltIn] = {**rules, **{id_: BUILT_IN[id_] for id_ in BUILT_IN if id_ in used}}
    driver = {
        "name": "publish",
        "semanticVersion": version("corporate-voices"),
        "rules": [_rule(id_, rule) for id_, rule in known.items()],
    }
    told = [{"level": "error", "message": {"text": str(problem)}} for problem in problems]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not problems, "toolExecutionNotifications": told}],
        "results": [_result(one, list(known), where) for one in checked.found],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(id_: str, rule: "Guideline | BuiltIn") -> dict[str, Any]:
    return {
        "id": id_,
        "shortDescription": {"text": rule.says},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
    }


def _result(one: "Located", ids: list[str], where: Where) -> dict[str, Any]:
    finding = one.finding
    place = {
        "artifactLocation": {"uri": quote(where.path(one.file))},
        "region": {"startLine": one.line, "snippet": {"text": finding.context}},
    }
    spoken = {"time": finding.time, "end": finding.end, "speaker": finding.speaker}
    return {
        "ruleId": finding.rule,
        "ruleIndex": ids.index(finding.rule),
        "level": _LEVELS[finding.level],
        "message": {"text": f"{finding.says} ({finding.because})"},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {_FINGERPRINT: finding.id},
        "suppressions": [_suppression(finding.waiver)] if finding.waiver else [],
        "properties": {
            "slug": one.slug,
            "place": finding.place,
            "sentence": finding.sentence,
            "tier": finding.tier,
            **{key: value for key, value in spoken.items() if value is not None},
        },
    }


def _suppression(waiver: "Waiver") -> dict[str, str]:
    """A waiver, which stands in the ledger and not in the file. Every result has a list of them (SARIF, 3.27.23)."""
    return {"kind": "external", "status": "accepted", "justification": f"{waiver.name}: {waiver.reason}"}
