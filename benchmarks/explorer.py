"""Hold the pages of networks to Keras: every layer, every answer, random models, frames a second.

    python benchmarks/explorer.py [--images 10000] [--models 10000] [--browser]

The page's JavaScript runs in V8 here, as it does in the page. `--browser` measures a real one:
how long a page takes to be there, and how often a second it redraws while one draws.
"""

import argparse
import base64
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray
from py_mini_racer import MiniRacer

from digitzoo import build_model, explore, list_models, load_data, predict
from digitzoo.explorer.bundle import bundle
from digitzoo.explorer.network import pack_network
from digitzoo.inspection.layers import layer_outputs

LAYER_IMAGES = 100
CHUNK = 250
BOUND = 1e-4  # of the largest value of a layer
# V8 alone has no atob; this one goes four letters at a time.
ATOB = """
const LETTERS = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"]
  .map((letter, place) => [letter, place]));
function atob(text) {
  const parts = [];
  for (let i = 0; i < text.length; i += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => LETTERS.get(text[i + k]) ?? 0);
    const bits = (a << 18) | (b << 12) | (c << 6) | d;
    parts.push(String.fromCharCode(bits >> 16, (bits >> 8) & 255, bits & 255));
  }
  return parts.join("").slice(0, text.length / 4 * 3 - (text.match(/=*$/)[0].length));
}
"""


class Engine:
    """The page's own JavaScript, in V8."""

    def __init__(self, *modules: str) -> None:
        self.context = MiniRacer()
        self.context.eval(ATOB)
        self.context.eval(bundle(*(modules or ("network.js",))))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def eval(self, program: str) -> Any:
        """Run a program and give what its last line is worth, through JSON."""
        return json.loads(self.context.eval(f"JSON.stringify({program})"))

    def load(self, model: keras.Model) -> list[str]:
        """Take a model; give the names of its nodes."""
        packed = pack_network(model)
        weights = base64.b64encode(packed.weights).decode()
        description = json.dumps({**packed.description, "weights": weights})
        self.context.eval(f"var taken = new Network({description});")
        return [node["name"] for node in packed.description["nodes"]]

    def run(self, image: NDArray[np.uint8]) -> list[NDArray[np.floating]]:
        """Run the network on an image and give what every node gives."""
        pixels = json.dumps(image.reshape(-1).tolist())
        found = self.eval(
            f"(taken.run({pixels}), taken.nodes.map("
            "(node) => Array.from(taken.values[node.output].data)))"
        )
        return [np.array(values) for values in found]

    def results(self, images: NDArray[np.uint8]) -> NDArray[np.floating]:
        """Run the network on images and give what comes out, shape `(N, classes)`."""
        packed = base64.b64encode(images.tobytes()).decode()
        size = images[0].size
        return np.array(
            self.eval(
                f"(() => {{ const all = unpack('{packed}'); const out = [];"
                f"for (let i = 0; i < all.length; i += {size})"
                f" out.push(Array.from(taken.run(all.subarray(i, i + {size})))); return out; }})()"
            )
        )


def largest_difference(engine: Engine, model: keras.Model, images: NDArray[np.uint8]) -> float:
    """Give the largest difference to Keras of any layer, in shares of the layer's largest value."""
    names = engine.load(model)
    scaled = images.astype(np.float32) / 255
    expected = layer_outputs(model, scaled)
    worst = 0.0
    for place, image in enumerate(images):
        for name, values in zip(names, engine.run(image), strict=True):
            theirs = expected[name][place].reshape(-1)
            limit = max(float(np.abs(theirs).max()), 1e-6)
            worst = max(worst, float(np.abs(theirs - values).max()) / limit)
    return worst


def random_model(seed: int) -> keras.Model:
    """Make a small network of any of the layers that a page knows, with weights drawn anew."""
    draw = random.Random(seed)
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((draw.randint(6, 13), draw.randint(6, 13), draw.choice((1, 3))))
    value = inputs
    for _ in range(draw.randint(1, 5)):
        value = _image_block(draw, value)
    value = draw.choice(
        (layers.Flatten, layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)
    )()(value)
    for _ in range(draw.randint(0, 2)):
        value = _vector_block(draw, value)
    value = layers.Dense(draw.randint(2, 10), activation=draw.choice(("softmax", None)))(value)
    model = keras.Model(inputs, value)
    generator = np.random.default_rng(seed)
    for variable in model.weights:  # moving means and biases that do something
        if "variance" in variable.name:
            variable.assign(generator.uniform(0.5, 2, variable.shape))
        elif "kernel" not in variable.name:
            variable.assign(generator.normal(0, 0.5, variable.shape))
    return model


_ACTIVATIONS = (
    *(None, "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "sigmoid"),
    *("hard_sigmoid", "tanh", "softplus", "softsign"),
)


def _image_block(draw: random.Random, value: Any) -> Any:
    return draw.choice(_IMAGE_BLOCKS)(draw, value)


def _window(draw: random.Random, value: Any) -> dict[str, Any]:
    height, width = value.shape[1:3]
    size = (draw.randint(1, min(3, height)), draw.randint(1, min(3, width)))
    padding = draw.choice(("valid", "same"))
    return {"kernel_size": size, "padding": padding, "activation": draw.choice(_ACTIVATIONS)}


def _conv(draw: random.Random, value: Any) -> Any:
    groups = draw.choice([one for one in (1, 2, 3) if value.shape[-1] % one == 0])
    strides, dilation = draw.choice(((1, 1), (2, 1), (1, 2)))
    if min(value.shape[1:3]) < 5:  # a dilated window of three would not fit
        dilation = 1
    filters, bias = groups * draw.randint(1, 4), draw.random() < 0.8
    options = {"groups": groups, "strides": strides, "dilation_rate": dilation, "use_bias": bias}
    return layers.Conv2D(filters, **options, **_window(draw, value))(value)


def _depthwise(draw: random.Random, value: Any) -> Any:
    options = {**_window(draw, value), "kernel_size": 1 if min(value.shape[1:3]) < 3 else 3}
    multiplier, strides = draw.choice((1, 2)), draw.choice((1, 2))
    return layers.DepthwiseConv2D(depth_multiplier=multiplier, strides=strides, **options)(value)


def _separable(draw: random.Random, value: Any) -> Any:
    return layers.SeparableConv2D(draw.randint(1, 4), **_window(draw, value))(value)


def _pool(draw: random.Random, value: Any) -> Any:
    kind = draw.choice((layers.MaxPooling2D, layers.AveragePooling2D))
    window = _window(draw, value)
    strides = draw.choice((None, 1, 2))
    return kind(window["kernel_size"], strides=strides, padding=window["padding"])(value)


def _normalization(draw: random.Random, value: Any) -> Any:
    scale, center = draw.random() < 0.7, draw.random() < 0.7
    batch = layers.BatchNormalization(scale=scale, center=center)
    return draw.choice((batch, layers.LayerNormalization(axis=draw.choice((-1, [1, 2, 3])))))(value)


def _edges(draw: random.Random, value: Any) -> Any:
    rows, columns = ((size - 1) // 2 for size in value.shape[1:3])
    cropped = tuple((draw.randint(0, most), draw.randint(0, most)) for most in (rows, columns))
    padded = layers.ZeroPadding2D(((0, draw.randint(0, 2)), (draw.randint(0, 2), 1)))
    return draw.choice((padded, layers.Cropping2D(cropped)))(value)


def _elementwise(draw: random.Random, value: Any) -> Any:
    relu = layers.ReLU(max_value=draw.choice((None, 1.0)), negative_slope=draw.choice((0.0, 0.1)))
    others = (
        *(layers.LeakyReLU(0.3), layers.ELU(0.7), layers.PReLU(shared_axes=[1, 2])),
        *(layers.Activation("tanh"), layers.Softmax(), layers.Dropout(0.5)),
        layers.Rescaling(0.5, offset=-0.1),
    )
    return draw.choice((relu, *others))(value)


def _branch(draw: random.Random, value: Any) -> Any:
    activation = draw.choice(_ACTIVATIONS)
    branch = layers.Conv2D(value.shape[-1], 3, padding="same", activation=activation)(value)
    kinds = (layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum)
    return draw.choice((*kinds, layers.Minimum, layers.Concatenate))()([value, branch])


def _nested(draw: random.Random, value: Any) -> Any:
    activation = draw.choice(_ACTIVATIONS)
    conv = layers.Conv2D(draw.randint(1, 4), 1, activation=activation)
    return keras.Sequential([conv, layers.Dropout(0.1)])(value)


_IMAGE_BLOCKS = (
    *(_conv, _conv, _conv, _conv, _depthwise, _separable, _pool, _pool),
    *(_normalization, _edges, _elementwise, _branch, _nested),
)


def _vector_block(draw: random.Random, value: Any) -> Any:
    units = draw.randint(1, 12)
    dense = layers.Dense(units, activation=draw.choice(_ACTIVATIONS), use_bias=draw.random() < 0.8)(
        value
    )
    return draw.choice(
        (
            lambda: dense,
            lambda: layers.BatchNormalization()(dense),
            lambda: layers.LayerNormalization()(dense),
            lambda: layers.Concatenate()([value, dense]),
        )
    )()


def tiny_vgg() -> keras.Model:
    """Make a network of the size of the one on CNN Explainer's page: 64 x 64 pixels in colour."""
    conv = {"filters": 10, "kernel_size": 3, "activation": "relu"}
    return keras.Sequential(
        [
            keras.Input((64, 64, 3)),
            layers.Conv2D(**conv),
            layers.Conv2D(**conv),
            layers.MaxPooling2D(),
            layers.Conv2D(**conv),
            layers.Conv2D(**conv),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ],
        name="tiny_vgg",
    )


def compare_zoo(images: int) -> bool:
    """Print how far the pages of the zoo's networks are from Keras, and whose answers differ.

    Returns:
        Whether all layers are within the bound, and no answer differs but for ties.
    """
    holds = True
    print(f"{'network':40}{'layers differ by':>18}{'answers differ':>16}{'ms an image':>13}")
    for dataset in ("mnist", "fashion_mnist"):
        test = load_data(dataset).test
        for name in list_models():
            model = build_model(name, weights=dataset)
            with Engine() as engine:
                worst = largest_difference(engine, model, test.images[:LAYER_IMAGES])
                ours, spent = [], 0.0
                for start in range(0, images, CHUNK):
                    began = time.perf_counter()
                    ours.append(engine.results(test.images[start : start + CHUNK]))
                    spent += time.perf_counter() - began
            probabilities = np.concatenate(ours)
            theirs = predict(model, test.images[:images]).probabilities
            differ = probabilities.argmax(1) != theirs.argmax(1)
            top = np.sort(theirs[differ], axis=1)
            ties = int((top[:, -1] - top[:, -2] < 1e-5).sum())
            said = f"{int(differ.sum())} ({ties} ties)"
            holds &= worst <= BOUND and int(differ.sum()) == ties
            count = len(probabilities)
            print(
                f"{name + ' ' + dataset:40}{worst:18.1e}{said:>16}{1000 * spent / count:13.2f}",
                flush=True,
            )
    return holds


def compare_random(count: int) -> None:
    """Print how far random models are from Keras."""
    differences = []
    generator = np.random.default_rng(0)
    engine = Engine()
    for seed in range(count):
        model = random_model(seed)
        images = generator.integers(0, 256, (2, *model.input_shape[1:]), dtype=np.uint8)
        differences.append(largest_difference(engine, model, images))
        if differences[-1] > BOUND:
            print(f"seed {seed}: {differences[-1]:.1e}")
        if seed % 100 == 99:
            keras.backend.clear_session()
    engine.__exit__()
    print(
        f"{count:,} random models: largest difference {max(differences):.1e}, "
        f"{sum(one > BOUND for one in differences)} above 1e-4"
    )


REDRAWS = """async () => {
  const canvas = digitzoo.sketch.canvas;
  const { left, top, width } = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};
  const send = (kind, x, y) => canvas.dispatchEvent(new PointerEvent(kind,
    { clientX: left + x * width, clientY: top + y * width, button: 0, pointerId: 1 }));
  send("pointerdown", 0.3, 0.3);
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < 3000; count++) {
    send("pointermove", 0.5 + 0.3 * Math.sin(count / 9), 0.5 + 0.3 * Math.cos(count / 7));
    await digitzoo.running;
    await new Promise(requestAnimationFrame);
  }
  return (1000 * count) / (performance.now() - start);
}"""  # each stroke is awaited until its last layer is drawn


def measure_browser() -> None:
    """Print how soon a page is there, and how often it redraws while one draws."""
    from playwright.sync_api import sync_playwright

    models = {
        name: build_model(name, weights="mnist")
        for name in ("small_dense", "simple_cnn", "deep_cnn")
    }
    models["tiny_vgg"] = tiny_vgg()
    print(f"{'page':14}{'MB':>6}{'there after s':>15}{'redraws a second':>18}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, model in models.items():
            path = explore(model).save(Path(folder) / f"{name}.html")
            page = browser.new_page()
            began = time.perf_counter()
            page.goto(path.as_uri())
            page.wait_for_function("globalThis.digitzoo !== undefined")
            there = time.perf_counter() - began
            redraws = page.evaluate(REDRAWS)
            print(f"{name:14}{path.stat().st_size / 1e6:6.2f}{there:15.2f}{redraws:18.1f}")
        browser.close()


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--models", type=int, default=10_000)
    parser.add_argument("--browser", action="store_true")
    options = parser.parse_args()
    holds = not options.images or compare_zoo(options.images)
    if options.models:
        compare_random(options.models)
    if options.browser:
        measure_browser()
    if not holds:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
