"""A window on one axis: the arithmetic under every convolution and pooling.

Each layer's shape, padding, unused rows and receptive field come from here, once for each
axis. Two movements exist: `slide` (convolution, pooling) and `spread` (transposed convolution).

Sources: Keras 3, `keras/src/ops/operation_utils.py` and `backend/common/backend_utils.py`;
PyTorch's pages of Conv2d, MaxPool2d and ConvTranspose2d; Dumoulin and Visin (2016),
"A guide to convolution arithmetic for deep learning".
"""

import operator
from typing import NamedTuple

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, unknown_name

Padding = str | int | tuple[int, int]
"""`"valid"`, `"same"`, `"causal"`, P on both sides, or (before, after)."""

PADDINGS = ("valid", "same", "causal")


class Window(NamedTuple):
    """One axis under a sliding window; sizes in positions, `None` where the input's is unknown.

    `unused` counts the last (padded) positions that no window reaches; `exact` says whether the
    division of the size formula came out even.
    """

    size: int | None
    kernel_size: int
    strides: int
    dilation_rate: int
    before: int
    after: int
    output_size: int | None
    unused: int
    exact: bool

    @property
    def effective_kernel_size(self) -> int:
        """Positions from the first to the last tap of the kernel."""
        return effective_kernel_size(self.kernel_size, self.dilation_rate)


class Spread(NamedTuple):
    """One axis under a transposed window.

    The full output is (size - 1) x strides + effective kernel; `before` and `after` are what is
    cut off its ends. A negative `after` adds empty positions instead.
    """

    size: int | None
    kernel_size: int
    strides: int
    dilation_rate: int
    before: int
    after: int
    output_size: int | None
    invertible: bool

    @property
    def effective_kernel_size(self) -> int:
        """Positions from the first to the last tap of the kernel."""
        return effective_kernel_size(self.kernel_size, self.dilation_rate)


def effective_kernel_size(kernel_size: int, dilation_rate: int) -> int:
    """Give the reach of a dilated kernel: d (k - 1) + 1.

    >>> effective_kernel_size(3, 2)
    5
    """
    return dilation_rate * (kernel_size - 1) + 1


def slide(  # noqa: C901, PLR0912 - one branch for each kind of padding, in the hot path
    size: int | None,
    kernel_size: int,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
    *,
    ceil_mode: bool = False,
    strict: bool = False,
    where: str = "The window",
) -> Window:
    """Slide a window along one axis.

    Args:
        size: Positions of the input, or `None` if unknown.
        kernel_size: Taps of the window.
        strides: Positions between two windows.
        padding: `"valid"`, `"same"`, `"causal"`, P, or (before, after).
        dilation_rate: Positions between two taps.
        ceil_mode: Let a last window hang over the end, as PyTorch's pooling can.
        strict: Refuse a division that does not come out even.
        where: The layer and axis that an error names.

    Returns:
        The axis, worked out.

    Raises:
        ShapeError: The window does not fit, or `strict` and the stride does not.
        InvalidArgumentError: A number is below 1 or the padding is unknown.
        ArgumentTypeError: A number is not whole.
    """
    reach = dilation_rate * (kernel_size - 1) + 1
    if (
        type(size) is not int
        or size < 1
        or type(kernel_size) is not int
        or kernel_size < 1
        or type(strides) is not int
        or strides < 1
        or type(dilation_rate) is not int
        or dilation_rate < 1
    ):
        if size is not None:
            size = whole(size, "size", where)
        kernel_size = whole(kernel_size, "kernel_size", where)
        strides = whole(strides, "strides", where)
        dilation_rate = whole(dilation_rate, "dilation_rate", where)
        reach = effective_kernel_size(kernel_size, dilation_rate)
    if padding == "valid":
        before = after = 0
    elif padding == "same":
        if size is None:
            # How much `same` pads hangs on the size, unless the stride is 1.
            total = reach - 1 if strides == 1 else 0
        else:
            total = max((size - 1) // strides * strides + reach - size, 0)
        # TensorFlow's rule: the odd position lies at the end (bottom, right).
        before = total // 2
        after = total - before
    elif padding == "causal":
        before, after = reach - 1, 0
    elif isinstance(padding, str) and padding.lower() in PADDINGS:
        # Keras's convolutions take capitals too.
        before, after = slide(size, kernel_size, strides, padding.lower(), dilation_rate)[4:6]
    else:
        before, after = explicit_padding(padding, where)
    if size is None:
        return Window(None, kernel_size, strides, dilation_rate, before, after, None, 0, True)
    room = size + before + after - reach
    if room < 0:
        raise ShapeError(_does_not_fit(size, kernel_size, dilation_rate, before + after, where))
    steps, rest = divmod(room, strides)
    if ceil_mode and rest and (steps + 1) * strides < size + before:
        # PyTorch: a window that would start in the padding at the end is dropped.
        steps, unused = steps + 1, 0
    else:
        unused = rest
    if strict and rest:
        line = slide(size, kernel_size, strides, padding, dilation_rate)
        raise ShapeError(_does_not_divide(line, padding, where))
    return Window(
        size, kernel_size, strides, dilation_rate, before, after, steps + 1, unused, rest == 0
    )


def spread(
    size: int | None,
    kernel_size: int,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
    *,
    output_padding: int | None = None,
    where: str = "The transposed window",
) -> Spread:
    """Spread each position of one axis over a window, as a transposed convolution does.

    Args:
        size: Positions of the input, or `None` if unknown.
        kernel_size: Taps of the window.
        strides: Positions between two windows in the output.
        padding: `"valid"`, `"same"`, or PyTorch's P or (before, after), cut off the full output.
        dilation_rate: Positions between two taps.
        output_padding: Positions added at the end; `None` for what Keras chooses.
        where: The layer and axis that an error names.

    Returns:
        The axis, worked out.

    Raises:
        ShapeError: Nothing would be left, or `output_padding` is not below `strides`.
        InvalidArgumentError: A number is too small or the padding is unknown.
        ArgumentTypeError: A number is not whole.
    """
    if size is not None:
        size = whole(size, "size", where)
    kernel_size = whole(kernel_size, "kernel_size", where)
    strides = whole(strides, "strides", where)
    dilation_rate = whole(dilation_rate, "dilation_rate", where)
    reach = effective_kernel_size(kernel_size, dilation_rate)
    if output_padding is not None:
        output_padding = whole(output_padding, "output_padding", where, at_least=0)
    if padding == "causal":
        raise InvalidArgumentError(
            f"{where}: padding='causal' has no transposed form. Expected 'valid', 'same' or a "
            "number. Use padding='valid'."
        )
    if isinstance(padding, str) and padding not in PADDINGS:
        raise InvalidArgumentError(_unknown_padding(padding, where))
    # PyTorch checks against the larger of stride and dilation, Keras against the stride.
    limit = strides if isinstance(padding, str) else max(strides, dilation_rate)
    if output_padding is not None and output_padding >= limit:
        raise ShapeError(
            f"{where}: output_padding must be below strides. Expected 0 to {limit - 1}, received "
            f"output_padding={output_padding} with strides={strides}. Use "
            f"output_padding={limit - 1}, or strides={output_padding + 1}."
        )
    if padding == "valid":
        grown = max(strides - reach, 0) if output_padding is None else output_padding
        before, after = 0, -grown
    elif padding == "same":
        # Keras: size x strides, or (size - 1) x strides + reach % 2 + output_padding.
        tail = strides if output_padding is None else reach % 2 + output_padding
        before = max(reach - tail, 0) // 2
        after = reach - tail - before
    else:
        before, after = explicit_padding(padding, where)
        after -= output_padding or 0
    if size is None:
        return Spread(None, kernel_size, strides, dilation_rate, before, after, None, True)
    output_size = (size - 1) * strides + reach - before - after
    if output_size < 1:
        least = size + (strides - output_size) // strides
        other = "output_padding=1" if padding == "same" and strides > 1 else "less padding"
        raise ShapeError(
            f"{where}: nothing is left: ({size} - 1) x {strides} + {reach} - {before + after} = "
            f"{output_size}. Expected at least 1. Use an input of at least {least}, or {other}."
        )
    # The gradient of a `same` convolution: TensorFlow runs it only if that convolution would
    # turn the output back into the input.
    invertible = padding != "same" or (output_size - 1) // strides + 1 == size
    return Spread(size, kernel_size, strides, dilation_rate, before, after, output_size, invertible)


def whole(value: object, name: str, where: str, *, at_least: int = 1) -> int:
    """Read a whole number of a least size.

    Raises:
        ArgumentTypeError: It is not a whole number.
        InvalidArgumentError: It is too small.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ArgumentTypeError(
            f"{where}: {name} must be a whole number. Received {name}={value!r} "
            f"({type(value).__name__})."
        )
    number = operator.index(value)
    if number < at_least:
        raise InvalidArgumentError(
            f"{where}: {name} must be at least {at_least}. Received {name}={number}. "
            f"The smallest that works is {at_least}."
        )
    return number


def explicit_padding(padding: object, where: str) -> tuple[int, int]:
    """Read P or (before, after).

    Raises:
        InvalidArgumentError: It is an unknown word, or not one or two numbers of at least 0.
        ArgumentTypeError: It is no number.
    """
    if isinstance(padding, str):
        raise InvalidArgumentError(_unknown_padding(padding, where))
    if isinstance(padding, (tuple, list)):
        if len(padding) != 2:  # noqa: PLR2004 - before and after
            raise InvalidArgumentError(
                f"{where}: padding must be one number or (before, after). Received "
                f"padding={padding!r}."
            )
        return (
            whole(padding[0], "padding", where, at_least=0),
            whole(padding[1], "padding", where, at_least=0),
        )
    number = whole(padding, "padding", where, at_least=0)
    return number, number


def _unknown_padding(padding: str, where: str) -> str:
    return (
        f"{where}: {unknown_name('padding', padding, PADDINGS)} A number pads that many on both "
        "sides."
    )


def _does_not_fit(size: int, kernel_size: int, dilation_rate: int, padded: int, where: str) -> str:
    reach = effective_kernel_size(kernel_size, dilation_rate)
    fits = (size + padded - 1) // dilation_rate + 1
    dilated = (
        f" (dilation_rate={dilation_rate} stretches it to {reach})" if reach > kernel_size else ""
    )
    missing = reach - size - padded
    return (
        f"{where}: a window of {kernel_size}{dilated} does not fit into {size} + {padded} padding "
        f"= {size + padded} positions. Use a window of at most {fits}, or an input of at least "
        f"{reach - padded}, or {missing} more padding ('same' pads enough)."
    )


def _does_not_divide(line: Window, padding: Padding, where: str) -> str:
    size, strides, padded = line.size or 0, line.strides, line.before + line.after
    fits = [
        near
        for near in range(max(1, size - strides), size + strides + 1)
        if _divides(near, line, padding)
    ]
    below = [near for near in fits if near < size][-1:]
    above = [near for near in fits if near > size][:1]
    nearest = " or ".join(str(near) for near in below + above)
    room = size - line.effective_kernel_size + padded
    return (
        f"{where}: the stride does not fit: ({size} - {line.effective_kernel_size} + {padded}) / "
        f"{strides} + 1 = {room / strides + 1:.2f} is not a whole number, {line.unused} "
        f"of {size + padded} positions would stay unused. The nearest input sizes that fit: "
        f"{nearest}. Or use strides=1."
    )


def _divides(size: int, line: Window, padding: Padding) -> bool:
    try:
        return slide(size, line.kernel_size, line.strides, padding, line.dilation_rate).exact
    except ShapeError:
        return False
