"""The master as an M4A beside the MP3: AAC in MP4, with its title, cover and chapters inside.

Here ffmpeg writes the file itself, a draft of ours: an MP4 tells its frames' sizes at its beginning, so its writer has
to go back. Should we be killed, ffmpeg sees the end of what it reads and ends too, and the draft is a leftover as any.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from signal import SIGXFSZ
from typing import Any

import numpy as np

from publisher.audio import ffmpeg, piped, store
from publisher.audio.feed import Feed
from publisher.audio.formats import MP4
from publisher.audio.model import SAMPLE_RATE
from publisher.audio.tags.artwork import Artwork, check_artwork
from publisher.audio.tags.chapters import Span, spans
from publisher.audio.tags.languages import three_letters
from publisher.audio.tags.tagging import Tagged, Tags
from publisher.errors import PublisherError
from publisher.files import Digest, atomic_path, digest_file

RECIPE = 1
"""Of this way of tagging. Raise it when the same words would give other bytes."""
SUFFIX = ".m4a"
BLOCK = SAMPLE_RATE
"""Samples that are encoded at once."""
TITLE_BYTES = 255
"""Of a chapter's title: Nero's list of chapters counts them in one byte."""
PODCAST = 21
"""What iTunes calls a podcast among its kinds of media (the atom `stik`)."""
FULL = ("No space left on device", "Disk quota exceeded", "File too large", f"ended by signal {SIGXFSZ.value}")
"""What ffmpeg says, or ends by, when the disk, the user's share of it, or what one file may have is used up."""

# No moment of making and no version of the maker, so that the same sound and words give the same bytes; the index
# before the sound, so that a player can begin before it has all; the brand `M4A `, by which Apple's players know it.
CONTAINER = ("-fflags", "+bitexact", "-flags", "+bitexact", "-movflags", "+faststart", "-f", "ipod", "-y")
PICTURES = {"image/jpeg": "jpeg_pipe", "image/png": "png_pipe"}
"""ffmpeg's reader for each kind of cover."""
SPECIAL = str.maketrans({"\0": "", "\r": "\\\n", **{letter: f"\\{letter}" for letter in "=;#\\\n"}})
"""Letters that have a meaning in ffmpeg's metadata files (ffmpeg.org/ffmpeg-formats.html, “Metadata”)."""
END = "\0\n"
"""Of a value. After a backslash, which may be a text's last letter, ffmpeg would take a line's end for a part of it."""


def encode(feed: Feed, bitrate_kbps: int, draft: Path) -> int:
    """Write all of `feed` as AAC to `draft`, over whatever it holds: an M4A without any words. Gives its samples.

    The file says how much of its sound is the encoder's run-up and filling (in its edit list), and players that heed it
    play as many samples as came in. The same samples give the same bytes. The feed is closed at the end.
    Raises PublisherError when the feed cannot be read or the disk is full.
    """
    encoder = ["-c:a", "aac", "-b:a", f"{bitrate_kbps}k", "-map_metadata", "-1"]
    with closing(feed), _written_by_ffmpeg(draft, [*piped.SAMPLES, "-i", "pipe:0", *encoder]) as process:
        process.write(piped.samples_header(feed.channels))
        return sum(_pass_on(feed, process))


def tag_m4a(
    master: Path, tags: Tags, duration: float, cache: Path, digest: Callable[[Path], Digest] = digest_file
) -> Tagged:
    """Put `tags` into a copy of `master` (of `encode`), or take the result from `cache` if it was made before.

    The sound stays as it is, byte for byte. The chapters are there twice, as players look for them in two places: as a
    track of texts (Apple's), in which the first one begins at once, and as a list (Nero's); neither has addresses.
    duration: seconds, where the last chapter ends.
    The same master and tags give the same bytes. Raises PublisherError for an empty title, a chapter that does not fit
    (see `spans`), a cover that is not good (see `check_artwork`), a master that is gone, and a full disk.
    """
    if not tags.title.strip():
        raise PublisherError("an episode needs a title", hint="give one")
    words = ffmetadata(tags, spans(tags.chapters, duration))
    cover = check_artwork(tags.cover) if tags.cover else None
    key = store.key_of(_made_from(_digest(master, digest), words, tags.language, cover))
    if (facts := store.find(cache, key, suffix=SUFFIX)) is None:
        with store.held(cache):
            facts = store.find(cache, key, suffix=SUFFIX) or _make(master, _copying(tags, cover), words, cache, key)
    return Tagged(store.audio_path(cache, key, suffix=SUFFIX), facts["sha256"], facts["size"])


def ffmetadata(tags: Tags, timeline: Sequence[Span]) -> str:
    """The words and chapters in ffmpeg's own format for them."""
    said = {
        "title": tags.title,
        "album": tags.show,
        "artist": ", ".join(tags.artists),
        "date": tags.published.isoformat(),
        "description": tags.description,
        "track": "" if tags.number is None else str(tags.number),
        "media_type": str(PODCAST),
    }
    lines = [f"{key}={_escaped(value)}" for key, value in said.items() if value]
    return ";FFMETADATA1\n" + "".join([*lines, *map(_chapter, timeline)])


def _chapter(span: Span) -> str:
    # Cut by bytes, but not through a letter.
    title = span.chapter.title.encode()[:TITLE_BYTES].decode(errors="ignore")
    return f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={span.start}\nEND={span.end}\ntitle={_escaped(title)}"


def _escaped(text: str) -> str:
    return text.replace("\r\n", "\n").translate(SPECIAL) + END


def _made_from(master: Digest, words: str, language: str, cover: Artwork | None) -> dict[str, Any]:
    picture = digest_file(cover.path).sha256 if cover else None
    return {"m4a": RECIPE, "master": master.sha256, "words": words, "language": language, "cover": picture}


def _digest(master: Path, digest: Callable[[Path], Digest]) -> Digest:
    try:
        return digest(master)
    except FileNotFoundError:
        hint = "run the same command again: it will be made again"
        raise PublisherError("the master is gone", where=str(master), hint=hint) from None


def _copying(tags: Tags, cover: Artwork | None) -> list[str]:
    """What goes into the file: the words from `pipe:0` (input 1), the sound (input 0) and the cover (input 2)."""
    words = ["-f", "ffmetadata", "-i", "pipe:0"]
    picture = _picture(cover) if cover else []
    shown = ["-map", "2:v:0", "-disposition:v:0", "attached_pic"] if cover else []
    language = f"language={three_letters(tags.language)}"
    copied = ["-map", "0:a:0", *shown, "-c", "copy", "-map_metadata", "1", "-map_chapters", "1"]
    return [*words, *picture, *copied, "-metadata:s:a:0", language]


def _picture(cover: Artwork) -> list[str]:
    reader = ["-protocol_whitelist", "file,pipe", "-f", PICTURES[cover.content_type]]
    return [*reader, "-i", f"file:{cover.path.absolute()}"]


def _make(master: Path, copying: list[str], words: str, cache: Path, key: str) -> dict[str, Any]:
    arguments = [*ffmpeg.source(master, MP4), *copying]
    with (
        atomic_path(store.audio_path(cache, key, suffix=SUFFIX)) as draft,
        _written_by_ffmpeg(draft, arguments) as process,
    ):
        process.write(words.encode())
    return store.keep(cache, key, {}, suffix=SUFFIX)


def _pass_on(feed: Feed, process: ffmpeg.Process) -> Iterator[int]:
    """Give the encoder all of the feed; how many samples each time."""
    while count := len(block := feed.read(BLOCK)):
        process.write(np.ascontiguousarray(block, "<f4").data.cast("B"))
        yield count


@contextmanager
def _written_by_ffmpeg(draft: Path, arguments: ffmpeg.Arguments) -> Iterator[ffmpeg.Process]:
    """Let ffmpeg write `draft`, whole at the end of the `with`; inside it, it is fed."""
    try:
        with ffmpeg.Process([*arguments, *CONTAINER, f"file:{draft.absolute()}"], about=draft, feeding=True) as process:
            yield process
            process.end_input()
            process.finish()
    except PublisherError as error:
        if any(words in error.what for words in FULL):
            hint = "free some space, then run the same command again"
            raise PublisherError("the disk is full", where=str(draft.parent), hint=hint) from error
        raise
