"""SimpleRNN, GRU and LSTM: one step after the other, each with the state of the step before.

MACs count the products with the two kernels. The gates' products value by value are left out, as
activations are: they are U for each step, beside U x U.
"""

from collections.abc import Sequence
from typing import ClassVar

from digitzoo.errors import ShapeError
from digitzoo.formulas.layers.arguments import read_activation
from digitzoo.formulas.layers.base import Input, Layer, Result, Weight, initializers
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import known, product, show_shape


class Recurrent(Layer):
    """Weighs a step's values with one kernel, the state's with another, once for each gate."""

    # Columns of the kernels for each unit.
    gates: ClassVar[int] = 1
    without_effect: ClassVar[frozenset[str]] = initializers("kernel", "recurrent", "bias") | {
        *("dropout", "recurrent_dropout", "seed", "unit_forget_bias", "unroll", "stateful"),
        *("go_backwards", "zero_output_for_mask", "use_cudnn", "return_state"),
    }

    units: int = given(kw_only=False)
    activation: object = given(default="tanh", kw_only=False, read=read_activation)
    use_bias: bool = True
    return_sequences: bool = False

    @property
    def bias_shape(self) -> tuple[int, ...]:
        """The biases: one for each column of the kernels."""
        return (self.gates * self.units,)

    @property
    def symbols(self) -> dict[str, tuple[str, ...]]:
        """What the sizes of the weights are called in formulas."""
        columns = f"{self.gates}U" if self.gates > 1 else "U"
        bias = (*("2",) * (len(self.bias_shape) - 1), columns)
        return {"kernel": ("N", columns), "recurrent kernel": ("U", columns), "bias": bias}

    @property
    def product_symbols(self) -> tuple[tuple[str, ...], ...]:
        """Each kernel, once for each step."""
        return tuple(("n", *self.symbols[name]) for name in ("kernel", "recurrent kernel"))

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        shape = inputs[0].shape
        if len(shape) != 2:  # steps and their values
            raise ShapeError(
                f"the input must have 2 axes without the batch axis, (steps, values). "
                f"Received {show_shape(shape)}. Use Reshape before it, such as Reshape((28, 28)) "
                "for the rows of an image."
            )
        steps, values = shape[0], known(shape[1], "the last axis", shape)
        columns = self.gates * self.units
        weights = (
            Weight("kernel", (values, columns)),
            Weight("recurrent kernel", (self.units, columns)),
            *(Weight("bias", self.bias_shape),) * self.use_bias,
        )
        return Result(
            (steps, self.units) if self.return_sequences else (self.units,),
            # The last step sees all; those before it see what came until then.
            None,
            weights,
            tuple((steps, *weight.shape) for weight in weights[:2]),
            product((steps, *self.bias_shape)) if self.use_bias else 0,
        )


class SimpleRNN(Recurrent):
    """The new state is an activation of the step's values and the old state, weighed."""

    phrase: ClassVar[str] = "recurrent"


class Gated(Recurrent):
    """A recurrent layer whose gates have an activation of their own."""

    recurrent_activation: object = given(default="sigmoid", kw_only=False, read=read_activation)


class LSTM(Gated):
    """Four gates: input, forget, new values, output. The state is kept apart from the output."""

    gates: ClassVar[int] = 4
    phrase: ClassVar[str] = "lstm"


class GRU(Gated):
    """Three gates: update, reset, new values.

    With `reset_after`, Keras's default, step and state have biases of their own.
    """

    gates: ClassVar[int] = 3
    phrase: ClassVar[str] = "gru"

    reset_after: bool = True

    @property
    def bias_shape(self) -> tuple[int, ...]:
        """One bias for each column, or two."""
        one = (self.gates * self.units,)
        return (2, *one) if self.reset_after else one
