"""A transcript in any format comes in, and goes out in every format that its show asks for."""

import re

import pytest
from support.house import CONFIG, House

from publisher.errors import PublisherError, WorkspaceError
from publisher.transcript.formats import FORMATS
from publisher.workflow.look import look
from publisher.workflow.prepare import Prepared, prepare
from publisher.workflow.source import source_digest

SRT = "1\n00:00:00,000 --> 00:00:01,500\nAnn Host: Welcome.\n\n2\n00:00:01,500 --> 00:00:03,000\nBen Author: Hello.\n"
WORDS = """{"version": "1.0.0", "segments": [{
"speaker": "Ben Author", "startTime": 1, "endTime": 3, "body": "We pay Bluefin.", "words": [
{"startTime": 1, "endTime": 1.5, "body": "We"}, {"startTime": 1.5, "endTime": 2, "body": "pay"},
{"startTime": 2, "endTime": 3.0, "body": "Bluefin."}]}]}"""
EVERY = CONFIG.replace("[shows.aloud]", '[shows.aloud]\ntranscripts = ["txt", "srt", "json", "html", "srt"]')


def bring(house: House, name: str, text: str, more: str = "") -> None:
    """Add an episode with this transcript and more front matter."""
    path = house.add_episode(matter=more)
    house.write(f"episodes/a-talk/{name}", text)
    path.write_text(path.read_text().replace("transcript: talk.vtt", f"transcript: {name}"))


def prepared(house: House) -> Prepared:
    context = house.context()
    return prepare(context, context.workspace.piece("a-talk"))


def published(house: House) -> dict[str, str]:
    """The transcript as the public would get it, by the role of its file."""
    context = house.context()
    files = prepare(context, context.workspace.piece("a-talk")).revision.manifest.files
    said = [file for file in files if file.role.partition(":")[0] == "transcript"]
    return {file.role: context.media.path(file).read_text(encoding="utf-8") for file in said}


def test_what_is_brought_as_srt_is_published_as_if_it_had_been_brought_as_webvtt(house: House) -> None:
    house.add_episode()
    before = published(house)
    bring(house, "talk.srt", SRT)

    assert published(house) == before
    assert list(before) == ["transcript"]


def test_every_format_that_the_show_asks_for_is_published_and_shown_to_legal_webvtt_first(house: House) -> None:
    house.write("publisher.toml", EVERY)
    house.add_episode()
    house.submit("a-talk")
    seen = look(house.context(), "a-talk")

    roles = [file.role for file in seen.files if file.role.startswith("transcript")]
    assert roles == ["transcript", "transcript:html", "transcript:json", "transcript:srt", "transcript:txt"]
    assert all("Welcome." in text for text in published(house).values())
    revision = prepared(house).revision
    links = re.findall(r'href="[^"]+/([^"/]+)" download>The transcript \((\w+)\)', revision.parts["body.html"].decode())
    assert links == [
        ("a-talk.vtt", "WebVTT"),
        ("a-talk.transcript.srt", "SRT"),
        ("a-talk.transcript.json", "JSON"),
        ("a-talk.transcript.html", "HTML"),
        ("a-talk.transcript.txt", "text"),
    ]
    assert revision.parts["item.rss.xml"].count(b"<podcast:transcript ") == len(FORMATS)


@pytest.mark.parametrize("edit", ["{cut: 0:02.4-0:02.5, reason: A name.}", "{bleep: 0:02.4-0:02.5, reason: A name.}"])
def test_words_that_were_cut_or_bleeped_stand_in_no_format(house: House, edit: str) -> None:
    house.write("publisher.toml", EVERY)
    bring(house, "talk.json", WORDS)
    assert all("Bluefin" in text for text in published(house).values())

    bring(house, "talk.json", WORDS, f"edits:\n  - {edit}\n")

    found = published(house)
    assert len(found) == len(FORMATS)
    assert all("Bluefin" not in text and "[…]" in text for text in found.values())
    assert '"words"' not in found["transcript:json"]


def test_a_show_that_says_what_it_would_get_anyway_changes_no_source(house: House) -> None:
    house.add_episode()
    context = house.context()
    before = source_digest(context, context.workspace.piece("a-talk"))
    house.write("publisher.toml", CONFIG.replace("[shows.aloud]", '[shows.aloud]\ntranscripts = ["vtt"]'))
    context = house.context()

    assert source_digest(context, context.workspace.piece("a-talk")) == before


def test_a_format_that_nobody_knows_is_refused_with_those_that_there_are(house: House) -> None:
    house.write("publisher.toml", CONFIG.replace("[shows.aloud]", '[shows.aloud]\ntranscripts = ["vtt", "doc"]'))

    with pytest.raises(WorkspaceError) as caught:
        house.context()
    assert [f"{problem}" for problem in caught.value.problems] == [
        "publisher.toml: shows.aloud.transcripts.1: use some of vtt, srt, json, html, txt"
    ]


def test_a_name_before_the_words_of_somebody_who_does_not_speak_is_refused(house: House) -> None:
    bring(house, "talk.srt", SRT.replace("Ben Author", "Lea Counsel"))

    with pytest.raises(PublisherError, match="Lea Counsel speaks in the transcript"):
        prepared(house)


def test_text_without_times_is_refused_with_its_file(house: House) -> None:
    bring(house, "talk.txt", "Ann Host: Welcome.\n")

    with pytest.raises(PublisherError, match="does not say when something is said") as caught:
        prepared(house)
    assert caught.value.where == "episodes/a-talk/talk.txt"
