"""What no model of one file can see: whether what authors name is there, and whether what must be unique is."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from publisher.errors import Problem
from publisher.workspace.config import Config, Show
from publisher.workspace.edits import edit_flaws
from publisher.workspace.fields import find_unwritable, is_slug
from publisher.workspace.markdown import foreign_pictures, pictures
from publisher.workspace.people import Person
from publisher.workspace.pieces import Episode, EpisodeMatter, Piece, guid_of

_NUMBERED = re.compile(r"(?:(?:ep(?:isode)?|folge|s\d+ ?e)[. ]*#?|#) ?\d+\s*(?:[:.|\u2013\u2014-]|$)", re.IGNORECASE)
"""`Ep. 12:`, `Episode 12 -`, `#12:`, `S01E02:` at the beginning of a title (feed rule 20)."""
_PARTED = r"[:|\u2013\u2014-]"


@dataclass(frozen=True)
class Known:
    """What pieces are held against; None is what could not be read, about which nothing is said then."""

    root: Path
    config: Config | None
    people: Mapping[str, Person] | None

    @cached_property
    def real_root(self) -> Path:
        """The workspace's folder, whatever links lead to it."""
        return self.root.resolve()


Flaw: TypeAlias = tuple[str, str]
"""A key of a piece's front matter, and the advice."""


def config_problems(root: Path, file: str, config: Config) -> Iterator[Problem]:
    """What `publisher.toml` names and is not there, and what in it counts for nothing."""
    for id_, show in config.shows.items():
        key = f"shows.{id_}"
        if show.division is not None and show.division not in config.divisions:
            advice = f"there is no division {show.division!r}; {_one_of(config.divisions)}"
            yield Problem(file, f"{key}.division", advice)
        for name, path in _named_by_show(show):
            if missing := _missing(root, path):
                yield Problem(file, f"{key}.{name}", missing)
    yield from _loosened(file, config)


def _loosened(file: str, config: Config) -> Iterator[Problem]:
    """Where a division or a tag asks for less than the house: it would count for nothing, so nobody relies on it."""
    house = config.review
    asked = {f"divisions.{id_}.review": one.review for id_, one in config.divisions.items()}
    asked |= {f"review.tags.{tag}": one for tag, one in house.tags.items()}
    for key, one in asked.items():
        for role, count in one.required.items():
            if count < (least := house.required.get(role, 0)):
                advice = f"asks for {count}, and the house for {least}; ask for {least} or more, or leave it away"
                yield Problem(file, f"{key}.required.{role}", advice)
        if one.expires_days and house.expires_days and one.expires_days > house.expires_days:
            advice = f"is longer than the house's {house.expires_days}; say fewer, or leave it away"
            yield Problem(file, f"{key}.expires_days", advice)
        if one.tier == "passphrase" and house.tier == "passkey":
            yield Problem(file, f"{key}.tier", "is weaker than the house's passkey; leave it away")


def _named_by_show(show: Show) -> Iterator[tuple[str, str]]:
    yield "artwork", show.artwork
    for key, music in {"intro": show.audio.intro, "outro": show.audio.outro}.items():
        if music and music.file:
            yield f"audio.{key}.file", music.file
    if show.audio.font:
        yield "audio.font", show.audio.font


def piece_problems(piece: Piece, known: Known) -> Iterator[Problem]:
    """Everything that is wrong with one piece."""
    for check in _CHECKS:
        yield from (Problem(piece.file, key, advice) for key, advice in check(piece, known))


def double_slugs(files: Sequence[str]) -> Iterator[Problem]:
    """A slug stands once, in episodes and posts together: ledger, revisions and approvals know a piece by it."""
    slugs = Counter(file.split("/")[1] for file in files)
    for file in files:
        if slugs[slug := file.split("/")[1]] > 1:
            yield Problem(file, "", f"the slug {slug!r} stands twice; rename one of the folders")


def double_guids(pieces: Sequence[Piece], known: Known) -> Iterator[Problem]:
    """A guid stands once, said or made: readers know a piece by it (feed rule 21)."""
    guids = {piece.file: guid for piece in pieces if (guid := _guid(piece, known.config))}
    counts = Counter(guids.values())
    for piece in pieces:
        if piece.matter.guid and counts[guids.get(piece.file, "")] > 1:
            yield Problem(piece.file, "guid", "another piece has the same guid; remove it from the newer one")


def _guid(piece: Piece, config: Config | None) -> str | None:
    if config is None or (isinstance(piece, Episode) and piece.show not in config.shows):
        return piece.matter.guid
    return guid_of(piece, config.shows[piece.show].guid if isinstance(piece, Episode) else config.house.guid)


def _one_of(known: Mapping[str, object]) -> str:
    return f"use one of {', '.join(sorted(known))}" if known else "none is defined"


def _missing(folder: Path, name: str) -> str | None:
    """What to do about a file that is not there, or that a link leads out of its folder; None if all is well."""
    path = folder / name
    try:
        if not path.is_file():
            return f"there is no file {name} in {folder.name}/; add it or correct the name"
        inside = path.resolve().is_relative_to(folder.resolve())
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}; check its permissions"
    return None if inside else f"{name} leads out of the folder; put a copy of the file there"


def _folder_is_a_slug(piece: Piece, _: Known) -> Iterator[Flaw]:
    if not is_slug(piece.slug):
        yield "", f"rename the folder {piece.slug!r}: its name is the slug, 1 to 80 of a-z, 0-9 and '-'"


def _folder_is_inside(piece: Piece, known: Known) -> Iterator[Flaw]:
    if not (known.root / piece.file).resolve().is_relative_to(known.real_root):
        yield "", "leads out of the workspace; put a copy of it here"


def _show_is_known(piece: Piece, known: Known) -> Iterator[Flaw]:
    if known.config and isinstance(piece, Episode) and piece.show not in known.config.shows:
        said = f"there is no show {piece.show!r}" if piece.show else "say which show it belongs to"
        yield "show", f"{said}; {_one_of(known.config.shows)}"


def _show_of(piece: Piece, known: Known) -> Show | None:
    return known.config.shows.get(piece.show) if known.config and isinstance(piece, Episode) else None


def _serials_count(piece: Piece, known: Known) -> Iterator[Flaw]:
    """Feed rule 12. A trailer of a show has no number, says Apple's guide, and a bonus may have none."""
    show = _show_of(piece, known)
    if not (show and show.type == "serial" and isinstance(piece, Episode)):
        return
    if piece.matter.number is None and piece.matter.type == "full":
        yield "number", "is missing; every full episode of a serial show has one (feed rule 12)"


def _title_stands_alone(piece: Piece, known: Known) -> Iterator[Flaw]:
    """Feed rule 20. A show's name inside a sentence is none of this: only one that is set apart."""
    show, title = _show_of(piece, known), piece.matter.title
    if show is None or not isinstance(piece, Episode):
        return
    name = re.escape(show.title)
    if re.match(rf"{name}\s*(?:{_PARTED}|$)", title, re.IGNORECASE) or re.search(
        rf"{_PARTED}\s*{name}$", title, re.IGNORECASE
    ):
        yield "title", f"leave out {show.title!r}; apps show the show's name themselves (feed rule 20)"
    number = piece.matter.number
    if _NUMBERED.match(title) or (number and re.match(rf"0*{number}\s*{_PARTED}", title)):
        yield "title", "leave out the episode's number and write it under number (feed rule 20)"


def _division_is_known(piece: Piece, known: Known) -> Iterator[Flaw]:
    division = piece.matter.division
    if known.config and division is not None and division not in known.config.divisions:
        yield "division", f"there is no division {division!r}; {_one_of(known.config.divisions)}"


def _people_are_known(piece: Piece, known: Known) -> Iterator[Flaw]:
    key = "speakers" if isinstance(piece, Episode) else "authors"
    if known.people is None:
        return
    for id_ in piece.people:
        if id_ not in known.people:
            yield key, f"{id_!r} is nobody in people.toml; add them: publish people add {id_} --name NAME"


def _tracks_have_speakers(piece: Piece, _: Known) -> Iterator[Flaw]:
    for number, track in enumerate(piece.matter.recording if isinstance(piece, Episode) else ()):
        if track.speaker is not None and track.speaker not in piece.people:
            yield f"recording.{number}.speaker", f"{track.speaker!r} does not stand in speakers; add them there"


def _edits_fit_together(piece: Piece, _: Known) -> Iterator[Flaw]:
    if isinstance(piece, Episode):
        yield from edit_flaws(piece.matter.edits)


def _files_are_there(piece: Piece, _: Known) -> Iterator[Flaw]:
    yield from ((key, advice) for key, name in _named_files(piece) if (advice := _missing(piece.folder, name)))


def _named_files(piece: Piece) -> Iterator[tuple[str, str]]:
    if isinstance(piece, Episode):
        yield from _named_by_episode(piece.matter)
    elif piece.matter.picture is not None:
        yield "picture.file", piece.matter.picture.file


def _named_by_episode(matter: EpisodeMatter) -> Iterator[tuple[str, str]]:
    yield from ((f"recording.{number}.file", track.file) for number, track in enumerate(matter.recording))
    yield from ((f"jingles.{number}.file", jingle.file) for number, jingle in enumerate(matter.jingles))
    named = {
        "transcript": matter.transcript,
        "artwork": matter.artwork,
        "intro.file": matter.intro.file if matter.intro else None,
        "outro.file": matter.outro.file if matter.outro else None,
    }
    yield from ((key, name) for key, name in named.items() if name is not None)


def _pictures_come_along(piece: Piece, _: Known) -> Iterator[Flaw]:
    """A page loads nothing from elsewhere: nobody else learns who reads it, and legal approves every byte of it."""
    for address in foreign_pictures(piece.text):
        yield "", f"the text shows the picture {address[:80]}; save it as a file beside this one and show that"
    for name in pictures(piece.text):
        if "\0" in name or _missing(piece.folder, name):
            yield "", f"the text shows {name!r}, which is not in {piece.folder.name}/; add it or correct the name"


def _text_is_writable(piece: Piece, _: Known) -> Iterator[Flaw]:
    for number, line in enumerate(piece.text.split("\n"), piece.text_line):
        if found := find_unwritable(line):
            yield "", f"line {number} holds the control character {found}, which no feed can carry; take it out"


_CHECKS: tuple[Callable[[Piece, Known], Iterator[Flaw]], ...] = (
    _folder_is_a_slug,
    _folder_is_inside,
    _show_is_known,
    _serials_count,
    _title_stands_alone,
    _division_is_known,
    _people_are_known,
    _tracks_have_speakers,
    _edits_fit_together,
    _files_are_there,
    _pictures_come_along,
    _text_is_writable,
)
