"""What code blocks on the pages import: figures as pictures, commands and errors as text."""

import base64
import contextlib
import html
import io
import os
import shlex
import sys
from pathlib import Path
from typing import Any
from unittest import mock

DOTS_PER_INCH = 144
PIXELS_PER_INCH = 80  # on the page, so that a figure of 8 inches fits the column
_COLUMNS = 80  # letters of code beside each other where the window is 1280 pixels wide
_READABLE = 640  # pixels: narrower, as on a phone, a wide picture scrolls in its own box


def picture(alt: str, diagram: Any = None) -> None:
    """Print a picture into the block that calls this; see `picture_html`."""
    block = sys._getframe(1).f_globals  # noqa: SLF001 - a block's print is its own
    block.get("print", print)(picture_html(alt, diagram))


def picture_html(alt: str, diagram: Any = None) -> str:
    """Give the HTML of a diagram, a figure or SVG text; without one, of the current figure."""
    if isinstance(diagram, str):
        body, width = diagram.encode(), None
    elif hasattr(diagram, "to_svg"):
        body, width = diagram.to_svg().encode(), None
    elif hasattr(diagram, "_repr_svg_"):
        body, width = diagram._repr_svg_().encode(), None
    else:
        body, width = _figure(diagram)
    kind = "png" if width else "svg+xml"
    size = f' style="width:{width}px;min-width:{min(width, _READABLE)}px"' if width else ""
    data = base64.b64encode(body).decode()
    source = f"data:image/{kind};base64,{data}"
    return (
        f'<figure class="dz-picture"><img alt="{html.escape(alt)}" src="{source}"{size}></figure>'
    )


def _figure(figure: Any) -> tuple[bytes, int]:
    os.environ.setdefault("MPLBACKEND", "Agg")
    import matplotlib.pyplot as plt

    if figure is None and not plt.get_fignums():
        raise ValueError("No figure is open. Expected a plot call in the block before.")
    figure = figure or plt.gcf()
    file = io.BytesIO()
    figure.savefig(file, dpi=DOTS_PER_INCH, facecolor="white", bbox_inches="tight")
    plt.close(figure)
    pixels = int.from_bytes(file.getvalue()[16:20], "big")  # the width in a PNG's header
    return file.getvalue(), round(pixels / DOTS_PER_INCH * PIXELS_PER_INCH)


class _Terminal(io.StringIO):
    """A terminal as wide as a page, into which tables are fitted."""

    def __init__(self, said: io.StringIO) -> None:
        super().__init__()
        self.write = said.write  # type: ignore[method-assign]

    def isatty(self) -> bool:
        return True


def command(line: str) -> None:
    """Run a `digitzoo` command, as it is typed, and print it with what it says.

    A process of its own would load Keras anew, for seconds each.
    """
    from digitzoo.cli import main

    block = sys._getframe(1).f_globals  # noqa: SLF001 - a block's print is its own
    said, before = io.StringIO(), sys.argv
    sys.argv = shlex.split(line)  # an interrupted command says how it was called
    try:
        with (
            mock.patch.dict(os.environ, COLUMNS=str(_COLUMNS)),
            contextlib.redirect_stdout(_Terminal(said)),
            contextlib.redirect_stderr(said),
        ):
            main(sys.argv[1:])
    except SystemExit:
        pass  # an error has said what is wrong, and the page shows it
    finally:
        sys.argv = before
    lines = "\n".join(text.rstrip() for text in said.getvalue().strip("\n").splitlines())
    block.get("print", print)(f"```\n{line}\n```\n\n```text\n{lines}\n```\n")


def refusals(*calls: str) -> None:
    """Print Python calls that cannot work, each with the error that it raises, as an HTML list."""
    import digitzoo

    block = sys._getframe(1).f_globals  # noqa: SLF001 - the block's names and its print
    folders = f"{Path.cwd()}/", f"{Path(digitzoo.__file__).parents[1]}/"  # of this machine alone
    items = []
    for call in calls:
        try:
            eval(call, block)
        except digitzoo.DigitzooError as error:
            said = str(error)
            for folder in folders:
                said = said.replace(folder, "")
            said = html.escape(said, quote=False)
            items.append(f"<li><code>{html.escape(call, quote=False)}</code><br>{said}</li>")
            continue
        raise ValueError(f"{call} works. Expected an error of digitzoo's.")
    block.get("print", print)("<ul>" + "".join(items) + "</ul>")
