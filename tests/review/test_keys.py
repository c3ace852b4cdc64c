"""Keys: only their owner can read them, OpenSSH can, and nothing but an encrypted Ed25519 key is taken."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from support.commands import HANGS

from publisher.errors import PublisherError
from publisher.review import keys
from publisher.review.keys import Signature, Signer, fingerprint, is_signed, make_key, public_bytes, unlock
from review.docket import line, private_key

PASSPHRASE = "four words make passphrases"

needs_ssh_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None and "CI" not in os.environ, reason="OpenSSH is not installed here"
)


def ssh_keygen(*arguments: str) -> str:
    return subprocess.run(
        ["ssh-keygen", *arguments], capture_output=True, text=True, check=True, timeout=HANGS, stdin=subprocess.DEVNULL
    ).stdout.strip()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A private key's file and its public line."""
    path = tmp_path_factory.mktemp("home") / "keys" / "lea.key"
    return path, make_key(path, PASSPHRASE)


def test_a_key_that_was_made_signs(made: tuple[Path, str]) -> None:
    path, public = made
    signature = unlock(path, PASSPHRASE).sign(b"words")
    assert signature.keyid == fingerprint(public)
    assert is_signed(public, signature, b"words")
    assert not is_signed(public, signature, b"other words")


def test_only_its_owner_reads_it(made: tuple[Path, str]) -> None:
    path, _ = made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [child.name for child in path.parent.iterdir()] == ["lea.key"], "nothing temporary is left"


def test_not_for_a_moment_can_anyone_else_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []

    def watch(call: Callable[..., object]) -> Callable[..., object]:
        def watched(*arguments: object, **options: object) -> object:
            found = call(*arguments, **options)
            modes.extend(path.stat().st_mode for path in tmp_path.iterdir())
            return found

        return watched

    for name in ("link", "fsync", "fdopen", "open", "close", "chmod"):
        monkeypatch.setattr(os, name, watch(getattr(os, name)))
    before = os.umask(0)
    try:
        make_key(tmp_path / "lea.key", PASSPHRASE)
    finally:
        os.umask(before)
    assert modes
    assert {stat.S_IMODE(mode) for mode in modes} == {0o600}


def test_a_key_is_never_written_over(made: tuple[Path, str]) -> None:
    path, _ = made
    before = path.read_bytes()
    with pytest.raises(PublisherError, match="there is a key already"):
        make_key(path, PASSPHRASE)
    assert path.read_bytes() == before


def test_a_key_that_came_meanwhile_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lea.key"
    path.write_bytes(b"another's")
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    with pytest.raises(PublisherError, match="there is a key already"):
        make_key(path, PASSPHRASE)
    assert path.read_bytes() == b"another's"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "lea.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PublisherError, match="there is a key already"):
        make_key(tmp_path / "lea.key", PASSPHRASE)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("passphrase", ["", "short", "elevenchars", "twelve chars\udc80"])
def test_a_poor_passphrase_makes_no_key(tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(PublisherError):
        make_key(tmp_path / "lea.key", passphrase)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("passphrase", ["", "wrong words for this one", "garbled \udc80 in a terminal"])
def test_another_passphrase_does_not_open_it_and_is_told_to_nobody(made: tuple[Path, str], passphrase: str) -> None:
    with pytest.raises(PublisherError) as caught:
        unlock(made[0], passphrase)
    error: BaseException | None = caught.value
    while error is not None:
        assert not passphrase or passphrase not in f"{error!r} {vars(error)} {getattr(error, 'object', '')}"
        error = error.__cause__ or error.__context__


def private_file(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "some.key"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_a_key_without_passphrase_is_refused(tmp_path: Path, passphrase: str) -> None:
    key = private_key("lea").private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    with pytest.raises(PublisherError, match="not encrypted"):
        unlock(private_file(tmp_path, key), passphrase)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    encryption = BestAvailableEncryption(PASSPHRASE.encode())
    key = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption)
    with pytest.raises(PublisherError, match="not an Ed25519 key"):
        unlock(private_file(tmp_path, key), PASSPHRASE)


OTHER = {
    "empty": b"",
    "text": b"hello",
    "a public key": line("lea").encode(),
    "PKCS 8": Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    "an empty one": b"-----BEGIN OPENSSH PRIVATE KEY-----\n\n-----END OPENSSH PRIVATE KEY-----\n",
}


@pytest.mark.parametrize("data", OTHER.values(), ids=OTHER.keys())
def test_what_is_no_key_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(PublisherError, match="did not open"):
        unlock(private_file(tmp_path, data), PASSPHRASE)


def test_a_key_that_was_cut_is_refused(tmp_path: Path, made: tuple[Path, str]) -> None:
    data = made[0].read_bytes()
    for size in range(0, len(data) - 40, 23):
        with pytest.raises(PublisherError):
            unlock(private_file(tmp_path, data[:size]), PASSPHRASE)


@pytest.mark.parametrize("name", ["missing.key", "folder", "file/below.key"])
def test_where_there_is_no_key_it_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(PublisherError, match="there is no key"):
        unlock(tmp_path / name, PASSPHRASE)


@needs_ssh_keygen
def test_openssh_reads_what_was_made(made: tuple[Path, str]) -> None:
    path, public = made
    assert ssh_keygen("-y", "-P", PASSPHRASE, "-f", str(path)).split()[:2] == public.split()
    assert fingerprint(public) in ssh_keygen("-l", "-f", str(path))


@needs_ssh_keygen
def test_a_key_that_openssh_made_signs(tmp_path: Path) -> None:
    path = tmp_path / "id_ed25519"
    ssh_keygen("-q", "-t", "ed25519", "-a", "4", "-N", PASSPHRASE, "-C", "lea at her desk", "-f", str(path))
    public = path.with_suffix(".pub").read_text().strip()
    assert public.endswith("lea at her desk")
    assert is_signed(public, unlock(path, PASSPHRASE).sign(b"words"), b"words")


@needs_ssh_keygen
@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("-t", "rsa", "-b", "2048", "-N", PASSPHRASE), "not an Ed25519 key"),
        (("-t", "ed25519", "-N", ""), "not encrypted"),
        (("-t", "ed25519", "-N", PASSPHRASE, "-Z", "chacha20-poly1305@openssh.com"), "not an Ed25519 key"),
    ],
    ids=["RSA", "no passphrase", "a cipher that is not supported"],
)
def test_a_key_that_openssh_made_is_refused_if_it_is(tmp_path: Path, options: tuple[str, ...], what: str) -> None:
    path = tmp_path / "key"
    ssh_keygen("-q", *options, "-f", str(path))
    with pytest.raises(PublisherError, match=what):
        unlock(path, PASSPHRASE)


def _ecdsa_line() -> str:
    public = generate_private_key(SECP256R1()).public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


BLOB = line("lea").split()[1]
LINES = {
    "nothing": "",
    "a kind alone": "ssh-ed25519",
    "a kind and a space": "ssh-ed25519 ",
    "broken base64": "ssh-ed25519 A",
    "no base64": "ssh-ed25519 {}",
    "letters that are no ASCII": "ssh-ed25519 ÄÖÜ",
    "too few bytes": f"ssh-ed25519 {BLOB[:-4]}",
    "too many bytes": f"ssh-ed25519 {BLOB}AAAA",
    "padding": f"ssh-ed25519 {BLOB}=",
    "another kind": f"ssh-rsa {BLOB}",
    "another kind's key": f"ssh-ed25519 {_ecdsa_line().split()[1]}",
    "a key of another kind": _ecdsa_line(),
    "zeros": f"ssh-ed25519 {'A' * 68}",
}


@pytest.mark.parametrize("public", LINES.values(), ids=LINES.keys())
def test_a_public_line_that_holds_no_key_signs_nothing(public: str) -> None:
    signature = Signer(private_key("lea")).sign(b"words")
    assert public_bytes(public) is None
    assert fingerprint(public) == ""
    assert not is_signed(public, signature, b"words")
    assert not is_signed(public, Signature("", signature.data), b"words")


@given(public=st.text() | st.text().map("ssh-ed25519 {}".format))
def test_no_public_line_makes_it_fall_over(public: str) -> None:
    assert not is_signed(public, Signature(fingerprint(public), b"\0" * 64), b"words")


def test_a_comment_and_spaces_do_not_matter() -> None:
    signature = Signer(private_key("lea")).sign(b"words")
    for public in (f"{line('lea')} a comment", f" {line('lea')}\n", f"ssh-ed25519  {BLOB}"):
        assert is_signed(public, signature, b"words")


@pytest.mark.parametrize("data", [b"", b"\0" * 64, b"\xff" * 64, b"x" * 63, b"x" * 65])
def test_bytes_that_are_no_signature_sign_nothing(data: bytes) -> None:
    assert not is_signed(line("lea"), Signature(fingerprint(line("lea")), data), b"words")


def test_a_signature_under_another_keys_name_counts_for_nothing() -> None:
    signature = Signer(private_key("lea")).sign(b"words")
    assert not is_signed(line("lea"), Signature(fingerprint(line("max")), signature.data), b"words")


def test_a_signature_can_not_be_written_in_another_way() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    signature = Signer(private_key("lea")).sign(b"words")
    scalar = int.from_bytes(signature.data[32:], "little") + order
    again = signature.data[:32] + scalar.to_bytes(32, "little")
    assert not is_signed(line("lea"), Signature(signature.keyid, again), b"words")


def test_guessing_a_passphrase_is_slow() -> None:
    assert keys.KDF_ROUNDS >= 32
