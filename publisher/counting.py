"""Numbers of things in words."""


def counted(number: int, one: str, several: str = "") -> str:
    """`1 file`, `2,000 files`. several: for more than one, or none; `one` with an s if not said."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
