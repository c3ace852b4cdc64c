"""What a reviewer is shown is what they sign."""

import pytest
from support.commands import publish
from support.house import PASSPHRASE, House, key_file, signer

from publisher.errors import PublisherError
from publisher.workflow.decide import Verdict, decide, draft_statement
from publisher.workflow.difference import difference
from publisher.workflow.look import look


def test_findings_are_those_of_the_revision_and_not_of_an_edit(house: House) -> None:
    house.add_post(text="We call it Bluefin.\n")
    house.submit("a-post")
    house.add_post(text="We call it nothing.\n")
    seen = look(house.context(), "a-post")
    assert seen.edited
    assert [(finding.rule, finding.place) for finding in seen.findings] == [("code-names", "page")]


def test_findings_of_a_transcript_are_those_of_the_revision_with_their_time(house: House) -> None:
    house.add_episode()
    transcript = house.root / "episodes/a-talk/talk.vtt"
    transcript.write_text(transcript.read_text().replace("Hello.", "Bluefin."))
    house.submit("a-talk")
    transcript.write_text(transcript.read_text().replace("Bluefin.", "Hello."))
    (finding,) = look(house.context(), "a-talk").findings
    assert (finding.time, finding.phrase) == (1.5, "Bluefin")


def test_the_feed_entry_is_shown_too(house: House) -> None:
    house.add_post()
    house.submit("a-post")
    seen = look(house.context(), "a-post")
    for part in seen.parts:
        assert (seen.folder / part.name).is_file()
    assert {"entry.atom.xml", "item.json", "body.html"} <= {part.name for part in seen.parts}


def test_playing_with_the_proof_does_not_touch_what_was_submitted(house: House) -> None:
    house.add_episode()
    house.submit("a-talk")
    seen = look(house.context(), "a-talk")
    for path in seen.proof.parents[1].rglob("*.mp3"):
        path.write_bytes(b"rated five stars")
    house.decide("a-talk")
    assert publish("episode", "a-talk", at=house.root).code == 0


def test_the_first_revision_differs_from_nothing_in_every_line(house: House) -> None:
    house.add_post(text="All new.\n")
    house.submit("a-post")
    found = difference(house.context(), "a-post")
    assert found.old is None
    assert any("All new." in line for line in found.lines)


def approve(house: House, *more: str) -> tuple[int, str]:
    command = ["review", "approve", "a-post", "--as", "lea", "--key", str(key_file("lea")), "--passphrase-stdin", *more]
    ran = publish(*command, at=house.root, stdin=f"{PASSPHRASE}\n")
    return ran.code, ran.err


def test_nobody_approves_what_they_did_not_look_at(house: House) -> None:
    house.add_post()
    house.submit("a-post")
    code, said = approve(house)
    assert code == 1
    assert "publish review show a-post" in said
    publish("review", "show", "a-post", at=house.root)
    house.add_post(text="Changed meanwhile.\n")
    house.submit("a-post")
    code, said = approve(house)
    assert code == 1
    assert "publish review diff a-post" in said
    publish("review", "show", "a-post", at=house.root)
    assert approve(house) == (0, "")


@pytest.mark.parametrize("slug", ["a-post", "other"])
def test_one_damaged_revision_does_not_hide_what_else_waits(house: House, slug: str) -> None:
    for name in ("a-post", "other"):
        house.add_post(name)
        house.submit(name)
    for path in (house.root / "revisions" / slug).rglob("card.json"):
        path.write_bytes(b"{}")
    ran = publish("review", "list", at=house.root)
    assert ran.code == 0
    assert ({"a-post", "other"} - {slug}).pop() in ran.out


def test_who_approved_already_signs_nothing_twice(house: House) -> None:
    house.add_post()
    house.submit("a-post")
    house.decide("a-post")
    with pytest.raises(PublisherError, match="approved this revision already"):
        house.decide("a-post")


def test_a_voice_that_is_no_speaker_is_refused_because_they_could_else_approve(house: House) -> None:
    house.add_episode()
    transcript = house.root / "episodes/a-talk/talk.vtt"
    transcript.write_text(transcript.read_text().replace("Ben Author", "Lea Counsel"))
    with pytest.raises(PublisherError, match="Lea Counsel speaks in the transcript"):
        house.submit("a-talk")


def test_who_has_another_key_now_approves_again(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    people = house.root / "people.toml"
    lea, maxs = (part.split('keys = ["')[1].split('"')[0] for part in people.read_text().split("[people.")[3:5])
    people.write_text(people.read_text().replace(maxs, "-").replace(lea, maxs).replace('keys = ["-"]', "keys = []"))
    house.sign_people()
    context = house.context()
    decide(context, draft_statement(context, Verdict("approve", "a-post", "lea")), signer("max"))
    assert publish("post", "a-post", at=house.root).code == 0


def test_a_new_recording_differs_in_its_files_and_not_in_the_shape_of_its_waveform(house: House) -> None:
    house.add_episode()
    house.submit("a-talk")
    house.add_episode(seconds=5)
    house.submit("a-talk")
    found = difference(house.context(), "a-talk")
    assert {line.split()[1] for line in found.files} == {"audio", "waveform"}
    assert any("a-talk.mp3" in line for line in found.lines)
    assert not any('d="M' in line for line in found.lines)
