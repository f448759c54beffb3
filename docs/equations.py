"""Formulas on pages: written once, shown as MathML, and worked out to check them.

Browsers draw MathML themselves, so no script and no font is loaded. The text that is shown is the
text that is evaluated: a page cannot show one formula and check another.
"""

import ast
import math
from collections.abc import Iterator

_SIGNS = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×"}  # noqa: RUF001 - the sign, not the hyphen
_BRACKETS = {"floor": "⌊⌋", "ceil": "⌈⌉"}
_KNOWN = {"floor": math.floor, "ceil": math.ceil, "max": max, "min": min}


class Equation:
    """A formula such as `O = floor((W - F + 2*P) / S) + 1`, or one with its numbers put in.

    Args:
        text: Python expressions with equals signs between them.

    Raises:
        ValueError: All is numbers, and two sides are not equal.

    >>> Equation("O = floor((W - F + 2*P) / S) + 1")(W=7, F=3, P=0, S=2)
    3
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._sides = [ast.parse(side.strip(), mode="eval") for side in text.split("=")]
        if not any(isinstance(node, ast.Name) and node.id not in _KNOWN for node in self._nodes()):
            results = [self._evaluate(side, {}) for side in self._sides]
            if any(result != results[0] for result in results):
                raise ValueError(f"Not equal: {text}. The sides give {results}.")

    def __call__(self, **numbers: int) -> float:
        """Work out the last side.

        Args:
            **numbers: A number for each letter in it.
        """
        return self._evaluate(self._sides[-1], numbers)

    @property
    def mathml(self) -> str:
        """The formula as a line of its own, in MathML."""
        sides = "<mo>=</mo>".join(_written(side.body) for side in self._sides)
        return f'<math display="block" alttext="{self.text}"><mrow>{sides}</mrow></math>'

    def _nodes(self) -> Iterator[ast.AST]:
        for side in self._sides:
            yield from ast.walk(side)

    def _evaluate(self, side: ast.Expression, numbers: dict[str, int]) -> float:
        code = compile(side, self.text, "eval")
        result: float = eval(code, {"__builtins__": {}, **_KNOWN}, numbers)  # noqa: S307 - our own
        return result


def show(*texts: str) -> str:
    """Give the MathML of formulas, one below the other, for a block that prints it."""
    return "\n".join(Equation(text).mathml for text in texts)


def _written(node: ast.expr) -> str:  # noqa: C901, PLR0911 - one case for each kind of sign
    match node:
        case ast.Constant(value=value):
            return f"<mn>{value:,}</mn>"
        case ast.Name(id=name):
            letter, _, index = name.partition("_")
            whole = f"<mi>{letter}</mi>"
            return f"<msub>{whole}<mi>{index}</mi></msub>" if index else whole
        case ast.UnaryOp(operand=operand):
            return f"<mo>−</mo>{_bracketed(operand)}"  # noqa: RUF001 - the sign, not the hyphen
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return f"<mfrac><mrow>{_written(left)}</mrow><mrow>{_written(right)}</mrow></mfrac>"
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            return f"{_bracketed(left)}<mo>mod</mo>{_bracketed(right)}"
        case ast.BinOp(left=ast.Constant() as number, op=ast.Mult(), right=ast.Name() as letter):
            return _written(number) + _written(letter)  # 2P
        case ast.BinOp(left=left, op=ast.Mult() as times, right=right):
            return f"{_bracketed(left)}<mo>{_SIGNS[type(times)]}</mo>{_bracketed(right)}"
        case ast.BinOp(left=left, op=sign, right=right):
            shown = _bracketed(right) if isinstance(sign, ast.Sub) else _written(right)
            return f"{_written(left)}<mo>{_SIGNS[type(sign)]}</mo>{shown}"
        case ast.Call(func=ast.Name(id=name), args=[inside]) if name in _BRACKETS:
            left, right = _BRACKETS[name]
            return f"<mrow><mo>{left}</mo>{_written(inside)}<mo>{right}</mo></mrow>"
        case ast.Call(func=ast.Name(id=name), args=inside):
            terms = "<mo>,</mo>".join(map(_written, inside))
            return f"<mi>{name}</mi><mrow><mo>(</mo>{terms}<mo>)</mo></mrow>"
    raise ValueError(f"No way to write {ast.unparse(node)!r}.")


def _bracketed(node: ast.expr) -> str:
    """Write a factor, in brackets if it is a sum."""
    sums = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    written = _written(node)
    return f"<mrow><mo>(</mo>{written}<mo>)</mo></mrow>" if sums else written
