"""What to do about a value that a model refused, in words for people who do not program."""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

_DATE = "is not a date: {error}; write it like 2026-11-03T07:00:00+01:00"
_DAY = "is not a day; write it like 2026-11-03"
_ADVICE = {
    "missing": "is missing; add it",
    "value_error": "{error}",
    "string_type": "must be text, in quotes",
    "string_unicode": "holds half a character; type it again",
    "string_pattern_mismatch": "does not look right; it must match {pattern}",
    "literal_error": "use one of {expected}",
    "too_short": "needs at least {min_length}",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false, without quotes",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "list_type": "must be a list, like [one, two]",
    "tuple_type": "must be a list, like [one, two]",
    "dict_type": "must be a table of keys",
    "model_type": "must be a table of keys",
    "datetime_type": "must be a date with time and zone, like 2026-11-03T07:00:00+01:00",
    "datetime_from_date_parsing": _DATE,
    "datetime_parsing": _DATE,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "uuid_parsing": "is not a UUID; take the one that `publish init` wrote",
    "uuid_type": "is not a UUID; take the one that `publish init` wrote",
}
"""By the kind of error (docs.pydantic.dev/latest/errors/validation_errors); another one speaks for itself."""

_QUOTES = "'"
"""What pydantic puts around the values that it would take."""


def advise(error: Any, model: type[BaseModel]) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    """What is wrong with a value and what to do, without the file and the key."""
    kind = error["type"]
    if kind == "extra_forbidden":
        *above, key = error["loc"]
        return f"is not known here; {_suggestion(str(key), _keys(model.model_json_schema(), above))}"
    if kind == "literal_error" and not re.search(", | or ", error["ctx"]["expected"]):
        return f"write {error['ctx']['expected'].strip(_QUOTES)}, or leave it out"
    advice = _ADVICE.get(kind)
    return advice.format(**error.get("ctx", {})) if advice else str(error["msg"])


def _suggestion(key: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"did you mean {close[0]}?" if close else f"remove it, or use one of {', '.join(known)}"


def _keys(schema: Mapping[str, Any], above: Sequence[str | int]) -> list[str]:
    """The keys that a model's schema knows at a place in a file."""
    definitions = schema.get("$defs", {})
    part = schema
    for step in above:
        part = _resolve(_below(part, step), definitions)
    return sorted(part.get("properties", {}))


def _below(part: Mapping[str, Any], step: str | int) -> Any:  # noqa: ANN401 - JSON
    """The schema of a member: by name, of any name, or of a list."""
    named = part.get("properties", {}).get(step)
    of_any_name = next(iter(part.get("patternProperties", {}).values()), None) or part.get("additionalProperties")
    return named or of_any_name or part.get("items") or {}


def _resolve(part: Any, definitions: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    """Follow a reference, also that of a value that may be left out."""
    for choice in [part, *part.get("anyOf", [])] if isinstance(part, dict) else []:
        if "$ref" in choice:
            found: Mapping[str, Any] = definitions[choice["$ref"].rpartition("/")[2]]
            return found
    return part if isinstance(part, dict) else {}
