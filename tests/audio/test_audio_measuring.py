"""Reading ffmpeg's log."""

from pathlib import Path

from publisher.audio.measuring import loudnesses

INTERRUPTED = """\
[ebur128@mix @ 0x7f33] [info] Summary:

  Integrated loudness:
    I:         -26.7 LUFS
    Threshold: -36.7 LUFS

  Loudness range:
    LRA:         0.1 LU
    Threshold: -46.6 LUFS
    LRA low:   -26.7 LUFS
    LRA high:  -26.6 LUFSEncoder thread received EOF
[out#0/u8 @ 0x55c1] [verbose] All streams finished
[ebur128@mix @ 0x7f33] [info]

  True peak:
    Peak:      -15.0 dBFS
"""


def test_a_report_is_read_whole_where_another_thread_speaks_in_between() -> None:
    heard = loudnesses(INTERRUPTED, Path("recording.flac"))["mix"]
    assert (heard.integrated, heard.span, heard.true_peak) == (-26.7, 0.1, -15.0)
