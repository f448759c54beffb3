"""The base of every layer description, and what working one out gives."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, fields
from typing import ClassVar, NamedTuple, Self

from digitzoo.errors import InvalidArgumentError, ShapeError, unknown_name
from digitzoo.formulas.arguments import Shape, show_shape
from digitzoo.formulas.receptive_field import Field
from digitzoo.formulas.window import Spread, Window

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
    notes: tuple[str, ...] = ()


class Input(NamedTuple):
    """What comes into a layer."""

    shape: Shape
    fields: Fields


@dataclass(frozen=True, repr=False)
class Layer:
    """A layer, described with Keras's names and arguments.

    Each child says how its numbers come about. Arguments are checked when the description is
    made, sizes when it meets an input.
    """

    # Keras's arguments that change no number here; `describe` takes and drops them.
    without_effect: ClassVar[frozenset[str]] = frozenset({"dtype", "activity_regularizer"})
    # How many inputs it takes: one, or any number from two on.
    merges: ClassVar[bool] = False

    _: KW_ONLY
    name: str | None = None
    trainable: bool = True

    @classmethod
    def from_arguments(cls, **arguments: object) -> Self:
        """Make a description from named arguments as a Keras user writes them.

        Raises:
            InvalidArgumentError: An argument is unknown, or one that is needed is missing.
        """
        known = {field.name: field for field in fields(cls)}
        for argument in arguments:
            if argument not in known and argument not in cls.without_effect:
                raise InvalidArgumentError(
                    unknown_name(f"argument of {cls.__name__}", argument, known)
                )
        kept = {key: value for key, value in arguments.items() if key in known}
        try:
            return cls(**kept)  # type: ignore[arg-type]  # each child checks its own arguments
        except TypeError as problem:
            if "missing" not in str(problem):
                raise
            missing = str(problem).partition("argument")[2].lstrip("s: ")
            raise InvalidArgumentError(
                f"{cls.__name__}: {missing} must be given. Received "
                f"{', '.join(f'{k}={v!r}' for k, v in arguments.items()) or 'no arguments'}."
            ) from None

    def __repr__(self) -> str:
        # As a Keras user writes it: what has to be given, then what differs from the default.
        given = sorted(fields(self), key=lambda field: field.kw_only)
        shown = (
            f"{field.name}={getattr(self, field.name)!r}"
            for field in given
            if self._as_given(field.name) != field.default
        )
        return f"{self.kind}({', '.join(shown)})"

    def _as_given(self, name: str) -> object:
        value = getattr(self, name)
        alike = isinstance(value, tuple) and value and value.count(value[0]) == len(value)
        # (1, 1) was made of Keras's default 1; shapes are never shortened.
        return value[0] if alike and name in {"strides", "dilation_rate", "size"} else value

    @property
    def kind(self) -> str:
        """The layer's class, as Keras names it."""
        return type(self).__name__

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:
        """Work the layer out for its inputs.

        Args:
            inputs: Shapes and receptive fields of what comes in.
            where: The name of the layer in errors.
            strict: Refuse a stride that does not fit.

        Raises:
            ShapeError: The sizes do not go together.
        """
        raise NotImplementedError

    def _set(self, **values: object) -> None:
        # A frozen dataclass may still normalise its own arguments while it is made.
        for key, value in values.items():
            object.__setattr__(self, key, value)


def same_shape(one: Input, weights: tuple[Weight, ...] = ()) -> Result:
    """Give the result of a layer that treats every value for itself."""
    return Result(one.shape, one.fields, weights)


def known(size: int | None, what: str, where: str, shape: Shape) -> int:
    """Insist on a size that weights are made for.

    Raises:
        ShapeError: It is unknown.
    """
    if size is None:
        raise ShapeError(
            f"{where}: {what} must be known, because the weights have that size. Received "
            f"{show_shape(shape)}. Give input_shape= with every size."
        )
    return size


def initializers(*names: str) -> frozenset[str]:
    """Name the arguments of weights that set values, not numbers of values."""
    kinds = ("initializer", "regularizer", "constraint")
    return Layer.without_effect | {f"{name}_{kind}" for name in names for kind in kinds}
