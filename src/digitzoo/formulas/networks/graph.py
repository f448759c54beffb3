"""A network as a plain graph: calls that take numbered values and give others."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.shapes import Shape, show_shape


class Variable(NamedTuple):
    """One array of weights of a living layer; equal keys are the same array."""

    key: int
    shape: tuple[int, ...]
    trainable: bool
    dtype: str

    @property
    def size(self) -> int:
        """How many weights it holds."""
        return prod(self.shape)


class Call(NamedTuple):
    """One call of a layer; without values, a layer that was read and stands in no graph yet."""

    name: str
    kind: str
    description: Layer | None = None
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    model: "KerasModel | None" = None
    identity: Hashable = None
    variables: tuple[Variable, ...] | None = None
    weightless: bool = False
    trainable: bool = True
    input_shapes: tuple[Shape | None, ...] = ()
    output_shapes: tuple[Shape | None, ...] = ()
    infer_shape: Callable[[Sequence[Shape]], Shape | None] | None = None


class KerasModel(NamedTuple):
    """A model that was read; `wiring` is the config of a functional one, `None` of a Sequential."""

    name: str
    layers: tuple[Call, ...]
    inputs: tuple[Shape | None, ...]
    wiring: Mapping[str, Any] | None = None
    outputs: tuple[Shape | None, ...] = ()


class Graph(NamedTuple):
    """A network: the shapes of its inputs (`None` where nothing says it), its calls, its ends."""

    name: str
    inputs: tuple[Shape | None, ...]
    calls: tuple[Call, ...]
    outputs: tuple[int, ...]
    # A list of descriptions takes whatever it is given; a model is built for its own sizes.
    built: bool = True


def input_shapes(graph: Graph, given: Sequence[Shape] | None) -> list[Shape]:
    """Give the shapes that come in: the network's own, made whole by those that were given."""
    name = f"The model '{graph.name}'" if graph.built else "A list of layers"
    if not given:
        own = [shape for shape in graph.inputs if shape is not None]
        if len(own) < len(graph.inputs):
            raise InvalidArgumentError(
                f"{name} does not know its input. Expected a built model, or one input shape. Use "
                "input_shape=(28, 28, 1), or keras.Input((28, 28, 1)) as its first entry."
            )
        return own
    if len(given) != len(graph.inputs):
        count = len(graph.inputs)
        raise InvalidArgumentError(
            f"{name} takes {count} {'input' if count == 1 else 'inputs'}. Received {len(given)} "
            "shapes. Give one for each."
        )
    for shape, own_shape in zip(given, graph.inputs, strict=True):
        if graph.built and own_shape is not None and not fits(shape, own_shape):
            raise InvalidArgumentError(
                f"{name} was built for {show_shape(own_shape)}. Received "
                f"input_shape={show_shape(shape)}. Leave input_shape out, or give only sizes that "
                "the model leaves open (None)."
            )
    return list(given)


def fits(shape: Shape, own: Shape) -> bool:
    """Tell whether a shape is one that a model was built for; `None` leaves a size open."""
    return len(shape) == len(own) and all(
        b is None or a == b for a, b in zip(shape, own, strict=True)
    )
