"""TimeDistributed and Bidirectional: a layer at every step, a layer in both directions."""

from digitzoo.checks import check_choice
from digitzoo.errors import ArgumentTypeError, ShapeError, shown
from digitzoo.formulas.layers.base import Input, Layer, Result, Symbols, Weight
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.recurrent import Recurrent
from digitzoo.formulas.layers.shapes import product, show_shape, total


def _read_layer(name: str, value: object) -> Layer:
    if isinstance(value, Layer) and not value.merges:
        return value
    raise ArgumentTypeError(
        f"{name} must be the description of a layer with one input. Received {shown(value)}. Use "
        f"{name}=Dense(10)."
    )


def _read_recurrent(name: str, value: object) -> Recurrent:
    if isinstance(value, Recurrent):
        return value
    raise ArgumentTypeError(
        f"{name} must be the description of a recurrent layer. Received {shown(value)}. Use "
        f"{name}=LSTM(10)."
    )


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
                Weight(
                    f"{layer.name or layer.kind} {weight.name}",
                    weight.shape,
                    weight.trainable and layer.trainable,
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

    @property
    def symbols(self) -> Symbols:
        """Those of the layer, forwards and backwards."""
        return {
            f"{direction} {name}": sizes
            for direction, layer in zip(("forward", "backward"), self.directions, strict=True)
            for name, sizes in layer.symbols.items()
        }

    @property
    def product_symbols(self) -> tuple[tuple[str, ...], ...]:
        """Those of the layer, once for each direction."""
        return tuple(sizes for layer in self.directions for sizes in layer.product_symbols)

    @property
    def directions(self) -> tuple[Recurrent, Recurrent]:
        """The layer that reads forwards and the one that reads backwards."""
        return self.layer, self.backward_layer or self.layer

    def _result(self, one: Input) -> Result:
        both = [layer.work_out([one]) for layer in self.directions]
        *positions, values = both[0].output_shape
        twice = 2 if self.merge_mode == "concat" else 1
        return Result(
            (*positions, twice * (values or 0)),
            None,
            tuple(
                Weight(f"{direction} {weight.name}", weight.shape)
                for direction, one in zip(("forward", "backward"), both, strict=True)
                for weight in one.weights
            ),
            tuple(factors for one in both for factors in one.products),
            total([one.bias_adds for one in both]),
        )
