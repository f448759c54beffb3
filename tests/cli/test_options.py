"""What all commands have in common, tried over the commands that there are."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image

from digitzoo import list_models, load_data, model_card, simple_cnn, train
from digitzoo.cli.app import app, help_rows
from digitzoo.cli.options import read_sizes
from digitzoo.errors import InvalidArgumentError

PROGRAM = [sys.executable, "-c", "from digitzoo.cli import main; main()"]


def all_commands(name="", command=None):
    command = command or typer.main.get_command(app)
    yield name, command
    for word, child in getattr(command, "commands", {}).items():
        yield from all_commands(f"{name} {word}".strip(), child)


COMMANDS = dict(all_commands())
OPTIONS = [
    (name, one)
    for name, command in COMMANDS.items()
    for one in command.params
    if one.param_type_name == "option"
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("all")
    data = load_data("mnist").sample(300)
    train(simple_cnn(filters=2, units=4), data, epochs=1, run_dir=folder / "run", verbose=0)
    Image.fromarray(data.test.images[0, ..., 0]).save(folder / "a.png")
    np.savez(folder / "d.npz", x_train=data.train.images[:60], y_train=data.train.labels[:60])
    return folder


ARGUMENTS = {
    "": [],
    "data": [],
    "models": [],
    "summary": ["simple_cnn"],
    "train": ["small_dense", "--npz", "d.npz", "--epochs", "1", "--quiet"],
    "reproduce": ["small_dense", "--recipe", "reference", "--quiet"],
    "evaluate": ["run", "--npz", "d.npz"],
    "compare": ["run", "run/final.keras", "--npz", "d.npz"],
    "predict": ["run", "a.png"],
    "plot": ["kernels", "run"],
    "report": ["run", "--npz", "d.npz"],
    "explore": ["run"],
    "explain": ["simple_cnn"],
    "shapes": ["dense", "4", "--units", "2"],
    "export": ["tiny_cnn", "it.tflite", "--no-verify"],
    "info": [],
    "worksheet": ["macs"],
    "quiz": ["macs"],
    "data info": [],
}


def test_every_command_is_tried_here():
    assert set(ARGUMENTS) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_output_that_takes_no_more_is_one_line_and_code_2(
    run, name, folder, tmp_path, monkeypatch, capsys
):
    if name == "reproduce":
        row = model_card("small_dense").measured[0]
        monkeypatch.setattr("digitzoo.recipes.reproduce.reproduce", lambda *_, **__: row)
        monkeypatch.setattr("digitzoo.recipes.reproduce.keep_row", lambda *_: None)
    monkeypatch.chdir(folder)

    class Full(io.StringIO):
        def write(self, _):
            raise OSError(28, "No space left on device")

    words = [*name.split(), *ARGUMENTS[name]]
    if name == "train":
        words += ["--run-dir", str(tmp_path / "run")]
    monkeypatch.setattr(sys, "stdout", Full())
    assert run(*words) == 2
    error = capsys.readouterr().err
    assert error == "digitzoo: standard output cannot be written (No space left on device).\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("words", [["explain", "simple_cnn"], ["--help"]])
def test_as_a_process_too(words):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "digitzoo: standard output cannot be written (No space left on device).\n"


@pytest.mark.skipif(os.name != "posix", reason="pipes are closed otherwise there")
def test_a_reader_that_has_seen_enough_is_no_error_and_an_output_that_is_closed_is():
    read, write = os.pipe()
    os.close(read)
    program = [*PROGRAM, "explain", "simple_cnn"]
    done = subprocess.run(program, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *program]
    done = subprocess.run(closed, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    full = ["sh", "-c", 'exec "$@" 2>&-', "sh", *PROGRAM, "explain", "nothing"]
    assert subprocess.run(full, capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_a_short_form_and_no_types_of_python(run, name, capsys):
    assert run(*name.split(), "--help") == 0
    long = capsys.readouterr().out
    assert run(*name.split(), "-h") == 0
    assert capsys.readouterr().out == long
    assert "Usage: " in long
    assert not re.search(r"<\w+|\{|list\[|range|\bstr\b|\bint\b|\bfloat\b", long)
    context = typer.Context(COMMANDS[name], info_name=name)
    for _, text in help_rows(COMMANDS[name].params, context):
        assert text


@pytest.mark.parametrize("name", ["summary", "explain", "evaluate", "predict", "plot", "report"])
def test_a_model_argument_is_the_same_everywhere(run, name, folder, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = ["kernels"] if name == "plot" else []
    after = [folder / "a.png"] if name == "predict" else []
    after = ["--npz", folder / "d.npz"] if name in {"evaluate", "report"} else after
    for model in ("simple_cnn", folder / "run" / "final.keras", folder / "run"):
        code = run(name, *before, model, *after)
        shown = capsys.readouterr()
        if name == "report" and model != folder / "run":
            kind = "the name of a model" if model == "simple_cnn" else "a .keras file"
            assert code == 2
            assert f"{model} is {kind}" in shown.err
        else:
            assert (code, shown.err.count("digitzoo: ")) == (0, 0), shown.err
    (tmp_path / "notes.txt").write_text("no model")
    for missing in ("simple_cn", "missing.keras", "notes.txt"):
        assert run(name, *before, missing, *after) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert missing in error
        reasons = (
            "Did you mean 'simple_cnn'?",
            "there is no such file",
            "no .keras file of that name",
        )
        assert any(reason in error for reason in reasons)
        assert "again" not in error


@pytest.mark.parametrize("name", ["train", "reproduce"])
def test_what_begins_anew_takes_the_name_of_a_model(run, name, folder, capsys):
    for model in (folder / "run", folder / "run" / "final.keras", "missing.keras"):
        assert run(name, model) == 2
        error = capsys.readouterr().err
        assert str(model)[-8:] in error  # a long path is shortened in its middle
        assert "is one that is trained. Expected the name of a model" in error


PATHS = [
    (name, max(one.opts, key=len), one.nargs)
    for name, one in OPTIONS
    if one.metavar in {"FILE", "FOLDER", "IMAGES LABELS"}
]


def test_there_are_paths():
    assert len(PATHS) >= 12


@pytest.mark.parametrize(("name", "option", "words"), PATHS)
def test_home_is_known_in_every_path(name, option, words, monkeypatch, tmp_path):
    """A shell leaves the ~ of --option=~/x alone."""
    command = COMMANDS[name]
    parameter = next(one for one in command.params if option in one.opts)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    typed = ("~/x",) * words if words > 1 else "~/x"
    value = parameter.process_value(typer.Context(command), typed)
    assert value == ((tmp_path / "x",) * words if words > 1 else tmp_path / "x")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "'--epochs': it must be a whole number of 1 or above. Received 0."),
        (["--epochs", "x"], "'--epochs': it must be a whole number. Received 'x'."),
        (["--epochs", "1_0"], "Received '1_0'."),
        (["--epochs", "2.5"], "Received '2.5'."),
        (["--batch-size", "-3"], "Received -3."),
        (["--learning-rate", "-1"], "'--learning-rate': it must be a finite number above 0."),
        (["--learning-rate", "fast"], "it must be a number. Received 'fast'."),
        (["--learning-rate", "inf"], "Received inf."),
        (["--validation", "1"], "0 or above and below 1. Received 1.0."),
        (["--seed", "4294967296"], "at most 4,294,967,295. Received 4294967296."),
        (["--run-dir="], "no name that a file can have. Received ''."),
        (["--epoch", "3"], "`digitzoo train -h` shows its options."),
        (["again"], "unexpected extra argument(s) (again). `digitzoo train -h` shows its options."),
    ],
)
def test_a_value_that_cannot_work_is_shown_with_what_can(run, arguments, message, capsys):
    assert run("train", "simple_cnn", *arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_sizes_are_read_as_people_write_them():
    for text in ("28x28x1", "28X28x1", "28 x 28 x 1", "28×28×1"):
        assert read_sizes(text) == (28, 28, 1)
    assert read_sizes("?x3") == (None, 3)
    for text, meant in (("28by28", "28x28"), ("(28, 28, 1)", "28x28x1"), ("28*28", "28x28")):
        with pytest.raises(InvalidArgumentError, match=rf"is no shape.*Did you mean {meant}\?"):
            read_sizes(text)


def test_the_shell_completes_commands_options_and_models():
    def complete(words):
        done = subprocess.run(
            PROGRAM,
            env={
                **os.environ,
                "_DIGITZOO_COMPLETE": "complete_bash",
                "COMP_WORDS": words,
                "COMP_CWORD": str(len(words.split(" ")) - 1),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.split()

    assert complete("digitzoo ev") == ["evaluate"]
    assert complete("digitzoo summary simple") == ["simple_cnn"]
    assert "--early-stopping" in complete("digitzoo train --e")
    assert complete("digitzoo plot conf") == ["confusion"]
    assert set(complete("digitzoo train ")) >= set(list_models())
