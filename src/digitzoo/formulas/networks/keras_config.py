"""Reading a Keras model: its `get_config()`, or the config.json inside a `.keras` file.

Only public names are used: `get_config`, `layers`, `name`, `built`, `input_shape`, `outputs`,
`count_params`, `trainable_weights`, `compute_output_shape`. A config says everything that the
formulas need; the living layers add which layers are the same object, and the numbers of a
layer that has no formula.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from digitzoo.errors import ArgumentTypeError, DataFileError
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.catalogue import LAYERS, make
from digitzoo.formulas.layers.frozen import Frozen

Config = Mapping[str, Any]
Tensor = tuple[str, int, int]
"""A tensor of a functional model: layer name, number of the call, number of the output."""

# keras.ops called on symbolic tensors; they have no weights.
_ACTIVATIONS = (
    *("Relu", "Relu6", "Sigmoid", "HardSigmoid", "HardSwish", "Silu", "Swish", "Gelu", "Tanh"),
    *("Softmax", "Softplus", "Softsign", "LeakyRelu", "Elu", "Selu", "Exp", "Log", "Abs"),
    *("Absolute", "Negative", "Sqrt", "Square", "Cast", "Clip"),
)
_MERGES = ("Add", "Subtract", "Multiply", "Maximum", "Minimum")
_OPERATIONS = {
    **{name: "Activation" for name in _ACTIVATIONS},  # noqa: C420 - reads as the line below
    **{name: name for name in _MERGES},
    "Divide": "Multiply",
    "TrueDivide": "Multiply",
}


# Layers that change images while training only. RandomCrop also crops at inference.
_AUGMENTATIONS = frozenset(
    {
        *("AugMix", "CutMix", "MixUp", "RandAugment", "RandomBrightness"),
        *("RandomColorDegeneration", "RandomColorJitter", "RandomContrast"),
        *("RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur"),
        *("RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective"),
        *("RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness"),
        *("RandomShear", "RandomTranslation", "RandomZoom"),
    }
)

# Layers of Keras's that have neither a formula here nor any weights.
_WEIGHTLESS = frozenset({"CenterCrop", "Dot", "Lambda", "RandomCrop", "Resizing"})


class Model(Frozen):
    """A model's config, with the living layers if there are any."""

    kind: str
    config: Config
    layers: Mapping[str, Any]
    living: Any = None

    @property
    def name(self) -> str:
        """The model's own name."""
        return str(self.config.get("name", self.kind))


def read_model(model: object) -> Model:
    """Read a living Keras model.

    Raises:
        ArgumentTypeError: It is no model of layers.
    """
    config = _config_of(model)
    if config is None or "layers" not in config:
        raise ArgumentTypeError(
            f"{type(model).__name__} is not made of layers that can be read. Expected a Sequential "
            "or functional Keras model, a list of layer descriptions, or the path of a .keras "
            f"file. Received {type(model).__name__}. Describe its layers in a list."
        )
    return _of_config(_kind(config), config, model)


def read_keras_file(path: str | os.PathLike[str]) -> Model:
    """Read the architecture out of a `.keras` file, without Keras.

    Raises:
        DataFileError: It is no `.keras` file, or it holds no model made of layers.
    """
    # Imported here, because only files need them and the room loads in a blink.
    import json  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    try:
        with zipfile.ZipFile(path) as archive:
            saved = _plain(json.loads(archive.read("config.json")))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as problem:
        raise DataFileError(
            f"{os.fspath(path)} cannot be read as a .keras file ({problem}). Expected a file that "
            "model.save('name.keras') wrote. Save the model again."
        ) from None
    config = saved.get("config", {})
    if "layers" not in config:
        raise DataFileError(
            f"{os.fspath(path)} holds a {saved.get('class_name')}, which is not made of layers. "
            "Expected a Sequential or functional model. Load it with Keras."
        )
    return _of_config(_kind(config), config)


def nested(entry: Config, living: object) -> Model | None:
    """Read a model inside a model, if the entry is one."""
    config = entry["config"]
    if isinstance(config, Mapping) and "layers" in config:
        return _of_config(_kind(config), config, living)
    return None


def description_of(entry: Config) -> Layer | None:
    """Describe one layer of a config; `None` for a class that has no formula here."""
    class_name, module = entry["class_name"], str(entry.get("module"))
    config = entry["config"]
    if module.startswith("keras.src.ops"):
        class_name = _OPERATIONS.get(class_name, "")
    elif module != "keras.layers" or _changed(config):
        return None
    elif class_name in _AUGMENTATIONS:
        return make(LAYERS["Identity"], {"name": config.get("name")})
    kind = LAYERS.get(class_name)
    if kind is None or class_name == "InputLayer":
        return None
    kept = {key: _tuples(value) for key, value in config.items() if key in kind.argument_names()}
    if class_name == "Activation":  # an operation is named by its class alone
        kept.setdefault("activation", entry["class_name"].lower())
    return make(kind, kept)


def described(layer: object) -> Layer | None:
    """Describe a living Keras layer; `None` for what is none, or has no formula here."""
    config = _config_of(layer)
    if config is None:
        return None
    kind = type(layer)
    # Keras's own layers; a user's child of one may do anything.
    module = "keras.layers" if kind.__module__.startswith("keras.src.layers.") else kind.__module__
    return description_of({"class_name": kind.__name__, "module": module, "config": config})


def tensors(value: object) -> Iterator[tuple[Tensor, tuple[int | None, ...]]]:
    """Find the tensors, with their shapes, among a call's arguments."""
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__":
            name, call, output = value["config"]["keras_history"]
            yield (name, call, output), tuple(value["config"]["shape"][1:])
            return
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from tensors(one)


def ends(value: object) -> list[Tensor]:
    """List the tensors that `input_layers` or `output_layers` name, in any nesting."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        return []
    match value:
        case [str(name), int(call), int(output)]:
            return [(name, call, output)]
    return [tensor for one in value for tensor in ends(one)]


def counted(living: Any) -> tuple[int, int]:  # noqa: ANN401 - any Keras layer
    """Give trainable and other weights of a layer as Keras counts them."""
    trainable = sum(_size(weight.shape) for weight in getattr(living, "trainable_weights", ()))
    return trainable, int(living.count_params()) - trainable


def has_no_weights(entry: Config) -> bool:
    """Tell whether a layer or an operation without a formula is known to have no weights."""
    kind, module = str(entry["class_name"]), str(entry.get("module"))
    weightless = kind in _WEIGHTLESS
    return module.startswith("keras.src.ops") or (module == "keras.layers" and weightless)


def _of_config(kind: str, config: Config, living: object = None) -> Model:
    layers: Sequence[Any] = getattr(living, "layers", ())
    return Model(
        kind=kind,
        config=config,
        layers={layer.name: layer for layer in layers},
        living=living,
    )


def _kind(config: Config) -> str:
    return "Functional" if "input_layers" in config else "Sequential"


def _config_of(model: object) -> Config | None:
    get_config = getattr(model, "get_config", None)
    if get_config is None or isinstance(model, type):
        return None
    try:
        config = get_config()
    except NotImplementedError:
        return None
    return config if isinstance(config, Mapping) else None


def _changed(config: Config) -> bool:
    """Tell whether LoRA or quantisation added weights that the layer's arguments do not say."""
    dtype = config.get("dtype")
    quantized = isinstance(dtype, Mapping) and "Quantized" in str(dtype.get("class_name"))
    return bool(config.get("lora_rank")) or quantized


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Turn Keras's `{"class_name": "__tuple__", "items": [...]}` into lists."""
    if isinstance(value, dict):
        if value.get("class_name") == "__tuple__":
            return [_plain(one) for one in value["items"]]
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _tuples(value: object) -> object:
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value


def _size(shape: Sequence[int]) -> int:
    size = 1
    for one in shape:
        size *= int(one)
    return size
