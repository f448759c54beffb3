import json

import pytest

from digitzoo import load_data, small_dense, train

pytest.importorskip("onnxruntime")


def test_a_named_network_tells_its_proof(tmp_path, run, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("export", "tiny_cnn", "tiny.onnx", "--quantize", "float16", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["path"] == "tiny.onnx"
    assert found["images"] == 10_000
    assert found["labels_differ"] == 0
    assert (tmp_path / "tiny.onnx").stat().st_size == found["size"]


def test_a_run_and_a_file_of_the_users(tmp_path, run, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    data = load_data("mnist").sample(200)
    train(small_dense(), data, epochs=1, run_dir="first", verbose=0)
    assert run("export", "first", "first.onnx") == 0
    assert "Asked of 10,000 images" in capsys.readouterr().out
    model = small_dense()
    model.save("own.keras")
    assert run("export", "own.keras", "own.onnx") == 2
    said = capsys.readouterr().err
    assert "does not say what it was trained on" in said
    assert run("export", "own.keras", "own.onnx", "--no-verify") == 0
    assert "Not verified." in capsys.readouterr().out
    small_dense(weights="mnist").save("own.keras")
    assert run("export", "own.keras", "own.onnx", "--dataset", "mnist", "--quantize", "int8") == 0


def test_images_of_the_users_are_divided_for_whole_numbers(tmp_path, run, monkeypatch, capsys):
    import numpy as np

    monkeypatch.chdir(tmp_path)
    few = load_data("mnist").test[:400]
    np.savez("own.npz", x_train=few.images, y_train=few.labels)
    small_dense(weights="mnist").save("own.keras")
    assert run("export", "own.keras", "own.onnx", "--quantize", "int8", "--npz", "own.npz") == 0
    assert "Asked of 200 images" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("small_dense", "it.pdf"), "The suffix says the format"),
        (("small_dense", "it.H", "--quantize", "float16"), "There is 'int8'."),
        (("small_dense", "it", "--quantize", "int8"), "Leave out --quantize."),
        (("small_dense", "it.onnx", "--quantize", "int4"), "Did you mean 'int8'?"),
        (("small_dense", "it.onnx", "--batch-size", "0"), "--batch-size"),
        (("small_dens", "it.onnx"), "Did you mean 'small_dense'?"),
    ],
)
def test_errors_speak_of_options(arguments, words, tmp_path, run, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("export", *arguments) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
