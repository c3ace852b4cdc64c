"""`[vault]` in `publisher.toml`: where evidence of every release is kept, and for how long nobody can take it away."""

from typing import Annotated, Literal

from pydantic import Field

from publisher.workspace.fields import Address, Model, Text


class Vault(Model):
    """A private bucket under Object Lock. Its credentials are best others than those of a release."""

    target: Annotated[Text, Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$")]
    """`s3://bucket/prefix`, never the bucket that the public reads."""
    mode: Literal["COMPLIANCE", "GOVERNANCE"]
    """`COMPLIANCE`: until its date nobody can delete it, you neither; `GOVERNANCE`: whoever has the right to can."""
    years: Annotated[int, Field(ge=1, le=100)] = 3
    """For how long after its last day of use everything is kept; FINRA 2210(b)(4) asks for three years."""
    endpoint: Address | None = None
    """The address of an S3-compatible store that is not AWS."""
    region: Text | None = None
    """The region of the bucket, where the environment does not say it."""
    profile: Text | None = None
    """What kind of store it is, such as `ceph` or `minio`, where its address does not tell."""
    aws_profile: Text | None = None
    """The profile of `~/.aws` that holds its credentials; those of a release if not said."""
