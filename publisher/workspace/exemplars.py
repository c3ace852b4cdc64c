"""What a rule's findings look like: `guidelines/exemplars/RULE.toml`, sentences that teach and are cited.

They stand beside the rules, not within: a rule stays as short as a person likes to read it, and these grow.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from publisher.errors import Problem, PublisherError, WorkspaceError
from publisher.files import write_atomically
from publisher.workspace.fields import Line, Model
from publisher.workspace.guidelines import Guideline
from publisher.workspace.reading import check_toml, read_toml
from publisher.workspace.rulebook import EXEMPLARS as FOLDER
from publisher.workspace.rulebook import exemplar_files
from publisher.workspace.shipped import ships

KINDS = ("bad", "good")


class Exemplars(Model):
    """Sentences by which a rule finds what no list of words finds."""

    bad: Annotated[tuple[Line, ...], Field(min_length=1)]
    """What it points at looks like one of these; it says which."""
    good: tuple[Line, ...] = ()
    """What it must leave alone, the nearer to a bad one the better."""
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.34
    """From which likeness on it speaks up; a higher one finds less, and less that is none."""
    names: bool = False
    """Whether one of the rule's listed terms must stand in the sentence, whatever its context."""


def load_exemplars(root: Path, guidelines: Mapping[str, Guideline]) -> dict[str, Exemplars]:
    """Those of each rule that has any, in the order of the rules. Errors: WorkspaceError with all that is wrong.

    Those of a rule that ships and was taken away are not read: whoever deletes a rule need not know of them.
    """
    problems, found = [], {}
    for path in exemplar_files(root):
        if path.stem not in guidelines and ships(path.stem):
            continue
        read = read_toml(path, _name(path), Exemplars)
        if isinstance(read, list):
            problems += read
        else:
            found[path.stem] = read
            problems += _problems(path, read, guidelines)
    if problems:
        raise WorkspaceError(problems)
    return {id_: found[id_] for id_ in guidelines if id_ in found}


def _name(path: Path) -> str:
    return f"{FOLDER}/{path.name}"


def _problems(path: Path, read: Exemplars, guidelines: Mapping[str, Guideline]) -> Iterator[Problem]:
    rule = guidelines.get(path.stem)
    if rule is None:
        advice = f"there is no rule {path.stem!r}; its name is that of one of {', '.join(guidelines) or 'none'}"
        yield Problem(_name(path), "", advice)
    elif read.names and not rule.lists:
        yield Problem(_name(path), "names", f"the rule {path.stem!r} has no lists; take it away")
    for sentence in set(read.bad) & set(read.good):
        yield Problem(_name(path), "good", f"{sentence!r} is bad, too; keep one")


def teach_sentence(root: Path, rule: str, kind: str, sentence: str) -> Path:
    """Add a sentence to the `bad` or `good` ones of a rule, whose file is made if it is the first; gives its path.

    What else stands in the file stays as it is, comments too. Errors: PublisherError if it is empty, or stands there
    already; WorkspaceError if the file would not be right; then nothing is written.
    """
    import tomlkit

    if not sentence.strip():
        raise PublisherError("the sentence is empty", where=f"--{kind}", hint="say one, in quotes")
    path = root / FOLDER / f"{rule}.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig")) if path.exists() else tomlkit.document()
    for one in KINDS:
        if sentence in document.get(one, ()):
            hint = f"take it from {one} first" if one != kind else "nothing is left to do"
            raise PublisherError(f"the sentence is among the {one} ones already", where=_name(path), hint=hint)
    if kind not in document:
        document[kind] = tomlkit.array("[\n]")
    # A line each, as people write them.
    document[kind].add_line(sentence, indent="  ")
    text = tomlkit.dumps(document)
    checked = check_toml(text, _name(path), Exemplars)
    if isinstance(checked, list):
        raise WorkspaceError(checked)
    write_atomically(path, text.encode())
    return path
