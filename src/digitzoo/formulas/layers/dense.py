"""Dense and Embedding: every output from every input value, and one row of a table."""

from typing import ClassVar

from digitzoo.errors import ShapeError
from digitzoo.formulas.axis.receptive_field import IDENTITY
from digitzoo.formulas.layers.arguments import read_activation
from digitzoo.formulas.layers.base import Input, Layer, Result, Weight, initializers
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import known, product


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
        kernel = Weight("kernel", (known(last, "the last axis", one.shape), self.units))
        shape = (*positions, self.units)
        return Result(
            shape,
            one.fields if positions else None,
            (kernel, Weight("bias", (self.units,))) if self.use_bias else (kernel,),
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
        table = Weight("embeddings", (self.input_dim, self.output_dim))
        return Result((*one.shape, self.output_dim), fields, (table,))
