"""A soundbite as a video, the same bytes wherever it is made."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from publisher.audio import ffmpeg, store
from publisher.audio.audiogram.captions import captions, within
from publisher.audio.audiogram.drawing import bars_in
from publisher.audio.audiogram.frames import Scene, drawn
from publisher.audio.audiogram.layout import LAYOUTS, Layout
from publisher.audio.audiogram.model import FRAME_RATE, Made, Shape, Soundbite
from publisher.audio.audiogram.sound import stretch
from publisher.audio.audiogram.texts import Texts
from publisher.audio.audiogram.typeface import Typeface, plain
from publisher.audio.audiogram.waveform import bars
from publisher.audio.audiogram.wrapping import Lines, pages
from publisher.audio.feed import Samples
from publisher.audio.model import SAMPLE_RATE, Progress, no_progress
from publisher.audio.tags.artwork import check_artwork
from publisher.errors import PublisherError
from publisher.files import atomic_path, digest_file
from publisher.transcript.model import Cue

RECIPE = 2
"""Of this way of drawing and encoding. Raise it when the same words would give other bytes."""
SUFFIX = ".mp4"
STEP = "audiogram"
"""The name of the only step that `progress` is told about."""

# `cpu-independent` keeps x264 from choosing another algorithm on another processor, which gives other bytes; the number
# of threads is fixed for the same reason. The filter takes out the encoder's own words about itself.
H264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", str(2 * FRAME_RATE), "-threads:v", "4")
H264_SAME = ("-x264-params", "cpu-independent=1:lookahead-threads=1", "-bsf:v", "filter_units=remove_types=6")
COLOURS = ("-vf", "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709")
AAC = ("-c:a", "aac", "-b:a", "128k")
BARE = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags", "+bitexact")
MP4 = ("-movflags", "+faststart", "-f", "mp4")


@dataclass(frozen=True)
class _Wanted:
    """Everything that decides the result."""

    master: Path
    soundbite: Soundbite
    shape: Shape
    artwork: Path
    texts: Texts
    """As they are drawn."""
    typeface: Typeface

    def made_from(self) -> dict[str, Any]:
        """All of it, as what JSON can hold."""
        bite, texts = self.soundbite, self.texts
        return {
            "audiogram": RECIPE,
            "master": digest_file(self.master).sha256,
            "soundbite": [bite.start, bite.end, bite.title],
            "shape": self.shape,
            "cues": [(cue.start, cue.end, cue.speaker, cue.text) for cue in texts.cues],
            "artwork": digest_file(self.artwork).sha256,
            "words": [texts.show, texts.episode, texts.title],
            "font": self.typeface.digest,
        }


def audiogram(  # noqa: PLR0913 - what it is made from, each by its name
    master: Path,
    soundbite: Soundbite,
    shape: Shape,
    cues: Sequence[Cue],
    *,
    artwork: Path,
    show: str,
    episode: str,
    cache: Path,
    font: Path | None = None,
    progress: Progress = no_progress,
) -> Made:
    """Make the video of `soundbite`, or take it from `cache` if it was made before.

    master: an MP3. cues: of its transcript, in its times; those outside of the soundbite do not matter. artwork: see
    `check_artwork`. show, episode: their names, plain text. font: a TTF or OTF file for all words, or None for the one
    that comes along. progress: told about the one step STEP.

    Raises PublisherError for a master that is gone or ends before the soundbite, artwork that is not good (see
    `check_artwork`), a font that cannot be read or lacks letters (of emoji and symbols, what it
    lacks is left out), and a full disk.
    """
    if not master.is_file():
        hint = "run the same command again: it will be made again"
        raise PublisherError("the master is gone", where=str(master), hint=hint)
    check_artwork(artwork)
    bite = replace(soundbite, title=plain(soundbite.title))
    texts = Texts(show, episode, bite.title, tuple(within(cues, bite))).plain()
    typeface = Typeface(font, texts.each)
    wanted = _Wanted(master, bite, shape, artwork, texts.legible(typeface.lacks), typeface)
    key = store.key_of(wanted.made_from())
    if (facts := store.find(cache, key, SUFFIX)) is None:
        with store.held(cache):
            facts = store.find(cache, key, SUFFIX) or _make(wanted, cache, key, progress)
    return Made(store.audio_path(cache, key, SUFFIX), facts["sha256"], facts["size"])


def _make(wanted: _Wanted, cache: Path, key: str, progress: Progress) -> dict[str, Any]:
    samples = stretch(wanted.master, wanted.soundbite)
    with (
        _full_disk_told(),
        # Named as an unfinished write, so that it is taken away after a kill as they are.
        tempfile.NamedTemporaryFile(prefix=f".{key}.", suffix=".tmp", dir=cache) as sound,
        atomic_path(store.audio_path(cache, key, SUFFIX)) as draft,
    ):
        sound.write(samples.tobytes())
        sound.flush()
        _encode(wanted, _scene(wanted, samples), Path(sound.name), samples.shape[1], draft, progress)
    return store.keep(cache, key, {}, SUFFIX)


def _scene(wanted: _Wanted, samples: Samples) -> Scene:
    from PIL import Image

    layout, bite, texts = LAYOUTS[wanted.shape], wanted.soundbite, wanted.texts
    with Image.open(wanted.artwork) as picture:
        artwork = picture.convert("RGB")
    return Scene(
        layout=layout,
        typeface=wanted.typeface,
        artwork=artwork,
        show=texts.show,
        episode=texts.episode,
        title=texts.title,
        captions=captions(texts.cues, bite, partial(_paged, layout, wanted.typeface)),
        bars=bars(samples, bars_in(layout.waveform)),
        frames=bite.frames,
    )


def _paged(layout: Layout, typeface: Typeface, text: str) -> tuple[Lines, ...]:
    words = layout.caption
    return pages(text, layout.stage.width, words.most, typeface.measure(words.sizes[0], words.weight))


def _encode(  # noqa: PLR0913, PLR0917 - one call of ffmpeg
    wanted: _Wanted, scene: Scene, sound: Path, channels: int, draft: Path, progress: Progress
) -> None:
    """Draw every frame into ffmpeg, which writes the MP4 to `draft`: its index stands first, so it cannot be piped."""
    size = f"{scene.layout.width}x{scene.layout.height}"
    seconds = wanted.soundbite.samples / SAMPLE_RATE
    pictures = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", str(FRAME_RATE), "-i", "pipe:0"]
    heard = ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(channels), "-i", f"file:{sound.absolute()}"]
    named = ["-metadata", f"title={wanted.soundbite.title}", "-metadata", f"album={wanted.texts.show}"]
    coded = [*pictures, *heard, "-map", "0:v", "-map", "1:a", *H264, *H264_SAME, *COLOURS, *AAC, *BARE, *named, *MP4]
    with ffmpeg.Process(["-y", *coded, f"file:{draft.absolute()}"], about=wanted.master, feeding=True) as process:
        for number, frame in enumerate(drawn(scene)):
            process.write(frame)
            progress(STEP, number / scene.frames, seconds=seconds)
        process.end_input()
        process.finish()
    progress(STEP, 1.0, seconds=seconds)


@contextmanager
def _full_disk_told() -> Iterator[None]:
    """Raise what Python itself would, where it is ffmpeg that found the disk full."""
    try:
        yield
    except PublisherError as error:
        for code in store.FULL:
            if os.strerror(code) in error.what:
                raise OSError(code, os.strerror(code)) from error
        raise
