"""An explanation: titled steps, as text, Markdown, LaTeX and HTML."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from digitzoo.formulas.layers.frozen import Frozen
from digitzoo.formulas.layers.shapes import AXIS_NAMES
from digitzoo.tables import width_of, wrapped


class Step(NamedTuple):
    """One number: what it is, its formula, the numbers put in, and a remark; each may be empty."""

    title: str
    formula: str = ""
    numbers: str = ""
    remark: str = ""


class Section(NamedTuple):
    """The steps of one layer."""

    title: str
    steps: tuple[Step, ...]


class Explanation(Frozen):
    """A layer or a network, explained step by step.

    `print` it, show it in a notebook, or take it elsewhere with `to_markdown`, `to_latex`,
    `to_html` and `to_dict`.

    Attributes:
        title: What is explained, with its sizes.
        sections: The steps of each layer, and of the totals of a network.
        legend: What the symbols of the formulas stand for.
        language: `"en"` or `"ko"`.

    >>> from digitzoo.formulas import explain
    >>> explain("Dense", (128,), units=10)
    Explanation('Dense: 128 -> 10', 1 sections)
    """

    title: str
    sections: tuple[Section, ...]
    legend: str
    language: str

    def __str__(self) -> str:
        lines = [self.title, "=" * width_of(self.title)] if len(self.sections) > 1 else []
        for section in self.sections:
            lines += ["", section.title] if lines else [section.title]
            for step in section.steps:
                lines.extend(_text(step))
        if self.legend:
            lines += ["", wrapped(self.legend)]
        return "\n".join(lines)

    def __contains__(self, text: str) -> bool:
        return text in str(self)

    def __repr__(self) -> str:
        return f"Explanation({self.title!r}, {len(self.sections)} sections)"

    def to_markdown(self) -> str:
        """Write it as Markdown, the formulas as code."""
        several = len(self.sections) > 1
        lines = [f"# {self.title}", ""] if several else []
        for section in self.sections:
            lines += [f"{'##' if several else '#'} {section.title}", ""]
            for step in section.steps:
                # As code, so that a cross is not a star.
                formulas = [f"`{told}`" for told in (step.formula, step.numbers) if told]
                title = f"**{step.title}**" if step.title else ""
                said = ": ".join(part for part in (title, ", ".join(formulas)) if part)
                lines.append(f"- {'. '.join(part for part in (said, step.remark) if part)}")
            lines.append("")
        lines += [self.legend, ""]
        return "\n".join(lines)

    def to_latex(self) -> str:
        """Write it as LaTeX, one displayed equation for each step.

        Korean needs the package kotex or a Unicode engine.
        """
        lines = [rf"\section*{{{escaped(self.title)}}}"] if len(self.sections) > 1 else []
        for section in self.sections:
            lines.append(rf"\subsection*{{{escaped(section.title)}}}")
            for step in section.steps:
                words = ". ".join(part for part in (step.title, step.remark) if part)
                lines.append(escaped(words))
                shown = [latex_of(told) for told in (step.formula, step.numbers) if told]
                if shown:
                    lines += [r"\[", r" \qquad ".join(shown), r"\]"]
                else:
                    lines.append("")
        lines.append(escaped(self.legend))
        return "\n".join(lines) + "\n"

    def to_html(self) -> str:
        """Write it as HTML."""
        from html import escape

        def step_html(step: Step) -> str:
            parts = [f"<b>{escape(step.title)}</b>"] if step.title else []
            told = (step.formula, step.numbers)
            parts += [f"<code>{escape(one)}</code>" for one in told if one]
            parts += [escape(step.remark)] if step.remark else []
            return f"<li>{'<br>'.join(parts)}</li>"

        several = len(self.sections) > 1
        lines = [f"<h3>{escape(self.title)}</h3>"] if several else []
        for section in self.sections:
            lines += [f"<h4>{escape(section.title)}</h4>", "<ul>"]
            lines += [*map(step_html, section.steps), "</ul>"]
        lines.append(f"<p>{escape(self.legend)}</p>")
        return f'<div lang="{self.language}">\n' + "\n".join(lines) + "\n</div>"

    def to_dict(self) -> dict[str, object]:
        """Give the steps as plain values, ready for JSON."""
        return {
            "title": self.title,
            "language": self.language,
            "legend": self.legend,
            "sections": [
                {"title": part.title, "steps": [step._asdict() for step in part.steps]}
                for part in self.sections
            ],
        }

    def _repr_html_(self) -> str:
        return self.to_html()


def _text(step: Step) -> Iterator[str]:
    if step.title:
        yield f"  {step.title}" + (f": {step.formula}" if step.formula else "")
    if step.numbers:
        # A result stays on the line of its sign.
        yield wrapped(step.numbers.replace("= ", "=\0"), "    ").replace("\0", " ")
    if step.remark:
        yield wrapped(step.remark, "    " if step.title else "  ")


def number(value: object) -> str:
    """Write a whole number with separators, others as they are, an unknown one as `?`."""
    if value is None:
        return "?"
    return f"{value:,}" if isinstance(value, int) else str(value)


def times(factors: Iterable[object]) -> str:
    """Write a multiplication, or a shape: 28 x 28 x 1."""
    return " x ".join(map(number, factors))


def alike(lines: Sequence[Any], words: Mapping[str, str]) -> Iterator[tuple[Any, str]]:
    """Go through the axes, those with the same numbers together."""
    names = AXIS_NAMES.get(len(lines), ())
    shown = [words["depth axis" if name == "depth" else name] for name in names]
    for line in dict.fromkeys(lines):
        *most, last = [name for name, one in zip(shown, lines, strict=False) if one == line]
        yield line, words["and"].format(first=", ".join(most), last=last) if most else last


_GREEK = ("alpha", "beta", "gamma", "epsilon")
_LATEX = (
    (r" x ", r" \\times "),
    # Words that are no product of letters; the functions below stay.
    (
        r"(?<![\\\w])(?!sqrt|floor|ceil)(?:MACs?|[a-z가-힣]{2,})(?: [a-z가-힣]{2,})*(?: (?=\w))?",
        lambda found: rf"\{found[0]}" if found[0] in _GREEK else rf"\text{{{found[0]}}}",
    ),
    (r"sqrt\(([^()]*)\)", r"\\sqrt{\1}"),
    (r"(?:\(([^()]*)\)|(v)) / (\\sqrt\{.*\}|[\w,]+)", r"\\frac{\1\2}{\3}"),
    (r"(floor|ceil)\(([^()]*)\)", r"\\left\\l\1 \2 \\right\\r\1"),
    (r"\((\\frac[^()]*)\)", r"\\left(\1\\right)"),
    (r"(\d) ((?:[KMGT]i)?B)\b", r"\1\\,\\text{\2}"),
    (r"(\d),(\d)", r"\1{,}\2"),
)


def latex_of(formula: str) -> str:
    r"""Set a formula, or one with its numbers put in, in LaTeX.

    >>> print(latex_of("floor((28 - 5 + 0) / 2) + 1 = 12"))
    \left\lfloor \frac{28 - 5 + 0}{2} \right\rfloor + 1 = 12
    >>> print(latex_of("gamma + moving mean = 1,234"))
    \gamma + \text{moving mean} = 1{,}234
    """
    import re

    for pattern, written in _LATEX:
        formula = re.sub(pattern, written, formula)
    return formula


_OF_LATEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "&%$#_{}"}
    | {
        "\\": r"\textbackslash{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
    }
)


def escaped(text: str) -> str:
    """Set words in LaTeX."""
    parts = (part.translate(_OF_LATEX) for part in text.split(" -> "))
    return r" $\to$ ".join(parts).replace(" x ", r" $\times$ ")
