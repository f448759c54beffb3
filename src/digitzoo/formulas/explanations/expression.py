"""Formulas as text and as LaTeX, built together so that the two never differ."""

from collections.abc import Sequence
from typing import NamedTuple


class Expression(NamedTuple):
    """A formula, or one with its numbers put in."""

    text: str
    latex: str

    @property
    def markdown(self) -> str:
        """Write it for Markdown: as code, so that a cross is not a star."""
        return f"`{self.text}`"


def value(of: object) -> Expression:
    """Write a number with separators, or a symbol as it is.

    >>> value(4608)
    Expression(text='4,608', latex='4{,}608')
    """
    text = f"{of:,}" if isinstance(of, int) else str(of)
    return Expression(text, text.replace(",", "{,}"))


# Names that formulas write as one letter.
_GREEK = ("alpha", "beta", "gamma", "epsilon")


def named(name: str) -> Expression:
    r"""Write a quantity by its name: a Greek letter, or words that are no product of letters.

    >>> print(named("gamma").latex, named("moving mean").latex)
    \gamma \text{moving mean}
    """
    return Expression(name, rf"\{name}" if name in _GREEK else rf"\text{{{name}}}")


def product(factors: Sequence[object]) -> Expression:
    """Write a multiplication.

    >>> product([5, 5, 1]).text
    '5 x 5 x 1'
    """
    parts = [_part(factor) for factor in factors]
    return Expression(" x ".join(p.text for p in parts), r" \times ".join(p.latex for p in parts))


def added(terms: Sequence[object], signs: Sequence[str] = ()) -> Expression:
    """Write an addition; `signs` stand before the second and later terms."""
    parts = [_part(term) for term in terms]
    text, latex = parts[0]
    for part, sign in zip(parts[1:], signs or "+" * len(parts), strict=False):
        text, latex = f"{text} {sign} {part.text}", f"{latex} {sign} {part.latex}"
    return Expression(text, latex)


def grouped(inner: Expression) -> Expression:
    """Put parentheses round it."""
    return Expression(f"({inner.text})", f"({inner.latex})")


def divided(inner: Expression, by: object, rounding: str = "") -> Expression:
    """Write a division of a sum; `rounding` is `floor`, `ceil` or nothing."""
    divisor = _part(by)
    text = f"({inner.text}) / {divisor.text}"
    latex = rf"\frac{{{inner.latex}}}{{{divisor.latex}}}"
    if rounding:
        text = f"{rounding}({text})"
        latex = rf"\left\l{rounding} {latex} \right\r{rounding}"
    return Expression(text, latex)


def equals(left: Expression, right: object) -> Expression:
    """Write an equation."""
    result = _part(right)
    return Expression(f"{left.text} = {result.text}", f"{left.latex} = {result.latex}")


def _part(of: object) -> Expression:
    return of if isinstance(of, Expression) else value(of)
