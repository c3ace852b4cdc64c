"""Signing a request to a store, by AWS Signature Version 4. Pure.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

ALGORITHM: Final = "AWS4-HMAC-SHA256"
NOTHING: Final = hashlib.sha256(b"").hexdigest()
"""Digest of a request without a body."""


@dataclass(frozen=True)
class Keys:
    """Who asks."""

    access: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    """Of a session; None for keys that last."""


@dataclass(frozen=True)
class Request:
    """What is asked. All of it is signed."""

    method: str
    path: str
    """Percent-encoded, from the first slash."""
    headers: Mapping[str, str]
    """`host` among them. Names in lower case; values without spaces around them or twice in a row."""
    sha256: str = NOTHING
    """Digest of the body."""
    query: str = ""
    """Percent-encoded, sorted by name, each with its `=`."""

    @property
    def target(self) -> str:
        """As the first line of the request names it."""
        return f"{self.path}?{self.query}" if self.query else self.path


def signed(request: Request, keys: Keys, region: str, moment: str) -> dict[str, str]:
    """Give the headers to send.

    moment: now, in UTC, as `20261127T150000Z`.
    """
    headers = {**request.headers, "x-amz-content-sha256": request.sha256, "x-amz-date": moment}
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    names = ";".join(sorted(headers))
    lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
    canonical = "\n".join([request.method, request.path, request.query, *lines, "", names, request.sha256])
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    told = "\n".join([ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{keys.secret}".encode()
    for part in (*scope.split("/"), told):
        key = hmac.digest(key, part.encode(), "sha256")
    headers["authorization"] = (
        f"{ALGORITHM} Credential={keys.access}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    )
    return headers
