import json
import re

from digitzoo import load_data, simple_cnn, train


def data_of(path):
    text = path.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', text)[1])


def test_a_named_network(tmp_path, run, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("explore", "small_dense", "--dataset", "fashion_mnist", "--language", "ko") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Written to small_dense.html"
    assert said[1].endswith((tmp_path / "small_dense.html").as_uri())
    data = data_of(tmp_path / "small_dense.html")
    assert data["language"] == "ko"
    assert data["classes"][9] == "Ankle boot"
    assert len(data["samples"]["labels"]) == 20


def test_a_run_and_a_file(tmp_path, run, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    model = simple_cnn(filters=2, units=8)
    train(model, load_data("mnist").sample(200), epochs=1, run_dir="first", verbose=0)
    assert run("explore", "first") == 0
    assert len(data_of(tmp_path / "first.html")["samples"]["labels"]) == 20
    model.save("own.keras")
    assert run("explore", "own.keras", "--output", "own.html") == 0
    assert data_of(tmp_path / "own.html")["samples"]["labels"] == []
    capsys.readouterr()
    assert run("explore", "own.keras", "--output", "own.txt") == 2
    assert ".html" in capsys.readouterr().err
