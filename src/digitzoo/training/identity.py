"""What makes two training runs the same."""

import hashlib
import importlib.metadata
import json
import platform
import re
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

import digitzoo
from digitzoo.data import Split

_NO_ARGUMENTS = {"name", "seed", "build_config", "layers", "input_layers", "output_layers"}
_NOT_COMPARED = {"versions", "caveats", "model"}  # Keras counts the names of models up
_LONGEST = 200  # characters of a setting in a message
# Settings that are digests, and what a person is told where they differ.
_DIGESTS = {
    "architecture": "the network's layers are others",
    "data": "the images or labels are others",
}


def fingerprint_model(model: Any) -> str:  # noqa: ANN401 - any Keras model
    """Name a network by its layers and their arguments, whatever its layers are called.

    Returns:
        The first half of a SHA-256, as hexadecimal digits.
    """
    layers = [[type(layer).__name__, _lasting(_config(layer))] for layer in all_layers(model)]
    shapes = [list(variable.shape) for variable in model.weights]
    wiring = [_wiring(part) for part in (model, *all_layers(model))]
    return _digest(json.dumps([layers, shapes, wiring], sort_keys=True, default=_plain).encode())


def describe_optimizer(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Give an optimizer's class and arguments, without its name, which Keras counts up."""
    arguments: dict[str, Any] = _lasting(keras.optimizers.serialize(optimizer)["config"])
    return {"class_name": type(optimizer).__name__, **arguments}


def describe_loss(loss: Any) -> dict[str, Any]:  # noqa: ANN401 - what model.compile takes
    """Give a loss's name and arguments."""
    if not hasattr(loss, "get_config"):
        return {"name": _plain(loss)}
    arguments = json.loads(json.dumps(loss.get_config(), default=_plain))
    return {"class_name": type(loss).__name__, **arguments}


def fingerprint_data(*splits: Split | None) -> str:
    """Name images and labels by their content.

    Returns:
        The first half of a SHA-256, as hexadecimal digits.
    """
    digest = hashlib.sha256()
    for split in splits:
        if split is not None:
            for array in (split.images, np.asarray(split.labels)):
                digest.update(f"{array.dtype}{array.shape}".encode())
                digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:32]


def differences(earlier: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """List the settings in which two runs differ, in words.

    >>> differences({"epochs": 10, "seed": 0}, {"epochs": 20, "seed": 0})
    ['epochs was 10 and is 20']
    """
    names = [name for name in {**earlier, **now} if name not in _NOT_COMPARED]
    found = []
    for name in names:
        before, after = _by_name(earlier.get(name), now.get(name))
        if isinstance(before, dict) and isinstance(after, dict):
            found += [f"{name}.{inner}" for inner in differences(before, after)]
        elif before != after:
            found.append(_word_difference(name, before, after))
            if name == "architecture" and earlier.get("model") != now.get("model"):
                found[-1] += f" (it was {earlier.get('model')!r} and is {now.get('model')!r})"
    return found


def versions() -> dict[str, str]:
    """Name the versions that a run's bits may hang on."""
    found = {
        "python": platform.python_version(),
        "backend": keras.backend.backend(),
        "digitzoo": digitzoo.__version__,
    }
    for package in ("keras", "numpy", keras.backend.backend()):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed as a package"
    return found


def all_layers(model: Any) -> Iterator[Any]:  # noqa: ANN401 - models hold layers and models
    """Walk through a model's layers and those inside them."""
    for layer in getattr(model, "layers", ()):
        yield layer
        yield from all_layers(layer)


def _lasting(config: Any) -> Any:  # noqa: ANN401 - what a layer's config holds
    if isinstance(config, dict):
        return {key: _lasting(value) for key, value in config.items() if key not in _NO_ARGUMENTS}
    if isinstance(config, list | tuple):
        return [_lasting(value) for value in config]
    return config


def _wiring(model: Any) -> Any:  # noqa: ANN401 - a functional model, or what is none
    """Tell which layer follows which, by their places and not by their names."""
    if not isinstance(model, keras.Model) or not hasattr(model, "operations"):
        return None  # a Sequential or a subclassed model is wired by its code
    try:
        config = model.get_config()
    except NotImplementedError:
        return None
    places = {layer["name"]: place for place, layer in enumerate(config.get("layers", ()))}
    nodes = [layer.get("inbound_nodes") for layer in config.get("layers", ())]
    ends = [config.get("input_layers"), config.get("output_layers")]
    return _with_places([nodes, ends], places)


def _with_places(config: Any, places: dict[str, int]) -> Any:  # noqa: ANN401 - any config
    if isinstance(config, dict):
        return {key: _with_places(value, places) for key, value in config.items() if key != "name"}
    if isinstance(config, list | tuple):
        return [_with_places(value, places) for value in config]
    return places.get(config, config) if isinstance(config, str) else config


def _word_difference(name: str, before: Any, after: Any) -> str:  # noqa: ANN401 - any setting
    are_digests = all(re.fullmatch("[0-9a-f]{32}", str(value)) for value in (before, after))
    if name in _DIGESTS and are_digests:
        return _DIGESTS[name]
    return f"{name} was {_brief(before, after)} and is {_brief(after, before)}"


def _config(layer: Any) -> dict[str, Any]:  # noqa: ANN401 - any Keras layer
    try:
        config: dict[str, Any] = layer.get_config()
    except NotImplementedError:  # a user's own, with arguments that Keras cannot know
        return {}
    return config


def _plain(value: Any) -> Any:  # noqa: ANN401 - what JSON cannot write
    """Name an object without its address, which is another one in each process."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return getattr(value, "__qualname__", type(value).__qualname__)


def _by_name(before: Any, after: Any) -> tuple[Any, Any]:  # noqa: ANN401 - any setting
    """Give two lists of the same length by their places, so that what differs can be named."""
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return _numbered(before), _numbered(after)
    return before, after


def _numbered(values: list[Any]) -> dict[str, Any]:
    return {str(place): value for place, value in enumerate(values)}


def _brief(value: Any, other: Any) -> str:  # noqa: ANN401 - any setting
    """Write a setting in a line or two, those in which it differs from another."""
    text, against = json.dumps(value), json.dumps(other)
    if len(text) <= _LONGEST:
        return text
    pairs = zip(text, against, strict=False)
    same = next((place for place, (a, b) in enumerate(pairs) if a != b), len(against))
    start = max(0, min(same - _LONGEST // 4, len(text) - _LONGEST))
    end = start + _LONGEST
    return f"{'...' * (start > 0)}{text[start:end]}{'...' * (end < len(text))}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
