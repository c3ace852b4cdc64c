"""`publish people`: from a new name to a signed key, and what becomes of a key that is replaced or stolen."""

import re
from pathlib import Path

import pytest
from support.commands import Ran, publish
from support.house import PASSPHRASE, House


def typed(house: House, *words: str, keys: Path, stdin: str = f"{PASSPHRASE}\n" * 2) -> Ran:
    return publish("people", *words, at=house.root, env={"PUBLISH_KEYS": str(keys)}, stdin=stdin)


@pytest.mark.slow
def test_a_house_adds_its_admin_and_replaces_and_revokes_their_key(house: House, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    for name in ("ledger.jsonl", "people/signed/0001.dsse.json"):
        (house.root / name).unlink()
    text = (house.root / "people.toml").read_text()
    house.write("people.toml", text[: text.index("[people.lea]")])

    added = typed(house, "add", "lena", "--name", "Lena Fischer", "--role", "legal", "--role", "admin", keys=keys)
    assert "publish people key lena" in added.out
    made = typed(house, "key", "lena", "--passphrase-stdin", keys=keys)
    assert "publish people sign --as lena" in made.out
    unsigned = publish("status", at=house.root)
    assert "Not signed, so it counts for nothing: Lena Fischer (lena) is added" in unsigned.err
    assert "not signed" in typed(house, "list", keys=keys).out

    wrong = typed(house, "sign", "--as", "lena", "--passphrase-stdin", keys=keys, stdin="another one\n")
    assert (wrong.code, "did not open" in wrong.err) == (1, True)
    signed = typed(house, "sign", "--as", "lena", "--passphrase-stdin", keys=keys)
    assert re.search(
        r"Version 1 of the people\n  Lena Fischer \(lena\) is added: admin, legal; key SHA256:", signed.out
    )
    assert "Signed: people/signed/0001.dsse.json" in signed.out
    assert publish("status", at=house.root).err == ""

    assert typed(house, "rotate", "lena", "--passphrase-stdin", keys=keys).code == 0
    assert "an earlier change" in typed(house, "rotate", "lena", "--passphrase-stdin", keys=keys).err
    again = typed(house, "sign", "--as", "lena", "--passphrase-stdin", keys=keys)
    assert "Signed: people/signed/0002.dsse.json" in again.out
    assert f"delete {keys / 'lena.old.key'}" in again.out
    listed = typed(house, "list", keys=keys).out
    assert "revoked from entry 1 on: replaced by another key" in listed

    (old,) = re.findall(r"key (SHA256:\S+)\n +revoked", listed)
    beyond = typed(house, "revoke", "lena", "--key", old, "--reason", "Stolen.", "--from", "9", keys=keys)
    assert "the ledger has 2 entries, from 0 on" in beyond.err
    earlier = typed(house, "revoke", "lena", "--key", old, "--reason", "Stolen.", "--from", "0", keys=keys)
    assert f"once signed, a key is not trusted from entry 0 of the ledger on\n    {old}\n" in earlier.out
    assert "revoked from entry 0 on: Stolen." in publish("status", at=house.root).err
    assert "has no such key" in typed(house, "revoke", "lena", "--key", "x", "--reason", "Stolen.", keys=keys).err
