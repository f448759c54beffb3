"""Rows and weights that ship: every number is counted again from the files."""

import hashlib
import inspect
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import digitzoo
from digitzoo import build_model, evaluate, list_models, load_data, model_card
from digitzoo.data import is_disputed
from digitzoo.models import loading, measured
from digitzoo.recipes import load_recipe
from digitzoo.recipes.reproduce import summarize_errors

ROWS = [row for name in list_models() for row in model_card(name).measured]
SHIPPED = [row for row in ROWS if row.weights is not None]


def title(row):
    return f"{row.model}-{row.dataset}-{row.recipe}"


every_row = pytest.mark.parametrize("row", ROWS, ids=title)
every_file = pytest.mark.parametrize("row", SHIPPED, ids=title)


@pytest.fixture(scope="module")
def tests():
    """The test images of both data sets, with what is disputed of them."""
    splits = {name: load_data(name).test for name in digitzoo.list_datasets()}
    return {name: (split, is_disputed(split)) for name, split in splits.items()}


@every_row
def test_a_row_lies_where_its_name_says_and_belongs_to_the_recipe_that_is_there(row):
    path = measured.result_path(row.model, row.dataset, row.recipe)
    assert type(row).read(path) == row
    recipe = load_recipe(row.model, row.recipe, dataset=row.dataset)
    assert recipe.sha256 == row.recipe_sha256
    assert len(row.seeds) == recipe.seeds
    assert [result.seed for result in row.seeds] == list(range(len(row.seeds)))


@every_row
def test_a_row_s_summary_follows_from_its_seeds(row):
    errors = [result.errors for result in row.seeds]
    assert summarize_errors(errors, 10_000) == row.accuracy
    assert row.accuracy.mean == pytest.approx(1 - statistics.mean(errors) / 10_000)
    if row.dataset == "mnist":
        undisputed = [result.errors_undisputed for result in row.seeds]
        assert summarize_errors(undisputed, 9985) == row.accuracy_undisputed
        assert all(few <= many <= few + 15 for few, many in zip(undisputed, errors, strict=True))
    else:
        assert row.accuracy_undisputed is None
    assert row.machine["threads"] == 1
    assert {"python", "keras", "backend", "digitzoo"} <= set(row.versions)


@every_file
def test_the_bundled_weights_make_exactly_the_recorded_errors(row, tests):
    model = build_model(row.model, weights=row.dataset)
    assert model.count_params() == model_card(row.model).parameters
    split, disputed = tests[row.dataset]
    result = evaluate(model, split)
    wrong = np.isin(np.arange(len(split)), result.wrong)
    assert wrong.sum() == row.seeds[0].errors
    if row.dataset == "mnist":
        assert (wrong & ~disputed).sum() == row.seeds[0].errors_undisputed
    assert result.loss == pytest.approx(row.seeds[0].loss, rel=1e-3)


@every_file
def test_the_bundled_file_is_the_recorded_one(row):
    path = measured.weights_path(row.model, row.dataset)
    content = path.read_bytes()
    assert path.name == row.weights.name
    assert len(content) == row.weights.size
    assert hashlib.sha256(content).hexdigest() == row.weights.sha256


def test_every_file_has_a_row_and_all_are_small():
    files = sorted(measured.WEIGHTS.glob("*"))
    assert [path.name for path in files] == sorted(row.weights.name for row in SHIPPED)
    assert sum(path.stat().st_size for path in files) <= 14_000_000


def test_a_damaged_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "WEIGHTS", tmp_path)
    path = tmp_path / SHIPPED[0].weights.name
    shutil.copyfile(measured.WEIGHTS / path.name, path)
    build_model(SHIPPED[0].model, weights=SHIPPED[0].dataset)
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)
    with pytest.raises(digitzoo.DigitzooError, match="is damaged: its SHA-256 begins with"):
        build_model(SHIPPED[0].model, weights=SHIPPED[0].dataset)


def test_weights_load_by_name_whatever_the_model_is_called():
    row = SHIPPED[0]
    named = getattr(digitzoo, row.model)(weights=row.dataset, name="mine")
    assert named.name == "mine"
    plain = build_model(row.model, weights=row.dataset)
    assert all(map(np.array_equal, named.get_weights(), plain.get_weights()))


def test_another_data_set_s_name_gets_the_nearest():
    with pytest.raises(ValueError, match=r"'mnits'\. Did you mean 'mnist'\?"):
        build_model("small_dense", weights="mnits")


def test_a_path_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    model = build_model("small_dense", weights="mnist")
    model.save_weights(tmp_path / "own.weights.h5")
    loaded = build_model("small_dense", weights="~/own.weights.h5")
    assert all(map(np.array_equal, loaded.get_weights(), model.get_weights()))


def test_a_path_that_is_no_weights_file_says_what_it_is(tmp_path):
    (tmp_path / "own.keras").write_bytes(b"x")
    for path, message in (
        (tmp_path, "a folder"),
        (tmp_path / "own.keras", r"its name says another kind.*keras\.models\.load_model"),
        (str(tmp_path / "own.keras"), "its name says another kind"),
        (tmp_path / "away.weights.h5", "no such file"),
        (str(tmp_path / "away.weights.h5"), "no such file"),
        (Path("mnist"), r"mnist: no such file.*fashion_mnist, mnist"),
    ):
        with pytest.raises(ValueError, match=message):
            build_model("small_dense", weights=path)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("x" * 5000, r"\(5,000 letters\): cannot be looked for"),
        ("~nobody-of-that-name/own.weights.h5", "own.weights.h5: no such file"),
        ("runs/model.keras", r"model\.keras: no such file\. Expected a \.weights\.h5 file"),
        ("own.h5", r"own\.h5: no such file\. Expected a \.weights\.h5 file"),
        (Path("away"), r"away: no such file\. Expected a \.weights\.h5 file"),
    ],
)
def test_what_cannot_be_found_is_refused(weights, message):
    with pytest.raises(ValueError, match=message + r".*fashion_mnist, mnist") as refused:
        build_model("small_dense", weights=weights)
    assert len(str(refused.value)) < 600


def test_weights_of_another_network_or_of_none_are_told_apart(tmp_path):
    path = tmp_path / "own.weights.h5"
    shutil.copyfile(measured.weights_path("small_dense", "mnist"), path)
    with pytest.raises(ValueError, match="no weights for layer 'conv1': it is of another network"):
        build_model("simple_cnn", weights=path)
    content = path.read_bytes()
    damaged = [content[:5000], b"", b"text"]
    damaged += [content.replace(mark, b"XXXX", 1) for mark in (b"TREE", b"HEAP", b"SNOD")]
    for changed in damaged:
        path.write_bytes(changed)
        with pytest.raises(digitzoo.errors.InvalidArgumentError, match="own.weights.h5 does not"):
            build_model("small_dense", weights=path)


def test_other_classes_are_refused_with_the_way_to_transfer():
    message = (
        r"num_classes=47 .*Layer 'output' takes weights of shape \(16, 47\), and the file has "
        r"\(16, 10\)\. All layers but the last fit: transfer=True loads those"
    )
    with pytest.raises(ValueError, match=message) as refused:
        build_model("small_dense", num_classes=47, weights="mnist")
    assert len(str(refused.value)) < 600
    with pytest.raises(ValueError, match="transfer=True needs weights"):
        build_model("small_dense", transfer=True)


def test_a_layer_that_does_not_fit_is_named(tmp_path):
    path = tmp_path / "own.weights.h5"
    build_model("small_dense").save_weights(path)
    with pytest.raises(ValueError, match=r"Layer 'dense1' takes .*and the file has \(784, 64\)\.$"):
        build_model("small_dense", units=(32, 16), weights=path, transfer=True)


@pytest.mark.parametrize("name", list_models())
def test_weights_of_the_package_go_with_the_knobs_they_were_learnt_with(name):
    """Where a knob changes what is computed; shapes alone do not tell an activation."""
    harmless = {"input_shape", "num_classes", "dropout_rate", "l2", "transfer", "weights", "name"}
    other = {bool: True, int: 9, str: "elu"}
    parameters = inspect.signature(getattr(digitzoo, name)).parameters
    for knob in parameters.keys() - harmless:
        default = parameters[knob].default
        kind = type(default)
        value = tuple(9 for _ in default) if kind is tuple else other[kind]
        for transfer in (False, True):
            with pytest.raises(digitzoo.errors.InvalidArgumentError) as refused:
                build_model(name, weights="mnist", transfer=transfer, **{knob: value})
            assert f"with {knob}={default!r}. Received {knob}={value!r}" in str(refused.value)
        build_model(name, weights="mnist", **{knob: default})
    if isinstance(parameters.get("kernel_size", parameters["name"]).default, int):
        size = parameters["kernel_size"].default
        build_model(name, weights="mnist", kernel_size=(size, size))


@pytest.mark.parametrize("name", list_models())
def test_transfer_loads_all_but_the_head(name, tmp_path):
    path = tmp_path / "mine.weights.h5"
    trained = build_model(name)
    trained.save_weights(path)
    for num_classes in (10, 47):
        model = build_model(name, num_classes=num_classes, weights=path, transfer=True)
        head = len(model.layers[-1].get_weights())
        for mine, theirs in zip(
            model.get_weights()[:-head], trained.get_weights()[:-head], strict=True
        ):
            assert np.array_equal(mine, theirs)
        assert not np.array_equal(
            model.layers[-1].get_weights()[0], trained.layers[-1].get_weights()[0]
        )


def test_transferred_layers_learn_on_from_where_they_were(tests):
    """Digits' layers tell clothes apart after a short training of the head alone."""
    keras.utils.set_random_seed(0)
    model = build_model("small_dense", weights="mnist", transfer=True)
    for layer in model.layers[:-1]:
        layer.trainable = False
    before = [weight.copy() for weight in model.get_weights()]
    split, _ = tests["fashion_mnist"]
    digitzoo.train(model, split, epochs=2, batch_size=32, learning_rate=0.01, verbose=0)
    after = model.get_weights()
    assert all(map(np.array_equal, after[:-2], before[:-2]))
    assert evaluate(model, split).accuracy > 0.5


def test_loading_takes_no_other_room_than_the_models():
    program = (
        "import sys, keras; from digitzoo import build_model; "
        f"build_model({SHIPPED[0].model!r}, weights={SHIPPED[0].dataset!r}); "
        "print(' '.join(name for name in sys.modules if name.startswith('digitzoo')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    rooms = {name.split(".")[1] for name in done.stdout.split() if "." in name}
    assert rooms == {"checks", "errors", "models"}
