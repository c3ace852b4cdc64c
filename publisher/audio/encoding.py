"""The second pass: level and encode a recording to MP3."""

from collections.abc import Callable
from pathlib import Path

from publisher.audio import ffmpeg, graph, info_frame
from publisher.audio.graph import Aim
from publisher.audio.model import Settings
from publisher.audio.recording import Recording

# Without the bit reservoir a frame depends on the few before it alone, so that chunks could be encoded side by side
# and still give these bytes.
LAME = ("-c:a", "libmp3lame", "-reservoir", "0", "-flags:a", "+bitexact")
BARE = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-id3v2_version", "0", "-write_xing", "0")


def encode(recording: Recording, settings: Settings, aim: Aim, draft: Path, progress: Callable[[float], None]) -> None:
    """Write the MP3 to `draft`, over whatever it holds: constant bit rate, no tags, the Info frame first.

    `progress` is told how much is done, 0 to 1.
    """
    filters = graph.levelling(recording.picked(settings.channels), aim)
    levelled = [*recording.inputs, "-filter_complex", filters, "-map", "[out]"]
    encoder = [*LAME, "-b:a", f"{settings.bitrate_kbps}k", *BARE, "-f", "mp3", "pipe:1"]
    expected = (aim.samples / info_frame.FRAME_SAMPLES + 2) * settings.frame_bytes
    with draft.open("wb") as stream:
        stream.write(info_frame.blank(settings))

        def write(block: bytes) -> None:
            stream.write(block)
            progress(min(1.0, stream.tell() / expected))

        ffmpeg.run([*levelled, *encoder], about=recording.path, sink=write)
    info_frame.seal(draft, settings, aim.samples)
    progress(1.0)
