"""A network as a plain graph of calls: what is called, with which values, giving which.

Values are numbered: the inputs first, then what each call gives. Whatever stands for a network
(descriptions, a Keras model, a file) is read into such a graph once, and then only walked.
"""

from collections.abc import Callable, Hashable, Sequence
from math import prod
from typing import NamedTuple

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
    """One call of a layer.

    Attributes:
        name: The layer's name, behind those of the models around it.
        kind: Keras's class name.
        inputs: The numbers of the values that come in.
        outputs: The numbers of those that come out.
        description: The layer's description, if there is a formula for it.
        identity: Equal for two calls of the same layer; `None` for a layer of its own.
        variables: Its weights, if it is a living layer that was built.
        weightless: Whether a layer without a formula is known to have no weights.
        trainable: Whether the models around it are trained.
        input_shapes: The shapes that came in when Keras called it.
        output_shapes: Those that came out of it then; `None` for one that nobody tells.
        infer_shape: Asks Keras for the shape that would come out.
    """

    name: str
    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    description: Layer | None = None
    identity: Hashable = None
    variables: tuple[Variable, ...] | None = None
    weightless: bool = False
    trainable: bool = True
    input_shapes: tuple[Shape | None, ...] = ()
    output_shapes: tuple[Shape | None, ...] = ()
    infer_shape: Callable[[Sequence[Shape]], Shape | None] | None = None


class Graph(NamedTuple):
    """A network: the shapes of its inputs (`None` where nothing says it), its calls, its ends."""

    name: str
    inputs: tuple[Shape | None, ...]
    calls: tuple[Call, ...]
    outputs: tuple[int, ...]
    # A list of descriptions takes whatever it is given; a model is built for its own sizes.
    built: bool = True


def chain_graph(
    name: str, layers: Sequence[tuple[Layer, Hashable]], input_shape: Shape | None
) -> Graph:
    """Put descriptions one after the other; those of equal identity are the same layer."""
    used: dict[str, int] = {}
    calls = [
        Call(
            layer.name or _numbered(layer.kind, used),
            layer.kind,
            (number,),
            (number + 1,),
            layer,
            identity,
        )
        for number, (layer, identity) in enumerate(layers)
    ]
    return Graph(name, (input_shape,), tuple(calls), (len(calls),), built=False)


def input_shapes(graph: Graph, given: Sequence[Shape] | None) -> list[Shape]:
    """Give the shapes that come in: the network's own, made whole by those that were given.

    Raises:
        InvalidArgumentError: Some are missing, too many or not what the model was built for.
    """
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


def _numbered(kind: str, used: dict[str, int]) -> str:
    """Name a description without a name as Keras would: conv2d, conv2d_1, ..."""
    word = _WORDS.get(kind) or _WORDS.setdefault(kind, _in_snake_case(kind))
    count = used.get(word, 0)
    used[word] = count + 1
    return f"{word}_{count}" if count else word


def _in_snake_case(kind: str) -> str:
    return "".join(
        f"_{letter}" if letter.isupper() and before.islower() else letter
        for before, letter in zip(" " + kind, kind, strict=False)
    ).lower()


_WORDS: dict[str, str] = {}  # a network repeats few kinds of layers
