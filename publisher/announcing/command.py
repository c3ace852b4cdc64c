"""Running a command of the house's own, for a cache or a channel that has no file here."""

import json
import subprocess
from collections.abc import Mapping
from typing import Final

from publisher.announcing.model import News, Told
from publisher.errors import PublisherError
from publisher.workspace.announce import Announce

SECONDS: Final = 120
"""That it may take."""


def tell(news: News, settings: Announce, secrets: Mapping[str, str]) -> Told | None:
    """Run it with what changed as JSON on its standard input; what it prints is not shown."""
    if not settings.command:
        return None
    said = json.dumps({"house": news.house, "changed": sorted(news.changed), "feeds": list(news.feeds)}).encode()
    name = settings.command[0]
    try:
        subprocess.run(
            settings.command, input=said, env=dict(secrets), check=True, capture_output=True, timeout=SECONDS
        )
    except subprocess.CalledProcessError as error:
        raise _failed(f"it ended with {error.returncode}: {_last_line(error.stderr)}", name) from error
    except subprocess.TimeoutExpired as error:
        raise _failed(f"it took more than {SECONDS} seconds", name) from error
    except OSError as error:
        raise _failed(f"it cannot be run: {error.strerror}", name) from error
    return Told(name)


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "it said nothing"


def _failed(what: str, name: str) -> PublisherError:
    return PublisherError(what, where=name, hint="mend it, then: publish announce")
