"""Text in figures: a font that has its characters, its size in inches, and lines that fit."""

import re
import textwrap
import warnings
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.text import Text

from digitzoo.tables import width_of

# The Korean fonts of Windows, macOS and the Linux distributions, which are looked through first.
_KNOWN_FONTS = (
    *("Malgun Gothic", "Apple SD Gothic Neo", "AppleGothic", "Noto Sans CJK KR", "Noto Sans KR"),
    *("NanumGothic", "NanumBarunGothic", "UnDotum", "Baekmuk Gulim"),
)

SMALLEST_TYPE = 4.0  # points: what shrinks stops here, and what would be smaller is left out
LETTER_WIDTH = 0.6  # of a letter's height, about, in any font
_LINE = 1.25  # of a letter's height
_USUAL_TYPE, TITLE_TYPE = 10.0, 12.0  # points: matplotlib's own


class Lettering(NamedTuple):
    """A font for some texts, None for the user's own, and the characters that no font here has."""

    family: tuple[str, ...] | None = None
    missing: frozenset[str] = frozenset()

    def spell(self, text: str) -> str:
        """Replace what cannot be drawn by question marks."""
        return "".join("?" if letter in self.missing else letter for letter in text)

    def apply(self, *texts: Text) -> None:
        """Set the font of texts that are drawn already, and spell them."""
        for text in texts:
            if self.family is not None and not text.get_text().isascii():
                text.set_fontfamily(list(self.family))
            if self.missing:
                text.set_text(self.spell(text.get_text()))
            if "$" in text.get_text():
                text.set_parse_math(False)  # a class called "$5 or $10" is no formula


def choose_lettering(texts: Iterable[str]) -> Lettering:
    """Find a font for texts, the user's own first; one warning says which to install."""
    letters = {letter for text in texts for letter in text if not letter.isspace()}
    own = tuple(mpl.rcParams["font.family"])
    paths = [str(font_manager.findfont(font_manager.FontProperties(family=[f]))) for f in own]
    missing = letters - _letters_of(paths, letters)
    if not missing:
        return Lettering()
    other = _font_with(frozenset(missing))
    if other is not None:
        return Lettering((*own, other))
    shown = "".join(sorted(missing)[:10])
    warnings.warn(
        f"No font of this system has the characters {shown!r}; they are drawn as question marks. "
        f"For Korean, install Noto Sans CJK KR (Debian and Ubuntu: fonts-noto-cjk) or NanumGothic.",
        stacklevel=3,
    )
    return Lettering(missing=frozenset(missing))


def spell_names(names: Sequence[str]) -> list[str]:
    """Give names, or numbers in their place if no font has their characters."""
    lettering = choose_lettering(names)
    if any(lettering.spell(name) != name for name in names):
        return [str(index) for index in range(len(names))]
    return list(names)


def font_size(size: str | float) -> float:
    """Give a size of the user's style, such as "small", in points."""
    return float(font_manager.FontProperties(size=size).get_size_in_points())


def text_scale() -> float:
    """Tell how much larger the text of the user's style is than matplotlib's own, 1 or above."""
    own = mpl.rcParams
    around = (own["axes.labelsize"], own["xtick.labelsize"], own["legend.fontsize"])
    sizes = [(size, _USUAL_TYPE) for size in around] + [(own["axes.titlesize"], TITLE_TYPE)]
    return max(1.0, *(font_size(size) / usual for size, usual in sizes))


def text_size(texts: Iterable[str], size: float = _USUAL_TYPE) -> tuple[float, float]:
    """Tell about how many inches the widest and the highest of some texts take, in any font."""
    lines = [text.split("\n") if text else [] for text in texts]
    widest = max((width_of(line) for some in lines for line in some), default=0)
    return widest * LETTER_WIDTH * size / 72, max(map(len, lines), default=0) * _LINE * size / 72


class _Wrapper(textwrap.TextWrapper):
    """Long names are broken behind an underscore too."""

    wordsep_re = re.compile(r"( +)|(?<=[_-])(?=[^_-])")


def wrap(text: str, width: int) -> str:
    r"""Break a text into lines of at most `width` characters; East Asian ones count twice.

    >>> wrap("index 7, Ankle boot", 12), wrap("global_average_pooling2d", 18)
    ('index 7,\nAnkle boot', 'global_average_\npooling2d')
    """
    wide = width_of(text) > 1.5 * len(text)
    wrapper = _Wrapper(max(width // 2 if wide else width, 1))
    return "\n".join("\n".join(wrapper.wrap(line)) for line in text.split("\n"))


def shorten_all(texts: Sequence[str], width: int) -> list[str]:
    """Cut texts that stand in full elsewhere so that they still differ: inside, or numbered.

    >>> shorten_all(["a long name, one", "a long name, two"], 10)
    ['a lo…, one', 'a lo…, two']
    """
    tail = width // 2
    short = [
        text if len(text) <= width else f"{text[: width - tail - 1].rstrip()}…{text[-tail:]}"
        for text in texts
    ]
    if len(set(short)) == len(set(texts)):
        return short
    return [f"{number}: {text}"[:width] for number, text in enumerate(texts)]


def write_percent(share: float) -> str:
    """Write a share in as few digits as tell it from 0 and from 100 %.

    >>> write_percent(0.5), write_percent(0.0123), write_percent(0.9996), write_percent(0.0004)
    ('50 %', '1.2 %', '99.9 %', '0.1 %')
    """
    percent = round(100 * share, 1)
    if 0 < share < 1:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:.0f} %" if percent == int(percent) else f"{percent:.1f} %"


def _letters_of(paths: Iterable[str], letters: Iterable[str]) -> set[str]:
    fonts = [font_manager.get_font(path) for path in paths]
    return {letter for letter in letters if any(font.get_char_index(ord(letter)) for font in fonts)}


@cache
def _font_with(letters: frozenset[str]) -> str | None:
    """Name a font of the system that has characters, the known ones first."""
    manager = font_manager.fontManager
    listed = {Path(entry.fname).name for entry in manager.ttflist}
    for path in font_manager.findSystemFonts():  # matplotlib keeps its list: some came later
        if Path(path).name not in listed and _has_all(path, letters):
            manager.addfont(path)
    # matplotlib's own fonts have no Korean, and its "Last Resort" has a box for everything.
    brought = str(mpl.get_data_path())
    others = [entry for entry in manager.ttflist if not entry.fname.startswith(brought)]
    ranks = {name: rank for rank, name in enumerate(_KNOWN_FONTS)}
    others.sort(key=lambda entry: (ranks.get(entry.name, len(ranks)), entry.fname))
    return next((entry.name for entry in others if _has_all(entry.fname, letters)), None)


def _has_all(path: str, letters: frozenset[str]) -> bool:
    try:
        return _letters_of((path,), letters) == letters
    except (OSError, RuntimeError):  # a font file that FreeType does not read
        return False
