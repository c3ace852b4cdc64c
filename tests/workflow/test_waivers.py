"""A finding that must be waived: nobody approves around it, and a waiver holds for its sentence and no other."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.commands import Ran, publish
from support.house import FORECASTS, GUIDELINES, NOW, PASSPHRASE, House, key_file, signer

from publisher.errors import PublisherError
from publisher.policy.findings import Finding
from publisher.review.statement import Statement
from publisher.workflow.decide import Verdict, decide, draft_statement, in_review
from publisher.workflow.look import look
from publisher.workflow.pointing import findings_of
from publisher.workflow.waiving import Request, Waived, unwaive, waive

TWO = "Our revenue will double.\n\nThey said that revenue will fall.\n"


@pytest.fixture
def strict(house: House) -> House:
    """A house where forecasts must be waived, with a post that holds two of them, submitted."""
    house.write("guidelines.toml", GUIDELINES + FORECASTS)
    house.add_post(text=TWO)
    house.submit("a-post")
    return house


def found(house: House, slug: str = "a-post") -> tuple[Finding, ...]:
    """What is found in the revision in review."""
    context = house.context()
    return findings_of(context, in_review(context, slug))


def give(house: House, finding: Finding | str, person: str = "lea", reason: str = "It is known.") -> Waived:
    """Waive a finding."""
    id_ = finding if isinstance(finding, str) else finding.id
    return waive(house.context(), Request("a-post", id_, person, reason))


def take_back(house: House, finding: Finding, person: str = "lea") -> Waived:
    """Take a waiver back."""
    return unwaive(house.context(), Request("a-post", finding.id, person))


def draft(house: House, person: str = "lea", slug: str = "a-post") -> Statement:
    """What somebody would sign to approve it."""
    return draft_statement(house.context(), Verdict("approve", slug, person))


def refused(house: House, person: str = "lea") -> PublisherError:
    """Why an approval is refused."""
    with pytest.raises(PublisherError) as caught:
        draft(house, person)
    return caught.value


def run(house: House, *arguments: str) -> Ran:
    """Run a command of legal's as lea."""
    return publish("review", *arguments, at=house.root, env={"PUBLISH_AS": "lea"})


# Approving


def test_nobody_approves_while_a_finding_must_be_waived_and_is_told_what_to_type(strict: House) -> None:
    error = refused(strict)
    assert error.what == "2 findings must be waived before it can be approved"
    for finding in found(strict):
        assert f"  publish review waive a-post {finding.id[:8]} --reason TEXT --as lea" in error.each
    give(strict, found(strict)[0])
    assert refused(strict).what == "1 finding must be waived before it can be approved"


def test_what_was_waived_stands_in_the_statement_and_carries_the_release(strict: House) -> None:
    for finding, person in zip(found(strict), ("lea", "max"), strict=True):
        give(strict, finding, person)
    assert draft(strict).waived == tuple(sorted(one.id for one in found(strict)))
    strict.decide("a-post")
    assert publish("post", "a-post", at=strict.root).code == 0


def test_a_piece_without_such_findings_is_approved_as_ever(house: House) -> None:
    house.add_post(text="Bluefin.\n")
    house.submit("a-post")
    assert draft(house).waived == ()


def test_a_rule_that_became_stricter_stops_an_approval_but_not_what_was_approved(house: House) -> None:
    house.add_post(text="Bluefin.\n")
    house.submit("a-post")
    house.decide("a-post")
    for level, said in {"waiver": "must be waived", "blocks": "cannot be waived"}.items():
        house.write("guidelines.toml", GUIDELINES.replace("why", f'level = "{level}"\nwhy', 1))
        assert said in refused(house, "max").what
        assert publish("post", "a-post", at=house.root).code == 0


def test_a_waiver_that_counts_for_nothing_any_more_takes_the_approval_with_it_until_it_is_given_again(
    strict: House,
) -> None:
    for finding in found(strict):
        give(strict, finding, "max")
    strict.decide("a-post")
    people = (strict.root / "people.toml").read_text()
    head, _, tail = people.partition("[people.max]")
    strict.write("people.toml", head + "[people.max]" + tail.replace('roles = ["legal"]', "roles = []"))
    strict.sign_people()
    ran = publish("status", at=strict.root)
    assert "2 findings" in ran.out, "legal's role is gone, and with it the waivers"
    for finding in found(strict):
        give(strict, finding)
    later = strict.context(NOW + timedelta(hours=1))
    decide(later, draft_statement(later, Verdict("approve", "a-post", "lea")), signer("lea"))
    assert publish("post", "a-post", at=strict.root).code == 0


# Waiving


def test_it_is_written_down_who_waives_what_and_why(strict: House) -> None:
    (first, _) = found(strict)
    give(strict, first, reason=" As reported in March. ")
    record = strict.context().ledger.records()[-1]
    assert (record.event, record.slug, record.by) == ("waive", "a-post", "lea")
    assert record.data == {
        "finding": first.id,
        "reason": "As reported in March.",
        "revision": in_review(strict.context(), "a-post").name,
        "rule": "forecasts",
    }


def test_waiving_twice_writes_nothing(strict: House) -> None:
    (first, _) = found(strict)
    give(strict, first)
    before = strict.context().ledger.records()
    again = give(strict, first, "max", "Another reason.")
    assert (again.changed, again.finding.waiver and again.finding.waiver.by) == (False, "lea")
    assert strict.context().ledger.records() == before


def test_a_finding_is_named_by_how_its_id_begins(strict: House) -> None:
    (first, second) = found(strict)
    assert give(strict, first.id[:6].upper()).left == (second,)


def test_a_name_that_fits_no_finding_or_is_too_short_lists_what_there_is(strict: House) -> None:
    (first, second) = found(strict)
    for name in ("", "f" * 31, "zzzzzz", f"{first.id}0"):
        with pytest.raises(PublisherError, match="finding") as caught:
            give(strict, name)
        assert [line.split()[0] for line in caught.value.each] == [first.id[:8], second.id[:8]]
    with pytest.raises(PublisherError, match="too short") as caught:
        give(strict, first.id[:5])
    assert [line.split()[0] for line in caught.value.each] == [first.id[:8]]


def test_what_blocks_cannot_be_waived_and_advice_need_not(strict: House) -> None:
    strict.add_post(text="Bluefin.\n\nIt is top\nsecret.\n")
    strict.write("guidelines.toml", GUIDELINES.replace('level = "blocks"', "").replace("top secret", "nothing"))
    strict.submit("a-post")
    strict.write("guidelines.toml", GUIDELINES)
    advice, blocks = found(strict)
    with pytest.raises(PublisherError, match="code-names is advice, which needs no waiver"):
        give(strict, advice)
    with pytest.raises(PublisherError, match="secrets blocks, and nobody can waive it"):
        give(strict, blocks)


@pytest.mark.parametrize(
    ("person", "reason", "said"),
    [
        ("lea", " ", "a waiver says why"),
        ("ann", "x", "no key"),
        ("nobody", "x", "nobody in people.toml"),
    ],
)
def test_only_who_may_approve_it_waives_and_says_why(strict: House, person: str, reason: str, said: str) -> None:
    with pytest.raises(PublisherError, match=said):
        give(strict, found(strict)[0], person, reason)


def test_who_submitted_it_waives_nothing_in_it_and_what_they_waived_counts_no_more(strict: House) -> None:
    for finding in found(strict):
        give(strict, finding)
    strict.submit("a-post", by="lea")
    assert [one.waiver for one in found(strict)] == [None, None]
    assert "2 findings" in refused(strict, "max").what
    with pytest.raises(PublisherError, match="nobody waives what is found in their own piece"):
        give(strict, found(strict)[0])


def test_only_who_gave_a_waiver_takes_it_back(strict: House) -> None:
    (first, _) = found(strict)
    give(strict, first)
    with pytest.raises(PublisherError, match="only they take that back"):
        take_back(strict, first, "max")
    assert take_back(strict, first).finding.waiver is None
    with pytest.raises(PublisherError, match="is not waived"):
        take_back(strict, first)
    assert give(strict, first).changed


def test_what_was_approved_with_a_waiver_stays_approved_when_it_is_taken_back(strict: House) -> None:
    for finding in found(strict):
        give(strict, finding)
    strict.decide("a-post")
    take_back(strict, found(strict)[0])
    assert publish("post", "a-post", at=strict.root).code == 0


# For that text only


def test_a_waiver_survives_edits_elsewhere_and_a_changed_sentence_loses_it(strict: House) -> None:
    for finding in found(strict):
        give(strict, finding)
    strict.add_post(text=f"A new beginning.\n\n{TWO}\n- And more.\n")
    strict.submit("a-post")
    assert len(draft(strict).waived) == 2
    strict.add_post(text=TWO.replace("double", "double, I hope"))
    strict.submit("a-post")
    assert [one.waiver is None for one in found(strict)] == [True, False]


def test_waivers_count_for_what_was_submitted_while_the_host_edits_on(strict: House) -> None:
    matter = "tags: [revenue-will-rise]\n"
    more = [
        "- Here **revenue** will shrink, too.\n\n  A second paragraph: revenue will stay.",
        "- Ask [us](https://a.example/) whether revenue will come.\n    - Or revenue will go.",
        "# Why revenue will sink",
        "See [where](https://a.example/b) revenue will [sic] be, and [why revenue\nwill](https://b.example) be.",
        "> Our *revenue\n> will* float.\n",
    ]
    text = "\n\n".join([TWO, *more])
    strict.add_post(matter=matter, text=text)
    strict.submit("a-post")
    for finding in found(strict):
        give(strict, finding)
    waived = draft(strict).waived
    strict.add_post(text="Nothing of that.\n")
    assert look(strict.context(), "a-post").edited
    assert draft(strict).waived == waived
    assert len(waived) == 11


def test_waivers_count_in_an_episode_of_which_edits_moved_every_time(house: House) -> None:
    house.write("guidelines.toml", GUIDELINES + FORECASTS)
    house.add_episode(matter="edits:\n  - {cut: 0:00.2-0:00.4, reason: A cough.}\n")
    transcript = house.root / "episodes/a-talk/talk.vtt"
    transcript.write_text(transcript.read_text().replace("Hello.", "Hello, revenue\nwill rise."))
    house.submit("a-talk")
    (finding,) = found(house, "a-talk")
    (checked,) = json.loads(publish("check", "a-talk", "--format", "json", at=house.root).out)["findings"]
    assert checked["id"] == finding.id
    waive(house.context(), Request("a-talk", finding.id, "lea", "So it will."))
    house.add_episode(text="Edited since, chapters and all.\n", matter="tags: [new]\n")
    assert draft(house, slug="a-talk").waived == (finding.id,)


WORDS = st.lists(st.sampled_from(["Rain fell.", "Ask Ann!", "It was late.", "Who knows?"]), max_size=3)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(before=WORDS, between=WORDS, behind=WORDS)
def test_no_edit_that_leaves_the_sentences_takes_a_waiver(
    strict: House, before: list[str], between: list[str], behind: list[str]
) -> None:
    for finding in found(strict):
        give(strict, finding)
    first, second = TWO.strip().split("\n\n")
    strict.add_post(text="\n\n".join([*before, first, *between, second, *behind]) + "\n")
    strict.submit("a-post")
    assert len(draft(strict).waived) == 2


# What people see


def lines(ran: Ran) -> Iterator[str]:
    """Lines of what a command printed, without the space around them."""
    return (line.strip() for line in ran.out.splitlines())


def test_a_host_sees_what_must_be_waived_and_then_who_did(strict: House) -> None:
    (first, second) = found(strict)
    strict.add_post(text=f"New.\n\n{TWO}")
    new, known = (publish("post", "a-post", at=strict.root) for _ in range(2))
    assert new.code == known.code == 3
    assert "2 findings by 3 rules; 2 must be waived" in new.out
    for ran in (new, known):
        assert "waits for legal: Lea Counsel, Max Counsel; 2 findings must be waived first" in ran.out
        assert ran.out.count(first.id[:8]) == ran.out.count(second.id[:8]) == 1
    give(strict, first, reason="It is [known].")
    strict.add_post(text=f"Newer.\n\n{TWO}")
    ran = publish("post", "a-post", at=strict.root)
    assert "2 findings by 3 rules; 1 must be waived, 1 is waived" in ran.out
    assert "“revenue will double” (waived by Lea Counsel: It is [known].)" in ran.out


def test_lists_say_how_much_must_be_waived(strict: House) -> None:
    assert "2 findings to waive" in " ".join(lines(publish("status", at=strict.root)))
    assert "2 findings must be waived first, or the words must change" in run(strict, "list").out
    for finding in found(strict):
        give(strict, finding)
    for ran in (publish("status", at=strict.root), run(strict, "list")):
        assert "waive" not in ran.out


def test_a_host_sees_that_a_rule_that_became_stricter_blocks_it_now(strict: House) -> None:
    strict.write("guidelines.toml", GUIDELINES + FORECASTS.replace("waiver", "blocks"))
    ran = publish("post", "a-post", at=strict.root)
    assert ran.code == 3
    assert "2 findings block it by the guidelines of today" in ran.out
    assert "change the words, then run this again: publish post a-post" in ran.out
    assert "its host; 2 findings block" in publish("status", at=strict.root).out
    assert "review approve" not in run(strict, "show", "a-post").out


def test_legal_goes_from_looking_to_waiving_to_signing_by_what_each_command_says(strict: House) -> None:
    ran = run(strict, "show", "a-post")
    for _ in range(2):
        command = next(line for line in lines(ran) if "review waive" in line).partition("publish review ")[2]
        ran = run(strict, *command.replace("TEXT", "known").split())
        assert ran.code == 0, ran.text
    assert "Waived by Lea Counsel: known" in ran.out
    command = next(line for line in lines(ran) if "review approve" in line).partition("publish review ")[2]
    shown = run(strict, "show", "a-post").out
    assert "Guidelines: 2 findings; 2 are waived" in shown
    sign = ["--key", str(key_file("lea")), "--passphrase-stdin", "--as", "lea"]
    signed = publish("review", *command.split(), *sign, at=strict.root, stdin=f"{PASSPHRASE}\n")
    assert signed.code == 0, signed.text
    assert signed.out.count("waived by Lea Counsel: known") == 2


def test_a_script_is_told_the_same(strict: House) -> None:
    (first, second) = found(strict)
    data = json.loads(run(strict, "waive", "a-post", first.id, "--reason", "known", "--json").out)
    waiver = {"by": "lea", "name": "Lea Counsel", "reason": "known", "time": data["waiver"]["time"]}
    assert data["waiver"] == waiver
    assert (data["finding"], data["changed"], data["left"]) == (first.id, True, [second.id])
    shown = json.loads(run(strict, "show", "a-post", "--json").out)["findings"]
    assert [one["waiver"] for one in shown] == [waiver, None]
    back = json.loads(run(strict, "unwaive", "a-post", first.id, "--json").out)
    assert (back["waiver"], back["left"]) == (None, [first.id, second.id])


def test_check_counts_what_is_waived_for_nothing(strict: House) -> None:
    (first, second) = found(strict)
    assert publish("check", "a-post", at=strict.root).code == 1
    give(strict, first, reason="It is [known].")
    ran = publish("check", "a-post", at=strict.root)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        (
            "posts/a-post/post.md:8: waiver forecasts: No forecasts. (revenue will double)"
            " [waived by Lea Counsel: It is [known].]"
        ),
        "posts/a-post/post.md:10: waiver forecasts: No forecasts. (revenue will fall)",
        "2 findings by 3 rules in 1 piece; 1 must be waived, 1 is waived",
    ]
    give(strict, second)
    ran = publish("check", "a-post", "--format", "json", at=strict.root)
    data = json.loads(ran.out)
    assert (ran.code, data["blocks"], data["unwaived"]) == (0, False, False)
    assert [one["waiver"]["reason"] for one in data["findings"]] == ["It is [known].", "It is known."]


def test_sarif_says_which_results_are_suppressed_and_why(strict: House) -> None:
    give(strict, found(strict)[0], reason="known")
    (log,) = json.loads(publish("check", "a-post", "--format", "sarif", at=strict.root).out)["runs"]
    assert [one["suppressions"] for one in log["results"]] == [
        [{"kind": "external", "status": "accepted", "justification": "Lea Counsel: known"}],
        [],
    ]
    assert {one["level"] for one in log["results"]} == {"error"}


def test_check_believes_no_ledger_whose_chain_is_broken(strict: House) -> None:
    for finding in found(strict):
        give(strict, finding)
    ledger = strict.root / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"known", b"kn0wn", 1))
    ran = publish("check", "a-post", at=strict.root)
    assert ran.code == 1
    assert "2 must be waived" in ran.out
    assert "the ledger was changed here" in ran.err
