"""Every picture that digitzoo draws, from its own data: the files of `docs/gallery.md`.

Run: python examples/gallery.py [FOLDER], by default docs. It needs no display and no Graphviz. The
networks have their bundled weights; only the curves are of training runs, short ones on a small
part of the data.
"""

import argparse
import contextlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("agg")

import keras
import matplotlib.pyplot as plt

import digitzoo
from digitzoo.visualization import ConvolutionAnimation, ModelDiagram

DOTS = 80  # an inch; a screen shows about 96


@dataclass(frozen=True)
class Training:
    """A short run, for its curves: on how many digits, for how many epochs, in which batches."""

    images: int
    epochs: int
    batch_size: int


RUNS = {
    "simple_cnn": Training(1500, 6, 64),
    "small_dense": Training(3000, 15, 128),
    "two_layer_cnn": Training(600, 6, 16),
    "regularized_cnn": Training(600, 8, 8),
}


@dataclass(frozen=True)
class Picture:
    """A picture and the call that draws it.

    Attributes:
        file: The name of its file, without suffix; empty where the call gives text.
        words: What it shows.
        call: Python, run as it is printed.
    """

    file: str
    words: str
    call: str


SETUP = """\
from digitzoo import *
from digitzoo.visualization import format_pixels, layers_to_svg, make_report

digits, clothes = load_data("mnist"), load_data("fashion_mnist")
run = TrainingRun.load("runs/simple_cnn")  # a short one
model = simple_cnn(weights="mnist")
trained, untrained = fashion_cnn(weights="fashion_mnist"), fashion_cnn()
result = evaluate(model, digits.test)
worn = evaluate(trained, clothes.test)
"""

INTRODUCTION = """\
# Gallery

Every picture, with the one call that draws it. `python examples/gallery.py` wrote this page. The
networks have their bundled weights. The runs whose curves are drawn were short, on a few thousand
images each, so the curves say nothing of how good the models become.
"""

GALLERY: dict[str, list[Picture]] = {
    "Digits and a simple CNN": [
        Picture("samples", "Random images with index and label", "plot_samples(digits.train, 10)"),
        Picture("history", "How training went", "plot_history(run)"),
        Picture(
            "predictions",
            "Random images with their true and predicted label",
            "plot_predictions(result, digits.test)",
        ),
        Picture(
            "mistakes",
            "The most confident mistakes; disputed labels are marked",
            "plot_misclassified(result, digits.test, 12)",
        ),
        Picture(
            "mistakes_random",
            "Some of the mistakes, drawn by lot",
            "plot_misclassified(result, digits.test, 6, shuffle=True, seed=1)",
        ),
    ],
    "Clothes, and a look inside": [
        Picture("diagram", "The network as a graph", "plot_model(trained, show_shapes=False)"),
        Picture("diagram_shapes", "The same with shapes", "plot_model(trained)"),
        Picture(
            "weights",
            "Weights of the first layer, trained beside untrained",
            'plot_weight_histogram({"trained": trained, "untrained": untrained}, layers="conv1")',
        ),
        Picture(
            "kernels",
            "Its kernels, on one colour scale",
            'plot_kernels({"trained": trained, "untrained": untrained})',
        ),
        Picture(
            "kernels_by_channel",
            "Kernels of the second layer, a row for each input channel",
            'plot_kernels(trained, layer="conv2")',
        ),
        Picture(
            "templates",
            "What each class of a softmax regression looks for: its weights, as an image",
            'plot_kernels(softmax_regression(weights="mnist"))',
        ),
        Picture(
            "boot",
            "One image, dark on light",
            'plot_samples(clothes.test, indices=0, cmap="gray_r")',
        ),
        Picture(
            "feature_maps",
            "What the filters of both convolutions answer to it",
            "plot_feature_maps(trained, clothes.test.images[0])",
        ),
    ],
    "Pixels, and three networks": [
        Picture("pixels_text", "An image as its numbers", "format_pixels(digits.train.images[1])"),
        Picture("pixels", "The numbers over the image", "plot_pixels(digits.train.images[1])"),
        Picture(
            "history_dense",
            "A dense network, without its first epochs",
            'plot_history("runs/small_dense", skip_epochs=5)',
        ),
        Picture(
            "history_two_layer",
            "A small CNN, without its first epoch",
            'plot_history("runs/two_layer_cnn", skip_epochs=1)',
        ),
        Picture(
            "history_regularized",
            "Dropout and L2, whose penalty is in the loss, without the first epochs",
            'plot_history("runs/regularized_cnn", skip_epochs=2)',
        ),
        Picture(
            "history_compared",
            "Three networks compared",
            'plot_history(["runs/small_dense", "runs/two_layer_cnn", "runs/simple_cnn"])',
        ),
    ],
    "How good it is": [
        Picture(
            "confusion",
            "Which class is taken for which: counts and percentages",
            "plot_confusion_matrix(worn)",
        ),
        Picture(
            "confused_pairs",
            "The mistakes that it makes most",
            "plot_confused_pairs(worn)",
        ),
        Picture("class_accuracy", "Each class with its 95 % interval", "plot_class_accuracy(worn)"),
        Picture("calibration", "Whether it is right as often as it says", "plot_calibration(worn)"),
    ],
    "What it looks at": [
        Picture(
            "attribution",
            "What in an image speaks for a class: Grad-CAM, saliency and occlusion",
            "plot_attribution(trained, clothes.test[:3])",
        ),
        Picture(
            "embedding",
            "The last hidden layer in two dimensions, mistakes in rings",
            "plot_embedding(model, digits.test[:1000])",
        ),
        Picture(
            "receptive_field",
            "What one unit of each layer sees",
            "plot_receptive_field(trained, clothes.test.images[0])",
        ),
    ],
    "How a convolution works": [
        Picture(
            "convolution",
            "A kernel sliding over a digit: the products, their sum, the output",
            "animate_convolution(digits.test.images[0], [[-1, 0, 1]] * 3, max_frames=40)",
        ),
        Picture(
            "convolution_dilated",
            "A kernel with gaps, and zeros around the image",
            "animate_convolution(\n"
            '    digits.test.images[0], [[-1, 0, 1]] * 3, padding="same", dilation_rate=2, '
            "max_frames=40\n)",
        ),
    ],
    "The network to scale": [
        Picture("layers", "Boxes with shapes, parameters and MACs", "plot_layers(trained)"),
    ],
    "The same as numbers and text": [
        Picture(
            "",
            "What `feature_maps` gives: an array for each layer, images first",
            "str([maps.shape for maps in feature_maps(trained, clothes.test[:3]).values()])",
        ),
        Picture(
            "",
            "What `grad_cam` gives: a number for each pixel of each image",
            "str(grad_cam(trained, clothes.test[:3]).shape)",
        ),
        Picture(
            "",
            "What `saliency` gives",
            "str(saliency(trained, clothes.test[:3]).shape)",
        ),
        Picture(
            "",
            "What `occlusion` gives",
            "str(occlusion(trained, clothes.test[:3]).shape)",
        ),
        Picture(
            "",
            "The network to scale as the text of an SVG, for a file or a page",
            "layers_to_svg(trained).splitlines()[0]",
        ),
        Picture(
            "",
            "All of a run as the text of one page; `digitzoo report` writes it to a file",
            "make_report(run).splitlines()[0]",
        ),
    ],
}


def train_networks(folder: Path) -> None:
    """Make the runs whose curves are drawn."""
    digits = digitzoo.load_data("mnist")
    for name, training in RUNS.items():
        keras.utils.set_random_seed(0)
        model = digitzoo.build_model(name)
        data = digits.sample(training.images)
        digitzoo.train(
            model,
            data,
            epochs=training.epochs,
            batch_size=training.batch_size,
            run_dir=folder / name,
        )


def draw(picture: Picture, names: dict[str, Any], folder: Path) -> str:
    """Draw a picture, write its file, and give the Markdown that shows both."""
    drawn = eval(picture.call, names)  # noqa: S307 - the calls above, run as they are printed
    heading = f"### {picture.words}\n\n```python\n{picture.call}\n```\n\n"
    if isinstance(drawn, str):
        return f"{heading}```\n{drawn}\n```\n"
    suffix = "gif" if isinstance(drawn, ConvolutionAnimation) else "png"
    path = folder / "gallery" / f"{picture.file}.{suffix}"
    if isinstance(drawn, ModelDiagram | ConvolutionAnimation):
        drawn.save(path, dpi=DOTS)
    else:
        drawn.figure.savefig(path, dpi=DOTS)
    plt.close("all")
    return f"{heading}![{picture.words}](gallery/{picture.file}.{suffix})\n"


def main(folder: Path) -> None:
    """Train, draw, and write the page."""
    started = time.perf_counter()
    folder = folder.resolve()
    (folder / "gallery").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        train_networks(Path("runs"))
        print(f"networks trained: {time.perf_counter() - started:.0f} s")
        names: dict[str, Any] = {}
        exec(SETUP, names)  # noqa: S102 - the lines above, run as they are printed
        parts = [INTRODUCTION, f"```python\n{SETUP}```\n"]
        for title, pictures in GALLERY.items():
            parts.append(f"## {title}\n")
            for picture in pictures:
                before = time.perf_counter()
                parts.append(draw(picture, names, folder))
                print(f"{picture.file:20} {time.perf_counter() - before:5.1f} s")
    (folder / "gallery.md").write_text("\n".join(parts), encoding="utf-8")
    print(f"all: {time.perf_counter() - started:.0f} s, in {folder / 'gallery.md'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw every picture and write the page of them.")
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path(__file__).parents[1] / "docs",
        help="where gallery.md and gallery/ are written; by default docs",
    )
    main(parser.parse_args().folder)
