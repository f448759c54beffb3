"""A sheet as a LaTeX document; Korean takes the package kotex."""

import re

from digitzoo.classroom.formats.text import answer_of
from digitzoo.classroom.problem import Problem, written
from digitzoo.classroom.sheet import Worksheet
from digitzoo.classroom.working import equation, told_once
from digitzoo.formulas.explanations.explanation import escaped, latex_of
from digitzoo.tables import Table

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[margin=20mm]{geometry}
\usepackage{amsmath}
\usepackage[T1]{fontenc}
%s\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\newcommand{\blank}{\underline{\hspace{4cm}}}
\begin{document}
"""


def write_latex(sheet: Worksheet, answers: bool) -> str:  # noqa: FBT001 - all formats are called so
    """Write a document, the answers on a page of their own."""
    lines = [_PREAMBLE % ("\\usepackage{kotex}\n" if sheet.language == "ko" else "")]
    name, date = (_words(sheet.words("sheet", word)) for word in ("name", "date"))
    lines += [rf"\section*{{{_words(sheet.title)}}}", _words(sheet.about), ""]
    lines += [rf"{name}: \blank \hfill {date}: \blank", "", r"\begin{enumerate}"]
    for problem in sheet.problems:
        lines += [rf"\item {_words(problem.question)}", "", *_shown(problem)]
        if sheet.choices and not problem.shows_options:
            items = (rf"\item {_words(written(one, problem.unit))}" for one in problem.options)
            lines += [r"\renewcommand{\labelenumii}{\Alph{enumii})}", r"\begin{enumerate}"]
            lines += [*items, r"\end{enumerate}"]
        else:
            answer, unit = _words(sheet.words("sheet", "answer")), _words(problem.unit)
            lines += [rf"{answer}: \blank\ {unit}", r"\vspace{6mm}"]
    lines.append(r"\end{enumerate}")
    lines += _key(sheet) if answers else []
    return "\n".join([*lines, r"\end{document}", ""])


def _shown(problem: Problem) -> list[str]:
    """Write the table or the drawing of a question."""
    lines = [_tabular(problem.table), ""] if problem.table else []
    if problem.drawing and problem.drawing.to_text():
        lines += [r"\begin{verbatim}", problem.drawing.to_text(), r"\end{verbatim}", ""]
    return lines


def _tabular(table: Table) -> str:
    columns = "".join("r" if name in table.numbers else "l" for name in table.columns)
    rows = [table.columns, *table.rows, *([table.total] if table.total else [])]
    written_rows = [" & ".join(_words(cell) for cell in row) + r" \\" for row in rows]
    written_rows.insert(1, r"\hline")
    if table.total:
        written_rows.insert(-1, r"\hline")
    return "\n".join([rf"\begin{{tabular}}{{{columns}}}", *written_rows, r"\end{tabular}"])


def _key(sheet: Worksheet) -> list[str]:
    title = _words(sheet.words("sheet", "key_of", seed=f"{sheet.seed:,}"))
    lines = [r"\newpage", rf"\section*{{{title}}}", r"\begin{enumerate}"]
    for problem in sheet.problems:
        lines += [rf"\item \textbf{{{_words(answer_of(sheet, problem))}}}", ""]
        several = len(problem.working.sections) > 1
        for heading, steps in told_once(problem.working):
            lines += [rf"\textbf{{{_words(heading)}}}", ""] if several else []
            for step in steps:
                math = latex_of(equation(step)).replace("%", r"\%")
                title = f"{_words(step.title)}: " if step.title and math else ""
                told = f"{title}${math}$" if math else ""
                lines += [". ".join(filter(None, (told, _words(step.remark)))), ""]
        lines += [rf"{{\small {_words(problem.working.legend)}}}", ""]
        lines.append(r"\begin{itemize}")
        for one in problem.mistakes:
            wrong = _words(written(one.answer, problem.unit))
            lines.append(rf"\item[$\times$] {wrong}: {_words(one.why)}")
        lines.append(r"\end{itemize}")
    return [*lines, r"\end{enumerate}"]


def _words(text: str) -> str:
    """Set a text, with the code in it."""
    parts = re.split(r"`([^`]*)`", text)
    return "".join(
        rf"\texttt{{{_quoted(part)}}}" if place % 2 else _quoted(part)
        for place, part in enumerate(parts)
    )


def _quoted(text: str) -> str:
    return escaped(text).replace('"', r"\textquotedbl{}")
