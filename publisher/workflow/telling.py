"""What a host is told of each step: one line of it, and none for what an episode does not use."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from publisher.announcing.model import Told
from publisher.audio.edits.timeline import Range, Timeline
from publisher.audio.master import Master
from publisher.audio.model import SAMPLE_RATE
from publisher.counting import counted
from publisher.errors import PublisherError
from publisher.policy.findings import Finding
from publisher.policy.tiers import Tiers
from publisher.policy.waiving import counts
from publisher.review.manifest import Manifest
from publisher.review.revisions import Revision
from publisher.speech.writing import silent
from publisher.transcript.timecode import format_tenths, format_timecode
from publisher.workflow.audiograms import ROLE, name_of
from publisher.workflow.bringing import transcript_name
from publisher.workflow.laying import lying, unplaced
from publisher.workflow.leaving import LEFT_OUT
from publisher.workflow.prepare import Made
from publisher.workflow.remarks import EDITS, Remark
from publisher.workflow.transcribing import Transcribed
from publisher.workflow.vaulted import Vaulted
from publisher.workspace.guidelines import Guideline
from publisher.workspace.inserts import Sounding
from publisher.workspace.pieces import Episode


@dataclass(frozen=True)
class Step:
    """One line about what was done."""

    name: str
    """`recording`, `tracks`, `edits`, `music`, `master`, `audiograms`, `transcript`, `guidelines`, `submitted`,
    `remarks`, `legal`, `released`, `announced`, `vault`; of a takedown `files`, `notice`, `feeds`, `address`."""
    text: str
    done: bool = True
    """False for what the piece waits for, or what its host should look at."""
    findings: tuple[Finding, ...] = ()
    """To be shown below the line."""
    lines: tuple[str, ...] = ()
    """More to be shown below it."""


Tell = Callable[[Step], None]


def of_recording(episode: Episode) -> Step:
    """What the episode is made from."""
    tracks = episode.matter.recording
    files = list(dict.fromkeys(track.file for track in tracks))
    return Step("recording", f"{counted(len(tracks), 'track')}: {', '.join(files)}")


def of_tracks(episode: Episode, master: Master) -> Iterator[Step]:
    """How tracks of several files lie on each other."""
    tracks = episode.matter.recording
    if found := lying(tracks, master.shifts):
        yield Step("tracks", found)
    if lost := unplaced(tracks, master.shifts):
        yield Step("tracks", f"{lost}; if not, say its offset", done=False)


def of_edits(episode: Episode, timeline: Timeline) -> Iterator[Step]:
    """What was done to the recording."""
    said = "; ".join(_edits(episode, timeline))
    if said:
        yield Step("edits", said)
    if late := ", ".join(_late(episode, timeline.recording_duration)):
        yield Step("edits", f"{late}: goes on after the recording's end, and was taken to end with it", done=False)


def _late(episode: Episode, end: float) -> Iterator[str]:
    """Edits that end when there is nothing left to edit."""
    for edit in episode.matter.edits:
        if (edit.times.end or 0.0) > end:
            yield f"the {edit}"


def _edits(episode: Episode, timeline: Timeline) -> Iterator[str]:
    edits = episode.matter.edits
    counts = Counter(edit.kind for edit in edits)
    yield from (f"trimmed to {edit.times}" for edit in edits if edit.kind == "trim")
    cut = sum(
        min(edit.times.end or timeline.recording_duration, timeline.recording_duration) - edit.times.start
        for edit in edits
        if edit.kind == "cut"
    )
    several = [f"{counted(counts['cut'], 'cut')} ({format_tenths(cut)} in all)"] if cut else []
    several += [counted(counts[kind], kind) for kind in ("bleep", "silence") if counts[kind]]
    if several:
        yield ", ".join(several)
    if pauses := tightened(timeline):
        seconds = sum(pause.length for pause in pauses) / SAMPLE_RATE
        yield f"{counted(len(pauses), 'pause')} tightened by {_length(seconds)}"


def _length(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < _MINUTE else format_tenths(seconds)


_MINUTE = 60


def tightened(timeline: Timeline) -> list[Range]:
    """What was taken out of pauses: all that is not in the master, but for what edits removed."""
    kept = sorted(timeline.kept, key=lambda part: part.start)
    starts, ends = [0, *(part.end for part in kept)], [*(part.start for part in kept), timeline.recorded]
    gone = [Range(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    return [rest for part in gone for rest in _without(part, timeline.lost)]


def _without(part: Range, lost: Sequence[Range]) -> Iterator[Range]:
    start = part.start
    for one in lost:
        if one.meets(part):
            if start < one.start:
                yield Range(start, one.start)
            start = one.end
    if start < part.end:
        yield Range(start, part.end)


def of_music(inserts: Sequence[Sounding]) -> Iterator[Step]:
    """What sounds around the talk and in it."""
    if inserts:
        yield Step("music", ", ".join(map(_insert, inserts)))


def _insert(one: Sounding) -> str:
    where = {"intro": "before", "outro": "behind"}.get(one.role) or f"at {format_tenths(one.at or 0.0)}"
    return f"{one.name.removeprefix('show:')} {where}"


def of_master(revision: Revision) -> Iterator[Step]:
    """The length and the measured loudness of an episode's master, as they were submitted."""
    loudness = revision.manifest.loudness
    if loudness:
        seconds = revision.card.duration or 0
        yield measured(seconds, loudness["integrated_lufs"], loudness["true_peak_dbtp"])


def measured(seconds: float, integrated: float, true_peak: float) -> Step:
    """The length of a master, and its loudness in LUFS and dBTP."""
    levels = f"{_signed(integrated)} LUFS, {_signed(true_peak)} dBTP"
    return Step("master", f"{format_timecode(seconds)}, {levels}")


def _signed(value: float) -> str:
    """A number with a real minus sign, as engineers write levels."""
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")


def of_clips(episode: Episode) -> Iterator[Step]:
    """The audiograms that were made."""
    bites = [bite for bite in episode.matter.soundbites if bite.audiogram]
    if bites:
        audiograms = "; ".join(f"“{bite.title}” {' and '.join(bite.audiogram)}" for bite in bites)
        yield Step("audiograms", f"{counted(sum(len(bite.audiogram) for bite in bites), 'audiogram')}: {audiograms}")


def of_public_clips(episode: Episode, manifest: Manifest) -> Iterator[Step]:
    """Where the audiograms are, now that they are public, in the order of the soundbites."""
    names = {file.role: file.name for file in manifest.files}
    audiograms = tuple(
        f"“{bite.title}”, {shape}: {manifest.house}{name}"
        for number, bite in enumerate(episode.matter.soundbites, 1)
        for shape in bite.audiogram
        if (name := names.get(ROLE + name_of(number, shape)))
    )
    if audiograms:
        yield Step("audiograms", f"{counted(len(audiograms), 'audiogram')} to show around", lines=audiograms)


def of_transcript(episode: Episode, made: Made, names: Sequence[str]) -> Step:
    """The words, and what became of them. names: of everyone who speaks."""
    if made.brought is None:
        nothing = "none: listen to all of it; `publish transcriber check` says how to have one made"
        return Step("transcript", nothing, done=False)
    brought, left = made.brought.cues, made.retimed.transcript.cues if made.retimed.transcript else ()
    said = {
        "cut away": len(brought) - len(left),
        "left without words by an edit": sum(cue.text == LEFT_OUT for cue in left),
        "in doubt": sum(bool(cue.doubts) for cue in left),
        "without a speaker": sum(cue.speaker is None for cue in left) if _are_named(episode) else 0,
    }
    more = "".join(f", {number} {what}" for what, number in said.items() if number)
    mute = silent(brought, names)
    none = f", none of {', '.join(mute)}: name their turns" if mute else ""
    return Step("transcript", f"{counted(len(brought), 'cue')} from {transcript_name(episode)}{more}{none}", not mute)


def of_transcribed(made: Transcribed) -> Iterator[Step]:
    """A transcript that was made just now."""
    cues = counted(len(made.transcript.cues), "cue")
    heard = f"words of {made.text}, heard by {made.model}" if made.text else f"heard by {made.model}"
    instead = f" instead of the {counted(made.replaced, 'cue')} that it had" if made.replaced is not None else ""
    yield Step("transcript", f"{cues} in {made.file}{instead}: {heard}")
    if doubts := sum(bool(cue.doubts) for cue in made.transcript.cues):
        yield Step("transcript", f"{counted(doubts, 'cue')} in doubt: listen to what stands in <c.doubt>", done=False)
    if made.silent:
        none = f"no cue is of {', '.join(made.silent)}: name their turns in {made.file}: <v Name>"
        yield Step("transcript", none, done=False)
    if made.nameless:
        yield Step("transcript", f"nobody knows who says what: name the turns in {made.file}: <v Name>", done=False)


def _are_named(episode: Episode) -> bool:
    return any(track.speaker for track in episode.matter.recording)


def of_guidelines(findings: Sequence[Finding], rules: Mapping[str, Guideline], tiers: Tiers) -> Step:
    """What the guidelines point at, never that a piece is cleared; and who did not look.

    findings: with their waivers. rules: those that hold for the piece.
    """
    by = tiers.named(len(rules))
    said = f"{counted(len(findings), 'finding')} by {by}" if findings else f"nothing found by {by}"
    text = "; ".join(filter(None, (said, ", ".join(counts(findings)), tiers.silent)))
    return Step("guidelines", text, not findings, tuple(findings))


def of_remarks(slug: str, remarks: Sequence[Remark]) -> Iterator[Step]:
    """What legal said that nobody settled, each with what accepts it. remarks: open ones."""
    if remarks:
        lines = tuple(line for one in remarks for line in _remark(slug, one))
        yield Step("remarks", f"{counted(len(remarks), 'remark')} by legal to look at", done=False, lines=lines)


def _remark(slug: str, remark: Remark) -> Iterator[str]:
    yield f"{remark.said} ({remark.name})"
    if remark.kind in EDITS:
        yield f"  publish accept {slug} {remark.id}"


def of_announced(told: Iterable[Told | PublisherError]) -> Iterator[Step]:
    """Who was told what a release changed, and who could not be."""
    for one in told:
        if isinstance(one, Told):
            yield Step("announced", f"told {one.whom}")
        else:
            yield Step("announced", f"{one.what}; {one.hint}" if one.hint else one.what, done=False)


def of_vaulted(found: Vaulted | PublisherError | None) -> Iterator[Step]:
    """What became of the evidence, where there is a vault."""
    if isinstance(found, PublisherError):
        yield Step("vault", f"NOT kept: {found.what}; {found.hint or 'mend that'}; then publish vault send", done=False)
    elif found is not None:
        did = f"{counted(found.sent, 'object')} sent" if found.sent else "has it all"
        yield Step("vault", f"{found.address}: {did}")
        if found.lost:
            yield Step("vault", "objects are not there any more", done=False, lines=found.lost)
