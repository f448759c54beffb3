"""The totals of a network: the sums over its rows, and what its last positions see."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from digitzoo.formulas.layers.frozen import Frozen
from digitzoo.formulas.layers.pooling import GlobalPooling
from digitzoo.formulas.layers.shapes import Shape, product, total
from digitzoo.formulas.networks.info import BYTES_PER_VALUE, LayerInfo, bytes_label, plain

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
        receptive_field_before_pooling: What a position sees before the last global pooling, where
            that is not the field above; `None` elsewhere.
        effective_stride_before_pooling: The stride there.
        seen: Whether the receptive field is known; not with a layer without a formula before it.
        activation_values: Values of the input and of all outputs.
        activation_bytes: Their memory, for the batch.
        weight_bytes: The memory of all weights; whole numbers, as of int8 layers, in their own
            type.
        stored: How many weights are whole numbers, by their type.
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
    receptive_field_before_pooling: tuple[int, ...] | None
    effective_stride_before_pooling: "tuple[int | Fraction, ...] | None"
    seen: bool
    activation_values: int | None
    activation_bytes: int | None
    weight_bytes: int
    stored: tuple[tuple[str, int], ...]
    unknown: tuple[str, ...]
    uncounted: tuple[str, ...]

    @property
    def activation_memory(self) -> str:
        """Activation memory with its unit."""
        return "unknown" if self.activation_bytes is None else bytes_label(self.activation_bytes)

    @property
    def weight_memory(self) -> str:
        """Weight memory with its unit."""
        known = bytes_label(self.weight_bytes)
        return known if self.params_complete else f"at least {known}"

    @property
    def macs_complete(self) -> bool:
        """Whether MACs, bias additions and FLOPs hold those of every layer."""
        return not self.unknown

    @property
    def params_complete(self) -> bool:
        """Whether parameters and their memory hold those of every layer."""
        return not self.uncounted

    def to_dict(self) -> dict[str, object]:
        """Give the numbers as plain values, ready for JSON."""
        also = ("activation_memory", "weight_memory", "macs_complete", "params_complete")
        names = (*self.argument_names(), *also)
        return {name: plain(getattr(self, name)) for name in names} | {"stored": dict(self.stored)}


def totals_of(
    inputs: Sequence[Shape],
    rows: Sequence[LayerInfo],
    output_shape: Shape,
    batch_size: int,
    dtype: str,
) -> Totals:
    """Add the rows up."""
    unknown = [row for row in rows if row.description is None]
    known = [row for row in rows if row.description is not None] if unknown else rows
    # The row of an InputLayer repeats the input.
    made = [row.activation_values for row in rows if row.layer != "InputLayer"]
    values = total([*map(product, inputs), *made])
    macs, bias_adds = total([row.macs for row in known]), total([row.bias_adds for row in known])
    counts = [row.params_by_use for row in rows]
    trainable, other = sum([one for one, _ in counts]), sum([one for _, one in counts])
    last, before = _last_spatial(rows), _before_pooling(rows)
    if before and last and before.receptive_field == last.receptive_field:
        before = None
    stored: dict[str, int] = {}
    for kind, count in (one for row in rows for one in row.stored):
        stored[kind] = stored.get(kind, 0) + count
    size = BYTES_PER_VALUE[dtype]
    return Totals.trusted(
        output_shape=output_shape,
        params=trainable + other,
        trainable_params=trainable,
        non_trainable_params=other,
        macs=macs,
        bias_adds=bias_adds,
        flops=total([product([2, macs]), bias_adds]),
        receptive_field=last and last.receptive_field,
        effective_stride=last and last.effective_stride,
        receptive_field_center=last and last.receptive_field_center,
        receptive_field_before_pooling=before and before.receptive_field,
        effective_stride_before_pooling=before and before.effective_stride,
        seen=last.seen if last else all(row.seen for row in rows),
        activation_values=values,
        activation_bytes=product([values, size, batch_size]),
        # Whole numbers keep their own type.
        weight_bytes=(trainable + other - sum(stored.values())) * size
        + sum([count * BYTES_PER_VALUE.get(kind, 4) for kind, count in stored.items()]),
        stored=tuple(stored.items()),
        unknown=tuple([row.name for row in unknown]),
        uncounted=tuple([row.name for row in unknown if not row.counted]),
    )


def _last_spatial(rows: Sequence[LayerInfo]) -> LayerInfo | None:
    """Find the last layer with positions; Flatten, Dense or global pooling may follow it."""
    spatial = (r for r in reversed(rows) if len(r.output_shape) > 1 and r.layer != "InputLayer")
    return next(spatial, None)


def _before_pooling(rows: Sequence[LayerInfo]) -> LayerInfo | None:
    """Find what comes into the last global pooling: the field that papers mostly name."""
    back = list(reversed(rows))
    for place, pool in enumerate(back):
        if isinstance(pool.description, GlobalPooling):
            fits = (row for row in back[place:] if row.output_shape == pool.input_shape)
            return next(fits, None) if pool.fields and pool.seen else None
    return None
