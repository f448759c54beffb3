"""What a network has learnt: the weights and kernels of its layers."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import InvalidArgumentError, listed
from digitzoo.evaluation.heads import HOW_TO_BUILD
from digitzoo.inspection.layers import LayerChoice, find_layer, named_layers


def layer_weights(model: keras.Model) -> dict[str, NDArray[Any]]:
    """Give each layer's weights without biases, by its name; several come as `layer/weight`."""
    found: dict[str, NDArray[Any]] = {}
    for name, layer in named_layers(model).items():
        if getattr(layer, "layers", None) or getattr(layer, "_layers", None):
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


def layer_kernels(model: keras.Model, layer: LayerChoice | None = None) -> tuple[str, NDArray[Any]]:
    """Name a convolution, by default the first, and give `(height, width, channels, filters)`."""
    kernels = {name: _kernel_of(found) for name, found in named_layers(model).items()}
    having = [name for name, kernel in kernels.items() if kernel is not None]
    name = next(iter(having), "") if layer is None else find_layer(model, layer)[0]
    kernel = kernels.get(name)
    if kernel is None:
        what = f"Layer {name!r} has none" if name else f"{model.name!r} has no kernels"
        those = f" These layers have some: {listed(having)}." if having else ""
        if not having and not model.built:
            those = f" {HOW_TO_BUILD}"
        raise InvalidArgumentError(
            f"{what}: kernels are those of convolutions of one or two dimensions.{those}"
        )
    return name, kernel


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


_TURNED = {"Conv1DTranspose", "Conv2DTranspose"}
_DEPTHWISE = {"DepthwiseConv1D", "DepthwiseConv2D"}
_SEPARABLE = {"SeparableConv1D", "SeparableConv2D"}
_KINDS = {"Conv1D", "Conv2D"} | _TURNED | _DEPTHWISE | _SEPARABLE
