"""From a receptive field back to the layers that reach it: a small search."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import cycle, islice
from typing import NamedTuple

from digitzoo.checks import check_whole
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.formulas.axis.receptive_field import IDENTITY, through_window
from digitzoo.formulas.axis.window import slide, whole
from digitzoo.formulas.calls import public

_EVERY = (1, 2, 3)  # Every so many convolutions one is strided, or a pooling follows
_MOST_SIZES = 100  # More is no class's question, and would be tried out for minutes
_MOST_LAYERS = 1000


class StackLayer(NamedTuple):
    """One layer of a stack: a `"conv"` (convolution) or a `"pool"` (pooling), on one axis."""

    kind: str
    kernel_size: int
    strides: int

    def __str__(self) -> str:
        usual = self.kernel_size if self.kind == "pool" else 1
        stride = "" if self.strides == usual else f" stride {self.strides}"
        return f"{self.kind} {self.kernel_size}{stride}"


class Stack(NamedTuple):
    """Convolutions of one kernel on top of each other, some strided or with poolings between.

    Attributes:
        layers: How many there are.
        receptive_field: Input positions that an output of the last one sees, on one axis.
        effective_stride: Input positions between two neighbouring outputs.
        windows: The layers, the first one first.

    >>> stack = stacks_reaching(9, kernel_sizes=(3,), strides=(1,))[0]
    >>> stack.layers, stack.receptive_field
    (4, 9)
    """

    layers: int
    receptive_field: int
    effective_stride: int
    windows: tuple[StackLayer, ...]

    def __str__(self) -> str:
        count = f"{self.layers} layer{'s' if self.layers > 1 else ''}"
        shown = ", ".join(map(str, self.windows))
        return f"{count} see {self.receptive_field}, stride {self.effective_stride}: {shown}"


@public
def stacks_reaching(
    receptive_field: int,
    *,
    kernel_sizes: Iterable[int] = (2, 3, 4, 5, 6, 7),
    strides: Iterable[int] = (1, 2, 3),
    pool_size: int | None = 2,
    most_layers: int = 32,
) -> tuple[Stack, ...]:
    """Find stacks of layers that see at least so many input positions.

    Tried are, for each kernel: convolutions alone; with every one, every second or every third
    of them strided; and with a pooling after each, after every second or after every third.

    Args:
        receptive_field: The wanted positions, on one axis.
        kernel_sizes: Kernels to try.
        strides: Strides to try; one above the kernel would skip positions and is left out.
        pool_size: The window of the poolings, which is their stride too; `None` for none.
        most_layers: Taller stacks are left out.

    Returns:
        The stacks, each as short as it can be: the shortest first, of those as short the nearest to
        the number. Source: r' = r + (k - 1) j and j' = j s; Araujo, Norris and Sim (Distill, 2019).

    Raises:
        InvalidArgumentError: A number is below 1, or no stack reaches so far.

    >>> for stack in stacks_reaching(14, kernel_sizes=(3,), strides=(1, 2))[:3]:
    ...     print(stack)
    3 layers see 15, stride 8: conv 3 stride 2, conv 3 stride 2, conv 3 stride 2
    5 layers see 14, stride 2: conv 3, conv 3, pool 2, conv 3, conv 3
    5 layers see 15, stride 2: conv 3, conv 3, conv 3 stride 2, conv 3, conv 3
    """
    wanted = whole("receptive_field", receptive_field)
    most = check_whole("most_layers", most_layers, at_least=1, at_most=_MOST_LAYERS)
    steps = _sizes(strides, "strides")
    pool = None if pool_size is None else whole("pool_size", pool_size)
    tried = (
        _shortest(pattern, wanted, most)
        for kernel_size in _sizes(kernel_sizes, "kernel_sizes")
        for pattern in _patterns(kernel_size, steps, pool)
    )
    found = dict.fromkeys(stack for stack in tried if stack)
    if not found:
        raise InvalidArgumentError(
            f"no stack of up to {most} layers sees {wanted} positions. "
            f"Use kernel_sizes=({wanted},), or a larger most_layers."
        )
    return tuple(sorted(found, key=lambda stack: (stack.layers, stack.receptive_field)))


def _sizes(values: object, name: str) -> list[int]:
    """Read several sizes to try: at most a hundred, which a range without an end would not be."""
    try:
        tried = None if isinstance(values, (str, bytes, Mapping)) else iter(values)  # type: ignore[call-overload]  # that is the question
    except TypeError:
        tried = None
    if tried is None:
        raise ArgumentTypeError(
            f"{name} must be whole numbers to try. Received {shown(values)} "
            f"({type(values).__name__}). Use {name}=({shown(values)},)."
        )
    sizes = [whole(name, one) for one in islice(tried, _MOST_SIZES + 1)]
    if not 1 <= len(sizes) <= _MOST_SIZES:
        raise InvalidArgumentError(
            f"{name} must be 1 to {_MOST_SIZES} whole numbers. Received "
            f"{shown(values) if sizes else 'none'}. Use {name}=(2, 3)."
        )
    return sizes


def _patterns(
    kernel_size: int, strides: Iterable[int], pool_size: int | None
) -> Iterator[tuple[StackLayer, ...]]:
    plain = StackLayer("conv", kernel_size, 1)
    for stride in strides:
        if stride == 1:
            yield (plain,)
        elif stride <= kernel_size:
            strided = StackLayer("conv", kernel_size, stride)
            yield from ((plain,) * (every - 1) + (strided,) for every in _EVERY)
    if pool_size:
        pooling = StackLayer("pool", pool_size, pool_size)
        yield from ((plain,) * every + (pooling,) for every in _EVERY)


def _shortest(pattern: tuple[StackLayer, ...], wanted: int, most: int) -> Stack | None:
    field = IDENTITY
    windows = list(islice(cycle(pattern), most))
    for count, layer in enumerate(windows, start=1):
        field = through_window(field, slide(None, layer.kernel_size, layer.strides))
        if field.size >= wanted:
            return Stack(count, field.size, field.shift, tuple(windows[:count]))
    return None
