"""Who asks, as the house's sign-in vouches for it: an ID token, verified here and at every request.

A reverse proxy that would only write an e-mail into a header is not believed: whoever reaches the desk past it could
write any. What it hands on is signed by the issuer, so that neither the proxy nor anybody on its way can name another.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from publisher.desk.keyset import ALGORITHMS, KeySet

LEEWAY: Final = 30
"""Seconds by which clocks may differ."""
OLDEST: Final = 12 * 3600
"""Seconds since somebody signed in, or the proxy had their token renewed: a day's work."""
LONGEST: Final = 16 * 1024
"""Characters of a token."""


class NotSignedInError(Exception):
    """Nobody is vouched for. Its text says why, in words of ours: nothing of the token is in it."""


@dataclass(frozen=True)
class SignIn:
    """Whose tokens count."""

    issuer: str
    audience: str
    claim: str
    """What of the token is the e-mail."""
    keys: KeySet

    def email(self, values: list[str]) -> str:
        """The e-mail that a request's token vouches for. values: of the header, one for each time that it was sent.

        In order (RFC 8725; OpenID Connect Core 1.0, section 3.1.3.7):

        1. There is one token.
        2. It says that it is one to sign in with, signed with a public key's algorithm.
        3. The key that it names is one of the issuer's, and made the signature.
        4. It is of this issuer, for this audience and nobody else, of now, and of today.
        5. It names an e-mail that the issuer does not call unverified.

        Raises NotSignedInError at the first that fails.
        """
        token = _only(values)
        kid = _key_name(token)
        key = self.keys.find(kid)
        if key is None:
            why = f"; they could not be read: {self.keys.trouble}" if self.keys.trouble else ""
            raise NotSignedInError(f"its key is none of the issuer's{why}")
        return _email(self._claims(token, key), self.claim)

    def _claims(self, token: str, key: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a key of PyJWT
        import jwt

        try:
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=[key.algorithm_name], audience=self.audience, issuer=self.issuer, leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud"]},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise NotSignedInError(_why(error)) from error
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if {*audiences} != {self.audience} and claims.get("azp") != self.audience:
            raise NotSignedInError("it is for others, too")
        if time.time() - int(claims["iat"]) > OLDEST:
            raise NotSignedInError("it was made too long ago")
        return claims


def _only(values: list[str]) -> str:
    if len(values) != 1:
        raise NotSignedInError("the header with the token came twice" if values else "there is no token")
    kind, _, rest = values[0].strip().partition(" ")
    token = rest.strip() if kind.lower() == "bearer" else values[0].strip()
    if not token:
        raise NotSignedInError("there is no token")
    if len(token) > LONGEST:
        raise NotSignedInError("it is too long")
    return token


def _key_name(token: str) -> str:
    import jwt

    try:
        head = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise NotSignedInError("it is no token") from error
    if str(head.get("alg")) not in ALGORITHMS:
        raise NotSignedInError("it is not signed with the algorithm of a public key")
    if str(head.get("typ", "JWT")).upper() != "JWT":
        raise NotSignedInError("it is not for signing in")
    kid = head.get("kid")
    if not isinstance(kid, str):
        raise NotSignedInError("it names no key")
    return kid


def _email(claims: Mapping[str, Any], claim: str) -> str:
    email = claims.get(claim)
    if not isinstance(email, str) or not email:
        raise NotSignedInError("it names no e-mail")
    # Some issuers write the word instead of the value.
    if claims.get("email_verified", True) not in (True, "true"):
        raise NotSignedInError("its e-mail is not verified")
    return email


def _why(error: Exception) -> str:
    return next((said for name, said in _WHY.items() if name == type(error).__name__), "it does not hold")


_WHY: Final = {
    "ExpiredSignatureError": "it has expired",
    "ImmatureSignatureError": "it is not valid yet",
    "InvalidAudienceError": "it is for somebody else",
    "InvalidIssuerError": "it is of another issuer",
    "InvalidSignatureError": "its signature does not hold",
    "InvalidAlgorithmError": "its key signs with another algorithm",
    "MissingRequiredClaimError": "it lacks when, for whom or by whom it was made",
}
"""What is said of a token that does not hold, by the error of PyJWT."""
