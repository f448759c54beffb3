"""Weights by the name of a data set or by path, checked before they are used."""

import hashlib
import re
import warnings
from pathlib import Path
from typing import Any

import keras

from digitzoo.checks import check_path
from digitzoo.errors import DataFileError, InvalidArgumentError, listed, shown, unknown_name
from digitzoo.models.measured import WEIGHTS, MeasuredResult, result_path

_ENDING = ".weights.h5"
_LONGEST_PATH = 300  # letters, in a message
_UNREADABLE = (ValueError, OSError, KeyError, RuntimeError)  # by Keras, and by h5py under it


def find_weights(model: str, weights: str | Path | None) -> Path | None:
    """Say which file holds the weights that a builder was asked for by data set or by path."""
    if weights is None:
        return None
    bundled = {
        path.name.removeprefix(f"{model}-").removesuffix(_ENDING): path
        for path in WEIGHTS.glob(f"{model}-*{_ENDING}")
    }
    if isinstance(weights, str) and weights in bundled:
        path = bundled[weights]
        recorded: Any = MeasuredResult.read(result_path(model, weights, "tuned")).weights
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != recorded.sha256:
            raise DataFileError(
                f"{path} is damaged: its SHA-256 begins with {found[:12]}, and "
                f"{recorded.sha256[:12]} was recorded. Install digitzoo again."
            )
        return path
    names = f"Weights by name: {listed(sorted(bundled))}."
    try:
        path = check_path(f"{model}: weights", weights)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"{shown(weights)}: cannot be looked for. {names}") from error
    if path.is_file() and path.name.endswith(_ENDING):
        return path
    if not path.exists() and weights == path.name and not path.suffix:
        raise InvalidArgumentError(
            f"{unknown_name(f'weights for {model}', weights, bundled)} "
            f"Or give the path of a {_ENDING} file that is there."
        )
    problem = "a folder" if path.is_dir() else "no such file"
    if path.is_file():
        problem = "its name says another kind; keras.models.load_model reads a whole model"
    raise InvalidArgumentError(
        f"{path if len(str(path)) < _LONGEST_PATH else shown(str(path))}: {problem}. "
        f"Expected a {_ENDING} file, as model.save_weights writes it. {names}"
    )


def load_weights(model: keras.Model, path: Path, *, transfer: bool) -> None:
    """Give a built model the weights of a file; with `transfer` its last layer stays as it is."""
    try:
        _load(_without_head(model) if transfer else model, path)
    except _UNREADABLE as error:
        remedy = ""
        if not transfer and _fits(_without_head(model), path):
            remedy = (
                " All layers but the last fit: transfer=True loads those, and the last begins anew."
            )
        raise InvalidArgumentError(
            f"{path} does not hold weights for {model.name} with "
            f"input_shape={model.input_shape[1:]}, num_classes={model.output_shape[-1]} and "
            f"{model.count_params():,} parameters. {_in_short(error)}{remedy}"
        ) from error


def _load(model: keras.Model, path: Path) -> None:
    """Load weights, and take Keras's warnings that it passed something over for the errors."""
    with warnings.catch_warnings(record=True) as passed_over:
        warnings.simplefilter("always")
        model.load_weights(path)
    if passed_over:
        raise ValueError(str(passed_over[0].message))


def _without_head(model: keras.Model) -> keras.Model:
    if isinstance(model, keras.Sequential):
        return keras.Sequential([keras.Input(model.input_shape[1:]), *model.layers[:-1]])
    return keras.Model(model.inputs, model.layers[-1].input)


def _fits(model: keras.Model, path: Path) -> bool:
    before = model.get_weights()
    try:
        _load(model, path)
    except _UNREADABLE:
        return False
    finally:
        model.set_weights(before)
    return True


def _in_short(error: Exception) -> str:
    """Say what does not fit; Keras prints the weights themselves too."""
    text = str(error)
    if isinstance(error, OSError | RuntimeError):
        return f"It is damaged, or no HDF5 file as model.save_weights writes it ({text})."
    layer = re.search(r"object <\w+ name=(\w+)", text)
    shapes = re.search(r"variable\.shape=(\(.*?\)), Received: value\.shape=(\(.*?\))", text)
    if layer is not None and "variables, but received 0" in text:
        return f"The file has no weights for layer {layer[1]!r}: it is of another network."
    if layer is None or shapes is None:
        return text.partition("\n")[0]
    return f"Layer {layer[1]!r} takes weights of shape {shapes[1]}, and the file has {shapes[2]}."
