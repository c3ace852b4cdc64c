"""botocore's client, set up so that other stores than AWS understand it as well, and made as late as can be."""

from functools import cache, cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from publisher.release import proof
from publisher.release.s3_settings import CONNECT_SECONDS, READ_SECONDS, profile_for, region_for
from publisher.release.target import TargetOptions

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from types_boto3_s3 import S3Client


def connect(options: TargetOptions, *, signed: bool = True) -> "S3Client":
    """Make a client. Credentials come through botocore's own chain; unsigned, it asks as anybody could."""
    # Not boto3: it brings resources and transfers beside such a client, and takes half as long again to start.
    import botocore
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.session import Session

    profile = profile_for(options)
    config = Config(
        signature_version="s3v4" if signed else UNSIGNED,
        # The default adds a trailing checksum over HTTPS, which other stores refuse or store as content. Without it
        # botocore signs the SHA-256 of the payload, so what arrives is checked all the same.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "total_max_attempts": options.attempts},
        # Beside Content-MD5 botocore would not sign the payload over HTTPS.
        s3={"addressing_style": "path" if profile.path_style else "auto", "payload_signing_enabled": True},
        max_pool_connections=options.workers,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        # Else it is put together anew for each request, which takes a tenth of its time.
        user_agent=f"corporate-voices botocore/{botocore.__version__}",
    )
    # A session of its own: a shared one would keep the credentials it found first, and isn't for threads.
    session = Session(profile=options.aws_profile)
    session.register_component("data_loader", _loader(session.get_config_variable("data_path")))
    made = session.create_client(
        "s3", endpoint_url=options.endpoint, region_name=region_for(options, profile), config=config
    )
    client = cast("S3Client", made)
    client.meta.events.register("before-call.s3.DeleteObjects", _with_md5)
    return client


@cache
def _loader(search_path: str | None) -> "Loader":
    """What botocore knows of S3, read once for all sessions: it is most of the time that a client takes."""
    from botocore.loaders import create_loader

    return create_loader(search_path)


def connect_late(options: TargetOptions) -> "S3Client":
    """Give what becomes a client when it is first asked for something: botocore takes long to start."""
    return cast("S3Client", _LateClient(options))


class _LateClient:
    """Passes on whatever is asked of a client."""

    def __init__(self, options: TargetOptions) -> None:
        self._options = options
        self._lock = Lock()

    @cached_property
    def _client(self) -> "S3Client":
        return connect(self._options)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the client has
        with self._lock:  # one for all threads
            client = self._client
        return getattr(client, name)


def _with_md5(params: dict[str, Any], **_: object) -> None:
    """Send the checksum that a DeleteObjects needs as MD5, which every store takes, and not as botocore's CRC32."""
    params["context"].pop("checksum", None)
    params["headers"]["Content-MD5"] = proof.header(proof.md5(params["body"]))
