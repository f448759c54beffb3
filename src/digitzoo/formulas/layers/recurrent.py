"""Layers over steps. MACs: the products with the two kernels, not those value by value."""

from functools import partial
from typing import ClassVar

from digitzoo.checks import check_choice
from digitzoo.errors import ArgumentTypeError, ShapeError, shown
from digitzoo.formulas.layers.base import Input, Layer, Result, Weight, initializers
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import known, product, read_activation, show_shape, total


class Recurrent(Layer):
    """Weighs a step's values with one kernel, the state's with another, once for each gate."""

    gates: ClassVar[int] = 1  # Columns of the kernels for each unit
    without_effect: ClassVar[frozenset[str]] = initializers("kernel", "recurrent", "bias") | {
        *("dropout", "recurrent_dropout", "seed", "unit_forget_bias", "unroll", "stateful"),
        *("go_backwards", "zero_output_for_mask", "use_cudnn", "return_state"),
    }

    units: int = given(kw_only=False)
    activation: object = given(default="tanh", kw_only=False, read=read_activation)
    use_bias: bool = True
    return_sequences: bool = False

    def _result(self, one: Input) -> Result:
        shape = one.shape
        if len(shape) != 2:
            raise ShapeError(
                f"the input must have 2 axes without the batch axis, (steps, values). "
                f"Received {show_shape(shape)}. Use Reshape before it, such as Reshape((28, 28)) "
                "for the rows of an image."
            )
        steps, values = shape[0], known(shape[1], "the last axis", shape)
        columns, letter = self.gates * self.units, f"{self.gates}U" if self.gates > 1 else "U"
        kernels = (
            Weight("kernel", (values, columns), ("N", letter)),
            Weight("recurrent kernel", (self.units, columns), ("U", letter)),
        )
        # GRU's step and state have biases of their own.
        two = bool(getattr(self, "reset_after", False))
        bias = Weight("bias", (*(2,) * two, columns), (*("2",) * two, letter))
        return Result(
            (steps, self.units) if self.return_sequences else (self.units,),
            # The last step sees all; those before it see what came until then.
            None,
            (*kernels, *(bias,) * self.use_bias),
            tuple((steps, *kernel.shape) for kernel in kernels),
            product((steps, *bias.shape)) if self.use_bias else 0,
            product_letters=tuple(("n", *kernel.letters) for kernel in kernels),
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


def _read_layer(
    name: str, value: object, kind: type[Layer] = Layer, what: str = "layer with one input"
) -> Layer:
    if isinstance(value, kind) and not value.merges:
        return value
    raise ArgumentTypeError(
        f"{name} must be the description of a {what}. Received {shown(value)}. "
        f"Use {name}={'Dense' if kind is Layer else 'LSTM'}(10)."
    )


_read_recurrent = partial(_read_layer, kind=Recurrent, what="recurrent layer")


def _read_join(name: str, value: object) -> str | None:
    return None if value is None else check_choice(name, value, ("concat", "sum", "mul", "ave"))


class TimeDistributed(Layer):
    """The same layer, with the same weights, at every step of the first axis."""

    phrase = "time distributed"

    layer: Layer = given(kw_only=False, read=_read_layer)

    def _result(self, one: Input) -> Result:
        if len(one.shape) < 2:
            raise ShapeError(
                f"the input must have 2 axes or more without the batch axis, the steps "
                f"first. Received {show_shape(one.shape)}. Use the layer without TimeDistributed."
            )
        steps, *step = one.shape
        fields = None if one.fields is None else one.fields[1:]
        inner = self.layer.work_out([Input(tuple(step), fields)])
        positions = len(inner.output_shape) - 1
        kept = inner.fields if positions > 0 else ()
        return Result(
            (steps, *inner.output_shape),
            None if one.fields is None or kept is None else (one.fields[0], *kept),
            inner.weights,
            tuple((steps, *factors) for factors in inner.products),
            product((steps, inner.bias_adds)),
            notes=inner.notes,
            product_letters=tuple(("O", *letters) for letters in inner.product_letters),
        )


class Chain(Layer):
    """Layers one after the other, as a Sequential model inside TimeDistributed holds them."""

    layers: tuple[Layer, ...] = given(kw_only=False)

    def _result(self, one: Input) -> Result:
        weights: list[Weight] = []
        products: list[tuple[int | None, ...]] = []
        bias_adds: list[int | None] = []
        for layer in self.layers:
            result = layer.work_out([one])
            one = Input(result.output_shape, result.fields)
            products += result.products
            bias_adds.append(result.bias_adds)
            weights += [
                weight._replace(
                    name=f"{layer.name or layer.kind} {weight.name}",
                    trainable=weight.trainable and layer.trainable,
                )
                for weight in result.weights
            ]
        return Result(one.shape, one.fields, tuple(weights), tuple(products), total(bias_adds))


class Bidirectional(Layer):
    """A recurrent layer forwards, and one like it backwards; `merge_mode` joins the two."""

    without_effect = Layer.without_effect | {"weights"}
    phrase = "bidirectional"

    layer: Recurrent = given(kw_only=False, read=_read_recurrent)
    merge_mode: str | None = given(default="concat", kw_only=False, read=_read_join)
    backward_layer: Recurrent | None = given(default=None, read=_read_recurrent)

    def _result(self, one: Input) -> Result:
        both = [layer.work_out([one]) for layer in (self.layer, self.backward_layer or self.layer)]
        *positions, values = both[0].output_shape
        twice = 2 if self.merge_mode == "concat" else 1
        return Result(
            (*positions, twice * (values or 0)),
            None,
            tuple(
                weight._replace(name=f"{direction} {weight.name}")
                for direction, one in zip(("forward", "backward"), both, strict=True)
                for weight in one.weights
            ),
            tuple(factors for one in both for factors in one.products),
            total([one.bias_adds for one in both]),
            product_letters=tuple(letters for one in both for letters in one.product_letters),
        )
