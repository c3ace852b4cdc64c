"""What every verb works with: the workspace, the time, and the folders that the toolkit keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from publisher.audio.model import Progress, no_progress
from publisher.files import Digest, DigestCache, remove_leftovers
from publisher.policy.tiers import Tiers
from publisher.review.gate import Evidence, Rules, read_envelopes
from publisher.review.ledger import Ledger, open_ledger
from publisher.review.manifest import Entry
from publisher.review.revisions import Revisions
from publisher.workflow.media import MediaStore
from publisher.workflow.ruling import rules_of
from publisher.workflow.tiers import open_tiers
from publisher.workspace.loading import Workspace


@dataclass(frozen=True)
class Context:
    """One run of a command in one workspace."""

    workspace: Workspace
    clock: Callable[[], datetime]
    """The time at which something is said or signed, with a zone."""
    now: datetime
    """The moment that the edition is of: pieces whose window holds then are in."""
    progress: Progress = field(default=no_progress)
    """Told how far a step is: one of mastering, or `release`. Called from any thread."""

    @property
    def root(self) -> Path:
        """The workspace's folder."""
        return self.workspace.root

    @property
    def cache(self) -> Path:
        """The cache: delete it and nothing is lost but time."""
        return self.root / ".publisher"

    @cached_property
    def digests(self) -> DigestCache:
        """Digests of files that did not change since they were read."""
        return DigestCache(self.cache / "digests.json")

    @cached_property
    def media(self) -> MediaStore:
        """The bytes of revisions' files, by digest."""
        return MediaStore(self.cache / "media", self.digests)

    @property
    def revisions(self) -> Revisions:
        """Manifests and parts as they were submitted."""
        return Revisions(self.root / "revisions")

    @property
    def approvals(self) -> Path:
        """Signed statements."""
        return self.root / "approvals"

    @cached_property
    def ledger(self) -> Ledger:
        """What was said and done."""
        return open_ledger(self.root)

    @cached_property
    def rules(self) -> Rules:
        """What the gate asks for, and whom it trusts, as it was when this was first asked."""
        return rules_of(self.workspace, self.ledger.records())

    @cached_property
    def tiers(self) -> Tiers:
        """Who looks for findings; opened when a piece is looked at, because a model takes its time."""
        return open_tiers(self.workspace, self.progress)

    def evidence(self) -> Evidence:
        """What the gate judges by, as it is on disk now."""
        chain = self.ledger.chain()
        return Evidence(chain.records, read_envelopes(self.approvals), self._media_digest, chain.order)

    def _media_digest(self, entry: Entry) -> Digest | None:
        return entry.digest if self.media.holds(entry) else None

    def today(self) -> datetime:
        """The clock's time in UTC, to the second."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def tidy(self) -> None:
        """Take away what writes that were killed left, once it is sure that nobody is at it any more."""
        for folder in (self.cache, self.root / "revisions", self.approvals, self.root / "people"):
            remove_leftovers(folder, idle=_IDLE)


_IDLE = 3600.0
"""Seconds after which a temporary file is nobody's: mastering writes to its own all the time."""
