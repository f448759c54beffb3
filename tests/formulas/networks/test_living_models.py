"""Living Keras models: layers of one's own, shared weights, Keras's shapes, totals that lack."""

import contextlib
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers as k
from keras import ops

from digitzoo import plot_layers
from digitzoo.errors import (
    ArgumentTypeError,
    DataFileError,
    DigitzooError,
    InvalidArgumentError,
    UnknownLayerError,
)
from digitzoo.formulas import explain, layer_info, layers, smallest_input, summarize
from digitzoo.visualization import layers_to_svg

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


class Own(k.Layer):
    """A dense layer as tutorials write it: no `get_config`."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units

    def build(self, input_shape: Any) -> None:
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units))

    def call(self, inputs: Any) -> Any:
        return ops.matmul(inputs, self.kernel)


class Holder(k.Layer):
    """A layer whose arguments are a function and a layer: Keras cannot write them down."""

    def __init__(self, function: Any, inner: Any, **options: Any) -> None:
        super().__init__(**options)
        self.function, self.inner = function, inner

    def build(self, input_shape: Any) -> None:
        self.inner.build(input_shape)

    def call(self, inputs: Any) -> Any:
        return self.function(self.inner(inputs))


class Broken(Own):
    """A layer whose `get_config` is wrong."""

    def get_config(self) -> dict[str, Any]:
        raise KeyError("units")


def own_layers() -> list[Any]:
    return [Own(4), Holder(ops.relu, k.Dense(4)), Broken(4)]


def check(model: keras.Model) -> Any:
    """Compare the totals with Keras's."""
    totals = summarize(model).totals
    assert totals.params == model.count_params()
    trained = sum(int(np.prod(one.shape)) for one in model.trainable_weights)
    assert totals.trainable_params == trained
    assert totals.output_shape == tuple(model.outputs[0].shape[1:])
    assert totals.uncounted == ()
    return totals


@pytest.mark.parametrize("number", range(3))
def test_a_layer_of_ones_own_stands_anywhere(number: int) -> None:
    def own() -> Any:
        return own_layers()[number]

    middle = keras.Sequential([keras.Input((6,)), k.Dense(8), own(), k.Dense(2)])
    assert check(middle).macs == 6 * 8 + 4 * 2
    last = keras.Sequential([keras.Input((6,)), k.Dense(8), own()])
    assert check(last).output_shape == (4,)
    for inner in (middle, last):
        image = keras.Input((6,))
        assert check(keras.Model(image, k.Dense(3)(inner(image)))).unknown
    image = keras.Input((6,))
    shared = own()
    check(keras.Model(image, k.Add()([shared(image), shared(k.Dense(6)(image))])))
    nested = keras.Model(image, own()(image))
    check(keras.Sequential([keras.Input((6,)), nested, k.Dense(3)]))


def test_the_number_of_the_report() -> None:
    model = keras.Sequential([keras.Input((6,)), k.Dense(16), Own(27)])
    assert (summarize(model).totals.params, model.count_params()) == (544, 544)


def test_a_layer_of_ones_own_is_explained_and_drawn() -> None:
    model = keras.Sequential([keras.Input((8, 8, 1)), k.Conv2D(2, 3), Own(4), k.Dense(2)])
    assert "Own has no formula here" in str(explain(model))
    assert "Own" in layers_to_svg(model)
    plot_layers(model)


def test_an_activation_without_a_config_leaves_a_known_layer_known() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                k.Conv2D(2, 3, activation=lambda x: x * x),
                k.Flatten(),
                k.Dense(2),
            ]
        )
        totals = check(model)
    assert (totals.unknown, totals.receptive_field) == ((), (3, 3))


def test_a_child_of_a_functional_model_is_read() -> None:
    class Digits(keras.Model):
        def __init__(self, units: int) -> None:
            image = keras.Input((6,))
            super().__init__(image, k.Dense(units)(Own(4)(image)), name="digits")

        def get_config(self) -> dict[str, Any]:
            return {"units": 3}

    before = keras.Sequential([k.Dense(1)]).name
    model = Digits(3)
    assert check(model).unknown
    assert summarize(model).name == "digits"
    assert before != ""
    inside = keras.Sequential([keras.Input((6,)), model, k.Dense(2)])
    check(inside)


def test_reading_leaves_a_model_as_it_was() -> None:
    image = keras.Input((6,))
    layer = k.Dense(3)
    layer.get_config = lambda: {"units": 3}  # the user's own
    model = keras.Model(image, layer(image))
    kept = dict(vars(layer))
    summarize(model)
    assert dict(vars(layer)) == kept
    assert layer.output.shape == (None, 3)


def test_an_unbuilt_layer_of_ones_own_says_what_to_do() -> None:
    with pytest.raises(UnknownLayerError, match=r"model\.build"):
        summarize(keras.Sequential([Own(3), k.Dense(2)]), (6,))
    totals = summarize(keras.Sequential([k.Dense(2), Own(3)]), (6,)).totals
    assert totals.uncounted


def test_inputs_and_outputs_named_in_a_dictionary_keep_their_order() -> None:
    b, a = keras.Input((3,), name="b"), keras.Input((4,), name="a")
    model = keras.Model({"b": b, "a": a}, {"y": k.Dense(2)(a), "x": k.Dense(5)(b)})
    summary = summarize(model)
    assert summary.input_shapes == ((4,), (3,))
    assert summary.totals.output_shape == (5,)
    outer = {"a": keras.Input((4,), name="a"), "b": keras.Input((3,), name="b")}
    made = model(outer)
    check(keras.Model(outer, k.Concatenate()([made["x"], made["y"]])))


def test_only_the_state_of_a_recurrent_layer_may_be_used() -> None:
    steps = keras.Input((5, 3))
    _, state, cell = k.LSTM(4, return_state=True)(steps)
    assert check(keras.Model(steps, k.Dense(2)(cell))).unknown == ()
    again = k.LSTM(4, return_sequences=True)(steps, initial_state=[state, cell])
    check(keras.Model(steps, again))


def test_outputs_that_nothing_takes_are_left_alone() -> None:
    row = keras.Input((6,))
    assert check(keras.Model(row, k.Dense(3)(ops.split(row, 3, axis=-1)[2]))).macs == 6
    steps = keras.Input((10, 8))
    _, scores = k.MultiHeadAttention(2, 4)(steps, steps, return_attention_scores=True)
    check(keras.Model(steps, k.Dense(3)(scores)))


def test_operations_without_products_leave_the_total_whole() -> None:
    words, image = keras.Input((10,)), keras.Input((8, 8, 3))
    read = k.LSTM(4)(k.Embedding(50, 8, mask_zero=True)(words))  # the mask is an operation
    assert check(keras.Model(words, k.Dense(2)(read))).unknown == ()
    cut = ops.transpose(image[:, 1:-1], (0, 2, 1, 3))
    assert check(keras.Model(image, k.Dense(2)(ops.mean(cut, axis=(1, 2))))).unknown == ()
    powers = k.Conv2D(2, 3)(ops.power(k.Conv2D(2, 3)(image), 2) - 1)
    assert check(keras.Model(image, powers)).receptive_field == (5, 5)
    assert check(keras.Model(words, ops.matmul(words, ops.ones((10, 3))))).unknown


def test_masks_and_states_are_no_inputs_of_a_layer() -> None:
    words, mask = keras.Input((5, 4)), keras.Input((5,), dtype="bool")
    one = k.LSTM(3, return_sequences=True)(words, mask=mask)
    two = k.MultiHeadAttention(2, 3)(one, value=words, attention_mask=mask[:, None, :])
    assert check(keras.Model([words, mask], two)).macs


# Weights by identity.


def test_weights_shared_through_a_wrapper_count_once(tmp_path: Path) -> None:
    steps, dense = keras.Input((7, 5)), k.Dense(10)
    model = keras.Model(steps, k.Concatenate()([k.TimeDistributed(dense)(steps), dense(steps)]))
    totals = check(model)
    assert (totals.params, totals.weight_bytes, totals.macs) == (60, 240, 700)
    model.save(tmp_path / "shared.keras")
    assert summarize(tmp_path / "shared.keras").totals.params == 60
    apart = [k.TimeDistributed(k.Dense(3, name="dense"), name=name) for name in ("one", "two")]
    both = keras.Model(steps, k.Add()([apart[0](steps), apart[1](steps)]))
    both.save(tmp_path / "apart.keras")
    assert summarize(tmp_path / "apart.keras").totals.params == check(both).params == 36
    inner = keras.Sequential([keras.Input((7, 5)), k.Dense(8), k.Dense(24)])
    many, one = keras.Input((3, 7, 5)), keras.Input((7, 5))
    beside = keras.Model([many, one], [k.TimeDistributed(inner)(many), inner(one)])
    assert check(beside).params == inner.count_params()
    assert summarize(beside).totals.weight_bytes == 4 * inner.count_params()


def test_the_work_of_a_model_at_every_step_is_counted(tmp_path: Path) -> None:
    steps = keras.Input((5, 8, 8, 1))
    inner = keras.Sequential(
        [keras.Input((8, 8, 1)), k.Conv2D(2, 3), k.BatchNormalization(), k.Flatten(), k.Dense(4)]
    )
    model = keras.Model(steps, k.LSTM(3)(k.TimeDistributed(inner)(steps)))
    alone = summarize(inner).totals
    totals = check(model)
    assert totals.unknown == ()
    assert totals.macs == 5 * (alone.macs or 0) + 5 * 12 * (4 + 3)
    model.save(tmp_path / "model.keras")
    assert summarize(tmp_path / "model.keras").totals.macs == totals.macs
    text = str(explain(model))
    assert "3 x 3 x 1 x 2 + 2 + 2 + 2 + 2 + 2 + 72 x 4 + 4 = 320" in text
    assert "dilation" not in text


def test_weights_shared_in_other_ways_count_once() -> None:
    steps = keras.Input((7, 5))
    lstm = k.LSTM(5, return_sequences=True)
    both = k.Bidirectional(lstm, merge_mode="sum")
    check(keras.Model(steps, k.Add()([lstm(steps), both(steps), both.forward_layer(steps)])))
    holder = Holder(ops.relu, k.Dense(5))
    check(keras.Model(steps, k.Add()([holder(steps), holder.inner(steps)])))
    first, second = k.Dense(5, use_bias=False), k.Dense(5)
    joined = second(first(steps))
    second.kernel.assign(first.kernel)
    check(keras.Model(steps, joined))
    twice = keras.Sequential([keras.Input((7, 5)), k.Dense(5)])
    assert check(keras.Model(steps, twice(twice(steps)))).params == 30
    assert summarize([first, first], (7, 5)).totals.params == 25


def test_weights_frozen_one_by_one_are_not_trained() -> None:
    model = keras.Sequential([keras.Input((6,)), k.Dense(4), k.Dense(2)])
    model.layers[0].kernel.trainable = False
    assert check(model).non_trainable_params == 24


# Keras's own shapes.


def test_a_constant_that_makes_a_tensor_larger() -> None:
    row = keras.Input((1, 3))
    model = keras.Model(row, k.Dense(2)(ops.add(row, np.ones((1, 5, 3), "float32"))))
    totals = check(model)
    assert (totals.output_shape, totals.macs) == ((5, 2), 30)
    for larger in (
        ops.multiply(row, np.ones((4, 1), "float32")),
        ops.maximum(row, np.ones((1, 4, 3), "float32")),
        k.Add()([row, np.ones((1, 5, 3), "float32")]),
        k.Concatenate(axis=1)([row, np.ones((1, 2, 3), "float32")]),
        ops.where(row > 0, row, np.zeros((1, 6, 3), "float32")),
        k.Add()([row, row, np.ones((1, 5, 3), "float32")]),
        k.Concatenate(axis=1)([row, np.ones((1, 2, 3), "float32"), row]),
    ):
        check(keras.Model(row, k.Dense(2)(larger)))
    image = keras.Input((8, 8, 3))
    seen = k.Conv2D(3, 3)(image)
    same = check(keras.Model(image, k.Conv2D(2, 3)(seen + np.ones(3, "float32"))))
    assert same.receptive_field == (5, 5)


def test_a_shape_that_was_promised_for_other_sizes_is_asked_anew() -> None:
    image = keras.Input((None, None, 3))
    body = keras.Sequential([keras.Input((None, None, 3)), k.Conv2D(4, 3), Own(5)])
    model = keras.Model(image, k.GlobalAveragePooling2D()(body(image)))
    summary = summarize(model, (9, 9, 3))
    assert summary.layers[2].output_shape == (7, 7, 5)
    assert smallest_input(keras.Sequential([keras.Input((9, 9, 3)), body, k.Conv2D(2, 3)])) == (
        5,
        5,
        3,
    )


# Totals that lack something show it.


def test_a_total_that_lacks_something_says_at_least(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((6,)), k.Dense(16), Own(27)])
    summary = summarize(model)
    for text in (str(summary), summary.to_markdown(), summary.to_html()):
        assert "at least 96" in text
        assert "at least 112" not in text  # every weight is counted
    assert "FLOPs: 2 x MACs + bias adds = at least 208" in str(summary)
    assert "at least" in str(explain(model))
    assert "적어도" in str(explain(model, language="ko"))
    plain = json.loads(json.dumps(summary.to_dict()))["totals"]
    assert (plain["macs"], plain["macs_complete"], plain["params_complete"]) == (96, False, True)
    saved = keras.Sequential(
        [keras.Input((10, 4)), k.RNN(k.LSTMCell(8), name="memory"), k.Flatten(), k.Dense(2)]
    )
    saved.save(tmp_path / "model.keras")
    lacking = summarize(tmp_path / "model.keras")
    assert "at least 18 " in str(lacking)
    assert "at least 72 B" in str(lacking)
    assert not lacking.totals.to_dict()["params_complete"]
    whole = summarize(keras.Sequential([keras.Input((10, 4)), k.LSTM(8), k.Dense(2)]))
    assert "at least" not in str(whole)
    assert whole.totals.to_dict()["macs_complete"]


def test_a_quantized_layer_is_counted_in_its_own_bytes() -> None:
    model = keras.Sequential([keras.Input((5,)), k.Dense(3), k.Dense(4)])
    for layer in model.layers:
        layer.quantize("int8")
    totals = check(model)
    assert (totals.macs, totals.unknown) == (27, ())
    assert totals.weight_bytes == 27 + 4 * (7 + 7)
    assert "27 as int8" in str(summarize(model))
    assert "Counted from the layer itself" in str(explain(model))
    half = summarize(model, dtype="float16").totals
    assert half.weight_bytes == 27 + 2 * (7 + 7)
    mixed = keras.Sequential([keras.Input((6,)), Own(4), k.Dense(3)])
    mixed.layers[-1].quantize("int8")
    assert "at least 12" in str(summarize(mixed))


def test_the_field_before_the_global_pooling_is_told_too() -> None:
    model = keras.applications.MobileNet(weights=None)
    summary = summarize(model)
    totals = summary.totals
    assert (totals.receptive_field, totals.effective_stride) == ((507, 507), (224, 224))
    assert totals.receptive_field_before_pooling == (315, 315)
    assert totals.effective_stride_before_pooling == (32, 32)
    assert "Before the global pooling: field 315 x 315, stride 32 x 32." in str(summary)
    assert "a position sees 315 x 315, stride 32 x 32" in str(explain(summary))
    assert "315 x 315칸" in str(explain(summary, language="ko"))
    steps = keras.Input((28, 28))
    seen = k.MultiHeadAttention(2, 8)(steps, steps)
    attended = summarize(keras.Model(steps, k.GlobalAveragePooling1D()(steps + seen)))
    assert attended.totals.receptive_field_before_pooling is None


@pytest.mark.parametrize("mode", ["int8", "int4", "float8"])
def test_a_quantized_layer_in_a_file_is_named_as_not_counted(mode: str, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((6,)), k.Dense(8, name="small"), k.Dense(2)])
    model.layers[0].quantize(mode)
    assert check(model).macs == 64
    model.save(tmp_path / "model.keras")
    assert summarize(tmp_path / "model.keras").totals.uncounted == ("small",)


def test_the_work_of_lora_is_missing_from_the_total() -> None:
    model = keras.Sequential([keras.Input((6,)), k.Dense(8), k.Dense(2)])
    model.layers[0].enable_lora(2)
    assert check(model).unknown == (model.layers[0].name,)


# The smallest input.


def test_the_smallest_input_where_larger_ones_are_refused() -> None:
    image = keras.Input((27, 27, 1))
    down = k.MaxPooling2D(3)(k.Conv2D(4, 3, padding="same")(image))
    up = k.Conv2DTranspose(4, 3, strides=3)(down)
    unet = keras.Model(image, k.Concatenate()([up, k.Conv2D(4, 3, padding="same")(image)]))
    assert smallest_input(unet) == (3, 3, 1)
    deeper = k.MaxPooling2D(3)(down)
    joined = k.Add()([k.UpSampling2D(3)(deeper), down])
    assert smallest_input(keras.Model(image, k.Add()([k.UpSampling2D(3)(joined), up]))) == (9, 9, 1)
    reshaped = [layers.Flatten(), layers.Reshape((7, 7, 1)), layers.Conv2D(2, 3)]
    assert smallest_input(reshaped) == (7, 7, 1)
    oblong = [layers.Flatten(), layers.Reshape((2, 7, 1)), layers.Conv2D(2, 2)]
    assert smallest_input(oblong) == (2, 7, 1)
    assert smallest_input([layers.Dense(3)], (5,)) == (5,)
    assert smallest_input([layers.Conv1D(2, 3000)], (None, 1)) == (3000, 1)


# What is refused, and the words for it.


def test_what_makes_a_model_is_none_yet() -> None:
    for door in (summarize, explain):
        with pytest.raises(ArgumentTypeError, match=r"^\w+: .*Give the model that it makes\.$"):
            door(lambda: keras.Sequential([k.Dense(2)]))


def test_refusals_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="at least one layer"):
        summarize([])
    with pytest.raises(InvalidArgumentError, match="at least one layer"):
        summarize([layers.InputLayer((3,))])
    with pytest.raises(InvalidArgumentError, match="at least one layer"):
        summarize(keras.Sequential([keras.Input((3,))]))
    with pytest.raises(ArgumentTypeError, match=r"Give one shape: \(28, 28, 1\), or 28x28x1 typed"):
        layer_info("Conv2D", [(28,), (28,), (1,)], filters=2, kernel_size=3)
    with pytest.raises(DataFileError, match="no such file") as missing:
        summarize(str(tmp_path / "missing.keras"))
    assert "again" not in str(missing.value)
    for wrong in (k.Dense, keras.Model, b"x", None, object(), ["x" * 5000], "x" * 5000 + ".keras"):
        with pytest.raises(DigitzooError) as refused:
            summarize(wrong)
        assert len(str(refused.value)) < 500
    with pytest.raises(DataFileError, match="a folder"):
        summarize(tmp_path)


def test_a_damaged_file_is_a_data_file_error(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((6,)), k.Dense(4), k.Dense(2)])
    model.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        config = archive.read("config.json").decode()
    rng = np.random.default_rng(0)
    refused = longest = 0
    for number in range(200):
        damaged = bytearray(config, "utf-8")
        for _ in range(1 + number % 3):
            start = rng.integers(len(damaged))
            damaged[start : start + rng.integers(1, 9)] = [b"", b"null", b"[]", b"-7"][
                rng.integers(4)
            ]
        with zipfile.ZipFile(tmp_path / "damaged.keras", "w") as archive:
            archive.writestr("config.json", bytes(damaged))
        try:
            summarize(tmp_path / "damaged.keras")
        except DigitzooError as error:
            longest = max(longest, len(str(error)))
            refused += 1
    assert refused > 100
    assert longest < 600
    whole = (tmp_path / "model.keras").read_bytes()
    for number in range(60):
        cut = bytearray(whole)
        cut[rng.integers(len(cut))] ^= 1 << number % 8
        (tmp_path / "cut.keras").write_bytes(bytes(cut[: rng.integers(1, 2 * len(cut))]))
        with contextlib.suppress(DigitzooError):
            summarize(tmp_path / "cut.keras")


def test_values_of_a_wrong_kind_in_a_file_are_a_data_file_error(tmp_path: Path) -> None:
    steps, dense = keras.Input((7, 5)), k.Dense(5)
    seen = k.MultiHeadAttention(2, 3)(k.TimeDistributed(dense)(steps), dense(steps))
    body = keras.Sequential([k.Conv1D(3, 2), k.Bidirectional(k.LSTM(4))])
    keras.Model(steps, k.Dense(2)(body(seen + 1))).save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        config = archive.read("config.json")

    def places(value: Any) -> list[tuple[Any, Any]]:
        names = list(value) if isinstance(value, dict) else range(len(value))
        inner = (one for one in names if isinstance(value[one], (dict, list)))
        deeper = [place for one in inner for place in places(value[one])]
        return [*((value, one) for one in names), *deeper]

    rng, wrong = np.random.default_rng(0), [None, "x", -1, 10**30, True, [], {}, [None], 2.5]
    for number in range(300):
        saved = json.loads(config)
        holder, name = places(saved)[rng.integers(len(places(saved)))]
        holder[name] = wrong[number % len(wrong)]
        with zipfile.ZipFile(tmp_path / "wrong.keras", "w") as archive:
            archive.writestr("config.json", json.dumps(saved))
        try:
            str(summarize(tmp_path / "wrong.keras"))
        except DigitzooError as error:
            message = str(error)
            assert len(message) < 700


def test_a_file_with_a_layer_that_holds_layers(tmp_path: Path) -> None:
    @keras.saving.register_keras_serializable("tests")
    class Block(k.Layer):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.inner = [k.Dense(4)]

        def call(self, inputs: Any) -> Any:
            return self.inner[0](inputs)

        def compute_output_shape(self, input_shape: Any) -> Any:
            return (*input_shape[:-1], 4)

        def get_config(self) -> dict[str, Any]:
            inner = [keras.saving.serialize_keras_object(one) for one in self.inner]
            return {**super().get_config(), "layers": inner}

    image = keras.Input((6,))
    model = keras.Model(image, k.Dense(2)(Block(name="block")(image)))
    check(model)
    model.save(tmp_path / "block.keras")
    assert summarize(tmp_path / "block.keras").totals.uncounted == ("block",)
