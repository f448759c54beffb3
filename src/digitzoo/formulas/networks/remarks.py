"""The sentences below a network's table, and how its numbers are written."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.layers.shapes import AXIS_NAMES, crossed
from digitzoo.formulas.networks.info import LayerInfo

if TYPE_CHECKING:
    from digitzoo.formulas.networks.summary import Summary


def number(value: int | None, *, complete: bool = True) -> str:
    """Write a count that may be unknown, or the least that it can be."""
    if value is None:
        return "?"
    return f"{value:,}" if complete else f"at least {value:,}"


def remarks(of: "Summary", columns: Sequence[str]) -> Iterator[str]:
    """Say what a reader of these columns should know, then what is odd about a layer."""
    if "params" in columns:
        params = number(of.params, complete=of.params_complete)
        stored = ", ".join(f"{count:,} as {kind}" for kind, count in of.stored)
        yield (
            f"Parameters: {of.trainable_params:,} trained + {of.non_trainable_params:,} other "
            f"= {params}, {of.weight_memory} as {of.dtype}{f' ({stored})' if stored else ''}."
        )
        if of.uncounted:
            yield f"Without the weights of {', '.join(of.uncounted)}: a built model tells them."
    if "values" in columns:
        yield (
            f"Values: those of the input and of every output; {of.activation_memory} as {of.dtype} "
            f"for a batch of {of.batch_size}."
        )
    if "MACs" in columns:
        flops = number(of.flops, complete=of.macs_complete)
        yield (
            "MACs: multiply-accumulates for one example; biases, pooling and activations not "
            f"counted. FLOPs: 2 x MACs + bias adds = {flops}."
        )
    if "field" in columns:
        yield from _sight(of)
    yield from _notes(of.layers)


def _sight(of: "Summary") -> Iterator[str]:
    if not of.seen:
        yield "Field: unknown after a layer without a formula."
    elif of.receptive_field is None:
        yield "Field: each output depends on the whole input."
    else:
        yield (
            "Field: the receptive field, input positions that one position sees; stride: those "
            "between two neighbours. The total's are those of the last layer with positions."
        )
    if of.receptive_field_before_pooling is not None:
        yield (
            f"Before the global pooling: field {crossed(of.receptive_field_before_pooling)}, "
            f"stride {crossed(of.effective_stride_before_pooling)}."
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
