"""`publish check`: findings as a linter prints them, for people, scripts and services; nothing is made or written."""

import json
import resource
import subprocess
from typing import Any

import pytest
from support.commands import PUBLISH, environment, publish
from support.house import GUIDELINES, House, snapshot

VTT = """WEBVTT

NOTE from the studio

00:00.000 --> 00:01.500
<v Ann Host>Welcome.

1
00:01.500 --> 00:03.000
<v Ben Author>Hello, this is
top secret.

01:02:03.000 --> 01:02:05.000
<v Ben Author>Bluefin, that is.
"""


def talk(house: House, *, matter: str = "", vtt: str = VTT) -> None:
    """An episode whose transcript holds what must not be said; its recording is no sound at all."""
    house.add_episode(matter=matter)
    house.write("episodes/a-talk/talk.vtt", vtt)
    house.write("episodes/a-talk/talk.wav", "no sound")


def sarif(house: House, *arguments: str) -> dict[str, Any]:
    """The one run of a SARIF log."""
    log = json.loads(publish("check", *arguments, "--format", "sarif", at=house.root).out)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    run: dict[str, Any]
    (run,) = log["runs"]
    return run


def test_findings_of_a_post_are_lines_that_an_editor_reads(house: House) -> None:
    house.add_post(text="One.\n\nTwo **Blue**fin\n[x] :12: and Bluefin.\n", matter="tags: [bluefin]\n")
    ran = publish("check", "a-post", at=house.root)
    assert ran.code == 0, ran.text
    assert ran.out.splitlines() == [
        "posts/a-post/post.md:6: advice code-names: Code names stay inside the house. (bluefin)",
        "posts/a-post/post.md:11: advice code-names: Code names stay inside the house. (Bluefin)",
        "posts/a-post/post.md:12: advice code-names: Code names stay inside the house. (Bluefin)",
        "3 findings by 2 rules in 1 piece",
    ]


def test_findings_of_a_transcript_have_the_times_of_the_recording_and_need_no_sound(house: House) -> None:
    talk(house)
    ran = publish("check", "a-talk", at=house.root)
    assert ran.code == 1, "top secret blocks"
    assert ran.out.splitlines() == [
        "a-talk 0:01: blocks secrets: Secrets stay secret. (top secret)",
        "a-talk 1:02:03: advice code-names: Code names stay inside the house. (Bluefin)",
        "2 findings by 2 rules in 1 piece; 1 blocks",
    ]


SRT = """1
00:00:01,000 --> 00:00:03,000
Ben Author: It is
top secret.
"""


def test_a_transcript_in_another_format_is_checked_as_well(house: House) -> None:
    talk(house)
    episode = house.root / "episodes/a-talk/episode.md"
    episode.write_text(episode.read_text().replace("talk.vtt", "talk.srt"))
    house.write("episodes/a-talk/talk.srt", SRT)

    ran = publish("check", "a-talk", at=house.root)
    (result,) = sarif(house, "a-talk")["results"]

    assert (ran.code, ran.out.splitlines()[0]) == (1, "a-talk 0:01: blocks secrets: Secrets stay secret. (top secret)")
    (place,) = (one["physicalLocation"] for one in result["locations"])
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("episodes/a-talk/talk.srt", 3)


def test_words_with_times_are_checked_too_and_a_bleep_takes_them_away(house: House) -> None:
    words = [("top", 1.0, 1.5), ("secret", 1.5, 2.0)]
    said = [{"startTime": start, "endTime": end, "body": word} for word, start, end in words]
    cue = {"startTime": 1.0, "endTime": 2.0, "body": "top secret", "words": said}
    house.add_episode(matter="edits:\n  - {bleep: 0:01.6-0:01.9, reason: x}\n")
    episode = house.root / "episodes/a-talk/episode.md"
    house.write("episodes/a-talk/talk.wav", "no sound")
    house.write("episodes/a-talk/talk.json", json.dumps({"version": "1.0.0", "segments": [cue]}))
    bleeped = episode.read_text().replace("talk.vtt", "talk.json")

    episode.write_text(bleeped)
    assert publish("check", "a-talk", at=house.root).code == 0
    episode.write_text(bleeped.replace("0:01.6-0:01.9", "0:03-0:04"))
    assert publish("check", "a-talk", at=house.root).code == 1


def test_what_edits_take_away_is_not_found(house: House) -> None:
    talk(house, matter="edits:\n  - {bleep: 0:02-0:02.5, reason: x}\n  - {cut: 1:02:00-1:02:10, reason: x}\n")
    ran = publish("check", "a-talk", at=house.root)
    assert (ran.code, ran.out) == (0, "nothing found by 2 rules in 1 piece\n")


def test_words_join_over_a_cue_that_is_cut_whole_but_not_over_one_that_is_bleeped(house: House) -> None:
    vtt = VTT.replace("this is\ntop secret", "top").replace("Bluefin, that is", "secret")
    between = "00:04.000 --> 00:05.000\n<v Ben Author>very\n\n01:02"
    for edit, code in {"cut": 1, "bleep": 0}.items():
        talk(
            house,
            matter=f"edits:\n  - {{{edit}: 0:04-0:05, reason: x}}\n",
            vtt=vtt.replace("top.", "top").replace("01:02", between, 1),
        )
        assert publish("check", "a-talk", at=house.root).code == code


def test_nothing_found_is_all_that_it_says_of_a_piece_without_findings(house: House) -> None:
    house.add_post()
    house.add_episode(matter="", text="Fine.\n")
    path = house.root / "episodes/a-talk/episode.md"
    path.write_text(path.read_text().replace("transcript: talk.vtt\n", ""))
    ran = publish("check", "--all", at=house.root)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "a-talk: no transcript, so what is said in it was not checked",
        "nothing found by 2 rules in 2 pieces",
    ]


def test_it_writes_nothing_at_all(house: House) -> None:
    talk(house)
    before = snapshot(house.root)
    publish("check", "--all", at=house.root)
    assert snapshot(house.root) == before
    assert not (house.root / ".publisher").exists()


@pytest.mark.parametrize("below", [".", "posts/a-post"])
def test_a_piece_is_named_by_its_markdown_file_too_from_where_the_user_stands(house: House, below: str) -> None:
    path = house.add_post(text="Bluefin\n")
    here = house.root / below
    for name in (str(path), str(path.relative_to(house.root)) if below == "." else "post.md"):
        ran = publish("check", name, at=here)
        assert ran.code == 0, ran.text
        file = ran.out.partition(":")[0]
        assert (here / file).resolve() == path


@pytest.mark.parametrize("name", ["posts/none/post.md", "README.md", "../post.md", "episodes/a-post/post.md", "none"])
def test_what_is_no_piece_is_refused(house: House, name: str) -> None:
    house.add_post()
    ran = publish("check", name, at=house.root)
    assert ran.code == 1
    assert "→" in ran.err


@pytest.mark.parametrize("arguments", [[], ["a-post", "--all"], ["a-post", "--format", "xml"]])
def test_it_asks_for_pieces_or_for_all_of_them(house: House, arguments: list[str]) -> None:
    assert publish("check", *arguments, at=house.root).code == 2


def test_a_piece_that_cannot_be_read_is_told_and_the_others_are_checked(house: House) -> None:
    house.add_post(text="Bluefin\n")
    house.add_post("b-post").write_text("---\ntitle: [\n---\n")
    talk(house, vtt="no transcript")
    ran = publish("check", "--all", at=house.root)
    assert ran.code == 1
    assert "posts/a-post/post.md:8: advice" in ran.out
    assert "posts/b-post/post.md" in ran.err
    assert "episodes/a-talk/talk.vtt: this is not a WebVTT transcript" in ran.err
    data = json.loads(publish("check", "--all", "--format", "json", at=house.root).out)
    assert sorted(one["file"] for one in data["problems"]) == ["episodes/a-talk/talk.vtt", "posts/b-post/post.md"]
    (invocation,) = sarif(house, "--all")["invocations"]
    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == 2


def test_json_says_all_of_a_finding(house: House) -> None:
    house.add_post(text="Bluefin swims.\n")
    talk(house)
    ran = publish("check", "--all", "--format", "json", at=house.root)
    data = json.loads(ran.out)
    assert ran.code == 1
    assert (data["pieces"], data["without_transcript"], data["blocks"]) == (["a-talk", "a-post"], [], True)
    secret, name, written = data["findings"]
    assert (secret["file"], secret["line"], secret["time"]) == ("episodes/a-talk/talk.vtt", 10, 1.5)
    assert (secret["end"], secret["speaker"]) == (3.0, "Ben Author")
    assert (name["line"], name["place"], name["time"]) == (14, "1:02:03", 3723.0)
    assert written == {
        "id": written["id"],
        "rule": "code-names",
        "level": "advice",
        "says": "Code names stay inside the house.",
        "place": "line 8",
        "time": None,
        "end": None,
        "speaker": None,
        "phrase": "Bluefin",
        "context": "Bluefin swims.",
        "sentence": "Bluefin swims.",
        "waiver": None,
        "tier": "rule",
        "exemplar": "",
        "likeness": None,
        "slug": "a-post",
        "file": "posts/a-post/post.md",
        "line": 8,
    }


def test_sarif_points_at_files_and_lines(house: House) -> None:
    house.add_post(text="Bluefin swims.\n")
    talk(house)
    run = sarif(house, "--all")
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["code-names", "secrets"]
    assert len(run["results"]) == 3
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == {"code-names": "warning", "secrets": "error"}[result["ruleId"]]
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        line = (house.root / place["artifactLocation"]["uri"]).read_text().split("\n")[place["region"]["startLine"] - 1]
        assert line.split()[-1].strip(".") in place["region"]["snippet"]["text"]
    assert [result["properties"].get("time") for result in run["results"]] == [1.5, 3723.0, None]
    assert [result["properties"].get("speaker") for result in run["results"]] == ["Ben Author", "Ben Author", None]


def test_a_finding_has_one_id_in_every_format_which_an_edit_elsewhere_leaves_alone(house: House) -> None:
    house.add_post(text="Bluefin swims.\n")
    (first,) = json.loads(publish("check", "a-post", "--format", "json", at=house.root).out)["findings"]
    house.add_post(text="Another line.\n\n- And more.\n\nBluefin swims.\n")
    (second,) = sarif(house, "a-post")["results"]
    assert list(second["partialFingerprints"].values()) == [first["id"]]
    line = publish("check", "a-post", "--verbose", at=house.root).out.splitlines()[1]
    assert line.split(maxsplit=1) == [first["id"], "Bluefin swims."]


def test_an_expression_that_takes_for_ever_ends_with_a_message_that_names_its_rule(house: House) -> None:
    greedy = '[rules.greedy]\nsays = "x"\nwhy = "x"\ntokens = ["(?:a|aa)+[bc]"]\n'
    house.write("guidelines.toml", GUIDELINES + greedy)
    house.add_post(text="a" * 100 + "d\n")
    ran = publish("check", "a-post", at=house.root)
    assert ran.code == 1
    assert "guidelines: greedy" in ran.err
    assert "(?:a|aa)+[bc]" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize("name", ["numpy", "lxml", "cryptography", "feedgen", "PIL", "jinja2", "mutagen", "boto3"])
def test_checking_a_post_enters_no_heavy_room(house: House, name: str) -> None:
    house.add_post()
    code = (
        f"import sys, publisher.cli.app as a\ntry: a.app(['check', 'a-post'])\nfinally: print({name!r} in sys.modules)"
    )
    ran = subprocess.run(
        [PUBLISH[0], "-c", code], cwd=house.root, env=environment(), capture_output=True, text=True, check=False
    )
    assert ran.stdout.splitlines()[-1] == "False", ran.stderr


def test_a_post_of_ten_thousand_words_is_checked_while_its_author_waits(house: House) -> None:
    house.add_post(text="We talk about plain things.\n\n" * 2000)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert publish("check", "a-post", at=house.root, fresh=True).code == 0
    # A processor needs less than a second for it; counted is its own time, whatever else it does meanwhile.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 20
