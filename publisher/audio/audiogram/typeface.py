"""The letters: from the house's own font file, from Inter, or, without either, Pillow's own few."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.audio.audiogram.wrapping import Measure
from publisher.errors import PublisherError
from publisher.files import digest_bytes

if TYPE_CHECKING:
    from PIL.ImageFont import Axis, FreeTypeFont

INTER = ("fontpkg_inter", "files/Inter[opsz,wght].ttf")
"""Package and file of a font under the SIL Open Font License: Latin, Greek and Cyrillic in every weight."""
NOBODY = "\U0010ffff"
"""A code that never means a letter: what a font draws for it, it draws for every letter it lacks."""
JOINED = ((0x0590, 0x109F), (0x1780, 0x18AF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF))
"""Scripts that run from right to left, or whose letters change with their neighbours: Hebrew to Burmese, Khmer."""

JOINERS = "\u200c\u200d"
"""Signs between two letters of those scripts that say whether they are joined; they are not seen themselves."""
SELECTORS = frozenset(map(chr, (*range(0x180B, 0x180E), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Signs that choose between the shapes of the letter before, such as text or picture."""


class Typeface:
    """One font at every size and weight, for texts that are known beforehand."""

    def __init__(self, path: Path | None, texts: Iterable[str]) -> None:
        """Read the font.

        path: a TTF or OTF file; None for the font that comes along. texts: all that will be drawn. Raises
        PublisherError for a file that is no font, and for scripts that this computer cannot set.
        """
        self._path = path
        self._file = _font_file(path)
        self._joined = _is_joined("".join(texts))
        self._check_engine()
        self._nobody = _shape(self._usual, NOBODY)

    @property
    def digest(self) -> str:
        """Of the font's file: 64 hexadecimal digits."""
        return digest_bytes(self._file).sha256

    @lru_cache(maxsize=64)  # noqa: B019 - a typeface lives as long as the making of one audiogram
    def at(self, size: int, weight: int) -> "FreeTypeFont":
        """The font for letters of `size` pixels; 400 is regular and 700 bold, where it has weights."""
        from PIL import ImageFont

        # Without `joined`, letters are set side by side as the font file says. The other engine does more, but it needs
        # a library of the system, and an audiogram must not depend on whether that is there.
        engine = ImageFont.Layout.RAQM if self._joined else ImageFont.Layout.BASIC
        try:
            font = ImageFont.truetype(BytesIO(self._file), size, layout_engine=engine)
        except OSError as error:
            hint = "give a TTF or OTF file"
            raise PublisherError("is not a font", where=str(self._path), hint=hint) from error
        _set_weight(font, size, weight)
        return font

    @cache  # noqa: B019 - as above, and no text has many different letters
    def lacks(self, sign: str) -> bool:
        """Whether `sign` would come out as a box."""
        return _is_shown(sign) and _shape(self._usual, sign) == self._nobody

    def measure(self, size: int, weight: int) -> Measure:
        """Says how wide a text is in these letters."""
        return self.at(size, weight).getlength

    @property
    def _usual(self) -> "FreeTypeFont":
        return self.at(40, 400)

    def _check_engine(self) -> None:
        from PIL import features

        if self._joined and not features.check("raqm"):
            what = "the texts have letters that are joined or run from right to left, which needs the library FriBiDi"
            hint = "install it (Debian: `libfribidi0`, Homebrew: `fribidi`)"
            raise PublisherError(what, hint=hint)


def plain(text: str) -> str:
    """`text` as it is drawn: one space between its words, accents on their letters, nothing that cannot be seen."""
    kept = JOINERS if _is_joined(text) else ""
    spaced = " ".join(text.split())
    return unicodedata.normalize("NFC", "".join(sign for sign in spaced if sign in kept or _is_shown(sign))).strip()


def runs_leftwards(text: str) -> bool:
    """Whether its first letter belongs to a script that is read from right to left."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


def _font_file(path: Path | None) -> bytes:
    if path is None:
        return _inter() or _pillows_own()
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise PublisherError("is not there", where=str(path), hint="check the name and the folder") from None
    except OSError as error:
        hint = "give a TTF or OTF file"
        raise PublisherError(f"cannot be read: {error.strerror}", where=str(path), hint=hint) from error


def _inter() -> bytes | None:
    package, name = INTER
    try:
        return resources.files(package).joinpath(name).read_bytes()
    except ModuleNotFoundError:
        return None


def _pillows_own() -> bytes:
    from PIL import ImageFont

    font = ImageFont.load_default(20)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 - for mypy: with a size, it always is
    assert isinstance(font.path, BytesIO)  # noqa: S101 - for mypy: it comes out of Pillow's own code
    return font.path.getvalue()


def _set_weight(font: "FreeTypeFont", size: int, weight: int) -> None:
    try:
        axes = font.get_variation_axes()
    except (OSError, NotImplementedError):  # a font of one weight
        return
    wanted = {b"Weight": weight, b"Optical Size": size}
    font.set_variation_by_axes([_on(axis, wanted) for axis in axes])


def _on(axis: "Axis", wanted: Mapping[bytes, int]) -> float:
    """The place on an axis of variation that is nearest to the wanted one."""
    least, usual, most = (axis[key] or 0 for key in ("minimum", "default", "maximum"))
    return min(max(wanted.get(axis["name"] or b"", usual), least), most)


def _shape(font: "FreeTypeFont", sign: str) -> tuple[float, tuple[int, int], bytes]:
    mask = font.getmask(sign)
    return font.getlength(sign), mask.size, bytes(mask)


def _is_joined(text: str) -> bool:
    return any(low <= ord(sign) <= high for sign in text for low, high in JOINED)


def _is_shown(sign: str) -> bool:
    """Not a control sign, nor a mark for the typesetter such as a soft hyphen or a choice between shapes."""
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} and sign not in SELECTORS
