"""Reading the architecture out of a `.keras` file, without Keras: the config.json inside it."""

import os
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from digitzoo.checks import check_path
from digitzoo.errors import DataFileError, shown
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.networks.graph import Graph
from digitzoo.formulas.networks.keras_layers import Config, description_of, weightless
from digitzoo.formulas.networks.keras_wiring import Model, Part, flattened

_Shared = frozenset[tuple[object, object]]
"""Class and name of layers that stand in more than one place."""

# What reading a damaged file may end in, beside an archive's own errors: it may hold anything.
_DAMAGE = (
    *(OSError, EOFError, LookupError, ValueError, TypeError, AttributeError),
    *(NotImplementedError, RuntimeError, MemoryError),
)


def read_keras_file(path: str | os.PathLike[str]) -> Graph:
    """Read the architecture out of a `.keras` file.

    Raises:
        DataFileError: It is no `.keras` file, or it holds no model made of layers.
    """
    # Imported here, because only files need them and the room loads in a blink.
    import json  # noqa: PLC0415
    import zipfile  # noqa: PLC0415
    import zlib  # noqa: PLC0415

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
            read = flattened(_model(saved["config"], frozenset(_shared(saved["config"]))))
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


def _model(config: Config, shared: _Shared) -> Model:
    entries = config["layers"]
    name, trainable = str(config.get("name", "model")), bool(config.get("trainable", True))
    if "input_layers" in config:
        inner = {entry["name"] for entry in entries if "input_layers" in entry["config"]}
        return Model(
            name,
            tuple(_part(entry, shared) for entry in entries),
            (),
            trainable=trainable,
            wiring={**config, "inner": inner},
        )
    first = entries[0] if entries and entries[0]["class_name"] == "InputLayer" else None
    built = _without_batch(config.get("build_input_shape"))
    return Model(
        name,
        tuple(_part(entry, shared) for entry in (entries[1:] if first else entries)),
        (_taken(first) if first else built,),
        trainable=trainable,
    )


def _shared(value: object) -> Iterator[tuple[object, object]]:
    """Find the layers that stand in more than one place: Keras marks all but the first."""
    if isinstance(value, Mapping):
        config = value.get("config")
        if "shared_object_id" in value and isinstance(config, Mapping) and "name" in config:
            yield value.get("class_name"), config["name"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _shared(one)


def _identity(entry: Config, shared: _Shared) -> Hashable:
    """Tell which layer has the weights: the inner one of TimeDistributed, which brings none."""
    if entry["class_name"] == "TimeDistributed":
        entry = entry["config"]["layer"]
    name = entry["class_name"], entry["config"].get("name")
    return name if name in shared else None


def _part(entry: Config, shared: _Shared) -> Part:
    config = entry["config"]
    is_input = entry["class_name"] == "InputLayer"
    built = entry.get("build_config")
    came = built.get("input_shape") if isinstance(built, Mapping) else None
    return Part(
        name=str(entry.get("name") or config.get("name", entry["class_name"])),
        kind=str(entry["class_name"]),
        description=description_of(entry),
        model=_model(config, shared) if _is_model(entry) else None,
        identity=_identity(entry, shared),
        weightless=weightless(entry),
        came=_taken(entry) if is_input else _without_batch(came),
    )


def _is_model(entry: Config) -> bool:
    """Tell a model from a layer of one's own whose config has an entry `layers` too."""
    config = entry["config"]
    if not isinstance(config, Mapping) or not isinstance(config.get("layers"), list):
        return False
    if "input_layers" in config or entry["class_name"] == "Sequential":
        return True
    first = config["layers"][0] if config["layers"] else None
    return isinstance(first, Mapping) and first.get("class_name") == "InputLayer"


def _taken(entry: Config) -> Shape | None:
    config = entry["config"]
    return _without_batch(config.get("batch_shape") or config.get("batch_input_shape"))


def _without_batch(shape: object) -> Shape | None:
    if not isinstance(shape, (list, tuple)) or not shape or isinstance(shape[0], (list, tuple)):
        return None
    return tuple(shape[1:])


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Turn Keras's `{"class_name": "__tuple__", "items": [...]}` into lists."""
    if isinstance(value, dict):
        if value.get("class_name") == "__tuple__":
            return [_plain(one) for one in value["items"]]
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
