"""Where a guideline points in a text: its expressions, its lists, its entities, and what must stand in one sentence.

A sentence ends with `.`, `!`, `?` or `…`, closing quotes and brackets with it, before a space; not behind an
initial (`J. Smith`) or a title (`_TITLES`). Where nobody wrote full stops it ends after
`LONGEST` words, so that the two ends of a long turn are not taken for one sentence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from publisher.workspace.guidelines import Entity, Guideline, TermList, whole_words

if TYPE_CHECKING:
    import regex

Span: TypeAlias = tuple[int, int]
"""Where a phrase begins in a text, and where it ends: the first character after it."""
Found: TypeAlias = Mapping[Entity, Sequence[Span]]
"""By entity, where it stands in a folded text."""
NOTHING: Found = {}
SECONDS = 2.0
"""How long one expression may look at one passage; a sound one needs milliseconds."""
LONGEST = 60
"""Words of a sentence at most."""
_NAME = re.compile(r"[^\W\d_]{6,}")
"""Shorter names fall into two words that everybody says."""
_TITLES = "Mr|Mrs|Ms|Dr|Prof|St|vs"
_ROOM = 8
"""Characters that the longest title takes, with its full stop and a space."""
_END = re.compile(r"(?<=[.!?\u2026])[\"'\u201d\u00bb)\]]*\s+")
_TITLE = re.compile(rf"\b(?:{_TITLES}|\w)\.\s+$", re.IGNORECASE)
_WORD = re.compile(r"\S+\s*")


class TooSlowError(Exception):
    """An expression took longer than `SECONDS`; its only argument is the token."""


def spans(rule: Guideline, text: str, entities: Found = NOTHING) -> list[Span]:
    """Where a guideline points in a folded text, in order; of phrases that overlap, the first and longest.

    With `all_of`, one a sentence: from the first of the words that must stand in it to the last.
    entities: of any name; nothing where nobody looked for them. Errors: TooSlowError.
    """
    pointed = _apart([*_pointed(rule, text), *(one for name in rule.entities for one in entities.get(name, ()))])
    return list(_together(rule, text, pointed)) if rule.all_of else pointed


def silences(rule: Guideline, text: str) -> bool:
    """Whether a folded text holds what the rule gives way to. Errors: TooSlowError."""
    return any(True for _ in _found(rule, rule.unless, text))


def sentence_around(text: str, span: Span) -> str:
    """The sentence, or sentences, that a phrase stands in."""
    touched = [one for one in sentences(text) if one[0] < span[1] and span[0] < one[1]]
    return text[touched[0][0] : touched[-1][1]].strip()


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a folded text, which together are all of it; a space belongs to the one before it."""
    return tuple(_short(text, _stretches(text)))


def heard(term: str) -> str:
    """The expression of a list's term as transcripts have it: a long name may be heard as two words, `blue fin`."""
    return "[ -]?".join(term) if _NAME.fullmatch(term) else term


def _stretches(text: str) -> Iterator[Span]:
    start = 0
    for end in (match.end() for match in _END.finditer(text)):
        if not _TITLE.search(text, max(start, end - _ROOM), end):
            yield start, end
            start = end
    if start < len(text):
        yield start, len(text)


def _short(text: str, stretches: Iterable[Span]) -> Iterator[Span]:
    for start, end in stretches:
        words = [match.start() for match in _WORD.finditer(text, start, end)]
        starts = [start, *words[LONGEST::LONGEST]]
        yield from zip(starts, [*starts[1:], end], strict=True)


def _pointed(rule: Guideline, text: str) -> Iterator[Span]:
    """Every match of its tokens, and of its lists' terms."""
    yield from _found(rule, rule.tokens, text)
    for terms in rule.held:
        yield from _found(rule, (heard(one.term) for one in terms.terms if one.context == "strong"), text)
        yield from _meant(rule, terms, text)


def _meant(rule: Guideline, terms: TermList, text: str) -> Iterator[Span]:
    """Terms that mean other things too, where a word beside them says that they are meant."""
    found = list(_found(rule, (heard(one.term) for one in terms.terms if one.context == "word"), text))
    near = list(_found(rule, terms.near, text)) if found else []
    for sentence in sentences(text) if near else ():
        here, beside = _within(sentence, found), _within(sentence, near)
        yield from (one for one in here if any(other[1] <= one[0] or one[1] <= other[0] for other in beside))


def _together(rule: Guideline, text: str, pointed: Sequence[Span]) -> Iterator[Span]:
    groups = [pointed] if rule.tokens or rule.lists or rule.entities else []
    groups += [_apart(_found(rule, group, text)) for group in rule.all_of]
    for sentence in sentences(text) if all(groups) else ():
        firsts = [found[0] for group in groups if (found := _within(sentence, group))]
        if len(firsts) == len(groups):
            yield min(firsts)[0], max(end for _, end in firsts)


def _within(sentence: Span, found: Sequence[Span]) -> list[Span]:
    """The matches that begin in a sentence."""
    return [one for one in found if sentence[0] <= one[0] < sentence[1]]


def _apart(matches: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for start, end in sorted(matches, key=lambda span: (span[0], -span[1])):
        if start < end and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def _found(rule: Guideline, tokens: Iterable[str], text: str) -> Iterator[Span]:
    for token in tokens:
        try:
            for match in _pattern(token, rule.ignorecase).finditer(text, timeout=SECONDS):
                yield match.span()
        except TimeoutError as error:
            raise TooSlowError(token) from error


@cache
def _pattern(token: str, ignorecase: bool) -> "regex.Pattern[str]":  # noqa: FBT001 - the rule's own flag
    # Not `re`: nothing but this engine gives up, in any thread and on any system, on an expression like (a+)+b.
    import regex

    return regex.compile(whole_words(token), regex.IGNORECASE if ignorecase else 0)
