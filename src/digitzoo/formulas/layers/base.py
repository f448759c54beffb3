"""The base of every layer description, what working one out gives, and the words for it."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import ClassVar, NamedTuple, Self, TypeVar

from digitzoo.checks import check_flag, check_text
from digitzoo.errors import ShapeError
from digitzoo.formulas.axis.receptive_field import Field
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window, whole
from digitzoo.formulas.layers.frozen import Frozen, Reader, given
from digitzoo.formulas.layers.shapes import Shape, show_shape

LANGUAGES = ("en", "ko")


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Give the phrases of a language by their keys."""
    import tomllib  # only who reads words needs it

    file = Path(__file__).with_name(f"words_{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


Fields = tuple[Field, ...] | None
"""One receptive field for each spatial axis; `None` where a position sees the whole input."""
Letters = tuple[str, ...]
"""What sizes are called in formulas; a leading `F` stands for every axis of a window."""


class Note(str):  # noqa: SLOT000 - a layer has a note or two
    """A note: English as it stands, and in the words of another language when they are asked."""

    key: str
    values: Mapping[str, object]

    def __new__(cls, key: str, **values: object) -> Self:
        """Word it in English, and keep what it was made of."""
        note = super().__new__(cls, words_of("en")[key].format(**values))
        note.key, note.values = key, values
        return note

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.key,), dict(self.values)

    def worded(self, words: Mapping[str, str]) -> str:
        """Put it into the words of a language."""
        return words[self.key].format(**self.values)


class Weight(NamedTuple):
    """One array of weights."""

    name: str
    shape: tuple[int, ...]
    letters: Letters = ()
    trainable: bool = True


class Result(NamedTuple):
    """A layer worked out for one input.

    `products` holds the multiplications whose sum is the MACs, factor by factor, so that an
    explanation shows the very numbers that were multiplied; `product_letters` what they are
    called, where the letters of the weights do not say it.
    """

    output_shape: Shape
    fields: Fields
    weights: tuple[Weight, ...] = ()
    products: tuple[tuple[int | None, ...], ...] = ()
    bias_adds: int | None = 0
    windows: tuple[Window | Spread, ...] = ()
    padding: tuple[tuple[int, int], ...] = ()
    notes: tuple[Note, ...] = ()
    product_letters: tuple[Letters, ...] = ()


class Input(NamedTuple):
    """What comes into a layer; `seen` is False behind a layer without a formula."""

    shape: Shape
    fields: Fields
    seen: bool = True


class Expected(NamedTuple):
    """What the input has to be where a layer says it itself, as PyTorch's do.

    Sizes of some axes, numbers of axes, and what has to fit into the last axes unpadded.
    """

    sizes: tuple[tuple[int, int], ...] = ()
    ranks: tuple[int, ...] = ()
    windows: tuple[int, ...] = ()

    def check(self, shape: Shape) -> None:
        """Hold a shape to them."""
        least = max((axis + 1 if axis >= 0 else -axis for axis, _ in self.sizes), default=0)
        if len(shape) not in (self.ranks or range(least, 99)):
            raise ShapeError(
                f"the input must have {' or '.join(map(str, self.ranks)) or least} axes "
                f"without the batch axis. Received {show_shape(shape)}."
            )
        for axis, size in self.sizes:
            if shape[axis] not in {size, None}:
                raise ShapeError(
                    f"the input must have {size} on axis {axis % len(shape) + 1}. Received "
                    f"{show_shape(shape)}. Describe the layer for {shape[axis]}."
                )
        for got, window in zip(shape[::-1], self.windows[::-1], strict=False):
            if got is not None and got < window:
                raise ShapeError(
                    f"the input must be as large as the window, {self.windows}, without its "
                    f"padding (PyTorch's rule). Received {show_shape(shape)}. Use a window of at "
                    f"most {got}."
                )


class Layer(Frozen):
    """A layer, described with Keras's names and arguments.

    Each child says how its numbers come about. Arguments are checked when the description is
    made, sizes when it meets an input.
    """

    # Keras's arguments that change no number here.
    without_effect: ClassVar[frozenset[str]] = frozenset(
        {"dtype", "activity_regularizer", "quantization_config"}
    )
    merges: ClassVar[bool] = False  # How many inputs it takes: one, or any number from two on
    takes: ClassVar[tuple[str, ...]] = ()  # Its inputs by name, where it takes up to so many
    phrase: ClassVar[str] = ""  # The phrase that explains its weights
    # What a description under PyTorch's name wants of its input.
    expected: ClassVar[Expected | None] = None
    kind: ClassVar[str] = "Layer"  # The class, as Keras names it
    rank: ClassVar[int] = 0  # Its spatial axes
    _readers_of: ClassVar[Mapping[object, Reader]] = {bool: check_flag, int: whole}

    name: str | None = given(default=None, read=check_text)
    trainable: bool = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.kind = cls.__name__

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for the shapes and receptive fields that come in."""
        return self._result(inputs[0])

    def _result(self, one: Input) -> Result:
        raise NotImplementedError


_Kind = TypeVar("_Kind", bound=Layer)


def children(parent: type[_Kind], told: Mapping[str, str]) -> list[type[_Kind]]:
    """Make the classes that differ from their parent in name and docstring alone."""
    return [
        type(name, (parent,), {"__doc__": text, "__module__": parent.__module__})
        for name, text in told.items()
    ]


def ranked(
    parent: type[_Kind], name: str, text: str, ranks: Sequence[int] = (1, 2, 3)
) -> list[type[_Kind]]:
    """Make a child for each number of spatial axes: `{}` is that number, or what has it."""
    things = {1: "a sequence", 2: "an image", 3: "a volume"}
    return children(parent, {name.format(rank): text.format(things[rank]) for rank in ranks})


class Elementwise(Layer):
    """A layer whose output has the shape of its input; some have weights."""

    def _weights(self, shape: Shape) -> tuple[Weight, ...]:
        return ()

    def _result(self, one: Input) -> Result:
        return Result(one.shape, one.fields, self._weights(one.shape))


def initializers(*names: str) -> frozenset[str]:
    """Name the arguments of weights that set values, not numbers of values."""
    kinds = ("initializer", "regularizer", "constraint")
    return Layer.without_effect | {f"{name}_{kind}" for name in names for kind in kinds}
