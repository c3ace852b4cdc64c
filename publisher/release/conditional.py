"""Writes to a bucket that take place only if nobody else wrote meanwhile, and what became of one whose answer was lost.

A store says 412 both to who came too late and to who is asked again by botocore after the answer to a write that took
place got lost. So whatever a conditional write answers but success, what is there is looked at, and decides:
1. It is what we wrote: we won.
2. It is neither that nor what was seen: we were overtaken.
3. It is what was seen: nothing happened, and the store's own words count, or we ask again.
"""

import random
import time
from collections.abc import Callable
from typing import Protocol, TypedDict, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from publisher.errors import PublisherError
from publisher.release.profiles import Profile
from publisher.release.target import Anything, NoConditions, Over, Overtaken

UNABLE = frozenset({"NotImplemented", "InvalidArgument", "InvalidRequest", "UnsupportedArgument", "501"})
"""What stores answer to a condition that they don't know: https://github.com/ceph/s3-tests/issues/218."""
REFUSED = frozenset({409, 412})
"""Statuses of a write whose condition didn't hold, and of one that met another on its way."""
GONE = frozenset({"NoSuchKey", "NoSuchUpload", "404"})
"""What stores answer where nothing is that If-Match could match, or where an upload was completed already."""
TRIES = 6
"""How often a write is asked for whose condition still holds after it was refused."""
PAUSE = 0.05
"""Seconds between two such, times the number of the try, times up to two: so two writers don't meet again."""


class _Etagged(Protocol):
    @property
    def etag(self) -> str: ...


There = TypeVar("There", bound=_Etagged)


class Condition(TypedDict, total=False):
    """Arguments of botocore's `put_object` and `complete_multipart_upload`."""

    IfMatch: str
    IfNoneMatch: str


class Conditions:
    """How one store is told of conditions; it learns while it is used whether If-Match is to be quoted."""

    def __init__(self, profile: Profile, *, single_writer: bool) -> None:
        self.profile = profile
        self._quoted = profile.quoted
        self._single_writer = single_writer

    def write(
        self,
        over: Over,
        send: Callable[[Condition], str],
        look: Callable[[], There | None],
        ours: Callable[[There], bool],
        where: str,
    ) -> str:
        """Write over what `over` says; give the etag.

        send: makes the write with these arguments and gives its etag, as botocore does. look: gives what is there.
        ours: whether that is what `send` writes. where: the object, for messages.
        Raises Overtaken, NoConditions, or botocore's errors.
        """
        if self._single_writer and not isinstance(over, Anything):
            return _alone(over, send, look, ours, where)
        for turn in range(1, TRIES + 1):
            quoted = self._quoted
            try:
                return send(_condition(over, quoted=quoted))
            except (ClientError, HTTPClientError) as error:
                failure = error
            if not isinstance(over, Anything) and _is_unable(failure):
                raise NoConditions(where) from failure
            if not _is_open(failure):
                raise failure
            there = _looked(look, failure)
            if there is not None and there.etag != over and ours(there):
                return there.etag
            if isinstance(over, Anything):
                raise failure
            if (there.etag if there else None) != over:
                raise Overtaken(where) from failure
            if not _is_refusal(failure):
                raise failure
            self._quoted = not quoted
            time.sleep(turn * PAUSE * (1 + random.random()))  # noqa: S311  jitter is no secret
        raise Overtaken(where)


def _looked(look: Callable[[], There | None], failure: Exception) -> There | None:
    """Look what is there; if even that fails, what the write answered says more."""
    try:
        return look()
    except PublisherError:
        raise failure from None


def _condition(over: Over, *, quoted: bool) -> Condition:
    if isinstance(over, Anything):
        return {}
    if over is None:
        return {"IfNoneMatch": "*"}
    return {"IfMatch": f'"{over}"' if quoted else over}


def _alone(
    over: str | None,
    send: Callable[[Condition], str],
    look: Callable[[], There | None],
    ours: Callable[[There], bool],
    where: str,
) -> str:
    """Look, then write: right only while nobody else writes, which somebody declared."""
    there = look()
    if (there.etag if there else None) == over:
        return send({})
    if there is None or not ours(there):
        raise Overtaken(where)
    return there.etag


def _is_unable(failure: ClientError | BotoCoreError) -> bool:
    return isinstance(failure, ClientError) and (_code(failure) in UNABLE or _status(failure) == 501)  # noqa: PLR2004


def _is_refusal(failure: ClientError | BotoCoreError) -> bool:
    return isinstance(failure, ClientError) and (_status(failure) in REFUSED or _code(failure) in GONE)


def _is_open(failure: ClientError | BotoCoreError) -> bool:
    """Whether the write may have taken place: refused, perhaps after it did; or no answer that says it failed."""
    return not isinstance(failure, ClientError) or _is_refusal(failure) or _status(failure) >= 500  # noqa: PLR2004


def _code(failure: ClientError) -> str:
    return failure.response["Error"].get("Code", "")


def _status(failure: ClientError) -> int:
    return failure.response["ResponseMetadata"]["HTTPStatusCode"]
