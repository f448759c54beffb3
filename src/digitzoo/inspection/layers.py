"""The layers of any Keras model: their names, their weights, and what they give while it runs."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitzoo.data.images import has_channels_first
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, listed, shown, unknown_name
from digitzoo.evaluation.heads import HOW_TO_BUILD, check_model

LayerChoice = Any  # str | int | keras.Layer; Keras ships no types
Hook = Callable[[str, Any], Any]

_TURNED = {"Conv1DTranspose", "Conv2DTranspose"}
_DEPTHWISE = {"DepthwiseConv1D", "DepthwiseConv2D"}
_SEPARABLE = {"SeparableConv1D", "SeparableConv2D"}
_KINDS = {"Conv1D", "Conv2D"} | _TURNED | _DEPTHWISE | _SEPARABLE
# What hands pixels on in their order.
_PASSING = (
    *("ActivityRegularization", "Dropout", "Flatten", "GaussianNoise", "Identity", "InputLayer"),
    *("Normalization", "Rescaling", "Reshape"),
)
_OR_DENSE = ", or of a dense layer that takes the pixels"
_CONVOLUTIONS = ("Conv2D", "Conv2DTranspose", "DepthwiseConv2D", "SeparableConv2D")


def named_layers(model: keras.Model) -> dict[str, keras.Layer]:
    """Name every layer of a model, in its order; those inside another come as `"outer/inner"`."""
    check_model(model)
    return dict(_walk(model, ""))


def find_layer(model: keras.Model, layer: LayerChoice) -> tuple[str, keras.Layer]:
    """Find a layer and its full name, by name (also its last part), by place or by itself."""
    names = named_layers(model)
    if isinstance(layer, int | np.integer) and not isinstance(layer, bool):
        outer = model.layers
        if not -len(outer) <= layer < len(outer):
            raise InvalidArgumentError(
                f"{model.name!r} has {len(outer)} layers, 0 to {len(outer) - 1}. "
                f"Received {shown(layer)}."
            )
        layer = outer[layer]
    if isinstance(layer, keras.Layer):
        found = [name for name, candidate in names.items() if candidate is layer][:1]
        unknown = f"Layer {layer.name!r} is not one of {model.name!r}."
    elif isinstance(layer, str):
        ends = [name for name in names if name.split("/")[-1] == layer]
        found = [layer] if layer in names else ends
        unknown = unknown_name("layer", layer, names)
    else:
        raise ArgumentTypeError(
            f"A layer is chosen by name, by place or as the layer itself. Received {shown(layer)}."
        )
    if len(found) > 1:
        raise InvalidArgumentError(f"Several layers are called {layer!r}: {listed(found)}.")
    if not found:
        raise InvalidArgumentError(unknown)
    return found[0], names[found[0]]


def convolutions_of(model: keras.Model) -> list[str]:
    """Name the two-dimensional convolutions of a model, children of Keras's own too."""
    return [
        name
        for name, layer in named_layers(model).items()
        if any(parent.__name__ in _CONVOLUTIONS for parent in type(layer).__mro__)
    ]


@contextmanager
def listening(layers: Mapping[str, keras.Layer], hook: Hook) -> Iterator[None]:
    """Hear what layers give while a model runs; what the hook returns goes on in its place."""
    by_layer = {id(layer): (name, layer) for name, layer in layers.items()}

    def listener(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **options: hook(name, call(*args, **options))

    try:
        for name, layer in by_layer.values():
            # Set past Keras's own __setattr__, which would track it as a part of the model.
            object.__setattr__(layer, "call", listener(name, layer.call))
        yield
    finally:
        for _, layer in by_layer.values():
            layer.__dict__.pop("call", None)


def layer_outputs(
    model: keras.Model,
    images: NDArray[np.floating],
    layers: Sequence[str] | None = None,
    *,
    batch_size: int = 256,
) -> dict[str, NDArray[Any]]:
    """Run a model, and give what layers gave last, by full name in the order in which they ran."""
    names = named_layers(model)
    wanted = names if layers is None else {name: names[name] for name in layers}
    heard: dict[str, list[NDArray[Any]]] = {}
    latest: dict[str, NDArray[Any]] = {}

    def keep(name: str, output: Any) -> Any:
        if keras.ops.is_tensor(output):
            values = keras.ops.convert_to_numpy(output)
            # bfloat16 is no type of NumPy's own.
            latest[name] = values if values.dtype.kind in "fiub" else values.astype(np.float32)
        return output

    with listening(wanted, keep):
        for start in range(0, len(images), batch_size):
            latest.clear()
            model(images[start : start + batch_size], training=False)
            for name, values in latest.items():
                heard.setdefault(name, []).append(values)
    return {name: np.concatenate(parts) for name, parts in heard.items()}


def maps_of(
    model: keras.Model, images: NDArray[np.floating], layers: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """Run a model on images, and hold what layers give to maps."""
    outputs = layer_outputs(model, images, layers)
    for name in layers:
        shape = outputs[name].shape if name in outputs else None
        if shape is None or len(shape) != 4:
            what = "did not run" if shape is None else f"gives shape {shape[1:]}"
            raise InvalidArgumentError(
                f"Layer {name!r} of {model.name!r} gives no maps: it {what}. Expected an output of "
                f"height, width and filters. {describe_image_layers(model, images)}"
            )
    return outputs


def describe_image_layers(model: keras.Model, images: NDArray[np.floating]) -> str:
    """Word which layers of a model give images, for an error."""
    outputs = layer_outputs(model, images[:1])
    fitting = [
        f"{name} ({' x '.join(str(size) for size in values.shape[1:])})"
        for name, values in outputs.items()
        if values.ndim == 4
    ]
    return f"These do: {listed(fitting)}." if fitting else "No layer of this model does."


def _walk(layer: keras.Layer, prefix: str) -> Iterator[tuple[str, keras.Layer]]:
    inner = layer.layers if isinstance(layer, keras.Model) else _held(layer)
    for child in inner:
        name = f"{prefix}{child.name}"
        yield name, child
        yield from _walk(child, f"{name}/")


def layer_weights(model: keras.Model) -> dict[str, NDArray[Any]]:
    """Give each layer's weights without biases, by its name; several come as `layer/weight`."""
    found: dict[str, NDArray[Any]] = {}
    for name, layer in named_layers(model).items():
        if getattr(layer, "layers", None) or _held(layer):
            continue  # its layers come by themselves
        # Biases and the factors of normalization have one axis.
        matrices = [weight for weight in layer.weights if len(weight.shape) > 1]
        for weight in matrices:
            key = name if len(matrices) == 1 else f"{name}/{weight.name}"
            found[key] = np.asarray(weight.numpy(), dtype=np.float32)
    if not found:
        raise InvalidArgumentError(
            f"{model.name!r} has no weights. {'' if model.built else HOW_TO_BUILD}".rstrip()
        )
    return found


def layer_kernels(
    model: keras.Model, layer: LayerChoice | None = None, *, dense: bool = False
) -> tuple[str, NDArray[Any]]:
    """Name a convolution, by default the first, and give `(height, width, channels, filters)`.

    With `dense` a dense layer counts too, if it takes the pixels as they come.
    """
    kernels = {name: _kernel_of(found) for name, found in named_layers(model).items()}
    if dense:
        kernels |= _pixel_kernel(model)
    having = [name for name, kernel in kernels.items() if kernel is not None]
    name = next(iter(having), "") if layer is None else find_layer(model, layer)[0]
    kernel = kernels.get(name)
    if kernel is None:
        what = f"Layer {name!r} has none" if name else f"{model.name!r} has no kernels"
        those = f" These layers have some: {listed(having)}." if having else ""
        if not having and not model.built:
            those = f" {HOW_TO_BUILD}"
        raise InvalidArgumentError(
            f"{what}: kernels are those of convolutions of one or two dimensions"
            f"{_OR_DENSE * dense}.{those}"
        )
    return name, kernel


def _pixel_kernel(model: keras.Model) -> dict[str, NDArray[Any]]:
    """Give a dense layer's kernel as images, where the pixels come to it in their order."""
    shape = getattr(model, "input_shape", None)
    if not isinstance(shape, tuple) or len(shape) not in (3, 4) or None in shape[1:]:
        return {}
    sizes = (*shape[1:], 1)[:3]  # gray images may lack the channel axis
    if has_channels_first(sizes):
        return {}
    layers = named_layers(model).items()
    inner = ((name, layer) for name, layer in layers if not getattr(layer, "layers", None))
    name, first = next((one for one in inner if type(one[1]).__name__ not in _PASSING), ("", None))
    kernel = getattr(first, "kernel", None) if type(first).__name__ == "Dense" else None
    if kernel is None or kernel.shape[0] != math.prod(sizes):
        return {}
    return {name: np.asarray(kernel.numpy(), np.float32).reshape(*sizes, -1)}


def _kernel_of(layer: Any) -> NDArray[Any] | None:
    kinds = {parent.__name__ for parent in type(layer).__mro__}
    attribute = "depthwise_kernel" if kinds & _SEPARABLE else "kernel"
    weight = getattr(layer, attribute, None) if kinds & _KINDS else None
    if weight is None:
        return None
    kernel = np.asarray(weight.numpy(), dtype=np.float32)
    if kinds & _TURNED:  # Keras keeps them as (..., filters, channels)
        kernel = np.swapaxes(kernel, -1, -2)
    if kernel.ndim == 3:  # width, channels, filters
        kernel = kernel[np.newaxis]
    if kinds & (_DEPTHWISE | _SEPARABLE):
        kernel = kernel.reshape(*kernel.shape[:2], 1, -1)
    return kernel


def _held(layer: keras.Layer) -> list[keras.Layer]:
    """List the layers that a layer is made of, such as TimeDistributed's."""
    values = [
        one
        for value in vars(layer).values()
        for one in (value if isinstance(value, list | tuple) else (value,))
    ]
    return list({id(one): one for one in values if isinstance(one, keras.Layer)}.values())
