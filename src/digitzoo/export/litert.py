"""`.tflite` files, for phones and small computers: written by Keras, run by LiteRT."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.export.order import Order, ask, signature, with_bytes

_FILE_IDENTIFIER = b"TFL3"


def convert(model: Any, path: Path, order: Order, *, interface: str | None = None) -> None:
    """Write a model as a `.tflite` file; `interface` is the whole-number type of both its ends."""
    if order.quantize == "int8" and order.pixels == "uint8":
        interface = "uint8"
    elif order.pixels == "uint8":
        model = with_bytes(model, order)
    is_bytes = order.pixels == "uint8" and order.quantize != "int8"
    model.export(
        path,
        format="litert",
        input_signature=signature(model, order, "uint8" if is_bytes else "float32"),
        verbose=False,
        **_settings(order, interface),
    )
    _describe(path, order.facts)


def run(path: Path, images: NDArray[Any], batch_size: int | None) -> tuple[NDArray[Any], float]:
    """Ask a `.tflite` file of images, on one thread."""
    return ask(open_file(path.read_bytes()), images, batch_size)


def open_file(content: bytes) -> Callable[[NDArray[Any]], NDArray[np.floating]]:
    """Make the content of a file a function from its images to its floats."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()

    def call(images: NDArray[Any]) -> NDArray[np.floating]:
        interpreter.set_tensor(
            taken["index"], quantized(images, taken["dtype"], taken["quantization"])
        )
        interpreter.invoke()
        return dequantized(interpreter.get_tensor(given["index"]), given["quantization"])

    return call


def quantized(images: NDArray[Any], dtype: Any, quantization: tuple[float, int]) -> NDArray[Any]:
    """Bring floats to the whole numbers of a file's input; what is of its type stays."""
    if images.dtype == dtype:
        return images
    scale, zero_point = quantization
    bounds = np.iinfo(dtype)
    return np.clip(np.rint(images / scale + zero_point), bounds.min, bounds.max).astype(dtype)


def dequantized(rows: NDArray[Any], quantization: tuple[float, int]) -> NDArray[np.floating]:
    """Bring the whole numbers of a file's output to floats."""
    scale, zero_point = quantization
    if rows.dtype.kind == "f":
        return rows
    return ((rows.astype(np.float32) - zero_point) * scale).astype(np.float32)


def _settings(order: Order, interface: str | None) -> dict[str, Any]:
    """Give the settings of TensorFlow's converter, which Keras hands on."""
    import tensorflow as tf

    settings: dict[str, Any] = {"target_spec": {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}}
    if order.quantize is not None:
        settings["optimizations"] = [tf.lite.Optimize.DEFAULT]
    if order.quantize == "float16":
        settings["target_spec"]["supported_types"] = [tf.float16]
    if order.quantize == "int8":
        floats = replace(order, pixels="float32")
        settings["target_spec"]["supported_ops"] = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        settings["representative_dataset"] = lambda: ([one] for one in floats.calibrating())
        if interface is not None:
            settings["inference_input_type"] = tf.dtypes.as_dtype(interface)
            settings["inference_output_type"] = tf.dtypes.as_dtype(interface)
    return settings


def _describe(path: Path, facts: dict[str, Any]) -> None:
    """Put what a file says of itself into it, as a metadata entry and in its description."""
    import flatbuffers
    from tensorflow.lite.python import schema_py_generated as schema
    from tensorflow.lite.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model(str(path))
    buffer, entry = schema.BufferT(), schema.MetadataT()
    buffer.data = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
    entry.name, entry.buffer = "digitzoo", len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]
    model.description = f"{facts['model']}, by digitzoo {facts['digitzoo']}"
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=_FILE_IDENTIFIER)
    path.write_bytes(bytes(builder.Output()))
