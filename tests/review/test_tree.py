"""Merkle trees: the roots and proofs that certificate transparency has, and what must hold of any.

The examples are those by which logs of certificate transparency are tried (github.com/transparency-dev/merkle,
`proof/verify_test.go`).
"""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.review.tree import EMPTY, Peaks, Tree, extends, grow, includes, leaf, root_of

INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
LEAVES = [leaf(bytes.fromhex(text)) for text in INPUTS]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
G = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUSION = [
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], B, D]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, [F, E, ROOTS[3]]),
    (2, 5, [B, D]),
    (6, 7, [F, G, ROOTS[3]]),
]
sizes = st.integers(1, 70)


def hexed(path: list[bytes]) -> list[str]:
    return [one.hex() for one in path]


def tree_of(size: int) -> Tree:
    return Tree([leaf(b"%d" % number) for number in range(size)])


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert Tree(LEAVES).root(size).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_proofs_of_inclusion_are_those_of_certificate_transparency(index: int, size: int, path: list[str]) -> None:
    found = Tree(LEAVES).inclusion(index, size)
    assert hexed(found) == path
    assert includes(bytes.fromhex(ROOTS[size - 1]), size, index, LEAVES[index], found)


@pytest.mark.parametrize(("old", "size", "path"), CONSISTENCY)
def test_proofs_of_consistency_are_those_of_certificate_transparency(old: int, size: int, path: list[str]) -> None:
    found = Tree(LEAVES).consistency(old, size)
    assert hexed(found) == path
    assert extends(bytes.fromhex(ROOTS[size - 1]), size, bytes.fromhex(ROOTS[old - 1]), old, found)


def test_nothing_has_a_root_too() -> None:
    assert root_of(()) == Tree([]).root(0) == EMPTY == sha256().digest()


@given(size=sizes)
def test_a_list_that_grows_has_the_roots_of_its_tree(size: int) -> None:
    tree = tree_of(size)
    peaks: Peaks = ()
    for number in range(size):
        assert root_of(peaks) == tree.root(number)
        peaks = grow(peaks, number, leaf(b"%d" % number))
    assert root_of(peaks) == tree.root(size)
    assert len(peaks) == size.bit_count()


@given(size=sizes, index=st.integers(0, 69), other=st.integers(0, 69), data=st.data())
def test_a_proof_of_inclusion_shows_its_leaf_in_its_place_and_no_other(
    size: int, index: int, other: int, data: st.DataObject
) -> None:
    index, other = index % size, other % size
    tree, line = tree_of(size), leaf(b"%d" % index)
    root, path = tree.root(size), tree.inclusion(index, size)
    assert includes(root, size, index, line, path)
    assert includes(root, size, other, line, path) == (other == index)
    assert not includes(root, size, index, leaf(b"x"), path)
    assert not includes(root, size, index, line, [*path, root])
    assert not includes(root, size, -1, line, path)
    if path:
        changed = data.draw(st.integers(0, len(path) - 1))
        assert not includes(root, size, index, line, [*path[:changed], *path[changed + 1 :]])
        assert not includes(root, size, index, line, [*path[:changed], bytes(32), *path[changed + 1 :]])


@given(size=sizes, old=sizes, data=st.data())
def test_a_proof_of_consistency_shows_what_a_list_began_with_and_nothing_else(
    size: int, old: int, data: st.DataObject
) -> None:
    old = (old - 1) % size + 1
    tree = tree_of(size)
    root, old_root, path = tree.root(size), tree.root(old), tree.consistency(old, size)
    assert extends(root, size, old_root, old, path)
    assert not extends(root, size, leaf(b"x"), old, path)
    assert not extends(leaf(b"x"), size, old_root, old, path)
    assert not extends(root, size, old_root, old, [*path, root])
    assert not extends(root, size, old_root, 0, path)
    assert not extends(root, size, old_root, size + 1, path)
    if path:
        changed = data.draw(st.integers(0, len(path) - 1))
        assert not extends(root, size, old_root, old, [*path[:changed], *path[changed + 1 :]])
        assert not extends(root, size, old_root, old, [*path[:changed], bytes(32), *path[changed + 1 :]])


@pytest.mark.parametrize("size", [2**53 - 1, 2**53])
def test_a_size_that_no_ledger_has_ends_soon(size: int) -> None:
    assert not includes(EMPTY, size, size - 1, EMPTY, [EMPTY] * 60)
    assert not extends(EMPTY, size, EMPTY, size - 1, [EMPTY] * 60)
