"""`summarize`: a network's table, and its totals."""

import os
from collections.abc import Sequence
from typing import Any

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, unknown_name
from digitzoo.formulas.layers.arguments import Shape
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.frozen import Frozen
from digitzoo.formulas.layers.shaping import InputLayer
from digitzoo.formulas.networks import table
from digitzoo.formulas.networks.keras_config import Model, described, read_keras_file, read_model
from digitzoo.formulas.networks.layer_info import LayerInfo
from digitzoo.formulas.networks.memory import BYTES_PER_VALUE
from digitzoo.formulas.networks.one_layer import read_shapes
from digitzoo.formulas.networks.totals import Totals, totals_of
from digitzoo.formulas.networks.walk import Walk


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
        from digitzoo.formulas.networks import zoo  # noqa: PLC0415 - it is built from layers like any other

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
        totals=totals_of(walk.inputs, rows, outputs[0].shape, batch_size, BYTES_PER_VALUE[dtype]),
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
