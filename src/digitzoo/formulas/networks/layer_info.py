"""`layer_info`: one layer worked out, alone or where it stands in a network."""

from collections.abc import Sequence

from digitzoo.checks import check_flag
from digitzoo.errors import ArgumentTypeError, DigitzooError, ShapeError, shown
from digitzoo.formulas.axis.receptive_field import IDENTITY
from digitzoo.formulas.axis.window import Window, refuse_rest
from digitzoo.formulas.calls import locate, public
from digitzoo.formulas.layers.base import Input, Layer, Result
from digitzoo.formulas.layers.catalogue import named_layer
from digitzoo.formulas.layers.shapes import Shape, along, read_shape, show_shape
from digitzoo.formulas.networks.info import LayerInfo
from digitzoo.formulas.networks.keras_layers import describe_keras_layer


@public
def layer_info(
    layer: object,
    /,  # TimeDistributed has an argument of that name
    input_shape: Sequence[int | None],
    *,
    strict: bool = False,
    **arguments: object,
) -> LayerInfo:
    """Work out one layer for one input.

    Args:
        layer: Keras's name of the layer, its description, or a Keras layer.
        input_shape: The sizes that come in, without the batch axis. For a layer that joins
            branches, a list of such shapes.
        strict: Refuse a stride that does not fit, with the nearest sizes that do.
        **arguments: The layer's arguments, as in Keras, if it was named.

    Returns:
        The row: `output_shape`, `params`, `macs`, `receptive_field`, ...

    Raises:
        ShapeError: Layer and input do not go together.
        InvalidArgumentError: A name or a value cannot work.
        ArgumentTypeError: A value has the wrong type.

    >>> info = layer_info("Conv2D", (28, 28, 1), filters=32, kernel_size=5)
    >>> info.output_shape, info.params, info.macs
    ((24, 24, 32), 832, 460800)
    """
    given = layer if isinstance(layer, Layer) else describe_keras_layer(layer)
    if given is not None:
        if arguments:
            raise ArgumentTypeError(
                f"{given.kind} is already described. Expected no more arguments, received "
                f"{', '.join(arguments)}. Name the layer by a string, or describe it anew."
            )
        description = given
    elif isinstance(layer, str):
        description = named_layer(layer, arguments)
    else:
        raise ArgumentTypeError(
            f"{shown(layer)} is no layer that has a formula here. Expected Keras's name of "
            "one, such as 'Conv2D', a description or a Keras layer."
        )
    name = description.name or description.kind
    try:
        inputs = [start(shape) for shape in read_shapes(input_shape)]
    except DigitzooError as error:
        raise locate(error, description.kind, door=True) from None
    result = work_out_layer(description, inputs, name, strict=check_flag("strict", strict))
    made = Input(result.output_shape, result.fields)
    return row_of(name, description, inputs, made, result)


def work_out_layer(
    description: Layer, inputs: Sequence[Input], name: str, *, strict: bool = False
) -> Result:
    """Work out a description where it stands in a network, which its errors name."""
    try:
        if len(inputs) > 1 and not description.merges:
            _refuse_many(inputs, at_most=max(len(description.takes), 1))
        if description.expected:
            description.expected.check(inputs[0].shape)
        result = description.work_out(inputs)
        if strict:
            _refuse_rests(result, getattr(description, "padding", None))
    except DigitzooError as error:
        kind = description.kind
        where = kind if name == kind else f"{kind} {shown(name)}"
        raise locate(error, where, door=True) from None
    return result


def row_of(
    name: str,
    layer: Layer | str,
    inputs: Sequence[Input],
    made: Input,
    result: Result = Result((), None),  # noqa: B008 - a value
) -> LayerInfo:
    """Make the row of a description, or of a class without one, and of what came out of it."""
    description = None if isinstance(layer, str) else layer
    return LayerInfo.trusted(
        layer=description.kind if description else layer,
        name=name,
        input_shapes=tuple([one.shape for one in inputs]) or ((),),
        output_shape=made.shape,
        fields=made.fields,
        weights=result.weights,
        products=result.products,
        bias_adds=result.bias_adds,
        product_letters=result.product_letters,
        windows=result.windows,
        padding=result.padding,
        notes=result.notes,
        seen=made.seen,
        trainable=description is None or description.trainable,
        description=description,
    )


def _refuse_many(inputs: Sequence[Input], at_most: int) -> None:
    """Refuse more inputs than a layer takes; sizes with commas are meant as one shape."""
    if len(inputs) <= at_most:
        return
    shapes = [one.shape for one in inputs]
    advice = "Give one shape, or join them with Concatenate or Add before it."
    if all(len(shape) == 1 for shape in shapes):
        one = tuple(shape[0] for shape in shapes)
        advice = f"Give one shape: {show_shape(one)}, or {'x'.join(map(str, one))} typed."
    takes = f"up to {at_most} inputs" if at_most > 1 else "one input"
    raise ArgumentTypeError(f"takes {takes}. Received {len(shapes)}: {shown(shapes)}. {advice}")


def _refuse_rests(result: Result, padding: object) -> None:
    for axis, line in enumerate(result.windows):
        if isinstance(line, Window):
            try:
                refuse_rest(line, padding)
            except ShapeError as error:
                raise along(axis, len(result.windows), error) from None


def start(shape: Shape) -> Input:
    """Begin a network: every position sees itself, on all axes but the channels."""
    return Input(shape, (IDENTITY,) * max(len(shape) - 1, 0))


def read_shapes(value: object) -> list[Shape]:
    """Read one shape, or a list of them."""
    if isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple):
        return [read_shape(one) for one in value]
    return [read_shape(value)]
