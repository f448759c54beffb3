"""Small drawings for questions: grids of numbers, and a window on its grid; as SVG and as text."""

from html import escape
from typing import NamedTuple

from digitzoo.tables import width_of

_CELL, _GAP, _TITLE = 22, 26, 20  # pixels
_MINUS = "\u2212"
_LINE, _PALE, _SEEN = "#334e68", "#9fb3c8", "#cfe8f7"


class Window(NamedTuple):
    """Where a window stands: its first row and column, its side, and the distance of its taps.

    Of a later one the edge alone is drawn, dashed.
    """

    top: int
    left: int
    side: int
    taps: int = 1
    later: bool = False

    def reads(self, row: int, column: int) -> bool:
        """Whether one of its taps lies on a cell."""
        down, right = row - self.top, column - self.left
        inside = 0 <= down < self.side and 0 <= right < self.side
        return inside and not (self.later or down % self.taps or right % self.taps)


class Panel(NamedTuple):
    """A grid with a title: numbers, or cells alone, some of them zeros around the input."""

    title: str
    rows: tuple[tuple[int | str, ...], ...]
    windows: tuple[Window, ...] = ()
    border: int = 0
    inked: bool = False  # a picture, whose ones are ink

    @property
    def width(self) -> int:
        """Pixels from its left to its right."""
        letters = sum(13 if width_of(sign) == 2 else 8 for sign in self.title)
        return max(len(self.rows[0]) * _CELL, letters)

    def to_svg(self, x: int) -> str:
        """Draw it, beginning at a place on the right."""
        y0, parts = _TITLE, [f'<text x="{x}" y="14" class="t">{escape(self.title)}</text>']
        high, wide = len(self.rows), len(self.rows[0])
        for y, row in enumerate(self.rows):
            for left, value in enumerate(row):
                inside = (
                    self.border <= y < high - self.border
                    and self.border <= left < wide - self.border
                )
                fill = "#fff" if inside else "#eee"
                seen = any(one.reads(y, left) for one in self.windows)
                fill = _SEEN if seen else fill
                fill = "#222" if self.inked and value == 1 else fill
                place = f'x="{x + left * _CELL}" y="{y0 + y * _CELL}"'
                parts.append(
                    f'<rect {place} width="{_CELL}" height="{_CELL}" fill="{fill}" '
                    f'stroke="{_PALE}"/>'
                )
                if value != "":
                    ink = "#fff" if fill == "#222" else "#222"
                    middle = x + left * _CELL + _CELL / 2, y0 + y * _CELL + _CELL / 2 + 4.5
                    parts.append(
                        f'<text x="{middle[0]:g}" y="{middle[1]:g}" fill="{ink}" class="n">'
                        f"{str(value).replace('-', _MINUS)}</text>"
                    )
        for one in self.windows:
            dashed = ' stroke-dasharray="5 4"' if one.later else ""
            parts.append(
                f'<rect x="{x + one.left * _CELL}" y="{y0 + one.top * _CELL}" fill="none" '
                f'width="{one.side * _CELL}" height="{one.side * _CELL}" stroke="{_LINE}" '
                f'stroke-width="2.5"{dashed}/>'
            )
        return "".join(parts)

    def to_lines(self) -> list[str]:
        """Write title and numbers in lines of one width."""
        cells = [[str(value) for value in row] for row in self.rows]
        wide = max(len(cell) for row in cells for cell in row)
        lines = [self.title, *(" ".join(cell.rjust(wide) for cell in row) for row in cells)]
        full = max(map(width_of, lines))
        return [line + " " * (full - width_of(line)) for line in lines]


class Drawing(NamedTuple):
    """Panels beside each other.

    Attributes:
        panels: The grids, from left to right.
        about: What there is to see, for who does not see it.
    """

    panels: tuple[Panel, ...]
    about: str

    def to_svg(self) -> str:
        """Draw it as SVG, with nothing from elsewhere."""
        x, drawn = 2, []
        for panel in self.panels:
            drawn.append(panel.to_svg(x))
            x += panel.width + _GAP
        width, height = x - _GAP + 4, _TITLE + _CELL * max(len(p.rows) for p in self.panels) + 4
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" font-family="sans-serif">'
            f"<title>{escape(self.about)}</title>"
            "<style>.t{font-size:13px;fill:#222}.n{font-size:13px;text-anchor:middle}</style>"
            f"{''.join(drawn)}</svg>"
        )

    def to_text(self) -> str:
        """Write its numbers; empty where it only shows what the question says."""
        if all(value == "" for panel in self.panels for row in panel.rows for value in row):
            return ""
        columns = [panel.to_lines() for panel in self.panels]
        high = max(map(len, columns))
        blanks = [" " * width_of(lines[0]) for lines in columns]
        padded = [
            lines + [blank] * (high - len(lines))
            for lines, blank in zip(columns, blanks, strict=True)
        ]
        return "\n".join("   ".join(parts).rstrip() for parts in zip(*padded, strict=True))
