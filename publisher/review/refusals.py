"""Why the gate refuses: the step that failed, whom it waits for, and what to do."""

from publisher.errors import PublisherError
from publisher.review.history import Takedown


class Refusal(PublisherError):  # noqa: N818 - the gate refuses; it does not err
    """Why a revision may not go to the public: the step that failed, and what to do."""

    def __init__(self, step: int, what: str, *, where: str, hint: str) -> None:
        super().__init__(what, where=where, hint=hint)
        self.step = step


class Elsewhere(Refusal):
    """It was submitted when the house had another address: nobody decided on it at this one."""

    def __init__(self, what: str, *, where: str, hint: str) -> None:
        super().__init__(4, what, where=where, hint=hint)


class Damaged(Refusal):
    """A part or file is not what its manifest says."""

    def __init__(self, what: str, *, where: str, hint: str) -> None:
        super().__init__(6, what, where=where, hint=hint)


class TakenDown(Refusal):
    """It was taken down, and nobody lifted that who may."""

    def __init__(self, takedown: Takedown, name: str) -> None:
        slug = takedown.slug
        super().__init__(
            7, f"{name} took it down on {takedown.time[:10]}: {takedown.reason}", where=slug,
            hint=f"whoever decides on it lifts that; then it needs a new approval: publish takedown {slug} --lift",
        )  # fmt: skip
        self.takedown = takedown


class Rejected(Refusal):
    """A rejection stands against it."""

    def __init__(self, what: str, *, where: str, hint: str, by: tuple[str, ...]) -> None:
        super().__init__(8, what, where=where, hint=hint)
        self.by = by
        """Ids of all those whose rejections stand, in order."""


class Undecided(Refusal):
    """Approvals of a role are still to come."""

    def __init__(self, what: str, *, where: str, role: str, able: tuple[str, ...]) -> None:
        super().__init__(9, what, where=where, hint=_whom_to_ask(able, role, where))
        self.role = role
        self.able = able
        """Names of those who can give one."""


class Unsigned(Undecided):
    """Nobody can approve yet: the house's people were never signed."""

    def __init__(self, *, where: str, role: str) -> None:
        super().__init__("the house's people were never signed", where=where, role=role, able=())
        self.step = 3
        self.hint = "an admin signs them: publish people sign --as ADMIN"


def _whom_to_ask(names: tuple[str, ...], role: str, slug: str) -> str:
    if not names:
        return f"nobody can: give someone who did not make it the role {role} and a key: publish people add"
    return f"{', '.join(names)} can: publish review show {slug}"
