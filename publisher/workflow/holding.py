"""Who a release is, for the lease at its target: this process, in this workspace."""

import os
import secrets
from contextlib import suppress

from publisher.files import write_atomically
from publisher.release.lease import Holder
from publisher.workflow.context import Context


def holder(context: Context) -> Holder:
    """The name is random, because the public may read the lease; another cache is another workspace."""
    path = context.cache / "holder"
    with suppress(FileNotFoundError):
        return Holder(path.read_text(encoding="ascii").strip(), os.getpid())
    name = secrets.token_hex(16)
    write_atomically(path, f"{name}\n".encode())
    return Holder(name, os.getpid())
