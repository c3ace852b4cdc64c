"""A public bucket is looked at as anybody can: without credentials, through the store's own HTTP."""

import json
from collections.abc import Iterator

import pytest
from support.s3_server import Server, running_server

from publisher.errors import PublisherError
from publisher.release.asking import Public
from publisher.release.verifying import Site, answers_anything, refuse_elsewhere
from release.test_verifying import EDITION, FILES, RECORDING, compared

BUCKET = "heard"
READ = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    ],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("server")) as found:
        found.client.create_bucket(Bucket=BUCKET)
        found.client.put_bucket_cors(
            Bucket=BUCKET, CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
        )
        for file in EDITION.files.values():
            assert isinstance(file.source, bytes)
            found.client.put_object(
                Bucket=BUCKET, Key=file.key, Body=file.source,
                ContentType=file.content_type, CacheControl=file.cache_control,
            )  # fmt: skip
        yield found


def site(server: Server) -> Site:
    return Site(Public(f"{server.endpoint}/{BUCKET}/"))


def test_a_bucket_is_compared_once_the_public_may_read_it(server: Server) -> None:
    with pytest.raises(PublisherError, match="the site is not here: it answers 403"):
        refuse_elsewhere(site(server), FILES)
    server.client.delete_public_access_block(Bucket=BUCKET)
    server.client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(READ))
    refuse_elsewhere(site(server), FILES)
    assert not answers_anything(site(server))
    assert compared(site(server)) == []
    assert compared(site(server), deep=True) == []
    server.client.put_object(
        Bucket=BUCKET, Key=RECORDING.key, Body=b"\0" * RECORDING.size, CacheControl=RECORDING.cache_control
    )
    said = {one.what for one in compared(site(server), deep=True)}
    assert any(what.startswith("it is served as") for what in said)
    assert "its bytes are not what was approved" in said
