"""Attention: each step of the query weighs the steps of the value by its likeness to the key's.

Source: Vaswani and others, "Attention is all you need" (2017). MACs count the projections, the
products of queries with keys (the scores) and the weighing of the values; softmax is left out.
"""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from digitzoo.checks import check_choice
from digitzoo.errors import ShapeError
from digitzoo.formulas.layers.base import Input, Layer, Result, Weight
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import Shape, known, show_shape


class Streams(NamedTuple):
    """What comes in: the positions and the values of query, value and key."""

    query: Shape
    value: Shape
    key: Shape


def read_streams(inputs: Sequence[Input]) -> Streams:
    """Read one input (attention to itself), query and value, or query, value and key.

    Raises:
        ShapeError: They do not go together.
    """
    shapes = [one.shape for one in inputs]
    query, value = shapes[0], shapes[min(1, len(shapes) - 1)]
    key = shapes[2] if len(shapes) > 2 else value
    for shape in (query, value, key):
        if len(shape) < 2:  # steps and their values
            raise ShapeError(
                f"query, value and key must have 2 axes or more without the batch axis, "
                f"(steps, values). Received {show_shape(shape)}. Use Reshape before it."
            )
    if any(a != b and None not in (a, b) for a, b in zip(value[:-1], key[:-1], strict=False)):
        raise ShapeError(
            f"value and key must have as many steps as each other. Received "
            f"{show_shape(value)} and {show_shape(key)}. Use the value as the key too."
        )
    return Streams(query, value, key)


def _read_score_mode(layer: object, name: str, value: object) -> str:
    return check_choice(name, value, ("dot", "concat"))


class Attention(Layer):
    """Scores are products of query and key, as they are; nothing is projected."""

    takes: ClassVar[tuple[str, ...]] = ("query", "value", "key")
    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {"dropout", "seed"}

    use_scale: bool = given(default=False, kw_only=False)
    score_mode: str = given(default="dot", kw_only=False, read=_read_score_mode)

    def scales(self, values: int) -> tuple[Weight, ...]:
        """List the factors that are learned."""
        score = Weight("concat score weight", ())
        return (*(Weight("scale", ()),) * self.use_scale, *(score,) * (self.score_mode == "concat"))

    @property
    def symbols(self) -> dict[str, tuple[str, ...]]:
        """One factor, or one for each value of the query."""
        return {"scale": ("1",), "concat score weight": ("1",)}

    @property
    def product_symbols(self) -> tuple[tuple[str, ...], ...]:
        """The scores, and what they weigh."""
        return (("Tq", "Tk", "Nq"), ("Tq", "Tk", "Nv"))

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its inputs."""
        query, value, key = read_streams(inputs)
        of_query, of_value = (known(one[-1], "the last axis", one) for one in (query, value))
        if len(query) != len(value) or key[-1] not in (of_query, None):
            raise ShapeError(
                f"query and key must have as many values. Received {show_shape(query)} "
                f"and {show_shape(key)}. Use Dense before one of them."
            )
        # Axes before the steps are batches, one beside the other.
        scores = (*query[:-1], value[-2])
        return Result(
            (*query[:-1], of_value),
            None,
            self.scales(of_query),
            ((*scores, of_query), (*scores, of_value)),
        )


class AdditiveAttention(Attention):
    """Scores are the sum of tanh(query + key), each value with a factor of its own."""

    use_scale: bool = given(default=True, kw_only=False)

    def scales(self, values: int) -> tuple[Weight, ...]:
        """One factor for each value of the query."""
        return (Weight("scale", (values,)),) * self.use_scale

    @property
    def symbols(self) -> dict[str, tuple[str, ...]]:
        """One factor for each value of the query."""
        return {"scale": ("Nq",)}
