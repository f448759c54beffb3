"""The page of results says what the rows say."""

import importlib.util
from pathlib import Path

from digitzoo import list_models, model_card

WRITER = Path(__file__).parents[2] / "docs" / "results" / "write.py"


def test_the_page_is_what_its_writer_writes():
    spec = importlib.util.spec_from_file_location("write", WRITER)
    write = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(write)
    page = write.PAGE.read_text(encoding="utf-8")
    assert page == write.page(), "write it anew: python docs/results/write.py"
    for name in list_models():
        for row in model_card(name).measured:
            assert f"{row.accuracy.mean:.4f}" in page
            assert page.count(f"### {row.model}, {write.DATASETS[row.dataset]}, {row.recipe}") == 1
