"""Which pixels a model wants: 0..1, as the zoo's networks, or 0..255, which it rescales inside."""

import inspect
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import scale_pixels
from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.heads import check_model, input_shape_of

_PROBES = (0.0, 1.0, float(LARGEST_PIXEL))
_SMALL = 1 / 16  # the geometric mean of 1 / 255 and 1: below it, 255 comes nearer to 1 than 1 does
_ANY_SIZE = 32  # for axes of any size


def pixel_scale(model: Any) -> int:
    """Give what a model multiplies pixels in 0..1 by, 1 or 255: its first layers are tried."""
    check_model(model)
    if any("int" in str(tensor.dtype) for tensor in getattr(model, "inputs", None) or ()):
        return LARGEST_PIXEL  # floats in 0..1 would become zeros
    try:
        shape = [size or _ANY_SIZE for size in input_shape_of(model)]
        probes = np.stack([np.full(shape, probe, "float32") for probe in _PROBES])
        wanted = {_scale_of(values) for values in _where_it_reads(model, probes)}
    except Exception:  # noqa: BLE001 - not built, several inputs, a layer that takes no three images
        return 1  # what it does is not known; where it is wrong, training says so itself
    if len(wanted) > 1:
        raise InvalidArgumentError(
            f"One branch of the model {model.name!r} rescales pixels of 0..255 and another takes "
            f"them as they come. Rescale before the branches, or in both."
        )
    return wanted.pop() if wanted else 1


def scale_for(model: Any, images: ArrayLike) -> NDArray[np.floating]:
    """Bring pixels to floats as a model wants them, in 0..1 or in 0..255."""
    return rescale(scale_pixels(images), pixel_scale(model))


def rescale(pixels: NDArray[np.floating], scale: int) -> NDArray[np.floating]:
    """Multiply pixels in 0..1 by 1 or 255; what were whole numbers are whole again."""
    if scale == 1:
        return pixels
    scaled = pixels * np.float32(scale)
    whole = np.rint(scaled)
    # Float32 holds 255 to 1.5e-5.
    nearest: NDArray[np.floating] = np.where(np.abs(scaled - whole) < 1e-4, whole, scaled)
    return nearest.astype("float32", copy=False)


def _scale_of(values: NDArray[Any]) -> int:
    zero, one, white = np.asarray(values, dtype=np.float64).reshape(len(_PROBES), -1)
    slope = one - zero
    moved = slope != 0  # padding stays as it is
    if not moved.any() or not np.allclose(white - zero, LARGEST_PIXEL * slope, rtol=0.01):
        return 1
    became_zero = -zero[moved] / slope[moved]
    smallest = np.abs(slope[moved]).min()
    return LARGEST_PIXEL if smallest < _SMALL or became_zero.max() > 1 + 1e-6 else 1


def _where_it_reads(model: Any, probes: NDArray[Any]) -> list[NDArray[Any]]:
    """Give what becomes of the probes until layers come that learn."""
    if _forks(model):
        return _where_a_graph_reads(model, probes)
    for layer in model.layers:
        if not _only_rescales(layer):
            return _where_it_reads(layer, probes) if _is_model(layer) else [probes]
        probes = _run(layer, probes)
    return [probes]


def _where_a_graph_reads(model: Any, probes: NDArray[Any]) -> list[NDArray[Any]]:
    """Do so for each branch of a functional model, whose calls are looked at in their order."""
    known = {id(model.inputs[0]): probes}
    unread = set(known)
    found = []
    levels = model._nodes_by_depth  # noqa: SLF001 - what of this graph is called is said nowhere else
    for call in (call for depth in sorted(levels, reverse=True) for call in levels[depth]):
        read = [id(tensor) for tensor in call.input_tensors]
        if not read or not known.keys() >= set(read):
            continue
        unread -= set(read)
        if _only_rescales(call.operation):
            arguments, options = call.arguments.fill_in(known)
            (output,) = call.outputs
            known[id(output)] = _run(call.operation, *arguments, **options)
            unread.add(id(output))
        elif _is_model(call.operation):
            found += _where_it_reads(call.operation, known[read[0]])
        else:
            found += [known[tensor] for tensor in read]
    return found + [known[tensor] for tensor in unread]


def _run(operation: Any, *arguments: Any, **options: Any) -> NDArray[Any]:
    import keras

    if "training" in inspect.signature(operation.call).parameters:
        options["training"] = False  # random layers draw by default
    values: NDArray[Any] = keras.ops.convert_to_numpy(operation(*arguments, **options))
    return values


def _forks(model: Any) -> bool:
    """Tell a functional model, which is a graph, from layers in a row."""
    import keras

    return not isinstance(model, keras.Sequential) and bool(getattr(model, "operations", None))


def _is_model(operation: Any) -> bool:
    return hasattr(operation, "predict_on_batch") and bool(operation.layers)


def _only_rescales(operation: Any) -> bool:
    """Tell what learns nothing from what does. Only a Normalization has weights and is none."""
    import keras

    if _is_model(operation):
        return all(_only_rescales(part) for part in operation.layers)
    if isinstance(operation, keras.layers.Normalization):
        return bool(operation.built)
    return not getattr(operation, "weights", ())
