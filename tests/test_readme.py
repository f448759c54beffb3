"""What the README prints, run as printed, on a small part of the data."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import typer

import digitzoo
from digitzoo.cli.app import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_four_lines_run_as_printed(monkeypatch, capsys):
    small = digitzoo.load_data("mnist").sample(3000)
    monkeypatch.setattr(digitzoo, "load_data", lambda _: small)
    code = re.search(r"```python\n(from digitzoo import simple_cnn.*?)```", README, re.DOTALL)[1]
    assert len([line for line in code.splitlines() if line]) == 5
    names = {}
    exec(code, names)
    assert capsys.readouterr().out.startswith("accuracy 0.9")
    assert names["run"].epochs == 10


def test_the_formulas_run_as_printed(capsys):
    code = re.search(
        r"```python\n(from digitzoo import conv_output_size.*?)```", README, re.DOTALL
    )[1]
    exec(code, {})
    out = capsys.readouterr().out
    for text in ("24\n", "592,074", "5 x 5 x 1 x 32 + 32 = 832", "(28 - 5 + 0) / 1 + 1 = 24"):
        assert text in out


def test_the_table_of_models_is_what_there_is():
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([\d,]+) \| ([^|]*) \|$", README, re.MULTILINE)
    assert [row[0] for row in rows] == digitzoo.list_models(sort_by="parameters")
    for name, parameters, published in rows:
        card = digitzoo.model_card(name)
        assert int(parameters.replace(",", "")) == card.parameters
        known = [f"{row.value} {row.split}" for row in card.published]
        assert published in (known or ["drawn here"])


def test_all_its_code_runs_in_order(monkeypatch, tmp_path, capsys):
    small = digitzoo.load_data("mnist").sample(1000)
    monkeypatch.setattr(digitzoo, "load_data", lambda _: small)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    for code in blocks:
        exec(code, names)
    plt.close("all")
    assert len(blocks) >= 4
    assert names["letters"].output_shape == (None, 26)
    assert (tmp_path / "model.svg").read_text(encoding="utf-8").count("<svg") == 1
    assert re.search(r"tuned mnist 0\.98\d+", capsys.readouterr().out)


def test_what_it_links_to_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
    commands = typer.main.get_command(app).commands
    for name in re.findall(r"^digitzoo (\w+)", README, re.MULTILINE):
        assert name in commands


@pytest.mark.skipif(shutil.which("sh") is None, reason="the commands are for a POSIX shell")
def test_each_command_pasted_as_it_stands_is_what_it_says(tmp_path):
    """A shell is given each line; a program in digitzoo's place tells what reached it."""
    program = tmp_path / "digitzoo"
    program.write_text('#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    lines = re.findall(r"^digitzoo .*", README, re.MULTILINE)
    assert len(lines) >= 6
    commands = typer.main.get_command(app).commands
    for line in lines:
        done = subprocess.run(
            [shutil.which("sh"), "-c", line],
            env={"PATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        name, *words = done.stdout.splitlines()
        with commands[name].make_context(name, words) as context:
            assert context.params
        assert "#" not in done.stdout


@pytest.mark.parametrize("mark", ["train", "test", "docs"])
def test_the_commands_are_marked_for_ci(mark):
    assert re.search(rf"<!-- {mark} -->\n```\n.+\n```", README)
