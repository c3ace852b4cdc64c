"""When the public had each revision, by the ledger: its first and its last day, as FINRA 2210(b)(4)(A) asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from publisher.review import canonical
from publisher.review.records import Record
from publisher.workflow.lines import releases_to


@dataclass(frozen=True)
class Use:
    """The days on which a revision came and went; a revision may come back."""

    slug: str
    revision: str
    """The first twelve digits of its name."""
    came: tuple[str, ...] = ()
    """Days in UTC, `2026-11-03`, in order."""
    went: tuple[str, ...] = ()
    """As `came`; as many, or one fewer while it is public."""

    @property
    def is_public(self) -> bool:
        """Whether the public has it now."""
        return len(self.came) > len(self.went)

    @property
    def documents(self) -> Mapping[str, bytes]:
        """What a vault holds of it, by key: `use/SLUG/REVISION/first.json`, and `last.json` once it went."""
        said = {"first": ("came", self.came), "last": ("went", self.went)}
        return {
            f"use/{self.slug}/{self.revision}/{name}.json": canonical.dump_plain(
                {"slug": self.slug, "revision": self.revision, name: days[0 if name == "first" else -1], how: days}
            )
            for name, (how, days) in said.items()
            if days
        }


def uses(records: Iterable[Record], target: str) -> list[Use]:
    """Every revision that the public ever had at a target, in the order in which they first came."""
    found: dict[tuple[str, str], Use] = {}
    public: dict[str, str] = {}
    for record in releases_to(records, target):
        day = record.time[:10]
        for slug, revision in record.pieces:
            before = public.pop(slug, "")
            if before and before != revision:
                use = found[slug, before]
                found[slug, before] = replace(use, went=(*use.went, day))
            if revision:
                public[slug] = revision
            if revision and before != revision:
                use = found.get((slug, revision), Use(slug, revision))
                found[slug, revision] = replace(use, came=(*use.came, day))
    return list(found.values())
