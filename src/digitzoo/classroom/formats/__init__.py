"""What a sheet can be written as: each suffix, and who writes it."""

from collections.abc import Callable, Mapping

from digitzoo.classroom.formats.gift import write_gift
from digitzoo.classroom.formats.html import write_html
from digitzoo.classroom.formats.latex import write_latex
from digitzoo.classroom.formats.markdown import write_markdown, write_notebook
from digitzoo.classroom.formats.moodle import write_moodle
from digitzoo.classroom.formats.qti import write_qti
from digitzoo.classroom.formats.text import write_text
from digitzoo.classroom.sheet import Worksheet

IMPORTED = frozenset({"xml", "gift", "zip"})
FORMATS: Mapping[str, Callable[[Worksheet, bool], str | bytes]] = {
    "html": write_html,
    "md": write_markdown,
    "tex": write_latex,
    "txt": write_text,
    "ipynb": write_notebook,
    "xml": write_moodle,
    "gift": write_gift,
    "zip": write_qti,
}
