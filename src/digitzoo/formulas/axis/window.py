"""A window on one axis, as Keras 3, PyTorch, and Dumoulin and Visin (2016) have it."""

from collections.abc import Sequence
from typing import NamedTuple

from digitzoo.checks import check_whole
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, shown, unknown_name

Padding = str | int | Sequence[int]
"""`"valid"`, `"same"`, `"causal"`, P on both sides, or (before, after)."""

_SMALL = 1 << 32
PADDINGS = ("valid", "same", "causal")


def whole(name: str, value: object, *, at_least: int | None = 1) -> int:
    """Read a whole number, of a least size if there is one."""
    if type(value) is int and _SMALL > value >= (1 if at_least is None else at_least):
        return value  # what nearly every number is, in the hot path
    number = check_whole(name, value)
    if at_least is not None and number < at_least:
        came = f"{name}={shown(number)}" if name.isidentifier() else shown(number)
        raise InvalidArgumentError(
            f"{name} must be at least {at_least}. Received {came}. "
            f"The smallest that works is {at_least}."
        )
    return number


def listed_numbers(value: object) -> list[object] | None:
    """Read a tuple, a list or NumPy's array, its rows as lists; `None` for anything else."""
    if isinstance(value, (tuple, list)):
        return list(value)
    if getattr(value, "ndim", 0) in {1, 2} and hasattr(value, "tolist"):
        return list(value.tolist())
    return None


def explicit_padding(padding: object) -> tuple[int, int]:
    """Read P or (before, after)."""
    if isinstance(padding, str):
        raise unknown_padding(padding)
    pair = listed_numbers(padding)
    if pair is None:
        if not hasattr(padding, "__index__"):
            raise ArgumentTypeError(
                "padding must be a word, a whole number or (before, after). Received "
                f"{shown(padding)} ({type(padding).__name__})."
            )
        pair = [padding, padding]
    if len(pair) != 2:  # before and after
        raise InvalidArgumentError(
            f"padding must be one number or (before, after). Received padding={shown(padding)}. "
            "Use one number, such as padding=1."
        )
    before, after = (whole("padding", one, at_least=0) for one in pair)
    return before, after


def padding_word(word: str, words: Sequence[str]) -> str:
    """Read a word for padding; Keras's convolutions take capitals too."""
    if word.lower() in words:
        return word.lower()
    if word.lower() == "causal":
        raise InvalidArgumentError(
            "padding='causal' exists for Conv1D alone, where the axis is time. "
            f"Expected {' or '.join(map(repr, words))}. Use padding='same'."
        )
    raise unknown_padding(word, words)


def unknown_padding(word: str, words: Sequence[str] = PADDINGS) -> InvalidArgumentError:
    """Make the error for a word that is no padding."""
    unknown = unknown_name("padding", word, words)
    return InvalidArgumentError(f"{unknown} A number pads that many on both sides.")


_GIANT = 1 << 32


class Window(NamedTuple):
    """One axis under a sliding window; sizes in positions, `None` where the input's is unknown.

    `unused` counts the last (padded) positions that no window reaches.
    """

    size: int | None
    kernel_size: int
    strides: int
    dilation_rate: int
    effective_kernel_size: int
    before: int
    after: int
    output_size: int | None
    unused: int

    @property
    def exact(self) -> bool:
        """Whether the division of the size formula came out even."""
        room = (self.size or 0) + self.before + self.after - self.effective_kernel_size
        return self.size is None or room % self.strides == 0


def slide(
    size: int | None,
    kernel_size: int,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
    *,
    ceil_mode: bool = False,
) -> Window:
    """Slide a window along one axis."""
    if not (
        # What nearly all are, at a glance: this is the hot path.
        type(size) is type(kernel_size) is type(strides) is type(dilation_rate) is int
        and 0 < size < _GIANT
        and 0 < kernel_size < _GIANT
        and 0 < strides < _GIANT
        and 0 < dilation_rate < _GIANT
    ):
        if size is not None:
            size = whole("size", size)
        kernel_size = whole("kernel_size", kernel_size)
        strides = whole("strides", strides)
        dilation_rate = whole("dilation_rate", dilation_rate)
    span = dilation_rate * (kernel_size - 1) + 1
    # Keras's convolutions take capitals too.
    word = padding.lower() if isinstance(padding, str) else ""
    if word == "valid":
        before = after = 0
    elif word == "same":
        if size is None:
            # How much `same` pads hangs on the size, unless the stride is 1.
            total = span - 1 if strides == 1 else 0
        else:
            total = max((size - 1) // strides * strides + span - size, 0)
        # TensorFlow's rule: the odd position lies at the end (bottom, right).
        before = total // 2
        after = total - before
    elif word == "causal":
        before, after = span - 1, 0
    else:
        before, after = explicit_padding(padding)
    if size is None:
        return Window(None, kernel_size, strides, dilation_rate, span, before, after, None, 0)
    room = size + before + after - span
    steps, rest = divmod(room, strides)
    if ceil_mode and rest and (steps + 1) * strides < size + before:
        # PyTorch: a window that would start in the padding at the end is dropped.
        steps, unused = steps + 1, 0
    else:
        unused = rest
    if steps < 0:
        line = Window(size, kernel_size, strides, dilation_rate, span, before, after, None, 0)
        raise ShapeError(_does_not_fit(line, padding))
    return Window(size, kernel_size, strides, dilation_rate, span, before, after, steps + 1, unused)


def check_pooling(pool_size: int, padding: object, *, ceil_mode: bool = False) -> None:
    """Refuse what neither Keras nor PyTorch pools with, on one axis."""
    if ceil_mode and padding == "same":
        raise InvalidArgumentError(
            "ceil_mode=True has no meaning with padding='same'. Use ceil_mode=False, "
            "or a number for padding."
        )
    most = pool_size // 2
    if isinstance(padding, tuple) and max(padding) > most:
        raise InvalidArgumentError(
            f"padding may be at most half of the window (PyTorch's rule). Expected 0 to {most} "
            f"for pool_size={pool_size}, received padding={max(padding)}. Use padding={most}."
        )


def refuse_rest(line: Window, padding: object) -> None:
    """Refuse a stride that does not fit, with the nearest input sizes that do."""
    if line.exact:
        return
    size, strides, reach = line.size or 0, line.strides, line.effective_kernel_size
    same = isinstance(padding, str) and padding.lower() == "same"
    padded = line.before + line.after
    rest = (size + padded - reach) % strides
    below = size - rest
    # `same` pads anew for another size: what fits next is a size of whole strides and 1 more.
    above = size - (size - 1) % strides + strides if same else below + strides
    fits = below >= 1 and (same or below + padded >= reach)
    raise ShapeError(
        f"the stride does not fit: ({size} - {reach} + {padded}) / {strides} + 1 = "
        f"{(size + padded - reach) / strides + 1:.2f} is not a whole number, {line.unused} "
        f"of {size + padded} positions would stay unused. The nearest input sizes that fit: "
        f"{f'{below} or ' if fits else ''}{above}. Or use strides=1."
    )


def _does_not_fit(line: Window, padding: Padding) -> str:
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
        f"a window of {line.kernel_size}{dilated} does not fit into {size} + {padded} "
        f"padding = {size + padded} positions. Use a window of at most {fits}, an input of at "
        f"least {reach - padded}, or padding={enough}."
    )
