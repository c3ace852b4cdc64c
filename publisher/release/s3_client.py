"""boto3's client, set up so that other stores than AWS understand it as well."""

import os
from typing import TYPE_CHECKING, Any

from boto3.session import Session
from botocore import UNSIGNED
from botocore.config import Config

from publisher.release import proof
from publisher.release.profiles import Profile, profile_of
from publisher.release.target import TargetOptions

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
"""Where boto3 looks for an endpoint in the environment, in this order."""
CONNECT_SECONDS = 10
READ_SECONDS = 60


def profile_for(options: TargetOptions) -> Profile:
    """Choose how to speak to the store that these options, or the environment, lead to."""
    named = (os.environ.get(name) for name in ENDPOINT_VARIABLES)
    return profile_of(options.profile, options.endpoint or next((each for each in named if each), None))


def connect(options: TargetOptions, *, signed: bool = True) -> "S3Client":
    """Make a client. Credentials come through boto3's own chain; unsigned, it asks as anybody could."""
    profile = profile_for(options)
    config = Config(
        signature_version="s3v4" if signed else UNSIGNED,
        # The default adds a trailing checksum over HTTPS, which other stores refuse or store as content. Without it
        # boto3 signs the SHA-256 of the payload, so what arrives is checked all the same.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "total_max_attempts": options.attempts},
        # Beside Content-MD5 boto3 would not sign the payload over HTTPS.
        s3={"addressing_style": "path" if profile.path_style else "auto", "payload_signing_enabled": True},
        max_pool_connections=options.workers,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
    )
    # boto3 itself reads AWS_DEFAULT_REGION only; every other tool of AWS reads AWS_REGION.
    region = options.region or os.environ.get("AWS_REGION") or profile.region
    # A session of its own: the shared one would keep the credentials it found first, and isn't for threads.
    client: S3Client = Session(profile_name=options.aws_profile).client(
        "s3", endpoint_url=options.endpoint, region_name=region, config=config
    )
    client.meta.events.register("before-call.s3.DeleteObjects", _with_md5)
    return client


def _with_md5(params: dict[str, Any], **_: object) -> None:
    """Send the checksum that a DeleteObjects needs as MD5, which every store takes, and not as boto3's CRC32."""
    params["context"].pop("checksum", None)
    params["headers"]["Content-MD5"] = proof.header(proof.md5(params["body"]))
