"""An archive that has one form: a zip file of stored members, without a byte that its members do not determine.

Anybody can open it. Whoever checks it works out what every byte around the members must be, and compares: so nothing
hides between them, no name stands twice, nothing is packed that could burst, and no member is a link or leads out.

Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. Times are those of 1980, rights those of a file.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from publisher.errors import PublisherError
from publisher.files import CHUNK, Digest, atomic_path, digest_blocks

_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""A path of which no step begins with a dot."""
LONGEST: Final = 500
"""Characters of a name."""
MOST: Final = 10_000
"""Members."""
LARGEST: Final = (1 << 32) - 1
"""Bytes of a whole archive: beyond, zip files have another form."""

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_VERSION, _UNIX, _STORED, _1980, _RIGHTS = 20, 3 << 8, 0, 0x21, 0o100644 << 16


@dataclass(frozen=True)
class Member:
    """One file of an archive."""

    name: str
    size: int
    """Bytes."""
    crc: int
    offset: int
    """Where its header begins."""

    @property
    def header(self) -> bytes:
        """What stands before its bytes."""
        sizes = (self.crc, self.size, self.size, len(self.name), 0)
        return _LOCAL.pack(b"PK\3\4", _VERSION, 0, _STORED, 0, _1980, *sizes) + self.name.encode()

    @property
    def entry(self) -> bytes:
        """What stands in the directory at the end."""
        fixed = (_VERSION | _UNIX, _VERSION, 0, _STORED, 0, _1980)
        sizes = (self.crc, self.size, self.size, len(self.name), 0, 0, 0, 0, _RIGHTS, self.offset)
        return _CENTRAL.pack(b"PK\1\2", *fixed, *sizes) + self.name.encode()

    @property
    def start(self) -> int:
        """Where its bytes begin."""
        return self.offset + _LOCAL.size + len(self.name)


def _end(count: int, size: int, offset: int) -> bytes:
    return _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, 0)


def write_archive(path: Path, members: Mapping[str, bytes | Path]) -> None:
    """Write an archive, whole or not at all: the same members in the same order give the same bytes.

    Errors: they are too large, too many, or one has a name that no archive has.
    """
    if len(members) > MOST or not all(map(_is_name, members)):
        raise PublisherError("this does not fit into one file", where=path.name, hint="rename or leave out files")
    with atomic_path(path) as temporary, temporary.open("r+b") as stream:
        written = [_put(stream, name, source) for name, source in members.items()]
        offset, entries = stream.tell(), b"".join(member.entry for member in written)
        if offset + len(entries) + _END.size > LARGEST:
            raise _too_large(path.name)
        stream.write(entries + _end(len(written), len(entries), offset))


def _is_name(name: str) -> bool:
    return len(name) <= LONGEST and _NAME.fullmatch(name) is not None


def _put(stream: BinaryIO, name: str, source: bytes | Path) -> Member:
    offset = stream.tell()
    start = Member(name, 0, 0, offset).start
    stream.seek(start)
    size = crc = 0
    for block in _blocks(source):
        size, crc = size + len(block), zlib.crc32(block, crc)
        if start + size > LARGEST:
            raise _too_large(name)
        stream.write(block)
    member = Member(name, size, crc, offset)
    stream.seek(offset)
    stream.write(member.header)
    stream.seek(start + size)
    return member


def _blocks(source: bytes | Path) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as stream:
        while block := stream.read(CHUNK):
            yield block


def _too_large(where: str) -> PublisherError:
    return PublisherError("evidence has at most 4 GiB", where=where, hint="hand over its parts by themselves")


class Archive:
    """An archive to read, of which the form was checked."""

    def __init__(self, path: Path) -> None:
        """Errors: it is no plain file, or not of the one form."""
        if not path.is_file():
            raise PublisherError("there is no such file", where=str(path), hint="check the name")
        self._path = path
        self.members = {member.name: member for member in self._read()}
        """In their order."""

    def _read(self) -> list[Member]:
        with self._path.open("rb") as stream:
            size = stream.seek(0, 2)
            members, offset = self._directory(stream, size)
            for member in members:
                stream.seek(member.offset)
                if stream.read(len(member.header)) != member.header:
                    raise self._flawed(f"the header of {member.name} is not as it was written")
        ends = [member.start + member.size for member in members]
        if [member.offset for member in members] + [offset] != [0, *ends]:
            raise self._flawed("something stands between its members, or they overlap")
        if len({member.name for member in members}) < len(members):
            raise self._flawed("a name stands in it twice")
        return members

    def _directory(self, stream: BinaryIO, size: int) -> tuple[list[Member], int]:
        """Its members, and where the directory begins."""
        stream.seek(max(0, size - _END.size))
        end = stream.read()
        if len(end) < _END.size or size > LARGEST:
            raise self._flawed("it is no file of evidence, or it is cut or too large")
        (_, _, _, count, _, length, offset, _) = _END.unpack(end)
        if end != _end(count, length, offset) or offset + length + _END.size != size or count > MOST:
            raise self._flawed(
                "it is no file of evidence, or it does not end as it was written: it was cut, or something follows"
            )
        stream.seek(offset)
        return list(self._entries(stream.read(length), count)), offset

    def _entries(self, data: bytes, count: int) -> Iterator[Member]:
        at = 0
        for _ in range(count):
            if len(data) < at + _CENTRAL.size:
                raise self._flawed("its directory is cut")
            fields = _CENTRAL.unpack_from(data, at)
            name = data[at + _CENTRAL.size :][: fields[10]].decode("ascii", "replace")
            member = Member(name, fields[9], fields[7], fields[16])
            if not _is_name(name) or data[at : at + len(member.entry)] != member.entry:
                raise self._flawed(f"a member of it is no plain file: {name[:80]!r}")
            at += len(member.entry)
            yield member
        if at != len(data):
            raise self._flawed("its directory holds more than its members")

    def digest(self, name: str) -> Digest:
        """The digest of a member, in constant memory. Errors: as `blocks`."""
        return digest_blocks(self.blocks(name))

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member. Errors: it is missing, or its checksum is another."""
        member = self.members.get(name)
        if member is None:
            raise self._flawed(f"{name} is missing")
        left, crc = member.size, 0
        with self._path.open("rb") as stream:
            stream.seek(member.start)
            while left and (block := stream.read(min(left, CHUNK))):
                left, crc = left - len(block), zlib.crc32(block, crc)
                yield block
        if left or crc != member.crc:
            raise self._flawed(f"{name} is damaged or was changed: its checksum is another")

    def read(self, name: str, most: int) -> bytes:
        """A member of at most so many bytes. Errors: as `blocks`; it is larger."""
        if name in self.members and self.members[name].size > most:
            raise self._flawed(f"{name} is larger than it can be")
        return b"".join(self.blocks(name))

    def _flawed(self, what: str) -> PublisherError:
        return PublisherError(what, where=self._path.name, hint="ask for the file again: this one proves nothing")
