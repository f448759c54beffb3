"""The base of every layer description, and what working one out gives."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from digitzoo.formulas.axis.receptive_field import Field
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.layers.arguments import read_count, read_flag, read_text
from digitzoo.formulas.layers.frozen import Frozen, Reader, given
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.notes import Note

Fields = tuple[Field, ...] | None
"""One receptive field for each spatial axis; `None` where a position sees the whole input."""


class Weight(NamedTuple):
    """One array of weights."""

    name: str
    shape: tuple[int, ...]
    trainable: bool = True


class Result(NamedTuple):
    """A layer worked out for one input.

    `products` holds the multiplications whose sum is the MACs, factor by factor, so that an
    explanation shows the very numbers that were multiplied.
    """

    output_shape: Shape
    fields: Fields
    weights: tuple[Weight, ...] = ()
    products: tuple[tuple[int | None, ...], ...] = ()
    bias_adds: int | None = 0
    windows: tuple[Window | Spread, ...] = ()
    padding: tuple[tuple[int, int], ...] = ()
    notes: tuple[Note, ...] = ()


class Input(NamedTuple):
    """What comes into a layer."""

    shape: Shape
    fields: Fields
    seen: bool = True
    """Whether the receptive field is known: no layer without a formula came before."""


class Layer(Frozen):
    """A layer, described with Keras's names and arguments.

    Each child says how its numbers come about. Arguments are checked when the description is
    made, sizes when it meets an input.
    """

    # Keras's arguments that change no number here.
    without_effect: ClassVar[frozenset[str]] = frozenset(
        {"dtype", "activity_regularizer", "quantization_config"}
    )
    # How many inputs it takes: one, or any number from two on.
    merges: ClassVar[bool] = False
    # Its inputs by name, where it takes up to so many.
    takes: ClassVar[tuple[str, ...]] = ()
    # The phrase that explains its weights.
    phrase: ClassVar[str] = ""
    _readers_of: ClassVar[Mapping[object, Reader]] = {bool: read_flag, int: read_count}

    name: str | None = given(default=None, read=read_text)
    trainable: bool = True

    @property
    def kind(self) -> str:
        """The layer's class, as Keras names it."""
        return type(self).__name__

    @property
    def symbols(self) -> Mapping[str, tuple[str, ...]]:
        """What the sizes of each weight are called in formulas, where its kind does not say it."""
        return {}

    @property
    def product_symbols(self) -> tuple[tuple[str, ...], ...]:
        """What the factors of the MACs are called, where those of the weights do not say it."""
        return ()

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its inputs.

        Args:
            inputs: Shapes and receptive fields of what comes in.

        Raises:
            ShapeError: The sizes do not go together.
        """
        raise NotImplementedError


def same_shape(one: Input, weights: tuple[Weight, ...] = ()) -> Result:
    """Give the result of a layer that treats every value for itself."""
    return Result(one.shape, one.fields, weights)


def initializers(*names: str) -> frozenset[str]:
    """Name the arguments of weights that set values, not numbers of values."""
    kinds = ("initializer", "regularizer", "constraint")
    return Layer.without_effect | {f"{name}_{kind}" for name in names for kind in kinds}
