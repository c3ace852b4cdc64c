"""Whether compressed text reaches its readers: a store must keep it and its header, and give both; so must a CDN.

Some were seen to lose the header (https://github.com/rustfs/rustfs/issues/1062): then a browser shows bytes that nobody
can read.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from publisher.edition.model import Phase, PublicFile
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.release.asking import Answer, Public, UnreachableError
from publisher.release.compression import GZIP, GzipError, decoded, says_gzip
from publisher.release.probing import HTML, Outcome, Probed, Short, ask
from publisher.release.target import Target

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

    from publisher.release.multipart import Place

TRIAL: Final = ".publisher-probe-compressed.html"
"""Where a release tries it, below the target: a kill leaves it there, and the next trial takes it away."""
NAME: Final = "compressed.html"
"""Of the file with which a store is asked."""
TAKES: Final = ("identity", GZIP)
"""What readers say that they take: nothing compressed, or what we send."""
_TEXT: Final = b"<p>A probe of publish, compressed: it may be deleted.</p>\n" * 40
_SERVE: Final = "leave out compress = true, and let a CDN compress on the way: it asks each reader what they take"


def probe_compressed(target: Target, place: "Place", below: str, public: str, *, is_needed: bool) -> Iterator[Probed]:
    """Put a compressed file, and ask the store for it, then the public address. `below` is where the probes' keys lie.

    place: of that key. is_needed: whether `publisher.toml` says compress = true; else a release can do without.
    """
    file = _file(f"{below}/{NAME}")
    otherwise = Outcome.FAILS if is_needed else Outcome.LACKS
    advice = _SERVE if is_needed else "no harm where publisher.toml does not say compress = true"
    kept = ask("compressed text", lambda: _kept(target, file) or _given(place, file), otherwise, advice)
    yield kept
    if kept.outcome is Outcome.HOLDS:
        yield ask("public: compressed text", lambda: _served(Public(public), file), otherwise, advice)


def refuse_spoilers(target: Target, public: Public | None) -> None:
    """Try it with one file before the first text is sent compressed: each would be spoilt for its readers at once.

    public: the public address; None if this machine does not ask it.
    Raises PublisherError if a reader would not get the file, or if it can't be tried.
    """
    file = _file(TRIAL)
    try:
        _kept(target, file)
        if public:
            _served(public, file)
    except Short as error:
        raise PublisherError(
            f"compressed text would not reach its readers: {error.what}",
            where=target.address,
            hint=f"{_SERVE}; publish target check says more. Nothing was sent",
        ) from error
    finally:
        with suppress(PublisherError):
            target.delete(TRIAL)


def _file(key: str) -> PublicFile:
    digest = digest_bytes(_TEXT)
    return PublicFile(key, digest.sha256, digest.size, HTML, "no-store", Phase.MEDIA, _TEXT, GZIP)


def _kept(target: Target, file: PublicFile) -> str:
    """Put it, and read it back. Errors: Short, if the store makes something else of it."""
    try:
        target.put(file)
    except PublisherError as error:
        if error.__cause__ is None:  # it came to be, and is not what was sent
            raise Short(error.what) from error
        raise
    there = target.head(file.key)
    if there is None or not says_gzip(there.content_encoding):
        raise Short("the store does not keep the Content-Encoding of what it is sent")
    try:
        data = b"".join(target.read(file.key))
    except GzipError as error:
        raise Short(f"the store says that it is compressed, and {error.what}") from error
    if data != file.source:
        raise Short("the store gives other bytes than it was sent")
    return ""


def _given(place: "Place", file: PublicFile) -> str:
    """What the store gives to readers who take this or that."""

    def given(takes: str) -> Answer:
        coding, data = _got(place, takes)
        headers = {"Content-Encoding": coding}
        try:
            digest = digest_bytes(b"".join(decoded([data], coding, file.size)))
        except GzipError as error:
            return Answer(HTTPStatus.OK, headers, garbled=error.what)
        return Answer(HTTPStatus.OK, headers, digest.size, digest.sha256)

    return _compared(given, file)


def _got(place: "Place", takes: str) -> tuple[str, bytes]:
    """The Content-Encoding and the bytes that a store gives."""
    from publisher.release.s3_errors import told

    def take(request: "AWSPreparedRequest", **_: object) -> None:
        request.headers["Accept-Encoding"] = takes

    events = place.client.meta.events
    events.register("before-send.s3.GetObject", take)
    try:
        with told(place.name):
            answer = place.client.get_object(Bucket=place.bucket, Key=f"{place.name}/{NAME}")
            return answer.get("ContentEncoding", ""), answer["Body"].read()
    finally:
        events.unregister("before-send.s3.GetObject", take)


def _served(public: Public, file: PublicFile) -> str:
    """What the public address gives to readers who take this or that."""

    def served(takes: str) -> Answer:
        try:
            return public.ask(file.key, headers={"Accept-Encoding": takes}, most=file.size)
        except UnreachableError as error:
            raise Short(error.what) from error

    return _compared(served, file)


def _flaw(answer: Answer, file: PublicFile) -> str:
    if answer.status != HTTPStatus.OK:
        return answer.broken or f"the answer is {int(answer.status)}"
    other = "" if answer.sha256 == file.sha256 else "other bytes than were sent"
    return answer.broken or answer.garbled or other


def _compared(ask_for: Callable[[str], Answer], file: PublicFile) -> str:
    """Say what is good to know about the answers. Errors: Short, if a reader who takes what we send cannot read one."""
    answers = {takes: ask_for(takes) for takes in TAKES}
    for takes, answer in answers.items():
        if flaw := _flaw(answer, file):
            raise Short(f"who takes {takes} gets something else: {flaw}")
    if not says_gzip(answers[GZIP].says("Content-Encoding")):
        raise Short("it is decompressed before it is given, so nothing is gained")
    is_given = says_gzip(answers["identity"].says("Content-Encoding"))
    return "also to who does not take it" if is_given else "and decompressed for who does not take it"
