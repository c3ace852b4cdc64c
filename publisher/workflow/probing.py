"""What a target can promise, found out by asking it; and the lines of publisher.toml that follow from it."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from publisher.errors import PublisherError
from publisher.release.probing import FIRST, LEFT, RACES, Outcome, Probed, probe_target
from publisher.release.probing_public import probe_public
from publisher.release.target import Target, TargetOptions, open_target
from publisher.workflow.context import Context
from publisher.workflow.release import target_address, target_options

if TYPE_CHECKING:
    from publisher.release.multipart import Place
    from publisher.release.s3 import S3Target

MANY = 18
"""About so many probes there are, to show how far the asking is."""
ATTEMPTS = 3
"""How often a request is tried: whoever asks is waiting, and may ask again."""


@dataclass(frozen=True)
class Checked:
    """What was found out about a target."""

    address: str
    store: str
    """What it is taken for."""
    probes: tuple[Probed, ...]
    settings: Mapping[str, str]
    """Lines for `[release]` in publisher.toml, by key, as TOML writes their values; empty if none is missing."""

    @property
    def is_fit(self) -> bool:
        """Whether everything is there that a release needs."""
        return all(probe.outcome is not Outcome.FAILS for probe in self.probes)


def check_target(context: Context, to: str | None, public: str | None, vault: str | None) -> Checked:
    """Ask a target everything, and clear away what that left there.

    public: the address at which the public gets what is there; that of the house if None.
    vault: a bucket for evidence (`s3://bucket/prefix`), to ask whether it locks objects.
    Raises PublisherError if there can be no such target.
    """
    said = target_options(context)
    options = replace(said, single_writer=False, digest_cache=None, journal=None, attempts=ATTEMPTS)
    target = open_target(target_address(context, to), options)
    below = f".publisher-probe-{secrets.token_hex(8)}"
    kept = _vault(vault, options) if vault else None
    try:
        compress = context.workspace.config.release.compress
        probes = _asked(target, below, public or context.workspace.config.house.url, compress=compress)
        found = tuple(_counted(context, probes))
        if target.address.startswith("s3://") and found[0].outcome is not Outcome.FAILS:
            found = (*found, _asked_of_a_vault(kept, below, context.now))
    finally:
        _clear(target, below)
    return Checked(target.address, _store(target, options), found, _settings(said, target, found))


def _vault(address: str, options: TargetOptions) -> Target:
    if not address.startswith("s3://"):
        raise PublisherError("a vault is a bucket", where=address, hint="give s3://bucket/prefix")
    return open_target(address, options)


def _counted(context: Context, probes: Iterator[Probed]) -> Iterator[Probed]:
    """Show how far the asking is."""
    for number, probed in enumerate(probes, start=1):
        context.progress("probe", min(number / MANY, 0.99))
        yield probed
    context.progress("probe", 1.0)


def _asked(target: Target, below: str, public: str, *, compress: bool) -> Iterator[Probed]:
    """Ask in an order in which each probe may rely on those before it.

    compress: whether a release is to compress texts.
    """
    for probed in probe_target(target, below):
        yield probed
        if (probed.what, probed.outcome) == (FIRST, Outcome.FAILS):
            return
    if target.address.startswith("s3://"):
        # botocore takes longer to import than a folder takes to be asked everything.
        from publisher.release.probing_s3 import probe_bucket

        yield from probe_bucket(_place(target, below))
    yield from probe_public(target, below, public)
    if target.promises.keeps_encoding:
        from publisher.release.probing_compressed import probe_compressed

        yield from probe_compressed(target, _place(target, below), below, public, is_needed=compress)
    elif compress:
        advice = "a folder keeps texts as they are, whatever publisher.toml says; its web server compresses them"
        yield Probed("compressed text", Outcome.UNASKED, "", advice)


def _asked_of_a_vault(vault: Target | None, below: str, now: datetime) -> Probed:
    if vault is None:
        return Probed("keep objects locked", Outcome.UNASKED, "", "for evidence: name a bucket with --vault")
    from publisher.release.probing_s3 import probe_vault

    return probe_vault(_place(vault, below), now)


def _place(target: Target, below: str) -> "Place":
    return cast("S3Target", target).place(below)


def _clear(target: Target, below: str) -> None:
    """Delete whatever a probe may have left; what is said already is why that may fail, too."""
    with suppress(PublisherError):
        target.delete_many([f"{below}/{name}" for name in LEFT])


def _store(target: Target, options: TargetOptions) -> str:
    if not target.address.startswith("s3://"):
        return "a folder"
    from publisher.release.s3_settings import profile_for

    return profile_for(options).title


def _settings(said: TargetOptions, target: Target, probes: tuple[Probed, ...]) -> Mapping[str, str]:
    """What to write into publisher.toml, so that a release relies on what was found, and on nothing else."""
    outcomes = {probe.what: probe.outcome for probe in probes}
    raced = [outcomes[what] for what in RACES if what in outcomes]
    if not raced:
        return {}
    promised = target.promises.conditional_create and target.promises.conditional_replace
    if all(outcome is Outcome.HOLDS for outcome in raced) and not promised:
        return {"profile": '"s3"'}
    return {"single_writer": "true"} if Outcome.LACKS in raced and not said.single_writer else {}
