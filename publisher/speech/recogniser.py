"""The recogniser: faster-whisper, told to give the same words for the same sound on one machine.

It decodes with a beam and without dice: the library's way out of a loop is to try again with random choices, which
would give other words each time. Loops are marked instead (see `doubts`). Nothing that was said before is told to it,
so that a mistake does not live on, and a stretch does not depend on others.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from statistics import fmean
from typing import TYPE_CHECKING, Any

from publisher.audio.listening import RATE
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
LIKELY = 0.5
"""Probability from which on a phrase is in the language of the one before it."""
DOUBTFUL = 0.72
"""Mean probability of a phrase's words below which it may be in another language."""
SHORTEST = 2.0
"""Seconds of a phrase that has a language."""
SPACELESS = ("zh", "ja", "th", "lo", "my", "yue")
"""Languages without spaces between words."""


def installed() -> str | None:
    """The version of faster-whisper; None where it is not installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return None


@dataclass(frozen=True)
class _Phrase:
    """What the recogniser takes to be said in one go."""

    span: Span
    words: tuple[Word, ...]

    @property
    def sureness(self) -> float:
        """Mean probability of its words; 0 where there is none."""
        return fmean(word.probability or 0.0 for word in self.words) if self.words else 0.0


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
        """The words of a stretch, in the language that is expected, and where it clearly is another one, in that.

        samples: of `span`. told: how many seconds of it are done; what it raises ends the work.
        """
        spoken = self._language(samples, language)
        phrases = [*self._heard(samples, span, spoken, names, told)]
        words = [word for one in phrases for word in one.words]
        runs = [*self._runs(samples, span, phrases, spoken)]
        for there, code in runs:
            if code != spoken:
                words = [word for word in words if not there.start <= word.start < there.end]
                words += [word for one in self._heard(_part(samples, span, there), there, code) for word in one.words]
        words.sort(key=lambda word: word.start)
        foreign = tuple((there, code) for there, code in runs if code != language)
        return Recognised(tuple(_in_order(words, span)), span, foreign)

    def _heard(
        self,
        samples: "Heard16",
        span: Span,
        language: str,
        names: Iterable[str] = (),
        told: Callable[[float], object] = lambda _: None,
    ) -> Iterator[_Phrase]:
        found, _ = self._whisper.transcribe(samples, language=language, hotwords=", ".join(names) or None, **SETTINGS)
        for one in found:
            words = tuple(_words(one.words or (), span, spaced=language not in SPACELESS))
            yield _Phrase(Span(span.start + float(one.start), span.start + float(one.end)), words)
            told(float(one.end))

    def _language(self, samples: "Heard16", expected: str, before: str = "") -> str:
        """The language of some sound, where it is clear; that of the phrase before it, where it is likely."""
        if len(self._whisper.supported_languages) == 1 or not samples.any():
            return expected
        found, probability, _ = self._whisper.detect_language(samples, vad_filter=True)
        return found if probability >= (LIKELY if found == before else SURE) else expected

    def _runs(
        self, samples: "Heard16", span: Span, phrases: Iterable[_Phrase], spoken: str
    ) -> Iterator[tuple[Span, str]]:
        """A stretch in runs of one language each.

        What is said in another language than the recogniser was told, it translates, and is not sure of its words, or
        it leaves it out. So only such phrases are asked for their language. (Of a German guest that was every one, of
        English talk 3 of 38.)
        """
        run, code = Span(span.start, span.start), spoken
        for phrase in _with_gaps(phrases, span):
            there = phrase.span
            is_doubtful = there.length >= SHORTEST and phrase.sureness < DOUBTFUL
            heard = self._language(_part(samples, span, there), spoken, before=code) if is_doubtful else spoken
            if heard != code and run.length:
                yield run, code
            run = Span(run.start if heard == code else there.start, there.end)
            code = heard
        yield run, code


def _with_gaps(phrases: Iterable[_Phrase], span: Span) -> Iterator[_Phrase]:
    """The phrases, and one without words for whatever lies between them."""
    at = span.start
    for phrase in (*phrases, _Phrase(Span(span.end, span.end), ())):
        if phrase.span.start > at:
            yield _Phrase(Span(at, phrase.span.start), ())
        if phrase.words:
            yield phrase
        at = max(at, phrase.span.end)


def _part(samples: "Heard16", span: Span, part: Span) -> "Heard16":
    """The samples of a part of a stretch. samples: of the stretch, at 16 kHz."""
    first, last = (round((at - span.start) * RATE) for at in (part.start, part.end))
    return samples[first:last]


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
