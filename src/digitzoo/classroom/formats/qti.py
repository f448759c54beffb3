"""A sheet as a package of QTI 2.1: an item for each problem, a test of them, and a manifest.

Source: IMS Global, "Question & Test Interoperability: assessment test, section, and item
information model", version 2.1.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from digitzoo.classroom.formats.moodle import spellings
from digitzoo.classroom.problem import Answer, Problem, written
from digitzoo.classroom.sheet import Worksheet
from digitzoo.tables import Table

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_TOOL = "digitzoo"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same sheet gives the same bytes


def write_qti(sheet: Worksheet, answers: bool) -> bytes:  # noqa: FBT001 - always there
    """Write the package as a zip file."""
    files: dict[str, str] = {}
    for number, problem in enumerate(sheet.problems, 1):
        files[f"item-{number}.xml"] = _written(_item(sheet, problem, number))
        if problem.drawing:
            files[f"drawing-{number}.svg"] = problem.drawing.to_svg()
    files["test.xml"] = _written(_test(sheet))
    files = {"imsmanifest.xml": _written(_manifest(sheet)), **files}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), text)
    return packed.getvalue()


def _written(root: ET.Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, name, attributes)
    element.text = text
    return element


def _item(sheet: Worksheet, problem: Problem, number: int) -> ET.Element:
    chosen = sheet.choices or problem.shows_options
    topic = sheet.words("topics", problem.topic)
    item = ET.Element("assessmentItem", xmlns=_QTI, identifier=f"item-{number}", adaptive="false")
    item.set("title", f"{topic} {sheet.seed}-{number:02}")
    item.set("timeDependent", "false")
    item.set("toolName", _TOOL)
    item.set("xml:lang", sheet.language)
    values = {option: f"choice-{n}" for n, option in enumerate(problem.options)}
    kind = "identifier" if chosen else "integer" if isinstance(problem.answer, int) else "string"
    response = _add(item, "responseDeclaration", identifier="RESPONSE", cardinality="single")
    response.set("baseType", kind)
    right = values[problem.answer] if chosen else spellings(problem.answer)[0]
    _add(_add(response, "correctResponse"), "value", right)
    for name, of_type in (("SCORE", "float"), ("FEEDBACK", "identifier")):
        outcome = _add(item, "outcomeDeclaration", identifier=name, cardinality="single")
        outcome.set("baseType", of_type)
        if name == "SCORE":
            _add(_add(outcome, "defaultValue"), "value", "0")
    _body(item, sheet, problem, number, values if chosen else None)
    _processing(item, problem, kind, values)
    for place, mistake in enumerate(problem.mistakes):
        feedback = _add(item, "modalFeedback", outcomeIdentifier="FEEDBACK", showHide="show")
        feedback.set("identifier", f"mistake-{place}")
        _add(feedback, "p", mistake.why)
    return item


def _body(
    item: ET.Element,
    sheet: Worksheet,
    problem: Problem,
    number: int,
    choices: dict[Answer, str] | None,
) -> None:
    body = _add(item, "itemBody")
    _inline(_add(body, "p"), problem.question)
    if problem.table:
        _table(body, problem.table)
    if problem.drawing:
        picture = {"src": f"drawing-{number}.svg", "alt": problem.drawing.about}
        _add(_add(body, "p"), "img", **picture)
    answer = sheet.words("sheet", "answer")
    if choices is None:
        place = _add(body, "p", f"{answer}: ")
        field = _add(place, "textEntryInteraction", responseIdentifier="RESPONSE")
        field.set("expectedLength", "12")
        field.tail = f" {problem.unit}".rstrip()
        return
    field = _add(body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="false")
    field.set("maxChoices", "1")
    _add(field, "prompt", sheet.words("sheet", "choose"))
    for option, name in choices.items():
        _add(field, "simpleChoice", written(option, problem.unit), identifier=name)


def _processing(item: ET.Element, problem: Problem, kind: str, values: dict[Answer, str]) -> None:
    """Give a point for what is right; a known mistake is told."""
    condition = _add(_add(item, "responseProcessing"), "responseCondition")
    branch = _branch(condition, "responseIf", problem.answer, kind, values)
    score = _add(branch, "setOutcomeValue", identifier="SCORE")
    _add(score, "baseValue", "1", baseType="float")
    for place, mistake in enumerate(problem.mistakes):
        branch = _branch(condition, "responseElseIf", mistake.answer, kind, values)
        told = _add(branch, "setOutcomeValue", identifier="FEEDBACK")
        _add(told, "baseValue", f"mistake-{place}", baseType="identifier")


def _branch(
    condition: ET.Element, name: str, answer: Answer, kind: str, values: dict[Answer, str]
) -> ET.Element:
    """Open a branch for an answer, in each of the ways in which it is typed."""
    branch = _add(condition, name)
    typed = [values[answer]] if kind == "identifier" else spellings(answer)
    whole = _add(branch, "or") if len(typed) > 1 else branch
    for text in typed:
        match = _add(whole, "stringMatch", caseSensitive="false") if kind == "string" else None
        match = _add(whole, "match") if match is None else match
        _add(match, "variable", identifier="RESPONSE")
        _add(match, "baseValue", text, baseType=kind)
    return branch


def _inline(parent: ET.Element, text: str) -> None:
    parts = re.split(r"`([^`]*)`", text)
    parent.text = parts[0]
    for code, after in zip(parts[1::2], parts[2::2], strict=True):
        _add(parent, "code", code).tail = after


def _table(body: ET.Element, table: Table) -> None:
    element = _add(body, "table")
    rows = [*table.rows, *([table.total] if table.total else [])]
    for group, tag, lines in (("thead", "th", [table.columns]), ("tbody", "td", rows)):
        section = _add(element, group)
        for cells in lines:
            row = _add(section, "tr")
            for cell in cells:
                _add(row, tag, cell)


def _test(sheet: Worksheet) -> ET.Element:
    test = ET.Element("assessmentTest", xmlns=_QTI, identifier="test", toolName=_TOOL)
    test.set("title", f"{sheet.title} ({sheet.about})")
    part = _add(test, "testPart", identifier="part", navigationMode="nonlinear")
    part.set("submissionMode", "individual")
    section = _add(part, "assessmentSection", identifier="section", visible="true")
    section.set("title", sheet.title)
    for name in _items(sheet):
        _add(section, "assessmentItemRef", identifier=name, href=f"{name}.xml")
    return test


def _items(sheet: Worksheet) -> Iterator[str]:
    return (f"item-{number}" for number in range(1, len(sheet.problems) + 1))


def _manifest(sheet: Worksheet) -> ET.Element:
    manifest = ET.Element("manifest", xmlns=_PACKAGE, identifier=f"sheet-{sheet.seed}")
    metadata = _add(manifest, "metadata")
    _add(metadata, "schema", "QTIv2.1 Package")
    _add(metadata, "schemaversion", "1.0.0")
    _add(manifest, "organizations")
    resources = _add(manifest, "resources")
    test = _add(resources, "resource", identifier="test", type="imsqti_test_xmlv2p1")
    test.set("href", "test.xml")
    _add(test, "file", href="test.xml")
    for name, problem in zip(_items(sheet), sheet.problems, strict=True):
        _add(test, "dependency", identifierref=name)
        item = _add(resources, "resource", identifier=name, type="imsqti_item_xmlv2p1")
        item.set("href", f"{name}.xml")
        _add(item, "file", href=f"{name}.xml")
        if problem.drawing:
            _add(item, "file", href=f"{name.replace('item', 'drawing')}.svg")
    return manifest
