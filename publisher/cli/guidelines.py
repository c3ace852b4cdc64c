"""`publish guidelines`: whether the house's rules do what they say."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.output import mark, plain, say
from publisher.cli.session import load_workspace
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from publisher.policy.examples import Trial
    from publisher.workspace.guidelines import Guideline

app = typer.Typer(no_args_is_help=True, help="The house's rules.")


def complete_rule(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of rules for the shell's completion; a broken workspace completes nothing."""
    try:
        rules = load_workspace(ctx).guidelines
    except PublisherError:
        return []
    return [id_ for id_ in rules if id_.startswith(incomplete)]


@app.command("test")
def try_examples(
    ctx: typer.Context,
    rules: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RULE]...", help="Ids of rules; all if not said.", autocompletion=complete_rule),
    ] = None,
) -> None:
    """Hold rules against their own examples: `bad` must be found, `good` left alone."""
    from publisher.policy.examples import try_rule

    known = load_workspace(ctx).guidelines
    named = _asked(known, rules or ())
    for id_ in named:
        if known[id_].asks:
            say(f"{mark(done=True)} {id_}: asks, and looks for nothing")
    trials = [try_rule(id_, known[id_]) for id_ in named if not known[id_].asks]
    for trial in trials:
        _tell(trial)
    failed = sum(bool(trial.surprises) for trial in trials)
    say(f"\n{len(trials)} {'rule' if len(trials) == 1 else 'rules'}, {failed} with examples that went otherwise")
    if failed:
        raise typer.Exit(ExitCode.ERROR)


def _asked(known: "Mapping[str, Guideline]", names: "Sequence[str]") -> list[str]:
    for name in names:
        if name not in known:
            hint = f"use one of {', '.join(known)}" if known else "write one: docs/workspace.md says how"
            raise PublisherError(f"there is no rule {name!r}", where="guidelines", hint=hint)
    return list(dict.fromkeys(names)) or list(known)


def _tell(trial: "Trial") -> None:
    counts = f"{trial.found} of {trial.bad} bad found, {trial.left} of {trial.good} good left alone"
    say(f"{mark(done=not trial.surprises and trial.bad > 0)} {trial.rule}: {counts}")
    if not trial.bad:
        say("    no bad example: nothing shows what it finds")
    for surprise in trial.surprises:
        say(f"    {plain(surprise.happened)}: {plain(surprise.sentence)}")
