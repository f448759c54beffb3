"""Files: each is what its format says, holds every problem, and nothing from elsewhere."""

import base64
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from digitzoo import worksheet
from digitzoo.classroom.draw import LEVELS
from digitzoo.classroom.formats import FORMATS, IMPORTED
from digitzoo.classroom.problem import written
from digitzoo.errors import DigitzooError, InvalidArgumentError

SHEETS = [
    worksheet(count=18, seed=6, level=level, language=language, choices=choices)
    for level in LEVELS
    for language in ("en", "ko")
    for choices in (False, True)
]
VOID = {"meta", "br", "img", "rect"}
QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"


class Page(HTMLParser):
    """Reads a page, and holds every element to being closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.text = [], [], ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def squeezed(text):
    return re.sub(r"\W+", "", text)


@pytest.mark.parametrize("sheet", SHEETS, ids=repr)
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_problem_is_there_and_the_answers_only_where_they_are_asked_for(
    sheet, suffix, tmp_path
):
    path = sheet.save(tmp_path / f"sheet.{suffix}")
    assert path.read_bytes() == sheet.save(tmp_path / f"again.{suffix}").read_bytes()
    if suffix in IMPORTED:
        with pytest.raises(InvalidArgumentError, match="needs the answers"):
            sheet.save(tmp_path / f"bare.{suffix}", answers=False)
        return
    full = squeezed(path.read_text(encoding="utf-8"))
    bare = squeezed(
        sheet.save(tmp_path / f"bare.{suffix}", answers=False).read_text(encoding="utf-8")
    )
    for problem in sheet.problems:
        for mistake in problem.mistakes:
            sentence = squeezed(mistake.why.replace('"', "&quot;" if suffix == "html" else '"'))
            if suffix in {"txt", "md"}:
                assert sentence in full
            assert sentence not in bare


@pytest.mark.parametrize("sheet", SHEETS, ids=repr)
def test_pages_are_whole_and_load_nothing(sheet, tmp_path):
    text = sheet.save(tmp_path / "sheet.html").read_text(encoding="utf-8")
    page = Page(text)
    names = [name for name, _ in page.seen]
    count = len(sheet.problems)
    assert sum(a.get("class") == "problem" for _, a in page.seen) == 2 * count
    assert ("html", {"lang": sheet.language}) in page.seen
    assert "@page { size: A4" in text
    assert "break-before: page" in text
    assert not set(names) & {"script", "link", "img", "iframe"}
    assert re.findall(r"https?://\S+", text.replace("http://www.w3.org/2000/svg", "")) == []
    assert names.count("svg") == sum(one.drawing is not None for one in sheet.problems)
    Page(sheet._repr_html_())
    for problem in sheet.problems:
        assert squeezed(problem.question.replace("`", "")) in squeezed(page.text)


@pytest.mark.parametrize("sheet", SHEETS, ids=repr)
def test_drawings_are_well_formed_and_inside_their_frame(sheet):
    for problem in filter(lambda one: one.drawing, sheet.problems):
        root = ET.fromstring(problem.drawing.to_svg())
        width, height = (float(root.get(name)) for name in ("width", "height"))
        for box in root.iter("{http://www.w3.org/2000/svg}rect"):
            x, y, w, h = (float(box.get(name)) for name in ("x", "y", "width", "height"))
            assert 0 <= x < x + w <= width
            assert 0 <= y < y + h <= height


@pytest.mark.parametrize("sheet", SHEETS, ids=repr)
def test_notebooks_have_a_cell_for_each_problem(sheet, tmp_path):
    notebook = json.loads(sheet.save(tmp_path / "sheet.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert kinds.count("code") == len(sheet.problems)
    names = [cell["id"] for cell in notebook["cells"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names)
    for cell in notebook["cells"]:
        keys = {"cell_type", "id", "metadata", "source"}
        is_code = cell["cell_type"] == "code"
        assert set(cell) == keys | ({"execution_count", "outputs"} if is_code else set())


@pytest.mark.parametrize("sheet", SHEETS, ids=repr)
def test_latex_closes_what_it_opens(sheet, tmp_path):
    text = sheet.save(tmp_path / "sheet.tex").read_text(encoding="utf-8")
    opened = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened
    plain = re.sub(r"(?s)\\begin\{verbatim\}.*?\\end\{verbatim\}", "", text)
    assert not re.search(r"(?<!\\)[%#]", plain.replace("%s", ""))
    bare = re.sub(r"\\[{}]", "", plain)
    assert bare.count("{") == bare.count("}")
    assert all(line.count("$") % 2 == 0 for line in re.sub(r"\\\$", "", plain).split("\n"))
    assert ("kotex" in text) == (sheet.language == "ko")
    assert not re.search(r"\$ [A-Z가-힣]", text)  # a sentence behind a formula begins anew


@pytest.mark.parametrize("sheet", SHEETS, ids=repr)
def test_moodle_gets_one_right_answer_a_problem_and_the_mistakes_as_feedback(sheet, tmp_path):
    root = ET.parse(sheet.save(tmp_path / "sheet.xml")).getroot()
    first, *questions = root.findall("question")
    assert first.get("type") == "category"
    assert len(questions) == len(sheet.problems)
    assert len({one.findtext("name/text") for one in questions}) == len(questions)
    for question, problem in zip(questions, sheet.problems, strict=True):
        kind = question.get("type")
        is_number = isinstance(problem.answer, int)
        chosen = sheet.choices or isinstance(problem.answer, str)
        assert kind == ("multichoice" if chosen else "numerical" if is_number else "shortanswer")
        Page(question.findtext("questiontext/text"))
        Page(question.findtext("generalfeedback/text"))
        told = {one.findtext("text"): one for one in question.findall("answer")}
        right = [text for text, one in told.items() if one.get("fraction") == "100"]
        unit = problem.unit if chosen else ""
        texts = [written(problem.answer, unit), str(problem.answer)]
        assert right[0] in texts
        assert len(right) == (9 if kind == "shortanswer" else 1)
        whys = {one.findtext("feedback/text") or "" for one in told.values()} - {""}
        assert {Page(why).text for why in whys} == {
            m.why.replace("`", "") for m in problem.mistakes
        }
        assert all(one.findtext("tolerance") == "0" for one in told.values() if kind == "numerical")
        file = question.find("questiontext/file")
        assert (file is None) == (problem.drawing is None)
        if file is not None:
            assert base64.b64decode(file.text).decode() == problem.drawing.to_svg()
            assert "@@PLUGINFILE@@/drawing.svg" in question.findtext("questiontext/text")


def evaluate(item, response):
    """Do what an item's response processing says; gives the score and the feedback shown."""
    declared = item.find(f"{QTI}responseDeclaration").get("baseType")

    def holds(test):
        if test.tag == f"{QTI}or":
            return any(map(holds, test))
        assert test[0].get("identifier") == "RESPONSE"
        assert test[1].get("baseType") == declared
        return test[1].text == response

    outcome = {"SCORE": "0", "FEEDBACK": ""}
    for branch in item.find(f"{QTI}responseProcessing/{QTI}responseCondition"):
        if holds(branch[0]):
            outcome[branch[1].get("identifier")] = branch[1][0].text
            break
    shown = {f.get("identifier"): "".join(f.itertext()) for f in item.iter(f"{QTI}modalFeedback")}
    return outcome["SCORE"], shown.get(outcome["FEEDBACK"], "").strip()


@pytest.mark.parametrize("sheet", SHEETS, ids=repr)
def test_qti_marks_as_the_sheet_does(sheet, tmp_path):
    """All files were valid by IMS's schemas, imsqti_v2p1.xsd and imscp_v1p1.xsd."""
    with zipfile.ZipFile(sheet.save(tmp_path / "sheet.zip")) as package:
        files = {name: package.read(name) for name in package.namelist()}
    manifest = ET.fromstring(files["imsmanifest.xml"])
    listed = [file.get("href") for file in manifest.iter(f"{CP}file")]
    assert sorted(listed) == sorted(set(files) - {"imsmanifest.xml"})
    refs = [
        one.get("href") for one in ET.fromstring(files["test.xml"]).iter(f"{QTI}assessmentItemRef")
    ]
    assert refs == [f"item-{n}.xml" for n in range(1, len(sheet.problems) + 1)]
    for name, problem in zip(refs, sheet.problems, strict=True):
        item = ET.parse(io.BytesIO(files[name])).getroot()
        right = item.findtext(f"{QTI}responseDeclaration/{QTI}correctResponse/{QTI}value")
        assert evaluate(item, right) == ("1", "")
        choices = {one.text: one.get("identifier") for one in item.iter(f"{QTI}simpleChoice")}
        for mistake in problem.mistakes:
            typed = written(mistake.answer)
            typed = choices[written(mistake.answer, problem.unit)] if choices else typed
            typed = (
                str(mistake.answer) if isinstance(mistake.answer, int) and not choices else typed
            )
            assert evaluate(item, typed) == ("0", mistake.why)
        assert evaluate(item, "nothing") == ("0", "")


@pytest.mark.parametrize("sheet", SHEETS, ids=repr)
def test_gift_has_a_question_a_paragraph_and_escapes_what_has_a_meaning(sheet, tmp_path):
    """All files were read by gift-pegjs, the parser that editors of GIFT use."""
    text = sheet.save(tmp_path / "sheet.gift").read_text(encoding="utf-8")
    head, *questions = text.strip().split("\n\n")
    assert "$CATEGORY: $course$/top/" in head
    assert len(questions) == len(sheet.problems)
    for question, problem in zip(questions, sheet.problems, strict=True):
        bare = re.sub(r"\\.", "", question)  # what is escaped has no meaning
        assert bare.count("{") == bare.count("}") == 1
        assert ("<p>(" in question) is (bool(problem.unit) and not sheet.choices)
        body = bare[bare.index("{") + 1 : bare.index("}")].strip().split("\n")
        is_number = body[0] == "#"
        lines = body[1:] if is_number else body
        chosen = sheet.choices or isinstance(problem.answer, str)
        assert is_number == (isinstance(problem.answer, int) and not chosen)
        right = [line for line in lines if re.match(r"=(?!%0%)", line)]
        assert len(right) == (9 if isinstance(problem.answer, tuple) and not chosen else 1)
        assert lines[-1].startswith("####")
        assert all(line.count("#") in {0, 1} for line in lines[:-1])


def test_where_a_sheet_cannot_be_written_is_said(tmp_path):
    for path, message in (
        ("sheet.doc", r"one of .html, .md, .tex, .txt, .ipynb, .xml, .gift, .zip"),
        (tmp_path / "missing" / "sheet.md", "is not there. Make it first"),
        (tmp_path / "a\0.md", "no name that a file can have"),
        (3, "path must be a path"),
    ):
        with pytest.raises(DigitzooError, match=message):
            SHEETS[0].save(path)
    with pytest.raises(DigitzooError, match="answers must be True or False"):
        SHEETS[0].save(tmp_path / "sheet.md", answers="no")
