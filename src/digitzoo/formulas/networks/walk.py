"""Walking through a network's graph, call by call, and working out each."""

from collections.abc import Hashable, Sequence
from functools import cached_property

from digitzoo.errors import UnknownLayerError
from digitzoo.formulas.layers.base import Input, Note, Result, Weight
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.layers.shaping import InputLayer
from digitzoo.formulas.networks.graph import Call, Graph, Variable, fits
from digitzoo.formulas.networks.info import LayerInfo
from digitzoo.formulas.networks.layer_info import row_of, start, work_out_layer


def walk(
    graph: Graph, shapes: Sequence[Shape], *, strict: bool = False
) -> tuple[tuple[LayerInfo, ...], tuple[Input, ...]]:
    """Work out every call of a network for the shapes that come in: rows, and what comes out."""
    walking, rows = _Walk(graph, strict=strict), []
    values = dict(enumerate(map(start, shapes)))
    names = {number: f"input {number + 1}" if len(shapes) > 1 else "input" for number in values}
    for call in graph.calls:
        inputs = [values[number] for number in call.inputs]
        result, made = walking.made(call, inputs)
        sources = tuple(names[number] for number in call.inputs)
        rows.append(walking.row(call, inputs, result, made[0]).replace(sources=sources))
        values.update(zip(call.outputs, made, strict=True))
        names.update(dict.fromkeys(call.outputs, call.name))
    return tuple(rows), tuple(values[number] for number in graph.outputs)


def check_walk(graph: Graph, shapes: Sequence[Shape]) -> None:
    """Find out whether a network takes shapes, without rows and receptive fields: fast."""
    walking = _Walk(graph, strict=False)
    values = {number: Input(shape, None) for number, shape in enumerate(shapes)}
    for call in graph.calls:
        _, made = walking.made(call, [values[number] for number in call.inputs])
        values.update(zip(call.outputs, made, strict=True))


class _Walk:
    """One pass. Each array of weights counts at the first call that uses it."""

    def __init__(self, graph: Graph, *, strict: bool) -> None:
        self._graph, self._strict = graph, strict
        self._seen: set[Hashable] = set()

    @cached_property
    def _used(self) -> set[int]:
        return {number for call in self._graph.calls for number in call.inputs}

    def made(self, call: Call, inputs: list[Input]) -> tuple[Result | None, list[Input]]:
        """Give what comes out of a call, and how; `None` where nothing was worked out."""
        description = call.description
        if call.kind == "InputLayer":
            return None, inputs
        if description is None or (call.weightless and description.kind == "Identity"):
            # No formula; or an operation that multiplies nothing, and says nothing of positions.
            return None, self._outputs(call, inputs)
        merges = description.merges
        if len(inputs) == 1 and (merges or description.kind == "Identity"):
            # `x + 2`, an operation with one tensor; or what only acts while training.
            return None, [_kept(inputs[0], _promised(call, inputs)[0], repeated=merges)]
        result = work_out_layer(description, inputs, call.name, strict=self._strict)
        seen = False not in [one.seen for one in inputs]
        first = Input(result.output_shape, result.fields, seen)
        if merges:  # a constant may be among what it joins
            first = _kept(first, _promised(call, inputs)[0], repeated=True)
        if len(call.outputs) == 1:
            return result, [first]
        others = [Input(one or (None,), None, seen) for one in _promised(call, inputs)[1:]]
        return result, [first, *others]

    def row(self, call: Call, inputs: list[Input], result: Result | None, made: Input) -> LayerInfo:
        """Give the row of a call that was worked out."""
        layer = InputLayer(made.shape) if call.kind == "InputLayer" else call.description
        if result:
            row = row_of(call.name, layer or call.kind, inputs, made, result)
            return self._count_once(call, row)
        row = row_of(call.name, layer or call.kind, inputs, made).replace(layer=call.kind)
        return row if layer else _unknown(call, self._count_once(call, row))

    def _count_once(self, call: Call, row: LayerInfo) -> LayerInfo:
        if not call.trainable:
            row = row.replace(trainable=False)
        if not call.variables:
            if not self._again(call):
                return row
            shared = bool(row.weights) or (call.variables is None and not row.known)
            return row.replace(weights=(), shared=shared)
        fresh = self._fresh(call.variables)
        changes: dict[str, object] = {"shared": not fresh, "stored": _stored(fresh)}
        pairs = _paired(row.weights, call.variables)
        if pairs is None:  # quantized, or with weights of the user's own
            changes |= {"weights": (), "measured_params": _counted(fresh)}
        else:
            keys = {variable.key for variable in fresh}
            changes["weights"] = tuple(
                weight._replace(trainable=variable.trainable)
                for weight, variable in pairs
                if variable.key in keys
            )
        return row.replace(**changes)

    def _outputs(self, call: Call, inputs: list[Input]) -> list[Input]:
        shapes = list(_promised(call, inputs))
        if len(shapes) == 1 and None in (shapes[0] or (None,)) and call.infer_shape is not None:
            # Nobody promised it, or for open sizes that are known now.
            shapes = [call.infer_shape([one.shape for one in inputs]) or shapes[0]]
        if any(
            shape is None and number in self._used
            for shape, number in zip(shapes, call.outputs, strict=True)
        ):
            remedy = (
                "the file does not say what comes out of it for this input. Load the model with "
                "Keras and summarize that: summarize(keras.saving.load_model(path))."
                if call.infer_shape is None
                else "it does not say what comes out of it. Build the model, such as with "
                "model.build((None, 28, 28, 1)), or give the layer a compute_output_shape."
            )
            raise UnknownLayerError(f"{call.kind} '{call.name}' has no formula here, and {remedy}")
        # An output that nothing takes is told by nobody.
        some = next((shape for shape in shapes if shape is not None), (None,))
        return [Input(shape if shape is not None else some, None, seen=False) for shape in shapes]

    def _again(self, call: Call) -> bool:
        before = call.identity in self._seen
        if call.identity is not None:
            self._seen.add(call.identity)
        return before

    def _fresh(self, variables: Sequence[Variable]) -> tuple[Variable, ...]:
        fresh = {one.key: one for one in variables if one.key not in self._seen}
        self._seen.update(fresh)
        return tuple(fresh.values())


def _promised(call: Call, inputs: Sequence[Input]) -> Sequence[Shape | None]:
    """Give the shapes that Keras promised, which hold for the sizes it promised them for."""
    same = len(inputs) == len(call.input_shapes) and all(
        came is None or fits(one.shape, came)
        for one, came in zip(inputs, call.input_shapes, strict=True)
    )
    return call.output_shapes if same else (None,) * len(call.outputs)


def _paired(
    weights: Sequence[Weight], variables: Sequence[Variable]
) -> list[tuple[Weight, Variable]] | None:
    """Find the array behind each weight of a formula; `None` if they are not the same ones."""
    left, pairs = list(variables), []
    for weight in weights:
        found = next((one for one in left if one.shape == weight.shape), None)
        if found is None:
            return None
        left.remove(found)
        pairs.append((weight, found))
    return None if left else pairs


def _unknown(call: Call, row: LayerInfo) -> LayerInfo:
    told = call.weightless or call.variables is not None or row.shared
    measured = row.measured_params or ((0, 0) if told else None)
    note = Note("no formula" if measured else "no formula, no weights", kind=call.kind)
    return row.replace(notes=(note,), bias_adds=None, measured_params=measured)


def _counted(variables: Sequence[Variable]) -> tuple[int, int]:
    counts = {True: 0, False: 0}
    for one in variables:
        counts[one.trainable] += one.size
    return counts[True], counts[False]


def _stored(variables: Sequence[Variable]) -> tuple[tuple[str, int], ...]:
    """Count the weights that are whole numbers, by their type: those stay as they are."""
    return tuple((one.dtype, one.size) for one in variables if "float" not in one.dtype)


def _kept(value: Input, promised: Shape | None, *, repeated: bool) -> Input:
    """Pass a value on; a constant that is added may have made it larger, as Keras promised."""
    if promised is None or not repeated:
        return value
    if len(promised) == len(value.shape):
        promised = tuple(
            came if size is None else size for size, came in zip(promised, value.shape, strict=True)
        )
    same = promised[:-1] == value.shape[:-1]
    return Input(promised, value.fields if same else None, value.seen)
