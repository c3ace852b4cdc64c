"""`publish guidelines`: whether the house's rules do what they say, and teaching them more."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.checking import Tier, TierOption
from publisher.cli.exits import ExitCode
from publisher.cli.output import bars, mark, plain, say
from publisher.cli.session import completed, load_workspace
from publisher.counting import counted
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from publisher.policy.examples import Trial
    from publisher.policy.likeness.looking import HeldOut
    from publisher.workspace.guidelines import Guideline

app = typer.Typer(no_args_is_help=True, help="The house's rules.")


def complete_rule(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of rules for the shell's completion."""
    return completed(ctx, incomplete, lambda workspace: workspace.guidelines)


@app.command("test")
def try_examples(
    ctx: typer.Context,
    rules: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RULE]...", help="Ids of rules; all if not said.", autocompletion=complete_rule),
    ] = None,
    tier: TierOption = Tier.RULE,
) -> None:
    """Hold rules against their own examples: `bad` must be found, `good` left alone.

    With `--tier both`, exemplars too: each by what the others teach.
    """
    from publisher.policy.examples import try_rule
    from publisher.workflow.tiers import open_likeness, open_tiers, rules_with_entities

    workspace = load_workspace(ctx)
    known = workspace.guidelines
    tiers, likeness = rules_with_entities(workspace), None
    if tier is Tier.BOTH:
        with bars() as progress:
            tiers, likeness = open_tiers(workspace, progress), open_likeness(workspace, progress)
    named = _asked(known, rules or ())
    for id_ in named:
        if known[id_].asks:
            say(f"{mark(done=True)} {id_}: asks, and looks for nothing")
    trials = [try_rule(id_, known[id_], tiers) for id_ in named if not known[id_].asks]
    for trial in trials:
        _tell(trial)
        if trial.blind:
            say(f"    {plain(tiers.silent)}")
        if likeness is not None and trial.rule in likeness.rules:
            _tell_held_out(likeness.held_out(trial.rule))
    failed = sum(bool(trial.surprises) for trial in trials)
    say(f"\n{counted(len(trials), 'rule')}, {failed} with examples that went otherwise")
    if failed:
        raise typer.Exit(ExitCode.ERROR)


@app.command("learn")
def learn(
    ctx: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Id of the rule.", autocompletion=complete_rule)],
    bad: Annotated[str | None, typer.Option("--bad", metavar="SENTENCE", help="One that it shall point at.")] = None,
    good: Annotated[
        str | None, typer.Option("--good", metavar="SENTENCE", help="One that it shall leave alone, as after a waiver.")
    ] = None,
) -> None:
    """Teach a rule a sentence: it is added to the exemplars in `guidelines/exemplars/RULE.toml`."""
    from publisher.workspace.exemplars import load_exemplars, teach_sentence

    if (bad is None) is (good is None):
        ctx.fail("Say either --bad or --good.")
    workspace = load_workspace(ctx)
    (known,) = _asked(workspace.guidelines, [rule])
    load_exemplars(workspace.root, workspace.guidelines)
    path = teach_sentence(workspace.root, known, "good" if bad is None else "bad", bad or good or "")
    say(f"{mark(done=True)} {plain(path.relative_to(workspace.root).as_posix())}")
    say(f"\nNext:  publish guidelines test {known} --tier both")


def _asked(known: "Mapping[str, Guideline]", names: "Sequence[str]") -> list[str]:
    for name in names:
        if name not in known:
            hint = f"use one of {', '.join(known)}" if known else "write one: docs/workspace.md says how"
            raise PublisherError(f"there is no rule {name!r}", where="guidelines", hint=hint)
    return list(dict.fromkeys(names)) or list(known)


def _tell(trial: "Trial") -> None:
    counts = f"{trial.found} of {trial.bad} bad found, {trial.left} of {trial.good} good left alone"
    say(f"{mark(done=not (trial.surprises or trial.blind) and trial.bad > 0)} {trial.rule}: {counts}")
    if not trial.bad:
        say("    no bad example: nothing shows what it finds")
    for surprise in trial.surprises:
        say(f"    {plain(surprise.happened)}: {plain(surprise.sentence)}")


def _tell_held_out(found: "HeldOut") -> None:
    say(
        f"    looks like: {found.found} of {found.bad} bad exemplars found by the others,"
        f" {found.alarms} of {found.good} other sentences, too"
    )
