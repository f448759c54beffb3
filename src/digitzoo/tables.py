"""A plain table: columns, rows and remarks, as text, Markdown, HTML and CSV.

It knows nothing of what it shows. Standard library only, so that the formulas can use it.
"""

from collections.abc import Sequence
from typing import NamedTuple

_WIDTH = 76  # as code on a page of the documentation, in a note too


def width_of(text: str) -> int:
    """Count the columns that a terminal gives a text; Korean letters take two.

    >>> width_of("MAC"), width_of("층")
    (3, 2)
    """
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text: str, indent: str = "") -> str:
    """Break a text between words at 76 columns, every line behind an indent.

    >>> print(wrapped("word " * 20, "  "))
      word word word word word word word word word word word word word word word
      word word word word word
    """
    lines, line = [], ""
    for word in text.split():
        if line and width_of(indent + line) + 1 + width_of(word) > _WIDTH:
            lines.append(indent + line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, indent + line])


class Table(NamedTuple):
    """What a table shows, cell by cell.

    Attributes:
        columns: The headings.
        rows: As many cells each as there are columns.
        total: A last row, set apart.
        remarks: Sentences below the table.
        title: A line above it.
        numbers: The headings of columns of numbers, aligned on the right.

    >>> print(Table(("layer", "params"), (("Dense", "1,290"),), numbers=("params",)))
    -------------
    layer  params
    -------------
    Dense   1,290
    -------------
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None
    remarks: tuple[str, ...] = ()
    title: str = ""
    numbers: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it for a terminal."""
        every = (self.columns, *self._every())
        widths = [max(map(width_of, column)) for column in zip(*every, strict=True)]

        def line(cells: Sequence[str]) -> str:
            padded = []
            for name, cell, width in zip(self.columns, cells, widths, strict=True):
                gap = " " * (width - width_of(cell))
                padded.append(gap + cell if name in self.numbers else cell + gap)
            return "  ".join(padded).rstrip()

        rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
        lines = [self.title] if self.title else []
        lines += [rule, line(self.columns), rule, *map(line, self.rows), rule]
        lines += [line(self.total), rule] if self.total else []
        return "\n".join([*lines, *map(wrapped, self.remarks)])

    def to_markdown(self) -> str:
        """Write it as GitHub's Markdown.

        >>> print(Table(("layer", "params"), (("Dense", "10"),), numbers=("params",)).to_markdown())
        | layer | params |
        | --- | ---: |
        | Dense | 10 |
        <BLANKLINE>
        """
        align = ["---:" if name in self.numbers else "---" for name in self.columns]
        escaped = [[cell.replace("|", "\\|") for cell in row] for row in self._every()]
        lines = [f"| {' | '.join(cells)} |" for cells in (self.columns, align, *escaped)]
        remarks = ["", *(f"- {remark}" for remark in self.remarks)] if self.remarks else []
        return "\n".join([*lines, *remarks]) + "\n"

    def to_html(self) -> str:
        """Write it for a notebook.

        >>> "<td" in Table(("layer",), (("Dense",),)).to_html()
        True
        """
        from html import escape

        def line(cells: Sequence[str], tag: str) -> str:
            written = (
                f'<{tag} style="text-align:{"right" if name in self.numbers else "left"}">'
                f"{escape(cell)}</{tag}>"
                for name, cell in zip(self.columns, cells, strict=True)
            )
            return f"<tr>{''.join(written)}</tr>"

        lines = ["<table>"]
        lines += [f"<caption>{escape(self.title)}</caption>"] if self.title else []
        lines += [f"<thead>{line(self.columns, 'th')}</thead>", "<tbody>"]
        lines += [*(line(row, "td") for row in self.rows), "</tbody>"]
        lines += [f"<tfoot>{line(self.total, 'th')}</tfoot>"] if self.total else []
        items = [f"<li>{escape(remark)}</li>" for remark in self.remarks]
        return "\n".join([*lines, "</table>", *(["<ul>", *items, "</ul>"] if items else [])])

    def to_csv(self) -> str:
        """Write headings and rows, without total and remarks, as comma-separated values.

        >>> print(Table(("layer", "params"), (("Dense", "1,290"),)).to_csv(), end="")
        layer,params
        Dense,"1,290"
        """
        import csv
        import io

        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([self.columns, *self.rows])
        return out.getvalue()

    def _every(self) -> list[tuple[str, ...]]:
        return [*self.rows, *([self.total] if self.total else [])]
