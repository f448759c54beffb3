"""Reading a living Keras model, through public names alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from digitzoo.errors import ArgumentTypeError, shown
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.networks.graph import Call, Graph, KerasModel, Variable
from digitzoo.formulas.networks.keras_layers import Config, describe_keras_layer, weightless
from digitzoo.formulas.networks.keras_wiring import flatten_model

_WRITERS = ("get_config", "get_build_config", "get_compile_config")


def read_model(model: Any) -> Graph:
    """Read a living Keras model."""
    read = _Reader(model).model(model)
    if read is None:
        makes = callable(model) and type(model).__module__ in ("builtins", "types")
        way = "Give the model that it makes" if makes else "Describe its layers in a list"
        raise ArgumentTypeError(
            f"{shown(model)} is not made of layers that can be read. Expected a Sequential or "
            "functional Keras model, a list of layer descriptions, or the path of a .keras file. "
            f"Received {type(model).__name__}. {way}."
        )
    return flatten_model(read)


class _Reader:
    """Reads one model and those inside it."""

    def __init__(self, root: Any) -> None:
        trained = _try(lambda: {id(one) for one in root.trainable_weights})
        self._trained: set[int] = trained or set()
        self._tensor: Any = _try(lambda: type(root.inputs[0]))

    def model(self, model: Any) -> KerasModel | None:
        """Read a Sequential or functional model; `None` for what is neither."""
        family = [] if isinstance(model, type) else [kind.__name__ for kind in type(model).__mro__]
        name = str(getattr(model, "name", ""))
        if "Sequential" in family:
            layers = tuple(self._layer(layer) for layer in model.layers)
            inputs = _shapes(lambda: model.inputs) or [_shape(lambda: model.input_shape)]
            return KerasModel(name, layers, tuple(inputs))
        if "Functional" not in family:
            return None
        if type(model).__name__ != "Functional":
            # A child that writes its own config: the same tensors make a plain model.
            kind: Any = next(k for k in type(model).__mro__ if k.__name__ == "Functional")
            model = kind(inputs=model.inputs, outputs=model.outputs, name=name)
        return KerasModel(
            name,
            tuple(map(self._layer, model.operations)),
            tuple(_shapes(lambda: model.inputs)),
            wiring=_wiring(model),
            outputs=tuple(_shapes(lambda: model.outputs)),
        )

    def _layer(self, layer: Any) -> Call:
        kind = type(layer)
        return Call(
            layer.name,
            kind.__name__,
            describe_keras_layer(layer),
            model=self.model(layer),
            identity=id(layer),
            variables=self._variables(layer),
            weightless=weightless({"class_name": kind.__name__, "module": kind.__module__}),
            input_shapes=(_shape(lambda: layer.input.shape),),
            output_shapes=(_shape(lambda: layer.output.shape),),
            infer_shape=lambda shapes: self._infer_shape(layer, shapes),
        )

    def _variables(self, layer: Any) -> tuple[Variable, ...] | None:
        if not getattr(layer, "built", True):
            return None
        return tuple(
            Variable(id(one), tuple(map(int, one.shape)), id(one) in self._trained, str(one.dtype))
            for one in getattr(layer, "weights", ())
        )

    def _infer_shape(self, layer: Any, shapes: Sequence[Shape]) -> Shape | None:
        batched = [(None, *shape) for shape in shapes]
        one = batched[0] if len(batched) == 1 else batched
        asked = _shape(lambda: layer.compute_output_shape(one))
        if asked is None and self._tensor is not None:
            tensors = [self._tensor(shape) for shape in batched]
            of = tensors[0] if len(tensors) == 1 else tensors
            asked = _shape(lambda: layer.compute_output_spec(of).shape)
        return asked


def _wiring(model: Any) -> Config:
    """Ask a functional model how its calls hang together, and nothing of its layers."""
    with _empty_configs(model.operations):
        config: Config | None = _try(model.get_config)
    if config is None:
        raise ArgumentTypeError(
            f"The model '{model.name}' calls a layer with a value that Keras cannot write down, so "
            "that nothing says how its layers hang together. Expected tensors, numbers and texts "
            "in calls. Give the value to the layer when it is made."
        )
    return config


@contextmanager
def _empty_configs(operations: Sequence[object]) -> Iterator[None]:
    """Have layers write empty configs for a while: some cannot write theirs, and none is read."""
    kept = [(vars(one), dict(vars(one))) for one in operations]
    try:
        for names, _ in kept:
            names.update(dict.fromkeys(_WRITERS, dict))
        yield
    finally:
        for names, before in kept:
            for name in _WRITERS:
                names.pop(name)
                if name in before:
                    names[name] = before[name]


def _try(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception:  # noqa: BLE001 - foreign code may raise anything
        return None


def _shape(ask: Callable[[], Any]) -> Shape | None:
    shape = _try(ask)
    read: Shape | None = _try(lambda: tuple(size and int(size) for size in shape[1:]))
    return read


def _shapes(ask: Callable[[], Any]) -> list[Shape | None]:
    return [_shape(partial(getattr, tensor, "shape")) for tensor in _try(ask) or ()]
