"""A kernel sliding over one image, position by position."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_number
from digitzoo.data import scale_pixels
from digitzoo.data.classes import array_of
from digitzoo.data.images import as_images
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, shown
from digitzoo.formulas import layer_info


@dataclass(frozen=True, eq=False)
class Sliding:
    """Every number of a convolution of one channel with one kernel."""

    padded: NDArray[np.floating]  # the image in 0..1 with the zeros around it
    inside: tuple[int, int, int, int]  # its first row and column in it, its height and width
    kernel: NDArray[np.floating]
    bias: float
    output: NDArray[np.floating]
    strides: tuple[int, int]
    dilation_rate: tuple[int, int]

    def __len__(self) -> int:
        return self.output.size

    def taps(self, position: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Give the rows and the columns of the padded image under the kernel."""
        row, column = divmod(position, self.output.shape[1])
        rows = row * self.strides[0] + self.dilation_rate[0] * np.arange(self.kernel.shape[0])
        columns = column * self.strides[1] + self.dilation_rate[1] * np.arange(self.kernel.shape[1])
        return rows, columns

    def pixels(self, position: int) -> NDArray[np.floating]:
        """Give the pixels under the kernel, in its shape."""
        return self.padded[np.ix_(*self.taps(position))]

    def products(self, position: int) -> NDArray[np.floating]:
        """Give each pixel times its weight."""
        return self.pixels(position) * self.kernel


def slide_kernel(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    bias: float = 0.0,
    strides: int | tuple[int, int] = 1,
    padding: str = "valid",
    dilation_rate: int | tuple[int, int] = 1,
) -> Sliding:
    """Work out a convolution of one channel as Keras's `Conv2D` does, keeping every step."""
    bias = check_number("bias", bias)
    pictures = as_images(image)
    if len(pictures) != 1 or pictures.shape[-1] != 1:
        raise ShapeError(
            "A kernel slides over one image of one channel, such as test.images[0]. Received shape "
            f"{np.shape(image)}."
        )
    weights = array_of(kernel)
    if weights.ndim != 2 or not weights.size:
        raise ShapeError(
            f"A kernel has height and width. Received {shown(kernel)}. One of a Conv2D is "
            "layer.get_weights()[0][:, :, channel, filter]."
        )
    if weights.dtype.kind not in "fiub":
        raise ArgumentTypeError(f"Weights are numbers. Received {weights.dtype}.")
    if not np.isfinite(weights).all():
        raise InvalidArgumentError("A kernel's weights are finite numbers. Some here are not.")
    pixels = scale_pixels(pictures)[0, ..., 0].astype(np.float64)
    layer = layer_info(
        "Conv2D",
        (*pixels.shape, 1),
        filters=1,
        kernel_size=weights.shape,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
    )
    vertical, horizontal = layer.windows
    height, width, _ = (size or 0 for size in layer.output_shape)
    sliding = Sliding(
        np.pad(pixels, layer.padding or 0),
        (vertical.before, horizontal.before, *pixels.shape),
        weights.astype(np.float64),
        bias,
        np.zeros((height, width)),
        (vertical.strides, horizontal.strides),
        (vertical.dilation_rate, horizontal.dilation_rate),
    )
    for position in range(len(sliding)):
        sliding.output.flat[position] = sliding.products(position).sum() + bias
    return sliding
