"""Add a person, or a key to a person."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from publisher.errors import PublisherError, WorkspaceError
from publisher.files import write_atomically
from publisher.workspace.create import toml_text
from publisher.workspace.fields import is_slug
from publisher.workspace.loading import Workspace, people_files
from publisher.workspace.people import People, Person, Revoked
from publisher.workspace.reading import check_toml


def check_people(workspace: Workspace, ids: Iterable[str]) -> None:
    """Errors: someone is nobody in people.toml."""
    for id_ in ids:
        if id_ not in workspace.people:
            raise PublisherError(
                f"{id_!r} is nobody in people.toml", hint=f"add them: publish people add {id_} --name NAME"
            )


def add_person(  # noqa: PLR0913 - what there is to say of somebody
    workspace: Workspace, id_: str, name: str, roles: Sequence[str], title: str | None, *, email: str | None = None
) -> Path:
    """Write `people/ID.toml`; gives its path. email: with which they sign in at a team's desk.

    Errors: the id is taken or no id, or what was said of them is not usable; then nothing is written.
    """
    # An id becomes a file name: nothing but letters, digits and '-' gets that far.
    if not is_slug(id_):
        raise PublisherError(f"{id_!r} is no id", hint="use 1 to 80 of a-z, 0-9 and '-', like lena-fischer")
    if id_ in workspace.people:
        raise PublisherError(
            f"{id_!r} is there already", where="people", hint=f"give them a key: publish people key {id_}"
        )
    lines = [f"[people.{id_}]", f"name = {toml_text(name)}", *([f"title = {toml_text(title)}"] if title else [])]
    lines += [f"email = {toml_text(email)}"] if email else []
    lines += [f"roles = [{', '.join(toml_text(role) for role in roles)}]"]
    text = "\n".join(lines) + "\n"
    found = check_toml(text, f"people/{id_}.toml", People)
    if isinstance(found, list):
        raise WorkspaceError(found)
    path = workspace.root / "people" / f"{id_}.toml"
    write_atomically(path, text.encode())
    return path


def add_key(workspace: Workspace, id_: str, line: str) -> Path:
    """Add a public key to a person, in the file in which they stand; gives its path."""
    return change_keys(workspace, id_, [line], [])


def change_keys(workspace: Workspace, id_: str, lines: Iterable[str], revoked: Iterable[Revoked]) -> Path:
    """Add public keys to a person and revoke others, in the file in which they stand; gives its path.

    A key that was revoked already is so from the earlier entry of the two.
    """
    import tomlkit

    check_people(workspace, [id_])
    for name in people_files(workspace.root):
        path = workspace.root / name
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
        person = document.get("people", {}).get(id_)
        if person is not None:
            person["keys"] = [*person.get("keys", []), *lines]
            if all_ := _revoked(workspace.people[id_], revoked):
                person["revoked"] = tomlkit.aot()
                for one in all_:
                    person["revoked"].append(tomlkit.item(one.model_dump()))
            write_atomically(path, tomlkit.dumps(document).encode())
            return path
    raise PublisherError(f"{id_!r} stands in no file now", where="people", hint="run the same command again")


def _revoked(person: Person, more: Iterable[Revoked]) -> list[Revoked]:
    found: dict[str, Revoked] = {}
    for one in (*person.revoked, *more):
        if one.key not in found or one.since < found[one.key].since:
            found[one.key] = one
    return list(found.values())
