"""A plain table as text, Markdown, HTML and CSV."""

import csv
import io
from xml.etree import ElementTree as ET

import pytest

from digitzoo.tables import Table, width_of

LAYERS = Table(
    ("층", "params"),
    (("합성곱", "832"), ("a|b <i>", "1,290")),
    total=("total", "at least 2,122"),
    remarks=("One & two. " * 20,),
    title="small",
    numbers=("params",),
)


def test_columns_stand_below_each_other_in_any_language() -> None:
    lines = str(LAYERS).splitlines()
    assert lines[0] == "small"
    table = [line for line in lines if line.startswith(("층", "합", "a|b", "total"))]
    assert {width_of(line) for line in table} == {max(map(width_of, lines[:8]))}
    assert all(width_of(line) <= 80 for line in lines)
    assert lines[1] == lines[3] == lines[6] == lines[8]


def test_signs_of_markdown_and_html_are_cells_not_markup() -> None:
    rows = [line for line in LAYERS.to_markdown().splitlines() if line.startswith("|")]
    assert rows[1] == "| --- | ---: |"
    assert "a\\|b <i>" in rows[3]
    assert len(rows) == 5
    page = ET.fromstring(f"<div>{LAYERS.to_html()}</div>")
    assert [cell.text for cell in page.iter("td")] == ["합성곱", "832", "a|b <i>", "1,290"]
    assert [cell.text for cell in page.find("table/tfoot").iter("th")] == [
        "total",
        "at least 2,122",
    ]  # type: ignore[union-attr]
    assert page.findtext("table/caption") == "small"


def test_csv_holds_headings_and_rows() -> None:
    read = list(csv.reader(io.StringIO(LAYERS.to_csv())))
    assert read == [["층", "params"], ["합성곱", "832"], ["a|b <i>", "1,290"]]


@pytest.mark.parametrize("total", [None, ("", "0")])
def test_a_table_without_rows_is_still_one(total: tuple[str, ...] | None) -> None:
    empty = Table(("layer", "params"), (), total)
    assert str(empty).splitlines()[1].startswith("layer")
    assert empty.to_csv() == "layer,params\n"
    assert "<ul>" not in empty.to_html()
    assert empty.to_markdown().count("\n") == (3 if total else 2)
