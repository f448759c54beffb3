"""A network as a plain graph of calls: what is called, with which values, giving which.

Values are numbered: the inputs first, then what each call gives. Whatever stands for a network
(descriptions, a Keras model, a file) is read into such a graph once, and then only walked.
"""

from collections.abc import Callable, Hashable, Sequence
from math import prod
from typing import NamedTuple

from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.shapes import Shape


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
        came: The shapes that came in when Keras called it.
        gave: Those that came out of it then; `None` for one that nobody tells.
        ask: Asks Keras for the shape that would come out.
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
    came: tuple[Shape | None, ...] = ()
    gave: tuple[Shape | None, ...] = ()
    ask: Callable[[Sequence[Shape]], Shape | None] | None = None


class Graph(NamedTuple):
    """A network: the shapes of its inputs (`None` where nothing says it), its calls, its ends."""

    name: str
    inputs: tuple[Shape | None, ...]
    calls: tuple[Call, ...]
    outputs: tuple[int, ...]
    # A list of descriptions takes whatever it is given; a model is built for its own sizes.
    built: bool = True


def in_a_row(
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


def _numbered(kind: str, used: dict[str, int]) -> str:
    """Name a description without a name as Keras would: conv2d, conv2d_1, ..."""
    word = "".join(
        f"_{letter}" if letter.isupper() and before.islower() else letter
        for before, letter in zip(" " + kind, kind, strict=False)
    ).lower()
    count = used.get(word, 0)
    used[word] = count + 1
    return f"{word}_{count}" if count else word
