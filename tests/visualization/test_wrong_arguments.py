"""Every picture refuses wrong arguments in words, before any figure is made."""

import inspect
import io

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers

from digitzoo import evaluate, visualization
from digitzoo.data import Split
from digitzoo.errors import DigitzooError

HISTORY = {"loss": [0.5, 0.25], "val_loss": [0.4, 0.3]}
NUMBERS = (None, "text", b"x", float("nan"), -1, 10**30, True, [], {}, object(), np.zeros(3))
WRONG = {
    "columns": (*NUMBERS[1:], 0, 2.5),
    "count": (*NUMBERS[1:], 2.5),
    "seed": (*NUMBERS[:5], *NUMBERS[6:], 2.5),
    "indices": (*NUMBERS[1:4], True, {}, object(), 10**30, 9, [9], (n for n in range(2))),
    "figure": (3, "figure", [], object(), plt),
    "ax": (3, "ax", [], object(), plt),
    "bins": (*NUMBERS[1:], 0, 2.5),
    "language": (None, 3, "de", "EN", [], {}, object()),
    "scale": (None, 3, "all", [], {}, object()),
    "thumbnails": (None, 1, "yes", []),
    "worst": (*NUMBERS[1:], 0, 3, 2.5),
    "confidence": (None, "text", float("nan"), -1, 0, 1, 95, True, [], np.zeros(3)),
    "skip_epochs": (*NUMBERS, 2, 0.5),
    "class_names": ("names", 3, {}, ["a"], [1, 2, 3], (n for n in "ab"), np.array("x")),
    "method": (None, 3, "x", [], {}, object(), ("pca",)),
    "metrics": (3, ["x"], "x", [], [None], {}, object()),
    "methods": (3, ["x"], "x", [], [None], {}, object()),
    "label": ("7", 2, -1, 0.5, [0], [[1], [2, 3]], {}, object()),
    "layer": (9, "x", 0.5, b"x", [], {}, object()),
    "layers": (9, "x", 0.5, b"x", [], {}, object(), [0.5]),
    "pixel": (3, "ab", (1,), (1, 2, 3), (0.5, 1), (28, 0), (-1, 0), (True, 0), {}, [[1], [2, 3]]),
    "image": (None, "text", 3, {}, object(), [], [["a"]], np.full((28, 28), 2.0), iter("ab")),
    "images": (None, "text", 3, {}, object(), [], [["a"]], np.zeros(3), iter("ab"), [[1], [2, 3]]),
    "model": (None, 3, {}, object(), [None], b"x", HISTORY),
    "models": (None, "simple_cnn", 3, {}, object(), [], [None], {"a": None}),
    "result": (None, "small_dense", 3, {}, object(), HISTORY),
    "evaluation": (None, "text", 3, {}, object(), HISTORY),
    "runs": (
        None,
        3,
        {},
        [],
        object(),
        "missing",
        "a\0b",
        {"loss": 3},
        {"loss": ["x"]},
        np.zeros(2),
    ),
    "input_shape": (3, "text", (0, 28, 1), (-1,), {}, object()),
    "kernel": (None, "text", [], [[1], [2, 3]], [["a"]], np.zeros(3), np.full((2, 2), np.nan)),
    "bias": (None, "text", float("nan"), [], True, object()),
    "strides": (None, "text", 0, -1, 0.5, {}, object()),
    "padding": (None, "text", 3, (1, 1), {}, object()),
    "dilation_rate": (None, "text", 0, -1, 0.5, {}, object()),
    "max_frames": (*NUMBERS, 0, 2.5),
    "shuffle": (None, 1, "yes", []),
    "expand_nested": (None, 1, "yes", []),
    "show_shapes": (None, 1, "yes", []),
    "show_params": (None, 1, "yes", []),
    "show_layer_activations": (None, 1, "yes", []),
    "rankdir": (None, 3, "BT", [], {}),
    "run": (None, 3, "text", {}, HISTORY),
    "split": (3, "text", {}, object()),
}
OPTIONAL = {"bias": 0, "count": 2, "seed": 0}
PLOTS = [name for name in visualization.__all__ if name[0].islower() and name != "make_report"]


@pytest.fixture(scope="module")
def right(digits):
    keras.utils.set_random_seed(0)
    convolution = layers.Conv2D(2, 3, name="conv")
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), convolution, layers.Flatten(), layers.Dense(2, name="output")]
    )
    split = Split(digits.images[:4], digits.labels[:4] % 2, ("even", "odd"))
    return {
        "model": model, "models": model, "images": split, "image": split.images[0],
        "result": model, "evaluation": evaluate(model, split), "runs": HISTORY,
        "kernel": [[1, 0], [0, 1]], "layers": "conv",
    }  # fmt: skip


def cases():
    for name in PLOTS:
        for argument, parameter in inspect.signature(
            getattr(visualization, name)
        ).parameters.items():
            if parameter.kind is not parameter.VAR_KEYWORD:
                yield name, argument


@pytest.mark.parametrize(("name", "argument"), list(cases()))
def test_a_wrong_argument_is_refused_before_a_figure_is_made(name, argument, right):
    draw = getattr(visualization, name)
    parameters = inspect.signature(draw).parameters
    arguments = {key: right[key] for key in parameters if key in right}
    if argument == "indices":
        arguments.pop("count", None)
    for value in WRONG[argument]:
        with pytest.raises(DigitzooError) as refused:
            draw(**{**arguments, argument: value})
        assert len(str(refused.value)) < 700
        assert not plt.get_fignums(), value


@pytest.mark.parametrize("name", [name for name in PLOTS if name.startswith("plot_")])
@pytest.mark.parametrize(
    "option", [{"colour": 3}, {"max_images": 3}, {"cmap": "no such", "lw": "x"}, {"alpha": "x"}]
)
def test_options_that_matplotlib_refuses(name, option, right):
    draw = getattr(visualization, name)
    parameters = inspect.signature(draw).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        pytest.skip("It hands none on.")
    with pytest.raises(DigitzooError, match="go to matplotlib's Axes"):
        draw(**{key: right[key] for key in parameters if key in right}, **option)
    assert not plt.get_fignums()


def test_a_norm_of_the_users_keeps_its_limits_open(right):
    norm = plt.Normalize()
    visualization.plot_samples(right["images"], norm=norm)
    assert norm.vmax == 255


@pytest.mark.parametrize("value", [None, 3, b"a.gif", io.StringIO(), np.zeros(3), "a\0b.gif"])
def test_an_animation_is_saved_to_a_path(value):
    moving = visualization.animate_convolution(np.zeros((4, 4)), [[1]])
    with pytest.raises(DigitzooError, match="path"):
        moving.save(value)
    for argument in ({"fps": "x"}, {"fps": float("nan")}, {"dpi": None}, {"dpi": 10**9}):
        with pytest.raises(DigitzooError):
            moving.save("a.gif", **argument)
        with pytest.raises(DigitzooError):
            moving.to_html(**argument)
