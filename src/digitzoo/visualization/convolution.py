"""`animate_convolution`: a kernel sliding over a digit, the products, the sum, the output."""

import base64
import io
import json
import uuid
from pathlib import Path
from string import Template

import numpy as np
from matplotlib.animation import PillowWriter
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_choice, check_number, check_whole
from digitzoo.inspection.slide_kernel import Sliding, slide_kernel
from digitzoo.saving import check_target, writing
from digitzoo.visualization.convolution_frame import Stage
from digitzoo.visualization.formats import ANIMATION_FORMATS
from digitzoo.visualization.inputs import Image, as_pixels
from digitzoo.visualization.words import words_of

_FPS = 8
_PLAYER = Template("""\
<div class="animation" id="$id">
<style>.animation img { max-width: 100%; height: auto; }</style>
<img alt="$sliding">
<div>
<button title="$play" aria-label="$play">▶</button>
<input type="range" min="0" max="$last" value="0" aria-label="$frame" style="width: 80%">
</div>
</div>
<script>
{
  const frames = $frames;
  const box = document.getElementById("$id");
  const [image, button, slider] = ["img", "button", "input"].map(tag => box.querySelector(tag));
  const show = () => { image.src = "data:image/png;base64," + frames[slider.value]; };
  const step = () => { slider.value = (Number(slider.value) + 1) % frames.length; show(); };
  let timer = null;
  button.onclick = () => {
    timer = timer ? clearInterval(timer) : setInterval(step, $interval);
    button.textContent = timer ? "❚❚" : "▶";
  };
  slider.oninput = show;
  show();
  button.click();
}
</script>
""")


class ConvolutionAnimation:
    """A kernel sliding over an image. Notebooks play it; `save` writes a GIF or a page.

    Args:
        sliding: The kernel at each of its positions, worked out.
        positions: Those that have a frame.
        language: `"en"` or `"ko"`.

    Attributes:
        output: What comes out, as Keras's `Conv2D` gives it.
        positions: The positions that have a frame, counted row by row.

    >>> from digitzoo.visualization import animate_convolution
    >>> animate_convolution(np.zeros((5, 5)), [[1, 0], [0, 1]])
    <ConvolutionAnimation: 16 positions, 16 frames>
    """

    def __init__(self, sliding: Sliding, positions: NDArray[np.intp], language: str = "en") -> None:
        self.output = sliding.output
        self.positions = positions
        self._sliding = sliding
        self._say = words_of(language)
        self._stage = Stage(sliding, self._say)

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
        count = len(self._sliding)
        check_whole("position", position, at_least=-count, at_most=count - 1)
        self._stage.show(position % count)
        return self._stage.figure

    def save(self, path: str | Path, *, fps: float = _FPS, dpi: float = 100) -> Path:
        """Write the animation.

        Args:
            path: Its suffix says the format: `.gif`, or `.html` for a page with a player.
            fps: Frames per second, 0.01 to 100.
            dpi: Dots per inch, 10 to 600.

        Returns:
            The path.

        Raises:
            ArgumentTypeError: If it is no path, or `fps` or `dpi` no number.
            InvalidArgumentError: If the suffix is another, the folder is not there, or `fps` or
                `dpi` cannot be.
            DataFileError: If the file cannot be written.
        """
        target, suffix = check_target(path, ANIMATION_FORMATS)
        _check_speed(fps, dpi)
        if suffix == "html":
            page = f'<!DOCTYPE html>\n<meta charset="utf-8">\n{self.to_html(fps=fps, dpi=dpi)}'
            with writing(target):
                target.write_text(page, encoding="utf-8")
            return target
        writer = PillowWriter(fps=fps)  # type: ignore[arg-type] # any number will do
        with writing(target), writer.saving(self._stage.figure, str(target), dpi):
            for position in self.positions.tolist():
                self._stage.show(position)
                writer.grab_frame()
        return target

    def to_html(self, *, fps: float = _FPS, dpi: float = 72) -> str:
        """Give the animation as HTML with a player, in which all frames are embedded.

        Args:
            fps: Frames per second, 0.01 to 100.
            dpi: Dots per inch, 10 to 600.

        Returns:
            A piece of HTML, which needs no other file and no network.

        Raises:
            ArgumentTypeError: If `fps` or `dpi` is no number.
            InvalidArgumentError: If one is too small or too large.
        """
        _check_speed(fps, dpi)
        frames = []
        for position in self.positions.tolist():
            self._stage.show(position)
            frame = io.BytesIO()
            self._stage.figure.savefig(frame, format="png", dpi=dpi)
            frames.append(base64.b64encode(frame.getvalue()).decode("ascii"))
        return _PLAYER.substitute(
            id=f"animation-{uuid.uuid4().hex}",
            last=len(frames) - 1,
            frames=json.dumps(frames),
            interval=round(1000 / fps),
            **{key: self._say(key) for key in ("sliding", "play", "frame")},
        )

    def _repr_html_(self) -> str:
        return self.to_html()


def _check_speed(fps: object, dpi: object) -> None:
    check_number("fps", fps, at_least=0.01, at_most=100)
    check_number("dpi", dpi, at_least=10, at_most=600)


def animate_convolution(
    image: Image,
    kernel: ArrayLike,
    *,
    bias: float = 0.0,
    strides: int | tuple[int, int] = 1,
    padding: str = "valid",
    dilation_rate: int | tuple[int, int] = 1,
    max_frames: int = 100,
    language: str = "en",
) -> ConvolutionAnimation:
    """Show a kernel sliding over an image: the products, their sum, and the output filling up.

    Where there are more positions than frames, those on blank paper have none, and the frames lie
    evenly among the others.

    Args:
        image: One channel, shape `(height, width)` or `(height, width, 1)`; whole numbers in
            0..255 or floats in 0..1. Or a split of one image.
        kernel: Weights, shape `(height, width)`. Of a `Conv2D` layer,
            `layer.get_weights()[0][:, :, channel, filter]`.
        bias: What is added to each sum.
        strides: Pixels from one position to the next.
        padding: `"valid"` or `"same"`.
        dilation_rate: Pixels from one tap of the kernel to the next.
        max_frames: The most frames.
        language: `"en"` or `"ko"`.

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
    check_whole("max_frames", max_frames, at_least=1)
    check_choice("padding", padding, ("valid", "same"))
    words_of(language)
    sliding = slide_kernel(
        as_pixels(image),
        kernel,
        bias=bias,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
    )
    return ConvolutionAnimation(sliding, _choose_positions(sliding, max_frames), language)


def _choose_positions(sliding: Sliding, most: int) -> NDArray[np.intp]:
    """Choose which positions have a frame: those over ink first, and the last in any case."""
    count = len(sliding)
    chosen = np.arange(count)
    if count > most:
        top, left, height, width = sliding.inside
        picture = sliding.padded[top : top + height, left : left + width]
        values, counts = np.unique(picture, return_counts=True)
        paper = values[counts.argmax()]
        inked = [bool((sliding.pixels(place) != paper).any()) for place in chosen.tolist()]
        # Where there is less ink than frames, blank paper is shown too.
        chosen = np.flatnonzero(inked) if sum(inked) >= most else chosen
    # The last one, at which the output is seen whole.
    ends = np.linspace(len(chosen) - 1, 0, min(len(chosen), most)).round().astype(np.intp)[::-1]
    positions = chosen[ends]
    positions[-1] = count - 1
    return positions
