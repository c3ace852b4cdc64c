"""Merkle trees over lines, as RFC 6962 has them (section 2.1): one root stands for all lines and their order.

A proof of inclusion shows one line under a root without the others; a proof of consistency shows that a longer list
only added to a shorter one. Both are read as the definitions of RFC 6962 are written, from the top of the tree down.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

Path = Sequence[bytes]
"""The hashes (32 bytes each) that a proof adds to what its reader knows; the one nearest to the root comes last."""
Peaks = tuple[bytes, ...]
"""The roots of the complete trees of which a list of lines is made, the largest first: all that its root needs."""

EMPTY: Final = sha256(b"").digest()
"""The root of nothing."""
LENGTH: Final = 32
"""Bytes of a hash."""


def leaf(line: bytes) -> bytes:
    """The hash of one line; `0x00` keeps it apart from that of a node."""
    return sha256(b"\0" + line).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two trees side by side."""
    return sha256(b"\1" + left + right).digest()


def grow(peaks: Peaks, size: int, added: bytes) -> Peaks:
    """The peaks of `size` leaves and one more."""
    while size & 1:
        *rest, left = peaks
        peaks, added, size = tuple(rest), node(left, added), size >> 1
    return (*peaks, added)


def root_of(peaks: Peaks) -> bytes:
    """The root of what has these peaks."""
    if not peaks:
        return EMPTY
    *rest, root = peaks
    for left in reversed(rest):
        root = node(left, root)
    return root


class Tree:
    """All hashes of a list of leaves, to take proofs from."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            self._levels.append([node(*pair) for pair in zip(below[::2], below[1::2], strict=False)])

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return self._hash(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """PATH(index, D[size]) of RFC 6962: shows one leaf under the root of the first `size`."""
        return self._inclusion(index, 0, size)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """PROOF(old, D[size]) of RFC 6962: shows that the first `size` leaves begin with the first `old`, 0 < old."""
        return self._consistency(old, 0, size, is_known=True)

    def _hash(self, start: int, size: int) -> bytes:
        if size & (size - 1) == 0:
            return self._levels[size.bit_length() - 1][start // size]
        left = _split(size)
        return node(self._hash(start, left), self._hash(start + left, size - left))

    def _inclusion(self, index: int, start: int, size: int) -> list[bytes]:
        if size == 1:
            return []
        left = _split(size)
        if index < left:
            return [*self._inclusion(index, start, left), self._hash(start + left, size - left)]
        return [*self._inclusion(index - left, start + left, size - left), self._hash(start, left)]

    def _consistency(self, old: int, start: int, size: int, *, is_known: bool) -> list[bytes]:
        if old == size:
            return [] if is_known else [self._hash(start, size)]
        left = _split(size)
        if old <= left:
            return [*self._consistency(old, start, left, is_known=is_known), self._hash(start + left, size - left)]
        beyond = self._consistency(old - left, start + left, size - left, is_known=False)
        return [*beyond, self._hash(start, left)]


def includes(root: bytes, size: int, index: int, leaf_: bytes, path: Path) -> bool:
    """Whether `path` shows a leaf at `index` (0, 1, …) among the `size` leaves of a root."""
    return 0 <= index < size and _root_above(leaf_, index, size, path) == root


def extends(root: bytes, size: int, old_root: bytes, old: int, path: Path) -> bool:
    """Whether `path` shows that the `size` leaves of a root begin with the `old` leaves of another, 0 < old."""
    return 0 < old <= size and _roots_above(old_root, old, size, path, is_known=True) == (old_root, root)


def _root_above(leaf_: bytes, index: int, size: int, path: Path) -> bytes | None:
    if size == 1:
        return None if path else leaf_
    if not path:
        return None
    left, above = _split(size), path[-1]
    if index < left:
        below = _root_above(leaf_, index, left, path[:-1])
        return below and node(below, above)
    below = _root_above(leaf_, index - left, size - left, path[:-1])
    return below and node(above, below)


def _roots_above(old_root: bytes, old: int, size: int, path: Path, *, is_known: bool) -> tuple[bytes, bytes] | None:
    """The roots of the first `old` and of all `size` leaves, as a proof of consistency gives them."""
    if old == size:
        (*rest, found) = (*path, old_root) if is_known else path or (b"",)
        return None if rest or not found else (found, found)
    if not path:
        return None
    left, beside = _split(size), path[-1]
    if old <= left:
        both = _roots_above(old_root, old, left, path[:-1], is_known=is_known)
        return both and (both[0], node(both[1], beside))
    both = _roots_above(old_root, old - left, size - left, path[:-1], is_known=False)
    return both and (node(beside, both[0]), node(beside, both[1]))


def _split(size: int) -> int:
    """The largest power of two below `size`, which is how many leaves stand in the left tree."""
    return 1 << (size - 1).bit_length() - 1
