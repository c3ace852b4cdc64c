"""Times in a recording, as people write them: `12:03.2`, `1:02:03`, `41.5`."""

import re

_TIMECODE = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,3})?)", re.ASCII)
_SIXTY = 60


def parse_timecode(text: str) -> float:
    """Seconds of `[[hours:]minutes:]seconds[.fraction]`; ValueError says what is wanted."""
    match = _TIMECODE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a time; write it like 12:03.2 or 1:02:03")
    hours, minutes, seconds = match.groups()
    if minutes is not None and float(seconds) >= _SIXTY:
        raise ValueError(f"{text!r} has more than 59 seconds; write it like 12:03.2")
    if hours is not None and int(minutes) >= _SIXTY:
        raise ValueError(f"{text!r} has more than 59 minutes; write it like 1:02:03")
    return round(int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds), 3)


def format_timecode(seconds: float) -> str:
    """`1:02:03` or `2:31`: whole seconds for people, rounded down as players show them."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def format_tenths(seconds: float) -> str:
    """`12:03.2` or `1:02:03.0`, as people say exactly where something is."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    small = f"{rest // 10:02}.{rest % 10}"
    return f"{hours}:{minutes:02}:{small}" if hours else f"{minutes}:{small}"


def format_exact(seconds: float) -> str:
    """`00:02:31.250`, as WebVTT writes times."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
