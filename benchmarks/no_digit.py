"""How well what is no digit is told from digits: four rules, one of them trained.

    python benchmarks/no_digit.py [--images 300] [--train]

Each rule gives a score, and rejects what scores less than all but 0.5 % of the digits of MNIST's
validation part. They are measured on what they were not tuned on: test images of MNIST, digits,
letters and signs in other fonts, other letters, other signs, other classes of clothes, noise,
scribbles, and two digits that touch. All but MNIST's own are drawn and prepared as pictures are.
With --train the network of `digitzoo.evaluation.digit_check` is trained anew and written first.
"""

import argparse
import contextlib
from collections.abc import Callable

import keras
import numpy as np
from non_digits import (
    FONTS,
    LETTERS,
    LOOKALIKES,
    SIGNS,
    SYMBOLS,
    clothes,
    clouds,
    draw_glyph,
    glyphs,
    normalise,
    pairs,
    scribbles,
    vary,
)
from numpy.typing import NDArray
from prepared_digits import paper

from digitzoo import load_data, predict, prepare_digit, simple_cnn
from digitzoo.data import scale_pixels
from digitzoo.evaluation.digit_check import WEIGHTS, digit_scores

Images = NDArray[np.uint8]
Scores = NDArray[np.floating]
REFUSED = 0.005  # of the digits that the threshold is set by
MODEL = simple_cnn(weights="mnist")
INNER = keras.Model(MODEL.inputs, MODEL.layers[-1].input)


def training_images(rng: np.random.Generator) -> tuple[Images, NDArray[np.intp]]:
    """Draw what the network is trained on: digits, and class 10 for all else."""
    train = load_data("mnist").train
    digits, labels = train.images[..., 0], train.labels

    def varied(drawings: list[Images], count: int) -> tuple[Images, NDArray[np.intp]]:
        chosen = rng.integers(len(drawings), size=count)
        return np.stack([vary(drawings[index], rng) for index in chosen]), chosen

    written, which = varied(list(digits), 25_000)
    drawn, place = varied(glyphs("0123456789", "tune"), 8_000)
    others = [
        varied(glyphs(LETTERS["tune"], "tune"), 25_000)[0],
        varied(glyphs(SIGNS["tune"], "tune"), 8_000)[0],
        varied([draw_glyph(symbol, "DejaVuSans") for symbol in SYMBOLS], 12_000)[0],
        varied(clothes("tune", 8_000), 10_000)[0],
        np.stack([normalise(image) for image in clothes("tune", 6_000)]),
        varied(scribbles(rng, 4_000), 4_000)[0],
        varied(clouds(rng, 3_000), 3_000)[0],
        varied(pairs(digits, rng, 6_000), 6_000)[0],
    ]
    other = np.concatenate(others)
    images = np.concatenate([digits, written, drawn, other])
    kinds = [labels, labels[which], place // len(FONTS["tune"]), np.full(len(other), 10)]
    return images[..., np.newaxis], np.concatenate(kinds)


def train() -> None:
    """Train the small network, set its threshold and write both."""
    keras.utils.set_random_seed(0)
    images, labels = training_images(np.random.default_rng(0))
    epochs, batch_size = 10, 128
    steps = epochs * len(images) // batch_size
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(16, 5, strides=2, activation="relu", name="first"),
            keras.layers.Conv2D(32, 3, strides=2, activation="relu", name="second"),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(11, name="last"),
        ]
    )
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    network.fit(scale_pixels(images), labels, batch_size=batch_size, epochs=epochs, verbose=0)
    weights = {}
    for prefix in ("first", "second", "last"):
        for name, value in zip(
            ("kernel", "bias"), network.get_layer(prefix).get_weights(), strict=True
        ):
            key = name if prefix == "last" else f"{prefix}_{name}"
            weights[key] = value.astype(np.float16)
    np.savez_compressed(WEIGHTS, threshold=np.float32(0), **weights)
    scores = digit_scores(load_data("mnist").validation.images)
    threshold = np.float32(np.quantile(scores, REFUSED))
    np.savez_compressed(WEIGHTS, threshold=threshold, **weights)


def energy(images: Images) -> Scores:
    """Give the logarithm of the sum of the exponentials of the logits (Liu and others 2020)."""
    head = MODEL.layers[-1]
    logits = embed(images) @ head.kernel.numpy() + head.bias.numpy()
    return np.logaddexp.reduce(logits, axis=1)


def embed(images: Images) -> NDArray[np.float32]:
    """Give what the last layer is given."""
    return INNER.predict(scale_pixels(images), batch_size=256, verbose=0)


def mahalanobis() -> Callable[[Images], Scores]:
    """Measure the distance from the nearest class mean, in the spread of all (Lee et al. 2018)."""
    some = load_data("mnist").train.sample(10_000)
    known = embed(some.images)
    means = np.stack([known[some.labels == label].mean(axis=0) for label in range(10)])
    spread = np.cov((known - means[some.labels]).T) + 1e-3 * np.eye(known.shape[1])
    inverse = np.linalg.inv(spread)

    def score(images: Images) -> Scores:
        apart = embed(images)[:, np.newaxis] - means
        return -np.einsum("nci,ij,ncj->nc", apart, inverse, apart, optimize=True).min(axis=1)

    return score


def prepared(drawings: list[Images]) -> tuple[Images, int]:
    """Prepare drawings as a classifier does; what it refuses by itself is counted."""
    made = []
    for drawing in drawings:
        with contextlib.suppress(ValueError):
            made.append(prepare_digit(drawing))
    return np.stack(made), len(drawings) - len(made)


def main() -> None:
    """Print a row for each kind of picture, and a column for each rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=300, help="of each kind but MNIST's own")
    parser.add_argument("--train", action="store_true", help="train the small network first")
    options = parser.parse_args()
    if options.train:
        train()
    rng, count = np.random.default_rng(1), options.images
    data = load_data("mnist")
    on_paper = [
        np.clip(np.rint(paper(image, rng)), 0, 255).astype(np.uint8)
        for image in data.test.sample(count).images[..., 0]
    ]
    kinds = {
        "digits of MNIST": (data.test.images, 0),
        "the same, on paper": prepared(on_paper),
        "digits in other fonts": prepared(glyphs("0123456789", "measure")),
        "other letters, other fonts": prepared(glyphs(LETTERS["measure"], "measure")),
        "known letters, other fonts": prepared(glyphs(LETTERS["tune"], "measure")),
        "known signs, other fonts": prepared(glyphs(SIGNS["tune"], "measure")),
        f"letters {LOOKALIKES}": prepared(glyphs(LOOKALIKES, "measure")),
        "other signs, other fonts": prepared(glyphs(SIGNS["measure"], "measure")),
        "other kinds of clothes": prepared(clothes("measure", count)),
        "scribbles": prepared(scribbles(rng, count)),
        "noise": prepared(clouds(rng, count)),
        "two digits that touch": prepared(pairs(data.test.images[..., 0], rng, count)),
    }
    rules: dict[str, Callable[[Images], Scores]] = {
        "confidence": lambda images: predict(MODEL, images).confidence,
        "energy": energy,
        "distance": mahalanobis(),
        "trained": digit_scores,
    }
    limits = {rule: np.quantile(of(data.validation.images), REFUSED) for rule, of in rules.items()}
    print(
        f"{'rejected, in %':26}{'pictures':>9}"
        + "".join(f"{rule:>{len(rule) + 2}}" for rule in rules)
    )
    for kind, (images, refused) in kinds.items():
        total = len(images) + refused
        row = f"{kind:26}{total:9,}"
        for rule, of in rules.items():
            share = 100 * (int((of(images) < limits[rule]).sum()) + refused) / total
            row += f"{share:{len(rule) + 2}.1f}"
        print(row, flush=True)


if __name__ == "__main__":
    main()
