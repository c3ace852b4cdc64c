"""Loading a workspace: every problem at once, each as `file: key: what to do`."""

from pathlib import Path

import pytest
from support.house import CONFIG, House, make_house

from publisher.errors import PublisherError, WorkspaceError
from publisher.workspace.loading import find_root, load
from publisher.workspace.pieces import Episode, guid_of

HEAD = "title: A post\ndate: 2026-11-05T07:00:00+01:00\nsummary: What it says.\nauthors: [ben]\n"


def problems(house: House) -> list[str]:
    """What is wrong with the pieces of a house."""
    return [str(problem) for problem in load(house.root).problems]


def post(house: House, text: str | bytes) -> list[str]:
    """What is wrong with a post of this whole text, without the file's name."""
    house.write("posts/a/post.md", text)
    return [found.removeprefix("posts/a/post.md: ") for found in problems(house)]


def test_ten_planted_problems_are_told_at_once(house: House) -> None:
    house.add_episode("a-talk", matter="number: 0\nshow: nowhere\n")
    house.add_episode(
        "b-talk", matter="show: nowhere\ndivision: none\ntranscript: lost.vtt\n".replace("transcript: lost.vtt\n", "")
    )
    house.write("posts/bad/post.md", "---\ntitel: x\ndate: 2026-11-05\nsummary: x\nauthors: ben\n---\n")
    house.write("posts/who/post.md", f"---\n{HEAD.replace('ben', 'bob')}---\n![x](lost.png)\n")
    house.write("posts/b-talk/post.md", f"---\n{HEAD}---\n")

    assert problems(house) == [
        "episodes/a-talk/episode.md: number: must be 1 or more",
        "episodes/b-talk/episode.md: the slug 'b-talk' stands twice; rename one of the folders",
        "episodes/b-talk/episode.md: division: there is no division 'none'; use one of service",
        "episodes/b-talk/episode.md: show: there is no show 'nowhere'; use one of aloud",
        "posts/b-talk/post.md: the slug 'b-talk' stands twice; rename one of the folders",
        "posts/bad/post.md: authors: must be a list, like [one, two]",
        "posts/bad/post.md: date: write date, time and zone like 2026-11-03T07:00:00+01:00",
        "posts/bad/post.md: titel: is not known here; did you mean title?",
        "posts/bad/post.md: title: is missing; add it",
        "posts/who/post.md: the text shows 'lost.png', which is not in who/; add it or correct the name",
        "posts/who/post.md: authors: 'bob' is nobody in people.toml; add them: publish people add bob --name NAME",
    ]


def test_problems_of_the_house_and_of_pieces_are_told_together(house: House) -> None:
    house.write("publisher.toml", CONFIG.replace("https://", "http://"))
    house.write("people.toml", "[people.ben]\nnam = 'x'\n")
    house.write("guidelines.toml", "[rules.x\n")
    house.write("posts/a/post.md", "---\ntitle: x\n")

    with pytest.raises(WorkspaceError, match="5 problems") as caught:
        load(house.root)
    assert [str(problem) for problem in caught.value.problems] == [
        "guidelines.toml: is not TOML: Expected ']' at the end of a table declaration (at line 1, column 9)",
        "people.toml: people.ben.nam: is not known here; did you mean name?",
        "people.toml: people.ben.name: is missing; add it",
        "posts/a/post.md: the front matter has no end; close it with a line of ---",
        "publisher.toml: house.url: begin it with https://; apps load nothing over http (feed rule 32)",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"---\n{HEAD}title: again\n---\n", "the front matter is not YAML, line 6: title stands twice; keep one"),
        (f"---\n{HEAD}\tguid: x\n---\n", "indent with spaces, not with tabs"),
        (f"---\n{HEAD.replace('A post', 'Ep: one')}---\n", "line 2: mapping values are not allowed here; put a value"),
        (f"---\n{HEAD.replace('A post', '*star*')}---\n", "in quotes"),
        (f"---\n{HEAD.replace('A post', '[open')}---\n", "close the bracket"),
        (f"---\n{HEAD.replace('11-05', '13-45')}---\n", "date: is not a date: month value is outside expected range"),
        (f"---\n{HEAD.replace('T07:00:00+01:00', '')}---\n", "date: write date, time and zone like 2026-11-03T07"),
        (f"---\n{HEAD.replace('+01:00', '')}---\n", "date: add the time zone, like 2026-11-03T07:00:00+01:00"),
        (f"---\n{HEAD}publish_at: 2026-12-01T07:00:00\n---\n", "publish_at: add the time zone, like 2026-11-03T07"),
        (f"---\n{HEAD}publish_at: 2026-12-01\n---\n", "publish_at: write date, time and zone like 2026-11-03T07"),
        (f"---\n{HEAD}publish_at: 2026-11-05T06:59:59+01:00\n---\n", "publish_at: is before the date that is shown"),
        (f"---\n{HEAD}unpublish_at: 2026-11-05T06:00:00Z\n---\n", "unpublish_at: is not after 2026-11-05T07:00"),
        (
            f"---\n{HEAD}publish_at: 2026-12-01T07:00:00Z\nunpublish_at: 2026-11-30T00:00:00Z\n---\n",
            "unpublish_at: is not after 2026-12-01T07:00:00+00:00, when it goes out: it would never be public",
        ),
        (f"---\n{HEAD.replace('[ben]', 'ben')}---\n", "authors: must be a list, like [one, two]"),
        (f"---\n{HEAD.replace('[ben]', '[]')}---\n", "authors: needs at least 1"),
        (f"---\n{HEAD.replace('[ben]', '')}---\n", "authors: is missing; add it"),
        (f"---\n{HEAD}tags: [Not A Slug]\n---\n", "tags.0: use 1 to 80 of a-z, 0-9 and '-'"),
        (f"---\n{HEAD}picture: {{file: ../x.png, alt: x}}\n---\n", "picture.file: name a file in the same folder"),
        (f"---\n{HEAD}picture: {{file: x.png, alt: x}}\n---\n", "picture.file: there is no file x.png in a/"),
        (f"---\n{HEAD}guid: a b\n---\n", "guid: holds a space"),
        (f"---\n{HEAD}", "the front matter has no end; close it with a line of ---"),
        ("Words only.\n", "begins with front matter between two lines of ---; see docs/workspace.md"),
        ("", "begins with front matter between two lines of ---; see docs/workspace.md"),
        ("---\n- a\n---\n", "the front matter is not a list of `key: value` lines"),
        ("---\n---\n", "the front matter is not a list of `key: value` lines"),
        (f"---\n{HEAD}---\n".encode("latin-1") + b"Gr\xfc\xdfe", "is not UTF-8 text (line 7); save it as UTF-8"),
        (f"---\n{HEAD}---\n".encode("utf-16"), "is not UTF-8 text (line 1); save it as UTF-8"),
        (f"---\n{HEAD}---\nfine\na\x00b\n", "line 8 holds the control character U+0000"),
        (f"---\n{HEAD}---\na\x0bb", "line 7 holds the control character U+000B"),
        ("---\n" + HEAD.replace("A post", '"a\\x07b"') + "---\n", "title: holds the control character U+0007"),
        ("---\n" + HEAD.replace("A post", '"\\ud800"') + "---\n", "title: holds the control character U+D800"),
        (f"---\n{HEAD}---\n![x](https://e.example/a.png)", "the text shows the picture https://e.example/a.png; save"),
        (f"---\n{HEAD}---\n![x](data:image/png;base64,AA)", "the text shows the picture data:image/png;base64,AA"),
        (f"---\n{HEAD}---\n![x](../b/c.png)", "the text shows '../b/c.png', which is not in a/"),
        (f"---\n{HEAD}x: {'[' * 3000}\n---\n", "lists in lists without end"),
    ],
)  # fmt: skip
def test_what_goes_wrong_in_front_matter_says_what_to_do(house: House, text: str | bytes, problem: str) -> None:
    found = post(house, text)

    assert len(found) == 1
    assert problem in found[0]


@pytest.mark.parametrize("mark", ["", "\ufeff", "\n\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_windows_line_ends_and_blank_lines_do_no_harm(house: House, mark: str, end: str) -> None:
    house.write("posts/a/post.md", f"{mark}---\n{HEAD}guid:\ntags: []\n---\n\n\nOne.\nTwo.\n".replace("\n", end))
    piece = load(house.root).piece("a")

    assert (piece.matter.title, piece.matter.guid, piece.text) == ("A post", None, "One.\nTwo.")
    assert piece.text_line == 11 + mark.count("\n")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12", "12"),
        ("no", "no"),
        ("2026-11-03", "2026-11-03"),
        ('"  R&D: <b> \U0001f600 \u05e9\u05dc\u05d5\u05dd  "', "R&D: <b> \U0001f600 \u05e9\u05dc\u05d5\u05dd"),
        ('"two\\nlines"', "two lines"),
        ("|\n  two\n  lines", "two lines"),
        ("\u00ab\u00a0oui\u00a0\u00bb", "\u00ab\u00a0oui\u00a0\u00bb"),
    ],
)
def test_a_title_is_read_as_the_text_that_it_is(house: House, written: str, read: str) -> None:
    assert post(house, f"---\n{HEAD.replace('A post', written)}---\n") == []
    assert load(house.root).piece("a").matter.title == read


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Ep. 12: Trust", "number"),
        ("Episode 12 \u2013 Trust", "number"),
        ("#12: Trust", "number"),
        ("S01E02: Trust", "number"),
        ("7: Trust", "number"),
        ("Aloud: Trust", "'Aloud'"),
        ("Trust | aloud", "'Aloud'"),
        ("Aloud", "'Aloud'"),
    ],
)
def test_a_title_with_the_shows_name_or_the_number_is_refused(house: House, title: str, key: str) -> None:
    path = house.add_episode(matter="number: 7\n")
    path.write_text(path.read_text().replace("title: A talk", f'title: "{title}"'))
    (problem,) = problems(house)

    assert problem.startswith("episodes/a-talk/episode.md: title: leave out")
    assert key in problem


@pytest.mark.parametrize("title", ["Speaking aloud at work", "12 people, one kit", "Episodes: a story", "The 7: ours"])
def test_a_title_that_only_sounds_like_it_is_fine(house: House, title: str) -> None:
    path = house.add_episode(matter="number: 7\n")
    path.write_text(path.read_text().replace("title: A talk", f'title: "{title}"'))

    assert problems(house) == []


def test_a_serial_show_numbers_its_full_episodes(house: House) -> None:
    house.write("publisher.toml", CONFIG + 'type = "serial"\n')
    house.add_episode("full")
    house.add_episode("numbered", matter="number: 1\n")
    house.add_episode("trailer", matter="type: trailer\n")

    assert problems(house) == [
        "episodes/full/episode.md: number: is missing; every full episode of a serial show has one (feed rule 12)"
    ]


def test_a_guid_stands_once_also_where_one_is_said_and_one_is_made(house: House) -> None:
    house.add_post("old-name")
    workspace = load(house.root)
    made = guid_of(workspace.piece("old-name"), workspace.config.house.guid)
    house.add_post("new-name", matter=f"guid: {made}\n")

    assert problems(house) == [
        "posts/new-name/post.md: guid: another piece has the same guid; remove it from the newer one"
    ]


def test_a_broken_people_file_does_not_make_strangers_of_everyone(house: House) -> None:
    house.add_post()
    house.write("people/new.toml", "[people.new]\n")

    with pytest.raises(WorkspaceError) as caught:
        load(house.root)
    assert [str(one) for one in caught.value.problems] == ["people/new.toml: people.new.name: is missing; add it"]


def test_a_person_and_a_key_stand_once(house: House) -> None:
    lines = [line for line in (house.root / "people.toml").read_text().splitlines() if line.startswith("keys")]
    house.write("people/ben.toml", f"[people.ben]\nname = 'Ben'\n[people.kim]\nname = 'Kim'\n{lines[0]}\n")

    with pytest.raises(WorkspaceError) as caught:
        load(house.root)
    assert [str(one) for one in caught.value.problems] == [
        "people.toml: people.lea.keys: the same key stands twice; a key has one owner",
        "people/ben.toml: people.ben: stands in another file too; keep one",
        "people/ben.toml: people.kim.keys: the same key stands twice; a key has one owner",
    ]


@pytest.mark.parametrize("key", ["ssh-rsa AAAA", "ssh-ed25519 AAAA", "ssh-ed25519", "x", ""])
def test_a_key_that_is_none_is_refused(house: House, key: str) -> None:
    house.write("people/kim.toml", f"[people.kim]\nname = 'Kim'\nkeys = ['{key}']\n")

    with pytest.raises(WorkspaceError) as caught:
        load(house.root)
    assert [one.advice for one in caught.value.problems] == ["is no public key; `publish people key` makes one"]


def test_a_validity_that_ends_before_it_begins_is_refused(house: House) -> None:
    house.write("people/kim.toml", "[people.kim]\nname = 'K'\nvalid_from = 2026-02-01\nvalid_to = 2026-01-01\n")

    with pytest.raises(WorkspaceError, match="1 problem") as caught:
        load(house.root)
    assert "valid_to lies before valid_from" in str(caught.value.problems[0])


def test_files_outside_the_folder_are_not_reached(house: House, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"x")
    house.add_post(matter="picture: {file: link.png, alt: x}\n", text="![x](link.png)")
    (house.root / "posts/a-post/link.png").symlink_to(secret)
    elsewhere = make_house(tmp_path / "other").add_post("outside")
    (house.root / "posts/outside").symlink_to(elsewhere.parent, target_is_directory=True)

    assert problems(house) == [
        "posts/a-post/post.md: the text shows 'link.png', which is not in a-post/; add it or correct the name",
        "posts/a-post/post.md: picture.file: link.png leads out of the folder; put a copy of the file there",
        "posts/outside/post.md: leads out of the workspace; put a copy of it here",
    ]


def test_folders_and_files_that_are_no_pieces_are_told_of(house: House) -> None:
    house.write("posts/loose.md", "x")
    house.write("posts/.hidden/post.md", "x")
    house.write("posts/Not_A_Slug/post.md", f"---\n{HEAD}---\n")
    (house.root / "episodes/empty").mkdir(parents=True)

    assert problems(house) == [
        "episodes/empty/episode.md: is missing; make it, or take the folder away",
        "posts/Not_A_Slug/post.md: rename the folder 'Not_A_Slug': its name is the slug, 1 to 80 of a-z, 0-9 and '-'",
        "posts/loose.md: is not read here; a piece has a folder of its own: posts/loose/post.md",
    ]


def test_one_bad_piece_does_not_hold_up_the_others(house: House) -> None:
    house.add_post("good")
    house.write("posts/bad/post.md", "x")
    workspace = load(house.root)

    assert list(workspace.pieces) == ["good"]
    with pytest.raises(WorkspaceError, match="1 problem in the workspace"):
        workspace.piece("bad")


def test_a_piece_that_is_not_there_or_of_the_other_kind_is_an_error_with_a_way_on(house: House) -> None:
    house.add_post("good")
    workspace = load(house.root)

    with pytest.raises(PublisherError, match=r"there is no piece 'none'.*`publish new episode TITLE` makes one"):
        workspace.piece("none")
    with pytest.raises(PublisherError, match=r"no episode 'good'.*it is a post: publish post good"):
        workspace.piece("good", "episode")


def test_a_folder_that_is_no_workspace_is_an_error_that_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match=r"no publisher\.toml here or above.*publish init"):
        find_root(tmp_path)
    with pytest.raises(WorkspaceError) as caught:
        load(tmp_path)
    assert [problem.file for problem in caught.value.problems] == ["guidelines.toml", "people.toml", "publisher.toml"]


def test_a_cover_that_is_not_there_is_told(house: House) -> None:
    house.write("publisher.toml", CONFIG.replace("cover.png", "lost.png") + 'division = "none"\n')

    with pytest.raises(WorkspaceError) as caught:
        load(house.root)
    assert [str(one) for one in caught.value.problems] == [
        "publisher.toml: shows.aloud.artwork: there is no file artwork/lost.png in house/; add it or correct the name",
        "publisher.toml: shows.aloud.division: there is no division 'none'; use one of service",
    ]


@pytest.mark.parametrize("value", ['"yes"', '"true"', "1", "[]"])
@pytest.mark.parametrize("key", ["release.compress", "transcriber.automatic", "shows.aloud.explicit"])
def test_what_is_true_or_false_in_publisher_toml_is_nothing_else(house: House, key: str, value: str) -> None:
    table, _, name = key.rpartition(".")
    more = f"{name} = {value}\n" if table == "shows.aloud" else f"[{table}]\n{name} = {value}\n"
    house.write("publisher.toml", CONFIG + more)

    with pytest.raises(WorkspaceError) as caught:
        load(house.root)
    assert [str(one) for one in caught.value.problems] == [
        f"publisher.toml: {key}: write true or false, without quotes",
    ]


def test_a_workspace_is_found_from_below(house: House) -> None:
    assert find_root(house.add_post().parent) == house.root


def test_pieces_are_in_the_order_of_their_dates_and_then_of_their_slugs(house: House) -> None:
    for slug in ("b", "a"):
        house.add_post(slug)
    house.add_episode("z-talk")

    assert list(load(house.root).pieces) == ["z-talk", "a", "b"]


def test_an_episode_finds_its_show_and_its_hosts(house: House) -> None:
    house.add_episode(matter="hosts: [ben]\n")
    episode = load(house.root).piece("a-talk", "episode")

    assert isinstance(episode, Episode)
    assert (episode.show, episode.hosts, episode.people) == ("aloud", ("ben",), ("ben", "ann"))
    assert load(house.root).show(episode).title == "Aloud"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("hosts: [max]\n", "hosts: max must also stand in speakers"),
        ("season: 0\n", "season: must be 1 or more"),
        ("number: many\n", "number: must be a whole number"),
        ("type: fun\n", "type: use one of 'full', 'trailer' or 'bonus'"),
        ("explicit: maybe\n", "explicit: write true or false"),
        ("artwork: lost.png\n", "artwork: there is no file lost.png in a-talk/; add it or correct the name"),
        ("guid: 12345678\n", "guid: is a number of fewer than 9 digits"),
    ],
)
def test_what_goes_wrong_in_an_episode_says_what_to_do(house: House, more: str, problem: str) -> None:
    house.add_episode(matter=more)

    assert [f"{found}".removeprefix("episodes/a-talk/episode.md: ")[: len(problem)] for found in problems(house)] == [
        problem
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://a b/",
        "https://a.example/\n",
        "https://a.example/ü",
        "https://u:p@a.example/",
        "https://a.example/?x=1",
        "https://a.example/#x",
        "https://a.example/../b",
        "https://a.example//b",
        "https://a.example:99999/",
        "javascript:alert(1)",
    ],
)
def test_the_houses_address_is_that_of_a_folder(house: House, url: str) -> None:
    house.write("publisher.toml", CONFIG.replace('url = "https://voices.example.com/"', f"url = {url!r}"))

    with pytest.raises(WorkspaceError):
        load(house.root)
