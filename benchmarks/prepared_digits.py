"""How many digits are still recognised when they come as pictures and are prepared.

    python benchmarks/prepared_digits.py [RUN] [--images 2000]

Test images of MNIST are drawn large (200 to 600 pixels), shifted, inverted, made noisy and put on
paper under a lamp; `prepare_digit` makes images of them again. Without RUN, a run folder, it asks
the bundled model with the fewest errors. About 0.1 CPU seconds an image and kind.
"""

import argparse
import time

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitzoo import (
    Classifier,
    TrainingRun,
    accuracy_interval,
    list_models,
    load_data,
    model_card,
    predict,
    prepare_digit,
)

Pixels = NDArray[np.float64]


def draw(image: NDArray[np.uint8], size: int) -> Pixels:
    """Enlarge an image smoothly; values in 0..1."""
    large = Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(large) / 255


def large(image: NDArray[np.uint8], rng: np.random.Generator) -> Pixels:
    """Draw it at any size."""
    return 255 * draw(image, int(rng.integers(200, 601)))


def inverted(image: NDArray[np.uint8], rng: np.random.Generator) -> Pixels:
    """Draw it dark on light."""
    return 255 - large(image, rng)


def shifted(image: NDArray[np.uint8], rng: np.random.Generator) -> Pixels:
    """Draw it anywhere on a larger canvas of any aspect."""
    size = int(rng.integers(150, 401))
    height, width = (int(rng.integers(size, 701)) for _ in range(2))
    top, left = int(rng.integers(height - size + 1)), int(rng.integers(width - size + 1))
    canvas = np.zeros((height, width))
    canvas[top : top + size, left : left + size] = 255 * draw(image, size)
    return canvas


def noisy(image: NDArray[np.uint8], rng: np.random.Generator) -> Pixels:
    """Draw it light or dark, with normal noise of up to 35 levels."""
    ink = shifted(image, rng) / 255
    ink = ink if rng.random() < 0.5 else 1 - ink
    return 40 + 170 * ink + rng.normal(0, rng.uniform(10, 35), ink.shape)


def paper(image: NDArray[np.uint8], rng: np.random.Generator) -> Pixels:
    """Write it on paper that a lamp lights from any side."""
    ink = shifted(image, rng) / 255
    height, width = ink.shape
    y, x = np.meshgrid(np.linspace(0, 1, height), np.linspace(0, 1, width), indexing="ij")
    distance = (y - rng.uniform(-0.3, 1.3)) ** 2 + (x - rng.uniform(-0.3, 1.3)) ** 2
    light = 1 - rng.uniform(0.2, 0.55) * distance / distance.max()
    reflected = 1 - rng.uniform(0.5, 0.9) * ink
    return 235 * light * reflected + rng.normal(0, rng.uniform(2, 8), ink.shape)


def best_bundled() -> str:
    """Name the model whose bundled weights make the fewest errors on MNIST."""
    errors = {
        name: row.seeds[0].errors
        for name in list_models()
        for row in model_card(name).measured
        if row.dataset == "mnist" and row.weights is not None
    }
    return min(errors, key=lambda name: errors[name])


def main() -> None:
    """Print one row for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", nargs="?", help="a run folder; by default the best bundled model")
    parser.add_argument("--images", type=int, default=2000)
    options = parser.parse_args()
    trained = TrainingRun.load(options.run) if options.run else Classifier(best_bundled())
    model = trained.model
    test = load_data("mnist").test.sample(options.images)
    as_they_are = float((predict(model, test).label == test.labels).mean())
    print(f"{model.name}, {len(test):,} test images; as they are {as_they_are:.4f}")
    print(f"{'kind':10}{'accuracy':>10}{'95 % interval':>20}{'no digit':>10}{'CPU ms each':>13}")
    for kind in (large, inverted, shifted, noisy, paper):
        rng = np.random.default_rng(0)
        images, refused, seconds = np.zeros_like(test.images), 0, 0.0
        for index, image in enumerate(test.images[..., 0]):
            picture = np.clip(np.rint(kind(image, rng)), 0, 255).astype(np.uint8)
            start = time.process_time()
            try:
                images[index] = prepare_digit(picture)
            except ValueError:
                refused += 1
            seconds += time.process_time() - start
        correct = int((predict(model, images).label == test.labels).sum())
        low, high = accuracy_interval(correct, len(test))
        print(
            f"{kind.__name__:10}{correct / len(test):10.4f}{f'{low:.4f} to {high:.4f}':>20}"
            f"{refused:10}{1000 * seconds / len(test):13.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
