"""A transcript as a page of its own, for apps that show HTML, and for search engines.

The elements are those that the Podcasting 2.0 namespace shows (github.com/Podcastindex-org/podcast-namespace,
`transcripts/transcripts.md`): `cite` for who speaks, `time`, and `p`. No scripts, no styles, nothing that is loaded.
"""

from html import escape

from publisher.transcript.formats.model import Format
from publisher.transcript.model import Cue, Transcript, Turn
from publisher.transcript.timecode import format_timecode

_HEAD = '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>Transcript</title>\n</head>\n<body>'


def write_html(transcript: Transcript) -> str:
    """The transcript as HTML, the same text for the same cues; a turn is a section."""
    return "\n".join([_HEAD, *map(_section, transcript.turns()), "</body>", "</html>", ""])


def _section(turn: Turn) -> str:
    speaker = [f"<cite>{escape(turn.speaker)}:</cite>"] if turn.speaker else []
    return "\n".join(["<section>", *speaker, *map(_paragraph, turn.cues), "</section>"])


def _paragraph(cue: Cue) -> str:
    """The exact time is for programs, the short one for people."""
    exact = f"PT{round(float(cue.start), 3)}S"
    return f'<time datetime="{exact}">{format_timecode(cue.start)}</time>\n<p>{escape(cue.text)}</p>'


FORMAT = Format("HTML", ".html", "text/html", None, write_html)
