"""Which findings keep a piece from being approved, and which somebody waived."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from publisher.counting import counted
from publisher.policy.findings import Finding, Waiver


def with_waivers(findings: Iterable[Finding], waivers: Mapping[str, Waiver]) -> tuple[Finding, ...]:
    """The same findings, those that must be waived with the waiver that stands, by their id."""
    return tuple(replace(one, waiver=waivers.get(one.id)) if one.level == "waiver" else one for one in findings)


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that nobody can waive: the words must change."""
    return tuple(one for one in findings if one.level == "blocks")


def unwaived(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that must be waived, or their words changed, and nobody did yet."""
    return tuple(one for one in findings if one.level == "waiver" and one.waiver is None)


def waived(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that somebody waived."""
    return tuple(one for one in findings if one.waiver is not None)


def counts(findings: Iterable[Finding]) -> Iterator[str]:
    """How many block, must be waived or are waived, each in a few words: `2 must be waived`."""
    found = tuple(findings)
    if number := len(blocking(found)):
        yield counted(number, "blocks", "block")
    if number := len(unwaived(found)):
        yield f"{number} must be waived"
    if number := len(waived(found)):
        yield counted(number, "is waived", "are waived")
