"""The table of a network as text, Markdown, CSV and HTML. The columns add up to the last row."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.layers.shapes import AXIS_NAMES, product, show_shape
from digitzoo.formulas.networks.layer_info import LayerInfo
from digitzoo.formulas.networks.wrapping import wrapped

if TYPE_CHECKING:
    from digitzoo.formulas.networks.summary import Summary
    from digitzoo.formulas.networks.totals import Totals

COLUMNS = (
    "layer",
    "output shape",
    "params",
    "MACs",
    "bias adds",
    "values",
    "field",
    "stride",
)
_NUMBERS = range(2, 6)


def rows(summary: "Summary") -> list[tuple[str, ...]]:
    """Give the table's cells: the input, the layers, the totals."""
    totals = summary.totals
    first = (
        ()
        if any(row.layer == "InputLayer" for row in summary.layers)
        else tuple(
            ("input", show_shape(shape), "0", "0", "0", number(product(shape)), "", "")
            for shape in summary.input_shapes
        )
    )
    last = (
        "total",
        "",
        *map(number, (totals.params, totals.macs, totals.bias_adds, totals.activation_values)),
        *_sight(totals),
    )
    return [*first, *map(_row, summary.layers), last]


def remarks(summary: "Summary") -> Iterator[str]:
    """Say what the columns mean and what they do not show."""
    totals, dtype = summary.totals, summary.dtype
    yield (
        f"Parameters: {totals.trainable_params:,} trained + {totals.non_trainable_params:,} other "
        f"= {totals.params:,}, {totals.weight_memory} as {dtype}."
    )
    if totals.uncounted:
        yield f"Without the weights of {', '.join(totals.uncounted)}: the file does not tell them."
    yield (
        f"Values: those of the input and of every output; {totals.activation_memory} as {dtype} "
        f"for a batch of {summary.batch_size}."
    )
    yield (
        "MACs: multiply-accumulates for one example; biases, pooling and activations not counted. "
        f"FLOPs: 2 x MACs + bias adds = {number(totals.flops)}."
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
    for row in summary.layers:
        yield from (f"{row.name}: {note}" for note in notes(row))


def notes(row: LayerInfo) -> Iterator[str]:
    """Name what a row of numbers hides: odd padding, unused positions, other warnings."""
    for line in row.windows:
        if isinstance(line, Window) and line.before != line.after:
            yield f"pads {line.before} before and {line.after} after."
            break
    if any(row.unused):
        names = zip(AXIS_NAMES[len(row.unused)], row.unused, strict=True)
        left = ", ".join(f"{axis} {count}" for axis, count in names if count)
        yield f"the stride leaves positions at the end unused: {left}."
    if row.shared:
        yield "shares its weights with an earlier call."
    yield from row.notes


def to_text(summary: "Summary") -> str:
    """Write the table for a terminal."""
    cells = rows(summary)
    widths = [max(map(len, column)) for column in zip(COLUMNS, *cells, strict=True)]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    arriving = " and ".join(show_shape(shape) for shape in summary.input_shapes)
    return "\n".join(
        [
            f"{summary.name}: {arriving} -> {show_shape(summary.totals.output_shape)}",
            rule,
            _line(COLUMNS, widths),
            rule,
            *(_line(row, widths) for row in cells[:-1]),
            rule,
            _line(cells[-1], widths),
            rule,
            *(wrapped(remark) for remark in remarks(summary)),
        ]
    )


def to_markdown(summary: "Summary") -> str:
    """Write the table as GitHub's Markdown."""
    align = ["---:" if n in _NUMBERS else "---" for n in range(len(COLUMNS))]
    lines = [COLUMNS, tuple(align), *(_escaped(row) for row in rows(summary))]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{table}\n\n" + "\n".join(f"- {remark}" for remark in remarks(summary)) + "\n"


def to_html(summary: "Summary") -> str:
    """Write the table for a notebook."""
    import html  # noqa: PLC0415 - only notebooks need it

    cells = rows(summary)

    def line(values: Sequence[str], tag: str) -> str:
        written = (
            f'<{tag} style="text-align:{"right" if n in _NUMBERS else "left"}">'
            f"{html.escape(value)}</{tag}>"
            for n, value in enumerate(values)
        )
        return f"<tr>{''.join(written)}</tr>"

    return "\n".join(
        [
            "<table>",
            f"<caption>{html.escape(summary.name)}</caption>",
            f"<thead>{line(COLUMNS, 'th')}</thead>",
            "<tbody>",
            *(line(row, "td") for row in cells[:-1]),
            "</tbody>",
            f"<tfoot>{line(cells[-1], 'th')}</tfoot>",
            "</table>",
            "<ul>",
            *(f"<li>{html.escape(remark)}</li>" for remark in remarks(summary)),
            "</ul>",
        ]
    )


def to_csv(summary: "Summary") -> str:
    """Write the rows as comma-separated values, one column for each number."""
    import csv  # noqa: PLC0415 - only files need it
    import io  # noqa: PLC0415

    dicts = [row.to_dict() for row in summary.layers]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dicts[0]) if dicts else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in dicts)
    return out.getvalue()


def number(value: int | None) -> str:
    """Write a count with separators, or a question mark."""
    return "?" if value is None else f"{value:,}"


def axes(values: Sequence[object] | None) -> str:
    """Write one number for each axis, `all` where there are no positions."""
    if values is None:
        return "all"
    return " x ".join(map(str, values))


def _row(row: LayerInfo) -> tuple[str, ...]:
    sizes = map(number, (row.params, row.macs, row.bias_adds, row.activation_values))
    return (row.label, show_shape(row.output_shape), *sizes, *_sight(row))


def _sight(of: "LayerInfo | Totals") -> tuple[str, str]:
    if not of.seen:
        return "?", "?"
    stride = of.effective_stride
    return axes(of.receptive_field), "" if stride is None else axes(stride)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        cell.rjust(width) if n in _NUMBERS else cell.ljust(width)
        for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ).rstrip()


def _escaped(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.replace("|", "\\|") for cell in cells)


def _cell(value: object) -> object:
    """Write a list as Keras's users read shapes: 24 x 24 x 32."""
    if isinstance(value, list):
        if value and isinstance(value[0], list):
            return "; ".join(" ".join(map(str, pair)) for pair in value)
        return " x ".join("?" if one is None else str(one) for one in value)
    return value
