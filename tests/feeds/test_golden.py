"""The feeds of a fixed house, byte for byte. After a change that is meant: `UPDATE_GOLDEN=1 pytest tests/feeds`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from feeds.approving import Press, data, example

GOLDEN = Path(__file__).parent / "golden"
KEYS = ("feeds/aloud.xml", "feeds/blog.atom", "feeds/blog.json")
DIGESTS = """
import sys
sys.path.insert(0, sys.argv[1])
from feeds.approving import Press, example
for key, file in Press().compose(*example()).files.items():
    print(key, file.sha256, file.content_type, file.cache_control, file.phase.name)
"""


@pytest.mark.parametrize("key", KEYS)
def test_a_feed_is_the_one_that_was_looked_at(key: str) -> None:
    made = data(Press().compose(*example()), key)
    path = GOLDEN / Path(key).name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(made)
    assert made == path.read_bytes(), "look at the difference; if it is meant, run again with UPDATE_GOLDEN=1"


def _digests(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(Path(__file__).parents[1])],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_another_hash_seed_locale_and_time_zone_give_the_same_bytes() -> None:
    one = _digests(PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    other = _digests(PYTHONHASHSEED="4711", LC_ALL="de_DE.UTF-8", TZ="Pacific/Kiritimati")

    assert one == other
    assert one.count("\n") > 15, "an edition has more files than that"


def test_the_order_in_which_pieces_come_does_not_matter() -> None:
    pieces = example()

    assert Press().compose(*pieces) == Press().compose(*reversed(pieces))
