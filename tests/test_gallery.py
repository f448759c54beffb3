"""The gallery shows every picture, and its page is what the script draws."""

import ast
import re
from pathlib import Path

from PIL import Image

from digitzoo import visualization

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
SCRIPT = ast.parse((ROOT / "examples" / "gallery.py").read_text(encoding="utf-8"))
PICTURES = [
    [ast.literal_eval(argument) for argument in node.args]
    for node in ast.walk(SCRIPT)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Picture"
]


def test_every_function_that_draws_is_shown():
    drawing = {name for name in visualization.__all__ if re.match("plot_|animate_|format_", name)}
    shown = {call.split("(")[0] for file, _, call in PICTURES if file}
    assert shown == drawing


def test_the_page_has_every_call_and_its_picture():
    for file, words, call in PICTURES:
        assert f"### {words}\n\n```python\n{call}\n```\n" in PAGE
        if not file or call.startswith("format_"):
            assert re.search(rf"{re.escape(call)}\n```\n\n```\n[^`\n]+\n", PAGE)
            continue
        (path,) = re.findall(rf"!\[{re.escape(words)}\]\((gallery/{file}\.\w+)\)", PAGE)
        with Image.open(ROOT / "docs" / path) as picture:
            assert min(picture.size) > 50
    files = {path.stem for path in (ROOT / "docs" / "gallery").iterdir()}
    assert files == {file for file, _, call in PICTURES if file and not call.startswith("format_")}


def test_what_gives_numbers_and_text_is_shown_too():
    calls = " ".join(call for _, _, call in PICTURES)
    for name in ("feature_maps", "grad_cam", "saliency", "occlusion", "layers_to_svg"):
        assert re.search(rf"(?<![a-z_]){name}\(", calls)
    assert "make_report(" in calls


def test_each_call_is_python():
    for _, _, call in PICTURES:
        ast.parse(call, mode="eval")
