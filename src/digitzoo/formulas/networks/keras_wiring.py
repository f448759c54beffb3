"""How the layers of a Keras model hang together, flattened into one graph of calls."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from digitzoo.errors import InvalidArgumentError, listed
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.networks.graph import Call, Graph, Variable
from digitzoo.formulas.networks.keras_layers import Config

_Tensor = tuple[str, int, int]
"""A tensor of a functional model: layer name, number of the call, number of the output."""


class Part(NamedTuple):
    """One layer of a model, as the living layer or a file tells of it; see `Call`."""

    name: str
    kind: str
    description: Layer | None
    model: "Model | None"
    identity: Hashable = None
    variables: tuple[Variable, ...] | None = None
    weightless: bool = False
    came: Shape | None = None
    gave: Shape | None = None
    ask: Callable[[Sequence[Shape]], Shape | None] | None = None


class Model(NamedTuple):
    """A model's layers; `wiring` is the config of a functional one, `None` of a Sequential."""

    name: str
    parts: tuple[Part, ...]
    inputs: tuple[Shape | None, ...]
    trainable: bool = True
    wiring: Config | None = None
    ends: tuple[Shape | None, ...] = ()


def flattened(model: Model) -> Graph:
    """Make one graph of a model and the models inside it."""
    inputs = list(model.inputs)
    if not inputs and model.wiring is not None:
        shapes = {part.name: part.came for part in model.parts}
        inputs = [shapes.get(name) for name, _, _ in _ends(model.wiring["input_layers"])]
    flattening = _Flattening(len(inputs))
    outputs = flattening.model(model, list(range(len(inputs))), "", model.trainable)
    return Graph(model.name, tuple(inputs), tuple(flattening.calls), tuple(outputs))


class _Flattening:
    """Collects the calls of a model, those of the models inside it in their place."""

    def __init__(self, values: int) -> None:
        self.calls: list[Call] = []
        self._values = values

    def model(self, model: Model, inputs: list[int], path: str, trainable: bool) -> list[int]:  # noqa: FBT001 - handed on
        if model.wiring is not None:
            return self._functional(model, model.wiring, inputs, path, trainable)
        (value,) = inputs
        for part, following in zip(model.parts, [*model.parts[1:], None], strict=True):
            # In a file the next layer tells what came out of this one.
            gave = part.gave or (following.came if following and part.ask is None else None)
            (value,) = self._call(part, [value], [part.came], {0: gave}, path, trainable)
        return [value]

    def _functional(
        self, model: Model, wiring: Config, inputs: list[int], path: str, trainable: bool  # noqa: FBT001 - handed on
    ) -> list[int]:  # fmt: skip
        made = dict(zip(_ends(wiring["input_layers"]), inputs, strict=True))
        ends = [
            (name, call - int(name in wiring["inner"]), output)
            for name, call, output in _ends(wiring["output_layers"])
        ]
        nodes = {entry["name"]: entry["inbound_nodes"] for entry in wiring["layers"]}
        told: dict[tuple[str, int], dict[int, Shape | None]] = {}
        for (name, call, output), shape in (
            *zip(ends, [*model.ends, *(None,) * len(ends)], strict=False),
            *(found for calls in nodes.values() for node in calls for found in _tensors(node)),
        ):
            told.setdefault((name, call), {})[output] = shape
        waiting: list[tuple[Part, int, Config]] = []
        for part in model.parts:
            if part.kind == "InputLayer":
                if not path:
                    value = made[part.name, 0, 0]
                    self.calls.append(Call(part.name, part.kind, (value,), (value,)))
                continue
            waiting.extend((part, call, node) for call, node in enumerate(nodes[part.name]))
        while waiting:
            later = []
            for part, call, node in waiting:
                taken = _taken(part, node)
                if any(tensor not in made for tensor, _ in taken):
                    later.append((part, call, node))
                    continue
                results = self._call(
                    part,
                    [made[tensor] for tensor, _ in taken],
                    [shape for _, shape in taken],
                    told.get((part.name, call), {0: None}),
                    path,
                    trainable,
                )
                made.update({(part.name, call, n): value for n, value in enumerate(results)})
            if len(later) == len(waiting):
                names = listed(sorted({part.name for part, _, _ in later}))
                raise InvalidArgumentError(
                    f"The model '{model.name}' cannot be followed at {names}: inputs are missing. "
                    "Expected the config of a whole model. Save the model again."
                )
            waiting = later
        return [made[tensor] for tensor in ends]

    def _call(  # noqa: PLR0917 - one call
        self,
        part: Part,
        inputs: list[int],
        came: Sequence[Shape | None],
        gave: Mapping[int, Shape | None],
        path: str,
        trainable: bool,  # noqa: FBT001 - handed on
    ) -> list[int]:
        if part.model is not None:
            inner = f"{path}{part.name}/"
            return self.model(part.model, inputs, inner, trainable and part.model.trainable)
        count = 1 + max(gave)
        outputs = tuple(range(self._values, self._values + count))
        self._values += count
        self.calls.append(
            Call(
                path + part.name,
                part.kind,
                tuple(inputs),
                outputs,
                part.description,
                path + part.name if part.identity is None else part.identity,
                part.variables,
                part.weightless,
                trainable,
                tuple(came),
                tuple(gave.get(n) for n in range(count)),
                part.ask,
            )
        )
        return list(outputs)


def _taken(part: Part, node: Config) -> list[tuple[_Tensor, Shape | None]]:
    """Find the tensors that a layer works on, in their order; masks and states are none of them."""
    args, kwargs, description = node["args"], node["kwargs"], part.description
    if part.model is not None:
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
    """Find the tensors, with their shapes, among a call's arguments."""
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
    """List the tensors that `input_layers` or `output_layers` name, in any nesting."""
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
