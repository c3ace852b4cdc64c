"""Sounds around the talk and in it: what is said of them in `episode.md` and `publisher.toml`."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

from publisher.workspace.fields import LocalPath, Model, Seconds, Timecode

_NONE = ("none", "no", "false")

Fade = Annotated[Seconds, Field(ge=0, le=30)]
Gain = Annotated[float, Field(ge=-40, le=20, allow_inf_nan=False)]


class Music(Model):
    """What sounds before or after the talk."""

    file: LocalPath | None
    """WAV, FLAC, MP3, M4A, Ogg or Opus. None where an episode says `none` instead of a table: it has no such music."""
    fade: Fade = 1.0
    """Seconds in which it and the talk sound together, one fading into the other."""
    gain: Gain = 0.0
    """Decibels louder (below 0: quieter) than the talk, to whose loudness it is brought first."""


class Jingle(Model):
    """What sounds in the middle of the talk, which pauses for it."""

    file: LocalPath
    """WAV, FLAC, MP3, M4A, Ogg or Opus, beside `episode.md`."""
    at: Timecode
    """When in the recording the talk pauses: `12:03.2`."""
    fade: Fade = 1.0
    """Seconds at each end in which it and the talk sound together, one fading into the other."""
    gain: Gain = 0.0
    """Decibels louder (below 0: quieter) than the talk, to whose loudness it is brought first."""


class _NoneSchema:
    """Adds `none` to the JSON Schema of a value."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:  # noqa: ANN401 - pydantic's type
        found = handler(schema)
        return {**found, "anyOf": [*found["anyOf"], {"enum": [_NONE[0], False]}]}


def _nothing(value: object) -> object:
    """`none` as the table that says so."""
    said = value is False or (isinstance(value, str) and value.strip().lower() in _NONE)
    if not said and isinstance(value, (str, int, float, list)):
        example = value if isinstance(value, str) and value else "intro.flac"
        raise ValueError(f"must be a table of keys, like {{file: {example}}}")
    return {"file": None} if said else value


OwnMusic = Annotated[Music | None, BeforeValidator(_nothing), _NoneSchema()]
"""Music of an episode, `none` to go without its show's, or nothing said."""
