"""The recogniser: faster-whisper, told to give the same words for the same sound on one machine.

It decodes with a beam and without dice: the library's way out of a loop is to try again with random choices, which
would give other words each time. Loops are marked instead (see `doubts`). Nothing that was said before is told to it,
so that a mistake does not live on, and a stretch does not depend on others.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from publisher.errors import PublisherError
from publisher.speech.model import Recognised, Span
from publisher.speech.models import Model
from publisher.transcript.model import Word

if TYPE_CHECKING:
    from publisher.audio.listening import Heard16

PACKAGE = "faster-whisper"
SETTINGS: dict[str, Any] = {
    "beam_size": 5,
    "temperature": 0.0,
    "condition_on_previous_text": False,
    "word_timestamps": True,
    "vad_filter": True,
}
COMPUTE = "int8"
PROMPT_TOKENS = 200
"""Tokens of names to listen for: the window has 224 for them, and cuts the rest off in the middle of a word."""
SURE = 0.8
"""Probability from which on a stretch is taken to be in another language than was expected."""
SPACELESS = ("zh", "ja", "th", "lo", "my", "yue")
"""Languages without spaces between words."""


def installed() -> str | None:
    """The version of faster-whisper; None where it is not installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return None


class Recogniser:
    """A model, loaded. Several threads may use it at once, up to `workers`."""

    def __init__(self, model: Model, workers: int = 1) -> None:
        """Load the model. PublisherError where it is none, or where faster-whisper is not installed."""
        if installed() is None:
            hint = "pip install 'corporate-voices[transcribe]'"
            raise PublisherError("no recogniser of speech is installed", hint=hint)
        # All files are given; should one be looked for all the same, it is not looked for elsewhere.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from faster_whisper import WhisperModel

        self.model = replace(model, contents={})
        """What is known of it; its bytes are not held twice."""
        try:
            # One thread each: how a sum is shared among threads may change its last digit.
            self._whisper = WhisperModel(
                model.name, "cpu", 0, COMPUTE, 1, workers, local_files_only=True, files={**model.contents}
            )
        except (RuntimeError, ValueError) as error:
            hint = "get a Whisper model that was converted for CTranslate2"
            raise PublisherError(f"this is no model: {error}", where=model.place.name, hint=hint) from error

    def hears(self, language: str) -> bool:
        """Whether it knows a language, by its code."""
        known = self.model.languages or tuple(self._whisper.supported_languages)
        return language in known

    def fitting(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names, the first ones, that it can be told to listen for."""
        if not self.model.takes_hotwords:
            return ()
        kept: list[str] = []
        for name in names:
            if len(self._whisper.hf_tokenizer.encode(f" {', '.join([*kept, name])}").ids) > PROMPT_TOKENS:
                break
            kept.append(name)
        return tuple(kept)

    def recognise(
        self,
        samples: "Heard16",
        span: Span,
        language: str,
        names: Iterable[str] = (),
        told: Callable[[float], object] = lambda _: None,
    ) -> Recognised:
        """The words of a stretch, in the language that is expected, unless it clearly is in another one.

        samples: of `span`. told: how many seconds of it are done; what it raises ends the work.
        """
        spoken = self._language(samples, language)
        segments, _ = self._whisper.transcribe(samples, language=spoken, hotwords=", ".join(names) or None, **SETTINGS)
        words: list[Word] = []
        for segment in segments:
            words += _words(segment.words or (), span, spaced=spoken not in SPACELESS)
            told(float(segment.end))
        return Recognised(tuple(_in_order(words, span)), spoken, span)

    def _language(self, samples: "Heard16", expected: str) -> str:
        if len(self._whisper.supported_languages) == 1:
            return expected
        found, probability, _ = self._whisper.detect_language(samples, vad_filter=True)
        return found if probability >= SURE else expected


def _words(pieces: Iterable[Any], span: Span, *, spaced: bool) -> Iterator[Word]:
    """Whole words: what the recogniser gives without a space before it belongs to the word before."""
    word: Word | None = None
    for piece in pieces:
        found = _word(piece, span)
        if word and spaced and not piece.word.startswith(" "):
            sure = min(word.probability or 0.0, found.probability or 0.0)
            word = Word(word.start, max(word.end, found.end), word.text + found.text, sure)
            continue
        if word and word.text:
            yield word
        word = found
    if word and word.text:
        yield word


def _word(piece: Any, span: Span) -> Word:  # noqa: ANN401 - the library's word
    start, end = round(span.start + float(piece.start), 3), round(span.start + float(piece.end), 3)
    text = "".join(piece.word.split())
    return Word(start, max(start, end), text, round(min(max(float(piece.probability), 0.0), 1.0), 3))


def _in_order(words: Iterable[Word], span: Span) -> Iterator[Word]:
    """The words, none before the one above it: times are estimated segment by segment, and may overlap."""
    latest = span.start
    for word in words:
        start = max(word.start, latest)
        yield Word(start, max(start, word.end), word.text, word.probability)
        latest = start
