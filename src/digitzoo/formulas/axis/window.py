"""A window on one axis: the arithmetic under every convolution and pooling.

Each layer's shape, padding, unused rows and receptive field come from here, once for each
axis. `spread.py` holds the other movement, that of transposed convolutions.

Sources: Keras 3, `keras/src/ops/operation_utils.py` and `backend/common/backend_utils.py`;
PyTorch's pages of Conv2d and MaxPool2d; Dumoulin and Visin (2016),
"A guide to convolution arithmetic for deep learning".
"""

from typing import NamedTuple

from digitzoo.errors import ShapeError
from digitzoo.formulas.axis.numbers import (
    PADDINGS,
    Padding,
    effective_kernel_size,
    explicit_padding,
    whole,
)


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
        line = Window(size, kernel_size, strides, dilation_rate, before, after, None, 0, True)
        raise ShapeError(_does_not_fit(line, padding, where))
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


def _does_not_fit(line: Window, padding: Padding, where: str) -> str:
    size, padded, reach = line.size or 0, line.before + line.after, line.effective_kernel_size
    fits = (size + padded - 1) // line.dilation_rate + 1
    dilated = (
        f" (dilation_rate={line.dilation_rate} stretches it to {reach})"
        if reach > line.kernel_size
        else ""
    )
    # The least P, on both sides; for Keras, which takes words alone, the word that always fits.
    enough = "'same'" if isinstance(padding, str) else str(-(-(reach - size) // 2))
    return (
        f"{where}: a window of {line.kernel_size}{dilated} does not fit into {size} + {padded} "
        f"padding = {size + padded} positions. Use a window of at most {fits}, an input of at "
        f"least {reach - padded}, or padding={enough}."
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
