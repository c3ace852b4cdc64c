"""A socket that this computer alone reaches: for the desk and the preview."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from publisher.errors import PublisherError


@contextmanager
def listening(port: int, instead: str = "") -> Iterator[socket.socket]:
    """A socket at 127.0.0.1 that somebody who reads the address can connect to at once. Errors: the port is taken.

    port: 0 takes a free one. instead: what to do if it is taken, and cannot be another.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            another = f"a desk or a preview may be open already; or name another port: --port {port + 1}"
            raise PublisherError(f"port {port} is taken", hint=instead or another) from error
        listener.listen()
        yield listener
