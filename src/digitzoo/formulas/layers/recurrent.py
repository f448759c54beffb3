"""SimpleRNN, GRU and LSTM: one step after the other, each with the state of the step before.

MACs count the products with the two kernels. The gates' products value by value are left out, as
activations are: they are U for each step, beside U x U.
"""

from typing import ClassVar

from digitzoo.errors import ShapeError
from digitzoo.formulas.layers.arguments import read_activation
from digitzoo.formulas.layers.base import Input, Layer, Result, Symbols, Weight, initializers
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
    def symbols(self) -> Symbols:
        """The values that come in, and the columns of the kernels."""
        columns = f"{self.gates}U" if self.gates > 1 else "U"
        bias = (*("2",) * self._two_biases, columns)
        return {"kernel": ("N", columns), "recurrent kernel": ("U", columns), "bias": bias}

    @property
    def product_symbols(self) -> tuple[tuple[str, ...], ...]:
        """Each kernel, once for each step."""
        return tuple(("n", *self.symbols[name]) for name in ("kernel", "recurrent kernel"))

    @property
    def _two_biases(self) -> bool:
        """Whether step and state have biases of their own, as GRU's with `reset_after`."""
        return bool(getattr(self, "reset_after", False))

    def _result(self, one: Input) -> Result:
        shape = one.shape
        if len(shape) != 2:
            raise ShapeError(
                f"the input must have 2 axes without the batch axis, (steps, values). "
                f"Received {show_shape(shape)}. Use Reshape before it, such as Reshape((28, 28)) "
                "for the rows of an image."
            )
        steps, values = shape[0], known(shape[1], "the last axis", shape)
        columns = self.gates * self.units
        kernels = (
            Weight("kernel", (values, columns)),
            Weight("recurrent kernel", (self.units, columns)),
        )
        bias = (*(2,) * self._two_biases, columns)
        return Result(
            (steps, self.units) if self.return_sequences else (self.units,),
            # The last step sees all; those before it see what came until then.
            None,
            (*kernels, *(Weight("bias", bias),) * self.use_bias),
            tuple((steps, *kernel.shape) for kernel in kernels),
            product((steps, *bias)) if self.use_bias else 0,
        )


class SimpleRNN(Recurrent):
    """The new state is an activation of the step's values and the old state, weighed."""

    phrase = "recurrent"


class Gated(Recurrent):
    """A recurrent layer whose gates have an activation of their own."""

    recurrent_activation: object = given(default="sigmoid", kw_only=False, read=read_activation)


class LSTM(Gated):
    """Four gates: input, forget, new values, output. The state is kept apart from the output."""

    gates = 4
    phrase = "lstm"


class GRU(Gated):
    """Three gates: update, reset, new values.

    With `reset_after`, Keras's default, step and state have biases of their own.
    """

    gates = 3
    phrase = "gru"

    reset_after: bool = True
