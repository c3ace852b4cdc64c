"""The kinds of value that stand in a workspace's files, each with what to do when it is wrong."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from publisher.transcript.timecode import parse_timecode

SLUG = re.compile(r"^[a-z0-9-]{1,80}$")
DESCRIPTION_BYTES = 4000
"""Apple Podcasts: a description holds at most 4000 bytes (feed rules 7 and 26)."""


class Model(BaseModel):
    """A part of a workspace's files: unknown keys are refused, values do not change once loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _slug(value: str) -> str:
    if not SLUG.match(value):
        raise ValueError("use 1 to 80 of a-z, 0-9 and '-'")
    return value


def _path(value: str) -> str:
    path = PurePosixPath(value)
    if not value or path.is_absolute() or ".." in path.parts or "\\" in value or "\0" in value:
        raise ValueError("name a file in the same folder or below it")
    return str(path)


def _address(value: str) -> str:
    parts = urlsplit(value)
    if (
        parts.scheme not in {"https", "http"}
        or not parts.netloc
        or not value.isascii()
        or parts.query
        or parts.fragment
    ):
        raise ValueError("give a whole address like https://voices.example.com/")
    return value


def _folder_address(value: str) -> str:
    return _address(value).rstrip("/") + "/"


def _moment(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("add the time zone, like 2026-11-03T07:00:00+01:00")
    return value


def _moment_text(value: object) -> object:
    if isinstance(value, str) and not re.match(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d", value):
        raise ValueError("write date, time and zone like 2026-11-03T07:00:00+01:00")
    return value


def _timecode(value: object) -> object:
    return parse_timecode(value) if isinstance(value, str) else value


def _at_most(count: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if len(value.encode()) > count:
            raise ValueError(f"holds {len(value.encode())} bytes; shorten it to {count} at most")
        return value

    return check


def _one_line(value: str) -> str:
    return re.sub(r"\s+", " ", value).strip()


Slug = Annotated[str, AfterValidator(_slug)]
LocalPath = Annotated[str, AfterValidator(_path)]
"""A file beside the file that names it, or below; never outside (design: no path leaves the workspace)."""
Address = Annotated[str, AfterValidator(_address)]
FolderAddress = Annotated[str, AfterValidator(_folder_address)]
Moment = Annotated[datetime, BeforeValidator(_moment_text), AfterValidator(_moment)]
Timecode = Annotated[float, BeforeValidator(_timecode)]
Line = Annotated[str, AfterValidator(_one_line), StringConstraints(min_length=1, max_length=255)]
"""One line of at most 255 characters, as feed rule 3 asks."""
Description = Annotated[
    str, AfterValidator(_at_most(DESCRIPTION_BYTES)), StringConstraints(min_length=1, strip_whitespace=True)
]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Za-z0-9]{2,8})*$")]
