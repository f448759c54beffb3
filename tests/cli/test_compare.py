import json

import numpy as np

from digitzoo import build_model, compare, evaluate, load_data


def test_two_networks_are_compared_as_in_python(run, tmp_path, capsys):
    split = load_data("mnist", validation=0).test.sample(300)
    np.savez(tmp_path / "own.npz", x_train=split.images, y_train=split.labels)
    words = ["compare", "tiny_cnn", "softmax_regression", "--npz", tmp_path / "own.npz"]
    assert run(*words, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    names = ("tiny_cnn", "softmax_regression")
    results = [evaluate(build_model(name, weights="mnist"), split) for name in names]
    expected = compare(*results, names=names).to_dict()
    assert told == {"data": "own.npz", **json.loads(json.dumps(expected))}

    assert run(*words) == 0
    out = capsys.readouterr().out
    assert "tiny_cnn and softmax_regression on own.npz: 300 images" in out
    rows = [line.split()[-2:] for line in out.splitlines() if line.startswith("softmax_")]
    assert rows == [
        [str(told["both_right"]), str(told["only_b"])],
        [str(told["only_a"]), str(told["both_wrong"])],
    ]
    assert " ".join(out.split()).endswith(told["verdict"])


def test_networks_of_one_name_are_told_apart(run, tmp_path, capsys):
    split = load_data("mnist", validation=0).test.sample(40)
    np.savez(tmp_path / "own.npz", x_train=split.images, y_train=split.labels)
    files = [tmp_path / folder / "mine.keras" for folder in ("old", "new")]
    for file in files:
        file.parent.mkdir()
        build_model("small_dense").save(file)
    assert run("compare", *files, "--npz", tmp_path / "own.npz", "--json") == 0
    assert json.loads(capsys.readouterr().out)["names"] == [str(file) for file in files]


def test_what_cannot_be_compared(run, capsys):
    assert run("compare", "small_dense", "small_dense") == 2
    assert "small_dense is compared with itself. Name two networks." in capsys.readouterr().err
    assert run("compare", "small_dense", "fashion_cnn") == 2
    assert "trained on 'mnist' and fashion_cnn on 'fashion_mnist'" in capsys.readouterr().err
