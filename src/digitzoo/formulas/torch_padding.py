"""Keras's `same` as the explicit padding that PyTorch needs, and back.

PyTorch pads both sides alike; TensorFlow puts an odd zero at the bottom and right.
"""

from collections.abc import Sequence

from digitzoo.errors import ArgumentTypeError, ShapeError, shown
from digitzoo.formulas.axis.spread import spread
from digitzoo.formulas.axis.window import explicit_padding, listed_numbers, slide, whole
from digitzoo.formulas.calls import public
from digitzoo.formulas.layers.shapes import PerAxis, per_axis

Pairs = tuple[tuple[int, int], ...]


@public
def same_padding(
    sizes: Sequence[int], kernel_size: PerAxis, *, strides: PerAxis = 1, dilation_rate: PerAxis = 1
) -> Pairs:
    """Give the zeros that Keras's `same` puts before and after each axis.

    Args:
        sizes: The spatial sizes of the input, such as (28, 28).
        kernel_size: The kernel, or the window of a pooling.
        strides: The strides.
        dilation_rate: Positions between two taps.

    Returns:
        (before, after) for each axis. Source: TensorFlow's notes on padding, `tf.nn`: max((o - 1) s
        + k - W, 0) in all.

    Raises:
        InvalidArgumentError: A number is below 1, or there are too few or too many.

    >>> same_padding((28, 28), 3, strides=2)
    ((0, 1), (0, 1))
    """
    each = [whole("size", size) for size in _numbers(sizes, "sizes", "(28, 28)")]
    rank = len(each)
    kernels, steps, rates = (
        per_axis("kernel_size", kernel_size, rank),
        per_axis("strides", strides, rank),
        per_axis("dilation_rate", dilation_rate, rank),
    )
    lines = map(slide, each, kernels, steps, ("same",) * rank, rates)
    return tuple((line.before, line.after) for line in lines)


@public
def torch_pad(padding: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Order (before, after) pairs as `torch.nn.functional.pad` takes them: last axis first.

    Args:
        padding: (before, after) for each spatial axis, first axis first.

    Returns:
        (left, right, top, bottom) for two axes. Source: PyTorch's page of
        `torch.nn.functional.pad`.

    Raises:
        InvalidArgumentError: A pair is no pair, or a number is negative.

    >>> torch_pad(((0, 1), (2, 3)))
    (2, 3, 0, 1)
    """
    pairs = _pairs(padding)
    return tuple(number for pair in reversed(pairs) for number in pair)


@public
def same_cropping(
    kernel_size: int, *, strides: int = 1, dilation_rate: int = 1, output_padding: int | None = None
) -> tuple[int, int]:
    """Give what Keras's `same` cuts off a transposed convolution, on one axis.

    PyTorch's `ConvTranspose` cuts both ends alike. For the same values run it with `padding=0`
    and cut (before, after) off its output; a negative `after` is its `output_padding`.

    Args:
        kernel_size: The kernel.
        strides: The stride.
        dilation_rate: Positions between two taps.
        output_padding: Keras's own argument; `None` for what Keras chooses.

    Returns:
        Positions (before, after) of the full output, (size - 1) x strides + kernel. Source: the
        gradient of TensorFlow's `same` convolution; compared with Keras's values.

    Raises:
        InvalidArgumentError: A number is too small, or `output_padding` is not below `strides`.

    >>> same_cropping(3, strides=2)
    (0, 1)
    >>> same_cropping(1, strides=2)
    (0, -1)
    """
    pads = "same", dilation_rate
    line = spread(None, kernel_size, strides, *pads, output_padding=output_padding)
    return line.before, line.after


@public
def keras_padding(
    padding: Sequence[Sequence[int]],
    sizes: Sequence[int],
    kernel_size: PerAxis,
    *,
    strides: PerAxis = 1,
    dilation_rate: PerAxis = 1,
) -> str:
    """Find the word of Keras's that pads as these numbers do.

    Args:
        padding: (before, after) for each spatial axis.
        sizes: The spatial sizes of the input.
        kernel_size: The kernel, or the window of a pooling.
        strides: The strides.
        dilation_rate: Positions between two taps.

    Returns:
        `"valid"`, `"same"` or, on one axis, `"causal"`.

    Raises:
        ShapeError: No word does; the message says which ZeroPadding layer does.
        InvalidArgumentError: A number cannot work.

    >>> keras_padding(((0, 1), (0, 1)), (28, 28), 3, strides=2)
    'same'
    """
    pairs = _pairs(padding)
    same = same_padding(sizes, kernel_size, strides=strides, dilation_rate=dilation_rate)
    if len(pairs) != len(same):
        raise ShapeError(f"one pair for each axis. Expected {len(same)}, received {len(pairs)}.")
    if not any(map(any, pairs)):
        return "valid"
    if pairs == same:
        return "same"
    kernels = per_axis("kernel_size", kernel_size, len(pairs))
    rates = per_axis("dilation_rate", dilation_rate, len(pairs))
    if pairs == ((rates[0] * (kernels[0] - 1), 0),):
        return "causal"
    raise ShapeError(
        f"no word of Keras's pads {shown(pairs)}; 'same' would pad {shown(same)}. Put "
        f"ZeroPadding{len(pairs)}D({pairs if len(pairs) > 1 else pairs[0]}) before a layer with "
        "padding='valid'."
    )


def _pairs(padding: object) -> Pairs:
    example = "((0, 1), (0, 1))"
    return tuple(
        explicit_padding(tuple(_numbers(pair, "padding", example)))
        for pair in _numbers(padding, "padding", example)
    )


def _numbers(value: object, name: str, example: str) -> list[object]:
    entries = listed_numbers(value)
    if entries is None:
        raise ArgumentTypeError(
            f"{name} must hold one entry for each axis. Received {shown(value)} "
            f"({type(value).__name__}). Use {name}={example}."
        )
    return entries
