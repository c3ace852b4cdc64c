"""Which names a public file may have, so that a key is the same place in a directory, a bucket and an address."""

import re
from collections.abc import Collection, Iterator

from publisher.errors import PublisherError
from publisher.files import TEMPORARY

SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()+,;=@-]{1,255}")
"""What stands between two slashes: characters that an address carries as they are, so no `%`, space or backslash."""
LONGEST = 1024
"""Characters of a key; what S3 allows."""


def check_key(key: str) -> None:
    """Refuse a key that isn't a plain relative path, or that looks like what a killed write leaves behind.

    Raises PublisherError, `where` being the key.
    """
    segments = key.split("/")
    plain = all(SEGMENT.fullmatch(each) and each not in {".", ".."} for each in segments)
    if not plain or len(key) > LONGEST or TEMPORARY.match(segments[-1]):
        raise PublisherError(
            "this is not a name that a public file can have",
            where=repr(key),
            hint="use letters, digits, dots and hyphens, with single slashes between folders",
        )


def check_keys(keys: Collection[str]) -> None:
    """Refuse keys that can't stand beside each other: none may be a folder of another.

    Raises PublisherError for the first key, in order, that is wrong by itself or with the others.
    """
    for key in sorted(keys):
        check_key(key)
        for folder in _folders(key):
            if folder in keys:
                raise PublisherError(
                    f"{folder} is a file of the edition, and can't be a folder of it as well",
                    where=key,
                    hint="rename one of the two",
                )


def _folders(key: str) -> Iterator[str]:
    """The folders that a key lies in, from the last to the first."""
    cut = len(key)
    while (cut := key.rfind("/", 0, cut)) > 0:
        yield key[:cut]
