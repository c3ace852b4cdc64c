"""The bytes of a revision: step 6."""

from collections.abc import Callable

from review.docket import SLUG, Docket, a_manifest, flipped

from tampered.acts import MENDED, NAME, rewrite
from tampered.cases import flaw

_AUDIO = next(file for file in a_manifest().files if file.role == "audio")


FOLDER = f"revisions/{SLUG}/{NAME[:12]}"


def _part(change: Callable[[bytes], bytes], name: str = "body.html") -> Callable[[Docket], None]:
    return lambda docket: rewrite(docket, f"{FOLDER}/{name}", change)


def _media(docket: Docket) -> None:
    rewrite(docket, f"media/{_AUDIO.sha256}", lambda data: flipped(data, 7))


def _link_part(docket: Docket) -> None:
    (docket.root / FOLDER / "body.html").rename(docket.root / "body.html")
    (docket.root / FOLDER / "body.html").symlink_to("../../../body.html")


@flaw(6)
def body_with_another_word(docket: Docket) -> None:
    """A word of the page was changed after legal read it."""
    _part(lambda data: data.replace(b"within", b"without"))(docket)


@flaw(6)
def card_with_another_title(docket: Docket) -> None:
    """The title in lists was changed."""
    _part(lambda data: data.replace(b"Legal", b"Sales"), "card.json")(docket)


@flaw(6)
def feed_item_with_another_title(docket: Docket) -> None:
    """The title in the feed was changed."""
    _part(lambda data: data.replace(b"Legal", b"Sales"), "item.rss.xml")(docket)


@flaw(6)
def part_with_an_end_of_line_more(docket: Docket) -> None:
    """One byte more is another page."""
    _part(lambda data: data + b"\n")(docket)


@flaw(6)
def part_missing(docket: Docket) -> None:
    """A part is gone."""
    (docket.root / FOLDER / "card.json").unlink()


@flaw(6)
def part_that_is_a_link(docket: Docket) -> None:
    """The part is a link that leads out of the revision, although to the same bytes."""
    _link_part(docket)


@flaw(6)
def audio_with_a_bit_flipped(docket: Docket) -> None:
    """One bit of the audio was changed in the cache."""
    _media(docket)


@flaw(6)
def manifest_with_another_type(docket: Docket) -> None:
    """Only a header was changed: listeners' apps would get the audio as a page."""
    _part(lambda data: data.replace(b"audio/mpeg", b"text/html"), "manifest.json")(docket)


@flaw(6)
def manifest_with_fewer_people(docket: Docket) -> None:
    """A maker was taken out of the manifest, to let them approve."""
    _part(lambda data: data.replace(b'"ann",', b""), "manifest.json")(docket)


@flaw(6)
def manifest_with_a_space_more(docket: Docket) -> None:
    """The same manifest in another form."""
    _part(lambda data: data.replace(b",", b", ", 1), "manifest.json")(docket)


@flaw(6)
def manifest_of_another_revision(docket: Docket) -> None:
    """In the revision's folder lies the manifest of another one."""
    docket.write(f"{FOLDER}/manifest.json", MENDED.manifest.to_bytes())
