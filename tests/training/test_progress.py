import re
import sys
from types import ModuleType, SimpleNamespace

import keras
import pytest

from digitzoo import load_data, small_dense, train
from digitzoo.training.progress import Pace


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").sample(1000)


def run(data, verbose):
    train(small_dense(), data, epochs=2, verbose=verbose)


def test_lines_have_numbers_pace_and_time_left(data, capsys):
    run(data, "auto")  # the tests' standard error is no terminal
    out, err = capsys.readouterr()
    assert out == ""
    line = (
        r"epoch {}/2  loss \d\.\d{{4}}  accuracy \d\.\d{{4}}  val_loss \d\.\d{{4}}  "
        r"val_accuracy \d\.\d{{4}}  [\d,]+ images/s  \d+:\d\d left"
    )
    lines = err.splitlines()
    assert len(lines) == 2
    assert re.fullmatch(line.format(1), lines[0])
    assert re.fullmatch(line.format(2), lines[1])
    assert lines[1].endswith("0:00 left")


def test_quiet_is_quiet(data, capfd):
    run(data, 0)
    assert "epoch" not in capfd.readouterr().err


def test_a_bar_leaves_one_line_of_each_epoch(data, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes it for a terminal
    monkeypatch.setenv("COLUMNS", "100")
    run(data, 1)
    err = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().err)
    for epoch in (1, 2):
        assert re.search(rf"epoch {epoch}/2  loss \d\.\d+  accuracy .*val_accuracy \d\.\d+", err)
    assert re.search(r"\d+:\d\d left  [\d,]+ images/s", err)


def test_the_terminal_is_whole_again_after_an_interruption(data, capsys, monkeypatch):
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise KeyboardInterrupt

    monkeypatch.setenv("FORCE_COLOR", "1")
    with pytest.raises(KeyboardInterrupt):
        train(small_dense(), data, verbose=1, callbacks=[Interrupt()])
    err = capsys.readouterr().err
    assert err.rfind("\x1b[?25h") > err.rfind("\x1b[?25l") >= 0  # the cursor is shown again


def test_an_epoch_that_goes_on_counts_the_steps_that_it_takes(monkeypatch):
    now = 0.0
    monkeypatch.setattr("digitzoo.training.progress.time.monotonic", lambda: now)
    pace = Pace(epochs=3, steps=10, images=1000)
    pace.skipped = 6
    pace.start_epoch()
    now = 2.0
    assert pace.images_per_second(8) == "100 images/s"
    assert pace.time_left(0, 8) == "0:22 left"
    now = 4.0
    assert pace.images_per_second(10) == "100 images/s"
    pace.end_epoch()
    assert pace.time_left(1, 0) == "0:20 left"
    pace.start_epoch()
    now = 14.0
    assert pace.images_per_second(10) == "100 images/s"


@pytest.fixture
def notebook(monkeypatch):
    """A stand-in for a notebook, in which an output that is shown can be changed."""
    shown = []

    def display(content, *, raw, display_id):
        assert raw
        assert display_id
        outputs = [content["text/plain"]]
        shown.append(outputs)

        def update(content, *, raw):
            assert raw
            outputs.append(content["text/plain"])

        return SimpleNamespace(update=update)

    module = ModuleType("IPython.display")
    module.display = display
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    return shown


@pytest.mark.parametrize("verbose", ["auto", 1])
def test_a_notebook_shows_one_output_that_changes(data, notebook, capsys, verbose):
    run(data, verbose)
    assert len(notebook) == 1
    (outputs,) = notebook
    line = r"epoch 1/2 \[[# ]+\]  loss .*  accuracy .*  \d+:\d\d left  [\d,]+ images/s"
    assert any(re.fullmatch(line, output) for output in outputs)
    last = outputs[-1].splitlines()
    assert len(last) == 2
    for epoch, text in enumerate(last, 1):
        assert re.fullmatch(rf"epoch {epoch}/2  loss .*  val_accuracy \d\.\d{{4}}", text)
    assert capsys.readouterr().err == ""
