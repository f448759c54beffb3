"""How the layers of a Keras model hang together, flattened into one graph of calls."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from digitzoo.errors import InvalidArgumentError, listed, shown
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.networks.graph import Call, Graph, KerasModel
from digitzoo.formulas.networks.keras_layers import Config

_Tensor = tuple[str, int, int]
"""A tensor of a functional model: layer name, number of the call, number of the output."""

_MOST_OUTPUTS = 10_000


def flatten_model(model: KerasModel) -> Graph:
    """Make one graph of a model and the models inside it."""
    inputs = list(model.inputs)
    if not inputs and model.wiring is not None:
        shapes = {layer.name: layer.input_shapes[0] for layer in model.layers}
        inputs = [shapes.get(name) for name, _, _ in _ends(model.wiring["input_layers"])]
    flattening = _Flattening(len(inputs))
    outputs = flattening.model(model, list(range(len(inputs))), "")
    return Graph(model.name, tuple(inputs), tuple(flattening.calls), tuple(outputs))


class _Flattening:
    """Collects the calls of a model, those of the models inside it in their place."""

    def __init__(self, values: int) -> None:
        self.calls: list[Call] = []
        self._values = values

    def model(self, model: KerasModel, inputs: list[int], path: str) -> list[int]:
        if model.wiring is not None:
            return self._functional(model, model.wiring, inputs, path)
        (value,) = inputs
        for layer, following in zip(model.layers, [*model.layers[1:], None], strict=False):
            # In a file the next layer tells what came out of this one.
            told = layer.output_shapes or (following.input_shapes if following else (None,))
            (value,) = self._call(layer, [value], layer.input_shapes, {0: told[0]}, path)
        return [value]

    def _functional(
        self, model: KerasModel, wiring: Config, inputs: list[int], path: str
    ) -> list[int]:
        made = dict(zip(_ends(wiring["input_layers"]), inputs, strict=True))
        # Keras counts the calls of a functional model inside this one from 1 in `output_layers`.
        inner = {one.name for one in model.layers if one.model and one.model.wiring is not None}
        outputs = [
            (name, call - int(name in inner), output)
            for name, call, output in _ends(wiring["output_layers"])
        ]
        nodes = {entry["name"]: entry["inbound_nodes"] for entry in wiring["layers"]}
        shapes = _output_shapes(nodes, outputs, model.outputs)
        waiting: list[tuple[Call, int, Config]] = []
        for layer in model.layers:
            if layer.kind == "InputLayer":
                if not path:
                    value = made[layer.name, 0, 0]
                    self.calls.append(layer._replace(inputs=(value,), outputs=(value,)))
                continue
            waiting.extend((layer, call, node) for call, node in enumerate(nodes[layer.name]))
        while waiting:
            later = []
            for layer, call, node in waiting:
                taken = _call_inputs(layer, node)
                if any(tensor not in made for tensor, _ in taken):
                    later.append((layer, call, node))
                    continue
                results = self._call(
                    layer,
                    [made[tensor] for tensor, _ in taken],
                    [shape for _, shape in taken],
                    shapes.get((layer.name, call), {0: None}),
                    path,
                )
                made.update({(layer.name, call, n): value for n, value in enumerate(results)})
            if len(later) == len(waiting):
                names = listed(sorted({layer.name for layer, _, _ in later}))
                raise InvalidArgumentError(
                    f"The model '{model.name}' cannot be followed at {names}: inputs are missing. "
                    "Expected the config of a whole model. Save the model again."
                )
            waiting = later
        return [made[tensor] for tensor in outputs]

    def _call(
        self,
        layer: Call,
        inputs: list[int],
        input_shapes: Sequence[Shape | None],
        output_shapes: Mapping[int, Shape | None],
        path: str,
    ) -> list[int]:
        name = path + layer.name
        if layer.model is not None:
            return self.model(layer.model, inputs, f"{name}/")
        count = 1 + max(output_shapes)
        if not 0 < count < _MOST_OUTPUTS:
            raise ValueError(f"no layer has {shown(count)} outputs")  # of a damaged file
        outputs = tuple(range(self._values, self._values + count))
        self._values += count
        call = layer._replace(
            name=name,
            inputs=tuple(inputs),
            outputs=outputs,
            identity=name if layer.identity is None else layer.identity,
            input_shapes=tuple(input_shapes),
            output_shapes=tuple(map(output_shapes.get, range(count))),
        )
        self.calls.append(call)
        return list(outputs)


def _output_shapes(
    nodes: Mapping[str, Sequence[Config]],
    outputs: Sequence[_Tensor],
    shapes: Sequence[Shape | None],
) -> dict[tuple[str, int], dict[int, Shape | None]]:
    """Collect the shapes of the outputs of each call, from those who take them and the ends."""
    found: dict[tuple[str, int], dict[int, Shape | None]] = {}
    ends = zip(outputs, [*shapes, *(None,) * len(outputs)], strict=False)
    taken = (tensor for calls in nodes.values() for node in calls for tensor in _tensors(node))
    for (name, call, output), shape in (*ends, *taken):
        found.setdefault((name, call), {})[output] = shape
    return found


def _call_inputs(layer: Call, node: Config) -> list[tuple[_Tensor, Shape | None]]:
    """Find the tensors that a layer works on, in their order; masks and states are none of them."""
    args, kwargs, description = node["args"], node["kwargs"], layer.description
    if layer.model is not None:
        return list(_tensors(args[0] if args else kwargs))
    everything = list(_tensors([args, kwargs]))
    if description is None or description.merges:
        return everything
    if not description.takes:
        return everything[:1]
    named = dict(zip(description.takes, args, strict=False)) | dict(kwargs)
    if not isinstance(named.get(description.takes[0]), Mapping):
        return everything[: len(description.takes)]  # one list of them, as Attention takes it
    return list(_tensors([named[name] for name in description.takes if name in named]))


def _tensors(value: object) -> Iterator[tuple[_Tensor, Shape | None]]:
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__":
            name, call, output = value["config"]["keras_history"]
            yield (name, call, output), tuple(value["config"]["shape"][1:])
            return
        value = _in_order(value)
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from _tensors(one)


def _ends(value: object) -> list[_Tensor]:
    if isinstance(value, Mapping):
        value = _in_order(value)
    if not isinstance(value, (list, tuple)):
        return []
    match value:
        case [str(name), int(call), int(output)]:
            return [(name, call, output)]
    return [tensor for one in value for tensor in _ends(one)]


def _in_order(named: Mapping[str, Any]) -> list[Any]:
    """Give the values as Keras flattens them: by their names."""
    return [named[name] for name in sorted(named)]
