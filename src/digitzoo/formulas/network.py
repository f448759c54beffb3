"""Walking through a network, layer by layer or branch by branch, and working out each call."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.arguments import Shape, show_shape
from digitzoo.formulas.info import LayerInfo, start, worked_out
from digitzoo.formulas.keras_config import (
    Config,
    Model,
    Tensor,
    built_shape,
    counted,
    description_of,
    ends,
    input_shape_of,
    nested,
    refuse_unbuilt,
    tensors,
)
from digitzoo.formulas.layer import Input, Layer
from digitzoo.formulas.phrases_en import ENGLISH
from digitzoo.formulas.shaping import InputLayer


class Walk:
    """One pass through a network; `rows` grows by one for every call of a layer.

    Weights count at a layer's first call. Whether two entries are the same layer is known from
    the living layers; a bare config knows it by the path of names.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.rows: list[LayerInfo] = []
        self.inputs: list[Shape] = []
        self._strict = strict
        self._seen: set[int | str] = set()

    def through_list(self, layers: Sequence[Layer], shape: Shape) -> Input:
        """Walk through descriptions, one after the other."""
        self.inputs.append(shape)
        value = start(shape)
        used: dict[str, int] = {}
        for layer in layers:
            name = layer.name or _numbered(layer.kind, used)
            # A description is a value, not a layer: the same one twice makes two layers.
            value = self._call(layer, [value], name)
        return value

    def through_model(
        self, model: Model, shapes: Sequence[Shape] | None, *, rebuilt: bool = False
    ) -> list[Input]:
        """Walk through a whole model; `rebuilt` as if it were made anew for other sizes."""
        shapes = list(shapes) if shapes and rebuilt else _shapes_for(model, shapes)
        self.inputs.extend(shapes)
        values = [start(shape) for shape in shapes]
        return self._model(model, values, "", trainable=True, show_inputs=True)

    def _model(
        self, model: Model, inputs: list[Input], path: str, *, trainable: bool, show_inputs: bool
    ) -> list[Input]:
        trainable = trainable and bool(model.config.get("trainable", True))
        if model.kind == "Sequential":
            return [self._sequential(model, inputs[0], path, trainable=trainable)]
        return self._functional(model, inputs, path, trainable=trainable, show_inputs=show_inputs)

    def _sequential(self, model: Model, value: Input, path: str, *, trainable: bool) -> Input:
        for entry in model.config["layers"]:
            if entry["class_name"] == "InputLayer":
                continue
            name = entry["config"].get("name", entry["class_name"])
            living = model.layers.get(name)
            (value,) = self._entry(entry, [value], path, living, trainable=trainable)
        return value

    def _functional(
        self, model: Model, inputs: list[Input], path: str, *, trainable: bool, show_inputs: bool
    ) -> list[Input]:
        config = model.config
        made = dict(zip(ends(config["input_layers"]), inputs, strict=True))
        promised = _promised_shapes(model)
        waiting: list[tuple[Config, int, Config]] = []
        for entry in config["layers"]:
            name = entry["name"]
            if entry["class_name"] == "InputLayer":
                if show_inputs:
                    value = made[name, 0, 0]
                    self.rows.append(
                        _passing("InputLayer", path + name, value, InputLayer(value.shape))
                    )
                continue
            waiting.extend((entry, call, node) for call, node in enumerate(entry["inbound_nodes"]))
        while waiting:
            later = []
            for entry, call, node in waiting:
                sources = [tensor for tensor, _ in tensors([node["args"], node["kwargs"]])]
                if not all(source in made for source in sources):
                    later.append((entry, call, node))
                    continue
                name = entry["name"]
                results = self._entry(
                    entry,
                    [made[source] for source in sources],
                    path,
                    model.layers.get(name),
                    promised=promised.get((name, call), ()),
                    trainable=trainable,
                )
                made.update({(name, call, n): value for n, value in enumerate(results)})
            if len(later) == len(waiting):
                names = ", ".join(sorted({entry["name"] for entry, _, _ in later}))
                raise InvalidArgumentError(
                    f"The model '{model.name}' cannot be followed at {names}: inputs are missing. "
                    "Expected the config of a whole model. Save the model again."
                )
            waiting = later
        return [made[tensor] for tensor in _outputs(config)]

    def _entry(
        self,
        entry: Config,
        inputs: list[Input],
        path: str,
        living: Any,  # noqa: ANN401 - any Keras layer
        *,
        promised: Sequence[Shape] = (),
        trainable: bool,
    ) -> list[Input]:
        name = entry.get("name") or entry["config"].get("name", entry["class_name"])
        inner = nested(entry, living)
        if inner is not None:
            return self._model(
                inner, inputs, f"{path}{name}/", trainable=trainable, show_inputs=False
            )
        identity = path + name if living is None else id(living)
        description = description_of(entry)
        if description is None:
            return self._unknown(
                entry,
                inputs,
                path + name,
                living,
                identity=identity,
                promised=promised,
                trainable=trainable,
            )
        if description.merges and len(inputs) == 1:
            # `x + 2`: an operation with one tensor.
            self.rows.append(_passing(entry["class_name"], path + name, inputs[0], description))
            return inputs
        value = self._call(
            description, inputs, path + name, trainable=trainable, shared=identity in self._seen
        )
        self._seen.add(identity)
        return [value]

    def _call(
        self,
        layer: Layer,
        inputs: list[Input],
        name: str,
        *,
        trainable: bool = True,
        shared: bool = False,
    ) -> Input:
        row = worked_out(layer, inputs, name, strict=self._strict)
        if shared:
            row = row.replace(weights=(), shared=True)
        if not trainable:
            row = row.replace(trainable=False)
        self.rows.append(row)
        return Input(row.output_shape, row.fields, row.seen)

    def _unknown(
        self,
        entry: Config,
        inputs: list[Input],
        name: str,
        living: Any,  # noqa: ANN401 - any Keras layer
        *,
        identity: int | str,
        promised: Sequence[Shape],
        trainable: bool,
    ) -> list[Input]:
        """Keep a place for a layer without a formula, with what Keras says about it."""
        shapes = list(promised) or _asked_shapes(living, inputs)
        operation = str(entry.get("module")).startswith("keras.src.ops")
        measured = (0, 0) if operation or living is None else counted(living)
        shared = identity in self._seen
        self._seen.add(identity)
        if not trainable:
            measured = (0, sum(measured))
        kind = entry["class_name"]
        blind = living is None and not operation
        note = ENGLISH["no formula, no weights" if blind else "no formula"].format(kind=kind)
        self.rows.append(
            LayerInfo(
                layer=kind,
                name=name,
                input_shapes=tuple(one.shape for one in inputs) or ((),),
                output_shape=shapes[0] if shapes else (None,),
                fields=None,
                seen=False,
                notes=(note,),
                bias_adds=None,
                shared=shared,
                measured_params=(0, 0) if shared else measured,
            )
        )
        return [Input(shape, None, seen=False) for shape in shapes or [(None,)]]


def _passing(kind: str, name: str, value: Input, description: Layer) -> LayerInfo:
    return LayerInfo(
        layer=kind,
        name=name,
        input_shapes=(value.shape,),
        output_shape=value.shape,
        fields=value.fields,
        seen=value.seen,
        description=description,
    )


def _numbered(kind: str, used: dict[str, int]) -> str:
    """Name a description without a name as Keras would: conv2d, conv2d_1, ..."""
    word = _snake_case(kind)
    count = used.get(word, 0)
    used[word] = count + 1
    return f"{word}_{count}" if count else word


@cache
def _snake_case(kind: str) -> str:
    return "".join(
        f"_{letter}" if letter.isupper() and before.islower() else letter
        for before, letter in zip(" " + kind, kind, strict=False)
    ).lower()


def _shapes_for(model: Model, shapes: Sequence[Shape] | None) -> list[Shape]:
    """Give the shapes of a model's inputs: its own, made whole by those that were given."""
    expected = own_shapes(model)
    if None in expected and not shapes:
        raise refuse_unbuilt(model)
    if not shapes:
        return [shape for shape in expected if shape is not None]
    if len(shapes) != len(expected):
        raise InvalidArgumentError(
            f"The model '{model.name}' takes {len(expected)} inputs. Received {len(shapes)} "
            f"shapes. Give one for each."
        )
    for given, own in zip(shapes, expected, strict=True):
        if own is not None and not _fits(given, own):
            raise InvalidArgumentError(
                f"The model '{model.name}' was built for {show_shape(own)}. Received "
                f"input_shape={show_shape(given)}. Leave input_shape out, or give only sizes that "
                "the model leaves open (None)."
            )
    return list(shapes)


def own_shapes(model: Model) -> list[Shape | None]:
    """Give the shapes that a model was built for; `None` for one that was not."""
    entries = model.config["layers"]
    if model.kind == "Sequential":
        if entries and entries[0]["class_name"] == "InputLayer":
            return [input_shape_of(entries[0])]
        return [built_shape(model.config, model.living)]
    shapes = {entry["name"]: entry for entry in entries}
    return [input_shape_of(shapes[name]) for name, _, _ in ends(model.config["input_layers"])]


def _fits(given: Shape, own: Shape) -> bool:
    return len(given) == len(own) and all(
        b is None or a == b for a, b in zip(given, own, strict=True)
    )


def _outputs(config: Config) -> list[Tensor]:
    """List the tensors that come out of a functional model."""
    # Keras numbers the calls of a functional model inside a model from 1 here, from 0 elsewhere.
    inner = {entry["name"] for entry in config["layers"] if "input_layers" in entry["config"]}
    return [
        (name, call - int(name in inner), output)
        for name, call, output in ends(config["output_layers"])
    ]


def _promised_shapes(model: Model) -> Mapping[tuple[str, int], list[Shape]]:
    """Collect the shapes that a config names for tensors, by layer and call.

    They are needed only where a layer has no formula.
    """
    shapes: dict[Tensor, Shape] = {}
    for entry in model.config["layers"]:
        for node in entry.get("inbound_nodes", ()):
            shapes.update(tensors([node["args"], node["kwargs"]]))
    outputs = getattr(model.living, "outputs", None) or ()
    for tensor, output in zip(_outputs(model.config), outputs, strict=False):
        shapes.setdefault(tensor, tuple(output.shape[1:]))
    promised: dict[tuple[str, int], list[Shape]] = {}
    for name, call, output in sorted(shapes):
        promised.setdefault((name, call), []).append(shapes[name, call, output])
    return promised


def _asked_shapes(living: Any, inputs: Sequence[Input]) -> list[Shape]:  # noqa: ANN401
    """Ask a layer without a formula for its output: what it made, or what it would make."""
    batched = [(None, *one.shape) for one in inputs]
    asks: tuple[Callable[[], Any], ...] = (
        lambda: living.output.shape,
        lambda: living.compute_output_shape(batched[0] if len(batched) == 1 else batched),
    )
    for ask in asks:
        try:
            shape = ask()
        except Exception:  # noqa: BLE001, S112 - foreign code; without it the shape stays unknown
            continue
        if shape and not isinstance(shape[0], (list, tuple)):
            return [tuple(shape[1:])]
    return []
