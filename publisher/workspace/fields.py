"""The kinds of value that stand in a workspace's files, each with what to do when it is wrong."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from publisher.transcript.timecode import parse_timecode

DESCRIPTION_BYTES = 4000
"""Apple Podcasts: a description holds at most 4000 bytes (feed rules 7 and 26)."""
LINE_CHARACTERS = 255
"""Apple Podcasts: any other value holds at most 255 characters (feed rule 3)."""
NAME_CHARACTERS = 128
"""Podcasting 2.0: the name of a person and the text of a funding link (feed rules 30 and 31)."""

_SLUG = r"^[a-z0-9-]{1,80}$"
_EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
"""The form that browsers check (HTML, 4.10.5.1.5), with a dot in the domain."""
_ORIGIN = r"^(https://[a-z0-9-]+(\.[a-z0-9-]+)*(?!:443$)|http://localhost(?!:80$))(:[1-9][0-9]{0,4})?$"
"""As browsers write it (HTML, 7.1.1): without the port that goes without saying, and where they use passkeys."""
_HEADER = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"
_LANGUAGE = r"^[a-z]{2}(-[A-Za-z0-9]{2,8})*$"
_MOMENT = "2026-11-03T07:00:00+01:00"
_UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2, production Char), and the C1 controls, which HTML forbids."""
_SPACE = re.compile(r"[^\S\u00a0\u202f]+")
"""White space but for the no-break spaces, which are typed on purpose."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?")
"""RFC 3986, without user names and passwords: a public feed has none (feed rule 2)."""
_FOLDER_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*/?")
_FILE_NAME_BYTES = 255
"""What file systems take."""
_GUID_DIGITS = 9
"""The W3C feed validator refuses a guid of fewer digits (feed rule 21)."""
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class Model(BaseModel):
    """A part of a workspace's files: unknown keys are refused, values do not change once loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def find_unwritable(text: str) -> str | None:
    """The first character that a feed or page cannot hold, as `U+0000`; None if there is none."""
    found = _UNWRITABLE.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def is_slug(text: str) -> bool:
    """Whether a text can be an id or the name of a piece's folder."""
    return re.fullmatch(_SLUG.strip("^$"), text) is not None


def is_local_host(address: str) -> bool:
    """Whether an address is of this computer, where no certificate is to be had."""
    return urlsplit(address).hostname in _LOCAL_HOSTS


def _writable(value: str) -> str:
    if found := find_unwritable(value):
        raise ValueError(f"holds the control character {found}, which no feed can carry; take it out")
    return value


def _line(most: int) -> Callable[[str], str]:
    """One line with single spaces, not empty, of at most so many characters."""

    def check(value: str) -> str:
        line = _SPACE.sub(" ", _writable(value)).strip()
        if not line:
            raise ValueError("is empty; fill it in")
        if len(line) > most:
            raise ValueError(f"has {len(line)} characters; shorten it to {most} at most")
        return line

    return check


def _description(value: str) -> str:
    text = _writable(value).strip()
    size = len(text.encode())
    if not text:
        raise ValueError("is empty; fill it in")
    if size > DESCRIPTION_BYTES:
        raise ValueError(f"holds {size} bytes; shorten it to {DESCRIPTION_BYTES} at most")
    return text


def _is_long(path: PurePosixPath) -> bool:
    return any(len(part.encode()) > _FILE_NAME_BYTES for part in path.parts)


def _path(value: str) -> str:
    if not value.isprintable():
        raise ValueError("has line breaks or other characters that nobody sees; rename the file")
    path = PurePosixPath(value)
    outside = path.is_absolute() or ".." in path.parts or not path.parts
    if outside or "\\" in value or _is_long(path):
        raise ValueError("name a file in the same folder or below it")
    return str(path)


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("give a whole address of ASCII characters, like https://voices.example.com/about")
    try:
        urlsplit(value).port  # noqa: B018 - reading it is what checks it
    except ValueError as error:
        raise ValueError(f"is not an address: {error}") from error
    return value


def _folder_address(value: str) -> str:
    parts = urlsplit(_address(value))
    if "?" in value or "#" in value or not _FOLDER_PATH.fullmatch(parts.path):
        raise ValueError(
            "give the address of a folder, like https://voices.example.com/ or https://example.com/voices/"
        )
    if parts.scheme != "https" and not is_local_host(value):
        raise ValueError("begin it with https://; apps load nothing over http (feed rule 32)")
    return value.rstrip("/") + "/"


def _key_set(value: str) -> str:
    if "://" not in value:
        return _path(value)
    if urlsplit(_address(value)).scheme != "https" and not is_local_host(value):
        raise ValueError("begin it with https://; who answers in the issuer's place could sign anybody in")
    return value


def _moment(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"add the time zone, like {_MOMENT}")
    return value


def _moment_text(value: object) -> object:
    if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", value):
        raise ValueError(f"write date, time and zone like {_MOMENT}")
    return value


def _timecode(value: object) -> object:
    if isinstance(value, str):
        return parse_timecode(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ValueError("must be a time, like 12:03.2")


def _guid(value: str) -> str:
    line = _line(LINE_CHARACTERS)(value)
    if " " in line:
        raise ValueError("holds a space; copy it exactly as the old feed has it")
    if line.isdigit() and len(line) < _GUID_DIGITS:
        raise ValueError(f"is a number of fewer than {_GUID_DIGITS} digits, which feed readers mix up (feed rule 21)")
    return line


def _matching(pattern: str, advice: str) -> tuple[AfterValidator, WithJsonSchema]:
    """A text of one form; `advice` says which."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern.strip("^$"), value):
            raise ValueError(advice)
        return value

    return AfterValidator(check), WithJsonSchema({"type": "string", "pattern": pattern})


def _text_schema(most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": most})


Slug = Annotated[str, *_matching(_SLUG, "use 1 to 80 of a-z, 0-9 and '-'")]
Text = Annotated[str, AfterValidator(_writable)]
"""Words of any length that feeds and pages can hold."""
Line = Annotated[str, AfterValidator(_line(LINE_CHARACTERS)), _text_schema(LINE_CHARACTERS)]
"""One line of at most 255 characters (feed rule 3); white space collapses to single spaces."""
Name = Annotated[str, AfterValidator(_line(NAME_CHARACTERS)), _text_schema(NAME_CHARACTERS)]
"""One line of at most 128 characters (feed rules 30 and 31)."""
Description = Annotated[str, AfterValidator(_description), _text_schema(DESCRIPTION_BYTES)]
"""Words of at most 4000 bytes in UTF-8 (feed rules 7 and 26)."""
Guid = Annotated[str, AfterValidator(_guid)]
"""What readers know a piece by, as an older feed gave it (feed rule 21)."""
LocalPath = Annotated[str, AfterValidator(_path)]
"""A file beside the file that names it, or below; never outside (design: no path leaves the workspace)."""
Address = Annotated[str, AfterValidator(_address)]
"""A web address, ASCII (feed rule 5)."""
FolderAddress = Annotated[str, AfterValidator(_folder_address)]
"""The address of a folder, with a slash at its end; https, but for this computer."""
Origin = Annotated[str, *_matching(_ORIGIN, "write scheme and host alone, like https://review.example.com")]
"""Where a browser finds a site; https, but for this computer."""
KeySet = Annotated[str, AfterValidator(_key_set)]
"""Public keys: an address, https but for this computer; or a file, as `LocalPath`."""
HeaderName = Annotated[str, *_matching(_HEADER, "write the name of a header, like Authorization")]
"""Of a request (RFC 9110, section 5.1)."""
Moment = Annotated[datetime, BeforeValidator(_moment_text), AfterValidator(_moment)]
"""Date, time and zone."""
Timecode = Annotated[
    float,
    BeforeValidator(_timecode),
    Field(ge=0, allow_inf_nan=False),
    WithJsonSchema({"type": ["string", "number"], "examples": ["12:03.2"]}),
]
"""Seconds; `12:03.2` in a file."""
Seconds = Annotated[float, Field(allow_inf_nan=False)]
"""A length of time: a plain number."""
Number = Annotated[int, Field(ge=1, le=99_999)]
"""Of an episode or season; never 0 (feed rule 26)."""
Email = Annotated[str, *_matching(_EMAIL, "write an e-mail address, like voices@example.com")]
Language = Annotated[str, *_matching(_LANGUAGE, "write two letters, like en, or with a region, like de-AT")]
"""ISO 639 with two letters, and an optional modifier (feed rule 9)."""
