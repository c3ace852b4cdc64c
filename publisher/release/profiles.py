"""What differs between stores that speak S3, a row a store.

A row says what is known, and from where; what nobody knows counts as not promised. `publish target check` finds out
what one endpoint really does. A store is told by its endpoint's name, or named as `profile` in publisher.toml.

Sources of what several rows say:
- If-Match without quotes, Ceph: https://github.com/block/buzz/issues/3002 (quoted gives 412); Spaces, which is Ceph:
  https://github.com/slatedb/slatedb/issues/1818. Every other store takes it as RFC 9110 writes it, quoted.
- Trailing checksums refused or stored as content: why `request_checksum_calculation` is `when_required` for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from publisher.errors import PublisherError
from publisher.release.target import Promises


@dataclass(frozen=True)
class Profile:
    """How one kind of store is spoken to, and what it is known to do."""

    title: str
    """Its name, for messages."""
    promises: Promises
    """What it is known to do."""
    hosts: tuple[str, ...] = ()
    """How the names of its endpoints end; empty where it stands at addresses of one's own."""
    path_style: bool = True
    """Whether the bucket stands in the path (`https://host/bucket/key`) and not in the host's name."""
    region: str | None = None
    """The region to sign for, where nobody says one; None for what botocore takes."""
    quoted: bool = True
    """Whether If-Match takes an etag in quotes, as RFC 9110 writes it."""


def _promises(*, create: bool, replace: bool, delete_many: bool = True, lock: bool = False) -> Promises:
    return Promises(create, replace, delete_many, lock)


GENERIC = Profile("unknown store", _promises(create=False, replace=False))
"""A store that no row fits: nothing is taken for granted that a release could be harmed by."""
PROFILES: Mapping[str, Profile] = {
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html, since August (create) and
    # November (replace) 2024, with PutObject and CompleteMultipartUpload.
    "aws": Profile(
        "AWS S3",
        _promises(create=True, replace=True, lock=True),
        hosts=("amazonaws.com", "amazonaws.com.cn"),
        path_style=False,
    ),
    # https://developers.cloudflare.com/r2/api/s3/conditional-operations/ names PutObject and CompleteMultipartUpload;
    # https://developers.cloudflare.com/r2/api/s3/api/: region `auto`, no object lock through the S3 API.
    "r2": Profile(
        "Cloudflare R2", _promises(create=True, replace=True), hosts=("r2.cloudflarestorage.com",), region="auto"
    ),
    # It answers 501 to conditions: https://github.com/lance-format/lance/issues/5614. Object lock:
    # https://www.backblaze.com/docs/cloud-storage-object-lock
    "b2": Profile("Backblaze B2", _promises(create=False, replace=False, lock=True), hosts=("backblazeb2.com",)),
    # https://docs.wasabi.com/apidocs/wasabi-api lists what differs from AWS, and has object lock; it says nothing of
    # conditional writes.
    "wasabi": Profile("Wasabi", _promises(create=False, replace=False, lock=True), hosts=("wasabisys.com",)),
    # Conditions are there although https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/ names
    # them for reading only; see the issue above. No word of object lock.
    "spaces": Profile(
        "DigitalOcean Spaces",
        _promises(create=False, replace=False),
        hosts=("digitaloceanspaces.com",),
        quoted=False,
    ),
    # https://github.com/minio/minio/issues/20346 and, for If-Match on a key that isn't there, before the release of
    # August 2025: https://github.com/minio/minio/issues/21526 (we never send it there).
    "minio": Profile("MinIO", _promises(create=True, replace=True, lock=True)),
    # Conditional PUT is Ceph's own invention, checked as the head object is written:
    # https://github.com/ceph/s3-tests/issues/218; quotes: see above.
    "ceph": Profile("Ceph RGW", _promises(create=True, replace=True, lock=True), quoted=False),
    # Atomic since https://github.com/seaweedfs/seaweedfs/pull/8801 (4.18), which mends issue 8800.
    "seaweedfs": Profile("SeaweedFS", _promises(create=True, replace=True, lock=True)),
    # https://docs.openstack.org/swift/latest/s3_compat.html; it answers 501 to conditions, and takes the header of an
    # object lock without keeping it.
    "swift": Profile("OpenStack Swift", _promises(create=False, replace=False)),
    # For whoever asked their store with `publish target check`, which lets many write at the same time.
    "s3": Profile("another store, asked", _promises(create=True, replace=True)),
    # https://github.com/ministackorg/ministack/pull/680; one process, one request at a time.
    "ministack": Profile("ministack", _promises(create=True, replace=True, lock=True)),
}
"""By the name that `profile` in publisher.toml takes."""


def profile_of(name: str | None, endpoint: str | None) -> Profile:
    """Choose the row: by name, else by the endpoint's host, else AWS where there is no endpoint.

    Raises PublisherError for a name that no row has.
    """
    if name is not None:
        if name not in PROFILES:
            raise PublisherError(
                f"there is no profile of a store that is called {name!r}",
                where="publisher.toml: release.profile",
                hint=f"give one of {', '.join(sorted(PROFILES))}, or leave it out",
            )
        return PROFILES[name]
    if endpoint is None:
        return PROFILES["aws"]
    host = urlsplit(endpoint).hostname or ""
    return next((each for each in PROFILES.values() if _is_below(host, each.hosts)), GENERIC)


def _is_below(host: str, names: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)
