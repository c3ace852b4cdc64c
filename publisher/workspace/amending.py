"""Add an edit to the front matter of an episode as its host would: a line of text; comments and all else stay. Pure."""

import json
import re
from typing import Any

import yaml

from publisher.errors import PublisherError

_KEY = re.compile(r"edits:\s*(?P<flow>\[\s*\])?\s*(?:#.*)?$")
_ITEM = re.compile(r"(?P<indent>\s*)-\s")
_FENCE = "---"


def with_edit(text: str, kind: str, times: str, reason: str, where: str) -> str:
    """The text of an `episode.md` with one more edit at the end of its edits.

    where: what the error says. Errors: its edits are written in a way that a line cannot be added to.
    """
    item = f"- {{{kind}: {json.dumps(times)}, reason: {json.dumps(reason, ensure_ascii=False)}}}"
    lines = text.split("\n")
    end = _end_of_matter(lines)
    amended = "\n".join(_amended(lines, end, item))
    before, after = _matter(text), _matter(amended)
    wanted = {**before, "edits": [*(before.get("edits") or []), {kind: times, "reason": reason}]}
    if end is None or after != wanted:
        raise PublisherError(
            "its edits are written in a way that nothing can be added to them here", where=where,
            hint=f"add this to edits by hand: {item}",
        )  # fmt: skip
    return amended


def _end_of_matter(lines: list[str]) -> int | None:
    """Number of the line that closes the front matter."""
    fences = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE]
    return fences[1] if len(fences) > 1 and fences[0] == 0 else None


def _amended(lines: list[str], end: int | None, item: str) -> list[str]:
    matter, rest = lines[:end], lines[len(lines) if end is None else end :]
    key = next((number for number, line in enumerate(matter) if _KEY.fullmatch(line.rstrip())), None)
    if key is None:
        return [*matter, "edits:", f"  {item}", *rest]
    if _KEY.fullmatch(matter[key].rstrip())["flow"]:  # type: ignore[index]  # it was just found
        matter[key] = re.sub(r"\[\s*\]\s*", "", matter[key]).rstrip()
    last, indent = key, "  "
    for number, line in enumerate(matter[key + 1 :], key + 1):
        if line.strip() and not line.startswith((" ", "-", "#")):
            break
        if found := _ITEM.match(line):
            indent = found["indent"]
        if line.strip() and not line.startswith("#"):
            last = number
    return [*matter[: last + 1], f"{indent}{item}", *matter[last + 1 :], *rest]


def _matter(text: str) -> dict[str, Any]:
    """The front matter as it is read; nothing for what cannot be read."""
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.MULTILINE)
    try:
        found = yaml.load(parts[1], yaml.BaseLoader) if len(parts) > 1 else None  # noqa: S506 - texts only
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}
