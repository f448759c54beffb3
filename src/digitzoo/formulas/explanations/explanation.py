"""An explanation: titled steps, as text, Markdown, LaTeX and HTML."""

from collections.abc import Iterator
from typing import NamedTuple

from digitzoo.formulas.explanations.expression import Expression
from digitzoo.formulas.layers.frozen import Frozen
from digitzoo.wrapping import columns, wrapped


class Step(NamedTuple):
    """One number: what it is, its formula, the numbers put in, and a remark.

    `formula` may be missing where the numbers say it all, `numbers` where words do.
    """

    title: str
    formula: Expression | None = None
    numbers: Expression | None = None
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
        lines = [self.title, "=" * columns(self.title)] if len(self.sections) > 1 else []
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
                formulas = [e.markdown for e in (step.formula, step.numbers) if e]
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
        lines = [rf"\section*{{{_escaped(self.title)}}}"] if len(self.sections) > 1 else []
        for section in self.sections:
            lines.append(rf"\subsection*{{{_escaped(section.title)}}}")
            for step in section.steps:
                words = ". ".join(part for part in (step.title, step.remark) if part)
                lines.append(_escaped(words))
                shown = [e.latex for e in (step.formula, step.numbers) if e]
                if shown:
                    lines += [r"\[", r" \qquad ".join(shown), r"\]"]
                else:
                    lines.append("")
        lines.append(_escaped(self.legend))
        return "\n".join(lines) + "\n"

    def to_html(self) -> str:
        """Write it as HTML."""
        from html import escape

        def step_html(step: Step) -> str:
            parts = [f"<b>{escape(step.title)}</b>"] if step.title else []
            parts += [f"<code>{escape(e.text)}</code>" for e in (step.formula, step.numbers) if e]
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
                {
                    "title": section.title,
                    "steps": [
                        {
                            "title": step.title,
                            "formula": step.formula and step.formula.text,
                            "numbers": step.numbers and step.numbers.text,
                            "remark": step.remark,
                        }
                        for step in section.steps
                    ],
                }
                for section in self.sections
            ],
        }

    def _repr_html_(self) -> str:
        return self.to_html()


def _text(step: Step) -> Iterator[str]:
    if step.title:
        yield f"  {step.title}" + (f": {step.formula.text}" if step.formula else "")
    if step.numbers:
        yield f"    {step.numbers.text}"
    if step.remark:
        yield wrapped(step.remark, "    " if step.title else "  ")


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


def _escaped(text: str) -> str:
    parts = (part.translate(_OF_LATEX) for part in text.split(" -> "))
    return r" $\to$ ".join(parts).replace(" x ", r" $\times$ ")
