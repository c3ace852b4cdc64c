"""The body of a piece's page. Its addresses are relative: it opens from a folder as well as from a server."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

from markupsafe import Markup

from publisher.rendering.markdown import to_page
from publisher.rendering.model import Card, Ingredients, MediaFile
from publisher.rendering.site.templates import environment
from publisher.rendering.site.waveform import outline
from publisher.rendering.sound import Sound
from publisher.rendering.transcripts import public_transcripts
from publisher.transcript.model import Cue, Transcript
from publisher.workspace.config import Config
from publisher.workspace.pieces import Chapter, Episode, Post

PART = "body.html"
_PACKAGE = "publisher.rendering.site"
_PARAGRAPH = 420
"""Letters after which a speaker's next sentence begins a new paragraph."""

_ORIENTATION = 0x0112
"""The EXIF tag that says how a camera was held."""
_QUARTER_TURNS = (5, 6, 7, 8)
"""Its values that lay a picture on its side."""

_CLOSING = "\"'\u201d\u2019\u00bb)"
"""What may stand behind the end of a sentence: quotation marks and brackets."""


@dataclass(frozen=True)
class Turn:
    """What one speaker says, in paragraphs that can be read."""

    speaker: str | None
    paragraphs: tuple[tuple[Cue, ...], ...]

    @property
    def start(self) -> float:
        """Seconds at which the turn begins."""
        return self.paragraphs[0][0].start


@dataclass(frozen=True)
class Passage:
    """The part of a transcript that stands under the title of one chapter."""

    chapter: Chapter | None
    """None before the first chapter, or where there are none."""
    turns: tuple[Turn, ...]


def episode_body(episode: Episode, parts: Ingredients, sound: Sound) -> bytes:
    """The `<article>` of an episode."""
    config, media = parts.config, parts.media
    chapters = episode.matter.chapters if sound.chapters is None else sound.chapters
    html = (
        environment(_PACKAGE)
        .get_template("episode.html")
        .render(
            card=parts.card,
            show=config.shows[episode.show],
            language=config.shows[episode.show].language or config.house.language,
            division=_division(config, parts.card),
            chapters=chapters,
            soundbites=sound.soundbites,
            media=media,
            transcripts=tuple(public_transcripts(media)),
            waveform=outline(_bytes(media["waveform"])) if "waveform" in media else "",
            text=_text(episode.text, config, media),
            speakers=[parts.people[id_] for id_ in episode.people],
            passages=tuple(_passages(sound.transcript, chapters)) if sound.transcript else (),
        )
    )
    return html.encode()


def post_body(post: Post, parts: Ingredients) -> bytes:
    """The `<article>` of a post."""
    config, media = parts.config, parts.media
    html = (
        environment(_PACKAGE)
        .get_template("post.html")
        .render(
            card=parts.card,
            language=config.house.language,
            division=_division(config, parts.card),
            alt=post.matter.picture.alt if post.matter.picture else "",
            size=_size(media["artwork"]) if "artwork" in media else "",
            text=_text(post.text, config, media),
        )
    )
    return html.encode()


def _bytes(file: MediaFile) -> bytes:
    return file.source if isinstance(file.source, bytes) else file.source.read_bytes()


def _division(config: Config, card: Card) -> str | None:
    return config.divisions[card.division].name if card.division else None


def _text(text: str, config: Config, media: Mapping[str, MediaFile]) -> Markup:
    html = to_page(text, config.house.url, lambda name: f"../{media[name].key}")
    for file in media.values():
        if file.content_type.startswith("image/"):
            # Only a tag begins with "<": in the text of a page it is escaped.
            html = html.replace(f'<img src="../{file.key}"', f'<img src="../{file.key}"{_size(file)}')
    # Clean by construction: `to_page` ends with nh3 and its allow-list.
    return Markup(html)  # noqa: S704


def _size(picture: MediaFile) -> Markup:
    """The attributes `width` and `height`: with them a browser keeps the room free, and the text does not jump."""
    from PIL import Image

    source = BytesIO(picture.source) if isinstance(picture.source, bytes) else picture.source
    with Image.open(source) as image:
        width, height = image.size
        # Cameras write "turn this by a quarter" beside the pixels, and browsers obey.
        if image.getexif().get(_ORIENTATION, 1) in _QUARTER_TURNS:
            width, height = height, width
    return Markup(' width="{}" height="{}"').format(width, height)


def _passages(transcript: Transcript, chapters: Sequence[Chapter]) -> Iterator[Passage]:
    """The transcript under the titles of the chapters; a cue belongs where its middle lies."""
    starts = [chapter.start for chapter in chapters]

    def number(cue: Cue) -> int:
        return bisect_right(starts, (cue.start + cue.end) / 2)

    for reached, cues in groupby(transcript.cues, number):
        turns = Transcript(tuple(cues)).turns()
        yield Passage(
            chapters[reached - 1] if reached else None,
            tuple(Turn(turn.speaker, tuple(_paragraphs(turn.cues))) for turn in turns),
        )


def _paragraphs(cues: Iterable[Cue]) -> Iterator[tuple[Cue, ...]]:
    paragraph: list[Cue] = []
    for cue in cues:
        paragraph.append(cue)
        if sum(len(one.text) for one in paragraph) >= _PARAGRAPH and cue.text.rstrip(_CLOSING).endswith(
            (".", "?", "!")
        ):
            yield tuple(paragraph)
            paragraph = []
    if paragraph:
        yield tuple(paragraph)
