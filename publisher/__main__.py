"""`python -m publisher` is `publish`."""

from publisher.cli import main

try:
    main()
finally:
    # Once a KeyboardInterrupt has passed the execution of a text, as dataclasses are made by, Python ends a module by
    # that signal, though it was caught and answered. Executing another text makes it forget (CPython, pythonrun.c).
    exec("")  # noqa: S102 - an empty one
