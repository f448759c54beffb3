"""Attention, after Vaswani and others (2017). MACs: projections, scores, weighing; no softmax."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from digitzoo.checks import check_choice
from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.formulas.axis.window import listed_numbers, whole
from digitzoo.formulas.layers.base import Input, Layer, Letters, Result, Weight, initializers
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import (
    Shape,
    axis_indices,
    known,
    product,
    read_axes,
    show_shape,
    total,
)


def _read_streams(inputs: Sequence[Input]) -> tuple[Shape, Shape, Shape]:
    """Read one input (attention to itself), query and value, or query, value and key."""
    shapes = [one.shape for one in inputs]
    query, value = shapes[0], shapes[min(1, len(shapes) - 1)]
    key = shapes[2] if len(shapes) > 2 else value
    for shape in (query, value, key):
        if len(shape) < 2:
            raise ShapeError(
                f"query, value and key must have 2 axes or more without the batch axis, "
                f"(steps, values). Received {show_shape(shape)}. Use Reshape before it."
            )
    if any(a != b and None not in (a, b) for a, b in zip(value[:-1], key[:-1], strict=False)):
        raise ShapeError(
            f"value and key must have as many steps as each other. Received "
            f"{show_shape(value)} and {show_shape(key)}. Use the value as the key too."
        )
    return query, value, key


class Attention(Layer):
    """Scores are products of query and key, as they are; nothing is projected."""

    takes: ClassVar[tuple[str, ...]] = ("query", "value", "key")
    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {"dropout", "seed"}

    use_scale: bool = given(default=False, kw_only=False)
    score_mode: str = given(
        default="dot", kw_only=False, read=partial(check_choice, choices=("dot", "concat"))
    )

    def _scales(self, values: int) -> tuple[Weight, ...]:
        scale, score = (Weight(name, (), ("1",)) for name in ("scale", "concat score weight"))
        return (*(scale,) * self.use_scale, *(score,) * (self.score_mode == "concat"))

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for query, value and key."""
        query, value, key = _read_streams(inputs)
        of_query, of_value = (known(one[-1], "the last axis", one) for one in (query, value))
        if len(query) != len(value) or key[-1] not in (of_query, None):
            raise ShapeError(
                f"query and key must have as many values. Received {show_shape(query)} "
                f"and {show_shape(key)}. Use Dense before one of them."
            )
        # Axes before the steps are batches, one beside the other.
        scores = (*query[:-1], value[-2])
        products = ((*scores, of_query), (*scores, of_value))
        return Result(
            (*query[:-1], of_value),
            None,
            self._scales(of_query),
            products,
            product_letters=(("Tq", "Tk", "Nq"), ("Tq", "Tk", "Nv")),
        )


class AdditiveAttention(Attention):
    """Scores are the sum of tanh(query + key), each value with a factor of its own."""

    use_scale: bool = given(default=True, kw_only=False)

    def _scales(self, values: int) -> tuple[Weight, ...]:
        return (Weight("scale", (values,), ("Nq",)),) * self.use_scale


class Projected(Layer):
    """Projects query, key and value for each head, attends, and projects what comes together."""

    takes: ClassVar[tuple[str, ...]] = ("query", "value", "key")
    phrase = "attention"
    without_effect: ClassVar[frozenset[str]] = initializers("kernel", "bias") | {
        *("dropout", "flash_attention", "seed", "sliding_window")
    }

    use_bias: bool = True
    use_gate: bool = False

    def _heads(self) -> tuple[int, int, int, int]:
        """Give the heads of the query and of key and value, and the sizes of both."""
        raise NotImplementedError

    def _attended(self, shape: Shape) -> Shape:
        return shape[:-1]

    def _out(self, values: int) -> tuple[int, ...]:
        return (values,)

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for query, value and key."""
        streams = _read_streams(inputs)
        of_query, of_value, of_key = (known(shape[-1], "the last axis", shape) for shape in streams)
        heads, shared_heads, key_size, value_size = self._heads()
        out = self._out(of_query)
        positions, other = streams[0][:-1], streams[1][:-1]
        shared = "H" if heads == shared_heads else "Hk"
        query, key = ("Tq", positions), ("Tk", other)
        # Where it works, the kernel and its letters, and how many of its axes come in.
        kernels: dict[str, tuple[tuple[str, Shape], tuple[int, ...], Letters, int]] = {
            "query": (query, (of_query, heads, key_size), ("Nq", "H", "Eq"), 1),
            "key": (key, (of_key, shared_heads, key_size), ("Nk", shared, "Eq"), 1),
            "gate": (query, (of_query, heads, value_size), ("Nq", "H", "Ev"), 1),
            "value": (key, (of_value, shared_heads, value_size), ("Nv", shared, "Ev"), 1),
            "output": (query, (heads, value_size, *out), ("H", "Ev", *("U",) * len(out)), 2),
        }
        if not self.use_gate:
            del kernels["gate"]
        weights, products, named, adds = [], [], [], []
        for name, ((place, at), shape, letters, taken) in kernels.items():
            weights.append(Weight(f"{name} kernel", shape, letters))
            if self.use_bias:
                weights.append(Weight(f"{name} bias", shape[taken:], letters[taken:]))
            adds.append(product((*at, *shape[taken:])))
            products.append((*at, *shape))
            named.append((place, *letters))
        scores = (*positions, *self._attended(streams[1]), heads)
        return Result(
            (*positions, *out),
            None,
            tuple(weights),
            (*products, (*scores, key_size), (*scores, value_size)),
            total(adds) if self.use_bias else 0,
            product_letters=(*named, ("Tq", "Tk", "H", "Eq"), ("Tq", "Tk", "H", "Ev")),
        )


def _read_counts(name: str, value: object) -> tuple[int, ...] | None:
    numbers = listed_numbers(value)
    return None if numbers == [] else tuple(whole(name, one) for one in numbers or [value])


class MultiHeadAttention(Projected):
    """Several heads attend side by side, each in `key_dim` values of its own."""

    num_heads: int = given(kw_only=False)
    key_dim: int = given(kw_only=False)
    value_dim: int | None = given(default=None, kw_only=False, read=whole)
    output_shape: int | Sequence[int] | None = given(default=None, read=_read_counts)
    attention_axes: int | Sequence[int] | None = given(default=None, read=read_axes)

    def _heads(self) -> tuple[int, int, int, int]:
        return self.num_heads, self.num_heads, self.key_dim, self.value_dim or self.key_dim

    def _out(self, values: int) -> tuple[int, ...]:
        return tuple(self.output_shape) if isinstance(self.output_shape, tuple) else (values,)

    def _attended(self, shape: Shape) -> Shape:
        if self.attention_axes is None:
            return shape[:-1]
        axes = axis_indices(self.attention_axes, shape)
        return tuple(size for axis, size in enumerate(shape[:-1]) if axis in axes)


class GroupQueryAttention(Projected):
    """Several heads of the query share one head of key and value."""

    head_dim: int = given(kw_only=False)
    num_query_heads: int = given(kw_only=False)
    num_key_value_heads: int = given(kw_only=False)

    def __post_init__(self) -> None:
        if self.num_query_heads % self.num_key_value_heads:
            raise InvalidArgumentError(
                "num_key_value_heads must divide num_query_heads. Received "
                f"{self.num_key_value_heads} for {self.num_query_heads}. Use "
                "num_key_value_heads=1."
            )

    def _heads(self) -> tuple[int, int, int, int]:
        return self.num_query_heads, self.num_key_value_heads, self.head_dim, self.head_dim
