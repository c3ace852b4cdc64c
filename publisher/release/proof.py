"""What an etag proves: that a store took exactly the bytes that were sent.

Of an object that was put in one request most stores give the MD5 of its bytes as etag, and of one in parts the MD5 of
the parts' MD5s and their number (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html). With encryption
by a key service, and in some stores, it is something else: then it proves nothing, and the bytes are read back.
MD5 finds damage here; against an attacker every request also carries a signed SHA-256 of what it sends.
"""

import hashlib
from base64 import b64encode
from collections.abc import Sequence


def md5(data: bytes) -> bytes:
    """Digest a block that is sent in one request."""
    return hashlib.md5(data, usedforsecurity=False).digest()


def header(digest: bytes) -> str:
    """Write an MD5 as the header Content-MD5 wants it."""
    return b64encode(digest).decode()


def etag_of_parts(digests: Sequence[bytes]) -> str:
    """Give the etag of an object that was sent in parts with these MD5s."""
    return f"{md5(b''.join(digests)).hex()}-{len(digests)}"


def plain(etag: str) -> str:
    """Take the quotes off: stores differ in where they put them."""
    return etag.removeprefix("W/").strip('"')
