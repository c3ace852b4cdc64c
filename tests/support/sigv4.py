"""Signatures of requests to S3, made anew from what came over the wire, by AWS Signature Version 4.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<scope>[^/]+/(?P<date>\d{8})/(?P<region>[^/]+)/s3/aws4_request), ?"
    r"SignedHeaders=(?P<signed>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Signed:
    """A request as it came: a client's word for each header, and its body."""

    method: str
    path: str
    """As sent, with the query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    def with_body(self, body: bytes, secret: str) -> "Signed":
        """The same request about other bytes, as if the client had sent and signed those."""
        digest = hashlib.sha256(body).hexdigest()
        headers = {**self.headers, "x-amz-content-sha256": digest, "content-length": str(len(body))}
        return replace(self, headers=headers, body=body).without("content-md5", secret)

    def without(self, prefix: str, secret: str) -> "Signed":
        """The same request without the headers that begin so, as if the client had never sent nor signed them."""
        headers = {name: value for name, value in self.headers.items() if not name.startswith(prefix)}
        found = AUTHORIZATION.fullmatch(headers["authorization"])
        assert found is not None
        names = ";".join(name for name in found["signed"].split(";") if not name.startswith(prefix))
        headers["authorization"] = headers["authorization"].replace(found["signed"], names)
        other = replace(self, headers=headers)
        headers["authorization"] = headers["authorization"].replace(found["signature"], signature(other, secret))
        return other


def problem(request: Signed, secret: str) -> str | None:
    """The code that a strict store refuses this request with; None if all is as it was signed."""
    found = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        return "AccessDenied"
    if request.headers.get("x-amz-content-sha256") != hashlib.sha256(request.body).hexdigest():
        return "XAmzContentSHA256Mismatch"
    return None if hmac.compare_digest(found["signature"], signature(request, secret)) else "SignatureDoesNotMatch"


def signature(request: Signed, secret: str) -> str:
    found = AUTHORIZATION.fullmatch(request.headers["authorization"])
    assert found is not None
    path, _, query = request.path.partition("?")
    names = found["signed"].split(";")
    canonical = [
        request.method,
        path,
        "&".join(sorted(part if "=" in part else f"{part}=" for part in query.split("&") if part)),
        *(f"{name}:{' '.join(request.headers[name].split())}" for name in names),
        "",
        found["signed"],
        request.headers["x-amz-content-sha256"],
    ]
    scope = found["scope"].partition("/")[2]
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, digest])
    key = f"AWS4{secret}".encode()
    for part in (found["date"], found["region"], "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()
