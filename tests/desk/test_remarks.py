"""What legal says to the host at a place of a piece, and what becomes of it."""

import json
from pathlib import Path
from shutil import rmtree

import pytest
import yaml
from support.commands import publish
from support.house import CONFIG, PASSPHRASE, House, write_tone

from desk.opened import Opened, opened
from desk.test_safe import revision_of
from publisher.errors import PublisherError
from publisher.workflow.accepting import accept
from publisher.workflow.remarks import Saying, open_remarks, remarks_of, say_remark, settle
from publisher.workspace.amending import with_edit
from publisher.workspace.loading import load

BLEEP = {"kind": "bleep", "from": "0:01.5", "to": "0:02.25", "text": "It is a customer's: name\nof theirs."}


@pytest.fixture
def talk(house: House) -> House:
    """A house with an episode in review whose first second was cut, so that master and recording differ."""
    house.add_episode(matter="edits:  # said by hand\n  - {cut: '0:00-0:01', reason: A cough.}  # keep this\n")
    house.submit("a-talk")
    return house


def say(house: House, **said: object) -> str:
    return say_remark(house.context(), Saying("a-talk", "lea", **{"text": "x", **said})).id  # type: ignore[arg-type]


def matter(house: House) -> str:
    return (house.root / "episodes/a-talk/episode.md").read_text()


def test_a_request_at_the_desk_is_seen_by_the_host_and_becomes_an_edit_with_its_reason(talk: House) -> None:
    with opened(talk) as desk:
        desk.enter()
        answer = desk.post("/pieces/a-talk/remark", {"revision": revision_of(desk, "a-talk"), **BLEEP})
        assert answer.status == 303
        assert desk.get("/pieces/a-talk").says("Bleep Hear it at 0:01.5-0:02.2 It is a customer's: name")
    (remark,) = open_remarks(talk.context(), "a-talk")
    for ran in (publish("status", at=talk.root), publish("episode", "a-talk", at=talk.root)):
        assert remark.said.split("\n")[0] in ran.text
    assert f"publish accept a-talk {remark.id}" in publish("episode", "a-talk", at=talk.root).text
    said = json.loads(publish("status", "--json", at=talk.root).out)["pieces"][0]["remarks"]
    assert [one["id"] for one in said] == [remark.id]
    ran = publish("accept", "a-talk", remark.id, at=talk.root)
    assert ran.code == 0, ran.text
    edits = load(talk.root).pieces["a-talk"].matter.edits  # type: ignore[union-attr]
    # A second was cut before it, and half of a seam of 10 ms lies between.
    assert [str(edit) for edit in edits] == ["cut 0:00-0:01", "bleep 0:02.5-0:03.25"]
    assert edits[1].reason == "It is a customer's: name of theirs. (Lea Counsel asked for it)"
    assert "# said by hand" in matter(talk)
    assert "# keep this" in matter(talk)
    assert open_remarks(talk.context(), "a-talk") == ()
    assert publish("accept", "a-talk", remark.id, at=talk.root).code == 1


def test_a_second_request_is_accepted_though_the_first_one_has_edited_the_episode(talk: House) -> None:
    first, second = say(talk, kind="cut", start=0.5, end=1.0), say(talk, kind="silence", start=1.5, end=2.0)
    for id_ in (first, second):
        accept(talk.context(), "a-talk", id_, None)
    edits = load(talk.root).pieces["a-talk"].matter.edits  # type: ignore[union-attr]
    assert [str(edit) for edit in edits] == ["cut 0:00-0:01", "cut 0:01.5-0:02", "silence 0:02.5-0:03"]


@pytest.mark.parametrize("cached", [True, False])
def test_a_request_about_what_was_edited_since_is_placed_by_the_edits_of_then(talk: House, *, cached: bool) -> None:
    first = say(talk, kind="cut", start=0.5, end=1.0)
    accept(talk.context(), "a-talk", first, None)
    later = say(talk, kind="silence", start=1.5, end=2.0)
    (remark,) = open_remarks(talk.context(), "a-talk")
    assert (remark.id, remark.recorded) == (later, None), "the desk did not know"
    if not cached:
        rmtree(talk.root / ".publisher")
    accept(talk.context(), "a-talk", later, None)
    edits = load(talk.root).pieces["a-talk"].matter.edits  # type: ignore[union-attr]
    assert [str(edit) for edit in edits] == ["cut 0:00-0:01", "cut 0:01.5-0:02", "silence 0:02.5-0:03"]


@pytest.mark.parametrize("change", ["recording", "shorter recording", "music"])
def test_where_the_sound_of_then_is_gone_the_times_are_said_and_nothing_is_written(talk: House, change: str) -> None:
    accept(talk.context(), "a-talk", say(talk, kind="cut", start=0.5, end=1.0), None)
    later = say(talk, kind="silence", start=1.5, end=2.0)
    if "recording" in change:
        write_tone(talk.root / "episodes/a-talk/talk.wav", 0.5 if "shorter" in change else 4.5)
    if change == "music":
        write_tone(talk.root / "artwork/intro.wav", 1)
        talk.write("publisher.toml", CONFIG + '[shows.aloud.audio]\nintro = {file = "artwork/intro.wav"}\n')
    before = matter(talk)
    with pytest.raises(PublisherError, match="the times of then are not known any more") as refused:
        accept(talk.context(), "a-talk", later, None)
    assert "in the master of then it was at 0:01.5-0:02.0" in str(refused.value)
    assert matter(talk) == before


def test_accepting_again_after_a_kill_writes_the_edit_once(talk: House) -> None:
    id_ = say(talk, kind="bleep", start=1.0, end=1.5)
    ledger = talk.root / "ledger.jsonl"
    before = ledger.read_bytes()
    accept(talk.context(), "a-talk", id_, None)
    ledger.write_bytes(before)
    accept(talk.context(), "a-talk", id_, None)
    assert matter(talk).count("bleep") == 1


def test_a_request_that_overlaps_an_edit_is_refused_and_nothing_is_written(talk: House) -> None:
    first, second = say(talk, kind="bleep", start=1.0, end=2.0), say(talk, kind="cut", start=1.5, end=2.5)
    accept(talk.context(), "a-talk", first, None)
    before = matter(talk)
    with pytest.raises(PublisherError, match="overlap"):
        accept(talk.context(), "a-talk", second, None)
    assert matter(talk) == before


def test_what_is_cut_already_is_left_out_of_what_is_accepted(talk: House) -> None:
    cut, around, within = (
        say(talk, kind=kind, start=start, end=end)
        for kind, start, end in (("cut", 1.0, 2.0), ("bleep", 0.5, 2.5), ("silence", 1.2, 1.8))
    )
    for id_ in (cut, around, within):
        accept(talk.context(), "a-talk", id_, None)
    edits = load(talk.root).pieces["a-talk"].matter.edits  # type: ignore[union-attr]
    assert [str(edit) for edit in edits] == ["cut 0:00-0:01", "cut 0:02-0:03", "bleep 0:01.5-0:02", "bleep 0:03-0:03.5"]
    assert open_remarks(talk.context(), "a-talk") == ()


def test_a_comment_is_no_edit(talk: House) -> None:
    id_ = say(talk, text="Well said.")
    with pytest.raises(PublisherError, match="asks for no edit"):
        accept(talk.context(), "a-talk", id_, None)


def test_a_remark_is_settled_by_its_maker_only(talk: House) -> None:
    id_ = say(talk)
    with pytest.raises(PublisherError, match="only they settle it"):
        settle(talk.context(), "a-talk", id_, "max", "resolved")
    settle(talk.context(), "a-talk", id_, "lea", "withdrawn")
    assert [one.state for one in remarks_of(talk.context(), "a-talk")] == ["withdrawn"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"text": " "}, "A remark says something"),
        ({"kind": "bleep"}, "A bleep has a beginning and an end"),
        ({"kind": "bleep", "from": "x", "to": "1"}, "is not a time"),
        ({"kind": "cut", "from": "2", "to": "1"}, "It ends before it begins"),
        ({"kind": "cut", "from": "9:00", "to": "9:01"}, "The sound ends at 0:04.0"),
        ({"kind": "burn"}, "is nothing to ask for"),
        ({"text": "x" * 3000}, "at most 2,000 letters"),
    ],
)
def test_a_remark_that_cannot_be_is_refused_beside_its_form(shared: Opened, said: dict[str, str], words: str) -> None:
    form = {"revision": revision_of(shared, "a-talk"), "text": "words", **said}
    answer = shared.post("/pieces/a-talk/remark", form)
    assert answer.status == 422
    assert answer.says(words)
    assert 'aria-describedby="remark-mistake"' in answer.text


def test_a_rejection_carries_what_was_asked_for_under_its_signature(talk: House) -> None:
    say(talk, kind="bleep", start=1.0, end=1.5, text="A name.")
    say(talk, text="A comment.")
    with opened(talk) as desk:
        desk.enter()
        revision = revision_of(desk, "a-talk")
        address = desk.draw_up("a-talk", revision, "reject", "Mend it.").headers["location"]
        assert desk.get(address).says("Mend it. Asked for: 0:01.0-0:01.5 bleep: A name.")
        assert desk.sign(address, revision, PASSPHRASE).status == 303
        assert desk.get("/pieces/a-talk").says("Lea Counsel rejected it: Mend it. Asked for")


@pytest.mark.parametrize(
    "matter",
    [
        "title: x\n",
        "title: x\nedits: []\nsummary: y\n",
        "edits:\n- {cut: 0:01-0:02, reason: a}\ntitle: x\n",
        "edits:   # why\n    - cut: 0:01-0:02\n      reason: a\n\n    # b\n    - {bleep: 0:03-0:04, reason: b}\n# c\n",
        "title: x\nedits:\n  - cut: 0:01-0:02\n    reason: >\n      long\n      words\n",
    ],
)
def test_an_edit_is_added_to_whatever_a_host_wrote_and_every_other_line_stays(matter: str) -> None:
    text = f"---\n{matter}---\n\nNotes.\n---\nMore.\n"
    amended = with_edit(text, "bleep", "0:12-0:13.5", 'He said: "no" # and more', "episode.md")
    found = yaml.safe_load(amended.split("---\n")[1])
    assert found["edits"][-1] == {"bleep": "0:12-0:13.5", "reason": 'He said: "no" # and more'}
    left = iter(amended.splitlines())
    assert all(line in left for line in text.splitlines() if not line.startswith("edits:"))


def test_edits_in_a_form_that_no_line_can_be_added_to_are_left_alone_and_the_line_is_said() -> None:
    with pytest.raises(PublisherError) as refused:
        with_edit("---\nedits: [{cut: 0:01-0:02, reason: a}]\n---\n", "cut", "0:03-0:04", "b", "episode.md")
    assert '- {cut: "0:03-0:04", reason: "b"}' in str(refused.value)


def test_help_and_docs_name_the_command() -> None:
    assert "publish accept" in (Path(__file__).parents[2] / "docs/commands.md").read_text(encoding="utf-8")
