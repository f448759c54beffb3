import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "docs" / "pagetools.py"


@pytest.fixture
def pagetools(monkeypatch):
    monkeypatch.syspath_prepend(str(FILE.parent))  # it imports what lies beside it
    spec = importlib.util.spec_from_file_location("pagetools", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_command_is_shown_with_what_it_says(pagetools, capsys):
    pagetools.command("digitzoo shapes conv2d 28x28x1 --filters 32 --kernel-size 5")
    shown = capsys.readouterr().out
    assert shown.startswith("```\ndigitzoo shapes conv2d 28x28x1 ")
    assert "(24, 24, 32)" in shown


def test_a_table_is_fitted_into_the_page(pagetools, capsys):
    pagetools.command("digitzoo models")
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_a_command_that_fails_shows_its_error(pagetools, capsys):
    pagetools.command("digitzoo summary simple_cn")
    assert "digitzoo: Unknown model 'simple_cn'." in capsys.readouterr().out


def test_refusals_shows_each_call_with_its_error(pagetools, capsys):
    namespace = {"refusals": pagetools.refusals}
    exec('from digitzoo import conv_output_size\nrefusals("conv_output_size(3, 5)")', namespace)
    shown = capsys.readouterr().out
    assert shown.startswith("<ul><li><code>conv_output_size(3, 5)</code><br>")


def test_a_call_that_works_is_no_refusal(pagetools):
    with pytest.raises(ValueError, match="len\\(\\[\\]\\) works"):
        pagetools.refusals("len([])")
