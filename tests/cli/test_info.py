import json
import tomllib
from importlib.metadata import version
from pathlib import Path

import digitzoo
from digitzoo import list_models

ROOT = Path(__file__).parents[2]


def test_what_a_report_of_a_fault_needs_is_told(run, capsys):
    assert run("info", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["digitzoo"] == digitzoo.__version__
    assert told["numpy"] == version("numpy")
    assert Path(told["data"], "mnist.npz").is_file()
    assert Path(told["weights"], f"{list_models()[0]}-mnist.weights.h5").is_file()
    assert run("info") == 0
    out = capsys.readouterr().out
    assert all(fact in out for fact in told.values())


def test_what_is_not_installed_is_told(run, capsys, monkeypatch):
    from digitzoo.cli import info

    monkeypatch.setattr(info, "_PACKAGES", ("no-such-package",))
    assert run("info", "--json") == 0
    assert json.loads(capsys.readouterr().out)["no-such-package"] == "not installed"


def test_the_version_stands_in_one_place():
    """`CITATION.cff` cannot read it, and is held to it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {digitzoo.__version__}\n" in citation
