"""What makes two training runs the same."""

import base64
import hashlib
import importlib.metadata
import json
import marshal
import platform
from collections.abc import Iterator
from types import CodeType
from typing import Any

import keras
import numpy as np

import digitzoo
from digitzoo.data import ParquetSplit, Split
from digitzoo.data.readers import reading

_NO_ARGUMENTS = frozenset(
    ("name", "seed", "build_config", "layers", "input_layers", "output_layers")
)


def fingerprint_model(model: Any) -> str:
    """Name a network by its layers and their arguments, whatever its layers are called."""
    layers = []
    for layer in all_layers(model):
        try:
            config = lasting(layer.get_config())
        except NotImplementedError:  # a user's own, with arguments that Keras cannot know
            config = {}
        layers.append([type(layer).__name__, config])
    shapes = [list(variable.shape) for variable in model.weights]
    wiring = [_wiring(part) for part in (model, *all_layers(model))]
    content = json.dumps([layers, shapes, wiring], sort_keys=True, default=_plain).encode()
    return hashlib.sha256(content).hexdigest()[:32]


def fingerprint_data(*splits: Split | ParquetSplit) -> str:
    """Name images and labels by their content, those in files by the whole of each file."""
    digest = hashlib.sha256()
    for split in splits:
        if isinstance(split, ParquetSplit):
            for path in split.files:
                with reading(path), path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
            digest.update(f"{split.column} {split.form}".encode())
            for group in split.groups:
                digest.update(group.rows.data)
            digest.update(split.labels.data)
            continue
        for array in (split.images, np.asarray(split.labels)):
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:32]


def describe_optimizer(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Give an optimizer's class and arguments, without its name, which Keras counts up."""
    arguments: dict[str, Any] = lasting(keras.optimizers.serialize(optimizer)["config"])
    return {"class_name": type(optimizer).__name__, **arguments}


def describe_loss(loss: Any) -> dict[str, Any]:
    """Give a loss's name and arguments."""
    if not hasattr(loss, "get_config"):
        return {"name": _plain(loss)}
    arguments = json.loads(json.dumps(loss.get_config(), default=_plain))
    return {"class_name": type(loss).__name__, **arguments}


def versions() -> dict[str, str]:
    """Name the versions that a run's bits may hang on."""
    backend = keras.backend.backend()
    found = {
        "python": platform.python_version(),
        "backend": backend,
        "digitzoo": digitzoo.__version__,
    }
    for package in ("keras", "numpy", backend):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed as a package"
    return found


def all_layers(model: Any) -> Iterator[Any]:
    """Walk through a model's layers and those inside them."""
    for layer in getattr(model, "layers", ()):
        yield layer
        yield from all_layers(layer)


def lasting(config: Any, without: frozenset[str] = _NO_ARGUMENTS) -> Any:
    """Leave out of a configuration what differs from run to run, or is compared elsewhere."""
    if isinstance(config, list | tuple):
        return [lasting(value, without) for value in config]
    # The name of a policy, such as mixed_bfloat16, is what it is.
    if not isinstance(config, dict) or "DTypePolicy" in str(config.get("class_name")):
        return config
    if config.get("class_name") == "__lambda__":  # as Keras keeps a function without a name
        function = config["config"]
        code = _instructions(marshal.loads(base64.b64decode(function["code"])))  # noqa: S302 - Keras's
        return [code, lasting([function["defaults"], function["closure"]], without)]
    return {key: lasting(value, without) for key, value in config.items() if key not in without}


def _instructions(code: CodeType) -> list[Any]:
    """Give what a function does, without where it stands and how often its names are in use."""
    constants = [
        _instructions(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts
    ]
    return [code.co_code.hex(), constants, code.co_names, code.co_varnames, code.co_freevars]


def _wiring(model: Any) -> str | None:
    """Tell which layer follows which, by their places and not by their names."""
    if not isinstance(model, keras.Model) or not hasattr(model, "operations"):
        return None  # a Sequential or a subclassed model is wired by its code
    try:
        config = model.get_config()
    except NotImplementedError:
        return None
    layers = config.get("layers", ())
    nodes = [layer.get("inbound_nodes") for layer in layers]
    ends = config.get("input_layers"), config.get("output_layers")
    text = json.dumps(lasting([nodes, ends]), default=_plain)
    for place, layer in enumerate(layers):
        text = text.replace(json.dumps(layer["name"]), str(place))
    return text


def _plain(value: Any) -> Any:
    """Name an object without its address, which is another one in each process."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return getattr(value, "__qualname__", type(value).__qualname__)
