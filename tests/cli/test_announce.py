"""Who is told what a release changed, from the command line."""

import json
from urllib.parse import urlsplit

import feedparser
import pytest
from support.answering import answering
from support.commands import publish
from support.house import URL, House


def set_hub(house: House, address: str) -> None:
    config = (house.root / "publisher.toml").read_text()
    house.write("publisher.toml", f'{config}\n[announce]\nwebsub = "{address}"\n')


@pytest.mark.slow
def test_a_release_tells_the_hub_that_its_feeds_name_once_they_are_public(house: House) -> None:
    with answering(204) as hub:
        set_hub(house, f"{hub.endpoint}/")
        house.add_post()
        house.add_episode()
        house.approved("a-post")
        house.approved("a-talk")
        ran = publish("post", "a-post", at=house.root)
        assert ran.code == 0, ran.text
        assert f"told the hub {urlsplit(hub.endpoint).netloc}" in ran.out
        assert len(hub.requests) == 3  # RSS, Atom and JSON
        again = publish("release", at=house.root)
        assert "told" not in again.out
        assert len(hub.requests) == 3
        elsewhere = publish("release", "--to", str(house.root.parent / "elsewhere"), at=house.root)
        assert "told" not in elsewhere.out
        assert len(hub.requests) == 3
        assert publish("announce", at=house.root).out.startswith("✓ told the hub")
        assert len(hub.requests) == 6
    public = house.root / "public/feeds"
    for name, page in (("aloud.xml", "shows/aloud.html"), ("blog.atom", "posts.html")):
        feed = feedparser.parse((public / name).read_bytes()).feed
        assert [link.href for link in feed.links if link.rel == "hub"] == [f"{hub.endpoint}/"]
        assert feed.link == URL + page
    assert json.loads((public / "blog.json").read_text())["hubs"] == [{"type": "WebSub", "url": f"{hub.endpoint}/"}]


def test_a_hub_that_fails_never_makes_a_release_fail(house: House) -> None:
    with answering(403) as hub:
        set_hub(house, f"{hub.endpoint}/")
        house.add_post()
        house.approved("a-post")
        ran = publish("release", at=house.root)
        assert ran.code == 0, ran.text
        assert "answers 403" in ran.out
        assert "to tell it again: publish announce" in " ".join(ran.out.split())
        again = publish("announce", at=house.root)
        assert again.code == 1
    assert (house.root / "public/posts/a-post.html").is_file()


def test_nobody_to_tell_is_said(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    publish("release", at=house.root)
    ran = publish("announce", at=house.root)
    assert ran.code == 1
    assert "nobody is to be told" in ran.err
    assert "[announce]" in ran.err
