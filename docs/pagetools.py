"""What code blocks on the pages import: figures as pictures, commands and errors as text."""

import contextlib
import html
import io
import os
import shlex
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pictures

_COLUMNS = 80  # letters of code beside each other where the window is 1280 pixels wide


def picture(alt: str, diagram: Any = None) -> None:
    """Print a picture into the block that calls this; see `pictures.by_language`."""
    block = sys._getframe(1).f_globals  # noqa: SLF001 - a block's print is its own
    shown = pictures.by_language(alt, diagram, block.get("__drawing__", []), block)
    printed = block.get("__printed__")  # while a page is made, what each language prints
    if printed is None:
        block.get("print", print)(shown["en"])
        return
    for language, page in printed.items():
        print(shown[language], file=page)


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
