"""The picture on the first page: one digit on its way through `simple_cnn`.

`python docs/index_picture.py` writes it to `docs/index_picture.png`, which the README shows; the
page draws it anew.
"""

import html
import io
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pictures
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from digitzoo import feature_maps, load_data, predict, simple_cnn

GROUND, INK, ACCENT = "#14171f", "#e8ebf2", "#ffb454"
DIGIT = 0  # of the test images: a seven
COLUMNS = 8


def draw() -> Figure:
    """Draw a digit, the kernels, what they answer to it, and what the network says."""
    model = simple_cnn(weights="mnist")
    image = load_data("mnist").test.images[DIGIT]
    kernels = model.get_layer("conv1").get_weights()[0][:, :, 0].transpose(2, 0, 1)
    maps = feature_maps(model, image, layers="conv1")["conv1"][0].transpose(2, 0, 1)
    # Each on a scale of its own: a faint map shows its shape too.
    maps = maps / maps.max(axis=(1, 2), keepdims=True).clip(0.2)

    captions = ("a digit", f"{len(kernels)} kernels", f"{len(maps)} feature maps", "the answer")
    with plt.rc_context({"font.size": 16}):
        figure = plt.figure(figsize=(10, 7.4), facecolor=GROUND)
        top, bottom = (
            figure.add_gridspec(
                1, 2, left=0.03, right=0.97, bottom=low, top=high, wspace=0.06, width_ratios=widths
            ).subplots()
            for low, high, widths in ((0.54, 0.92, (1, 2)), (0.04, 0.42, (2, 1)))
        )
        top[0].imshow(image[..., 0], cmap="gray")
        most = float(np.abs(kernels).max()) * 0.7  # a few are much larger than the rest
        top[1].imshow(mosaic(kernels), cmap="berlin", vmin=-most, vmax=most)
        bottom[0].imshow(mosaic(maps), cmap="inferno", vmin=0, vmax=1)
        bars(bottom[1], predict(model, image).probabilities[0])
        for ax, caption in zip([*top, *bottom], captions, strict=True):
            ax.set_title(caption, color=INK, pad=10, fontsize=16)
        for ax in (*top, bottom[0]):
            ax.axis("off")
    return figure


def picture_html(alt: str) -> str:
    """Give the picture as HTML, on its own dark ground in both schemes."""
    style = "display:block;width:100%;max-width:800px;margin:1em auto;border-radius:0.4rem"
    return f'<img alt="{html.escape(alt)}" style="{style}" src="{pictures.keep(png(), "png")}">'


def png() -> bytes:
    """Give the picture as a PNG file."""
    figure, file = draw(), io.BytesIO()
    figure.savefig(file, dpi=144, facecolor=GROUND)
    plt.close(figure)
    return file.getvalue()


def mosaic(tiles: NDArray[Any]) -> NDArray[Any]:
    """Lay pictures side by side, in rows of eight, with a gap between them."""
    larger = 24 // tiles.shape[1]
    tiles = np.kron(tiles, np.ones((1, larger, larger)))
    framed = np.pad(tiles, ((0, 0), (1, 1), (1, 1)), constant_values=np.nan)
    return np.vstack([np.hstack(list(row)) for row in np.split(framed, len(framed) // COLUMNS)])


def bars(ax: Axes, probabilities: NDArray[Any]) -> None:
    """Draw the probabilities of the ten digits as lying bars."""
    best = int(probabilities.argmax())
    colours = [ACCENT if digit == best else "#5b6478" for digit in range(10)]
    ax.barh(range(10), probabilities, color=colours)
    ax.invert_yaxis()
    ax.set_yticks(range(10), [str(digit) for digit in range(10)])
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.set_facecolor(GROUND)
    ax.tick_params(colors=INK, length=0, labelsize=16)
    ax.spines[:].set_visible(False)
    ax.axvline(0, color="#5b6478", linewidth=2)


if __name__ == "__main__":
    Path(__file__).with_suffix(".png").write_bytes(png())
