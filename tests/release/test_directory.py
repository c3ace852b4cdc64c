"""What only a directory has: links, rights, room, folders, a lock."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from publisher import files
from publisher.errors import PublisherError
from publisher.release import directory
from publisher.release.directory import ADVICE, DirectoryTarget
from publisher.release.target import TargetOptions, open_target
from release.editions import edition_of, planned, public_file, release
from release.places import Folder

PAGE = public_file("a/b/page.html", b"page")
LEFTOVER = ".page.html.abcd1234.tmp"


def test_a_path_or_a_file_address_opens_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    addresses = ["public", str(tmp_path / "public"), f"file://{tmp_path}/public"]

    found = {open_target(address, TargetOptions()).address for address in addresses}
    assert found == {str(tmp_path / "public")}


def test_an_address_of_an_unknown_kind_is_told_what_there_is() -> None:
    with pytest.raises(PublisherError, match=r"ftp://host/x: there is no target of the kind 'ftp' .*file:// or s3://"):
        open_target("ftp://host/x", TargetOptions())


def test_opening_and_listing_make_no_directory(folder: Folder) -> None:
    assert folder.open().listing() == {}
    assert not folder.root.exists()


def test_files_may_be_read_by_a_web_server(folder: Folder) -> None:
    release(folder.open(), edition_of(PAGE))

    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.root.rglob("*") if path.is_file()}
    assert modes == {0o644}


def test_folders_that_a_delete_leaves_empty_go_too_but_never_the_root(folder: Folder) -> None:
    release(folder.open(), edition_of(PAGE))
    folder.open().delete(PAGE.key)
    folder.open().delete("edition.json")

    assert list(folder.root.iterdir()) == []


def test_a_linked_folder_leads_no_write_and_no_delete_elsewhere(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "b").mkdir(parents=True)
    (tmp_path / "elsewhere" / "b" / "page.html").write_bytes(b"theirs")
    folder.root.mkdir()
    (folder.root / "a").symlink_to(tmp_path / "elsewhere")
    target = folder.open()

    for action in (lambda: target.put(PAGE), lambda: target.delete(PAGE.key), lambda: list(target.read(PAGE.key))):
        with pytest.raises(PublisherError, match=r"public/a: a symbolic link stands where a folder"):
            action()
    assert (tmp_path / "elsewhere" / "b" / "page.html").read_bytes() == b"theirs"


def test_a_linked_file_is_replaced_and_not_followed(folder: Folder, tmp_path: Path) -> None:
    release(folder.open(), edition_of(PAGE))
    (tmp_path / "theirs.html").write_bytes(b"theirs")
    (folder.root / PAGE.key).unlink()
    (folder.root / PAGE.key).symlink_to(tmp_path / "theirs.html")
    release(folder.open(), edition_of(PAGE))

    assert (tmp_path / "theirs.html").read_bytes() == b"theirs"
    assert not (folder.root / PAGE.key).is_symlink()
    assert (folder.root / PAGE.key).read_bytes() == b"page"


def test_a_linked_file_is_not_read(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder.root.mkdir()
    (folder.root / "edition.json").symlink_to(tmp_path / "secret")

    with pytest.raises(PublisherError, match=r"edition\.json: a symbolic link stands where a file"):
        planned(folder.open(), edition_of(PAGE))


def test_what_is_no_plain_file_is_listed_and_never_opened(folder: Folder) -> None:
    folder.root.mkdir()
    os.mkfifo(folder.root / "pipe")
    (folder.root / "loop").symlink_to(folder.root)

    assert {key: listed.size for key, listed in folder.open().listing().items()} == {"pipe": 0, "loop": 0}


def test_what_a_killed_write_left_is_cleared_and_never_listed(folder: Folder) -> None:
    folder.write(f"a/{LEFTOVER}", b"half")

    assert folder.open().listing() == {}
    with folder.open().exclusive():
        assert not (folder.root / "a" / LEFTOVER).exists()


def test_two_releases_to_one_directory_do_not_mix(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "other").symlink_to(folder.root)
    with folder.open().exclusive():
        other = DirectoryTarget(tmp_path / "other")  # the same place by another name
        with pytest.raises(PublisherError, match="another release to this directory is running"), other.exclusive():
            pytest.fail("two held the same directory")

    with other.exclusive():
        pass


def test_the_lock_leaves_nothing_in_public(folder: Folder) -> None:
    with folder.open().exclusive():
        assert list(folder.root.iterdir()) == []


@pytest.mark.parametrize("number", [errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_disk_that_knows_no_locks_can_be_released_to(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def no_locks(_handle: int, _how: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", no_locks)

    assert release(folder.open(), edition_of(PAGE)).put == 1


@pytest.mark.parametrize("number", ADVICE)
def test_what_the_system_says_becomes_advice(folder: Folder, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def failing(_path: Path) -> NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(directory, "atomic_path", failing)
    with pytest.raises(PublisherError) as told:
        folder.open().put(PAGE)

    assert (told.value.what, told.value.hint) == ADVICE[number]
    assert told.value.where == str(folder.root / PAGE.key)


def test_a_disk_that_is_full_in_the_middle_of_a_file_leaves_nothing_half_written(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "flush", full)
    with pytest.raises(PublisherError, match=r"page\.html: there is no room left on the disk \(make room"):
        folder.open().put(PAGE)

    assert folder.contents() == {}


def test_a_path_that_is_a_file_is_told(folder: Folder) -> None:
    folder.root.write_bytes(b"a file")

    with pytest.raises(PublisherError, match="public: a file stands where a folder is needed"):
        release(folder.open(), edition_of(PAGE))
    with pytest.raises(PublisherError, match="public: a file stands where a folder is needed"):
        planned(folder.open(), edition_of(PAGE))


@pytest.mark.parametrize("key", ["a", "a/b"])
def test_a_file_in_the_way_of_a_folder_is_told(folder: Folder, key: str) -> None:
    folder.write(key, b"theirs")

    with pytest.raises(PublisherError, match=r"page\.html: a file stands where a folder is needed"):
        release(folder.open(), edition_of(PAGE))
    assert folder.contents()[key] == b"theirs"


def test_a_folder_in_the_way_of_a_file_is_told(folder: Folder) -> None:
    folder.write("a/b/page.html/theirs.txt", b"theirs")

    with pytest.raises(PublisherError, match=r"page\.html: a file stands .* or a folder where a file is"):
        release(folder.open(), edition_of(PAGE))


def test_a_file_that_did_not_change_is_digested_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    release(folder.open(), edition_of(PAGE))
    folder.open().listing()
    monkeypatch.setattr(files, "digest_file", lambda path: pytest.fail(f"{path} was read again"))

    assert planned(folder.open(), edition_of(PAGE)).is_empty


def test_without_a_cache_every_file_is_read(tmp_path: Path) -> None:
    target = DirectoryTarget(tmp_path / "public")
    release(target, edition_of(PAGE))

    assert planned(target, edition_of(PAGE)).is_empty


def test_boto3_is_not_imported_for_a_directory() -> None:
    script = (
        "import sys; from publisher.release.target import TargetOptions, open_target;"
        "import publisher.release.apply, publisher.release.plan, publisher.release.survey;"
        "open_target('public', TargetOptions()); sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    )

    assert (
        subprocess.run([sys.executable, "-c", script], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )
