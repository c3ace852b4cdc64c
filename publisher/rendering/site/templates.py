"""The page templates of the package, with autoescape on and unknown names refused."""

from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from publisher.transcript.timecode import format_timecode


def _day(moment: str) -> str:
    """`3 November 2026`, in the zone that the author wrote."""
    date = datetime.fromisoformat(moment)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


# Not strftime: its months follow the machine's locale, and pages must have the same bytes everywhere.
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


@cache
def environment(package: str) -> Environment:
    """The templates in the folder `templates` of a package."""
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = _day
    environment.filters["timecode"] = format_timecode
    return environment
