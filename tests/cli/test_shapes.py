import json
import subprocess
import sys

import keras
import pytest

from digitzoo import build_model, list_models
from digitzoo.formulas import summarize

CONV2D = ["shapes", "conv2d", "9x9x1", "--filters=1", "--kernel-size=2"]


def test_shapes_of_the_first_layer(run, capsys):
    assert run("shapes", "conv2d", "28x28x1", "--filters", 32, "--kernel-size", 5) == 0
    out = capsys.readouterr().out
    assert "(28, 28, 1) -> (24, 24, 32)" in out
    assert "832 (832 trained)" in out
    assert "460,800" in out


@pytest.mark.parametrize(
    ("arguments", "output_shape", "params"),
    [
        (["conv2d", "28x36x3", "--filters=8", "--kernel-size", "3x5"], [26, 32, 8], 368),
        (["conv2d", "28X36x3", "--filters=8", "--kernel-size", "3X5"], [26, 32, 8], 368),
        (["Conv2D", "7x7x4", "--filters", 8, "--kernel-size", 1, "--no-use-bias"], [7, 7, 8], 32),
        (["conv2d", "5x5x1", "--filters", 1, "--kernel-size", 3, "--padding", 1], [5, 5, 1], 10),
        (["zeropadding2d", "28x28x1", "--padding", "1x0,0x2"], [29, 30, 1], 0),
        (["globalmaxpooling2d", "7x7x4", "--keepdims"], [1, 1, 4], 0),
        (["add", "7x7x4,7x7x4"], [7, 7, 4], 0),
        (["dropout", "128", "--rate", "0.5"], [128], 0),
        (["dense", "128", "--units", "10", "--use-bias", "false"], [10], 1280),
    ],
)
def test_shapes_reads_keras_arguments(run, arguments, output_shape, params, capsys):
    assert run("shapes", *arguments, "--json") == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["output_shape"], row["params"]) == (output_shape, params)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["shapes", "conv2d", "28x28x1", "--filter", "3"], "Did you mean 'filters'"),
        (["shapes", "conv2", "28x28x1"], "Unknown layer 'conv2'"),
        (["shapes", "conv2d", "28by28"], "'28by28' is no shape"),
        (["shapes", "conv2d", "28,28,1", "--filters", "8", "--kernel-size", "5"], ": 28x28x1."),
        (["shapes", "conv2d", "(28, 28, 1)", "--filters=8", "--kernel-size=5"], ": 28x28x1."),
        (["explain", "simple_cnn", "ko"], "`digitzoo explain -h` shows its options."),
        (["explain", "simple_cnn", "--json", "--format", "html"], "Give one."),
        (["explain", "simple_cnn", "--json", "--format", "text"], "Give one."),
        (["explain", "simple_cnn", "--table", "--language", "ko"], "in no language"),
        (["shapes", "dense", "28", "units"], "'units' belongs to no option"),
        (["shapes", "maxpooling2d", "7x7x1", "--strict"], "that fit: 6 or 8"),
        (["explain", "simple_cn"], "Did you mean 'simple_cnn'"),
        (["explain", "simple_cnn", "--language", "de"], "Unknown language 'de'"),
        (["explain", "simple_cnn", "--format", "pdf"], "Unknown format 'pdf'"),
        (["explain", "simple_cnn", "--format", "latex", "--table"], "no LaTeX form"),
        (["explain", "missing.keras"], "no such file"),
        (["shapes", "conv2d", "28x28x1"], "--filters and --kernel-size must be given."),
        (["shapes", "dense", "0", "--units", "3"], "at least 1. Received 0. The smallest"),
        (
            [*CONV2D, "--strides=2", "--dilation-rate=2"],
            "--strides and --dilation-rate cannot both",
        ),
        (["shapes", "dense", "784", "--units"], "a whole number. Received nothing.\n"),
        (["shapes", "dense", "784", "--units", "ten"], "a whole number. Received 'ten'.\n"),
        (
            ["shapes", "dense", "784", "--units=10", "--use-bias", "no"],
            "--use-bias must be true or false. Received 'no'.\n",
        ),
    ],
)
def test_what_cannot_work_is_one_line_and_code_2(run, arguments, words, capsys):
    assert run(*arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_explain_in_every_language_and_form(run, capsys):
    equation = "5 x 5 x 1 x 32 + 32 = 832"
    for language, word in (("en", "Parameters"), ("ko", "매개변수")):
        for style in ("text", "markdown", "html"):
            assert run("explain", "simple_cnn", "--language", language, "--format", style) == 0
            out = capsys.readouterr().out
            assert equation in out
            assert word in out
    assert run("explain", "simple_cnn", "--format", "latex") == 0
    assert r"5 \times 5 \times 1 \times 32 + 32 = 832" in capsys.readouterr().out
    assert run("explain", "simple_cnn", "--json") == 0
    assert json.loads(capsys.readouterr().out)["sections"][0]["steps"]


def test_a_model_of_keras_2_is_worked_out_too(run, tmp_path, capsys):
    path = tmp_path / "old.h5"
    build_model("small_dense").save(path)
    assert run("explain", path, "--table", "--json") == 0
    assert json.loads(capsys.readouterr().out)["totals"]["params"] == 51_450


def test_explain_shows_a_table_for_a_batch(run, capsys):
    assert run("explain", "deep_cnn", "--table", "--batch-size", 128) == 0
    out = capsys.readouterr().out
    assert "936,426" in out
    assert "for a batch of 128" in " ".join(out.split())
    assert run("explain", "deep_cnn", "--table", "--json", "--dtype", "float16") == 0
    assert json.loads(capsys.readouterr().out)["totals"]["weight_bytes"] == 2 * 936_426


def test_explain_a_saved_file(run, tmp_path, capsys):
    path = tmp_path / "saved.keras"
    build_model("simple_cnn").save(path)
    assert run("explain", path) == 0
    assert "5 x 5 x 1 x 32 + 32 = 832" in capsys.readouterr().out


@pytest.mark.parametrize("between", [keras.layers.Flatten, keras.layers.Identity])
def test_a_saved_layer_that_only_keras_knows_is_counted_by_keras(run, between, tmp_path, capsys):
    path = tmp_path / "memory.keras"
    model = keras.Sequential(
        [
            keras.Input((10, 4)),
            keras.layers.RNN(keras.layers.LSTMCell(8), name="memory"),
            between(),
            keras.layers.Dense(2),
        ]
    )
    model.save(path)
    assert run("explain", path, "--table", "--json") == 0
    totals = json.loads(capsys.readouterr().out)["totals"]
    assert (totals["params"], totals["unknown"]) == (model.count_params(), ["memory"])
    assert totals["uncounted"] == []


def test_layers_of_sequences_are_worked_out(run, capsys):
    assert run("shapes", "lstm", "28x28", "--units", "64") == 0
    assert "23,808" in capsys.readouterr().out
    heads = ("--num-heads", "4", "--key-dim", "8")
    assert run("shapes", "multi_head_attention", "10x32,28x28", *heads) == 0
    assert "(10, 32) -> (10, 32)" in capsys.readouterr().out
    equation = ("--equation", "abc,cd->abd", "--output-shape", "4x6")
    assert run("shapes", "einsum_dense", "4x5", *equation) == 0
    assert "(4, 5) -> (4, 6)" in capsys.readouterr().out


class Own(keras.layers.Layer):
    """A layer that no file can bring back without its code."""

    def build(self, input_shape):
        self.scale = self.add_weight(shape=(input_shape[-1],))

    def call(self, inputs):
        return inputs * self.scale


def test_a_layer_that_keras_cannot_load_is_named_with_what_is_missing(run, tmp_path, capsys):
    path = tmp_path / "own.keras"
    last = [keras.layers.Dense(2, name="last")]
    keras.Sequential([keras.Input((4,)), Own(name="own"), *last]).save(path)
    assert run("explain", path, "--table") == 0
    shown = capsys.readouterr()
    assert "Without the weights of own" in shown.out
    assert f"Keras in safe mode cannot load {path}" in shown.err
    assert "The totals are without own." in shown.err
    blind = [keras.layers.Identity(), *last]
    keras.Sequential([keras.Input((4,)), Own(name="own"), *blind]).save(path)
    assert run("explain", path) == 2
    assert "Keras in safe mode cannot load" in capsys.readouterr().err


def test_safe_mode_runs_no_foreign_code(run, tmp_path, capsys):
    path = tmp_path / "lambda.keras"
    keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Lambda(lambda x: x, name="code"),
            keras.layers.Identity(),
        ]
    ).save(path)
    assert run("explain", path) == 2
    assert "Keras in safe mode cannot load" in capsys.readouterr().err


@pytest.mark.parametrize("name", list_models())
def test_the_described_zoo_is_the_built_one(name):
    ours, built = summarize(name), summarize(build_model(name))
    assert ours.totals.params == built.totals.params
    assert ours.totals.macs == built.totals.macs
    layers = [row for row in built.layers if row.layer != "InputLayer"]
    for one, other in zip(ours.layers, layers, strict=True):
        assert (one.name, one.layer, one.output_shape, one.params) == (
            other.name,
            other.layer,
            other.output_shape,
            other.params,
        )
        for setting in ("activation", "rate"):
            if not hasattr(other.description, setting):
                continue
            expected = getattr(one.description, setting, None)
            assert getattr(other.description, setting, None) == (
                "linear"
                if setting == "activation" and expected is None and one.params
                else expected
            )
    assert build_model(name).count_params() == ours.totals.params


def test_no_command_that_works_out_loads_keras():
    program = (
        "import sys\nfrom digitzoo.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as ended:\n"
        "    assert not ended.code\n"
        "print({'keras', 'tensorflow', 'numpy'} & set(sys.modules))"
    )
    shapes = ["shapes", "dense", "4", "--units", "2"]
    for arguments in (shapes, ["explain", "simple_cnn"], ["summary", "simple_cnn"]):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "set()"
