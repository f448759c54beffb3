"""What draws on a page: found in its code, and called again for another ground or language."""

import ast
import inspect
import re
from collections.abc import Callable
from functools import cache
from typing import Any

_DRAWING = re.compile(r"plot_\w+|subplots?|figure|animate_\w+")
_TRAINING = {"fit", "train", "reproduce"}


def with_drawings(
    block: ast.Module, before: list[ast.stmt]
) -> tuple[ast.Module, list[list[ast.stmt]]]:
    """Tell each `picture(...)` of a block what it was drawn with, here or in the block before.

    Returns:
        The block, in which `__drawing__` is set before each picture from `__drawings__`, and these;
        the last of them is for the block that follows.
    """
    body: list[ast.stmt] = []
    drawings: list[list[ast.stmt]] = []
    now, begun = before, False
    for one in block.body:
        if _calls(one, {"picture"}.__contains__):
            call = getattr(one, "value", None)
            if isinstance(call, ast.Call) and len(call.args) > 1 and _is_call(call.args[1]):
                store = ast.Assign([ast.Name("__shown__", ast.Store())], call.args[1])
                now = [ast.copy_location(store, one)]
                call.args[1] = ast.copy_location(ast.Name("__shown__", ast.Load()), one)
                body += now
            told = ast.parse(f"__drawing__ = __drawings__[{len(drawings)}]").body
            body += [ast.copy_location(told[0], one), one]
            drawings.append(now)
            now, begun = [], False
            continue
        body.append(one)
        if begun or _calls(one, _DRAWING.fullmatch):
            now = now if begun else []
            now, begun = [*now, *([] if _calls(one, _TRAINING.__contains__) else [one])], True
    drawings.append(now)
    return ast.fix_missing_locations(ast.Module(body, block.type_ignores)), drawings


def again(
    drawing: list[ast.stmt], names: dict[str, Any], named: str | None, language: str
) -> Callable[[], Any]:
    """Give what draws again, in a language, and gives what has a name, or the current figure."""

    def draw() -> Any:
        mine = {**names, "print": lambda *_, **__: None}
        tree = ast.Module(_spoken(drawing, language), [])
        exec(compile(tree, "<drawn again>", "exec"), mine)
        return current() if named is None else mine[named]

    return draw


def current() -> Any:
    """Give pyplot's current figure."""
    import matplotlib.pyplot as plt

    if not plt.get_fignums():
        raise ValueError("No figure is open. Expected a plot call in the block before.")
    return plt.gcf()


def assigned(drawing: list[ast.stmt], names: dict[str, Any], shown: Any) -> str | None:
    """Name what is shown, if the drawing makes it."""
    stored = [
        node.id
        for node in ast.walk(ast.Module(drawing, []))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return next((name for name in stored if shown is not None and names.get(name) is shown), None)


def speaks(block: ast.Module, session: str) -> str | None:
    """Tell in which language a block draws, if it draws with words at all; cards have their page's.

    >>> speaks(ast.parse("card('A digit', 'plot_samples(digits)')"), "gallery-ko")
    'ko'
    """
    if any(isinstance(node, ast.Call) and _name(node) == "card" for node in ast.walk(block)):
        return "ko" if session.endswith("-ko") else "en"
    plots = [node for node in ast.walk(block) if is_plot(node)]
    korean = any("language='ko'" in ast.unparse(node) for node in plots)
    return ("ko" if korean else "en") if plots else None


def unspoken(block: ast.Module) -> ast.Module:
    """Leave out in which language a block draws."""
    return ast.Module(_spoken(block.body, ""), [])


def spoken_call(call: str, language: str) -> str:
    """Write a call with a language, where what is called speaks one.

    >>> spoken_call("plot_samples(digits, 3)", "ko")
    'plot_samples(digits, 3, language="ko")'
    """
    if language == "en" or not is_plot(ast.parse(call, mode="eval").body):
        return call
    inner = call.rpartition(")")[0].rstrip(" ,\n")
    return f'{inner}, language="{language}")'


def _spoken(body: list[ast.stmt], language: str) -> list[ast.stmt]:
    tree = ast.parse(ast.unparse(ast.Module(body, [])))
    for node in ast.walk(tree):
        if is_plot(node):
            node.keywords = [one for one in node.keywords if one.arg != "language"]
            if language and language != "en":
                node.keywords.append(ast.keyword("language", ast.Constant(language)))
    return ast.fix_missing_locations(tree).body


@cache
def _spoken_names() -> frozenset[str]:
    """Name what draws in a language."""
    from digitzoo import visualization

    names = visualization.__all__
    takes = {name: inspect.signature(getattr(visualization, name)).parameters for name in names}
    return frozenset(name for name in names if "language" in takes[name])


def is_plot(node: ast.AST) -> bool:
    """Tell whether a node calls what draws in a language."""
    return isinstance(node, ast.Call) and _name(node) in _spoken_names()


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call)


def _calls(statement: ast.stmt, wanted: Callable[[str], Any]) -> bool:
    return any(isinstance(one, ast.Call) and wanted(_name(one)) for one in ast.walk(statement))


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")
