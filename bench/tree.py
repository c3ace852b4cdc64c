"""The memory of a process and of all that it started, together, while it runs. Linux only."""

import threading
import time
from contextlib import suppress
from pathlib import Path
from resource import getpagesize

EVERY = 0.05
"""Seconds between two looks at the sizes. Looking takes from the processors that whoever uses all of them needs."""
FAMILY = 0.2
"""Seconds between two looks at who belongs to the tree: that takes longer, and nothing big is over so soon."""
SHARE = 100
"""The exact size is found by walking a process's pages, in the kernel. At most one part in so many of the time."""


class Tree(threading.Thread):
    """Watches a process and its descendants from another thread, and remembers the highest sums."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.rss = 0
        """Bytes at the peak; pages that several processes share are counted for each: an upper bound."""
        self.pss = 0
        """Bytes at the peak; shared pages are divided by those who share them. 0 where the kernel does not tell."""
        self._root = root
        self._over = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        family, asked_family, next_exact = [self._root], 0.0, 0.0
        while not self._over.wait(EVERY):
            now = time.monotonic()
            if now - asked_family > FAMILY:
                family, asked_family = _family(self._root), now
            grown = [pid for pid in family if pid == self._root or not self._is_unborn(pid)]
            self.rss = max(self.rss, sum(map(_rss, grown)))
            if now >= next_exact:
                self.pss = max(self.pss, sum(map(_pss, grown)))
                next_exact = now + SHARE * (time.monotonic() - now)

    def _is_unborn(self, pid: int) -> bool:
        """Whether a child still shares all of its parent's memory, just before it becomes another program."""
        return _command(pid) == _command(self._root)

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()


def _family(root: int) -> list[int]:
    """The process and all below it, as they are now."""
    found = [root]
    for pid in found:  # grows while it is walked
        with suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _rss(pid: int) -> int:
    """Bytes in memory, from proc(5) statm; 0 for a process that is over."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * getpagesize()
    except (OSError, IndexError):
        return 0


def _pss(pid: int) -> int:
    """Bytes in memory, shared ones in proportion, from proc(5) smaps_rollup; 0 where it cannot be read."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
