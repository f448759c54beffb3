"""What code blocks on the pages import: figures as inline pictures."""

import base64
import html
import io
import os
import sys
from typing import Any

DOTS_PER_INCH = 144
PIXELS_PER_INCH = 80  # on the page, so that a figure of 8 inches fits the column


def picture(alt: str, diagram: Any = None) -> None:  # noqa: ANN401 - anything with `to_svg` too
    """Print a picture into the block that calls this.

    Args:
        alt: What is to be seen, for those who do not see it.
        diagram: A `plot_model` diagram, a matplotlib figure or SVG text; without it the current
            figure, which is then closed.
    """
    block = sys._getframe(1).f_globals  # noqa: SLF001 - a block's print is its own
    block.get("print", print)(picture_html(alt, diagram))


def picture_html(alt: str, diagram: Any = None) -> str:  # noqa: ANN401
    """Give the HTML of a picture: see `picture`."""
    if isinstance(diagram, str):
        body, width = diagram.encode(), None
    elif hasattr(diagram, "to_svg"):
        body, width = diagram.to_svg().encode(), None
    elif hasattr(diagram, "_repr_svg_"):
        body, width = diagram._repr_svg_().encode(), None
    else:
        body, width = _figure(diagram)
    kind = "png" if width else "svg+xml"
    size = f' style="width:{width}px"' if width else ""
    data = base64.b64encode(body).decode()
    source = f"data:image/{kind};base64,{data}"
    return (
        f'<figure class="dz-picture"><img alt="{html.escape(alt)}" src="{source}"{size}></figure>'
    )


def _figure(figure: Any) -> tuple[bytes, int]:  # noqa: ANN401 - matplotlib is loaded when needed
    os.environ.setdefault("MPLBACKEND", "Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    if figure is None and not plt.get_fignums():
        raise ValueError("No figure is open. Expected a plot call in the block before.")
    figure = figure or plt.gcf()
    file = io.BytesIO()
    figure.savefig(file, dpi=DOTS_PER_INCH, facecolor="white", bbox_inches="tight")
    plt.close(figure)
    pixels = int.from_bytes(file.getvalue()[16:20], "big")  # the width in a PNG's header
    return file.getvalue(), round(pixels / DOTS_PER_INCH * PIXELS_PER_INCH)
