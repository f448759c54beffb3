"""The page that tells how the code is built names what is there."""

import re
from pathlib import Path

import pytest

import digitzoo

PACKAGE = Path(digitzoo.__file__).parent
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["design.md", "design.ko.md"])
def test_every_room_is_named_and_every_file_is_there(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    first = {
        name
        for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    alone = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert first == rooms | alone
    named = re.findall(r"`((?:\w+/)+\w+\.py)`", text)
    assert len(named) > 8
    assert [file for file in named if not (PACKAGE / file).is_file()] == []
