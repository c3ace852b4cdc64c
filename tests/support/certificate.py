"""A certificate for 127.0.0.1, and the authority that signed it, made anew for each run."""

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificate:
    """Paths of PEM files."""

    authority: Path
    """What a client has to trust, by AWS_CA_BUNDLE."""
    chain: Path
    key: Path


def make_certificate(folder: Path) -> Certificate:
    made = Certificate(folder / "authority.pem", folder / "chain.pem", folder / "key.pem")
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(made.authority))
    issued.private_key_pem.write_to_path(str(made.key))
    made.chain.write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
    return made
