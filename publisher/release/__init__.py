"""Making a target equal an edition: what is there, what to do about it, and doing it.

One release, in four calls:

    target = open_target("s3://bucket/site", TargetOptions())
    with target.exclusive():
        now = survey(target, edition)
        todo = plan(edition, now.record, now.listing)
        apply(todo, edition, target)

A dry run is the same without `exclusive` and `apply`; it writes nothing.
"""
