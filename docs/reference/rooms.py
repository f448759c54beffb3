"""What is public, room by room, as the code itself says: nothing is listed here by hand."""

import ast
import importlib
import inspect
import itertools
from functools import cache
from pathlib import Path
from typing import Any

import digitzoo

PACKAGE = Path(digitzoo.__file__).parent

# Titles of the pages, in the order of the menu, and what is in a room, in Korean. A room that is
# not here comes last, under its own name.
TITLES: dict[str, tuple[str, str, str]] = {
    "data": (
        "Data",
        "데이터",
        "패키지에 든 데이터, 가지고 있는 데이터를 읽는 함수, 나누기와 인코딩. NumPy만 씁니다.",
    ),
    "models": (
        "Model builders",
        "모델 만들기",
        "파일 하나에 하나씩 있는 신경망, 그리고 그 모두를 아는 카탈로그.",
    ),
    "formulas": (
        "Formulas",
        "공식",
        "층의 공식: 모양, 매개변수, MAC, 수용 영역. 표준 라이브러리만 씁니다.",
    ),
    "training": ("Training", "학습", "`model.fit`을 바탕으로, 한 일을 모두 남기는 훈련."),
    "recipes": ("Recipes", "레시피", "모델마다의 훈련 방법과, 그것으로 얻은 결과."),
    "evaluation": (
        "Evaluation",
        "평가",
        "모델이 얼마나 좋은지, 어디서 틀리는지. 모델은 객체로 받고 나머지는 NumPy로 합니다.",
    ),
    "inspection": ("Inspection", "살펴보기", "신경망 안에 있는 것을 배열로 꺼냅니다."),
    "visualization": (
        "Pictures",
        "그림",
        "호출 한 번에 그림 하나. Axes나 Figure를 돌려줍니다.",
    ),
    "errors": ("Errors", "오류", "digitzoo가 일부러 일으키는 모든 오류."),
}


@cache
def rooms() -> dict[str, list[str]]:
    """Give the names that `digitzoo` exports, by the room they come from."""
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {room: [] for room in TITLES}
    for line in stub.body:
        if isinstance(line, ast.ImportFrom) and line.module:
            found.setdefault(line.module, []).extend(
                name.asname or name.name for name in line.names
            )
    return {room: names for room, names in found.items() if names}


@cache
def more_names(room: str) -> list[str]:
    """Give the names that only the room itself exports."""
    module = importlib.import_module(f"digitzoo.{room}")
    exported = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]
    return [
        name
        for name in exported
        if name not in rooms()[room] and not inspect.ismodule(getattr(module, name))
    ]


def public_names() -> dict[str, Any]:
    """Give every public name with its value, by the path that imports it."""
    paths = [f"digitzoo.{name}" for names in rooms().values() for name in names]
    paths += [f"digitzoo.{room}.{name}" for room in rooms() for name in more_names(room)]
    return {path: value_of(path) for path in paths}


def value_of(path: str) -> Any:
    """Import what a path names."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def first_line(path: str) -> str:
    """Give the first line of what a name's docstring says."""
    value = value_of(path)
    if inspect.isclass(value) or callable(value):
        return (inspect.getdoc(value) or "").partition("\n")[0]
    return _words_below(path).partition("\n")[0]


def _words_below(path: str) -> str:
    """Find the string that stands below an assignment, such as that of a type's name."""
    _, room, name = path.split(".")
    for file in sorted((PACKAGE / room).rglob("*.py")):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        for line, below in itertools.pairwise(body):
            assigned = isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == name
            if assigned and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                return str(below.value.value)
    return ""
