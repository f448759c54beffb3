"""`.onnx` files, for whatever runs ONNX: written by Keras through tf2onnx, run by ONNX Runtime."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.export.order import INPUT, Order, ask, signature, with_bytes

_OUTPUT = "outputs"
_FEW = 16  # numbers: of fewer, such as a shape, halves save nothing


def convert(model: Any, path: Path, order: Order) -> None:
    """Write a model as an `.onnx` file."""
    import onnx

    if order.pixels == "uint8":
        model = with_bytes(model, order)
    spec = signature(model, order, order.pixels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras looks for what NumPy 2 no longer has
        model.export(path, format="onnx", input_signature=spec, verbose=False)
    if order.quantize in ("dynamic", "int8"):
        _quantize(path, order)
    graph = onnx.load(path)
    _name_output(graph)
    if order.quantize == "float16":
        _store_halves(graph)
    graph.producer_name, graph.producer_version = "digitzoo", order.facts["digitzoo"]
    del graph.metadata_props[:]
    onnx.helper.set_model_props(
        graph,
        {key: one if isinstance(one, str) else json.dumps(one) for key, one in order.facts.items()},
    )
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def run(path: Path, images: NDArray[Any], batch_size: int | None) -> tuple[NDArray[Any], float]:
    """Ask an `.onnx` file of images, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return ask(lambda some: session.run(None, {INPUT: some})[0], images, batch_size)


def _quantize(path: Path, order: Order) -> None:
    from onnxruntime import quantization

    prepared = path.with_suffix(".prepared")
    quantization.quant_pre_process(path, prepared, skip_symbolic_shape=True)
    if order.quantize == "dynamic":
        quantization.quantize_dynamic(
            prepared,
            path,
            weight_type=quantization.QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm"],
        )
    else:
        quantization.quantize_static(prepared, path, _Calibration(order), per_channel=True)
    prepared.unlink()


class _Calibration:
    """Training images as ONNX Runtime's quantizer asks for them."""

    def __init__(self, order: Order) -> None:
        self._images = order.calibrating()

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        image = next(self._images, None)
        return None if image is None else {INPUT: image}


def _name_output(graph: Any) -> None:
    """Give the one output a name of its own, in place of TensorFlow's."""
    (output,) = graph.graph.output
    old, output.name = output.name, _OUTPUT
    for node in graph.graph.node:
        for names in (node.input, node.output):
            names[:] = [_OUTPUT if name == old else name for name in names]


def _store_halves(graph: Any) -> None:
    """Store the weights as 16-bit floats, which a Cast brings back; what is computed stays."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in graph.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) > _FEW:
            name, halves = tensor.name, numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(halves, f"{name}_float16"))
            casts.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
