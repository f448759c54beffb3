"""The table of a network. Its columns add up to the last row."""

from collections.abc import Iterator, Sequence

from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.layers.shapes import AXIS_NAMES, Shape, crossed, product, show_shape
from digitzoo.formulas.networks.info import LayerInfo
from digitzoo.formulas.networks.totals import Totals
from digitzoo.tables import Table

_NUMBERS = ("params", "MACs", "bias adds", "values")
_COLUMNS = ("layer", "output shape", *_NUMBERS, "field", "stride")


def table_of(
    inputs: Sequence[Shape],
    rows: Sequence[LayerInfo],
    totals: Totals,
    *,
    batch_size: int,
    dtype: str,
) -> Table:
    """Show the input, the layers and the totals."""
    written = [_row(row) for row in rows]
    if all(row.layer != "InputLayer" for row in rows):
        written[:0] = [
            ("input", show_shape(shape), "0", "0", "0", _number(product(shape)), "", "")
            for shape in inputs
        ]
    last = (
        "total",
        "",
        _number(totals.params, complete=totals.params_complete),
        _number(totals.macs, complete=totals.macs_complete),
        _number(totals.bias_adds, complete=totals.macs_complete),
        _number(totals.activation_values),
        *_sight(totals),
    )
    remarks = (*_remarks(totals, batch_size, dtype), *_notes(rows))
    return Table(_COLUMNS, tuple(written), last, remarks, numbers=_NUMBERS)


def csv_of(rows: Sequence[LayerInfo]) -> Table:
    """Show every number of the rows, one column each, as programs read them."""
    dicts = [row.to_dict() for row in rows]
    return Table(tuple(dicts[0]), tuple(tuple(map(_cell, one.values())) for one in dicts))


def _remarks(totals: Totals, batch_size: int, dtype: str) -> Iterator[str]:
    params = _number(totals.params, complete=totals.params_complete)
    stored = ", ".join(f"{count:,} as {kind}" for kind, count in totals.stored)
    yield (
        f"Parameters: {totals.trainable_params:,} trained + {totals.non_trainable_params:,} other "
        f"= {params}, {totals.weight_memory} as {dtype}{f' ({stored})' if stored else ''}."
    )
    if totals.uncounted:
        yield f"Without the weights of {', '.join(totals.uncounted)}: a built model tells them."
    yield (
        f"Values: those of the input and of every output; {totals.activation_memory} as {dtype} "
        f"for a batch of {batch_size}."
    )
    flops = _number(totals.flops, complete=totals.macs_complete)
    yield (
        "MACs: multiply-accumulates for one example; biases, pooling and activations not counted. "
        f"FLOPs: 2 x MACs + bias adds = {flops}."
    )
    if not totals.seen:
        yield "Field: unknown after a layer without a formula."
    elif totals.receptive_field is None:
        yield "Field: each output depends on the whole input."
    else:
        yield (
            "Field: the receptive field, input positions that one position sees; stride: those "
            "between two neighbours. The total's are those of the last layer with positions."
        )
    if totals.receptive_field_before_pooling is not None:
        yield (
            f"Before the global pooling: field {crossed(totals.receptive_field_before_pooling)}, "
            f"stride {crossed(totals.effective_stride_before_pooling)}."
        )


def _notes(rows: Sequence[LayerInfo]) -> Iterator[str]:
    for row in rows:
        windows = [line for line in row.windows if isinstance(line, Window)]
        odd = next((line for line in windows if line.before != line.after), None)
        if odd:
            yield f"{row.name}: pads {odd.before} before and {odd.after} after."
        if any(row.unused):
            names = zip(AXIS_NAMES[len(row.unused)], row.unused, strict=True)
            left = ", ".join(f"{axis} {count}" for axis, count in names if count)
            yield f"{row.name}: the stride leaves positions at the end unused: {left}."
        if row.shared:
            yield f"{row.name}: shares its weights with an earlier call."
        yield from (f"{row.name}: {note}" for note in row.notes)


def _number(value: int | None, *, complete: bool = True) -> str:
    if value is None:
        return "?"
    return f"{value:,}" if complete else f"at least {value:,}"


def _row(row: LayerInfo) -> tuple[str, ...]:
    sizes = map(_number, (row.params, row.macs, row.bias_adds, row.activation_values))
    return (row.label, show_shape(row.output_shape), *sizes, *_sight(row))


def _sight(of: LayerInfo | Totals) -> tuple[str, str]:
    if not of.seen:
        return "?", "?"
    if of.receptive_field == ():  # a single row of values
        return "", ""
    return crossed(of.receptive_field, "all"), crossed(of.effective_stride, "")


def _cell(value: object) -> str:
    """Write a list as Keras's users read shapes: 24 x 24 x 32."""
    if not isinstance(value, list):
        return "" if value is None else str(value)
    if value and isinstance(value[0], list):
        return "; ".join(" ".join(map(str, pair)) for pair in value)
    return crossed(value) if value else ""
