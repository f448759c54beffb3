"""Formulas on pages: written once, shown as text, and worked out to check them.

What is shown is what is evaluated: a page cannot show one formula and check another.
"""

import ast
import html
import math
from collections.abc import Iterator

_BRACKETS = {"floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉")}
_KNOWN = {"floor": math.floor, "ceil": math.ceil, "max": max, "min": min}
_SIGNS = {
    ast.Add: " + ",
    ast.Sub: " \N{MINUS SIGN} ",
    ast.Mult: " × ",
    ast.Div: " / ",
    ast.Mod: " mod ",
}


class Equation:
    """A formula such as `O = floor((W - F + 2*P) / S) + 1`, or one with its numbers put in.

    It is made of Python expressions with equals signs between them. `r_` is shown as r with a
    prime. Numbers on both sides must be equal.

    >>> equation = Equation("O = floor((W - F + 2*P) / S) + 1")
    >>> equation(W=7, F=3, P=0, S=2)
    3
    >>> str(Equation("O = ceil(W / S)"))
    'O = ⌈W / S⌉'
    """

    def __init__(self, text: str) -> None:
        self._sides = [ast.parse(side.strip(), mode="eval") for side in text.split("=")]
        if not any(isinstance(node, ast.Name) and node.id not in _KNOWN for node in self._nodes()):
            self()

    def __call__(self, **numbers: int) -> float:
        """Work it out with a number for each letter, but for one that stands alone on its side."""
        sides = [side for side in self._sides if not isinstance(side.body, ast.Name)]
        results = [_evaluated(side, numbers) for side in sides]
        if any(result != results[0] for result in results):
            raise ValueError(f"Not equal: {self} with {numbers}. The sides give {results}.")
        return results[-1]

    def __str__(self) -> str:
        return " = ".join(_written(side.body) for side in self._sides)

    def _nodes(self) -> Iterator[ast.AST]:
        for side in self._sides:
            yield from ast.walk(side)


def show(*equations: Equation | str) -> str:
    """Give the HTML of formulas, or of their texts, one below the other."""
    made = (one if isinstance(one, Equation) else Equation(one) for one in equations)
    lines = "<br>".join(html.escape(str(one)) for one in made)
    return f'<p class="dz-formula" style="text-align: center; font-size: 1.1em">{lines}</p>'


def _evaluated(side: ast.Expression, numbers: dict[str, int]) -> float:
    code = compile(side, "formula", "eval")
    result: float = eval(code, {"__builtins__": {}, **_KNOWN}, numbers)
    return result


def _written(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=int() | float() as value):
            return f"{value:,}"
        case ast.Name(id=name):
            return name.replace("_", "\N{PRIME}")
        case ast.BinOp(left=ast.Constant() as number, op=ast.Mult(), right=ast.Name() as letter):
            return _written(number) + _written(letter)  # 2P
        case ast.BinOp(left=left, op=sign, right=right):
            sums, products = (ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.Mod)
            first, last = {
                ast.Add: ((), ()),
                ast.Sub: ((), sums),
                ast.Mult: ((*sums, ast.Div), (*sums, *products)),
            }.get(type(sign), (sums, (*sums, *products)))
            return _bracketed(left, first) + _SIGNS[type(sign)] + _bracketed(right, last)
        case ast.Call(func=ast.Name(id=name), args=inside):
            opened, closed = _BRACKETS.get(name, (f"{name}(", ")"))
            return opened + ", ".join(map(_written, inside)) + closed
    raise ValueError(f"No way to write {ast.unparse(node)!r}.")


def _bracketed(node: ast.expr, signs: tuple[type[ast.operator], ...]) -> str:
    """Write a part, in brackets if its own sign is one of some."""
    binds_less = isinstance(node, ast.BinOp) and isinstance(node.op, signs)
    return f"({_written(node)})" if binds_less else _written(node)
