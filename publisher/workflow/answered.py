"""What the author of a piece answered to guidelines that ask: the part `answers.json` of a revision that has answers.

Nothing of it goes to the public. It is one of the parts, so that whoever approves has read it and signs for it, too.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from publisher.errors import PublisherError
from publisher.policy.findings import questions
from publisher.workspace.guidelines import Guideline
from publisher.workspace.pieces import Piece

PART = "answers.json"


@dataclass(frozen=True)
class Answer:
    """An answer, with its question as it was then."""

    rule: str
    """Id of the guideline."""
    asked: str
    answer: str


def answers_part(piece: Piece, rules: Mapping[str, Guideline]) -> dict[str, bytes]:
    """The part, by its name; nothing for a piece without answers. rules: those that hold for it."""
    given = piece.matter.answers
    asked = questions(piece.kind, rules).items()
    answers = [asdict(Answer(id_, rule.says, given[id_])) for id_, rule in asked if id_ in given]
    return {PART: json.dumps(answers, ensure_ascii=False, indent=1).encode() + b"\n"} if answers else {}


def read_answers(data: bytes | None, where: str) -> tuple[Answer, ...]:
    """What `answers_part` wrote; nothing where there is no such part.

    where: what the error says. Errors: the part holds anything else.
    """
    try:
        answers = tuple(Answer(**each) for each in json.loads(data or b"[]"))
    except (ValueError, TypeError, RecursionError) as error:
        raise _damaged(where) from error
    if not all(isinstance(value, str) for answer in answers for value in vars(answer).values()):
        raise _damaged(where)
    return answers


def _damaged(where: str) -> PublisherError:
    hint = "restore the revision from git"
    return PublisherError("these are not answers as they were written", where=where, hint=hint)
