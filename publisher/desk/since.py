"""What changed since the revision that a person looked at last: words, sound, edits and files."""

from dataclasses import dataclass
from typing import Final

from publisher.desk.comparing import Changed, changed_cues, changed_lines, pairs
from publisher.desk.shapes import changed, joined, levels_of
from publisher.desk.words import written_lines
from publisher.rendering.site import body
from publisher.review.manifest import Entry
from publisher.review.revisions import Revision
from publisher.transcript.model import Cue
from publisher.workflow.context import Context
from publisher.workflow.edited import PART, Edited, read_edits
from publisher.workflow.heard import Stretch
from publisher.workflow.pointing import transcript_of
from publisher.workflow.seen import seen_by
from publisher.workspace.edits import parse_range

_SEAM: Final = 0.5
"""Seconds on each side of a cut that are heard again."""


@dataclass(frozen=True)
class Since:
    """From the revision before to the one in review."""

    old: str
    """The revision that it is compared with."""
    why: str
    """Why that one: `you looked at it last`."""
    transcript: tuple[Changed, ...]
    text: tuple[Changed, ...]
    came: tuple[Edited, ...]
    """Edits that are new."""
    went: tuple[Edited, ...]
    """Edits that were taken back."""
    stretches: tuple[Stretch, ...]
    """Of the new sound, that should be heard again."""
    sound: str
    """What can be said of the sound, in a sentence."""
    files: tuple[tuple[str, str], ...]
    """Role of each file or part that differs, and whether it is `new`, `gone` or `changed`."""


def since(context: Context, person: str, revision: Revision) -> Since | None:
    """Compare with the revision that somebody looked at last, or else decided on; None if there is no such."""
    found = _base(context, person, revision)
    if found is None:
        return None
    name, why = found
    old = context.revisions.get(revision.manifest.slug, name)
    before, now = _edits(old), _edits(revision)
    came = tuple(one for one in now if _known(one) not in {_known(each) for each in before})
    went = tuple(one for one in before if _known(one) not in {_known(each) for each in now})
    old_cues, new_cues = (_cues(context, one) for one in (old, revision))
    stretches, sound = _sound(context, old, revision, came)
    return Since(
        old=name,
        why=why,
        transcript=tuple(changed_cues(old_cues or (), new_cues or ())) if old_cues is not None else (),
        text=tuple(changed_lines(_lines(old), _lines(revision))),
        came=came,
        went=went,
        stretches=stretches,
        sound=sound,
        files=tuple(_files(old, revision)),
    )


def _base(context: Context, person: str, revision: Revision) -> tuple[str, str] | None:
    slug = revision.manifest.slug
    seen = [one for one in seen_by(context, person, slug) if one != revision.name]
    if seen:
        return seen[-1], "you looked at it last"
    records = [one for one in context.ledger.of(slug) if one.revision not in {"", revision.name}]
    decided = [one.revision for one in records if one.by == person and one.event in {"approve", "reject"}]
    if decided:
        return decided[-1], "you decided on it last"
    submitted = [one.revision for one in records if one.event == "submit"]
    return (submitted[-1], "it was submitted before") if submitted else None


def _known(edit: Edited) -> tuple[str, str]:
    return edit.kind, edit.recording


def _edits(revision: Revision) -> tuple[Edited, ...]:
    return read_edits(revision.parts.get(PART), f"{revision.manifest.slug}, {PART}")


def _file(revision: Revision, role: str) -> Entry | None:
    return next((file for file in revision.manifest.files if file.role == role), None)


def _cues(context: Context, revision: Revision) -> tuple[Cue, ...] | None:
    """None where the transcript is not here."""
    words = _file(revision, "transcript")
    if words is None:
        return ()
    found = transcript_of(context, revision) if context.media.holds(words) else None
    return found.cues if found else None


def _lines(revision: Revision) -> list[str]:
    card = revision.card
    written = ("".join(run.text for run in line.runs) for line in written_lines(revision.parts[body.PART], ()))
    return [card.title, card.summary, ", ".join(card.people), *written]


def _sound(context: Context, old: Revision, new: Revision, came: tuple[Edited, ...]) -> tuple[tuple[Stretch, ...], str]:
    before, now = _file(old, "audio"), _file(new, "audio")
    if now is None:
        return (), ""
    if before is not None and before.sha256 == now.sha256:
        return (), "The sound is the same, byte for byte."
    by_edits = [_heard_again(edit) for edit in came]
    peaks = [_peaks(context, one) for one in (old, new)]
    if peaks[0] is None or peaks[1] is None:
        return tuple(
            joined(by_edits)
        ), "What else changed in the sound is not known: the one before is not here any more."
    anchors = pairs(_cues(context, old) or (), _cues(context, new) or ())
    found = joined([*changed(levels_of(peaks[0]), levels_of(peaks[1]), anchors), *by_edits])
    if not found:
        return (), "The file is another, and nothing of its waveform is: the tags or the encoding may have changed."
    return tuple(found), "Found by the waveform and the edits: what is exactly as loud as what was there is not seen."


def _heard_again(edit: Edited) -> Stretch:
    """Where an edit is heard, in the new sound."""
    if edit.kind in {"cut", "trim"}:
        return max(edit.at - _SEAM, 0.0), edit.at + _SEAM
    times = parse_range(edit.recording)
    return edit.at, edit.at + max((times.end or times.start) - times.start, _SEAM)


def _peaks(context: Context, revision: Revision) -> bytes | None:
    entry = _file(revision, "waveform")
    return context.media.path(entry).read_bytes() if entry and context.media.holds(entry) else None


def _files(old: Revision, new: Revision) -> list[tuple[str, str]]:
    before, now = _digests(old), _digests(new)
    return [
        (role, "new" if role not in before else "gone" if role not in now else "changed")
        for role in dict.fromkeys([*before, *now])
        if before.get(role) != now.get(role)
    ]


def _digests(revision: Revision) -> dict[str, str]:
    manifest = revision.manifest
    return {file.role: file.sha256 for file in manifest.files} | {part.name: part.sha256 for part in manifest.parts}
