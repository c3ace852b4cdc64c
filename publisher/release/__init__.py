"""Making a target equal an edition: what is there, what to do about it, and doing it.

One release, in four calls:

    target = open_target("s3://bucket/site", TargetOptions())
    with target.exclusive(), leased(target, me):
        now = survey(target, edition)
        todo = plan(edition, now.record, now.listing)
        apply(todo, edition, target, etag=now.etag)

A directory needs no lease, as `Target.promises` says. A dry run is the same without taking turns and `apply`; it writes
nothing.
"""
