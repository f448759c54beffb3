"""Reading the architecture out of a `.keras` file, without Keras: the config.json inside it."""

import os
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from digitzoo.checks import check_path
from digitzoo.errors import DataFileError, shown
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.networks.graph import Call, Graph, KerasModel
from digitzoo.formulas.networks.keras_layers import Config, description_of, weightless
from digitzoo.formulas.networks.keras_wiring import flatten_model

_LARGEST = 2**63  # what NumPy and Keras can count with
# What reading a damaged file may end in, beside an archive's own errors: it may hold anything.
_DAMAGE = (
    *(OSError, EOFError, LookupError, ValueError, TypeError, AttributeError),
    *(NotImplementedError, RuntimeError, MemoryError),
)


def read_keras_file(path: str | os.PathLike[str]) -> Graph:
    """Read the architecture out of a `.keras` file."""
    import json  # only files need these, and the room loads in a blink
    import zipfile
    import zlib

    file = check_path("model", path)
    if not os.path.isfile(file):  # noqa: PTH113 - pathlib's raises if the name is too long
        there = "a folder" if os.path.isdir(file) else "no such file"  # noqa: PTH112
        raise DataFileError(
            f"{shown(str(file))}: {there}. Expected the path of a file that "
            "model.save('name.keras') wrote, or the name of one of the zoo's networks."
        )
    try:
        with zipfile.ZipFile(file) as archive:
            saved = _plain(json.loads(archive.read("config.json")))
        read = None
        if _is_model(saved):
            read = flatten_model(_Reader(saved["config"]).model(saved["config"]))
            _hold_to_shapes(read)
    except (*_DAMAGE, zipfile.BadZipFile, zlib.error) as problem:
        raise DataFileError(
            f"{file} cannot be read as a .keras file ({shown(str(problem))}). Expected a file that "
            "model.save('name.keras') wrote. Save the model again."
        ) from None
    if read is None:
        raise DataFileError(
            f"{file} holds a {shown(saved.get('class_name'))}, which is not made of layers. "
            "Expected a Sequential or functional model. Load it with Keras."
        )
    return read


def _hold_to_shapes(graph: Graph) -> None:
    """Refuse what only a damaged file says: calls without inputs, shapes that are none."""
    if not graph.inputs or not graph.outputs:
        raise ValueError("the model has no input or no output")
    shapes = [*graph.inputs]
    for call in graph.calls:
        if not call.inputs:
            raise ValueError(f"the call of {shown(call.name)} has no input")
        shapes += *call.input_shapes, *call.output_shapes
    for size in (size for shape in shapes for size in shape or ()):
        if size is not None and (type(size) is not int or not 0 <= size < _LARGEST):
            raise ValueError(f"{shown(size)} is no size")


class _Reader:
    """Reads a model's config and those of the models inside it."""

    def __init__(self, config: Config) -> None:
        self._shared = frozenset(_shared(config))

    def model(self, config: Config, *, trainable: bool = True) -> KerasModel:
        name = str(config.get("name", "model"))
        trainable = trainable and bool(config.get("trainable", True))
        layers = tuple(self._layer(entry, trainable=trainable) for entry in config["layers"])
        if "input_layers" in config:
            return KerasModel(name, layers, (), config)
        if layers and layers[0].kind == "InputLayer":
            return KerasModel(name, layers[1:], layers[0].input_shapes)
        return KerasModel(name, layers, (_without_batch(config.get("build_input_shape")),))

    def _layer(self, entry: Config, *, trainable: bool) -> Call:
        config, built = entry["config"], entry.get("build_config")
        shape = built.get("input_shape") if isinstance(built, Mapping) else None
        if entry["class_name"] == "InputLayer":
            shape = config.get("batch_shape") or config.get("batch_input_shape")
        return Call(
            name=str(entry.get("name") or config.get("name", entry["class_name"])),
            kind=str(entry["class_name"]),
            description=description_of(entry),
            model=self.model(config, trainable=trainable) if _is_model(entry) else None,
            identity=self._identity(entry),
            weightless=weightless(entry),
            trainable=trainable,
            input_shapes=(_without_batch(shape),),
        )

    def _identity(self, entry: Config) -> Hashable:
        """Tell which layer has the weights: the inner one of TimeDistributed, which brings none."""
        if entry["class_name"] == "TimeDistributed":
            entry = entry["config"]["layer"]
        name = entry["class_name"], entry["config"].get("name")
        return name if name in self._shared else None


def _shared(value: object) -> Iterator[tuple[object, object]]:
    """Find class and name of layers that stand in two places: Keras marks all but the first."""
    if isinstance(value, Mapping):
        config = value.get("config")
        if "shared_object_id" in value and isinstance(config, Mapping) and "name" in config:
            yield value.get("class_name"), config["name"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _shared(one)


def _is_model(entry: Config) -> bool:
    """Tell a model from a layer of one's own whose config has an entry `layers` too."""
    config = entry["config"]
    if not isinstance(config, Mapping) or not isinstance(config.get("layers"), list):
        return False
    if "input_layers" in config or entry["class_name"] == "Sequential":
        return True
    first = config["layers"][0] if config["layers"] else None
    return isinstance(first, Mapping) and first.get("class_name") == "InputLayer"


def _without_batch(shape: object) -> Shape | None:
    if not isinstance(shape, list | tuple) or not shape or isinstance(shape[0], list | tuple):
        return None
    return tuple(shape[1:])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("class_name") == "__tuple__":
            return [_plain(one) for one in value["items"]]
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
