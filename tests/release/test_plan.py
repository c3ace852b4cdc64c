"""The plan, without any target: a table of sentences."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from publisher.edition.model import Phase, PublicFile
from publisher.errors import PublisherError
from publisher.release.departures import Grace
from publisher.release.plan import plan
from publisher.release.record import NOTHING, Record, Recorded, State, edition_digest
from publisher.release.steps import Action, Reason
from publisher.release.target import Listed
from release.editions import edition_of, media_key, public_file

PAGE = public_file("index.html", b"hello")
PACKED = dataclasses.replace(PAGE, content_encoding="gzip")
TALK = public_file(media_key(b"talk", "talk.mp3"), b"talk", phase=Phase.MEDIA, content_type="audio/mpeg")
FEED = public_file("feeds/aloud.xml", b"feed", phase=Phase.FEEDS)


def listed(file: PublicFile, etag: str = "etag", sha256: str | None = None) -> dict[str, Listed]:
    return {file.key: Listed(file.size, etag, sha256)}


def recorded(*files: PublicFile, etag: str | None = "etag", **changed: object) -> Record:
    entries = {file.key: dataclasses.replace(Recorded.of(file, etag), **changed) for file in files}  # type: ignore[arg-type]  # by name
    return Record(State.COMPLETE, edition_digest(edition_of(*files)), entries)


def many(count: int) -> list[PublicFile]:
    return [public_file(f"page-{number:03}.html") for number in range(count)]


def all_listed(files: Iterable[PublicFile]) -> dict[str, Listed]:
    return {key: entry for file in files for key, entry in listed(file).items()}


@pytest.mark.parametrize(
    ("file", "record", "listing", "sentence"),
    [
        (PAGE, NOTHING, {}, "put index.html (new)"),
        (PAGE, recorded(PAGE), listed(PAGE), "keep index.html (unchanged)"),
        (PAGE, recorded(PAGE, sha256="0" * 64), listed(PAGE), "put index.html (changed content)"),
        (
            PAGE,
            recorded(PAGE, cache_control="no-cache"),
            listed(PAGE),
            "put index.html (changed header: Cache-Control)",
        ),
        (
            PAGE,
            recorded(PAGE, cache_control="no-cache", content_type="text/plain"),
            listed(PAGE),
            "put index.html (changed header: Content-Type, Cache-Control)",
        ),
        (PACKED, recorded(PAGE), listed(PAGE), "put index.html (changed header: Content-Encoding)"),
        (PAGE, recorded(PACKED), listed(PAGE), "put index.html (changed header: Content-Encoding)"),
        (PACKED, recorded(PACKED), {PAGE.key: Listed(3, "etag")}, "keep index.html (unchanged)"),
        (PACKED, recorded(PACKED), {PAGE.key: Listed(3, "other")}, "put index.html (altered at the target)"),
        (PAGE, recorded(PAGE), {}, "put index.html (missing at the target)"),
        (PAGE, recorded(PAGE), listed(PAGE, "other"), "put index.html (altered at the target)"),
        (PAGE, recorded(PAGE), {PAGE.key: Listed(4, "etag")}, "put index.html (altered at the target)"),
        (PAGE, recorded(PAGE, etag=None), listed(PAGE), "put index.html (interrupted earlier)"),
        (PAGE, recorded(PAGE, etag=None), {}, "put index.html (interrupted earlier)"),
        (PAGE, recorded(PAGE, etag=None, sha256=None), listed(PAGE), "put index.html (interrupted earlier)"),
        (
            PAGE,
            recorded(PAGE, etag=None),
            listed(PAGE, sha256=PAGE.sha256),
            "keep index.html (sent before an interruption)",
        ),
        (TALK, recorded(TALK, etag=None), listed(TALK), f"put {TALK.key} (interrupted earlier)"),
        (
            TALK,
            recorded(TALK, etag=None),
            listed(TALK, sha256=TALK.sha256),
            f"keep {TALK.key} (sent before an interruption)",
        ),
        (TALK, recorded(TALK, etag=None), {TALK.key: Listed(1, "etag")}, f"put {TALK.key} (interrupted earlier)"),
        (TALK, recorded(TALK, etag=None), listed(TALK, sha256="0" * 64), f"put {TALK.key} (interrupted earlier)"),
        (TALK, recorded(TALK, etag=None, sha256=None), listed(TALK), f"put {TALK.key} (interrupted earlier)"),
        (
            TALK,
            recorded(TALK, etag=None, cache_control="no-cache"),
            listed(TALK),
            f"put {TALK.key} (changed header: Cache-Control)",
        ),
        (
            PAGE,
            NOTHING,
            listed(PAGE, sha256=PAGE.sha256),
            "put index.html (at the target with the same bytes, but not in its record)",
        ),
    ],
)
def test_a_key_gets_its_sentence(
    file: PublicFile, record: Record, listing: Mapping[str, Listed], sentence: str
) -> None:
    (step,) = plan(edition_of(file), record, listing).steps

    assert str(step) == sentence


def test_puts_come_by_phase_and_deletes_by_falling_phase() -> None:
    gone = [public_file(f"gone-{phase.name}", phase=phase) for phase in Phase]
    found = plan(edition_of(FEED, PAGE, TALK), recorded(*gone), all_listed(gone))

    assert [f"{step.action} {step.key}" for step in found.steps] == [
        f"put {TALK.key}",
        "put index.html",
        "put feeds/aloud.xml",
        "delete gone-FEEDS",
        "delete gone-INDEXES",
        "delete gone-PAGES",
        "delete gone-MEDIA",
    ]


def test_a_key_that_we_never_put_is_never_deleted() -> None:
    assert plan(edition_of(), NOTHING, {"theirs.txt": Listed(1, "etag")}).steps == ()


def test_a_recorded_key_that_is_gone_already_needs_no_delete() -> None:
    assert plan(edition_of(), recorded(PAGE), {}).steps == ()


@pytest.mark.parametrize(
    ("there", "signed", "goes"),
    [
        (TALK.sha256, TALK.sha256, False),
        ("0" * 64, TALK.sha256, True),
        (None, TALK.sha256, False),
        ("0" * 64, None, False),
    ],
)
def test_what_a_stopped_release_left_waits_only_if_it_may_be_what_was_signed(
    there: str | None, signed: str | None, *, goes: bool
) -> None:
    grace = Grace(datetime(2026, 11, 5, tzinfo=UTC), timedelta(days=1))
    record = recorded(TALK, etag=None, sha256=signed)
    steps = plan(edition_of(), record, listed(TALK, sha256=there), grace=grace).steps

    assert [step.action for step in steps] == [Action.DELETE if goes else Action.WAIT]


@pytest.mark.parametrize("sha256", [None, "0" * 64])
def test_a_strangers_file_in_the_way_is_a_refusal(sha256: str | None) -> None:
    with pytest.raises(PublisherError) as refusal:
        plan(edition_of(PAGE, FEED), NOTHING, listed(PAGE, sha256=sha256))

    assert str(refusal.value) == (
        "index.html: 1 file at the target would be replaced that no release put there "
        "(move them away, or release to another directory or prefix)"
    )


def test_many_strangers_are_counted_and_the_first_are_named() -> None:
    with pytest.raises(PublisherError, match=r"page-004\.html and 2 more: 7 files at the target"):
        plan(edition_of(*many(7)), NOTHING, all_listed(many(7)))


@pytest.mark.parametrize(
    ("of", "gone", "allowed", "refused"),
    [
        (10, 10, None, False),
        (11, 11, None, True),
        (100, 20, None, False),
        (100, 21, None, True),
        (100, 21, 21, False),
        (3, 1, 0, True),
    ],
)
def test_deletes_stay_under_a_cap(*, of: int, gone: int, allowed: int | None, refused: bool) -> None:
    files = many(of)
    arguments = edition_of(*files[gone:]), recorded(*files), all_listed(files)
    if refused:
        with pytest.raises(PublisherError, match=rf"{gone} files? of {of} at the .* --max-deletes {gone}\b"):
            plan(*arguments, max_deletes=allowed)
    else:
        assert len(plan(*arguments, max_deletes=allowed).of(Action.DELETE)) == gone


@pytest.mark.parametrize("key", ["../index.html", "/etc/passwd", "a b.html", ".index.html.abcdefgh.tmp", "x" * 1025])
def test_a_key_that_can_not_be_public_is_refused(key: str) -> None:
    with pytest.raises(PublisherError, match="not a name that a public file can have"):
        plan(edition_of(public_file(key)), NOTHING, {})


def test_the_records_own_key_is_refused() -> None:
    with pytest.raises(PublisherError, match=r"edition\.json: this name is taken"):
        plan(edition_of(public_file("edition.json")), NOTHING, {})


def test_a_key_that_is_another_ones_folder_is_refused() -> None:
    with pytest.raises(PublisherError, match="about is a file of the edition"):
        plan(edition_of(public_file("about"), public_file("about/us.html")), NOTHING, {})


def test_a_plan_is_empty_if_the_record_and_the_listing_equal_the_edition() -> None:
    assert plan(edition_of(PAGE), recorded(PAGE), listed(PAGE)).is_empty


@pytest.mark.parametrize(
    "record",
    [
        dataclasses.replace(recorded(PAGE), state=State.PENDING),
        dataclasses.replace(recorded(PAGE), edition="0" * 64),
        recorded(PAGE, FEED),
    ],
)
def test_a_plan_that_only_has_to_write_the_record_is_not_empty(record: Record) -> None:
    found = plan(edition_of(PAGE), record, listed(PAGE))

    assert found.changes == ()
    assert not found.is_empty


def test_the_pending_record_leaves_nothing_unknown() -> None:
    old, changed = public_file("old.html"), public_file("changed.html", b"new")
    record = recorded(PAGE, old, changed)
    record = dataclasses.replace(
        record, files={**record.files, changed.key: Recorded.of(public_file("changed.html", b"before"), "etag")}
    )
    found = plan(edition_of(PAGE, TALK, changed), record, all_listed([PAGE, old, changed]))

    assert found.pending.state is State.PENDING
    assert found.pending.files == {
        PAGE.key: Recorded.of(PAGE, "etag"),
        old.key: Recorded.of(old, "etag"),
        TALK.key: Recorded.of(TALK, None),
        changed.key: dataclasses.replace(Recorded.of(changed, None), sha256=None),
    }


def test_a_plan_reads_as_lines_that_leave_out_what_is_kept() -> None:
    found = plan(edition_of(PAGE, TALK), recorded(PAGE, FEED), all_listed([PAGE, FEED]))

    assert list(found.lines()) == [
        f"put {TALK.key} (new)",
        "delete feeds/aloud.xml (no longer in the edition)",
        "1 to put (4 bytes), 1 to delete, 1 unchanged",
    ]


def test_a_plan_is_json_with_every_step() -> None:
    found = plan(edition_of(PAGE), recorded(PAGE, cache_control="no-cache"), listed(PAGE))

    assert json.loads(json.dumps(found.as_dict())) == {
        "edition": edition_digest(edition_of(PAGE)),
        "counts": {"put": 1, "delete": 0, "keep": 0, "wait": 0},
        "bytes": 5,
        "steps": [
            {
                "action": "put",
                "key": "index.html",
                "reason": "changed header",
                "headers": ["Cache-Control"],
                "phase": "pages",
                "size": 5,
            }
        ],
    }


def test_every_reason_reads_as_words() -> None:
    assert all(reason.value.replace(",", "").replace(" ", "").isalpha() for reason in Reason)


def test_equal_inputs_give_equal_plans() -> None:
    turned = edition_of(FEED, TALK, PAGE)

    assert plan(turned, NOTHING, {}) == plan(edition_of(PAGE, TALK, FEED), NOTHING, {})
