"""One number at a time: the output size of one axis, and of a Conv2D."""

from collections.abc import Sequence
from typing import Any

from digitzoo.checks import check_flag
from digitzoo.formulas.axis.spread import spread
from digitzoo.formulas.axis.window import (
    Padding,
    check_pooling,
    explicit_padding,
    padding_word,
    refuse_rest,
    slide,
    whole,
)
from digitzoo.formulas.calls import public


@public
def conv_output_size(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
    strict: bool = False,
) -> int:
    """Give the output size of a convolution on one axis: (W - F + 2P) / S + 1.

    The division is rounded down, as Keras and PyTorch do; the textbooks want a whole number,
    which is what `strict=True` asks for. `Conv2D` refuses a stride together with a dilation;
    the arithmetic, `DepthwiseConv2D` and PyTorch do not, so neither does this function.

    Args:
        size: W, the positions of the input.
        kernel_size: F, the positions of the kernel.
        strides: S, the positions between two windows.
        padding: `"valid"` (none), `"same"`, `"causal"`, P on both sides, or (before, after).
        dilation_rate: The positions between two taps of the kernel.
        strict: Refuse a stride that does not fit, with the nearest sizes that do.

    Returns:
        The positions of the output. Source: CS231n, "Convolutional networks"; for `same`, Keras's
        `compute_conv_output_shape`.

    Raises:
        ShapeError: The kernel is larger than the padded input, or `strict` and the stride does
            not fit.
        InvalidArgumentError: A number is below 1 or the padding is unknown.

    >>> conv_output_size(28, 5)
    24
    >>> conv_output_size(28, 3, strides=2, padding="same")
    14
    >>> conv_output_size(227, 11, strides=4)
    55
    """
    known = whole("size", size) if size is None else size
    line = slide(known, kernel_size, strides, padding, dilation_rate)
    if strict is not False and check_flag("strict", strict):
        refuse_rest(line, padding)
    return line.output_size  # type: ignore[return-value]  # a known size gives a known size


@public
def pool_output_size(
    size: int,
    pool_size: int = 2,
    *,
    strides: int | None = None,
    padding: Padding = "valid",
    ceil_mode: bool = False,
    strict: bool = False,
) -> int:
    """Give the output size of a pooling on one axis: (W - F) / S + 1.

    Args:
        size: W, the positions of the input.
        pool_size: F, the positions of the window.
        strides: S; `None` for `pool_size`, as in Keras.
        padding: `"valid"` (none), `"same"`, P on both sides, or (before, after).
        ceil_mode: Round up instead of down, as PyTorch's pooling can.
        strict: Refuse a stride that does not fit, with the nearest sizes that do.

    Returns:
        The positions of the output. Source: Keras's `compute_pooling_output_shape`; PyTorch's page
        of MaxPool2d for `ceil_mode`.

    Raises:
        ShapeError: The window is larger than the padded input, or `strict` and the stride does
            not fit.
        InvalidArgumentError: A number is below 1 or the padding is unknown.

    >>> pool_output_size(24)
    12
    >>> pool_output_size(7), pool_output_size(7, padding="same")
    (3, 4)
    """
    up, window = check_flag("ceil_mode", ceil_mode), whole("pool_size", pool_size)
    words = ("valid", "same")
    pads = padding_word(padding, words) if isinstance(padding, str) else explicit_padding(padding)
    check_pooling(window, pads, ceil_mode=up)
    step = window if strides is None else strides
    line = slide(whole("size", size), window, step, pads, ceil_mode=up)
    if check_flag("strict", strict):
        refuse_rest(line, pads)
    return line.output_size  # type: ignore[return-value]  # a known size gives a known size


@public
def conv_transpose_output_size(
    size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: Padding = "valid",
    output_padding: int | None = None,
    dilation_rate: int = 1,
) -> int:
    """Give the output size of a transposed convolution on one axis.

    `valid`: (i - 1) s + max(k, s); `same`: i s; with `output_padding` p: (i - 1) s + k + p and
    (i - 1) s + k mod 2 + p. With a number for `padding`, PyTorch's (i - 1) s + k - 2P + p.

    Args:
        size: i, the positions of the input.
        kernel_size: k, the positions of the kernel.
        strides: s, the positions between two windows in the output.
        padding: `"valid"`, `"same"`, or PyTorch's P, cut off both ends.
        output_padding: p, positions added at the end; `None` for what Keras chooses.
        dilation_rate: The positions between two taps of the kernel.

    Returns:
        The positions of the output. Source: Keras's `compute_conv_transpose_output_shape`;
        PyTorch's page of ConvTranspose2d.

    Raises:
        ShapeError: `output_padding` is not below `strides`, or nothing is left.
        InvalidArgumentError: A number is too small or the padding is unknown.

    >>> conv_transpose_output_size(14, 3, strides=2, padding="same")
    28
    >>> conv_transpose_output_size(7, 3, strides=2, output_padding=1)
    16
    """
    size = whole("size", size)
    line = spread(size, kernel_size, strides, padding, dilation_rate, output_padding=output_padding)
    return line.output_size  # type: ignore[return-value]  # a known size gives a known size


@public
def conv2d_output_shape(
    input_shape: Sequence[int],
    filters: int,
    kernel_size: int | Sequence[int],
    *,
    strides: int | Sequence[int] = 1,
    padding: str | int | Sequence[int] | Sequence[Sequence[int]] = "valid",
    dilation_rate: int | Sequence[int] = 1,
    data_format: str | None = None,
) -> tuple[int | None, ...]:
    """Give the shape that comes out of a Conv2D.

    Args:
        input_shape: (height, width, channels), or channels first with `data_format`.
        filters: The number of filters, which is the depth of the output.
        kernel_size: Height and width of the kernel, or one number for both.
        strides: As in Keras.
        padding: `"valid"`, `"same"`, P, (P, P) or ((top, bottom), (left, right)).
        dilation_rate: As in Keras.
        data_format: `"channels_last"` (also for `None`) or `"channels_first"`.

    Returns:
        The shape without the batch axis. Source: (W - F + 2P) / S + 1 on each axis, rounded down;
        CS231n.

    Raises:
        ShapeError: Kernel and input do not go together.
        InvalidArgumentError: A value cannot work.

    >>> conv2d_output_shape((28, 28, 1), 32, 5)
    (24, 24, 32)
    """
    from digitzoo.formulas.networks.layer_info import layer_info  # the others need no layers

    sizes: dict[str, Any] = {"filters": filters, "kernel_size": kernel_size}
    moves: dict[str, Any] = {"strides": strides, "padding": padding, "dilation_rate": dilation_rate}
    return layer_info("Conv2D", input_shape, data_format=data_format, **sizes, **moves).output_shape
