"""New workspaces, pieces and people: right from the start, and whole or not there at all."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.house import CONFIG, House, snapshot, write_tone

from publisher.errors import PublisherError, WorkspaceError
from publisher.files import write_atomically
from publisher.review.keys import public_line
from publisher.workspace import create, drafts, schema
from publisher.workspace.create import House as NewHouse
from publisher.workspace.create import make_workspace, slug_of, toml_text
from publisher.workspace.drafts import NewEpisode, make_episode, make_post
from publisher.workspace.enlist import add_key, add_person
from publisher.workspace.loading import load
from publisher.workspace.people import People
from publisher.workspace.pieces import Episode, PostMatter
from publisher.workspace.reading import check_matter, check_toml
from publisher.workspace.schema import SCHEMAS, schema_text

NOW = datetime(2026, 11, 20, 12, 0, 0, 5, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
HOUSE = NewHouse('R&D "Größe" $5 \\ 😀', "https://voices.example.com", "Ann O'Host", "a@example.com")
NAMES = ['R&D: "<b>" \\ $x 😀', "שלום", "tab\there", "a\u2028b", "# 'quoted' - [x]: {y}", "no", "12", "*a"]


def new(title: str = "Our talk", *recordings: Path, **keys: object) -> NewEpisode:
    """What was said of a new episode."""
    said = {"speakers": (), "show": None, "transcript": None, **keys}
    return NewEpisode(title, recordings, **said)  # type: ignore[arg-type]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "Take 1 (ä).wav"
    write_tone(path, 0.1)
    return path


def test_a_new_workspace_loads_without_a_problem(tmp_path: Path) -> None:
    make_workspace(tmp_path / "new", HOUSE)
    workspace = load(tmp_path / "new")

    assert workspace.problems == ()
    assert (workspace.config.house.name, workspace.config.house.url) == (HOUSE.name, "https://voices.example.com/")
    assert workspace.people["ann-o-host"].name == "Ann O'Host"


@pytest.mark.parametrize("name", ["guidelines.toml", "guidelines/ours.toml"])
def test_a_house_that_brings_its_own_rules_gets_no_others(tmp_path: Path, name: str) -> None:
    rule = 'says = "Say it."\nwhy = "So."\ntokens = ["synergy"]\n'
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(rule if "/" in name else f"[rules.ours]\n{rule}")
    make_workspace(tmp_path, HOUSE)

    assert list(load(tmp_path).guidelines) == ["ours"]


def test_a_new_workspace_has_a_cover_that_the_directories_take(tmp_path: Path) -> None:
    from publisher.audio.tags.artwork import check_artwork

    make_workspace(tmp_path, HOUSE)

    assert check_artwork(tmp_path / "artwork/cover.png").side == 1400


@pytest.mark.parametrize("name", ["publisher.toml", "notes.txt"])
def test_a_folder_that_is_in_use_stays_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")

    with pytest.raises(PublisherError, match=r"workspace already|not empty"):
        make_workspace(tmp_path, HOUSE)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_a_file_is_no_place_for_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")

    with pytest.raises(PublisherError, match="this is a file"):
        make_workspace(tmp_path / "file", HOUSE)


@pytest.mark.parametrize("key", ["url", "email", "name"])
def test_a_house_that_cannot_be_is_refused_before_anything_is_written(tmp_path: Path, key: str) -> None:
    wrong = {"url": "http://a.example/", "email": "nobody", "name": "x" * 300}[key]

    with pytest.raises(WorkspaceError):
        make_workspace(tmp_path / "new", NewHouse(**{**vars(HOUSE), key: wrong}))
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
@pytest.mark.parametrize("at", ["guidelines/health.toml", "schemas/post.json"])
def test_an_init_that_was_killed_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def write(path: Path, data: bytes) -> None:
        if path == tmp_path / "new" / at:
            raise KeyboardInterrupt
        write_atomically(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(create, "write_atomically", write)
        patch.setattr(schema, "write_atomically", write)
        with pytest.raises(KeyboardInterrupt):
            make_workspace(tmp_path / "new", HOUSE)
    assert not (tmp_path / "new/publisher.toml").exists()

    make_workspace(tmp_path / "new", HOUSE)
    make_workspace(tmp_path / "other", HOUSE)
    assert load(tmp_path / "new").problems == ()
    assert snapshot(tmp_path / "new") == snapshot(tmp_path / "other")


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_new_episode_loads_without_a_problem(house: House, recording: Path) -> None:
    other = recording.with_name("ben.wav")
    other.write_bytes(recording.read_bytes())
    words = recording.with_name("words.vtt")
    words.write_text("WEBVTT\n\n00:00.000 --> 00:00.090\nHi.\n")
    asked = new("Über & out: 1", recording, other, speakers=["ann", "ben"], transcript=words)
    slug = make_episode(load(house.root), asked, NOW)
    episode = load(house.root).piece(slug)

    assert slug == "uber-out-1"
    assert isinstance(episode, Episode)
    assert (episode.matter.title, episode.matter.date.isoformat()) == ("Über & out: 1", "2026-11-20T12:00:00+00:00")
    assert [(track.file, track.speaker) for track in episode.matter.recording] == [
        ("Take 1 (ä).wav", "ann"),
        ("ben.wav", "ben"),
    ]
    assert (episode.folder / "words.vtt").read_bytes() == words.read_bytes()


@pytest.mark.parametrize("title", NAMES)
def test_a_title_of_any_kind_is_read_as_it_was_said(house: House, title: str) -> None:
    slug = make_post(load(house.root), f"{title} x", [], NOW)

    assert load(house.root).piece(slug).matter.title == " ".join(f"{title} x".split())


@pytest.mark.parametrize("text", [*NAMES, "a\x7fb", "\u2029", "a\x85b"])
def test_a_text_in_quotes_reads_the_same_in_toml_and_yaml(text: str) -> None:
    import tomllib

    import yaml

    assert tomllib.loads(f"x = {toml_text(text)}")["x"] == text
    assert yaml.safe_load(f"x: {toml_text(text)}")["x"] == text


def test_a_serial_show_counts_on(house: House, recording: Path) -> None:
    house.write("publisher.toml", CONFIG + 'type = "serial"\n')
    house.add_episode(matter="number: 41\n")
    slug = make_episode(load(house.root), new("Next", recording), NOW)
    episode = load(house.root).piece(slug)

    assert isinstance(episode, Episode)
    assert episode.matter.number == 42


def test_what_cannot_be_made_leaves_nothing_behind(house: House, recording: Path) -> None:
    workspace = load(house.root)
    missing, twin = recording.with_name("lost.wav"), recording.parent / "b" / recording.name.upper()
    twin.parent.mkdir()
    twin.write_bytes(b"x")

    for asked, message in (
        (new("A", missing), "there is no such file"),
        (new("A", recording, twin), "two files are named"),
        (new("A", recording, speakers=["bob"]), "'bob' is nobody"),
        (new("A", recording, show="none"), "there is no show 'none'.*--show aloud"),
        (new("x" * 300, recording), "2 problems"),
        (new("!!", recording), "no slug can be made"),
    ):
        with pytest.raises(PublisherError, match=message):
            make_episode(workspace, asked, NOW)
    assert not (house.root / "episodes").exists()


def test_a_copy_that_fails_leaves_nothing_and_the_next_try_works(
    house: House, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = load(house.root)
    with monkeypatch.context() as patch:
        patch.setattr(drafts, "write_atomically", _killed)
        with pytest.raises(KeyboardInterrupt):
            make_episode(workspace, new("A talk", recording), NOW)
    assert list((house.root / "episodes").iterdir()) == []

    (house.root / "episodes" / ".a-talk.new").mkdir()
    make_episode(load(house.root), new("A talk", recording), NOW)
    assert load(house.root).problems == ()
    assert [path.name for path in (house.root / "episodes").iterdir()] == ["a-talk"]


def test_a_slug_is_given_once(house: House) -> None:
    make_post(load(house.root), "A talk", [], NOW)

    with pytest.raises(PublisherError, match=r"posts/a-talk: the slug 'a-talk' is taken"):
        make_post(load(house.root), "A  Talk!", [], NOW)


def test_a_house_with_several_shows_asks_which_one(house: House, recording: Path) -> None:
    second = CONFIG.partition("[shows.aloud]")[2].replace("Aloud", "Other")
    house.write("publisher.toml", f"{CONFIG}\n[shows.other]{second}")

    with pytest.raises(PublisherError, match=r"several shows.*--show aloud or other"):
        make_episode(load(house.root), new("A", recording), NOW)
    make_episode(load(house.root), new("A", recording, show="other"), NOW)
    assert load(house.root).problems == ()


def test_someone_who_speaks_is_named_or_the_first_host(house: House) -> None:
    house.write("people.toml", "[people.ben]\nname = 'Ben'\n")

    with pytest.raises(PublisherError, match="has the role host"):
        make_post(load(house.root), "A", [], NOW)
    assert make_post(load(house.root), "A", ["ben"], NOW) == "a"


@pytest.mark.parametrize("name", NAMES)
def test_a_person_of_any_name_is_added(house: House, name: str) -> None:
    add_person(load(house.root), "kim", name, ["legal"], "Counsel")

    assert load(house.root).people["kim"].name == " ".join(name.split())


@pytest.mark.parametrize("id_", ["../kim", "Kim", "", "a/b", "kim\n", "k" * 81])
def test_an_id_never_becomes_a_path(house: House, id_: str) -> None:
    with pytest.raises(PublisherError, match="is no id"):
        add_person(load(house.root), id_, "Kim", [], None)
    assert not list((house.root / "people").glob("*.toml"))


@pytest.mark.parametrize(("name", "roles"), [("", []), ("x" * 129, []), ("Kim", ["Not A Role"])])
def test_a_person_who_would_not_load_is_not_written(house: House, name: str, roles: list[str]) -> None:
    with pytest.raises(WorkspaceError):
        add_person(load(house.root), "kim", name, roles, None)
    assert not (house.root / "people" / "kim.toml").exists()


@pytest.mark.parametrize("file", ["people.toml", "people/team.toml", "people/kim.toml"])
def test_a_key_is_added_where_the_person_stands(house: House, file: str) -> None:
    old = (house.root / "people.toml").read_text() if file == "people.toml" else ""
    house.write(file, f"{old}# a note\n[people.kim]\nname = 'Kim' # here\n")
    line = _fresh_line()

    assert add_key(load(house.root), "kim", line) == house.root / file
    assert load(house.root).people["kim"].keys == [line]
    assert "# a note" in (house.root / file).read_text()


def _fresh_line() -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return public_line(Ed25519PrivateKey.generate().public_key())


def test_nobody_gets_no_key(house: House) -> None:
    with pytest.raises(PublisherError, match="'kim' is nobody"):
        add_key(load(house.root), "kim", _fresh_line())


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Trust before campaigns", "trust-before-campaigns"), ("Größe & ñ", "grosse-n"), ("日本語", "ri-ben-yu")],
)
def test_a_slug_is_made_of_the_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug
    assert len(slug_of(f"{title} " * 50)) <= 80


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_schemas_in_the_repository_are_those_that_the_models_write(name: str) -> None:
    assert (ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8") == schema_text(name), "run publish schema"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_describes_every_key(name: str) -> None:
    schema = json.loads(schema_text(name))
    parts = {"": schema, **schema.get("$defs", {})}
    silent = [
        f"{part}.{key}"
        for part, found in parts.items()
        for key, value in found.get("properties", {}).items()
        if not value.get("description")
    ]

    assert silent == []


def test_a_schema_takes_times_as_people_write_them() -> None:
    chapter = json.loads(schema_text("episode"))["$defs"]["Chapter"]

    assert chapter["properties"]["start"]["type"] == ["string", "number"]


def test_a_suggestion_is_one_of_the_keys_of_that_place() -> None:
    head = "---\ntitle: x\ndate: 2026-11-03T07:00:00Z\nsummary: x\nauthors: [a]\npicture: {fil: x, colour: y}\n---\n"
    found = check_matter(head, "f", PostMatter)

    assert isinstance(found, list)
    assert [str(problem) for problem in found if "known" in problem.advice] == [
        "f: picture.fil: is not known here; did you mean file?",
        "f: picture.colour: is not known here; remove it, or use one of alt, file",
    ]
    wrong = check_toml("[people.a]\nname = 'x'\nrolls = []\n", "f", People)
    assert isinstance(wrong, list)
    assert [problem.advice for problem in wrong] == ["is not known here; did you mean roles?"]
