"""What is public, room by room, as the code itself says: nothing is listed here by hand."""

import ast
import importlib
import inspect
import itertools
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import digitzoo

PACKAGE = Path(digitzoo.__file__).parent

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
TITLES: dict[str, dict[str, str]] = WORDS["rooms"]  # in the order of the menu


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
