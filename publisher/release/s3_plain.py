"""The plain way to a bucket: an object read or written whole, in one request that is signed and sent right here.

botocore takes longer to start than others take to find that nothing changed, and for a small file more of a processor
than they do (see docs/benchmarks.md). So what a release asks often is asked plainly first. Nothing rests on it:
1. It is taken only where the store's address and keys stand in the settings or the environment, and nothing else is
   set up that only botocore understands.
2. What is not answered with success is asked again by botocore's client, which waits, tries again, and knows what to
   tell.
3. After an answer that nobody expected, or none, everything else is left to that client as well.
The store checks what it is sent as it does with botocore: by a signed SHA-256 and a signed MD5.
"""

import os
import re
import ssl
import time
import weakref
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from email.message import Message
from functools import cached_property
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from socket import socket
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import SplitResult, quote, unquote, urlsplit

from publisher.files import package_folder
from publisher.release import proof
from publisher.release.profiles import Profile
from publisher.release.s3_headers import NAMES, Headers
from publisher.release.s3_settings import CONNECT_SECONDS, ENDPOINT_VARIABLES, READ_SECONDS, endpoint_for, region_for
from publisher.release.sigv4 import NOTHING, Keys, Request, signed
from publisher.release.source import Body
from publisher.release.target import Found, Headed, Listed, TargetOptions

BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
ENDPOINT: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[1-9]\d{0,3}|:[1-5]\d{4})?/?")
UNDERSTOOD: Final = frozenset(
    {
        *ENDPOINT_VARIABLES,
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_CA_BUNDLE",
        "AWS_CONFIG_FILE",
        # Two that mean nothing where the keys are known.
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_EC2_METADATA_DISABLED",
    }
)
"""Variables of AWS that are taken into account here. Any other may change what botocore does."""
OPTIONS: Final = frozenset(
    {"endpoint", "region", "profile", "workers", "attempts", "single_writer", "journal", "digest_cache"}
)
"""Options of a target that are taken into account here, or that change no request. Any other is for botocore."""
PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
"""Variables that lead botocore past a proxy, in upper or in lower case."""
EMPTY: Final[Mapping[str, str]] = MappingProxyType({})
REFUSED: Final = frozenset({409, 412})
"""Statuses of a write that others were faster with: expected, but for the client to look into."""


class NotPlain(Exception):  # noqa: N818  not an error: the client asks instead
    """There was no plain answer. What was asked may have happened or not."""


class _Answer(NamedTuple):
    status: int
    headers: Message
    data: bytes

    @property
    def etag(self) -> str:
        return proof.plain(self.headers.get("etag", ""))


def plain_way(bucket: str, options: TargetOptions, profile: Profile) -> "PlainWay | None":
    """Give the plain way to a bucket, if everything that it takes is known and nothing else is set."""
    endpoint = _endpoint(endpoint_for(options) or "")
    keys = _keys()
    if (
        options.aws_profile
        or endpoint is None
        or keys is None
        or not profile.path_style
        or not BUCKET.fullmatch(bucket)
    ):
        return None
    if _is_special(options):
        return None
    region = region_for(options, profile) or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return PlainWay(endpoint, bucket, region, keys)


def _endpoint(address: str) -> SplitResult | None:
    """Where the store is; None if nobody says, or if it is more than a scheme, a host and a port."""
    return urlsplit(address) if ENDPOINT.fullmatch(address) else None


def _keys() -> Keys | None:
    access, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    return Keys(access, secret, os.environ.get("AWS_SESSION_TOKEN")) if access and secret else None


def _is_special(options: TargetOptions) -> bool:
    """Whether anything is set up that only botocore understands."""
    others = {name for name in os.environ if name.startswith("AWS_")} - UNDERSTOOD
    proxies = [name for name in PROXIES if os.environ.get(name) or os.environ.get(name.lower())]
    config = Path(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser()
    said = [each for each in fields(options) if getattr(options, each.name) != each.default]
    return bool(others or proxies or config.exists() or {each.name for each in said} - OPTIONS)


class PlainWay:
    """Connections to a store, as many as there are threads that ask at the same time, and used again."""

    def __init__(self, endpoint: SplitResult, bucket: str, region: str, keys: Keys) -> None:
        self._endpoint = endpoint
        self._bucket = bucket
        self._region = region
        self._keys = keys
        self._idle: deque[HTTPConnection] = deque()
        self._is_over = False
        weakref.finalize(self, _close, self._idle)

    def get(self, name: str) -> Found | None:
        """Give an object whole; None if there is none. Raises NotPlain, also where it is compressed."""
        answer = self._ask("GET", name)
        if answer.status == HTTPStatus.NOT_FOUND and b"<Code>NoSuchKey</Code>" in answer.data:
            return None
        self._must_be_success(answer)
        if answer.headers.get("content-encoding"):  # never of what a release asks often
            raise NotPlain
        return Found(answer.data, answer.etag)

    def head(self, name: str) -> Headed | None:
        """Say what is served with an object; None if there is none. Raises NotPlain."""
        answer = self._ask("HEAD", name)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        self._must_be_success(answer)
        names = ("content-length", "content-type", "cache-control", "content-encoding")
        size, kind, cache, coding = map(answer.headers.get, names)
        if size is None or not size.isdigit():
            raise NotPlain
        return Headed(int(size), answer.etag, kind, cache, coding or None)

    def listing(self, prefix: str) -> dict[str, Listed]:
        """Everything below a prefix, by its whole name. Raises NotPlain, also if one answer does not hold it all."""
        query = f"encoding-type=url&list-type=2&prefix={quote(prefix, safe='-._~')}"
        answer = self._ask("GET", query=query)
        if answer.status != HTTPStatus.OK:
            self._is_over = True
            raise NotPlain
        return _listed(answer.data)

    def put(self, name: str, body: Body, headers: Headers) -> str:
        """Write an object whole; give its etag. Raises NotPlain."""
        said = {NAMES[name]: str(value) for name, value in headers.items()}
        answer = self._ask("PUT", name, said, data=body.data, sha256=body.sha256)
        self._must_be_success(answer)
        return answer.etag

    def _must_be_success(self, answer: _Answer) -> None:
        if answer.status != HTTPStatus.OK or not answer.etag:
            self._is_over = self._is_over or answer.status not in REFUSED
            raise NotPlain

    def _ask(  # noqa: PLR0913  what a request consists of
        self,
        method: str,
        name: str = "",
        said: Mapping[str, str] = EMPTY,
        *,
        query: str = "",
        data: bytes | None = None,
        sha256: str = NOTHING,
    ) -> _Answer:
        if self._is_over:
            raise NotPlain
        path = f"/{self._bucket}/{quote(name, safe='/-._~')}"
        request = Request(method, path, {"host": self._host, **said}, sha256, query)
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        try:
            return self._sent(request, signed(request, self._keys, self._region, moment), data)
        except (OSError, HTTPException, ValueError) as error:  # ValueError: a line break in a key
            self._is_over = True
            raise NotPlain from error

    def _sent(self, request: Request, headers: Mapping[str, str], data: bytes | None) -> _Answer:
        connection = self._waiting() or self._connected()
        try:
            connection.request(request.method, request.target, data, headers)
            answer = connection.getresponse()
            found = _Answer(answer.status, answer.headers, answer.read())
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return found

    def _waiting(self) -> HTTPConnection | None:
        """Give a connection that was used before, and that the store did not close meanwhile."""
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if connection.sock and not _is_readable(connection.sock):
                    return connection
                connection.close()
        return None

    def _connected(self) -> HTTPConnection:
        host, port = self._endpoint.hostname or "", self._endpoint.port
        if self._endpoint.scheme == "https":
            connection: HTTPConnection = HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=self._trust)
        else:
            connection = HTTPConnection(host, port, timeout=CONNECT_SECONDS)
        connection.connect()
        connection.sock.settimeout(READ_SECONDS)
        return connection

    @cached_property
    def _host(self) -> str:
        """As the header says it: without the port that the scheme has by itself."""
        usual = {"http": ":80", "https": ":443"}[self._endpoint.scheme]
        return self._endpoint.netloc.removesuffix(usual)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whom botocore trusts as well."""
        own = package_folder("botocore", ".")
        return ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or (own and own / "cacert.pem"))


def _listed(answer: bytes) -> dict[str, Listed]:
    """Read a page of ListObjectsV2 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html)."""
    from xml.etree import ElementTree as ET

    try:
        page = ET.fromstring(answer)  # noqa: S314  as botocore reads it; expat itself limits what entities become
        if page.findtext("{*}IsTruncated") != "false" or page.findtext("{*}EncodingType") != "url":
            raise NotPlain
        items = page.iterfind("{*}Contents")
        rows = [[item.findtext(f"{{*}}{name}", "") for name in ("Key", "ETag", "Size")] for item in items]
        return {unquote(key): Listed(int(size), proof.plain(etag)) for key, etag, size in rows}
    except (ET.ParseError, ValueError) as error:
        raise NotPlain from error


def _is_readable(connection: socket) -> bool:
    """Whether anything came: where nothing was asked, that is its end."""
    with DefaultSelector() as selector:
        selector.register(connection, EVENT_READ)
        return bool(selector.select(0))


def _close(connections: "deque[HTTPConnection]") -> None:
    while connections:
        connections.pop().close()
