"""Tables on narrow terminals: whatever the width, no number and no answer is cut."""

import re

import pytest
from PIL import Image

from digitzoo import list_models, load_arrays, model_card
from digitzoo.cli import main
from digitzoo.cli.output import print_table
from digitzoo.tables import Table

WIDTHS = (100, 80, 60, 40)
NOTES = ("MACs:", "A wider terminal")  # how the lines below a table of models begin


@pytest.fixture
def printed(monkeypatch, capsys):
    """Run a function as on a terminal of so many columns; gives the lines it prints."""

    def call(width, function):
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", str(width))
        function()
        return re.sub("\x1b\\[[0-9;]*m", "", capsys.readouterr().out).splitlines()

    return call


def command(*arguments):
    def run():
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        assert not ended.value.code

    return run


def spread(lines):
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("width", WIDTHS)
def test_models_cuts_no_number(printed, width):
    lines = printed(width, command("models"))
    table = lines[: next(row for row, line in enumerate(lines) if line.startswith(NOTES))]
    assert "…" not in spread(table)
    assert max(map(len, table)) <= width
    for name in list_models():
        card = model_card(name)
        assert name in spread(table)
        assert f"{card.parameters:,}" in spread(table)
        for row in card.measured:
            if row.recipe == "tuned":
                ends = (row.accuracy.low, row.accuracy.high)
                margin = max(abs(end - row.accuracy.mean) for end in ends)
                assert f"{100 * row.accuracy.mean:.2f} ± {100 * margin:.2f}" in spread(table)


@pytest.mark.parametrize("width", [100, 80, 60])
def test_models_is_one_screen(printed, width):
    lines = printed(width, command("models"))
    assert len(lines) < 24  # and the prompt
    assert ("MACs" in lines[0]) == (width >= 80)
    last = next(row for row, line in enumerate(lines) if line.startswith(NOTES))
    assert last == 2 + len(list_models())  # a line each


@pytest.mark.parametrize("width", WIDTHS)
def test_predict_shows_its_answer_for_a_long_path(printed, tmp_path, width):
    folder = tmp_path / "a-long-name-of-a-folder" / "and-another-one-inside-of-it"
    folder.mkdir(parents=True)
    path = folder / "photograph-of-the-seventh-of-march.png"
    Image.fromarray(load_arrays("mnist")[1][0][0]).save(path)
    lines = printed(width, command("predict", "small_dense", path))
    assert max(map(len, lines)) <= width
    assert re.search(r"\b7\b.*\d\d\.\d\d %", spread(lines))
    assert spread(lines).count(" %") == 2
    letters = iter("".join(line.replace(" ", "") for line in lines))
    assert all(letter in letters for letter in str(path))  # nothing of it is lost


def test_a_pipe_takes_tables_as_wide_as_they_are(capsys):
    print_table(Table(("image", "label"), (("long" * 100, "7"),)))
    assert any(line.split() == ["long" * 100, "7"] for line in capsys.readouterr().out.splitlines())
