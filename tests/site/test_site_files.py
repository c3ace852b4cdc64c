"""The pages of a released site, as files: what every browser, reader and search engine is given."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html
from support.house import URL, House

from publisher.edition.pages import Site
from publisher.edition.surroundings import Surroundings
from publisher.rendering.model import Card
from publisher.workflow.release import release

EMPTY = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
OLD = dict.fromkeys(("show", "number", "duration", "picture", "audio")) | {
    "kind": "post",
    "slug": "old",
    "title": "Old",
    "summary": "It was.",
    "date": "2020-01-01T00:00:00+00:00",
    "guid": "old",
    "people": ["Ann Host"],
    "tags": [],
}


class Nesting(HTMLParser):
    """Notes every tag that is closed where it was not open, and every one that is left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) != len(attrs):
            self.wrong.append(f"<{tag}> says an attribute twice")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def every_page(folder: Path) -> Iterator[tuple[Path, html.HtmlElement]]:
    for path in sorted(folder.rglob("*.html")):
        yield path, html.fromstring(path.read_text(encoding="utf-8"))


def targets(tree: html.HtmlElement) -> Iterator[str]:
    """Addresses that a page names, but those of other hosts."""
    for element in tree.iter("a", "link", "img", "script", "source"):
        address = element.get("href") or element.get("src")
        if address and urlsplit(address).scheme != "mailto" and (address.startswith(URL) or "//" not in address):
            yield address


def file_of(folder: Path, page: Path, address: str) -> Path:
    if address.startswith((URL, "/")):
        path = address.removeprefix(URL).removeprefix("/")
        return folder / (unquote(urlsplit(path).path) or "index.html")
    path = unquote(urlsplit(address).path)
    return (page.parent / path).resolve() if path else page


def test_every_link_leads_to_a_file_of_the_site(folder: Path) -> None:
    lost = [
        f"{page.relative_to(folder)}: {address}"
        for page, tree in every_page(folder)
        for address in targets(tree)
        if not file_of(folder, page, address).is_file()
    ]
    assert lost == []


def test_every_link_within_a_page_leads_to_a_place_in_it(folder: Path) -> None:
    for page, tree in every_page(folder):
        places = set(tree.xpath("//@id"))
        wanted = {address[1:] for address in targets(tree) if address.startswith("#")}
        assert wanted <= places, page.name


def test_pages_ask_no_other_host_for_anything(folder: Path) -> None:
    for page, tree in every_page(folder):
        asked = tree.xpath(
            "//img/@src | //script/@src | //source/@src | //link[@rel='stylesheet' or @rel='icon']/@href"
        )
        assert [address for address in asked if urlsplit(address).netloc] == [], page.name


def test_pages_are_well_formed_and_no_id_stands_twice(folder: Path) -> None:
    for page, tree in every_page(folder):
        nesting = Nesting()
        nesting.feed(page.read_text(encoding="utf-8"))
        assert (nesting.wrong, nesting.open) == ([], []), page.name
        assert [id_ for id_, count in Counter(tree.xpath("//@id")).items() if count > 1] == [], page.name
        named = {id_ for ids in tree.xpath("//@aria-labelledby") for id_ in ids.split()}
        assert named <= set(tree.xpath("//@id")), page.name


def test_headings_begin_with_one_title_and_skip_no_level(folder: Path) -> None:
    for page, tree in every_page(folder):
        levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3", "h4")]
        assert levels.count(1) == 1, page.name
        assert levels[0] == 1, page.name
        assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels)), page.name


def test_every_picture_says_what_it_shows_and_how_large_it_is(folder: Path) -> None:
    for page, tree in every_page(folder):
        for picture in tree.iter("img"):
            assert {"alt", "width", "height"} <= set(picture.keys()), page.name


def test_a_picture_has_its_own_proportions_so_that_the_text_does_not_jump(folder: Path) -> None:
    tree = html.parse(folder / "posts/everything.html")
    sizes = {
        picture.get("alt"): (picture.get("width"), picture.get("height")) for picture in tree.xpath("//article//img")
    }
    assert sizes == {"Three bars.": ("1200", "500"), "A dot.": ("40", "30")}


def test_nothing_on_a_page_needs_a_policy_that_allows_inline_scripts_or_styles(folder: Path) -> None:
    for page, tree in every_page(folder):
        assert tree.xpath("//style | //@style | //@*[starts-with(name(), 'on')]") == [], page.name
        assert set(tree.xpath("//script[not(@src)]/@type")) <= {"application/ld+json"}, page.name


def test_the_theme_is_light(folder: Path) -> None:
    assert next(folder.rglob("site.css")).stat().st_size < 20_000
    assert next(folder.rglob("site.js")).stat().st_size < 9_000


def test_landmarks_and_a_way_past_the_navigation_are_on_every_page(folder: Path) -> None:
    for page, tree in every_page(folder):
        assert [len(list(tree.iter(tag))) for tag in ("main",)] == [1], page.name
        assert tree.xpath("//body/*[1][self::a]/@href") == ["#main"], page.name
        assert len(tree.xpath("/html/body/header")) == len(tree.xpath("/html/body/footer")) == 1, page.name
        assert tree.get("lang") == "en", page.name


def test_what_is_in_another_language_says_so(folder: Path) -> None:
    assert html.parse(folder / "episodes/ohne-abschrift.html").xpath("//article/@lang") == ["de"]
    assert html.parse(folder / "index.html").xpath("//h3/a[@lang='de']/text()") == ["Ohne Abschrift"]


def test_search_engines_read_the_piece_whatever_its_title_holds(folder: Path) -> None:
    (data,) = html.parse(folder / "episodes/a-talk.html").xpath("//script[@type='application/ld+json']/text()")
    said = json.loads(data)
    assert said["name"] == 'A talk with </script> & "quotes" in its title'
    assert said["@type"] == "PodcastEpisode"
    assert (folder / said["associatedMedia"]["contentUrl"].removeprefix(URL)).is_file()
    (data,) = html.parse(folder / "posts/everything.html").xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(data)["@type"] == "BlogPosting"


def test_chapters_and_turns_are_plain_links_into_the_audio(folder: Path) -> None:
    tree = html.parse(folder / "episodes/a-talk.html")
    (audio,) = tree.xpath("//audio//source/@src")
    assert tree.xpath("//nav[@class='chapters']//a/@href") == [
        f"{audio}#t={start}" for start in ("0.0", "10.0", "20.0")
    ]
    assert tree.xpath("//p[@class='speaker']/a/@href")[1] == f"{audio}#t=4.0"


def test_the_player_offers_the_mp3_that_subscribers_hear_and_then_the_m4a(folder: Path) -> None:
    tree = html.parse(folder / "episodes/with-all.html")
    sources = tree.xpath("//audio//source")  # this parser does not know that nothing stands in a source
    assert [(source.get("src")[-12:], source.get("type")) for source in sources] == [
        ("with-all.mp3", "audio/mpeg"),
        ("with-all.m4a", "audio/mp4"),
    ]
    kept = tree.xpath("//section[@class='downloads']//a[@download]")
    assert [link.text for link in kept] == ["The audio (MP3)", "The audio (M4A)", "The transcript (WebVTT)"]
    assert [link.get("href") for link in kept[:2]] == [source.get("src") for source in sources]


def test_a_soundbite_is_a_link_to_its_passage_with_its_films_beside_it(folder: Path) -> None:
    tree = html.parse(folder / "episodes/with-all.html")
    first, second = tree.xpath("//nav[@class='soundbites']//li")
    passage, *audiograms = first.xpath("a")
    assert passage.get("href").endswith("/with-all.mp3#t=12.0,27.0")
    assert passage.get("data-time") == "12.0"
    assert [" ".join(audiogram.text_content().split()) for audiogram in audiograms] == [
        "Square audiogram: Why & <how>",
        "Vertical audiogram: Why & <how>",
    ]
    assert [
        file_of(folder, folder / "episodes/x.html", audiogram.get("href")).read_bytes() for audiogram in audiograms
    ] == [
        b"an audiogram",
        b"a higher audiogram",
    ]
    assert len(second.xpath("a")) == 1


def test_the_waveform_is_one_small_drawing_that_nobody_has_to_hear_of(folder: Path) -> None:
    (drawing,) = html.parse(folder / "episodes/with-all.html").xpath("//section[@class='player']/*[name()='svg']")
    assert drawing.get("aria-hidden") == "true"
    assert [child.tag for child in drawing] == ["path"]
    assert len(html.tostring(drawing)) < 3_000


def test_a_transcript_reads_like_an_article_with_the_chapters_as_its_headings(folder: Path) -> None:
    tree = html.parse(folder / "episodes/a-talk.html")
    assert tree.xpath("//section[@class='transcript']/h3/text()") == ["First", "Second", "Third & <last>"]
    assert tree.xpath("//p[@class='speaker']/strong/text()") == ["Ann Host", "Ben Author", "Ben Author", "Ben Author"]


def test_who_speaks_at_length_gets_paragraphs(folder: Path) -> None:
    tree = html.parse(folder / "episodes/a-talk.html")
    *_, second, _ = tree.xpath("//div[@class='turn']")
    paragraphs = [" ".join(p.text_content().split()) for p in second.xpath("p[not(@class)]")]
    assert len(paragraphs) == 2
    assert all(paragraph.endswith(".") for paragraph in paragraphs)


def test_the_home_page_says_how_to_subscribe_to_every_show(folder: Path) -> None:
    tree = html.parse(folder / "index.html")
    assert tree.xpath("//p[@class='address']/a/text()") == [f"{URL}feeds/aloud.xml", f"{URL}feeds/leise.xml"]


def test_a_page_leads_to_its_neighbours_and_to_nothing_newer_so_that_it_seldom_changes(folder: Path) -> None:
    tree = html.parse(folder / "posts/a-post.html")
    assert tree.xpath("//nav[@class='neighbours']/a/@href") == ["../posts/everything.html"]
    assert html.parse(folder / "episodes/a-talk.html").xpath("//nav[@class='neighbours']") == []


def test_the_page_for_what_is_missing_finds_its_files_from_any_depth(folder: Path) -> None:
    tree = html.parse(folder / "404.html")
    assert all(address.startswith(("/", "#", URL, "mailto:")) for address in tree.xpath("//@href | //@src"))
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_a_site_below_a_folder_of_its_host_keeps_the_folder_on_the_page_for_what_is_missing(house: House) -> None:
    house.write("publisher.toml", (house.root / "publisher.toml").read_text().replace(URL, URL + "voices/"))
    house.sign_people()
    house.add_post()
    house.approved("a-post")
    release(house.context())
    tree = html.parse(house.root / "public/404.html")
    assert tree.xpath("//header/a/@href") == ["/voices/index.html"]


def test_a_site_without_pieces_says_so(house: House) -> None:
    release(house.context())
    for name in ("index.html", "posts.html"):
        assert "Nothing is published yet." in (house.root / "public" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("division", ["service", "gone"])
def test_a_list_shows_a_division_only_while_the_house_has_it(house: House, division: str) -> None:
    config = house.context().workspace.config
    card = Card.from_bytes(json.dumps(OLD | {"division": division}, sort_keys=True, indent=1).encode() + b"\n")
    site = Site(Surroundings(config, {}, datetime.now(UTC)), {"site.css": "c", "site.js": "j", "mark.svg": "m"}, [card])
    labels = html.fromstring(site.indexes()["index.html"].decode()).xpath("//span[@class='division']/text()")
    assert labels == (["Field service"] if division == "service" else [])
