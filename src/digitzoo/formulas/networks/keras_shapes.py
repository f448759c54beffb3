"""The shapes that a Keras model says: of its inputs, and of layers that have no formula."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.layers.base import Input
from digitzoo.formulas.layers.shapes import Shape, show_shape
from digitzoo.formulas.networks.keras_config import Config, Model, Tensor, ends, tensors


def shapes_for(model: Model, shapes: Sequence[Shape] | None) -> list[Shape]:
    """Give the shapes of a model's inputs: its own, made whole by those that were given."""
    expected = own_shapes(model)
    if None in expected and not shapes:
        raise refuse_unbuilt(model)
    if not shapes:
        return [shape for shape in expected if shape is not None]
    if len(shapes) != len(expected):
        raise InvalidArgumentError(
            f"The model '{model.name}' takes {len(expected)} inputs. Received {len(shapes)} "
            f"shapes. Give one for each."
        )
    for given, own in zip(shapes, expected, strict=True):
        if own is not None and not _fits(given, own):
            raise InvalidArgumentError(
                f"The model '{model.name}' was built for {show_shape(own)}. Received "
                f"input_shape={show_shape(given)}. Leave input_shape out, or give only sizes that "
                "the model leaves open (None)."
            )
    return list(shapes)


def own_shapes(model: Model) -> list[Shape | None]:
    """Give the shapes that a model was built for; `None` for one that was not."""
    entries = model.config["layers"]
    if model.kind == "Sequential":
        if entries and entries[0]["class_name"] == "InputLayer":
            return [input_shape_of(entries[0])]
        return [built_shape(model.config, model.living)]
    shapes = {entry["name"]: entry for entry in entries}
    return [input_shape_of(shapes[name]) for name, _, _ in ends(model.config["input_layers"])]


def _fits(given: Shape, own: Shape) -> bool:
    return len(given) == len(own) and all(
        b is None or a == b for a, b in zip(given, own, strict=True)
    )


def outputs_of(config: Config) -> list[Tensor]:
    """List the tensors that come out of a functional model."""
    # Keras numbers the calls of a functional model inside a model from 1 here, from 0 elsewhere.
    inner = {entry["name"] for entry in config["layers"] if "input_layers" in entry["config"]}
    return [
        (name, call - int(name in inner), output)
        for name, call, output in ends(config["output_layers"])
    ]


def promised_shapes(model: Model) -> Mapping[tuple[str, int], list[Shape]]:
    """Collect the shapes that a config names for tensors, by layer and call.

    They are needed only where a layer has no formula.
    """
    shapes: dict[Tensor, Shape] = {}
    for entry in model.config["layers"]:
        for node in entry.get("inbound_nodes", ()):
            shapes.update(tensors([node["args"], node["kwargs"]]))
    outputs = getattr(model.living, "outputs", None) or ()
    for tensor, output in zip(outputs_of(model.config), outputs, strict=False):
        shapes.setdefault(tensor, tuple(output.shape[1:]))
    promised: dict[tuple[str, int], list[Shape]] = {}
    for name, call, output in sorted(shapes):
        promised.setdefault((name, call), []).append(shapes[name, call, output])
    return promised


def asked_shapes(living: Any, inputs: Sequence[Input]) -> list[Shape]:  # noqa: ANN401
    """Ask a layer without a formula for its output: what it made, or what it would make."""
    batched = [(None, *one.shape) for one in inputs]
    asks: tuple[Callable[[], Any], ...] = (
        lambda: living.output.shape,
        lambda: living.compute_output_shape(batched[0] if len(batched) == 1 else batched),
    )
    for ask in asks:
        try:
            shape = ask()
        except Exception:  # noqa: BLE001, S112 - foreign code; without it the shape stays unknown
            continue
        if shape and not isinstance(shape[0], (list, tuple)):
            return [tuple(shape[1:])]
    return []


def input_shape_of(entry: Config) -> tuple[int | None, ...]:
    """Give the shape, without the batch axis, that an InputLayer takes."""
    config = entry["config"]
    shape = config.get("batch_shape") or config.get("batch_input_shape") or (None,)
    return tuple(shape[1:])


def built_shape(config: Config, living: object) -> tuple[int | None, ...] | None:
    """Give the shape that a Sequential model without an InputLayer was built for."""
    shape = config.get("build_input_shape") or getattr(living, "input_shape", None)
    if isinstance(shape, (list, tuple)) and shape and not isinstance(shape[0], (list, tuple)):
        return tuple(shape[1:])
    return None


def built_input(entry: Config) -> list[Shape]:
    """Give the shape that a saved layer was built for; what comes before it gives that."""
    shape = (entry.get("build_config") or {}).get("input_shape")
    if isinstance(shape, list) and shape and not isinstance(shape[0], list):
        return [tuple(shape[1:])]
    return []


def channels_axis(layers: Iterable[object]) -> int:
    """Give the axis of the channels in a network's input: the first layer with a format says it.

    Args:
        layers: Descriptions, or the entries of a config.
    """
    for layer in layers:
        config = layer.get("config", {}) if isinstance(layer, Mapping) else vars(layer)
        if config.get("data_format"):
            return 0 if config["data_format"] == "channels_first" else -1
    return -1


def refuse_unbuilt(model: Model) -> InvalidArgumentError:
    """Word the error for a model whose input is unknown."""
    return InvalidArgumentError(
        f"The model '{model.name}' does not know its input. Expected a built model, or a shape. "
        "Use input_shape=(28, 28, 1), or keras.Input((28, 28, 1)) as its first entry."
    )
