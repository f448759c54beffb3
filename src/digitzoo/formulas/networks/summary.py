"""`summarize`: a network's totals, and its table, whose columns add up to the last row."""

from collections.abc import Sequence
from typing import Any

from digitzoo.checks import check_choice, check_flag
from digitzoo.formulas.axis.window import whole
from digitzoo.formulas.calls import public
from digitzoo.formulas.layers.shapes import Shape, crossed, product, show_shape
from digitzoo.formulas.networks.graph import input_shapes
from digitzoo.formulas.networks.info import BYTES_PER_VALUE, LayerInfo
from digitzoo.formulas.networks.layer_info import read_shapes
from digitzoo.formulas.networks.read_network import read_network
from digitzoo.formulas.networks.remarks import number, remarks
from digitzoo.formulas.networks.totals import Totals, totals_of
from digitzoo.formulas.networks.walk import walk
from digitzoo.tables import Table

_NUMBERS = ("params", "MACs", "bias adds", "values")
_COLUMNS = ("layer", "output shape", *_NUMBERS, "field", "stride")


def _row(row: LayerInfo) -> tuple[str, ...]:
    sizes = map(number, (row.params, row.macs, row.bias_adds, row.activation_values))
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


class Summary(Totals):
    """A network worked out: `layers`, one row for each call of a layer, and their `totals`.

    `print` it, show it in a notebook, or take it elsewhere with `to_dict`, `to_markdown` and
    `to_csv`. Each of the totals stands in the summary itself too: `summary.params`.

    Attributes:
        name: The network's name.
        input_shapes: The shape of each input, without the batch axis.
        layers: One row for each call of a layer.
        totals: The sums over the rows.
        batch_size: Examples held at once, for the activation memory.
        dtype: The type of weights and activations, for the memory.

    >>> summarize("simple_cnn")
    Summary(simple_cnn: 5 layers, 592,074 parameters)
    """

    name: str
    input_shapes: tuple[Shape, ...]
    layers: tuple[LayerInfo, ...]
    totals: Totals
    batch_size: int
    dtype: str

    def table(self, columns: Sequence[str] = _COLUMNS) -> Table:
        """Give the table that is printed, or some of its columns.

        Args:
            columns: Their names, in the order in which they are wanted; by default all.

        Returns:
            A table that `print` shows.

        Raises:
            InvalidArgumentError: If there is no such column.
            ArgumentTypeError: If a name is no text.

        >>> from digitzoo import summarize
        >>> summarize("small_dense").table(["layer", "params"]).columns
        ('layer', 'params')
        """
        places = [_COLUMNS.index(check_choice("column", name, _COLUMNS)) for name in columns]
        written = [_row(row) for row in self.layers]
        if all(row.layer != "InputLayer" for row in self.layers):
            written[:0] = [
                ("input", show_shape(shape), "0", "0", "0", number(product(shape)), "", "")
                for shape in self.input_shapes
            ]
        last = (
            "total",
            "",
            number(self.params, complete=self.params_complete),
            number(self.macs, complete=self.macs_complete),
            number(self.bias_adds, complete=self.macs_complete),
            number(self.activation_values),
            *_sight(self),
        )
        *rows, total = (tuple(row[place] for place in places) for row in (*written, last))
        said = tuple(remarks(self, columns))
        return Table(tuple(columns), tuple(rows), total, said, numbers=_NUMBERS)

    def __str__(self) -> str:
        arriving = " and ".join(show_shape(shape) for shape in self.input_shapes)
        title = f"{self.name}: {arriving} -> {show_shape(self.output_shape)}"
        return str(self.table()._replace(title=title))

    def to_markdown(self) -> str:
        """Write the table as GitHub's Markdown."""
        return self.table().to_markdown()

    def to_csv(self) -> str:
        """Write the rows, without totals, as comma-separated values."""
        rows = [row.to_dict() for row in self.layers]
        return Table(
            tuple(rows[0]), tuple(tuple(map(_cell, row.values())) for row in rows)
        ).to_csv()

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
        return self.table()._replace(title=self.name).to_html()

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        count = len(self.layers)
        layers = f"{count} {'layer' if count == 1 else 'layers'}"
        return f"Summary({self.name}: {layers}, {self.params:,} parameters)"


@public
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
    >>> summarize(network, (28, 28, 1)).params
    101770
    >>> summarize("simple_cnn").params
    592074
    """
    check_choice("dtype", dtype, BYTES_PER_VALUE)
    batch_size = whole("batch_size", batch_size)
    shapes = None if input_shape is None else read_shapes(input_shape)
    strict = check_flag("strict", strict)
    graph = read_network(model)
    arriving = input_shapes(graph, shapes)
    rows, outputs = walk(graph, arriving, strict=strict)
    totals = totals_of(arriving, rows, outputs[0].shape, batch_size, dtype)
    return Summary.trusted(
        **vars(totals),
        totals=totals,
        name=graph.name,
        input_shapes=tuple(arriving),
        layers=rows,
        batch_size=batch_size,
        dtype=dtype,
    )
