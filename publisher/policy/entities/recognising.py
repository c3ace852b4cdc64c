"""Presidio's recognisers, over one pipeline of spaCy; imported late, because that takes two seconds of a processor.

Nothing here opens a connection. The model is a folder, never a name, which Presidio would have downloaded; and e-mail
addresses are judged by the list of domains that tldextract brings, not by the one that it would fetch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import spacy
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    SpacyRecognizer,
    UkNinoRecognizer,
    UsPassportRecognizer,
    UsSsnRecognizer,
)
from spacy.language import Language
from spacy.tokens import Doc
from tldextract import TLDExtract

from publisher.policy.matching import Span
from publisher.workspace.guidelines import Entity

_LANGUAGE = "en"
_AT_ONCE = 64
"""Sentences that the model reads together: one by one they take three times as long."""
_UNREAD = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter")
"""Parts of the model that recognise no entity; they are not loaded."""


def recognise(
    sentences: list[str], names: frozenset[Entity], folder: Path | None
) -> Iterator[list[tuple[Entity, Span]]]:
    """The entities of these names in each sentence. folder: of the model; None if none of them needs it."""
    engine = _engine(names, folder)
    asked: list[str] = sorted(names)
    for sentence, words in engine.nlp_engine.process_batch(sentences, _LANGUAGE, batch_size=_AT_ONCE):
        yield list(_counted(sentence, engine.analyze(sentence, _LANGUAGE, asked, nlp_artifacts=words)))


def _counted(sentence: str, found: Iterable[RecognizerResult]) -> Iterator[tuple[Entity, Span]]:
    for one in found:
        name = cast("Entity", one.entity_type)
        if one.score >= _KNOWN[name].least:
            # Some expressions take the spaces around with them.
            words = sentence[one.start : one.end]
            yield name, (one.end - len(words.lstrip()), one.start + len(words.rstrip()))


class _Email(EmailRecognizer):
    """Presidio's own, whose domains would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self._domains = TLDExtract(cache_dir=None, suffix_list_urls=())

    def validate_result(self, pattern_text: str) -> bool:
        return bool(self._domains(pattern_text).fqdn)


def _people() -> EntityRecognizer:
    return SpacyRecognizer(supported_entities=["PERSON"])


@dataclass(frozen=True)
class _Known:
    """An entity that earned its place (docs/decisions/0016-entities.md)."""

    recogniser: Callable[[], EntityRecognizer]
    least: float
    """The score from which on it counts, from 0 to 1: Presidio's own for a form alone, 1 for one whose check digits
    are right, and 0.35 more where a word beside it says what it is."""


_KNOWN: Mapping[Entity, _Known] = {
    "CREDIT_CARD": _Known(CreditCardRecognizer, 1),
    "EMAIL_ADDRESS": _Known(_Email, 1),
    "IBAN_CODE": _Known(IbanRecognizer, 1),
    "PERSON": _Known(_people, 0.85),
    "UK_NINO": _Known(UkNinoRecognizer, 0.5),
    "US_PASSPORT": _Known(UsPassportRecognizer, 0.4),
    "US_SSN": _Known(UsSsnRecognizer, 0.5),
}


class _Pipeline(SpacyNlpEngine):
    """A pipeline that is loaded: Presidio would load one by its name."""

    def __init__(self, pipeline: Language) -> None:
        labels = pipeline.pipe_labels.get("ner", ())
        told = NerModelConfiguration(
            model_to_presidio_entity_mapping={"PERSON": "PERSON"},
            labels_to_ignore=[label for label in labels if label != "PERSON"],
            low_score_entity_names=[],
        )
        super().__init__(ner_model_configuration=told)
        self.nlp = {_LANGUAGE: pipeline}  # type: ignore[assignment]  # as its own load() does

    def _doc_to_nlp_artifact(self, doc: Doc, language: str) -> NlpArtifacts:
        """Words as they are written stand for their dictionary forms, by which Presidio looks beside a number."""
        for token in doc:
            token.lemma_ = token.lower_
        return super()._doc_to_nlp_artifact(doc, language)


@cache
def _engine(names: frozenset[Entity], folder: Path | None) -> AnalyzerEngine:
    recognisers = [_KNOWN[name].recogniser() for name in sorted(names)]
    return AnalyzerEngine(registry=RecognizerRegistry(recognizers=recognisers), nlp_engine=_pipeline(folder))


@cache
def _pipeline(folder: Path | None) -> _Pipeline:
    return _Pipeline(spacy.load(folder, exclude=_UNREAD) if folder else spacy.blank(_LANGUAGE))
