"""A sheet as Moodle XML, which Moodle's question bank imports.

Elements and their defaults: Moodle, question/format/xml/format.php.
"""

import base64
from html import escape
from xml.etree import ElementTree as ET

from digitzoo.classroom.formats.html import question_html, working_html
from digitzoo.classroom.problem import Answer, Problem, written
from digitzoo.classroom.sheet import Worksheet

_PENALTY = "0.3333333"  # of each wrong attempt, where a quiz allows several; Moodle's default


def write_moodle(sheet: Worksheet, answers: bool) -> str:  # noqa: FBT001 - always there
    """Write a category of questions: numbers, short answers, and choices among pictures."""
    quiz = ET.Element("quiz")
    category = ET.SubElement(quiz, "question", type="category")
    # Slashes part a category from the one above it.
    name = f"digitzoo, {sheet.title} ({sheet.about})".replace("/", "//")
    _text(category, "category", f"$course$/top/{name}")
    for number, problem in enumerate(sheet.problems, 1):
        _question(quiz, sheet, problem, number)
    ET.indent(quiz)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(quiz, encoding="unicode")}\n'


def _question(quiz: ET.Element, sheet: Worksheet, problem: Problem, number: int) -> None:
    chosen = sheet.choices or problem.shows_options
    kind = "multichoice" if chosen else _kind(problem.answer)
    question = ET.SubElement(quiz, "question", type=kind)
    topic = sheet.words("topics", problem.topic)
    _text(question, "name", f"{topic} {sheet.seed}-{number:02}")
    picture = '<img src="@@PLUGINFILE@@/drawing.svg" alt="{}"/>'
    drawn = problem.drawing and picture.format(escape(problem.drawing.about))
    asked = "\n".join(question_html(problem, drawn or None))
    if problem.unit and not chosen:
        asked += f"\n<p>{escape(sheet.words('sheet', 'answer'))} ({escape(problem.unit)}):</p>"
    text = _html(question, "questiontext", asked)
    if problem.drawing:
        file = ET.SubElement(text, "file", name="drawing.svg", path="/", encoding="base64")
        file.text = base64.b64encode(problem.drawing.to_svg().encode()).decode()
    _html(question, "generalfeedback", working_html(problem))
    ET.SubElement(question, "defaultgrade").text = "1"
    ET.SubElement(question, "penalty").text = _PENALTY
    ET.SubElement(question, "hidden").text = "0"
    if chosen:
        ET.SubElement(question, "single").text = "true"
        ET.SubElement(question, "shuffleanswers").text = "false"
        # The pictures have letters of their own.
        ET.SubElement(question, "answernumbering").text = (
            "none" if problem.shows_options else "ABCD"
        )
    elif kind == "shortanswer":
        ET.SubElement(question, "usecase").text = "0"
    whys = {one.answer: one.why for one in problem.mistakes}
    for option in problem.options if chosen else (problem.answer, *whys):
        fraction = "100" if option == problem.answer else "0"
        spelt = [written(option, problem.unit)] if chosen else spellings(option)
        for spelling in spelt:
            form = "html" if chosen else "moodle_auto_format"
            answer = ET.SubElement(question, "answer", fraction=fraction, format=form)
            ET.SubElement(answer, "text").text = escape(spelling) if chosen else spelling
            _html(answer, "feedback", escape(whys.get(option, "")))
            if kind == "numerical":
                ET.SubElement(answer, "tolerance").text = "0"


def _kind(answer: Answer) -> str:
    return "numerical" if isinstance(answer, int) else "shortanswer"


def spellings(answer: Answer) -> list[str]:
    """Give the ways in which an answer may be typed: a shape has several."""
    if not isinstance(answer, tuple):
        return [str(answer)]
    sizes = [str(size) for size in answer]
    joined = [sign.join(sizes) for sign in (" x ", "x", " × ", "×", ", ", ",", " ")]
    return [*joined, f"({', '.join(sizes)})", f"({','.join(sizes)})"]


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(ET.SubElement(parent, name), "text").text = text


def _html(parent: ET.Element, name: str, html: str) -> ET.Element:
    element = ET.SubElement(parent, name, format="html")
    ET.SubElement(element, "text").text = html
    return element
