"""The public keys of whoever signs people in, read anew as they change (RFC 7517)."""

import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from publisher.errors import PublisherError
from publisher.workspace.fields import is_local_host

if TYPE_CHECKING:
    from jwt import PyJWK

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""With a public key all of them (RFC 7518, section 3.1; RFC 8037): with a shared secret, we could sign anybody in."""
FRESH_SECONDS: Final = 600.0
"""After which the keys are read anew, so that one that was taken back ends."""
LAST_SECONDS: Final = 24 * 3600.0
"""For how long they count where they cannot be read anew."""
PAUSE_SECONDS: Final = 30.0
"""Between two times of reading them: tokens with invented keys ask for no more."""
PATIENCE: Final = 5.0
"""Seconds to wait for an answer."""
MOST_BYTES: Final = 1024 * 1024
"""Of a set of keys."""

Clock = Callable[[], float]


class KeySet:
    """Keys by their `kid`. Can be asked from several threads."""

    def __init__(self, read: Callable[[], bytes], clock: Clock = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._lock = Lock()
        self._keys: Mapping[str, PyJWK] = {}
        self._read_at = self._tried_at = float("-inf")
        self.trouble = ""
        """Why the keys could not be read the last time; empty if they could."""

    def find(self, kid: str) -> "PyJWK | None":
        """The key of that name; None if there is none, or none that still counts."""
        with self._lock:
            is_old = self._clock() - self._read_at > FRESH_SECONDS
            if (is_old or kid not in self._keys) and self._clock() - self._tried_at >= PAUSE_SECONDS:
                self._try()
            return self._keys.get(kid) if self._clock() - self._read_at <= LAST_SECONDS else None

    def load(self) -> None:
        """Read the keys now. Errors: they cannot be read, or there are none."""
        with self._lock:
            self._try()
        if self.trouble:
            raise PublisherError(
                f"the keys of the issuer cannot be read: {self.trouble}",
                where="publisher.toml, desk.jwks",
                hint="the address stands as jwks_uri in the issuer's /.well-known/openid-configuration",
            )

    def _try(self) -> None:
        self._tried_at = self._clock()
        try:
            self._keys = keys_in(self._read())
        except (OSError, ValueError) as error:
            self.trouble = str(error) or type(error).__name__
        else:
            self._read_at, self.trouble = self._tried_at, ""


def keys_in(data: bytes) -> dict[str, "PyJWK"]:
    """The keys of a set that can sign tokens, by their `kid`. Raises ValueError if it is no set, or has none of them.

    One that we cannot use is passed over, as section 5 asks.
    """
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    found: dict[str, PyJWK] = {}
    for said in _members(data):
        try:
            key = PyJWK(said)
        except (PyJWTError, ValueError, TypeError):
            continue
        if key.algorithm_name in ALGORITHMS and said.get("use", "sig") == "sig" and isinstance(key.key_id, str):
            found[key.key_id] = key
    if not found:
        raise ValueError("there is no key with a kid in it that can sign tokens")
    return found


def _members(data: bytes) -> list[dict[str, Any]]:
    try:
        said = json.loads(data)["keys"]
        return [one for one in said if isinstance(one, dict)]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ValueError("it is no JSON Web Key Set") from error


def reader_of(source: str, root: Path) -> Callable[[], bytes]:
    """What reads a set of keys. source: an address, or a file from the workspace's root."""
    if "://" not in source:
        return (root / source).read_bytes
    return partial(_fetch, source)


class _Straight(urllib.request.HTTPRedirectHandler):
    """Keys come from the address that was named, and from no other."""

    def redirect_request(self, *_: object) -> None:
        return None


def _fetch(address: str) -> bytes:
    # Nothing of this computer is asked for by way of a proxy.
    direct = [urllib.request.ProxyHandler({})] if is_local_host(address) else []
    opener = urllib.request.build_opener(_Straight, *direct)
    with opener.open(address, timeout=PATIENCE) as answer:
        data: bytes = answer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError("it is too large")
    return data
