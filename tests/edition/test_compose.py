"""The edition: everything in its phase, nothing that points nowhere, the same bytes whenever it is made."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from feeds.approving import NOW, PIXEL, POST, SHOW, URL, Press, config, data, example
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from publisher.edition.compose import compose
from publisher.edition.model import Edition, Phase, PublicFile
from publisher.edition.surroundings import Surroundings, theme
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.rendering.model import Rendering
from publisher.rendering.piece import render_post
from publisher.rendering.site import body
from publisher.review.gate import Approved
from publisher.workspace.pieces import Post, PostMatter

TWO_SHOWS = config(aloud={}, quietly={"title": "Quietly", "guid": "9b024349-ccf0-5f69-a609-6b82873eab3c"})
PICTURED = "See ![desk](desk.png) and [home](/)."


class Links(HTMLParser):
    """Every address that a page loads or leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        names = dict(attrs)
        address = names.get("content") or ""
        self.found += [value for name, value in attrs if name in {"href", "src"} and value]
        self.found += [address] if address.startswith(URL) else []


def _in_page(page: bytes) -> list[str]:
    links = Links()
    links.feed(page.decode())
    return links.found + re.findall(rf'"({URL}[^"]*)"', page.decode())


def _in_xml(feed: bytes) -> list[str]:
    root = etree.fromstring(feed)
    values = [str(value) for one in root.iter() for name, value in one.attrib.items() if name in {"url", "uri", "href"}]
    texts = [one.text or "" for one in root.iter()]
    inside = [address for text in texts if "<" in text for address in _in_page(text.encode())]
    return values + inside + [text for text in texts if text.startswith("http")]


def _in_json(feed: bytes) -> list[str]:
    found = json.loads(feed)
    texts = [value for part in (found, *found["items"]) for value in part.values() if isinstance(value, str)]
    return [text for text in texts if text.startswith("http")] + [
        address for text in texts if "<" in text for address in _in_page(text.encode())
    ]


def _in_text(text: bytes) -> list[str]:
    return re.findall(rf"{URL}\S*", text.decode())


READERS: dict[str, Callable[[bytes], list[str]]] = {
    ".html": _in_page,
    ".xml": _in_xml,
    ".atom": _in_xml,
    ".json": _in_json,
    ".txt": _in_text,
}


def _links(file: PublicFile) -> list[str]:
    assert isinstance(file.source, bytes)
    return READERS[Path(file.key).suffix](file.source)


def _ours(file: PublicFile) -> set[str]:
    """Keys that a page or feed points at."""
    addresses = {urljoin(URL + file.key, link) for link in _links(file)}
    keys = {urlsplit(address).path[1:] for address in addresses if address.startswith(URL)}
    return {key or "index.html" for key in keys}


def _check_whole(edition: Edition) -> None:
    for file in edition.files.values():
        if file.phase is Phase.MEDIA:
            continue
        for key in _ours(file):
            assert key in edition.files, f"{file.key} points at {key}"
            # Subscribers' apps act on a feed at once: all that it points at was sent in an earlier phase.
            assert file.phase is not Phase.FEEDS or key == file.key or edition.files[key].phase < Phase.FEEDS


@given(
    episodes=st.lists(st.tuples(st.sampled_from(["aloud", "quietly"]), st.integers(-3, 3), st.booleans()), max_size=5),
    posts=st.lists(st.tuples(st.booleans(), st.integers(-3, 3), st.booleans()), max_size=5),
)
@settings(max_examples=40, deadline=None)
def test_nothing_points_at_what_is_not_there(
    episodes: list[tuple[str, int, bool]], posts: list[tuple[bool, int, bool]]
) -> None:
    press = Press(TWO_SHOWS)
    pieces = [
        press.episode(
            f"talk-{number}", "", show,
            date=(NOW + timedelta(days=days)).isoformat(), **({} if chapters else {"chapters": []}),
        )
        for number, (show, days, chapters) in enumerate(episodes)
    ]  # fmt: skip
    pieces += [
        press.post(
            f"post-{number}", PICTURED if shown else "x", date=(NOW + timedelta(days=days)).isoformat(),
            **({"picture": {"file": "head.png", "alt": "A head"}} if headed else {}),
        )
        for number, (shown, days, headed) in enumerate(posts)
    ]  # fmt: skip

    _check_whole(press.compose(*pieces))


@pytest.mark.parametrize("pieces", [[], ["episode"], ["post"]])
def test_a_site_with_little_in_it_is_whole(pieces: list[str]) -> None:
    press = Press()
    approved = [press.episode() if piece == "episode" else press.post() for piece in pieces]
    edition = press.compose(*approved)

    _check_whole(edition)
    assert {"index.html", "404.html", "sitemap.xml", "robots.txt"} <= edition.files.keys()


@pytest.mark.parametrize(
    ("pattern", "phase", "lasting"),
    [
        (r"(media|assets)/", Phase.MEDIA, True),
        (r"(episodes|posts)/", Phase.PAGES, False),
        (r"(index|posts|404)\.html|shows/|sitemap\.xml|robots\.txt", Phase.INDEXES, False),
        (r"feeds/", Phase.FEEDS, False),
    ],
)
def test_a_file_is_sent_in_the_phase_of_its_kind_and_kept_as_long(pattern: str, phase: Phase, *, lasting: bool) -> None:
    files = Press().compose(*example()).files
    found = [file for key, file in files.items() if re.match(pattern, key)]

    assert found
    assert {file.phase for file in found} == {phase}
    assert all(("immutable" in file.cache_control) is lasting for file in found)


def test_every_file_of_an_edition_has_a_kind_a_phase_and_the_digest_of_its_bytes() -> None:
    for key, file in Press().compose(*example()).files.items():
        assert file.key == key
        assert re.fullmatch(r"[a-z0-9./-]+", key)
        if isinstance(file.source, bytes):
            digest = digest_bytes(file.source)
            assert (file.sha256, file.size) == (digest.sha256, digest.size)


def test_keys_that_last_hold_the_digest_of_their_bytes() -> None:
    for key, file in Press().compose(*example()).files.items():
        if file.phase is Phase.MEDIA:
            assert file.sha256.startswith(key.split("/")[1])


def test_the_clock_changes_no_byte() -> None:
    pieces = example()

    assert Press().compose(*pieces) == Press().compose(*pieces, now=NOW + timedelta(days=400))


def test_pieces_of_the_same_moment_are_always_in_the_same_order() -> None:
    press = Press()
    pieces = [press.episode(slug) for slug in ("b", "c", "a")]
    feeds = {data(press.compose(*order), "feeds/aloud.xml") for order in (pieces, pieces[::-1])}

    assert len(feeds) == 1
    assert re.findall(rb"episodes/(\w)\.html", feeds.pop()) == [b"c", b"b", b"a"]


def test_a_division_that_was_removed_is_left_out() -> None:
    press = Press()
    approved = press.post(division="service", title="Kept")
    files = press.compose(approved, config=press.config.model_copy(update={"divisions": {}}))

    assert b"Field service" in data(press.compose(approved), "posts.html")
    assert b"Field service" not in data(files, "posts.html")
    assert b"Kept" in data(files, "posts.html")


def test_a_show_that_was_removed_is_an_error_that_names_the_piece() -> None:
    press = Press()
    approved = press.episode()
    removed = press.config.model_copy(update={"shows": {}})

    with pytest.raises(PublisherError, match=r"episodes/a-talk: .*'aloud'.*not in publisher\.toml") as caught:
        compose([approved], Surroundings(removed, {}, NOW), lambda _: Path())
    assert "[shows.aloud]" in (caught.value.hint or "")


def test_two_approved_revisions_of_one_piece_are_refused_and_both_are_named() -> None:
    press = Press()
    pieces = [press.post(guid=f"https://old.example.com/?p={number}") for number in (1, 2)]

    for order in (pieces, pieces[::-1], [pieces[0]] * 2):
        with pytest.raises(PublisherError, match="would both have this address") as caught:
            press.compose(*order)
        assert caught.value.where == "posts/a-post.html"
        assert all(one.revision.name[:12] in caught.value.what for one in order)


def test_an_approved_revision_without_a_body_is_an_error_that_names_the_piece() -> None:
    press = Press()
    piece = Post("a-post", Path("/nowhere"), "posts/a-post/post.md", PostMatter.model_validate(POST), "Words.")
    rendering = render_post(piece, press.config, press.people, [])
    parts = {name: part for name, part in rendering.parts.items() if name != body.PART}

    with pytest.raises(PublisherError, match=rf"posts/a-post\.html: .* has no {body.PART}"):
        press.compose(press.approve(piece, Rendering(parts, ())))


def test_each_show_has_a_feed_and_a_page_of_its_own() -> None:
    press = Press(TWO_SHOWS)
    files = press.compose(press.episode("one"), press.episode("two", show="quietly")).files

    assert {"feeds/aloud.xml", "feeds/quietly.xml", "shows/aloud.html", "shows/quietly.html"} <= files.keys()
    assert b"episodes/two.html" not in data(press.compose(press.episode("one")), "feeds/aloud.xml")
    assert SHOW["title"] == "Aloud"


def test_a_picture_that_two_pieces_show_is_sent_once() -> None:
    press = Press()
    files = press.compose(press.post("one", PICTURED), press.post("two", PICTURED)).files

    assert [key for key in files if key.endswith("desk.png")] == [f"media/{digest_bytes(PIXEL).sha256}/desk.png"]


def test_a_page_is_named_in_the_site_map_and_the_error_page_is_not() -> None:
    press = Press()
    found = _in_xml(data(press.compose(press.post(), press.episode()), "sitemap.xml"))

    assert {f"{URL}posts/a-post.html", f"{URL}episodes/a-talk.html", f"{URL}index.html"} <= set(found)
    assert f"{URL}404.html" not in found


def test_every_file_of_the_theme_has_a_type_and_a_key_of_its_own() -> None:
    files: list[PublicFile] = list(theme().values())

    assert {"site.css", "site.js", "mark.svg"} <= set(theme())
    assert len({file.key for file in files}) == len(files)


def test_only_approved_pieces_have_a_type_that_compose_takes() -> None:
    with pytest.raises(TypeError, match="only the gate"):
        Approved(Press().post().revision, (), None, object())
