"""Dense, Embedding and EinsumDense: outputs weighed from inputs, and one row of a table."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from digitzoo.checks import check_text
from digitzoo.errors import InvalidArgumentError, ShapeError, shown
from digitzoo.formulas.axis.receptive_field import IDENTITY
from digitzoo.formulas.layers.base import Input, Layer, Result, Weight, initializers
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import (
    Shape,
    known,
    product,
    read_activation,
    read_sizes,
    show_shape,
)

_ELIDED = "..."


class Dense(Layer):
    """Each of `units` outputs weighs all values of the last axis.

    With more axes it works at each position for itself, so a receptive field passes unchanged;
    from a single vector on there are no positions, and it is `None`.
    """

    without_effect: ClassVar[frozenset[str]] = initializers("kernel", "bias")

    units: int = given(kw_only=False)
    activation: object = given(default=None, kw_only=False, read=read_activation)
    use_bias: bool = True

    def _result(self, one: Input) -> Result:
        if not one.shape:
            raise ShapeError(
                "the input must have at least 1 axis without the batch axis. Received "
                "(). Use Reshape((1,)) before it."
            )
        *positions, last = one.shape
        kernel = Weight("kernel", (known(last, "the last axis", one.shape), self.units), ("N", "U"))
        shape = (*positions, self.units)
        return Result(
            shape,
            one.fields if positions else None,
            (kernel, Weight("bias", (self.units,), ("U",))) if self.use_bias else (kernel,),
            ((*positions, *kernel.shape),),
            product(shape) if self.use_bias else 0,
        )


class Embedding(Layer):
    """Looks up one row of `output_dim` values for each index; no multiplications."""

    without_effect: ClassVar[frozenset[str]] = initializers("embeddings") | {
        "mask_zero",
        "input_length",  # Keras 2's; Keras 3 takes and drops it
    }

    input_dim: int = given(kw_only=False)
    output_dim: int = given(kw_only=False)

    def _result(self, one: Input) -> Result:
        # The axis of the indices becomes a spatial one: position n sees index n.
        fields = (IDENTITY,) * len(one.shape) if one.fields == () else one.fields
        table = Weight("embeddings", (self.input_dim, self.output_dim), ("V", "U"))
        return Result((*one.shape, self.output_dim), fields, (table,))


class EinsumDense(Layer):
    """Weighs along the axes that the equation names; each letter is one axis.

    `ab,bc->ac` is Dense on a vector, `...b,bc->...c` Dense on whatever comes. The first letter
    of the input is the batch.
    """

    without_effect: ClassVar[frozenset[str]] = initializers("kernel", "bias") | {
        *("lora_rank", "lora_alpha", "gptq_unpacked_column_size")
    }

    phrase = "einsum"

    equation: str = given(kw_only=False, read=check_text)
    output_shape: int | Sequence[int | None] = given(kw_only=False, read=read_sizes)
    activation: object = given(default=None, kw_only=False, read=read_activation)
    bias_axes: str | None = given(default=None, read=check_text)

    def __post_init__(self) -> None:
        if not self.equation:
            raise InvalidArgumentError("equation must be a text. Use equation='abc,cd->abd'.")
        came, kernel, made = self.letters
        if not (came and kernel and made) or not (came[0] == made[0] or _ELIDED in self.equation):
            raise InvalidArgumentError(
                "the equation must name the axes of input, kernel and output, the batch "
                f"first. Received {shown(self.equation)}. Use 'abc,cd->abd' or '...c,cd->...d'."
            )
        for letter in sorted(set(made) - set(came + kernel)):
            raise InvalidArgumentError(
                f"axis {letter!r} of the output is in neither input nor kernel. "
                f"Received {shown(self.equation)}. Name it in the kernel."
            )
        for letter in sorted(set(self.bias_axes or "") - set(made)):
            raise InvalidArgumentError(
                f"bias_axes names {letter!r}, which is not in the output {shown(made)}. "
                f"Received bias_axes={shown(self.bias_axes)}. Use some of {shown(made[1:])}."
            )

    @property
    def letters(self) -> tuple[str, str, str]:
        """The letters of input, kernel and output, without what `...` stands for."""
        left, _, made = self.equation.replace(_ELIDED, "").replace(" ", "").partition("->")
        came, _, kernel = left.partition(",")
        return came, kernel, made

    def _result(self, one: Input) -> Result:
        came, kernel, made = self.letters
        # The batch axis is the first letter, or the first of what the dots stand for.
        left = self.equation.strip().startswith(_ELIDED)
        elided = (_ELIDED,) if _ELIDED in self.equation else ()
        multiplied = _sizes_of(dict.fromkeys(f"{came if left else came[1:]}{kernel}"))
        hidden = len(one.shape) + 1 - len(came)
        if hidden < left or (hidden and _ELIDED not in self.equation):
            axes = f"{len(came) - 1 + left}{' or more' if _ELIDED in self.equation else ''}"
            raise ShapeError(
                f"{shown(self.equation)} needs an input of {axes} axes without the batch axis. "
                f"Received {show_shape(one.shape)}. Name as many axes in the equation."
            )
        # Each axis that the dots stand for gets a letter of its own.
        dots = "".join(map(chr, range(hidden)))
        came = f"{dots}{came}" if left else f"{came}{dots}"
        sizes = dict(zip(came, (None, *one.shape), strict=True))
        sizes_made = self._made(made if left else made[1:], sizes, hidden - left)
        first = {} if left else {made[0]: sizes.get(made[0])}
        made = f"{dots}{made}" if left else f"{made}{dots}"
        output = tuple((sizes | sizes_made)[letter] for letter in made if letter != came[0])
        told = {letter: size for letter, size in sizes.items() if size is not None}
        sizes = {**first, **sizes_made, **told}
        weights = [Weight("kernel", self._sized(kernel, sizes, one.shape), _sizes_of(kernel))]
        if self.bias_axes:
            bias = made[min(map(made.index, self.bias_axes)) :]
            named = "".join(letter for letter in bias if letter in self.bias_axes)
            known_sizes = dict(zip(named, self._sized(named, sizes, ()), strict=True))
            written = _sizes_of(letter for letter in bias if letter not in dots)
            weights.append(
                Weight("bias", tuple(known_sizes.get(letter, 1) for letter in bias), written)
            )
        every = dict.fromkeys(f"{dots}{came}{kernel}")
        factors = tuple(sizes.get(letter) for letter in every if letter != came[0])
        return Result(
            output,
            (one.fields if output[:-1] == one.shape[:-1] and output else None) or None,
            tuple(weights),
            (factors,),
            product(output) if self.bias_axes else 0,
            product_letters=((*elided, *multiplied),),
        )

    def _made(self, named: str, sizes: dict[str, int | None], hidden: int) -> dict[str, int | None]:
        wanted = tuple(self.output_shape) if isinstance(self.output_shape, tuple) else ()
        if len(wanted) != len(named):
            raise ShapeError(
                f"output_shape must name {len(named)} axes for {shown(self.equation)}. "
                f"Received {shown(wanted)}. Leave the batch axis out, and what '...' stands for: "
                f"{hidden} axes."
            )
        made = {}
        for letter, size in zip(named, wanted, strict=True):
            came = sizes.get(letter)
            if None not in (size, came) and size != came:
                raise ShapeError(
                    f"axis {letter!r} is {came} in the input and {size} in output_shape. "
                    f"Expected the same. Use None there, or {came}."
                )
            # Keras takes an axis that output_shape leaves open as open, whatever comes in.
            made[letter] = came if size is None else size
        return made

    def _sized(self, letters: str, sizes: dict[str, int | None], shape: Shape) -> tuple[int, ...]:
        for letter in letters:
            if letter not in sizes:
                raise InvalidArgumentError(
                    f"axis {letter!r} of the kernel is in neither input nor output. "
                    f"Received {shown(self.equation)}. Name it in one of them."
                )
        return tuple(known(sizes[one], f"axis {one!r}", shape) for one in letters)


def _sizes_of(letters: Iterable[str]) -> tuple[str, ...]:
    """Write the sizes of axes: the letters alone stand for other things in formulas."""
    return tuple(f"|{letter}|" for letter in letters)
