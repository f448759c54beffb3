"""Questions the other way round: from the wanted number to the layer or the input."""

from collections.abc import Callable, Sequence
from itertools import product
from math import prod

from digitzoo.checks import check_whole
from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.formulas.axis.window import Padding, slide, whole
from digitzoo.formulas.calls import public
from digitzoo.formulas.layers.shapes import Shape, read_shape
from digitzoo.formulas.networks.graph import Graph
from digitzoo.formulas.networks.read_network import read_network
from digitzoo.formulas.networks.walk import check_walk

_MOST_SIZES = 1_000_000  # More are no answer that anyone reads


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
        Zeros (before, after); an odd one comes after, as in Keras. Source: (O - 1) S + F - W, the
        size formula solved for the padding.

    Raises:
        ShapeError: Without any padding the output is already larger.
        InvalidArgumentError: A number is below 1.

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
        All sizes that fit, smallest first: as many as the stride is long. Source: the size formula,
        tried out.

    Raises:
        ShapeError: No input is small enough.
        InvalidArgumentError: A number is below 1 or the padding is unknown.

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


_LARGEST = 1 << 14  # Beyond this, a network that still refuses its input refuses every input
_TRIED = 1 << 10  # Up to here every size is tried, one after the other
_COMBINATIONS = 1 << 12  # So many unequal sizes are tried


@public
def smallest_input(
    model: object, input_shape: Sequence[int | None] = (None, None, 1)
) -> tuple[int, ...]:
    """Find the smallest input that a network takes.

    Args:
        model: Whatever `summarize` takes, with one input.
        input_shape: `None` for each size asked for; the others stay. A network that knows its
            input keeps its channels, whatever is given here for them.

    Returns:
        The smallest shape, without the batch axis. Source: the size formula of every layer, tried
        out on ever smaller inputs.

    Raises:
        ShapeError: The network takes no input at all, as far as sizes go.
        InvalidArgumentError: A value cannot work.

    >>> from digitzoo.formulas import layers
    >>> network = [layers.Conv2D(8, 5), layers.MaxPooling2D(2), layers.Conv2D(8, 5)]
    >>> smallest_input(network)
    (14, 14, 1)
    >>> smallest_input("simple_cnn")
    (6, 6, 1)
    """
    graph = read_network(model)
    template = _template(graph, read_shape(input_shape))
    axes = template.count(None)

    def refusal(sizes: Sequence[int]) -> ShapeError | None:
        try:
            check_walk(graph, [_filled(template, sizes)])
        except ShapeError as refused:
            return refused
        return None

    at_most, at_half = (refusal((size,) * axes) for size in (_LARGEST, _LARGEST // 2))
    sizes: Sequence[int] | None = None
    # An error that names other numbers for other sizes hangs on the sizes.
    if at_most is None or str(at_most) != str(at_half):
        sizes = _equal_sizes(refusal, axes)
        sizes = _unequal_sizes(refusal, axes) if sizes is None else sizes
    if sizes is None:
        raise at_most or ShapeError("no input was found.")
    for axis, largest in enumerate(sizes):
        tried = ((*sizes[:axis], size, *sizes[axis + 1 :]) for size in range(1, largest))
        if largest <= _TRIED:
            sizes = next((smaller for smaller in tried if not refusal(smaller)), sizes)
    return _filled(template, sizes)


_Refusal = Callable[[Sequence[int]], ShapeError | None]


def _filled(template: Shape, sizes: Sequence[int]) -> tuple[int, ...]:
    given = iter(sizes)
    return tuple(next(given) if size is None else size for size in template)


def _equal_sizes(refusal: _Refusal, axes: int) -> Sequence[int] | None:
    # A network may want a multiple of something, so that larger inputs can be refused too.
    for size in range(1, _TRIED + 1):
        if not refusal((size,) * axes):
            return (size,) * axes
    low, high = _TRIED, 2 * _TRIED
    while refusal((high,) * axes):
        low, high = high, 2 * high
        if high > _LARGEST:
            return None
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if refusal((middle,) * axes) else (low, middle)
    return (high,) * axes


def _unequal_sizes(refusal: _Refusal, axes: int) -> Sequence[int] | None:
    """Find the fewest values that work where no equal sizes do, such as for `Reshape((2, 7))`."""
    tried = range(1, 1 + round(_COMBINATIONS ** (1 / max(axes, 1))))
    order = sorted(product(tried, repeat=axes), key=lambda sizes: (prod(sizes), max(sizes)))
    return next((sizes for sizes in order if not refusal(sizes)), None) if axes > 1 else None


def _template(graph: Graph, given: Shape) -> Shape:
    """Open every size of the network's own input but its channels; `given`, if it has none."""
    own, *others = graph.inputs
    if others:
        raise InvalidArgumentError(
            f"'{graph.name}' takes {1 + len(others)} inputs. Expected one. "
            "Describe the branch that you ask about in a list."
        )
    if not own:
        return given
    formats = (getattr(call.description, "data_format", None) for call in graph.calls)
    first = next(filter(None, formats), "") == "channels_first"
    kept = 0 if first else len(own) - 1
    return tuple(size if axis == kept else None for axis, size in enumerate(own))
