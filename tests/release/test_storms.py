"""Whatever goes wrong in a release: the public sees nothing broken and nothing unsigned, and one clean run ends it."""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.fault_proxy import Proxy, faulty
from support.faults import Damage, DamagedAnswer, Fault, Refuse, Reset, cut, flip
from support.s3_server import Server

from publisher.edition.model import Edition
from publisher.errors import PublisherError
from publisher.release.apply import apply
from publisher.release.compression import compressed
from publisher.release.departures import Grace
from publisher.release.lease import LEASE_KEY, Holder, leased
from publisher.release.plan import plan
from publisher.release.record import RECORD_KEY
from publisher.release.survey import survey
from publisher.release.target import Target, TargetOptions, open_target
from release.conftest import BUCKETS
from release.editions import planned, pointed_at, public_bytes, site
from release.places import Bucket
from release.test_apply import DAY, NOON

ME = Holder("this workspace", 1)
SIZE = 5_000
FAULTS: dict[str, Fault] = {
    "fails": Refuse(500, "InternalError"),
    "fails, and did it": Refuse(500, "InternalError", done=True),
    "is busy": Refuse(503, "SlowDown"),
    "breaks": Reset(),
    "breaks, and did it": Reset(answer_is_lost=True),
    "expires": Refuse(400, "ExpiredToken"),
    "denies": Refuse(403, "AccessDenied"),
    "sends half": DamagedAnswer(cut),
}
"""What one request meets; a second try gets over most of it."""
SENT = r"media/.*mp3\?"
"""What nothing public points at yet: what a store keeps damaged is taken away, and of a page that would break links."""

storms = st.lists(st.tuples(st.integers(1, 16), st.sampled_from(sorted(FAULTS)), st.integers(1, 3)), max_size=3)
"""At the N-th request something happens, so many times."""
revisions = st.tuples(st.integers(1, 3), st.booleans())
"""One of the site, and whether its texts are kept compressed."""
attempts = st.lists(st.tuples(revisions, storms, st.integers(0, 2)), min_size=1, max_size=3)
"""A revision, the storm that its release meets, and how many files the store keeps damaged."""


def release(target: Target, edition: Edition) -> None:
    seen = survey(target, edition)
    todo = plan(edition, seen.record, seen.listing, grace=Grace(NOON, DAY))
    if not todo.is_empty:
        with leased(target, ME) as held:
            apply(todo, edition, target, workers=3, etag=seen.etag, between=lambda _wave: held.check())


def reach(proxy: Proxy, bucket: Bucket) -> Target:
    options = TargetOptions(endpoint=proxy.endpoint, region="us-east-1", attempts=2, profile="ministack")
    return open_target(bucket.address, options)


def make_storm(proxy: Proxy, storm: list[tuple[int, str, int]], damaged: int) -> None:
    for number, name, times in storm:
        for more in range(times):
            proxy.at(number + more, FAULTS[name])
    proxy.on("PUT", SENT, Damage(flip), times=damaged)


LEFT = [(10, "breaks", 3), (1, "breaks", 1)]
"""What keeps a release from taking away again what the store kept damaged."""


# Its fixtures hold nothing that an example changes: each has a bucket of its own.
@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts=attempts, last=revisions)
@example(attempts=[((1, False), [], 2), ((3, False), [], 0), ((1, False), LEFT, 1)], last=(2, False))
def test_whatever_goes_wrong_nothing_public_is_broken_or_unsigned_and_one_clean_run_ends_it(
    server: Server, attempts: list[tuple[tuple[int, bool], list[tuple[int, str, int]], int]], last: tuple[int, bool]
) -> None:
    name = f"storm-{next(BUCKETS)}"
    server.client.create_bucket(Bucket=name)
    bucket = Bucket(f"s3://{name}/site", TargetOptions(endpoint=server.endpoint), server.client, name, "site/")
    with tempfile.TemporaryDirectory() as folder:
        plain = {(revision, False): site(revision, Path(folder), SIZE) for revision in (1, 2, 3)}
        sites = plain | {(revision, True): compressed(edition) for (revision, _), edition in plain.items()}
        signed = {(key, data) for edition in sites.values() for key, data in public_bytes(edition).items()}
        for revision, storm, damaged in attempts:
            with faulty(server) as proxy:
                make_storm(proxy, storm, damaged)
                with suppress(PublisherError):
                    release(reach(proxy, bucket), sites[revision])
                assert not proxy.refused
            # What was kept damaged, and could not be taken away any more, is known to nobody.
            look(bucket, signed, unknown=True)
        release(bucket.open(), sites[last])
        left = look(bucket, signed)
        assert public_bytes(sites[last]).items() <= left.items()
        assert all(key.startswith(("media/", "assets/")) for key in left.keys() - sites[last].files.keys())
        assert planned(bucket.open(), sites[last], grace=Grace(NOON, DAY)).is_empty


def look(bucket: Bucket, signed: set[tuple[str, bytes]], *, unknown: bool = False) -> dict[str, bytes]:
    """What the public sees: all of it signed, and nothing pointing at what is not there.

    unknown: what nothing points at is not looked at.
    """
    public = {key: data for key, data in bucket.contents().items() if key not in {RECORD_KEY, LEASE_KEY}}
    known = {to for data in public.values() for to in pointed_at(data)}
    unsigned = {key for key, data in public.items() if (key, data) not in signed}
    assert unsigned & known == set() if unknown else unsigned == set()
    for key, data in public.items():
        assert pointed_at(data) <= public.keys(), f"{key} points at something that is not there"
    return public
