import csv
import errno
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitzoo import list_models, load_arrays, load_recipe, model_card


@pytest.fixture(scope="module")
def digits():
    return load_arrays("mnist")


def write_csv(path, images, labels=None):
    header = ["index", *(["label"] if labels is not None else []), *map(str, range(784))]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number, image in enumerate(images):
            label = [] if labels is None else [labels[number]]
            writer.writerow([f"{number + 1000}", *label, *image.ravel().tolist()])
    return path


@pytest.fixture(scope="module")
def competition_run(run, tmp_path_factory, digits):
    """Write-up 003 from end to end, on a small part of the digits and one epoch."""
    (images, labels), (test_images, _) = digits
    folder = tmp_path_factory.mktemp("competition")
    train = write_csv(folder / "train.csv", images[:1500], labels[:1500])
    write_csv(folder / "test.csv", test_images[:200])
    arguments = [
        "train",
        "small_dense",
        "--csv",
        train,
        "--label-column",
        "label",
        "--ignore",
        "index",
    ]
    assert run(*arguments, "--epochs", 15, "--quiet", "--run-dir", folder / "run") == 0
    return folder


def test_models_lists_them_all(run, capsys):
    assert run("models") == 0
    out = capsys.readouterr().out
    for name in list_models():
        assert name in out
        assert f"{model_card(name).parameters:,}" in out
    assert re.search(r"simple_cnn +592,074 .* 1,051,904", out)
    assert run("models", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list_models(sort_by="parameters")


def test_models_filters_and_sorts_as_list_models_does(run, capsys):
    given = {"max_parameters": 400_000, "dataset": "fashion_mnist", "sort_by": "accuracy"}
    words = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
    assert run("models", "*_cnn", *words) == 0
    lines = capsys.readouterr().out.splitlines()[2:]
    names = [line.split()[0] for line in lines if "±" in line]
    assert names == list_models("*_cnn", **given)
    assert len(names) >= 3
    assert run("models", "nothing") == 0
    assert "`digitzoo models` lists all" in capsys.readouterr().out
    assert run("models", "--dataset", "kmnist") == 2
    assert "There is: fashion_mnist, mnist." in capsys.readouterr().err


def test_summary_shows_the_known_table(run, capsys):
    assert run("summary", "simple_cnn") == 0
    out = capsys.readouterr().out
    for text in ("Conv2D", "24 x 24 x 32", "832", "589,952", "592,074", "0.9897"):
        assert text in out
    assert run("summary", "simple_cnn", "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert sum(row["parameters"] for row in summary["layers"]) == summary["parameters"] == 592_074


def test_data_info_counts_from_the_files(run, capsys):
    assert run("data", "info") == 0
    out = capsys.readouterr().out
    for text in ("mean 0.1307, standard deviation 0.3081", "mean 0.2860", "6,742", "Ankle boot"):
        assert text in out
    assert run("data", "info", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert [fact["train"] for fact in facts] == [60_000, 60_000]
    assert facts[1]["sha256"]["y_test"].startswith("ddeff807")


def test_train_evaluate_and_predict(run, tmp_path, monkeypatch, capsys, digits):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("digitzoo.data.load_data", _small_data)
    assert run("train", "small_dense", "--epochs", 6, "--early-stopping", 2) == 0
    out, err = capsys.readouterr()
    assert "epoch 1/6  loss" in err
    assert "Test accuracy" in out
    assert "95 % interval" in out
    folder = str(Path("runs") / "small_dense-mnist-1")  # as this system writes it
    assert f"The run lies in {folder}" in out
    assert out.rstrip().endswith(f"Next: {shlex.join(['digitzoo', 'evaluate', folder])}")

    assert run("evaluate", "runs/small_dense-mnist-1", "--json") == 0
    result = json.loads(capsys.readouterr().out)
    accuracy = f"{100 * result['accuracy']:.2f} %"
    assert f"Test accuracy {accuracy}" in out
    assert run("evaluate", "runs/small_dense-mnist-1") == 0
    assert f"Accuracy {accuracy}" in capsys.readouterr().out

    _, (images, labels) = digits
    for number in range(3):
        Image.fromarray(images[number]).save(tmp_path / f"{number}.png")
    pictures = ["0.png", "1.png", "2.png"]
    assert run("predict", "runs/small_dense-mnist-1", *pictures, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["image"] for row in rows] == pictures
    assert sum(row["label"] == label for row, label in zip(rows, labels[:3], strict=True)) >= 2
    assert run("predict", "runs/small_dense-mnist-1", *pictures) == 0
    assert "0.png" in capsys.readouterr().out

    assert run("train", "small_dense", "--epochs", 1, "--json", "--quiet") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["run_dir"] == str(Path("runs") / "small_dense-mnist-2")


def test_train_follows_a_recipe_and_what_is_typed_beside_it(run, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("digitzoo.data.load_data", _small_data)

    def settings(number, model):
        assert "Test accuracy" in capsys.readouterr().out
        path = tmp_path / "runs" / f"{model}-mnist-{number}" / "settings.json"
        return json.loads(path.read_text())

    assert run("train", "quick_cnn", "--epochs", 1) == 0
    found = settings(1, "quick_cnn")
    quick = load_recipe("quick_cnn", "quick")
    assert (found["epochs"], found["batch_size"]) == (1, quick.batch_size)
    assert found["optimizer"]["class_name"] == "SGD"
    assert found["optimizer"]["momentum"] == pytest.approx(quick.momentum)
    assert found["label_smoothing"] == quick.label_smoothing

    assert run("train", "quick_cnn", "--epochs", 1, "--optimizer", "adam", "--quiet") == 0
    found = settings(2, "quick_cnn")
    assert found["optimizer"]["learning_rate"] == pytest.approx(0.001)

    assert run("train", "small_dense", "--recipe", "reference", "--quiet") == 0
    found = settings(1, "small_dense")
    assert found["epochs"] == load_recipe("small_dense", "reference").epochs
    assert run("train", "small_dense", "--recipe", "referense") == 2
    assert "Did you mean 'reference'?" in capsys.readouterr().err


def _small_data(name, **options):
    from digitzoo.data.bundled import load_data

    return load_data(name, **{**options, "validation": 0.1}).sample(4000)


def test_dark_ink_on_light_paper(run, tmp_path, capsys, digits, competition_run):
    _, (images, _) = digits
    Image.fromarray(255 - images[0]).resize((112, 112)).save(tmp_path / "photo.png")
    Image.fromarray(images[0]).save(tmp_path / "digit.png")
    run_folder = competition_run / "run"
    assert run("predict", run_folder, tmp_path / "photo.png", "--json") == 0
    assert "add --invert" in capsys.readouterr().err
    assert run("predict", run_folder, tmp_path / "photo.png", "--invert", "--json") == 0
    out, err = capsys.readouterr()
    assert "--invert" not in err
    assert run("predict", run_folder, tmp_path / "digit.png", "--json") == 0
    straight = json.loads(capsys.readouterr().out)[0]
    inverted = json.loads(out)[0]
    assert inverted["label"] == straight["label"] == 7
    assert inverted["confidence"] == pytest.approx(straight["confidence"], abs=0.05)


def test_a_models_name_takes_its_weights_and_any_picture(
    run, tmp_path, capsys, digits, competition_run
):
    _, (images, labels) = digits
    pictures = [tmp_path / f"{number}.png" for number in range(6)]
    for number, picture in enumerate(pictures):
        large = np.pad(255 - np.kron(images[number], np.ones((9, 9), np.uint8)), 40, mode="edge")
        Image.fromarray(large if number % 2 else 255 - large).save(picture)
    assert run("predict", "small_dense", *pictures, "--json") == 0
    out, err = capsys.readouterr()
    rows = json.loads(out)
    assert [row["class_name"] for row in rows] == [str(label) for label in labels[:6]]
    assert err == ""
    assert run("predict", "small_dense", *pictures, "--output", tmp_path / "labels.csv") == 0
    lines = (tmp_path / "labels.csv").read_text().splitlines()
    assert lines == ["image,label", *(f"{p},{n}" for p, n in zip(pictures, labels, strict=False))]
    Image.new("L", (50, 50), 255).save(pictures[0])
    capsys.readouterr()
    assert run("predict", "small_dense", pictures[0]) == 2
    assert "0.png shows no digit" in capsys.readouterr().err
    assert run("predict", "small_dense", competition_run / "test.csv", "--ignore", "index") == 0
    rows = [line.split(",") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["index", "label"]
    assert np.mean([int(row[1]) == n for row, n in zip(rows[1:], labels, strict=False)]) > 0.97


def test_pictures_that_cannot_be_read_are_named_and_the_others_answered(
    run, tmp_path, capsys, digits
):
    _, (images, labels) = digits
    pictures = [tmp_path / f"{number}.png" for number in range(10)]
    for image, picture in zip(images, pictures, strict=False):
        Image.fromarray(image).save(picture)
    pictures[1].write_text("no picture")
    Image.new("L", (50, 50), 255).save(pictures[4])
    pictures[9].unlink()
    (tmp_path / "folder").mkdir()
    good = [0, 2, 3, 5, 6, 7, 8]
    assert run("predict", "small_dense", *pictures, tmp_path / "folder", "--json") == 1
    out, err = capsys.readouterr()
    rows = json.loads(out)
    assert [row["image"] for row in rows] == [str(pictures[number]) for number in good]
    assert sum(row["label"] == labels[n] for row, n in zip(rows, good, strict=True)) >= 6
    lines = err.splitlines()
    assert len(lines) == 4
    for line, name in zip(lines, ("1.png", "4.png", "9.png", "folder"), strict=True):
        assert line.startswith(f"digitzoo: {tmp_path / name}")
    assert lines[3].endswith(f"is a folder. Name its pictures: {tmp_path / 'folder' / '*'}")
    assert run("predict", "small_dense", *pictures, "--output", tmp_path / "labels.csv") == 1
    assert len((tmp_path / "labels.csv").read_text().splitlines()) == 1 + len(good)
    capsys.readouterr()
    assert run("predict", "small_dense", pictures[1], pictures[4]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 2)


def test_a_submission_has_the_indices_of_the_test_file(run, competition_run, digits, capsys):
    output = competition_run / "submission.csv"
    arguments = ["predict", competition_run / "run", competition_run / "test.csv"]
    assert run(*arguments, "--output", output) == 0
    assert "200 labels written to" in capsys.readouterr().err
    with output.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["index", "label"]
    assert [row[0] for row in rows[1:]] == [str(number + 1000) for number in range(200)]
    _, (_, labels) = digits
    right = np.array([int(row[1]) for row in rows[1:]]) == labels[:200]
    assert right.mean() > 0.7
    assert run(*arguments) == 0
    assert capsys.readouterr().out == output.read_text()


def test_labels_are_never_written_over_what_they_are_of(run, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png", "test.csv"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link.csv").hardlink_to(tmp_path / "test.csv")
    for inputs, output in (
        (["a.png", "b.png"], "b.png"),
        (["a.png"], tmp_path / "a.png"),
        (["test.csv"], "test.csv"),
        (["test.csv"], "link.csv"),
    ):
        assert run("predict", "small_dense", *inputs, "--output", output) == 2
        assert f"--output {output} is one of the files to read" in capsys.readouterr().err
    for name in ("a.png", "b.png", "test.csv"):
        assert (tmp_path / name).read_text() == name


def test_labels_are_written_whole_or_not_at_all(run, tmp_path, monkeypatch, capsys, digits):
    Image.fromarray(digits[1][0][0]).save(tmp_path / "a.png")
    output = tmp_path / "labels.csv"
    output.write_text("what was there before")

    def fill_the_disk(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fill_the_disk)
        assert run("predict", "small_dense", tmp_path / "a.png", "--output", output) == 2
    assert "labels.csv': cannot be written (No space left" in capsys.readouterr().err
    assert output.read_text() == "what was there before"
    assert {path.name for path in tmp_path.iterdir()} == {"a.png", "labels.csv"}
    assert run("predict", "small_dense", tmp_path / "a.png", "--output", tmp_path) == 2
    assert "cannot be written (" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
def test_a_name_that_is_no_text_is_written_as_it_is(run, tmp_path, digits):
    picture = tmp_path / os.fsdecode(b"seven\xff.png")
    Image.fromarray(digits[1][0][0]).save(picture)
    output = tmp_path / "labels.csv"
    assert run("predict", "small_dense", picture, "--output", output) == 0
    assert output.read_bytes() == b"image,label\n" + os.fsencode(picture) + b",7\n"


def test_one_label_is_not_labels(run, tmp_path, capsys, digits):
    Image.fromarray(digits[1][0][0]).save(tmp_path / "a.png")
    assert run("predict", "small_dense", tmp_path / "a.png", "--output", tmp_path / "a.csv") == 0
    assert capsys.readouterr().err.startswith("1 label written to ")


def test_a_csv_run_is_evaluated_on_a_csv_file(run, competition_run, capsys):
    arguments = ["evaluate", competition_run / "run"]
    assert run(*arguments) == 2
    assert (
        "has no test images here. Name images with labels: --dataset mnist, --csv FILE"
        in capsys.readouterr().err
    )
    assert run(*arguments, "--csv", competition_run / "train.csv", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 1500


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["summary", "simple_cn"], "Unknown model 'simple_cn'. Did you mean 'simple_cnn'?"),
        (["reproduce", "simple_cn"], "Did you mean 'simple_cnn'? `digitzoo models` shows all"),
        (["summary"], "Missing argument 'MODEL'"),
        (["train", "simple_cnn", "--epoch", "3"], "No such option: --epoch"),
        (["train", "simple_cnn", "--epochs", "x"], "Invalid value for '--epochs'"),
        (["train", "simple_cnn", "--epochs", "0"], "Invalid value for '--epochs'"),
        (["train", "simple_cnn", "--optimizer", "adm"], "Unknown optimizer 'adm'"),
        (["train", "simple_cnn", "--dataset", "mnits"], "Did you mean 'mnist'?"),
        (["train", "simple_cnn", "--ignore", "index"], "it goes with --csv"),
        (["train", "simple_cnn", "--csv", "none.csv"], "none.csv: cannot be read"),
        (["train", "simple_cnn", "--images", __file__], ": a file. Expected a folder with one for"),
        (["evaluate", "nowhere"], "There is no run folder and no .keras file of that name"),
        (["predict", "nowhere", "a.png"], "There is no run folder and no .keras file of that name"),
        (["predict", "simple_cn", "a.png"], "Did you mean 'simple_cnn'? `digitzoo models` shows"),
        (["predict", "simple_cnn", "a.png", "--best"], "--best goes with a run folder"),
        (["predict", "simple_cnn", "a.png", "--invert"], "dark and light are found out"),
        (["predict", "simple_cnn", "a.png", "b.csv"], "not both"),
        (["predict", "small_dense", "a.png", "--dataset", "mnits"], "Did you mean 'mnist'?"),
        (["predict", "small_dense", "none.png"], "none.png: no such file"),
        (["train", "simple_cnn", "--seed", "-1"], "Invalid value for '--seed'"),
        (["train", "simple_cnn", "--csv", "a.csv", "--dataset", "mnist"], "are two data sets"),
        (["predict", "run", "a.png", "--json", "--output", "b.csv"], "Give one"),
        (["fly"], "No such command 'fly'"),
    ],
)
def test_a_wrong_argument_ends_with_one_line_and_code_2(
    run, tmp_path, monkeypatch, capsys, arguments, message
):
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert message in err
    assert err.startswith("digitzoo: ")
    assert len(err.splitlines()) == 1 or err.splitlines()[0].endswith(
        "run in runs/simple_cnn-mnist-1"
    )
    assert out == ""
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("arguments", [[], ["data"], ["--help"], ["train", "--help"]])
def test_help(run, capsys, arguments):
    assert run(*arguments) == 0
    assert "Usage: " in capsys.readouterr().out


def test_the_program_starts_quietly_as_a_real_process():
    program = [sys.executable, "-c", "from digitzoo.cli import main; main()"]
    done = subprocess.run(
        [*program, "summary", "small_dense"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "51,450" in done.stdout
    done = subprocess.run([*program, "--version"], capture_output=True, text=True, check=False)
    assert done.stdout.strip()
    done = subprocess.run([*program, "fly"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "digitzoo: No such command 'fly'.\n"


def test_csv_columns_are_found_by_name(run, competition_run, tmp_path, capsys):
    assert run("predict", competition_run / "run", competition_run / "test.csv") == 0
    expected = capsys.readouterr().out
    with (competition_run / "test.csv").open(newline="") as file:
        rows = [row[:1] + row[:0:-1] for row in csv.reader(file)]
    with (tmp_path / "turned.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    assert run("predict", competition_run / "run", tmp_path / "turned.csv") == 0
    assert capsys.readouterr().out == expected


def test_a_csv_file_named_like_a_bundled_data_set_is_not_taken_for_it(
    run, tmp_path, digits, capsys
):
    (images, labels), _ = digits
    path = write_csv(tmp_path / "mnist.csv", images[:300], labels[:300])
    arguments = ["--csv", path, "--ignore", "index", "--epochs", 1, "--quiet"]
    assert run("train", "small_dense", *arguments, "--run-dir", tmp_path / "run") == 0
    assert run("evaluate", tmp_path / "run") == 2
    assert "has no test images here" in capsys.readouterr().err


def test_a_csv_file_without_names_takes_the_label_by_position(run, tmp_path, digits, capsys):
    (images, labels), (test_images, _) = digits
    for name, pictures in {"train": images, "test": test_images}.items():
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            for image, label in zip(pictures[:300], labels, strict=False):
                first = [label] if name == "train" else []
                csv.writer(file).writerow([*first, *image.ravel().tolist()])
    arguments = ["--csv", tmp_path / "train.csv", "--label-column", 0, "--epochs", 1, "--quiet"]
    assert run("train", "small_dense", *arguments, "--run-dir", tmp_path / "run") == 0
    capsys.readouterr()
    assert run("predict", tmp_path / "run", tmp_path / "test.csv") == 0
    assert len(capsys.readouterr().out.splitlines()) == 301


def test_a_lost_training_is_no_success(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("digitzoo.data.load_data", _small_data)
    monkeypatch.chdir(tmp_path)
    arguments = ["train", "small_dense", "--optimizer", "sgd", "--epochs", 1, "--quiet"]
    assert run(*arguments, "--learning-rate", "1e30") == 2
    error = capsys.readouterr().err
    assert "The training was lost: loss not finite in epoch 1, step" in error
    lost = Path("runs") / "small_dense-mnist-1"
    assert run("evaluate", lost, "--best", "--dataset", "mnist") == 2
    assert "has no best.keras: no epoch had a finite loss" in capsys.readouterr().err
    advice = shlex.split(re.search(r"with (--run-dir .*) and a smaller --learning-rate", error)[1])
    assert run(*arguments, "--learning-rate", "0.1", *advice) == 0
    assert f"The run lies in {lost}" in capsys.readouterr().out
    assert [path.name for path in Path("runs").iterdir()] == [lost.name]  # no other was begun


@pytest.mark.parametrize(("best", "epochs"), [(1, 3), (3, 3)])
def test_train_names_and_measures_the_best_model(run, best, epochs, tmp_path, monkeypatch, capsys):
    """The losses of a real run are not to be had at will, so the epochs are given their scores."""
    from digitzoo.training import history

    monkeypatch.setattr("digitzoo.data.load_data", _small_data)
    monkeypatch.chdir(tmp_path)
    end = history.BestModel.on_epoch_end

    def scored(self, epoch, logs=None):
        end(self, epoch, {**logs, "val_loss": float(abs(epoch + 1 - best))})

    monkeypatch.setattr(history.BestModel, "on_epoch_end", scored)
    arguments = ["--epochs", epochs, "--quiet"]
    assert run("train", "small_dense", *arguments) == 0
    out = capsys.readouterr().out
    flag = ["--best"] if best != epochs else []
    assert f"with the model of epoch {best}\n" in out
    folder = str(Path("runs") / "small_dense-mnist-1")
    words = shlex.split(out.rstrip().rsplit("Next: ", 1)[1])
    assert words == ["digitzoo", "evaluate", folder, *flag]
    assert run(*words[1:], "--json") == 0
    accuracy = json.loads(capsys.readouterr().out)["accuracy"]
    assert f"Test accuracy {100 * accuracy:.2f} %" in out
    assert run("train", "small_dense", *arguments, "--run-dir", folder, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["measured_epoch"] == shown["best_epoch"] == best
    assert shown["measured_model"] == ("best" if flag else "final")
    assert shown["result"]["accuracy"] == accuracy
    assert run("evaluate", folder) == 0
    said = capsys.readouterr().out.splitlines()[0]
    last = f"(epoch {epochs}, the last; --best takes epoch {best})"
    assert said.startswith(f"small_dense {last if flag else f'(epoch {best}, the best)'} on mnist")


def test_names_are_shown_as_they_are(run, competition_run, tmp_path, capsys, digits):
    _, (images, _) = digits
    path = tmp_path / "[red]한 글.png"
    Image.fromarray(images[0]).save(path)
    assert run("predict", competition_run / "run", path) == 0
    assert "[red]한 글.png" in capsys.readouterr().out
    program = [sys.executable, "-c", "from digitzoo.cli import main; main()"]
    done = subprocess.run(
        [*program, "predict", str(competition_run / "run"), str(path)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"[red]" in done.stdout


def test_a_backend_that_is_not_there():
    program = [sys.executable, "-c", "from digitzoo.cli import main; main()"]
    done = subprocess.run(
        [*program, "evaluate", "small_dense"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KERAS_BACKEND": "none"},
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("digitzoo: Keras cannot start: ")
