"""What Python reads, the commands read."""

import gzip
import json

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image
from pyarrow import parquet

from digitzoo import Dataset, load_data
from digitzoo.cli.source import Source
from digitzoo.errors import InvalidArgumentError


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The same small data in each form, with the arguments that name it."""
    folder = tmp_path_factory.mktemp("files")
    split = load_data("mnist", validation=0).test.sample(200)
    images, labels = split.images, split.labels
    header = ",".join(["label", *(f"p{n}" for n in range(784))])
    rows = [",".join(map(str, [n, *i.ravel()])) for i, n in zip(images, labels, strict=True)]
    (folder / "own.csv").write_text("\n".join([header, *rows]) + "\n")
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = folder / "pictures" / str(label) / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(path)
    np.savez(folder / "own.npz", x_train=images, y_train=labels)
    for name, array in (("images", images[..., 0]), ("labels", labels)):
        sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
        content = bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    pixels = {"image": images.reshape(200, -1).tolist(), "label": labels}
    parquet.write_table(pa.table(pixels), folder / "own.parquet", row_group_size=60)
    return split, {
        "parquet": ["--parquet", folder / "own.parquet"],
        "csv": ["--csv", folder / "own.csv"],
        "images": ["--images", folder / "pictures"],
        "npz": ["--npz", folder / "own.npz"],
        "idx": ["--idx", folder / "images.gz", folder / "labels.gz"],
    }


@pytest.mark.parametrize("kind", ["csv", "parquet", "images", "npz", "idx"])
def test_each_kind_is_trained_on_and_measured(run, kind, files, tmp_path, capsys):
    words = files[1][kind]
    arguments = ["--epochs", 1, "--quiet", "--run-dir", tmp_path / "run"]
    assert run("train", "small_dense", *words, *arguments) == 0
    out = capsys.readouterr().out
    assert "Validation accuracy" in out
    assert f"Next: digitzoo predict {tmp_path / 'run'} " in out
    assert run("train", "small_dense", *words, *arguments) == 0  # it is the same run
    assert run("evaluate", tmp_path / "run") == 2
    assert (
        "has no test images here. Name images with labels: --dataset mnist, --csv FILE"
        in capsys.readouterr().err
    )
    assert run("evaluate", tmp_path / "run", *words, "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 200


@pytest.mark.parametrize("kind", ["csv", "parquet", "images", "npz", "idx"])
def test_each_kind_is_read_as_python_reads_it(run, kind, files, capsys):
    split, sources = files
    assert run("evaluate", "small_dense", *sources[kind], "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["total"] == len(split)
    assert result["accuracy"] > 0.94


def test_folders_are_classes_by_their_names(run, tmp_path, capsys):
    """Of ten classes two are there: 3 and 7, not 0 and 1."""
    test = load_data("mnist").test
    for label in (3, 7):
        (tmp_path / "own" / str(label)).mkdir(parents=True)
        for number, image in enumerate(test.images[test.labels == label][:20]):
            Image.fromarray(image[..., 0]).save(tmp_path / "own" / str(label) / f"{number}.png")
    assert run("evaluate", "small_dense", "--images", tmp_path / "own", "--json") == 2
    assert "Expected a folder for each class" in capsys.readouterr().err


def test_a_data_set_with_a_test_part_is_measured_on_that(run, files, tmp_path, capsys):
    split = files[0]
    parts = {"x_train": split.images, "y_train": split.labels}
    np.savez(tmp_path / "own.npz", **parts, x_test=split.images[:50], y_test=split.labels[:50])
    arguments = ["--npz", tmp_path / "own.npz", "--epochs", 1, "--quiet"]
    assert run("train", "small_dense", *arguments, "--run-dir", tmp_path / "run") == 0
    out = capsys.readouterr().out
    assert "Test accuracy" in out
    assert "of 50 wrong" in out
    command = f"evaluate {tmp_path / 'run'} --npz {tmp_path / 'own.npz'}"
    assert out.rstrip().endswith(f"Next: digitzoo {command}")
    assert run(*command.split(), "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"] == 50


def test_pictures_of_several_sizes_and_colours_are_made_alike(run, tmp_path, capsys):
    for name in ("cat", "dog"):
        (tmp_path / "own" / name).mkdir(parents=True)
        for size in range(20, 30):
            Image.new("RGB", (size, 20), "red").save(tmp_path / "own" / name / f"{size}.png")
    arguments = ["train", "small_dense", "--images", tmp_path / "own", "--epochs", 1, "--quiet"]
    arguments += ["--run-dir", tmp_path / "run"]
    assert run(*arguments) == 2
    assert "Give --image-size" in capsys.readouterr().err
    arguments += ["--image-size", "8x10"]
    assert run(*arguments, "--color-mode", "rgb") == 0
    capsys.readouterr()
    assert run("summary", tmp_path / "run", "--json") == 0
    layers = json.loads(capsys.readouterr().out)["layers"]
    assert layers[0]["output_shape"] == [8 * 10 * 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"csv": "a", "npz": "b"}, "--csv and --npz are two data sets. Give one."),
        ({"images": "a", "dataset": "mnist"}, "--images and --dataset are two data sets."),
        ({"ignore": ["index"], "npz": "a"}, "--ignore is of files: it goes with --csv."),
        (
            {"color_mode": "rgb", "csv": "a"},
            "--color-mode is of files: it goes with --parquet or --images.",
        ),
        ({"image_size": (28, 28), "npz": "a"}, "it goes with --csv or --parquet or --images."),
        ({"label_column": "label"}, "it goes with --csv"),
    ],
)
def test_options_that_do_not_go_together(options, message):
    with pytest.raises(InvalidArgumentError, match=message.replace(".", "[.]")):
        Source(**options)


def test_reading_gives_a_data_set(files):
    words = files[1]["npz"]
    data = Source(npz=words[1]).read("mnist", validation=0.2, seed=1)
    assert isinstance(data, Dataset)
    assert (len(data.train), len(data.validation)) == (160, 40)


def written(path, header, rows, *, separator=","):
    lines = [header, *rows] if header else rows
    path.write_text("\n".join(separator.join(map(str, line)) for line in lines) + "\n")
    return path


def test_a_csv_file_is_read_with_the_options_of_the_reader(run, files, tmp_path, capsys):
    """Semicolons, the label last and in words, images on their side, 16 for white."""
    split = files[0]
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    images = split.images[..., 0].swapaxes(1, 2) // 16
    rows = [
        [number, *image.ravel(), words[label]]
        for number, (image, label) in enumerate(zip(images, split.labels, strict=True))
    ]
    header = ["id", *(f"p{n}" for n in range(784)), "digit"]
    path = written(tmp_path / "own.csv", header, rows, separator=";")
    options = ["--label-column", -1, "--ignore", "id", "--transposed", "--largest-pixel", 15]
    train = ["train", "small_dense", "--csv", path, *options, "--separator", ";", "--quiet"]
    assert run(*train, "--epochs", 20, "--batch-size", 16, "--run-dir", tmp_path / "run") == 0
    capsys.readouterr()
    # Its sisters are read alike: columns in another order, without labels, words in another order.
    turned = [row[:0:-1] + row[:1] for row in rows[::-1]]
    other = written(tmp_path / "other.csv", header[:0:-1] + header[:1], turned, separator=";")
    assert run("evaluate", tmp_path / "run", "--csv", path, "--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert run("evaluate", tmp_path / "run", "--csv", other, "--json") == 0
    second = json.loads(capsys.readouterr().out)
    assert first["accuracy"] == second["accuracy"] > 0.5
    assert run("predict", tmp_path / "run", other) == 0
    lines = [line.split(",") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["id", "label"]
    assert [line[0] for line in lines[1:]] == [str(row[0]) for row in rows[::-1]]


def test_a_file_without_names_has_its_label_where_it_is_said_to_be(run, files, tmp_path, capsys):
    split = files[0]
    pairs = zip(split.images, split.labels, strict=True)
    path = written(tmp_path / "own.csv", None, [[*i.ravel(), n] for i, n in pairs])
    assert run("evaluate", "small_dense", "--csv", path, "--label-column", -1, "--json") == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.94
    packed = tmp_path / "own.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert run("evaluate", "small_dense", "--csv", packed, "--label-column", 784, "--json") == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.94


@pytest.mark.parametrize("label", [-1, 0])
def test_columns_without_names_are_ignored_by_position(run, files, tmp_path, capsys, label):
    bare = [[f"{k}.png", *image.ravel()] for k, image in enumerate(files[0].images)]
    labels = files[0].labels.tolist()
    rows = [[*row, n] if label else [n, *row] for row, n in zip(bare, labels, strict=True)]
    path, sister = (written(tmp_path / f"{k}.csv", None, r) for k, r in enumerate((rows, bare)))
    train = [
        "train",
        "small_dense",
        "--csv",
        path,
        "--label-column",
        label,
        "--ignore",
        0 if label else 1,
    ]
    assert run(*train, "--epochs", 1, "--quiet", "--run-dir", tmp_path / "run") == 0
    assert run("evaluate", tmp_path / "run", "--csv", path) == 0
    both = ["--ignore", 0 if label else 1, "--ignore", label]
    capsys.readouterr()
    assert run("predict", tmp_path / "run", sister) == 0
    answers = capsys.readouterr().out
    assert answers.startswith("index,label\n0.png,")
    assert run("predict", tmp_path / "run", path, *both) == 0
    assert capsys.readouterr().out == answers


def test_a_column_that_is_not_there_is_no_column_to_ignore(run, files, capsys):
    words = [*files[1]["csv"], "--ignore", "indx"]
    for command in (["train", "small_dense"], ["evaluate", "small_dense"]):
        assert run(*command, *words) == 2
        assert "Unknown column 'indx'" in capsys.readouterr().err
    assert run("predict", "small_dense", words[1], "--ignore", "indx") == 2
    assert "Unknown column 'indx'" in capsys.readouterr().err


def test_row_numbers_of_pandas_are_no_pixels(run, files, tmp_path, capsys):
    split = files[0]
    header = ["", "label", *(f"p{n}" for n in range(784))]
    pairs = enumerate(zip(split.images, split.labels, strict=True))
    path = written(tmp_path / "own.csv", header, [[k, n, *i.ravel()] for k, (i, n) in pairs])
    arguments = ["--csv", path, "--epochs", 1, "--quiet", "--run-dir", tmp_path / "run"]
    assert run("train", "small_dense", *arguments) == 0
    assert run("evaluate", tmp_path / "run", "--csv", path) == 0
    assert run("predict", tmp_path / "run", path) == 0
    assert len(capsys.readouterr().out.splitlines()) > 201


def test_idx_files_on_their_side_and_labels_in_another_npz(run, files, tmp_path, capsys):
    split = files[0]
    sizes = b"".join(size.to_bytes(4, "big") for size in (len(split), 28, 28))
    turned = split.images[..., 0].swapaxes(1, 2)
    (tmp_path / "images").write_bytes(bytes([0, 0, 8, 3]) + sizes + turned.tobytes())
    labels = files[1]["idx"][2]
    words = ["evaluate", "small_dense", "--idx", tmp_path / "images", labels, "--transposed"]
    assert run(*words, "--json") == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.94
    np.savez(tmp_path / "i.npz", split.images[..., 0])
    np.savez(tmp_path / "l.npz", split.labels)
    words = ["evaluate", "small_dense", "--npz", tmp_path / "i.npz", "--labels", tmp_path / "l.npz"]
    assert run(*words, "--json") == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.94
