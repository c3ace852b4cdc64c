"""Whose ID token lets them in at the desk of a team, and whose does not."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import issuer
from support.issuer import AUDIENCE, ISSUER, Published, claims_of, jwk, jwks, published, raw, token

from publisher.desk.keyset import FRESH_SECONDS, LAST_SECONDS, PAUSE_SECONDS, KeySet, keys_in, reader_of
from publisher.desk.tokens import NotSignedInError, SignIn
from publisher.errors import PublisherError

KEYS = jwks("rsa1", "ec1", "ed1")


def sign_in(read: Callable[[], bytes] = lambda: KEYS) -> SignIn:
    return SignIn(ISSUER, AUDIENCE, "email", KeySet(read))


def said(**more: object) -> str:
    return token(claims_of(**more))


GOOD = {
    "RSA": token,
    "an elliptic curve": lambda: token(key="ec1", alg="ES256"),
    "Ed25519": lambda: token(key="ed1", alg="EdDSA"),
    "Bearer before it": lambda: f"Bearer {token()}",
    "bearer in small letters": lambda: f"bearer {token()}",
    "a list of one audience": lambda: said(aud=[AUDIENCE]),
    "several audiences, and made for this one": lambda: said(aud=[AUDIENCE, "other"], azp=AUDIENCE),
    "expired a moment ago": lambda: said(exp=int(time.time()) - 5),
    "a time in quotes": lambda: said(iat=str(int(time.time()))),
    "a verified e-mail": lambda: said(email_verified=True),
    "a verified e-mail, as a word": lambda: said(email_verified="true"),
}

NOW = int(time.time())
BAD: dict[str, tuple[Callable[[], str], str]] = {
    "nothing": (lambda: "", "there is no token"),
    "Bearer and nothing": (lambda: "Bearer ", "there is no token"),
    "a plain e-mail": (lambda: "lea@example.com", "it is no token"),
    "a password": (lambda: "Basic bGVhOnNlY3JldA==", "it is no token"),
    "no signature": (lambda: raw({"alg": "none", "kid": "rsa1"}, claims_of()), "not signed with the algorithm"),
    "None, in capitals": (lambda: raw({"alg": "NONE", "kid": "rsa1"}, claims_of()), "not signed with the algorithm"),
    "the public key as a secret": (issuer.signed_with_the_public_key, "not signed with the algorithm"),
    "no algorithm": (lambda: raw({"kid": "rsa1"}, claims_of()), "not signed with the algorithm"),
    "a list of algorithms": (lambda: raw({"alg": ["RS256"], "kid": "rsa1"}, claims_of()), "not signed with the"),
    "an empty signature": (lambda: raw({"alg": "RS256", "kid": "rsa1"}, claims_of()), "signature does not hold"),
    "another algorithm than the key's": (lambda: token(alg="PS256"), "its key signs with another algorithm"),
    "an unknown key": (lambda: token(key="rsa2"), "its key is none of the issuer's"),
    "another key under a known name": (lambda: token(key="rsa2", head={"kid": "rsa1"}), "signature does not hold"),
    "a key that it brings along": (
        lambda: token(key="rsa2", head={"kid": "rsa1", "jwk": jwk("rsa2"), "jku": "http://127.0.0.1:1/keys"}),
        "signature does not hold",
    ),
    "no name of a key": (lambda: token(head={"kid": None}), "it names no key"),
    "a name that is a number": (lambda: raw({"alg": "RS256", "kid": 1}, claims_of()), "it is no token"),
    "an access token": (lambda: token(head={"typ": "at+jwt"}), "it is not for signing in"),
    "a token to sign out": (lambda: token(head={"typ": "logout+jwt"}), "it is not for signing in"),
    "what must be understood and is not": (lambda: token(head={"crit": ["x"], "x": 1}), "it is no token"),
    "another issuer": (lambda: said(iss="https://login.example.org"), "it is of another issuer"),
    "the issuer with a slash": (lambda: said(iss=f"{ISSUER}/"), "it is of another issuer"),
    "no issuer": (lambda: said(iss=None), "it lacks"),
    "another audience": (lambda: said(aud="another"), "it is for somebody else"),
    "no audience": (lambda: said(aud=None), "it lacks"),
    "several audiences": (lambda: said(aud=[AUDIENCE, "other"]), "it is for others, too"),
    "several audiences, and made for another": (lambda: said(aud=[AUDIENCE, "o"], azp="o"), "it is for others, too"),
    "expired": (lambda: said(exp=NOW - 60), "it has expired"),
    "made the day before": (lambda: said(iat=NOW - 86_400), "it was made too long ago"),
    "for ever": (lambda: said(exp=None), "it lacks"),
    "not valid yet": (lambda: said(nbf=NOW + 3600), "it is not valid yet"),
    "made tomorrow": (lambda: said(iat=NOW + 86_400), "it is not valid yet"),
    "no time of its own": (lambda: said(iat=None), "it lacks"),
    "a time that is a word": (lambda: said(exp="tomorrow"), "it does not hold"),
    "no end of time": (lambda: said(exp=float("inf")), "it does not hold"),
    "a list of times": (lambda: said(iat=[NOW]), "it does not hold"),
    "no e-mail": (lambda: said(email=None), "it names no e-mail"),
    "an empty e-mail": (lambda: said(email=""), "it names no e-mail"),
    "a list of e-mails": (lambda: said(email=["lea@example.com"]), "it names no e-mail"),
    "an unverified e-mail": (lambda: said(email_verified=False), "its e-mail is not verified"),
    "an unverified e-mail, as a word": (lambda: said(email_verified="false"), "its e-mail is not verified"),
    "an e-mail verified by a list": (lambda: said(email_verified=[True]), "its e-mail is not verified"),
    "a list for claims": (lambda: raw({"alg": "RS256", "kid": "rsa1"}, []), "signature does not hold"),
    "depths without an end": (lambda: _text(b"[" * 9000) + ".e30.AA", "it is no token"),
    "too long": (lambda: said(more="x" * 20_000), "it is too long"),
    "two in one": (lambda: f"{token()},{token()}", "it is no token"),
}


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize("made", GOOD.values(), ids=GOOD)
def test_a_token_of_the_issuer_for_this_desk_says_who_asks(made: Callable[[], str]) -> None:
    assert sign_in().email([made()]) == "lea@example.com"


@pytest.mark.parametrize(("made", "why"), BAD.values(), ids=BAD)
def test_any_other_token_says_nothing_and_why_is_told_without_it(made: Callable[[], str], why: str) -> None:
    with pytest.raises(NotSignedInError, match=why) as caught:
        sign_in().email([made()])
    assert "example" not in str(caught.value)


def test_no_header_and_a_header_twice_say_nothing() -> None:
    with pytest.raises(NotSignedInError, match="there is no token"):
        sign_in().email([])
    with pytest.raises(NotSignedInError, match="came twice"):
        sign_in().email([token(), token()])


@given(st.data())
def test_a_token_with_any_character_changed_says_nothing(data: st.DataObject) -> None:
    good = token(key="ed1", alg="EdDSA")
    # The last character of a part may hold bits that no byte needs.
    places = [at for at in range(len(good)) if good[at] != "." and good[at + 1 : at + 2] not in {".", ""}]
    at = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_").filter(
        lambda one: one != good[at]
    ))  # fmt: skip
    with pytest.raises(NotSignedInError):
        sign_in().email([good[:at] + other + good[at + 1 :]])


@given(st.text(max_size=200))
def test_whatever_stands_in_the_header_ends_in_a_refusal_and_no_other_error(text: str) -> None:
    with pytest.raises(NotSignedInError):
        sign_in().email([text])


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5))
def test_whatever_a_signed_token_says_of_itself_ends_in_a_refusal_or_an_e_mail(value: object) -> None:
    for name in ("aud", "iss", "exp", "nbf", "iat", "email", "email_verified", "azp"):
        try:
            made = token({**claims_of(), name: value}, "ed1", "EdDSA")
        except TypeError:  # what the library does not sign
            continue
        try:
            assert sign_in().email([made])
        except NotSignedInError:
            continue


@pytest.fixture
def served() -> Iterator[Published]:
    with published(jwks("rsa1")) as found:
        yield found


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def key_set(served: Published) -> tuple[KeySet, Clock]:
    clock = Clock()
    keys = KeySet(reader_of(served.address, Path()), clock)
    keys.load()
    return keys, clock


def test_a_new_key_of_the_issuer_is_known_when_a_token_names_it(served: Published) -> None:
    keys, clock = key_set(served)
    served.body = jwks("rsa1", "rsa2")
    clock.now += PAUSE_SECONDS
    assert keys.find("rsa2") is not None


def test_invented_keys_do_not_make_the_desk_ask_again_and_again(served: Published) -> None:
    keys, clock = key_set(served)
    assert [keys.find(f"invented {number}") for number in range(50)] == [None] * 50
    assert len(served.asked) == 1
    clock.now += PAUSE_SECONDS
    assert [keys.find(f"invented {number}") for number in range(50)] == [None] * 50
    assert len(served.asked) == 2


def test_a_key_that_the_issuer_takes_back_ends(served: Published) -> None:
    keys, clock = key_set(served)
    served.body = jwks("rsa2")
    clock.now += FRESH_SECONDS + 1
    assert keys.find("rsa1") is None


def test_while_the_issuer_does_not_answer_its_keys_count_for_a_day_and_no_longer(served: Published) -> None:
    keys, clock = key_set(served)
    served.status = 503
    clock.now += FRESH_SECONDS + 1
    assert keys.find("rsa1") is not None
    assert "503" in keys.trouble
    clock.now += LAST_SECONDS
    assert keys.find("rsa1") is None
    served.status = 200
    clock.now += PAUSE_SECONDS
    assert keys.find("rsa1") is not None


def test_keys_are_taken_from_no_other_address_than_the_one_that_was_named(served: Published) -> None:
    with published(jwks("rsa2")) as other:
        served.status, served.location = 302, other.address
        with pytest.raises(PublisherError, match="cannot be read: HTTP Error 302"):
            key_set(served)
        assert other.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"keys": 1}',
        b'{"keys": []}',
        b'{"keys": [1, {}]}',
        b"[" * 100_000,
        b" " * 2_000_000,
        json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "rsa1", "alg": "HS256"}]}).encode(),
        json.dumps({"keys": [jwk("rsa1", use="enc")]}).encode(),
        json.dumps({"keys": [jwk("rsa1", alg="HS256")]}).encode(),
        json.dumps({"keys": [{**jwk("rsa1"), "kid": None}]}).encode(),
        json.dumps({"keys": [{**jwk("rsa1"), "n": "AA"}]}).encode(),
    ],
)  # fmt: skip
def test_what_holds_no_key_that_can_sign_is_refused_when_the_desk_opens(served: Published, body: bytes) -> None:
    served.body = body
    with pytest.raises(PublisherError, match="the keys of the issuer cannot be read"):
        key_set(served)


def test_a_house_without_network_keeps_the_keys_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(jwks("rsa1"))
    assert sign_in(reader_of("keys.json", tmp_path)).email([token()]) == "lea@example.com"
    with pytest.raises(PublisherError, match="No such file"):
        KeySet(reader_of("none.json", tmp_path)).load()


def test_of_several_keys_those_that_can_be_used_are_taken() -> None:
    body = json.dumps({"keys": [{"kty": "new"}, jwk("rsa1"), jwk("ec1", use="enc")]}).encode()
    assert [*keys_in(body)] == ["rsa1"]
