"""`summarize`: a network's table, and its totals."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, unknown_name
from digitzoo.formulas import table
from digitzoo.formulas.arguments import Shape, product, total
from digitzoo.formulas.frozen import Frozen
from digitzoo.formulas.info import BYTES_PER_VALUE, LayerInfo, bytes_label, read_shapes
from digitzoo.formulas.keras_config import Model, described, read_keras_file, read_model
from digitzoo.formulas.layer import Layer
from digitzoo.formulas.network import Walk
from digitzoo.formulas.shaping import InputLayer

if TYPE_CHECKING:
    from fractions import Fraction


class Totals(Frozen):
    """The sums over a network's rows, for one example unless a field says otherwise.

    Attributes:
        output_shape: The shape of the (first) output.
        params: All weights, each shared one counted once; equals Keras's `count_params()`.
        trainable_params: Weights that training changes.
        non_trainable_params: The other ones.
        macs: Multiply-accumulates; biases, pooling and activations not counted.
        bias_adds: Additions of a bias.
        flops: 2 x MACs + bias additions.
        receptive_field: What a position of the last spatial layer sees; `None`: everything.
        effective_stride: Input positions between two of its positions.
        receptive_field_center: Where its first position looks.
        seen: Whether the receptive field is known; not with a layer without a formula before it.
        activation_values: Values of the input and of all outputs.
        activation_bytes: Their memory, for the batch.
        weight_bytes: The memory of all weights.
        unknown: Layers without a formula; their MACs are missing from the sums.
    """

    output_shape: Shape
    params: int
    trainable_params: int
    non_trainable_params: int
    macs: int | None
    bias_adds: int | None
    flops: int | None
    receptive_field: tuple[int, ...] | None
    effective_stride: "tuple[int | Fraction, ...] | None"
    receptive_field_center: tuple[float, ...] | None
    seen: bool
    activation_values: int | None
    activation_bytes: int | None
    weight_bytes: int
    unknown: tuple[str, ...]

    @property
    def activation_memory(self) -> str:
        """Activation memory with its unit."""
        return "unknown" if self.activation_bytes is None else bytes_label(self.activation_bytes)

    @property
    def weight_memory(self) -> str:
        """Weight memory with its unit."""
        return bytes_label(self.weight_bytes)

    def to_dict(self) -> dict[str, object]:
        """Give the numbers as plain values, ready for JSON."""
        stride = self.effective_stride
        values: dict[str, object] = {name: getattr(self, name) for name in self.argument_names()}
        values["effective_stride"] = stride and [
            one if isinstance(one, int) else float(one) for one in stride
        ]
        values |= {
            "activation_memory": self.activation_memory,
            "weight_memory": self.weight_memory,
        }
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in values.items()
        }


class Summary(Frozen):
    """A network worked out: `layers`, one row for each call of a layer, and `totals`.

    `print` it, show it in a notebook, or take it elsewhere with `to_dict`, `to_markdown` and
    `to_csv`.
    """

    name: str
    input_shapes: tuple[Shape, ...]
    layers: tuple[LayerInfo, ...]
    totals: Totals
    batch_size: int
    dtype: str

    def __str__(self) -> str:
        return table.to_text(self)

    def to_markdown(self) -> str:
        """Write the table as GitHub's Markdown."""
        return table.to_markdown(self)

    def to_csv(self) -> str:
        """Write the rows, without totals, as comma-separated values."""
        return table.to_csv(self)

    def to_dict(self) -> dict[str, object]:
        """Give everything as plain values, ready for JSON."""
        return {
            "name": self.name,
            "input_shapes": [list(shape) for shape in self.input_shapes],
            "batch_size": self.batch_size,
            "dtype": self.dtype,
            "layers": [row.to_dict() for row in self.layers],
            "totals": self.totals.to_dict(),
        }

    def to_html(self) -> str:
        """Write the table as HTML."""
        return table.to_html(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"Summary({self.name}: {len(self.layers)} layers, {self.totals.params:,} parameters)"


def summarize(
    model: object,
    input_shape: Sequence[Any] | None = None,
    *,
    batch_size: int = 1,
    dtype: str = "float32",
    strict: bool = False,
) -> Summary:
    """Work out every layer of a network, and the totals.

    Args:
        model: A list of layer descriptions or Keras layers, a Keras model (Sequential or
            functional), the name of one of the zoo's networks, or the path of a `.keras` file,
            which is read without Keras.
        input_shape: The sizes that come in, without the batch axis; needed for descriptions,
            and for a model that leaves sizes open. A list of shapes for several inputs.
        batch_size: Examples held at once, for the activation memory.
        dtype: The type of weights and activations, for the memory.
        strict: Refuse a stride that does not fit, with the nearest sizes that do.

    Returns:
        The summary. Each layer call is one row; a layer called twice brings its weights once.

    Raises:
        ShapeError: Two layers do not go together.
        InvalidArgumentError: The input is unknown, or does not suit the model.
        ArgumentTypeError: `model` is none of these.
        DataFileError: The file is not what `model.save` writes.

    >>> from digitzoo.formulas import layers
    >>> network = [layers.Flatten(), layers.Dense(128), layers.Dense(10)]
    >>> summarize(network, (28, 28, 1)).totals.params
    101770
    >>> summarize("simple_cnn").totals.params
    592074
    """
    if dtype not in BYTES_PER_VALUE:
        raise InvalidArgumentError(unknown_name("dtype", dtype, BYTES_PER_VALUE))
    if not isinstance(batch_size, int) or batch_size < 1:
        raise InvalidArgumentError(
            f"summarize: batch_size must be at least 1. Received batch_size={batch_size!r}."
        )
    shapes = None if input_shape is None else read_shapes(input_shape, "summarize")
    walk = Walk(strict=strict)
    name = "network"
    if isinstance(model, str) and not model.endswith(".keras"):
        from digitzoo.formulas import zoo  # noqa: PLC0415 - it is built from layers like any other

        name, (model, own) = model, zoo.network(model)
        shapes = shapes or [own]
    if isinstance(model, (list, tuple)):
        layers, shape = _described(model, shapes)
        outputs = [walk.through_list(layers, shape)]
    else:
        read = _read(model)
        name = read.name
        outputs = walk.through_model(read, shapes)
    rows = tuple(walk.rows)
    return Summary(
        name=name,
        input_shapes=tuple(walk.inputs),
        layers=rows,
        totals=_totals(walk.inputs, rows, outputs[0].shape, batch_size, BYTES_PER_VALUE[dtype]),
        batch_size=batch_size,
        dtype=dtype,
    )


def _read(model: object) -> Model:
    if isinstance(model, (str, os.PathLike)):
        return read_keras_file(model)
    return read_model(model)


def _described(
    model: Sequence[object], shapes: Sequence[Shape] | None
) -> tuple[list[Layer], Shape]:
    layers = []
    for layer in model:
        read = layer if isinstance(layer, Layer) else described(layer)
        if read is None:
            raise ArgumentTypeError(
                "summarize: a list must hold layer descriptions, such as "
                f"formulas.layers.Conv2D(32, 5). Received {layer!r} ({type(layer).__name__}). Give "
                "a layer that has no formula here in a built keras.Sequential."
            )
        layers.append(read)
    if layers and isinstance(layers[0], InputLayer):
        shapes = shapes or [tuple(layers[0].shape)]
        layers = layers[1:]
    if not shapes or len(shapes) != 1:
        raise InvalidArgumentError(
            "summarize: layer descriptions need one input shape. Received "
            f"{'none' if not shapes else len(shapes)}. Use input_shape=(28, 28, 1)."
        )
    return layers, shapes[0]


def _totals(
    inputs: Sequence[Shape],
    rows: Sequence[LayerInfo],
    output_shape: Shape,
    batch_size: int,
    bytes_per_value: int,
) -> Totals:
    counted = [row for row in rows if row.known]
    # The row of an InputLayer repeats the input.
    fed = [product(shape) for shape in inputs]
    made = [row.activation_values for row in rows if row.layer != "InputLayer"]
    values = total(fed + made)
    macs = total([row.macs for row in counted])
    bias_adds = total([row.bias_adds for row in counted])
    trainable = sum(row.trainable_params for row in rows)
    other = sum(row.non_trainable_params for row in rows)
    last = _last_spatial(rows)
    return Totals(
        output_shape=output_shape,
        params=trainable + other,
        trainable_params=trainable,
        non_trainable_params=other,
        macs=macs,
        bias_adds=bias_adds,
        flops=None if macs is None or bias_adds is None else 2 * macs + bias_adds,
        receptive_field=last.receptive_field if last else None,
        effective_stride=last.effective_stride if last else None,
        receptive_field_center=last.receptive_field_center if last else None,
        seen=all(row.seen for row in rows) if last is None else last.seen,
        activation_values=values,
        activation_bytes=None if values is None else values * bytes_per_value * batch_size,
        weight_bytes=(trainable + other) * bytes_per_value,
        unknown=tuple(row.name for row in rows if not row.known),
    )


def _last_spatial(rows: Sequence[LayerInfo]) -> LayerInfo | None:
    """Find the last layer with positions; Flatten, Dense or global pooling may follow it."""
    for row in reversed(rows):
        if len(row.output_shape) > 1 and row.layer != "InputLayer":
            return row
    return None
