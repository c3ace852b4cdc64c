"""Guidelines: the house's own rules, readable by people who do not program.

The keys are those of Vale's `existence` rules where the meaning is the same (`tokens`, `ignorecase`).
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from publisher.workspace.fields import Line, Model, Slug, Text

_WHOLE = r"(?:(?<!\w)|(?!\w))(?:{})(?:(?!\w)|(?<!\w))"
"""A token stands alone: where it begins or ends with a letter or digit, none may touch it there."""
_BRACE = re.compile(r"(?<!\\)\{(?!\d+(?:,\d*)?\}|,\d+\})")
"""A brace that counts nothing: engines differ in what it means."""

_PLAIN = re.compile(r"\w[\w '-]*")
"""Words, in which nothing is special: most tokens are that, and need no judgement, which takes its time."""
_SPACE = re.compile(r"\s+")
_UNSEEN = "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}"
"""Within a word, nobody sees them; those that shape letters of other scripts stay."""
_AS_SEEN = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", **dict.fromkeys(_UNSEEN)})


def fold(text: str) -> str:
    """A text as expressions see it: accents in one form, a plain apostrophe, single spaces, nothing unseen."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(_AS_SEEN))


def whole_words(token: str) -> str:
    """The expression that finds a token as whole words in a folded text."""
    return _WHOLE.replace("{}", fold(token))


def is_plain(token: str) -> bool:
    """Whether a token is words, and no expression."""
    return _PLAIN.fullmatch(token) is not None


def _token(value: str) -> str:
    """What both engines read alike: Python's own judges it here, and the one that keeps to a time limit finds it."""
    if is_plain(value):
        return value
    import regex

    try:
        re.compile(value)
        re.compile(whole_words(value))
        # As it is looked for where nothing else is said: the engine keeps it for that.
        pattern = regex.compile(whole_words(value), regex.IGNORECASE)
    except (re.error, regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    if _BRACE.search(value):
        raise ValueError("is not a regular expression: a brace counts, like {2} or {2,4}; else write \\{")
    if any(not found.group().strip() for text in ("", "a b") for found in pattern.finditer(text)):
        raise ValueError("finds an empty place; say at least one letter that must be there")
    return value


Token = Annotated[str, AfterValidator(_token)]
"""A word or regular expression, as Python's `re` reads it, matched as whole words."""
Group = Annotated[tuple[Token, ...], Field(min_length=1)]
"""Tokens of which one is enough."""
Where = Literal["transcript", "text"]
Level = Literal["advice", "waiver", "blocks"]
Entity = Literal["CREDIT_CARD", "EMAIL_ADDRESS", "IBAN_CODE", "PERSON", "UK_NINO", "US_PASSPORT", "US_SSN"]
"""What Presidio recognises, by its own names; all others raised more false alarms than they found."""


class Term(Model):
    """A word or name of a list."""

    term: Token
    """A word or regular expression, matched as whole words."""
    context: Literal["strong", "word"] = "strong"
    """`strong` is found alone; `word`, which means other things too, only with one of `near` in its sentence."""


class TermList(Model):
    """Terms that several rules use: code names, customers, competitors."""

    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    """`{ term = "Bluefin" }`, or `{ term = "Kestrel", context = "word" }`."""
    near: tuple[Token, ...] = ()
    """Words that stand in one sentence with a term whose context is `word`, where it is meant."""
    stands_for: Line | None = None
    """What every term is read as when sentences are compared: what is said of one is as bad of another."""

    @model_validator(mode="after")
    def _words_have_a_context(self) -> Self:
        if not self.near and any(term.context == "word" for term in self.terms):
            raise ValueError("say under near which words stand beside a term whose context is word")
        return self


class Guideline(Model):
    """A rule of the house."""

    says: Line
    """What it says to a person whose piece it points at."""
    why: Text
    """The reason, so that people learn the rule instead of fearing it."""
    level: Level = "advice"
    """`advice` is shown to host and legal; `waiver` must be waived by legal, with a reason, before they can approve;
    `blocks` must be mended before legal sees the piece."""
    tokens: tuple[Token, ...] = ()
    """Words or regular expressions, each matched as whole words; one that takes too long is reported."""
    lists: tuple[Slug, ...] = ()
    """Ids of lists whose terms it finds, beside its tokens."""
    entities: tuple[Entity, ...] = ()
    """People and numbers of identity that it finds, beside its tokens, where both tiers look: by Presidio's names."""
    all_of: tuple[Group, ...] = ()
    """Groups of tokens: one of each must stand in the sentence, beside a token, term or entity if the rule has any."""
    unless: tuple[Token, ...] = ()
    """Words that silence the rule wherever they stand: in all that is said, or in all that is written."""
    asks: bool = False
    """Whether `says` is a question to the author, which no words can answer; shown until `answers` of a piece do."""
    ignorecase: bool = True
    """Whether capitals and small letters are the same."""
    applies_to: Annotated[tuple[Where, ...], Field(min_length=1)] = ("transcript", "text")
    """`transcript`: what is said; `text`: title, summary, chapters, notes and posts."""
    divisions: tuple[Slug, ...] = ()
    """Ids of the divisions for whose pieces it holds; for all pieces if not said."""
    tags: tuple[Slug, ...] = ()
    """Tags of which a piece must have one for it to hold; for all pieces if not said."""
    bad: list[str] = Field(default_factory=list)
    """Sentences that the rule must find."""
    good: list[str] = Field(default_factory=list)
    """Sentences that the rule must leave alone."""

    _held: tuple[TermList, ...] = PrivateAttr(())

    @model_validator(mode="after")
    def _something_is_looked_for(self) -> Self:
        looks = bool(self.tokens or self.lists or self.entities or self.all_of)
        if not looks and not self.asks:
            raise ValueError("looks for nothing; give it tokens, lists, entities or all_of")
        if self.asks and (looks or self.unless or self.bad or self.good):
            keys = "tokens, lists, entities, all_of, unless, bad and good"
            raise ValueError(f"asks, and so looks for nothing: leave {keys} out")
        if self.asks and self.level != "advice":
            raise ValueError("asks, and a question is advice: whoever approves reads the answer")
        return self

    def holds_for(self, division: str | None, tags: Collection[str]) -> bool:
        """Whether it is held against a piece of this division with these tags: both must fit, where it names any."""
        return (not self.divisions or division in self.divisions) and (not self.tags or bool({*self.tags} & {*tags}))

    def with_lists(self, lists: Mapping[str, TermList]) -> "Guideline":
        """The same rule with its lists at hand. Errors: KeyError, a list that is not there."""
        rule = self.model_copy()
        rule._held = tuple(lists[name] for name in self.lists)  # noqa: SLF001 - its own copy
        return rule

    @property
    def held(self) -> tuple[TermList, ...]:
        """Its lists. Errors: LookupError if nobody gave it them: a rule without its terms would find nothing."""
        if len(self._held) < len(self.lists):
            raise LookupError("the rule has no lists yet")
        return self._held


class Guidelines(Model):
    """The whole of `guidelines.toml`."""

    rules: dict[Slug, Guideline] = Field(default_factory=dict)
    """Each rule by its id: `[rules.code-names]`."""
    lists: dict[Slug, TermList] = Field(default_factory=dict)
    """Lists that rules name, by their id: `[lists.customers]`."""
