"""What the environment and the options say about how a store is to be asked."""

import os
from typing import Final

from publisher.release.profiles import Profile, profile_of
from publisher.release.target import TargetOptions

ENDPOINT_VARIABLES: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
"""Where botocore looks for an endpoint in the environment, in this order."""
CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 60


def endpoint_for(options: TargetOptions) -> str | None:
    """Where the store is; None for AWS, or where botocore's own files say."""
    named = (os.environ.get(name) for name in ENDPOINT_VARIABLES)
    return options.endpoint or next((each for each in named if each), None)


def profile_for(options: TargetOptions) -> Profile:
    """Choose how to speak to the store that these options, or the environment, lead to."""
    return profile_of(options.profile, endpoint_for(options))


def region_for(options: TargetOptions, profile: Profile) -> str | None:
    """Which region to sign for; None for what botocore takes.

    botocore itself reads AWS_DEFAULT_REGION only; every other tool of AWS reads AWS_REGION.
    """
    return options.region or os.environ.get("AWS_REGION") or profile.region
