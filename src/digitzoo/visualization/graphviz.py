"""Graphviz, from wherever it can be had: the system's `dot`, or the `graphviz-pure` wheel.

pydot could run it too, but prints what a renderer complains of.
"""

import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from digitzoo.errors import RenderingError

_NONE_FOUND = (
    "There is no Graphviz to draw the diagram with. Either install the wheel, "
    "`python -m pip install graphviz-pure`, or Graphviz itself (graphviz.org/download) so that "
    "its `dot` is on the PATH."
)


def renderers() -> list[str]:
    """List the programs that can draw, the best first.

    Raises:
        RenderingError: If there is none.
    """
    found = [program for program in (shutil.which("dot"), _from_wheel()) if program]
    if not found:
        raise RenderingError(_NONE_FOUND)
    return found


def render(source: str, file_format: str, *, dpi: int | None = None) -> bytes:
    """Draw a graph.

    Args:
        source: The graph in the DOT language.
        file_format: Such as `"svg"`, `"png"` or `"pdf"`.
        dpi: Dots per inch of a picture made of pixels.

    Returns:
        What belongs in the file.

    Raises:
        RenderingError: If there is no renderer, or none of them can write that format.
    """
    complaints = []
    for program in renderers():
        options = [f"-T{file_format}", *([f"-Gdpi={dpi}"] if dpi else [])]
        done = subprocess.run(  # noqa: S603 - found by us, and no shell
            [program, *options], input=source.encode(), capture_output=True, check=False
        )
        if done.returncode == 0 and done.stdout:
            return done.stdout
        complaints.append(f"{program}: {done.stderr.decode(errors='replace').strip()}")
    remedy = (
        " The graphviz-pure wheel draws svg, png and jpg; for other formats install Graphviz "
        "itself (graphviz.org/download) so that its `dot` is on the PATH."
    )
    raise RenderingError(
        f"The diagram could not be drawn as {file_format}. {' '.join(complaints)}{remedy}"
    )


def _from_wheel() -> str | None:
    """Find the wheel's program: beside this Python, which need not be on the PATH."""
    try:
        installed = files("graphviz-pure") or []
    except PackageNotFoundError:
        installed = []
    for file in installed:
        program = Path(str(file.locate()))
        if program.stem == "graphviz-pure" and program.is_file():
            return str(program.resolve())
    return shutil.which("graphviz-pure")
