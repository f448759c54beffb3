"""The Korean texts have one word for each thing, the one that readers search for."""

import ast
import inspect
import re
import textwrap
from functools import cache
from pathlib import Path

import pytest

import digitzoo
from digitzoo import classroom, visualization

ROOT = Path(__file__).parents[2]
TEXTS = [
    *(ROOT / "docs").rglob("*.ko.md"),
    *(ROOT / "docs").rglob("*.toml"),
    *(ROOT / "src" / "digitzoo").rglob("*words*.toml"),
    *(ROOT / "src" / "digitzoo" / "explorer" / "web").glob("*.js"),
    ROOT / "mkdocs.yml",
]
PAGES = sorted((ROOT / "docs").rglob("*.ko.md"))
FENCE = re.compile(r"^( *)```python[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INSTEAD = {
    r"케라스": "Keras",
    r"파이토치": "PyTorch",
    r"텐서플로": "TensorFlow",
    r"패션 ?MNIST": "Fashion-MNIST",
    r"윈도의|윈도우": "Windows",
    r"갈무리": "캡처",
    r"벌점": "페널티",
    r"(?<!\()인내": "patience",
    r"(?<!전이 )학습(?!률| 관리)": "훈련",
    r"그림로": "그림으로",
    r"첫 번째 (합성곱 )?신경망": "첫 신경망",
}


@pytest.mark.parametrize("word", INSTEAD)
def test_one_word_for_each_thing(word):
    found = [path.name for path in TEXTS if re.search(word, path.read_text(encoding="utf-8"))]
    assert not found, f"say {INSTEAD[word]}"


@cache
def speaking():
    """Name what can be asked for another language."""
    rooms = (digitzoo, classroom, visualization)
    public = {name: getattr(room, name) for room in rooms for name in room.__all__}
    return {
        name
        for name, one in public.items()
        if inspect.isroutine(one) and "language" in inspect.signature(one).parameters
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_korean_pages_ask_for_korean(page):
    code = [textwrap.dedent(block) for _, block in FENCE.findall(page.read_text(encoding="utf-8"))]
    calls = [node for block in code for node in ast.walk(ast.parse(block))]
    english = [
        ast.unparse(call)
        for call in calls
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in speaking()
        if all(keyword.arg != "language" for keyword in call.keywords)
    ]
    assert english == []
