"""What a recipe or a result holds is not typed into the pages: the build computes it."""

import json
import re
from pathlib import Path

import pytest

from digitzoo.recipes import list_recipes

ROOT = Path(__file__).parents[2]
FOLDERS = ("course", "how-to", "formulas")
PAGES = sorted(
    [
        *(page for folder in FOLDERS for page in (ROOT / "docs" / folder).glob("*.md")),
        *(ROOT / "docs" / f"{name}{end}.md" for name in ("index", "start") for end in ("", ".ko")),
    ]
)
CODE = re.compile(r"^( *)```[^\n]*\n(.*?)^\1```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
EPOCHS = re.compile(r"(\d+)(?: |-)?(?:epochs?\b|에포크)")
MISTAKES = re.compile(
    r"([\d,]+) (?:mistakes|errors|wrong)|실수(?:가|는)? ([\d,]+)개|([\d,]+)장을 틀"
)
SCORES = re.compile(r"(?<![\d,.])0?(\.\d{3,4})\b|(?<![\d,.])(\d\d\.\d{1,2}) ?%")


def rows():
    folder = ROOT / "src" / "digitzoo" / "models" / "results"
    return [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]


def held():
    """Give what recipes and results hold, as one would type it."""
    epochs = {str(recipe.epochs) for recipe in list_recipes()}
    errors = {str(seed["errors"]) for row in rows() for seed in row["seeds"]}
    scores = set()
    for row in rows():
        counts = [seed["errors"] for seed in row["seeds"]]
        images = row["accuracy"]["images"]
        for score in (row["accuracy"]["mean"], *(1 - count / images for count in counts)):
            scores |= {f"{score:.{places}f}"[1:] for places in (3, 4)}
            scores |= {f"{100 * score:.{places}f}" for places in (1, 2)}
    return ((EPOCHS, epochs), (MISTAKES, errors), (SCORES, scores))


def typed(page, known):
    """Give the numbers of a page's prose that a recipe or a result holds, and its code does not."""
    code = "\n".join(found[0] for found in CODE.finditer(page)).replace("_", "")
    prose = CODE.sub("", page)
    return [
        found[0]
        for pattern, numbers in known
        for found in pattern.finditer(prose)
        for number in [next(filter(None, found.groups())).replace(",", "")]
        if number in numbers and not re.search(rf"(?<!\d){re.escape(number)}(?!\d)", code)
    ]


@pytest.fixture(scope="module")
def known():
    return held()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT / "docs").as_posix())
def test_no_number_of_a_recipe_or_a_result_is_typed(page, known):
    assert typed(page.read_text(encoding="utf-8"), known) == []


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("It was trained 120 epochs.", ["120 epochs"]),
        ("120에포크 동안 훈련했습니다.", ["120에포크"]),
        ("After 120 epochs:\n\n```python\ntrain(model, data, epochs=120)\n```\n", []),
        ("The accuracy is 0.9967, or 99.67 %.", ["0.9967", "99.67 %"]),
        ("It makes 33 mistakes.", ["33 mistakes"]),
        ("`epochs=120` and 0.142", []),
    ],
)
def test_a_typed_number_is_found(page, found, known):
    assert typed(page, known) == found
