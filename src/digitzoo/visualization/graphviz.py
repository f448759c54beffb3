"""Graphviz, from wherever it can be had: the system's `dot`, or the `pygraphviz` wheel."""

import shutil
import subprocess
import sys
from importlib.util import find_spec

from digitzoo.errors import RenderingError

# In a Python of its own: the library is written in C and speaks to the terminal.
_WHEEL = """
import sys, pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
if sys.argv[2]:
    graph.graph_attr["dpi"] = sys.argv[2]
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot"))
"""


def renderers(file_format: str = "svg", dpi: float | None = None) -> list[list[str]]:
    """List the commands that can draw, the best first."""
    dot, resolution = shutil.which("dot"), "" if dpi is None else str(dpi)
    found = [[dot, f"-T{file_format}", *([f"-Gdpi={dpi}"] if dpi else [])]] if dot else []
    if find_spec("pygraphviz") is not None:
        found.append([sys.executable, "-P", "-c", _WHEEL, file_format, resolution])
    if not found:
        raise RenderingError(
            "There is no Graphviz to draw the diagram with. Either install the wheel, `python -m "
            "pip install pygraphviz`, or Graphviz itself (graphviz.org/download) so that its `dot` "
            "is on the PATH."
        )
    return found


def render(source: str, file_format: str, *, dpi: float | None = None) -> bytes:
    """Draw a graph that is written in the DOT language, as `"svg"`, `"png"`, `"pdf"` ..."""
    complaints = []
    for command in renderers(file_format, dpi):
        done = subprocess.run(  # noqa: S603 - found by us, and no shell
            command, input=source.encode(), capture_output=True, check=False
        )
        if done.returncode == 0 and done.stdout:
            return done.stdout
        complaints.append(done.stderr.decode(errors="replace").strip()[-300:])
    raise RenderingError(
        f"The diagram could not be drawn as {file_format}. {' '.join(complaints)} Graphviz itself "
        f"(graphviz.org/download) may, once its `dot` is on the PATH."
    )
