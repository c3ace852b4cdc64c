"""From draft to published and back: where a piece stands follows from what is on disk."""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.house import NOW, House, admin, snapshot

from publisher.errors import PublisherError
from publisher.workflow.advance import End, advance
from publisher.workflow.release import Released, release
from publisher.workflow.stage import Stage, Standing, standing

if TYPE_CHECKING:
    from publisher.workflow.telling import Step


def stand(house: House, slug: str = "a-post") -> Standing:
    """Where a piece stands now."""
    context = house.context()
    return standing(context, context.evidence(), context.workspace.piece(slug))


def run(house: House, slug: str = "a-post") -> "tuple[End, list[Step]]":
    """`publish post SLUG`, and the steps it told."""
    context = house.context()
    steps: list[Step] = []
    return advance(context, context.workspace.piece(slug), None, None, steps.append), steps


def page(house: House, slug: str = "a-post") -> str:
    """What the public reads."""
    return (house.root / f"public/posts/{slug}.html").read_text()


def written(house: House) -> dict[str, int]:
    """When each file outside of the cache was last written."""
    return {name: (house.root / name).stat().st_mtime_ns for name in snapshot(house.root)}


def test_a_piece_goes_from_draft_through_review_to_the_public(house: House) -> None:
    house.add_post()
    assert stand(house).stage is Stage.DRAFT
    end, _ = run(house)
    assert not end.public
    assert stand(house).stage is Stage.REVIEW
    assert "Lea Counsel" in stand(house).waits_for
    house.decide("a-post")
    assert stand(house).stage is Stage.APPROVED
    end, _ = run(house)
    assert end.public
    assert stand(house).stage is Stage.PUBLISHED


def move(house: House) -> None:
    """Give the house another address, for which admins sign its people anew."""
    config = house.root / "publisher.toml"
    old = house.context().workspace.config.house.url
    config.write_text(config.read_text().replace(old, "https://moved.example.com/"))
    house.sign_people()


def test_when_the_house_moves_each_piece_is_submitted_and_approved_anew_and_stops_no_other(house: House) -> None:
    for slug in ("a-post", "another-post"):
        house.add_post(slug)
        house.approved(slug)
    move(house)
    assert stand(house).stage is Stage.CHANGED
    assert stand(house).next == "publish post a-post"
    run(house)
    assert stand(house).stage is Stage.REVIEW
    house.decide("a-post")
    assert run(house)[0].public
    (out,) = release(house.context()).left_out
    assert out[0] == "another-post"
    assert "this revision is of another-post at" in out[1].what


def test_what_was_public_before_the_house_moved_does_not_go_because_of_that(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    assert release(house.context()).applied
    move(house)
    with pytest.raises(PublisherError, match="it is public, and its approval does not count any more"):
        release(house.context())
    run(house)
    with pytest.raises(PublisherError, match="0 of 1 approvals by legal"):
        release(house.context())
    assert page(house)
    house.decide("a-post")
    assert release(house.context()).applied


def test_an_episode_brings_audio_transcript_chapters_and_a_feed(house: House) -> None:
    house.add_episode()
    _, steps = run(house, "a-talk")
    assert [step.name for step in steps] == ["recording", "master", "transcript", "guidelines", "submitted", "legal"]
    house.decide("a-talk")
    end, _ = run(house, "a-talk")
    assert end.next == "https://voices.example.com/episodes/a-talk.html"
    public = {path.name for path in (house.root / "public").rglob("*") if path.is_file()}
    assert {"a-talk.mp3", "a-talk.vtt", "a-talk.json", "cover.png", "aloud.xml", "a-talk.html"} <= public


def test_running_again_writes_nothing(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    run(house)
    before = written(house)
    end, steps = run(house)
    assert end.public
    assert steps[-1].text.endswith("has it already")
    assert written(house) == before


def test_an_edit_waits_for_legal_while_the_public_keeps_what_was_approved(house: House) -> None:
    house.add_post(text="The approved words.\n")
    house.approved("a-post")
    run(house)
    house.add_post(text="The approved words, with a comma.\n")
    assert stand(house).stage is Stage.CHANGED
    end, _ = run(house)
    assert not end.public
    assert stand(house).stage is Stage.REVIEW
    release(house.context())
    assert "The approved words." in page(house)
    house.decide("a-post")
    run(house)
    assert "with a comma" in page(house)


def test_going_back_to_an_approved_text_needs_no_second_approval_but_is_submitted_again(house: House) -> None:
    house.add_post(text="First.\n")
    house.approved("a-post")
    run(house)
    house.add_post(text="Second.\n")
    house.approved("a-post")
    run(house)
    house.add_post(text="First.\n")
    end, _ = run(house)
    assert end.public
    assert "First." in page(house)


def test_a_rejection_outlives_an_edit_until_it_is_withdrawn(house: House) -> None:
    house.add_post(text="A customer's name.\n")
    house.submit("a-post")
    house.decide("a-post", "reject", reason="It names a customer.")
    assert stand(house).stage is Stage.REJECTED
    house.add_post(text="No name.\n")
    _, steps = run(house)
    assert "It names a customer." in steps[-1].text
    house.decide("a-post", "approve", "max")
    assert stand(house).stage is Stage.REJECTED
    house.decide("a-post", "withdraw")
    assert stand(house).stage is Stage.APPROVED


def test_a_rejected_edit_leaves_the_approved_revision_in_public(house: House) -> None:
    house.add_post(text="Good.\n")
    house.approved("a-post")
    run(house)
    house.add_post(text="Bad.\n")
    house.submit("a-post")
    house.decide("a-post", "reject", reason="Bad.")
    release(house.context())
    assert "Good." in page(house)


def test_going_back_to_what_is_public_after_a_rejected_edit_leaves_it_public(house: House) -> None:
    house.add_post(text="Good.\n")
    house.approved("a-post")
    run(house)
    house.add_post(text="Bad.\n")
    house.submit("a-post")
    house.decide("a-post", "reject", reason="Bad.")
    house.add_post(text="Good.\n")
    assert stand(house).stage is Stage.PUBLISHED
    end, _ = run(house)
    assert end.public
    assert "Good." in page(house)


def test_an_approval_that_counts_for_nothing_is_explained_to_the_host(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    people = (house.root / "people.toml").read_text()
    house.write("people.toml", people.replace("[people.lea]", "[people.lea]\nvalid_to = 2026-01-01"))
    house.sign_people()
    _, steps = run(house)
    assert "Lea Counsel's does not count" in steps[-1].text
    assert "waits for legal: Max Counsel" in steps[-1].text


def test_a_reviewer_without_a_key_is_named_with_what_they_lack(house: House) -> None:
    house.add_post()
    people = (house.root / "people.toml").read_text()
    people = re.sub("keys = .*", "", people, count=2).replace('name = "Max', 'valid_to = 2026-01-01\nname = "Max')
    house.write("people.toml", people)
    house.sign_people()
    end, steps = run(house)
    assert steps[-1].text == "waits for legal; Lea Counsel has no key yet"
    assert end.next == "publish people key lea"
    assert stand(house).waits_for == "legal: Lea Counsel, who has no key yet"


def test_where_nobody_may_approve_somebody_is_to_be_added(house: House) -> None:
    house.add_post()
    house.write("people.toml", (house.root / "people.toml").read_text().replace('["legal"]', '["host"]'))
    house.sign_people()
    end, steps = run(house)
    assert steps[-1].text == "waits for legal, and nobody in the house may approve it yet"
    assert end.next == "publish people add ID --name NAME --role legal"


def test_rejecting_what_is_public_takes_it_down_with_the_next_release(house: House) -> None:
    house.add_post()
    house.add_post("other", matter="guid: other\n")
    house.approved("a-post")
    house.approved("other")
    release(house.context())
    house.decide("a-post", "reject", reason="We were wrong.")
    release(house.context())
    assert not (house.root / "public/posts/a-post.html").exists()
    assert "a-post" not in (house.root / "public/feeds/blog.atom").read_text()
    assert (house.root / "public/posts/other.html").exists()


def test_removing_the_folder_takes_the_piece_down(house: House) -> None:
    house.add_post()
    house.add_post("other", matter="guid: other\n")
    house.approved("a-post")
    house.approved("other")
    release(house.context())
    shutil.rmtree(house.root / "posts/a-post")
    release(house.context())
    assert not (house.root / "public/posts/a-post.html").exists()


def test_a_piece_waits_for_its_date(house: House) -> None:
    house.add_post()
    path = house.root / "posts/a-post/post.md"
    path.write_text(path.read_text().replace("2026-11-05", "2026-12-05"))
    house.approved("a-post")
    end, steps = run(house)
    assert not end.public
    assert "2026-12-05" in steps[-1].text
    assert stand(house).stage is Stage.SCHEDULED
    release(house.context())
    assert not (house.root / "public/posts/a-post.html").exists()
    release(house.context(NOW + timedelta(days=30)))
    assert (house.root / "public/posts/a-post.html").exists()


def test_the_cache_can_be_deleted_at_any_time(house: House) -> None:
    house.add_episode()
    house.approved("a-talk")
    shutil.rmtree(house.root / ".publisher")
    first = release(house.context())
    assert first.applied is not None
    assert first.applied.put > 0
    shutil.rmtree(house.root / ".publisher")
    assert stand(house, "a-talk").stage is Stage.PUBLISHED
    again = release(house.context())
    assert again.applied is not None
    assert again.applied.put == 0


def test_media_of_an_approved_revision_come_back_from_where_they_were_released(house: House, tmp_path: Path) -> None:
    house.add_episode()
    house.approved("a-talk")
    release(house.context())
    shutil.rmtree(house.root / ".publisher")
    # The episode was edited since, so its approved audio cannot be made again here.
    (house.root / "episodes/a-talk/episode.md").write_text("---\ntitle: [\n---\n")
    elsewhere = str(tmp_path / "elsewhere")
    with pytest.raises(PublisherError, match="the approved file is not here"):
        release(house.context(), elsewhere)
    assert not (tmp_path / "elsewhere/feeds").exists()
    (house.root / "public/edition.json").unlink()
    release(house.context())
    release(house.context(), elsewhere)
    (mp3,) = (house.root / "public").rglob("a-talk.mp3")
    (copy,) = (tmp_path / "elsewhere").rglob("a-talk.mp3")
    assert copy.read_bytes() == mp3.read_bytes()


def test_what_a_guideline_blocks_never_reaches_legal(house: House) -> None:
    house.add_post(text="This is top secret.\n")
    with pytest.raises(PublisherError, match="blocks this piece"):
        run(house)
    assert "submit" not in (house.root / "ledger.jsonl").read_text()
    assert not (house.root / "revisions").exists()


def test_findings_that_advise_are_shown_and_do_not_stop(house: House) -> None:
    house.add_post(text="One line.\n\nWe call it Bluefin.\n")
    _, steps = run(house)
    (finding,) = next(step for step in steps if step.name == "guidelines").findings
    assert (finding.rule, finding.place, finding.phrase) == ("code-names", "line 10", "Bluefin")
    assert stand(house).stage is Stage.REVIEW


def test_an_upgrade_of_the_toolkit_lapses_no_approval(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.add_post()
    house.approved("a-post")
    run(house)
    monkeypatch.setattr("publisher.workflow.prepare.render_post", lambda *_: pytest.fail("it was rendered again"))
    assert stand(house).stage is Stage.PUBLISHED
    assert run(house)[0].public


def test_a_damaged_revision_heals_when_its_host_runs_the_command_again(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    (body,) = (house.root / "revisions").rglob("body.html")
    body.write_bytes(body.read_bytes() + b" ")
    assert stand(house).stage is Stage.REFUSED
    assert run(house)[0].public
    assert stand(house).stage is Stage.PUBLISHED


def test_the_ledger_remembers_each_piece_that_came_changed_or_went(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    run(house)
    run(house)
    shutil.rmtree(house.root / "posts/a-post")
    released: Released = release(house.context())
    assert released.applied is not None
    events = [record.data["pieces"] for record in house.context().ledger.records() if record.event == "release"]
    assert len(events) == 2
    assert str(events[0]).startswith("a-post@")
    assert events[1] == "a-post@"


@pytest.mark.parametrize("person", ["ann", "ben"])
def test_nobody_approves_a_piece_they_made_whatever_role_and_key_they_hold(house: House, person: str) -> None:
    people = (house.root / "people.toml").read_text()
    keys = {id_: people.partition(f"[people.{id_}]")[2].split('keys = ["')[1].split('"')[0] for id_ in ("lea", "max")}
    house.write(
        "people.toml",
        f"""
[people.ann]
name = "Ann Host"
roles = ["legal"]
keys = ["{keys["lea"]}"]

[people.ben]
name = "Ben Author"
roles = ["legal"]
keys = ["{keys["max"]}"]
"""
        + admin(),
    )
    house.sign_people()
    house.add_episode()
    house.submit("a-talk", by="nobody-else")
    with pytest.raises(PublisherError, match="nobody approves their own piece"):
        house.decide("a-talk", person=person)


def test_a_submitter_who_is_nobody_is_refused(house: House) -> None:
    house.add_post()
    context = house.context()
    with pytest.raises(PublisherError, match=r"'mallory' is nobody in people\.toml"):
        advance(context, context.workspace.piece("a-post"), "mallory", None, lambda _: None)
    assert "submit" not in (house.root / "ledger.jsonl").read_text()
