import errno
import os

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from PIL import Image

from digitzoo import load_data, simple_cnn, train
from digitzoo.cli.pictures import PICTURES


@pytest.fixture(scope="module", autouse=True)
def _backend_stays():
    before = mpl.get_backend()
    yield
    mpl.use(before)


@pytest.fixture(autouse=True)
def _nothing_is_left_open():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "first"
    data = load_data("mnist").sample(500)
    train(simple_cnn(filters=4, units=16), data, epochs=2, run_dir=folder, verbose=0)
    return folder


@pytest.mark.parametrize("kind", list(PICTURES))
def test_every_kind_is_written_as_a_picture(run, kind, run_folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    fewer = ["--count", 3] if kind == "convolution" else []  # of a hundred frames
    assert run("plot", kind, run_folder, *fewer) == 0
    file = f"first-{kind}{PICTURES[kind].suffix}"
    assert capsys.readouterr().out == f"Written to {file}\n"
    with Image.open(tmp_path / file) as picture:
        assert min(picture.size) > 100
        assert len(picture.convert("L").getcolors()) > 2


def test_options_reach_the_picture(run, run_folder, tmp_path, capsys):
    svg = tmp_path / "maps.svg"
    assert run("plot", "maps", run_folder, "--layer", "pool1", "--index", 3, "--output", svg) == 0
    assert "<svg" in svg.read_text(encoding="utf-8")
    few, many = tmp_path / "few.png", tmp_path / "many.png"
    assert run("plot", "samples", run_folder, "--count", 1, "--output", few) == 0
    assert run("plot", "samples", run_folder, "--count", 16, "--output", many) == 0
    with Image.open(few) as one, Image.open(many) as sixteen:
        assert one.height < sixteen.height
    two = tmp_path / "two.pdf"
    assert run("plot", "history", run_folder, run_folder, "--skip-epochs", 1, "--output", two) == 0
    assert two.read_bytes().startswith(b"%PDF")
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mistake"], "Unknown picture 'mistake'. Did you mean 'mistakes'?"),
        (["confusion", "--layer", "conv1"], "`digitzoo plot confusion` has no option --layer."),
        (["kernels", "--output", "x.abc"], "The suffix says the format, one of "),
        (["kernels", "--output", "nowhere/x.png"], "cannot be written"),
        (["kernels", "--layer", "conv1", "--layer", "conv1"], "of one layer"),
        (["maps", "--index", "1", "--index", "2"], "of one image. Received --index 2 times"),
        (["field", "--index", "10000"], "images 0 to 9999. Received --index 10000"),
        (["kernels", "--layer", "dense1"], "These layers have some: conv1"),
        (["samples", "--count", "101"], "at most 100 are drawn. Draw fewer.\n"),
        (["predictions", "--count", "37"], "at most 36 are drawn. Draw fewer.\n"),
        (["attribution", *["--index", "1"] * 21], "at most 20 are drawn. Draw fewer.\n"),
        (["samples", "--count", "10001"], "There are 10,000 images. Received --count 10001."),
        (
            ["samples", "--count", "3", "--index", "2"],
            "--count draws at random, and --index names them. Give one.",
        ),
    ],
)
def test_mistakes_are_one_line(run, arguments, message, run_folder, capsys):
    kind, *options = arguments
    assert run("plot", kind, run_folder, *options) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_one_run_for_all_but_curves(run, run_folder, capsys):
    assert run("plot", "kernels", run_folder, run_folder) == 2
    assert "of one run. Received 2" in capsys.readouterr().err


def test_help_lists_every_kind(run, capsys):
    assert run("plot", "--help") == 0
    out = capsys.readouterr().out
    for kind, picture in PICTURES.items():
        assert f"{kind:12} {picture.shows}" in out


@pytest.mark.parametrize("kind", ["kernels", "diagram"])
def test_a_name_without_an_ending_is_written_and_told_as_it_is(
    run, kind, run_folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert run("plot", kind, run_folder, "--output", "noext") == 0
    assert capsys.readouterr().out == "Written to noext.png\n"
    with Image.open(tmp_path / "noext.png") as picture:
        assert min(picture.size) > 100
    assert [path.name for path in tmp_path.iterdir()] == ["noext.png"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes by name")
def test_no_file_is_made_beside_a_device(run, run_folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    assert run("plot", "kernels", run_folder, "--output", "pipe") == 2
    assert "Received 'pipe'" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize("command", [["plot", "kernels"], ["report"]])
def test_what_cannot_be_written_is_found_before_the_work(
    run, command, run_folder, tmp_path, monkeypatch, capsys
):
    def work(*_, **__):
        raise AssertionError

    monkeypatch.setattr("digitzoo.training.TrainingRun.load", work)
    for output in (tmp_path, tmp_path / "nowhere" / "x.html"):
        assert run(*command, run_folder, "--output", output) == 2
        error = capsys.readouterr().err
        assert "cannot be written (" in error
        assert error.count("\n") == 1


def test_a_named_model_and_a_file_are_drawn_too(run, run_folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("plot", "kernels", "simple_cnn") == 0
    assert run("plot", "maps", run_folder / "final.keras", "--dataset", "mnist") == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "simple_cnn-kernels.png",
        "final-maps.png",
    }
    capsys.readouterr()
    assert run("plot", "samples", run_folder / "final.keras") == 2
    assert "does not say what it was trained on. Name images" in capsys.readouterr().err
    assert run("plot", "history", "simple_cnn") == 2
    assert "give a run folder" in capsys.readouterr().err
    assert run("plot", "kernels", "simple_cnn", "--csv", "a.csv") == 2
    assert "`digitzoo plot kernels` has no option --csv." in capsys.readouterr().err


def test_a_report_is_written(run, run_folder, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert run("report", run_folder, "--output", page) == 0
    assert capsys.readouterr().out == f"Written to {page}\n"
    text = page.read_text(encoding="utf-8")
    assert "of 10,000 images that it had not seen" in text
    assert run("report", run_folder, "--output", tmp_path / "nowhere" / "page.html") == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_report_without_test_images_says_so(run, tmp_path, capsys):
    folder = tmp_path / "own"
    split = load_data("mnist").sample(200).train
    train(simple_cnn(filters=2, units=4), split, epochs=1, run_dir=folder, verbose=0)
    page = tmp_path / "page.html"
    assert run("report", folder, "--output", page) == 0
    assert "results are left out" in capsys.readouterr().out
    assert "Confusion matrix" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [["plot", "kernels"], ["plot", "diagram"], ["report"]])
def test_a_disk_that_is_full_after_all_is_told_of_the_file(
    run, command, run_folder, tmp_path, monkeypatch, capsys
):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for name in ("write_bytes", "write_text"):
        monkeypatch.setattr(f"pathlib.Path.{name}", full)
    if command[0] == "plot":  # a report draws its pictures too, into memory
        monkeypatch.setattr("matplotlib.figure.Figure.savefig", full)
    target = tmp_path / "x.svg"
    assert run(*command, run_folder, "--output", target) == 2
    error = capsys.readouterr().err
    assert "cannot be written (No space left" in error
    assert error.count("x.svg") == 1
    assert error.count("\n") == 1


def test_a_picture_speaks_korean(run, run_folder, tmp_path):
    file = tmp_path / "diagram.gv"
    assert run("plot", "diagram", run_folder, "--language", "ko", "--output", file) == 0
    assert "매개변수" in file.read_text(encoding="utf-8")
