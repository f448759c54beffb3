"""Questions the other way round: from the wanted number to the layer or the input."""

from digitzoo.checks import check_whole
from digitzoo.errors import ShapeError
from digitzoo.formulas.axis.numbers import Padding, whole
from digitzoo.formulas.axis.window import slide
from digitzoo.formulas.calls import public

# More are no answer that anyone reads.
_MOST_SIZES = 1_000_000


@public
def padding_for(
    size: int,
    kernel_size: int,
    *,
    output_size: int | None = None,
    strides: int = 1,
    dilation_rate: int = 1,
) -> tuple[int, int]:
    """Find the least padding that gives an output size; that keeps the size, if none is named.

    Args:
        size: W, the positions of the input.
        kernel_size: F, the positions of the kernel.
        output_size: The wanted positions; `None` for `size`.
        strides: S.
        dilation_rate: Positions between two taps.

    Returns:
        Zeros (before, after); an odd one comes after, as in Keras.

    Raises:
        ShapeError: Without any padding the output is already larger.
        InvalidArgumentError: A number is below 1.

    Source: (O - 1) S + F - W, the size formula solved for the padding.

    >>> padding_for(28, 5)
    (2, 2)
    >>> padding_for(28, 3, output_size=14, strides=2)
    (0, 1)
    """
    wanted = whole("size", size) if output_size is None else whole("output_size", output_size)
    line = slide(None, kernel_size, strides, dilation_rate=dilation_rate)
    least = (wanted - 1) * strides + line.effective_kernel_size - whole("size", size)
    if least + strides <= 0:
        # The division rounds down, so `strides - 1` positions may stay over.
        most = slide(size, kernel_size, strides, "valid", dilation_rate).output_size
        raise ShapeError(
            f"without padding the output is already {most}. Expected an output_size "
            f"of at least {most}, received {wanted}. Use output_size={most}, a larger kernel or a "
            "larger stride."
        )
    total = max(least, 0)
    return total // 2, total - total // 2


@public
def input_sizes_for(
    output_size: int,
    kernel_size: int,
    *,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
) -> tuple[int, ...]:
    """Find the input sizes that a convolution or pooling turns into an output size.

    Args:
        output_size: The wanted positions.
        kernel_size: F; for a pooling, its `pool_size`.
        strides: S; for a pooling, mostly its `pool_size` too.
        padding: `"valid"`, `"same"`, `"causal"`, P or (before, after).
        dilation_rate: Positions between two taps.

    Returns:
        All sizes that fit, smallest first: as many as the stride is long.

    Raises:
        ShapeError: No input is small enough.
        InvalidArgumentError: A number is below 1 or the padding is unknown.

    Source: the size formula, tried out.

    >>> input_sizes_for(14, 3, strides=2, padding="same")
    (27, 28)
    >>> input_sizes_for(24, 5)
    (28,)
    """
    wanted = whole("output_size", output_size)
    probe = slide(None, kernel_size, strides, padding, dilation_rate)
    check_whole("strides", probe.strides, at_most=_MOST_SIZES)
    same = isinstance(padding, str) and padding.lower() == "same"
    padded = 0 if same else probe.before + probe.after
    first = (wanted - 1) * probe.strides + probe.effective_kernel_size - padded
    # `same` counts windows by the stride alone, whatever the kernel.
    low = (wanted - 1) * probe.strides + 1 if same else first
    fits = tuple(size for size in range(low, low + probe.strides) if size > 0)
    if not fits:
        raise ShapeError(
            f"no input gives {wanted}: the padding of {padded} alone gives more. "
            f"Use padding={(padded + first + probe.strides - 2) // 2}."
        )
    return fits
