"""`animate_convolution`: a kernel sliding over a digit, the products, the sum, the output."""

import re
import tempfile
from pathlib import Path

import numpy as np
from matplotlib.animation import AbstractMovieWriter, HTMLWriter, PillowWriter
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.numbers import check_whole
from digitzoo.inspection.slide_kernel import Sliding, slide_kernel
from digitzoo.visualization.checks import check_folder, check_positive
from digitzoo.visualization.convolution_frame import Stage
from digitzoo.visualization.inputs import Image, as_pixels

_UNLIMITED = 10_000  # megabytes
_FPS = 8
_FITTING = "<style>.animation, .animation img { max-width: 100%; height: auto; }</style>"
# matplotlib's player takes its icons from a server; a classroom may have no network.
_SIGNS = {
    "minus": "-",
    "fast-backward": "|◀",
    "step-backward": "◁",
    "play fa-flip-horizontal": "◀",
    "pause": "❚❚",
    "play": "▶",
    "step-forward": "▷",
    "fast-forward": "▶|",
    "plus": "+",
}


class ConvolutionAnimation:
    """A kernel sliding over an image. Notebooks play it; `save` writes a GIF or a page.

    Args:
        sliding: The kernel at each of its positions, worked out.
        positions: Those that have a frame, counted row by row.

    Attributes:
        output: What comes out, as Keras's `Conv2D` gives it.
        positions: The positions that have a frame, counted row by row.

    >>> from digitzoo.visualization import animate_convolution
    >>> animate_convolution(np.zeros((5, 5)), [[1, 0], [0, 1]])
    <ConvolutionAnimation: 16 positions, 16 frames>
    """

    def __init__(self, sliding: Sliding, positions: NDArray[np.intp]) -> None:
        self.output = sliding.output
        self.positions = positions
        self._sliding = sliding
        self._stage = Stage(sliding)

    def __len__(self) -> int:
        """How many frames there are."""
        return len(self.positions)

    def __repr__(self) -> str:
        return f"<ConvolutionAnimation: {len(self._sliding)} positions, {len(self)} frames>"

    def draw(self, position: int) -> Figure:
        """Draw one position, counted row by row, with all outputs up to it.

        Args:
            position: From 0 on, or negative from the end.

        Returns:
            The figure. The next call draws on the same one.

        Raises:
            InvalidArgumentError: If there is no such position.
        """
        check_whole("position", position)
        count = len(self._sliding)
        if not -count <= position < count:
            raise InvalidArgumentError(
                f"The kernel has {count} positions, 0 to {count - 1}. Received {position}."
            )
        self._stage.show(int(position) % count)
        return self._stage.figure

    def save(self, path: str | Path, *, fps: int = _FPS, dpi: int = 100) -> Path:
        """Write the animation.

        Args:
            path: Its suffix says the format: `.gif`, or `.html` for a page with a player.
            fps: Frames per second.
            dpi: Dots per inch.

        Returns:
            The path.

        Raises:
            InvalidArgumentError: If the suffix is another, the folder is not there, or `fps` or
                `dpi` is not above 0.
        """
        check_positive("fps", fps)
        check_positive("dpi", dpi)
        path = Path(path)
        writers: dict[str, AbstractMovieWriter] = {
            ".gif": PillowWriter(fps=fps),
            ".html": HTMLWriter(fps=fps, embed_frames=True, embed_limit=_UNLIMITED),
        }
        if path.suffix.lower() not in writers:
            raise InvalidArgumentError(
                f"An animation is saved as .gif or .html. Received {str(path)!r}."
            )
        check_folder(path)
        writer = writers[path.suffix.lower()]
        with writer.saving(self._stage.figure, str(path), dpi):
            for position in self.positions.tolist():
                self._stage.show(position)
                writer.grab_frame()
        if path.suffix.lower() == ".html":
            path.write_text(_self_contained(path.read_text(encoding="utf-8")), encoding="utf-8")
        return path

    def to_html(self, *, fps: int = _FPS, dpi: int = 72) -> str:
        """Give the animation as HTML with a player, in which all frames are embedded.

        Args:
            fps: Frames per second.
            dpi: Dots per inch.

        Returns:
            A whole page, which needs no other file.
        """
        with tempfile.TemporaryDirectory() as folder:
            page = self.save(Path(folder) / "convolution.html", fps=fps, dpi=dpi)
            return page.read_text(encoding="utf-8")

    def _repr_html_(self) -> str:
        return self.to_html()


def animate_convolution(
    image: Image,
    kernel: ArrayLike,
    *,
    bias: float = 0.0,
    strides: int | tuple[int, int] = 1,
    padding: str = "valid",
    dilation_rate: int | tuple[int, int] = 1,
    max_frames: int = 100,
) -> ConvolutionAnimation:
    """Show a kernel sliding over an image: the products, their sum, and the output filling up.

    Args:
        image: One channel, shape `(height, width)` or `(height, width, 1)`; whole numbers in
            0..255 or floats in 0..1. Or a split of one image.
        kernel: Weights, shape `(height, width)`. Of a `Conv2D` layer,
            `layer.get_weights()[0][:, :, channel, filter]`.
        bias: What is added to each sum.
        strides: Pixels from one position to the next.
        padding: `"valid"` or `"same"`.
        dilation_rate: Pixels from one tap of the kernel to the next.
        max_frames: The most frames. Where there are more positions, frames lie evenly among them,
            and the output fills up by several numbers a frame.

    Returns:
        The animation.

    Raises:
        ShapeError: If the image has several channels, the kernel is no plane, or it does not fit.
        InvalidArgumentError: If Keras's `Conv2D` refuses the numbers too.

    >>> from digitzoo import load_data
    >>> edges = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    >>> animate_convolution(load_data("mnist").test.images[0], edges, strides=2)
    <ConvolutionAnimation: 169 positions, 100 frames>
    """
    check_whole("max_frames", max_frames, 1)
    sliding = slide_kernel(
        as_pixels(image),
        kernel,
        bias=bias,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
    )
    count = len(sliding)
    # The last position has a frame in any case, so that the output is seen whole.
    positions = np.linspace(count - 1, 0, min(count, max_frames)).round().astype(np.intp)[::-1]
    return ConvolutionAnimation(sliding, positions)


def _self_contained(page: str) -> str:
    """Take out what a page would load from elsewhere, letter its buttons, and fit any window."""
    page = re.sub(r'<link rel="stylesheet"\s+href="http[^>]*>', "", page)
    page = re.sub(r'<i class="fa fa-([^"]+)"></i>', lambda icon: _SIGNS[icon[1]], page)
    return f"{_FITTING}{page}"
