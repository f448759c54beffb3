"""Each file answers as its network does, says what it takes, and is not kept if it does not."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from digitzoo import Split, build_model, committee, export_model, list_models, load_data, model_card
from digitzoo.errors import (
    ArgumentTypeError,
    DataFileError,
    ExportError,
    InvalidArgumentError,
    MissingExtraError,
)
from digitzoo.export import ExportedModel, c_array, formats, litert, onnx
from digitzoo.export.python import run_python

pytest.importorskip("ai_edge_litert")
pytest.importorskip("onnxruntime")

FACTS = {
    *("model", "digitzoo", "format", "input", "class_names", "dataset", "recipe", "accuracy"),
    "measured_on",
}


@pytest.fixture(scope="module")
def digits():
    return load_data("mnist", validation=0)


@pytest.fixture(scope="module")
def dense():
    return build_model("small_dense", weights="mnist")


@pytest.fixture
def few(digits):
    return digits.test[:60]


def own_network(*layers, name="own"):
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((8, 8, 1)), *layers], name=name)


def noise(count):
    return np.random.default_rng(0).integers(0, 256, (count, 8, 8, 1), dtype=np.uint8)


@pytest.mark.parametrize("name", list_models())
@pytest.mark.parametrize("file", ["it.tflite", "it.onnx"])
def test_every_network_answers_alike_to_the_last_label(name, file, tmp_path):
    split = load_data(model_card(name).dataset).test[:300]
    exported = export_model(name, tmp_path / file, images=split)
    assert exported.images == 300
    assert exported.largest_difference < 1e-4
    assert exported.labels_differ == 0
    assert exported.accuracy == exported.accuracy_before > 0.75
    assert exported.size == (tmp_path / file).stat().st_size


@pytest.mark.parametrize("file", ["it.tflite", "it.onnx"])
@pytest.mark.parametrize(
    ("quantize", "bytes_each"), [(None, 4), ("float16", 2), ("dynamic", 1), ("int8", 1)]
)
@pytest.mark.parametrize("pixels", ["float32", "uint8"])
def test_weights_of_fewer_bits_answer_nearly_alike(
    file, quantize, bytes_each, pixels, dense, tmp_path, digits
):
    split = digits.test[:2000]
    exported = export_model(dense, tmp_path / file, quantize=quantize, pixels=pixels, images=split)
    assert exported.accuracy > exported.accuracy_before - 0.002
    assert exported.labels_differ <= 10
    assert (exported.largest_difference < 1e-4) == (bytes_each > 1)
    assert 0 < exported.size - bytes_each * dense.count_params() < 20_000


def test_a_litert_file_says_what_it_is_and_takes_one_image(dense, tmp_path, few):
    from ai_edge_litert.interpreter import Interpreter
    from tensorflow.lite.tools import flatbuffer_utils

    path = tmp_path / "it.tflite"
    exported = export_model(dense, path, images=few, pixels="uint8")
    file = flatbuffer_utils.read_model(str(path))
    (entry,) = [one for one in file.metadata if one.name == b"digitzoo"]
    facts = json.loads(bytes(file.buffers[entry.buffer].data))
    assert facts.keys() == FACTS
    assert facts["input"] == "1 x 28 x 28 x 1, uint8 in 0..255"
    assert facts["class_names"] == list("0123456789")
    assert (facts["dataset"], facts["recipe"]) == ("mnist", "tuned")
    assert facts["accuracy"] == exported.accuracy_before
    interpreter = Interpreter(str(path))
    (taken,) = interpreter.get_input_details()
    assert taken["shape"].tolist() == [1, 28, 28, 1]
    assert taken["dtype"] == np.uint8
    (signature,) = interpreter.get_signature_list().values()
    assert list(signature["inputs"]) == ["images"]


def test_an_onnx_file_says_what_it_is_and_takes_any_number(dense, tmp_path, few):
    import onnxruntime

    path = tmp_path / "it.onnx"
    export_model(dense, path, images=few)
    session = onnxruntime.InferenceSession(path)
    facts = session.get_modelmeta().custom_metadata_map
    assert facts.keys() == FACTS
    assert facts["input"] == "N x 28 x 28 x 1, float32 in 0..1"
    assert json.loads(facts["class_names"]) == list("0123456789")
    pixels = (few.images / 255).astype("float32")
    (rows,) = session.run(["outputs"], {"images": pixels})
    np.testing.assert_allclose(rows, dense.predict_on_batch(pixels), atol=1e-5)


def test_a_saved_model_runs_without_keras(dense, tmp_path, few):
    path = tmp_path / "folder"
    exported = export_model(dense, path, images=few, pixels="uint8", batch_size=7)
    assert exported.largest_difference < 1e-5
    assert exported.size == sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    facts = json.loads((path / "assets.extra/digitzoo.json").read_text(encoding="utf-8"))
    assert facts["input"] == "7 x 28 x 28 x 1, uint8 in 0..255"
    (path / "saved_model.pb").write_bytes(b"")
    export_model(dense, path, verify=False)  # an export is replaced
    assert (path / "saved_model.pb").stat().st_size > 1000


def test_a_c_array_runs_on_tflite_micro(tmp_path, digits):
    pytest.importorskip("tflite_micro")
    path = tmp_path / "tiny.h"
    exported = export_model("tiny_cnn", path, images=digits.test[:300])
    assert exported.quantize == "int8"
    assert exported.accuracy > exported.accuracy_before - 0.02
    content, arena = c_array.read(path)
    assert content[4:8] == b"TFL3"
    assert arena % 1024 == 0
    text = path.read_text(encoding="utf-8")
    assert "#define TINY_CNN_INPUT_ZERO_POINT -128" in text
    assert 'tiny_cnn_class_names[] = {"0", "1",' in text
    for compiler, suffix in (("cc", "c"), ("c++", "cc")):
        if shutil.which(compiler):
            main = tmp_path / f"main.{suffix}"
            main.write_text(
                '#include "tiny.h"\n#include <stdio.h>\nint main(void) {'
                'printf("%d", (int) sizeof tiny_cnn_model); return 0;}\n'
            )
            subprocess.run([compiler, main, "-o", tmp_path / "main"], check=True)
            assert int(subprocess.check_output([tmp_path / "main"])) == len(content)


def test_class_names_of_any_letters_stay_c(tmp_path):
    pytest.importorskip("tflite_micro")
    model = own_network(keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax"))
    path = tmp_path / "own.h"
    names = ['the "first" \\ */', "둘"]
    export_model(model, path, images=noise(9), calibration=noise(9), class_names=names)
    text = path.read_text(encoding="utf-8")
    assert r'{"the \042first\042 \134 */", "\353\221\230"}' in text
    assert text.index("*/") == text.index("*/\n#ifndef")


@pytest.mark.slow
@pytest.mark.parametrize("name", list_models())
def test_every_network_runs_in_the_arena_that_its_header_names(name, tmp_path, few):
    """No less would do, by a kilobyte; to plan the arena may take more than it holds at the end."""
    pytest.importorskip("tflite_micro")
    path = tmp_path / "it.h"
    assert export_model(name, path, images=few[:20], dataset="mnist").images == 20
    content, arena = c_array.read(path)
    file = tmp_path / "it.tflite"
    file.write_bytes(content)
    assert c_array.measure_arena(file) == arena
    with pytest.raises(RuntimeError):
        run_python("digitzoo.export.c_array", file, str(arena - 1024))


def test_a_network_called_by_a_number_has_a_name_in_c(tmp_path):
    pytest.importorskip("tflite_micro")
    layers = keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")
    path = tmp_path / "own.H"
    model = own_network(*layers, name="5x5-cnn")
    export_model(model, path, images=noise(9), calibration=noise(9))
    assert "#ifndef MODEL_5X5_CNN_H_" in path.read_text(encoding="utf-8")


def test_a_byte_is_one_whole_number_however_dim_the_images_are(tmp_path):
    pytest.importorskip("tflite_micro")
    layers = keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")
    path = tmp_path / "own.h"
    export_model(own_network(*layers), path, images=noise(9), calibration=100 + noise(9) // 4)
    text = path.read_text(encoding="utf-8")
    assert "OWN_INPUT_ZERO_POINT -128\n" in text
    scale = float(re.search(r"OWN_INPUT_SCALE ([\d.e-]+)f", text)[1])
    assert scale == pytest.approx(1 / 255)


def test_suffixes_are_known_in_large_letters_too(tmp_path):
    model = own_network(keras.layers.Flatten(), keras.layers.Dense(2))
    exported = export_model(model, tmp_path / "IT.TFLITE", images=noise(3))
    assert [exported.path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("file", ["it.tflite", "it.onnx"])
def test_batches_of_several_images_are_calibrated_as_such(file, tmp_path):
    model = own_network(keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax"))
    options = {"images": noise(9), "calibration": noise(9), "quantize": "int8"}
    exported = export_model(model, tmp_path / file, batch_size=4, **options)
    assert exported.images == 9


@pytest.mark.parametrize("path", [".", "..", "/"])
def test_a_saved_model_has_a_name(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidArgumentError, match="path gives it no name"):
        export_model("small_dense", path)


def test_what_rescales_inside_is_fed_whole_pixels(tmp_path):
    model = own_network(
        keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dense(3)
    )
    for number, pixels in enumerate(("float32", "uint8")):
        path = tmp_path / f"{number}.onnx"
        assert export_model(model, path, images=noise(9), pixels=pixels).largest_difference < 1e-5
    exported = export_model(
        model,
        tmp_path / "it.tflite",
        images=noise(50),
        calibration=noise(50),
        quantize="int8",
        pixels="uint8",
    )
    assert exported.labels_differ <= 2


@pytest.mark.parametrize("units", [1, 4])
def test_logits_and_sigmoids_are_compared_as_probabilities(units, tmp_path):
    activation = "sigmoid" if units == 1 else None
    model = own_network(keras.layers.Flatten(), keras.layers.Dense(units, activation=activation))
    split = Split(noise(9), np.arange(9) % 2)
    exported = export_model(model, tmp_path / "it.tflite", images=split)
    assert exported.largest_difference < 1e-5
    assert exported.accuracy == exported.accuracy_before


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "bfloat16", "float16", "float64"])
def test_other_floats_are_exported_in_32_bits(policy, tmp_path):
    keras.config.set_dtype_policy(policy)
    try:
        model = own_network(keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax"))
    finally:
        keras.config.set_dtype_policy("float32")
    for exported in (model, committee([model, model])):
        path = tmp_path / "it.onnx"
        assert export_model(exported, path, images=noise(9)).largest_difference < 1e-5
    assert model.layers[-1].compute_dtype == policy.removeprefix("mixed_")


@pytest.mark.parametrize("file", ["it.tflite", "it.h"])
@pytest.mark.parametrize("verify", [True, False])
def test_images_of_any_size_are_refused_where_a_file_has_room_for_one(file, verify, tmp_path):
    pytest.importorskip("tflite_micro")
    average, output = keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3)
    model = keras.Sequential([keras.Input((None, None, 1)), average, output])
    with pytest.raises(InvalidArgumentError, match="images of one size, and this model takes any"):
        export_model(model, tmp_path / file, images=noise(9), verify=verify)
    assert not list(tmp_path.iterdir())
    exported = export_model(model, tmp_path / "it.onnx", images=noise(9))
    assert exported.largest_difference < 1e-5


def test_what_was_not_measured_is_not_told(tmp_path):
    model = own_network(keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax"))
    path = tmp_path / "it.onnx"
    for images, told in ((noise(9), False), (Split(noise(9), np.arange(9) % 3), True)):
        export_model(model, path, images=images)
        assert ("measured_on" in path.read_bytes().decode("latin-1")) == told


def test_a_committee_is_one_file(tmp_path, few):
    model = committee(["small_dense", "tiny_cnn"], weights="mnist")
    exported = export_model(model, tmp_path / "it.tflite", images=few)
    assert exported.labels_differ == 0


def test_a_data_set_proves_on_its_test_and_calibrates_on_its_train(
    tmp_path, dense, digits, monkeypatch
):
    orders = []
    convert = litert.convert

    def watched(model, path, order):
        orders.append(order)
        convert(model, path, order)

    monkeypatch.setattr(litert, "convert", watched)
    small = digits.sample(100)
    exported = export_model(dense, tmp_path / "it.tflite", images=small, quantize="int8")
    assert exported.images == len(small.test)
    np.testing.assert_allclose(orders[0].calibration * 255, small.train.images, atol=1e-4)


@pytest.mark.parametrize(
    ("file", "options", "words"),
    [
        ("it.pb", {}, "The suffix says the format: .tflite, .onnx, .h, or none"),
        ("it.onnx", {"quantize": "int4"}, "Unknown quantization 'int4'. Did you mean 'int8'?"),
        (
            "folder",
            {"quantize": "int8"},
            "SavedModel is not written as 'int8'. Leave out quantize=.",
        ),
        ("it.h", {"quantize": "float16"}, "not written as 'float16'. There is 'int8'."),
        ("it.h", {"pixels": "uint8"}, "takes whole numbers already"),
        ("it.onnx", {"pixels": "int8"}, "Unknown kind of pixels"),
        ("it.onnx", {"batch_size": 0}, "The smallest that works is 1."),
        ("it.onnx", {"batch_size": 10**9}, "at most 10,000"),
        (".onnx", {}, "The suffix says the format"),
        ("it.onnx", {"calibration": np.zeros((2, 28, 28))}, "is for quantize='int8'"),
        ("gone/it.onnx", {}, "is not there. Make it first."),
        ("it.onnx", {"images": np.zeros((0, 28, 28))}, "There are no images"),
        ("it.onnx", {"images": np.zeros((2, 9, 9))}, "28"),
    ],
)
def test_what_cannot_be_done_is_refused_before_any_work(file, options, words, tmp_path):
    pytest.importorskip("tflite_micro")
    with pytest.raises(InvalidArgumentError) as raised:
        export_model("small_dense", tmp_path / file, **options)
    assert words in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_own_weights_need_images_to_prove_and_to_calibrate_with(tmp_path, few):
    model = build_model("small_dense")
    with pytest.raises(InvalidArgumentError, match="Give images=.*verify=False"):
        export_model(model, tmp_path / "it.onnx")
    with pytest.raises(InvalidArgumentError, match="calibration="):
        export_model(model, tmp_path / "it.onnx", images=few, quantize="int8")
    exported = export_model(model, tmp_path / "it.onnx", verify=False)
    assert exported.images is None
    assert str(exported).endswith("bytes. Not verified.")
    with pytest.raises(ArgumentTypeError, match="Keras model"):
        export_model(len, tmp_path / "it.onnx")


@pytest.mark.parametrize("quantize", [None, "float16", "dynamic", "int8"])
def test_a_file_that_answers_otherwise_is_not_kept(quantize, tmp_path, dense, digits, monkeypatch):
    path = tmp_path / "it.onnx"
    path.write_text("of before")
    run = onnx.run

    def wrong(*arguments):
        rows, seconds = run(*arguments)
        return rows[:, ::-1], seconds

    monkeypatch.setattr(onnx, "run", wrong)
    with pytest.raises(ExportError, match="answers otherwise than the model, and was not kept"):
        export_model(dense, path, images=digits.test[:200], quantize=quantize)
    assert path.read_text() == "of before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("before", "is_told"), [(0.902, True), (0.901, False)])
def test_what_is_lost_is_told_from_a_tenth_of_a_point_on(before, is_told):
    exported = ExportedModel(
        Path("a.h"), "A C array", "int8", 10, 1000, 0.5, 2, 0.9, before, microseconds=9.0
    )
    assert f"Accuracy 0.9000, before {before:.4f}." in str(exported)
    assert ("0.20 points were lost" in str(exported)) == is_told


def test_a_network_that_a_format_cannot_hold_leaves_nothing(tmp_path, capfd):
    class Odd(keras.layers.Layer):
        def call(self, inputs):
            import tensorflow as tf

            return tf.ensure_shape(tf.py_function(lambda one: one, [inputs], "float32"), (None, 64))

        def compute_output_shape(self, shape):
            return shape

    model = own_network(keras.layers.Flatten(), Odd(), keras.layers.Dense(3), name="odd")
    with pytest.raises(ExportError, match="LiteRT does not take odd as it is"):
        export_model(model, tmp_path / "it.tflite", verify=False)
    assert not list(tmp_path.iterdir())
    assert not capfd.readouterr().err


def test_missing_extras_are_named(tmp_path, dense, monkeypatch):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as raised:
        export_model(dense, tmp_path / "it.tflite")
    assert str(raised.value) == (
        'LiteRT needs an extra, for ai_edge_litert: pip install "digitzoo[litert]". '
        "Or leave out the proof: verify=False."
    )
    with pytest.raises(MissingExtraError, match=r'digitzoo\[onnx\]"\.$'):
        export_model(dense, tmp_path / "it.onnx")
    assert export_model(dense, tmp_path / "it.tflite", verify=False).size > 0


def test_foreign_folders_and_full_disks_lose_nothing(tmp_path, dense):
    kept = tmp_path / "mine"
    kept.mkdir()
    (kept / "thesis.txt").write_text("of years")
    with pytest.raises(InvalidArgumentError, match="is no SavedModel that could be replaced"):
        export_model(dense, kept)
    assert (kept / "thesis.txt").read_text() == "of years"
    (tmp_path / "link").symlink_to(tmp_path / "empty", target_is_directory=True)
    with pytest.raises(InvalidArgumentError, match="is no SavedModel that could be replaced"):
        export_model(dense, tmp_path / "link")
    (tmp_path / "it.onnx").mkdir()
    with pytest.raises(InvalidArgumentError, match="is a folder"):
        export_model(dense, tmp_path / "it.onnx")
    with pytest.raises(DataFileError, match="cannot be written"):
        export_model(dense, "/proc/it.onnx", verify=False)


ON_JAX = """
import sys
from digitzoo import build_model, export_model, load_data
folder, split = sys.argv[1], load_data("mnist").test[:50]
for file in ("it.tflite", "it.onnx", "saved"):
    exported = export_model("small_dense", f"{folder}/{file}", images=split)
    assert exported.labels_differ == 0 and exported.largest_difference < 1e-4, exported
try:
    build_model("small_dense").export(f"{folder}/own.tflite", format="litert")
except ValueError as error:
    print("Keras alone:", error)
"""


def test_on_jax_the_files_are_written_by_tensorflow(tmp_path):
    pytest.importorskip("jax")
    done = subprocess.run(
        [sys.executable, "-c", ON_JAX, tmp_path],
        env=os.environ | {"KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Keras alone: LiteRT export requires")
