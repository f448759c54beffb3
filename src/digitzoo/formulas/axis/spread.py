"""A transposed window on one axis, as Keras 3, PyTorch, and Dumoulin and Visin (2016) have it."""

from typing import NamedTuple

from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.formulas.axis.window import Padding, explicit_padding, whole


class Spread(NamedTuple):
    """One axis under a transposed window.

    The full output is (size - 1) x strides + effective kernel; `before` and `after` are what is
    cut off its ends. A negative `after` adds empty positions instead.
    """

    size: int | None
    kernel_size: int
    strides: int
    dilation_rate: int
    effective_kernel_size: int
    before: int
    after: int
    output_size: int | None
    invertible: bool


def spread(
    size: int | None,
    kernel_size: int,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
    *,
    output_padding: int | None = None,
) -> Spread:
    """Spread each position of one axis over a window, as a transposed convolution does."""
    if size is not None:
        size = whole("size", size)
    kernel_size = whole("kernel_size", kernel_size)
    strides = whole("strides", strides)
    dilation_rate = whole("dilation_rate", dilation_rate)
    reach = dilation_rate * (kernel_size - 1) + 1
    if output_padding is not None:
        output_padding = whole("output_padding", output_padding, at_least=0)
    word = padding.lower() if isinstance(padding, str) else ""
    if word == "causal":
        raise InvalidArgumentError(
            "padding='causal' has no transposed form. Expected 'valid', 'same' or a "
            "number. Use padding='valid'."
        )
    # PyTorch checks against the larger of stride and dilation, Keras against the stride.
    limit = strides if word else max(strides, dilation_rate)
    if output_padding is not None and output_padding >= limit:
        raise ShapeError(
            f"output_padding must be below strides. Expected 0 to {limit - 1}, received "
            f"output_padding={output_padding} with strides={strides}. Use "
            f"output_padding={limit - 1}, or strides={output_padding + 1}."
        )
    if word == "valid":
        grown = max(strides - reach, 0) if output_padding is None else output_padding
        before, after = 0, -grown
    elif word == "same":
        # Keras: size x strides, or (size - 1) x strides + reach % 2 + output_padding.
        tail = strides if output_padding is None else reach % 2 + output_padding
        before = max(reach - tail, 0) // 2
        after = reach - tail - before
    else:
        before, after = explicit_padding(padding)
        after -= output_padding or 0
    if size is None:
        return Spread(None, kernel_size, strides, dilation_rate, reach, before, after, None, True)
    output_size = (size - 1) * strides + reach - before - after
    if output_size < 1:
        least = size + (strides - output_size) // strides
        most = (output_size + before + after + (output_padding or 0) - 1) // 2
        other = "output_padding=1" if word == "same" else f"padding={most}"
        raise ShapeError(
            f"nothing is left: ({size} - 1) x {strides} + {reach} - {before + after} = "
            f"{output_size}. Expected at least 1. Use an input of at least {least}, or {other}."
        )
    # The gradient of a `same` convolution: TensorFlow runs it only if that convolution would
    # turn the output back into the input.
    invertible = word != "same" or (output_size - 1) // strides + 1 == size
    return Spread(
        size, kernel_size, strides, dilation_rate, reach, before, after, output_size, invertible
    )
