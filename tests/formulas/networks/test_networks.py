"""Whole networks: Keras models of every build, totalled as Keras totals them."""

from math import prod
from pathlib import Path
from typing import Any

import keras
import pytest
from keras import layers as k

from digitzoo.errors import (
    ArgumentTypeError,
    DataFileError,
    InvalidArgumentError,
    UnknownLayerError,
)
from digitzoo.formulas import Summary, explain, layer_info, layers, summarize
from digitzoo.formulas.networks import zoo

TOTALS = {
    "simple_cnn": 592_074,
    "fashion_cnn": 333_526,
    "dense_baseline": 407_050,
    "deep_cnn": 936_426,
    "small_dense": 51_450,
    "two_layer_cnn": 95_946,
    "regularized_cnn": 175_210,
}


def _block(filters: int) -> list[Any]:
    return [
        k.Conv2D(filters, 2, padding="same", activation="relu", kernel_regularizer="l2"),
        k.MaxPooling2D(2),
        k.Dropout(0.5),
    ]


def _same(filters: int, size: int = 3) -> Any:
    return k.Conv2D(filters, size, padding="same", activation="relu")


def reference_network(name: str) -> keras.Sequential:
    """Write down the seven systems as plain Keras, from their descriptions."""
    written: dict[str, list[Any]] = {
        "simple_cnn": [
            k.Conv2D(32, 5, activation="relu"),
            k.MaxPooling2D(2),
            k.Flatten(),
            k.Dense(128, "relu"),
        ],
        "fashion_cnn": [
            _same(32),
            k.MaxPooling2D(2),
            _same(64),
            k.MaxPooling2D(2),
            k.Flatten(),
            k.Dense(100, "relu"),
            k.Dropout(0.4),
        ],
        "dense_baseline": [k.Flatten(), k.Dense(512, "relu")],
        "deep_cnn": [
            *(_same(32), _same(32), k.MaxPooling2D(2, padding="same"), k.Dropout(0.25)),
            *(_same(64), _same(64), k.MaxPooling2D(2, padding="same"), k.Flatten()),
            *(k.Dense(256, "relu"), k.Dense(256, "relu"), k.Dropout(0.5)),
        ],
        "small_dense": [k.Flatten(), k.Dense(64, "relu"), k.Dense(16, "relu")],
        "two_layer_cnn": [
            *(_same(64, 2), k.MaxPooling2D()),
            *(_same(128, 2), k.MaxPooling2D(), k.Flatten()),
        ],
        "regularized_cnn": [*_block(32), *_block(64), *_block(128), *_block(256), k.Flatten()],
    }
    return keras.Sequential([keras.Input((28, 28, 1)), *written[name], k.Dense(10, "softmax")])


def check_against_keras(model: keras.Model, summary: Summary) -> None:
    assert summary.totals.params == model.count_params()
    trained = sum(prod(weight.shape) for weight in model.trainable_weights)
    assert summary.totals.trainable_params == trained
    assert summary.totals.non_trainable_params == model.count_params() - trained
    assert summary.totals.output_shape == tuple(model.outputs[0].shape[1:])
    assert not summary.totals.unknown
    for row, layer in zip(summary.layers, model.layers, strict=True):
        assert (row.name, row.layer) == (layer.name, type(layer).__name__)
        assert row.params == layer.count_params(), row.name
        assert row.output_shape == tuple(layer.output.shape[1:]), row.name


@pytest.mark.parametrize("name", TOTALS)
def test_reference_network(name: str) -> None:
    model = reference_network(name)
    summary = summarize(model)
    check_against_keras(model, summary)
    assert summary.totals.params == TOTALS[name]
    ours = summarize(name)
    assert ours.totals == summary.totals
    assert [r.output_shape for r in ours.layers] == [r.output_shape for r in summary.layers]
    assert [r.params for r in ours.layers] == [r.params for r in summary.layers]


def test_the_zoo_holds_the_seven() -> None:
    assert set(TOTALS) <= set(zoo.NETWORKS)
    with pytest.raises(InvalidArgumentError, match="Did you mean 'simple_cnn'"):
        zoo.network("simple_cn")


@pytest.mark.parametrize(
    ("name", "macs", "receptive_field"),
    [
        # MACs as published (torchvision, Keras's papers); fields as google-research/receptive_field
        # lists them or the recursion gives them; EfficientNet weighs channels by the whole image.
        ("VGG16", 15_470_264_320, (212, 212)),
        ("ResNet50", 3_857_973_248, (483, 483)),
        ("MobileNetV2", 300_774_272, (491, 491)),
        ("DenseNet121", 2_834_161_664, (2071, 2071)),
        ("EfficientNetB0", 385_814_752, None),
        ("Xception", 8_357_403_496, (1083, 1083)),
        ("InceptionV3", 5_713_216_096, (1311, 1311)),
    ],
)
def test_keras_application(name: str, macs: int, receptive_field: tuple[int, int] | None) -> None:
    model = getattr(keras.applications, name)(weights=None)
    summary = summarize(model)
    check_against_keras(model, summary)
    assert summary.totals.macs == macs
    assert summary.totals.receptive_field == receptive_field


def test_a_compiled_model_counts_no_optimizer_variables() -> None:
    model = reference_network("small_dense")
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(keras.ops.zeros((2, 28, 28, 1)), keras.ops.zeros((2,)), verbose=0)
    assert summarize(model).totals.params == 51_450


def test_shared_layers_count_their_weights_once_and_their_work_twice() -> None:
    image = keras.Input((8, 8, 3))
    shared = k.Conv2D(3, 3, padding="same", name="shared")
    model = keras.Model(image, shared(shared(image)))
    summary = summarize(model)
    assert summary.totals.params == model.count_params() == 84
    assert [row.params for row in summary.layers] == [0, 84, 0]
    assert [row.shared for row in summary.layers] == [False, False, True]
    assert summary.totals.macs == 2 * 8 * 8 * 3 * 27
    assert summary.totals.receptive_field == (5, 5)


def test_branches_nested_models_and_several_ends() -> None:
    image, other = keras.Input((8, 8, 3), name="image"), keras.Input((8, 8, 4), name="other")
    encoder = keras.Sequential(
        [keras.Input((8, 8, 3)), k.Conv2D(4, 3, padding="same"), k.BatchNormalization()],
        name="encoder",
    )
    seen = encoder(image)
    again = encoder(k.ReLU()(image))
    gate = k.Dense(4)(k.GlobalAveragePooling2D()(seen))
    weighted = k.Multiply()([seen, k.Reshape((1, 1, 4))(gate)])
    joined = k.Concatenate()([k.Add()([weighted, again]), other])
    doubled = joined + joined
    model = keras.Model(
        [image, other], [k.Conv2D(2, 1)(doubled), k.Flatten()(keras.ops.relu(seen))]
    )
    summary = summarize(model)
    assert summary.totals.params == model.count_params()
    trained = sum(prod(weight.shape) for weight in model.trainable_weights)
    assert summary.totals.trainable_params == trained
    assert summary.input_shapes == ((8, 8, 3), (8, 8, 4))
    assert not summary.totals.unknown
    assert summary.totals.output_shape == (8, 8, 2)
    convolution = f"encoder/{encoder.layers[0].name}"
    assert [row.name for row in summary.layers].count(convolution) == 2
    # Each position is weighed by the mean of all.
    assert summary.totals.receptive_field is None


def test_a_layer_shared_between_a_model_and_the_model_inside_it() -> None:
    image = keras.Input((8, 8, 3))
    shared = k.Conv2D(3, 3, padding="same")
    inner = keras.Model(image, shared(image))
    outer_image = keras.Input((8, 8, 3))
    model = keras.Model(outer_image, inner(shared(outer_image)))
    assert summarize(model).totals.params == model.count_params() == 84


def test_a_shared_depthwise_convolution_is_explained_twice() -> None:
    image = keras.Input((8, 8, 3))
    shared = k.DepthwiseConv2D(3, padding="same", name="shared")
    text = str(explain(keras.Model(image, shared(shared(image)))))
    assert text.count("3 x 1 = 3") == 2
    assert text.count("The weights are shared with an earlier call") == 1


def test_a_pretrained_body_under_a_new_head() -> None:
    body = keras.applications.MobileNetV2(
        weights=None, include_top=False, input_shape=(32, 32, 3), alpha=0.35
    )
    body.trainable = False
    image = keras.Input((32, 32, 3))
    seen = k.GlobalAveragePooling2D()(body(k.Rescaling(2.0)(image), training=False))
    for model in (
        keras.Model(image, k.Dense(3)(seen)),
        keras.Model(image, [body(image), k.Dense(3)(seen)]),
        keras.Sequential([keras.Input((32, 32, 3)), body, k.Flatten(), k.Dense(3)]),
    ):
        totals = summarize(model).totals
        assert totals.params == model.count_params()
        assert totals.trainable_params == 1280 * 3 + 3
        assert totals.output_shape == tuple(model.outputs[0].shape[1:])
        assert not totals.unknown


def test_frozen_layers_and_models_are_not_trained() -> None:
    model = reference_network("simple_cnn")
    model.layers[0].trainable = False
    assert summarize(model).totals.trainable_params == 592_074 - 832
    inner = reference_network("small_dense")
    inner.trainable = False
    image = keras.Input((28, 28, 1))
    outer = keras.Model(image, k.Dense(2)(inner(image)))
    totals = summarize(outer).totals
    assert (totals.trainable_params, totals.non_trainable_params) == (22, 51_450)


class Scale(k.Layer):
    """A layer that only this test knows."""

    def build(self, input_shape: Any) -> None:
        self.factor = self.add_weight(shape=(input_shape[-1],), name="factor")

    def call(self, inputs: Any) -> Any:
        return inputs * self.factor


def test_unknown_layers_are_named_and_counted_as_keras_counts_them() -> None:
    model = keras.Sequential(
        [keras.Input((10, 4)), k.RNN(k.LSTMCell(8), name="memory"), Scale(name="scale"), k.Dense(2)]
    )
    summary = summarize(model)
    assert summary.totals.params == model.count_params()
    assert summary.totals.unknown == ("memory", "scale")
    memory, scale, dense = summary.layers
    assert (memory.known, memory.params, memory.macs) == (False, 416, None)
    assert (memory.output_shape, scale.output_shape) == ((8,), (8,))
    assert summary.totals.macs == dense.macs == 16
    assert "memory: RNN has no formula here" in str(summary)
    functional = keras.Model(model.inputs, model.outputs)
    assert summarize(functional).totals.unknown == ("memory", "scale")
    assert summarize(functional).totals.params == model.count_params()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_saved_layer_that_only_keras_knows_is_named_as_not_counted(tmp_path: Path) -> None:
    model = keras.Sequential(
        [keras.Input((10, 4)), k.RNN(k.LSTMCell(8), name="memory"), k.Flatten(), k.Dense(2)]
    )
    model.save(tmp_path / "model.keras")
    summary = summarize(tmp_path / "model.keras")
    assert summary.totals.unknown == summary.totals.uncounted == ("memory",)
    assert summary.layers[0].output_shape == (8,)
    assert summary.totals.params == model.count_params() - model.layers[0].count_params() == 18
    assert "Without the weights of memory" in str(summary)
    assert "neither its weights nor its MACs are counted" in str(explain(summary))
    assert summarize(model).totals.uncounted == ()
    assert "Without the weights" not in str(summarize(model))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_saved_layers_known_to_have_no_weights_are_counted(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            k.RandomCrop(7, 7),
            k.Resizing(6, 6),
            k.Lambda(lambda x: 2 * x, output_shape=(6, 6, 1)),
            k.Conv2D(2, 3),
        ]
    )
    model.save(tmp_path / "model.keras")
    totals = summarize(tmp_path / "model.keras").totals
    assert (len(totals.unknown), totals.uncounted) == (3, ())
    assert totals.params == model.count_params() == 20
    assert summarize(model).totals.params == 20


def test_augmentation_passes_images_and_what_is_seen_of_them_on() -> None:
    layers = [k.RandomRotation(0.1), k.RandomFlip(), k.RandomTranslation(0.1, 0.1), k.RandAugment()]
    model = keras.Sequential([keras.Input((8, 8, 3)), *layers, k.Conv2D(2, 3), k.Conv2D(2, 3)])
    summary = summarize(model)
    first = summary.layers[0]
    assert (first.layer, first.name, first.output_shape) == (
        "RandomRotation",
        layers[0].name,
        (8, 8, 3),
    )
    assert all((row.params, row.macs) == (0, 0) for row in summary.layers[:4])
    assert summary.totals.unknown == ()
    assert summary.layers[-1].receptive_field == (5, 5)
    assert layer_info(k.RandomZoom(0.1), input_shape=(8, 8, 3)).output_shape == (8, 8, 3)


def test_a_list_of_augmentations_is_described_and_a_crop_is_not() -> None:
    summary = summarize([k.RandomRotation(0.1), k.Conv2D(2, 3)], (8, 8, 1))
    assert summary.layers[-1].receptive_field == (3, 3)
    with pytest.raises(ArgumentTypeError, match="no formula here"):
        summarize([k.RandomCrop(4, 4), k.Conv2D(2, 3)], (8, 8, 1))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_saved_layer_whose_output_nobody_tells_is_refused(tmp_path: Path) -> None:
    model = keras.Sequential(
        [keras.Input((10, 4)), k.RNN(k.LSTMCell(8), name="memory"), k.Dropout(0.5), k.Dense(2)]
    )
    model.save(tmp_path / "model.keras")
    with pytest.raises(UnknownLayerError, match=r"RNN 'memory'.*keras\.saving\.load_model"):
        summarize(tmp_path / "model.keras")
    one = keras.Input((4,))
    ends = keras.Model(one, k.Dot(axes=1)([k.Dense(3)(one), k.Dense(3)(one)]))
    ends.save(tmp_path / "ends.keras")
    assert summarize(tmp_path / "ends.keras").totals.params == ends.count_params()


def test_layers_of_every_build_total_as_keras_totals_them() -> None:
    words, image, steps = keras.Input((10,)), keras.Input((28, 28, 1)), keras.Input((10, 8))
    read = k.Bidirectional(k.LSTM(8, return_sequences=True))(k.Embedding(100, 8)(words))
    flat = k.Flatten()(k.Conv2D(4, 3, padding="same")(image))
    seen = k.MultiHeadAttention(2, 4)(steps, steps)
    for model in (
        keras.Model(words, k.Dense(2)(k.GlobalMaxPooling1D()(read))),
        keras.Model(image, {"a": k.Dense(3)(flat), "b": k.Dense(4)(flat)}),
        keras.Model(steps, k.Dense(2)(k.LayerNormalization()(steps + seen))),
        keras.Model(steps, k.Dense(2)(steps[:, 1:, :] * 2.0)),
        keras.Sequential(
            [
                keras.Input((3, 8, 8)),
                k.Conv2D(4, 3, data_format="channels_first"),
                k.BatchNormalization(axis=1, trainable=False),
                k.Flatten(data_format="channels_first"),
            ]
        ),
        keras.Sequential([keras.Input((8, 8, 1)), k.SpectralNormalization(k.Conv2D(4, 3))]),
    ):
        totals = summarize(model).totals
        trained = sum(prod(weight.shape) for weight in model.trainable_weights)
        assert (totals.params, totals.trainable_params) == (model.count_params(), trained)
        assert totals.output_shape == tuple(model.outputs[0].shape[1:])


def test_a_child_of_a_known_layer_is_not_taken_for_it() -> None:
    class Conv2D(k.Conv2D):
        """A user's own layer of the same name."""

    model = keras.Sequential([keras.Input((8, 8, 1)), Conv2D(2, 3, name="own")])
    assert summarize(model).totals.unknown == ("own",)
    assert summarize(model).totals.params == model.count_params()


def test_open_sizes_leave_shapes_open_and_weights_known() -> None:
    model = keras.Sequential(
        [keras.Input((None, None, 3)), k.Conv2D(8, 3), k.GlobalAveragePooling2D(), k.Dense(2)]
    )
    totals = summarize(model).totals
    assert totals.params == model.count_params()
    assert totals.macs is None
    assert summarize(model, (32, 32, 3)).totals.macs == 30 * 30 * 8 * 27 + 16
    with pytest.raises(InvalidArgumentError, match=r"\(None, None, 3\)"):
        summarize(model, (32, 32, 1))


def test_an_unbuilt_model_needs_an_input_shape() -> None:
    model = keras.Sequential([k.Conv2D(8, 3), k.Flatten(), k.Dense(2)])
    with pytest.raises(InvalidArgumentError, match="input_shape="):
        summarize(model)
    ours = summarize(model, (8, 8, 1))
    model.build((None, 8, 8, 1))
    assert ours.totals.params == model.count_params()


# TensorFlow 2.21 and NumPy 2.4 disagree about `__array__`; Keras's saving runs into it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("build", ["Sequential", "Functional"])
def test_a_saved_file_is_read_without_keras(tmp_path: Path, build: str) -> None:
    model = (
        reference_network("regularized_cnn")
        if build == "Sequential"
        else keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3), alpha=0.35)
    )
    path = tmp_path / "model.keras"
    model.save(path)
    saved, living = summarize(path), summarize(model)
    assert saved.totals == living.totals
    assert [row.to_dict() for row in saved.layers] == [row.to_dict() for row in living.layers]
    assert saved.totals.params == model.count_params()


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"model\.save"):
        summarize(tmp_path / "missing.keras")
    with pytest.raises(ArgumentTypeError, match="Expected a Sequential or functional"):
        summarize(7)
    with pytest.raises(ArgumentTypeError, match="layer descriptions"):
        summarize([k.RNN(k.LSTMCell(3))], (3, 3))
    with pytest.raises(InvalidArgumentError, match=r"input_shape=\(28, 28, 1\)"):
        summarize([layers.Dense(3)])
    with pytest.raises(InvalidArgumentError, match="Did you mean 'float32'"):
        summarize([layers.Dense(3)], (3,), dtype="float33")
    with pytest.raises(InvalidArgumentError, match="batch_size must be at least 1"):
        summarize([layers.Dense(3)], (3,), batch_size=0)
    with pytest.raises(ArgumentTypeError, match="batch_size must be a whole number"):
        summarize([layers.Dense(3)], (3,), batch_size=True)


def test_keras_layers_are_read_one_by_one() -> None:
    layer = k.Conv2D(32, 5, activation="relu", kernel_initializer="he_normal")
    info = layer_info(layer, (28, 28, 1))
    assert (info.params, info.output_shape) == (832, (24, 24, 32))
    assert "5 x 5 x 1 x 32 + 32 = 832" in explain(layer, (28, 28, 1))
    assert summarize([layer, k.Flatten(), k.Dense(10)], (28, 28, 1)).totals.params == 185_162
    with pytest.raises(ArgumentTypeError, match="no layer that has a formula"):
        layer_info(k.RNN(k.LSTMCell(3)), (3, 3))


def test_memory_follows_batch_and_dtype() -> None:
    one = summarize("simple_cnn").totals
    many = summarize("simple_cnn", batch_size=128, dtype="float16").totals
    assert one.weight_bytes == 4 * 592_074
    assert one.activation_bytes == 4 * 28_570
    assert many.weight_bytes == 2 * 592_074
    assert many.activation_bytes == 128 * 2 * 28_570
    assert (one.weight_memory, many.activation_memory) == ("2.26 MiB", "6.98 MiB")


def test_every_argument_of_keras_is_taken() -> None:
    """What a user may write in Keras may be written here, and nothing else."""
    for name in layers.__all__:
        if name in {"Layer", "InputLayer", "Normalization", "Average"}:
            continue
        kind = getattr(layers, name)
        needed = {
            "filters": 2,
            "kernel_size": 2,
            "pool_size": 2,
            "units": 2,
            "input_dim": 2,
            "output_dim": 2,
            "target_shape": (2, 2),
            "dims": (1,),
            "n": 2,
            "rate": 0.5,
            "stddev": 0.5,
            "activation": "relu",
            "scale": 2.0,
            "output_size": 2,
            "num_heads": 2,
            "key_dim": 2,
            "head_dim": 2,
            "num_query_heads": 2,
            "num_key_value_heads": 2,
            "equation": "ab,bc->ac",
            "output_shape": 2,
        }
        given = {key: needed[key] for key in kind.argument_names() if key in needed}
        if "Normalization" in name:
            given.pop("scale", None)
        if "layer" in kind.argument_names():
            given["layer"] = k.LSTM(2)
        config = getattr(k, name)(**given).get_config()
        unknown = set(config) - set(kind.argument_names()) - kind.without_effect
        assert not unknown, (name, unknown)
