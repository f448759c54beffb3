"""The totals of a network: the sums over its rows, and what its last positions see."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from digitzoo.formulas.layers.frozen import Frozen
from digitzoo.formulas.layers.shapes import Shape, product, total
from digitzoo.formulas.networks.layer_info import LayerInfo
from digitzoo.formulas.networks.memory import bytes_label

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
        uncounted: Those of them whose weights are missing too, because a file does not tell.

    >>> from digitzoo.formulas import summarize
    >>> summarize("simple_cnn").totals.weight_memory
    '2.26 MiB'
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
    uncounted: tuple[str, ...]

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


def totals_of(
    inputs: Sequence[Shape],
    rows: Sequence[LayerInfo],
    output_shape: Shape,
    batch_size: int,
    bytes_per_value: int,
) -> Totals:
    """Add the rows up."""
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
        uncounted=tuple(row.name for row in rows if not row.counted),
    )


def _last_spatial(rows: Sequence[LayerInfo]) -> LayerInfo | None:
    """Find the last layer with positions; Flatten, Dense or global pooling may follow it."""
    for row in reversed(rows):
        if len(row.output_shape) > 1 and row.layer != "InputLayer":
            return row
    return None
