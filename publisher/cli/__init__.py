"""The command `publish`: parse, call one verb, print. One file a command family."""


def main() -> None:
    """Run the command line."""
    from publisher.cli.app import app

    app(prog_name="publish")
