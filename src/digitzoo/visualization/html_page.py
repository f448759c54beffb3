"""Pieces of a web page that needs no other file: pictures, sections, paragraphs."""

import base64
import io
from html import escape
from string import Template

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from digitzoo.visualization.canvas import AnyFigure

_DOTS = 2  # for each pixel of the page, so that projectors and phones show sharp lines


def picture(drawn: AnyFigure | Axes, words: str) -> str:
    """Put a picture into a page as an `img`, its content said in words, and close its figure."""
    root = drawn.figure if isinstance(drawn, Axes) else drawn
    figure = root if isinstance(root, Figure) else root.figure
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=_DOTS * figure.dpi)
    width = round(figure.get_size_inches()[0] * figure.dpi)
    plt.close(figure)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return f'<img width="{width}" alt="{escape(words)}" src="data:image/png;base64,{data}">'


def section(title: str, *parts: str) -> str:
    """Write a section with its heading."""
    return "\n".join(["<section>", f"<h2>{escape(title)}</h2>", *parts, "</section>"])


def paragraph(text: str) -> str:
    """Write a paragraph."""
    return f"<p>{escape(text)}</p>"


def page(title: str, *parts: str) -> str:
    """Write a whole page in the colours of the user's matplotlib style, as its pictures are."""
    return _PAGE.substitute(
        title=escape(title),
        parts="\n".join(parts),
        paper=to_hex(mpl.rcParams["figure.facecolor"]),
        ink=to_hex(mpl.rcParams["text.color"]),
    )


_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { background: $paper; color: $ink; font: 16px/1.5 system-ui, sans-serif;
  max-width: 1120px; margin: 2em auto; padding: 0 1em; }
section { margin-top: 2.5em; overflow-x: auto; }
h1, h2 { line-height: 1.2; }
img, svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; }
th, td { padding: 0.15em 0.9em 0.15em 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid #8884; }
th { font-weight: 600; white-space: nowrap; }
</style>
</head>
<body>
<h1>$title</h1>
$parts
</body>
</html>
""")
