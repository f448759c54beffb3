"""`export_model`: a network as a file for other programs, with a proof that it answers alike."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from numpy.typing import ArrayLike

import digitzoo
from digitzoo.checks import check_choice, check_flag, check_whole
from digitzoo.data import Dataset, Split
from digitzoo.data.classes import ClassNames
from digitzoo.errors import (
    DigitzooError,
    ExportError,
    InvalidArgumentError,
    first_sentence,
)
from digitzoo.evaluation import Classifier
from digitzoo.evaluation.heads import check_classifier, steps_of
from digitzoo.evaluation.pixels import pixel_scale
from digitzoo.export.elsewhere import convert
from digitzoo.export.evidence import Evidence, find_calibration, find_evidence
from digitzoo.export.formats import Format, check_export_target
from digitzoo.export.order import WHITE, Order
from digitzoo.export.proof import ExportedModel, prove
from digitzoo.models import MeasuredResult
from digitzoo.models.shipped import shipped_result
from digitzoo.quiet import quiet_backend
from digitzoo.saving import writing

_PIXELS = ("float32", "uint8")
_LARGEST_BATCH = 10_000
_OTHER_FLOATS = {"float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"}


def export_model(
    model: Any,
    path: str | os.PathLike[str],
    *,
    quantize: Literal["float16", "dynamic", "int8"] | None = None,
    pixels: Literal["float32", "uint8"] = "float32",
    batch_size: int | None = None,
    images: ArrayLike | Split | Dataset | None = None,
    calibration: ArrayLike | Split | None = None,
    dataset: str | None = None,
    class_names: ClassNames | None = None,
    verify: bool = True,
) -> ExportedModel:
    """Write a network as a file that runs without Python or Keras, and prove it.

    The path's suffix says the format: `.tflite` for LiteRT (phones, small computers), `.onnx` for
    ONNX Runtime and its kin, `.h` for a C array (microcontrollers, always `"int8"`), none for the
    folder of a TensorFlow SavedModel. The file says its input, its classes, and how it was made,
    in its format's own metadata. Then it is run on images, and what it answers is held to what the
    model does; a file that is farther off than its format may be is not kept.

    Args:
        model: A built Keras classifier, or one of `list_models()`, which comes with its weights.
        path: Where to write; a file that is there is replaced.
        quantize: `"float16"` stores weights in half the bytes. The weights in the package lose
            nothing by it, where no batch normalization is multiplied into them first. `"dynamic"`
            stores them as whole numbers of 8 bits, a quarter; `"int8"` computes with such numbers
            too. None keeps 32-bit floats.
        pixels: What the file takes: `"float32"`, the numbers that the model takes, or `"uint8"`,
            bytes of 0..255, which the file scales itself.
        batch_size: How many images the file takes at once. By default one in `.tflite` and `.h`,
            any number in the others.
        images: What it is proved on, such as a split; its labels give accuracies. Of a `Dataset`
            the test part, else the validation part. By default, of a network with weights of the
            package, the test images of its data set.
        calibration: Images that `"int8"` measures the ranges of numbers on, of which the first 500
            are taken; never those of the proof. By default training images: of `images`, if that
            is a `Dataset`, else of the bundled data set.
        dataset: The bundled data set that the model was trained on, which says what its classes
            are called. By default it is found out for weights of the package.
        class_names: What the classes are called, if no bundled data set says it.
        verify: Whether to prove the file.

    Returns:
        The path, size, differences, accuracies before and after, and microseconds an image.
        `print` shows them in sentences.

    Raises:
        InvalidArgumentError: If the suffix is none of these, the format has no such `quantize`,
            there are no images to prove or to calibrate with, or they do not fit the model.
        ArgumentTypeError: If it is no model.
        MissingExtraError: If what writes or runs such files is not installed.
        ExportError: If the format cannot hold the network, or the file answers otherwise.
        DataFileError: If it cannot be written.

    >>> export_model("small_dense", "small_dense.tflite")  # doctest: +SKIP
    """
    target, form = check_export_target(path)
    kind = form.check_quantize(quantize)
    check_choice("kind of pixels", pixels, _PIXELS)
    if pixels == "uint8" and form.module == "c_array":
        raise InvalidArgumentError(
            "The array of a .h file takes whole numbers already, int8: a pixel less 128. Leave "
            "out pixels=."
        )
    if calibration is not None and kind != "int8":
        raise InvalidArgumentError(
            "calibration= is for quantize='int8', which measures the ranges of numbers. Leave it "
            "out, or quantize so."
        )
    if batch_size is not None:
        batch_size = check_whole("batch_size", batch_size, at_least=1, at_most=_LARGEST_BATCH)
    verify = check_flag("verify", verify)
    form.check_installed(verify=verify)
    shipped = None if isinstance(model, str) else shipped_result(model)
    if dataset is None and shipped is not None:
        dataset = shipped.dataset
    classifier = Classifier(model, dataset=dataset, class_names=class_names)
    check_classifier(classifier.model)
    form.check_input(classifier.model.input_shape)
    with _explaining(form, classifier.model):
        model, dataset = _in_float32(classifier.model), classifier.dataset
    order = Order(
        kind,
        pixels,
        batch_size or form.batch_size,
        pixel_scale(model),
        find_calibration(model, calibration, images, dataset) if kind == "int8" else None,
    )
    proof = find_evidence(model, images, dataset, pixels) if verify else None
    shipped = shipped or shipped_result(classifier.model)
    order = replace(order, facts=_facts(order, form, classifier, shipped, proof))
    with (
        writing(target),
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".exporting-") as folder,
    ):
        # Keras knows suffixes in small letters alone.
        written = Path(folder, target.name).with_suffix(target.suffix.lower())
        with _explaining(form, model):
            convert(form, model, written, order)
        exported = ExportedModel(target, form.name, kind, _size(written))
        if proof is not None:
            with _explaining(form, model):
                answer = form.load().run(written, order.feed(proof.images), order.batch_size)
            exported = prove(exported, model, proof, answer)
        if target.is_dir():
            shutil.rmtree(target)
        written.replace(target)
    return exported


@contextmanager
def _explaining(form: Format, model: Any) -> Iterator[None]:
    """Keep converters and runtimes quiet, and word what they raise."""
    try:
        with quiet_backend(told=False):
            yield
    except (DigitzooError, OSError):
        raise
    except Exception as error:
        raise ExportError(
            f"{form.name} does not take {model.name} as it is ({type(error).__name__}: "
            f"{first_sentence(error)}). Nothing was written."
        ) from error


def _in_float32(model: Any) -> Any:
    """Copy a model that computes with other floats as one of 32 bits, as exporters ask."""
    import keras

    layers = [step for step in steps_of(model) if hasattr(step, "dtype_policy")]
    names = {layer.dtype_policy.name for layer in layers}
    others = names & _OTHER_FLOATS
    if not others:
        return model
    text = model.to_json()
    for name in others:
        text = text.replace(f'"{name}"', '"float32"')
    copy = keras.models.model_from_json(text)
    copy.set_weights(model.get_weights())
    return copy


def _facts(
    order: Order,
    form: Format,
    classifier: Classifier,
    shipped: MeasuredResult | None,
    proof: Evidence | None,
) -> dict[str, Any]:
    """Say what a file's user needs to know of it."""
    shape = " x ".join(map(str, classifier.model.input_shape[1:]))
    largest = WHITE if order.pixels == "uint8" else order.scale
    taken = f"{order.pixels} in 0..{largest}" if form.module != "c_array" else "int8"
    accuracy = proof and proof.accuracy
    facts = {
        "model": classifier.model.name,
        "digitzoo": digitzoo.__version__,
        "format": f"{form.name}, {order.quantize or 'float32'}",
        "input": f"{order.batch_size or 'N'} x {shape}, {taken}",
        "class_names": list(classifier.class_names),
        "dataset": classifier.dataset,
        "recipe": shipped and shipped.recipe,
        "accuracy": accuracy,
        "measured_on": proof and accuracy and f"{len(proof.images):,} images",
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)
