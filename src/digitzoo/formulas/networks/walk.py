"""Walking through a network, layer by layer or branch by branch, and working out each call."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from digitzoo.errors import InvalidArgumentError, UnknownLayerError
from digitzoo.formulas.layers.base import Input, Layer
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.layers.shaping import InputLayer
from digitzoo.formulas.networks.keras_config import (
    Config,
    Model,
    counted,
    description_of,
    ends,
    has_no_weights,
    nested,
    tensors,
)
from digitzoo.formulas.networks.keras_shapes import (
    asked_shapes,
    built_input,
    outputs_of,
    promised_shapes,
    shapes_for,
)
from digitzoo.formulas.networks.layer_info import LayerInfo
from digitzoo.formulas.networks.one_layer import start, worked_out
from digitzoo.formulas.notes import Note


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
        shapes = list(shapes) if shapes and rebuilt else shapes_for(model, shapes)
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
        entries = [e for e in model.config["layers"] if e["class_name"] != "InputLayer"]
        for entry, following in zip(entries, [*entries[1:], None], strict=True):
            name = entry["config"].get("name", entry["class_name"])
            (value,) = self._entry(
                entry,
                [value],
                path,
                model.layers.get(name),
                promised=built_input(following) if following and model.living is None else (),
                needed=following is not None,
                trainable=trainable,
            )
        return value

    def _functional(
        self, model: Model, inputs: list[Input], path: str, *, trainable: bool, show_inputs: bool
    ) -> list[Input]:
        config = model.config
        made = dict(zip(ends(config["input_layers"]), inputs, strict=True))
        promised = promised_shapes(model)
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
                    # A tensor that another layer takes has its shape in the config.
                    needed=bool(path),
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
        return [made[tensor] for tensor in outputs_of(config)]

    def _entry(
        self,
        entry: Config,
        inputs: list[Input],
        path: str,
        living: Any,  # noqa: ANN401 - any Keras layer
        *,
        promised: Sequence[Shape] = (),
        needed: bool = True,
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
                needed=needed,
                trainable=trainable,
            )
        if len(inputs) == 1 and (description.merges or description.kind == "Identity"):
            # `x + 2`, an operation with one tensor; or what only acts while training.
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
        needed: bool,
        trainable: bool,
    ) -> list[Input]:
        """Keep a place for a layer without a formula, with what Keras says about it.

        Raises:
            UnknownLayerError: Nothing says what comes out of it, and a layer follows.
        """
        kind = entry["class_name"]
        shapes = list(promised) or asked_shapes(living, inputs)
        if not shapes and living is None and needed:
            raise UnknownLayerError(
                f"{kind} '{name}' has no formula here, and the file does not say what comes out "
                "of it. Load the model with Keras and summarize that: "
                "summarize(keras.saving.load_model(path))."
            )
        shared = identity in self._seen
        self._seen.add(identity)
        measured: tuple[int, int] | None = None
        if shared or has_no_weights(entry):
            measured = (0, 0)
        elif living is not None:
            measured = counted(living)
        if measured and not trainable:
            measured = (0, sum(measured))
        note = Note("no formula" if measured else "no formula, no weights", kind=kind)
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
                measured_params=measured,
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
