"""What a store or the way to it says, turned into what, where and hint. Secrets are in none of it."""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSLError,
)

from publisher.errors import PublisherError

ABSENT = frozenset({"NoSuchKey", "404"})
"""What stores answer when a key isn't there."""
UNKNOWN_VERB = frozenset({"NotImplemented", "MethodNotAllowed", "501", "405"})
"""What stores answer to a request that they don't know at all."""

_AGAIN = "run the same command again: what was sent already stays"
_KEYS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for a profile of ~/.aws"
_REGION = ("the bucket is in another region", "set region in the target's settings, or AWS_REGION")
_EXPIRED = ("the credentials have expired", "log in again, then run the same command again")
_BUSY = ("the store is too busy, after every retry", _AGAIN)
_BROKEN = ("the store failed by itself, after every retry", _AGAIN)
_BUCKET = ("this can't be the name of a bucket", "look at the address: s3://bucket/prefix")
_DENIED = (
    "the credentials may not do this here",
    (
        "they need s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and "
        "s3:ListMultipartUploadParts"
    ),
)

_LISTING = "they need s3:ListBucket, which is a right on the bucket itself, beside those on what is in it"
_MINUTE = 60

CODES: Mapping[str, tuple[str, str]] = {
    "NoSuchBucket": ("there is no such bucket", "make the bucket, or look for a slip in its name or in the endpoint"),
    "InvalidBucketName": _BUCKET,
    "AccessDenied": _DENIED,
    "Forbidden": _DENIED,
    "403": _DENIED,
    "AllAccessDisabled": _DENIED,
    "InvalidAccessKeyId": ("the store doesn't know this access key", f"look for a slip in it: {_KEYS}"),
    "SignatureDoesNotMatch": ("the secret key doesn't belong to the access key", f"look for a slip in it: {_KEYS}"),
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "InvalidToken": ("the store doesn't know this session token", f"unset AWS_SESSION_TOKEN if it is old, and {_KEYS}"),
    "RequestTimeTooSkewed": (
        "this machine's clock is wrong by more than the store allows",
        "set the clock, then run the same command again",
    ),
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "NoSuchUpload": (
        "another release took over while this one ran",
        "wait until it has ended, then run the same command again",
    ),
    "PreconditionFailed": (
        "somebody else wrote this meanwhile",
        "let the other release end, then run the same command again",
    ),
    "EntityTooLarge": ("the store takes no files of this size", "use another store, or a smaller file"),
    "QuotaExceeded": ("there is no room left in the store", "make room, then run the same command again"),
    "SlowDown": _BUSY,
    "TooManyRequests": _BUSY,
    "ServiceUnavailable": _BUSY,
    "503": _BUSY,
    "InternalError": _BROKEN,
    "500": _BROKEN,
    "NotImplemented": ("the store can't do what a release needs", "use a store that speaks S3 in full"),
}
"""By the code that the store answers with."""

KINDS: tuple[tuple[type[Exception], str, str], ...] = (
    (NoCredentialsError, "there are no credentials for the store", _KEYS),
    (PartialCredentialsError, "the credentials for the store are not complete", _KEYS),
    (ProfileNotFound, "there is no such profile", "look at AWS_PROFILE and ~/.aws/config"),
    (SSLError, "the store's certificate can't be trusted", "look at the endpoint; set AWS_CA_BUNDLE if it is your own"),
    (ConnectTimeoutError, "the store doesn't answer", "look at the endpoint and at the network, then run it again"),
    (
        EndpointConnectionError,
        "the store can't be reached",
        "look at the endpoint and at the network, then run it again",
    ),
    (IncompleteReadError, "the connection to the store broke, again and again", _AGAIN),
    (ReadTimeoutError, "the store stopped answering", _AGAIN),
    (HTTPClientError, "the connection to the store broke", _AGAIN),
    (ParamValidationError, *_BUCKET),
)
"""By the kind of exception, for what went wrong on our side or on the way; the first that fits counts."""


@contextmanager
def told(where: str, but: Collection[str] = ()) -> Iterator[None]:
    """Turn whatever botocore raises into PublisherError. What is ours already, or not from botocore, passes through.

    but: codes of answers that pass through as well, for who knows another way.
    """
    try:
        yield
    except ClientError as error:
        problem = error.response["Error"]
        if problem.get("Code", "") in but:
            raise
        raise _answered(error, where) from error
    except BotoCoreError as error:
        what, hint = next(
            ((what, hint) for kind, what, hint in KINDS if isinstance(error, kind)),
            (f"the store can't be used: {error}", _AGAIN),
        )
        raise PublisherError(what, where=where, hint=hint) from error
    except Exception as error:
        from urllib3.exceptions import HTTPError  # not needed where all goes well, and slow to import

        if not isinstance(error, HTTPError):
            raise
        # botocore reads the answers of errors outside of what it catches.
        raise PublisherError("the connection to the store broke", where=where, hint=_AGAIN) from error


def _answered(error: ClientError, where: str) -> PublisherError:
    """Say what a store answered, with what only this answer knows: how far off the clock is, or which region."""
    problem = error.response["Error"]
    code, headers = problem.get("Code", ""), error.response["ResponseMetadata"].get("HTTPHeaders", {})
    found = refusal(code, problem.get("Message", ""), where)
    region = headers.get("x-amz-bucket-region") or problem.get("Region")
    if code in CODES and CODES[code] is _REGION and region:
        return PublisherError(
            f"the bucket is in another region: {region}",
            where=where,
            hint=f'set region = "{region}" under [release] in publisher.toml, or AWS_REGION',
        )
    if code in CODES and CODES[code] is _DENIED and error.operation_name == "ListObjectsV2":
        return PublisherError("the credentials may not list the bucket", where=where, hint=_LISTING)
    if code == "RequestTimeTooSkewed" and (skew := _skew(headers.get("date", ""))):
        return PublisherError(f"this machine's clock is {skew} the store's", where=where, hint=found.hint)
    return found


def _skew(date: str) -> str | None:
    """How far off this machine's clock is, by the header Date of an answer; None within a minute, or without one."""
    try:
        seconds = int(time.time() - parsedate_to_datetime(date).timestamp())
    except ValueError:
        return None
    if abs(seconds) < _MINUTE:
        return None
    hours, minutes = divmod(abs(seconds) // _MINUTE, 60)
    return f"{f'{hours} h ' if hours else ''}{minutes} min {'ahead of' if seconds > 0 else 'behind'}"


def refusal(code: str, message: str, where: str) -> PublisherError:
    """Say what a store answered with a code of its own, or with one of `CODES`."""
    if code in CODES:
        what, hint = CODES[code]
    else:
        what, hint = f"the store refused: {code} {message}".rstrip(), "ask whoever runs the store"
    return PublisherError(what, where=where, hint=hint)
