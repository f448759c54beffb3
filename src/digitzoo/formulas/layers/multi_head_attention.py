"""Attention in heads: queries, keys and values are projected for each, and what comes together.

Source: Vaswani and others, "Attention is all you need" (2017).
"""

from collections.abc import Sequence
from typing import ClassVar

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.axis.numbers import listed_numbers
from digitzoo.formulas.layers.arguments import read_axes_or_none, read_count
from digitzoo.formulas.layers.attention import read_streams
from digitzoo.formulas.layers.base import Input, Layer, Result, Weight, initializers
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import Shape, axis_indices, known, product, total


def _read_count_or_none(layer: object, name: str, value: object) -> int | None:
    return None if value is None else read_count(layer, name, value)


def _read_counts(layer: object, name: str, value: object) -> tuple[int, ...] | None:
    numbers = listed_numbers(value)
    if value is None or numbers == []:
        return None
    return tuple(read_count(layer, name, one) for one in numbers or [value])


class Projected(Layer):
    """Projects query, key and value for each head, attends, and projects what comes together."""

    takes: ClassVar[tuple[str, ...]] = ("query", "value", "key")
    phrase: ClassVar[str] = "attention"
    without_effect: ClassVar[frozenset[str]] = initializers("kernel", "bias") | {
        *("dropout", "flash_attention", "seed", "sliding_window"),
    }

    use_bias: bool = True
    use_gate: bool = False

    @property
    def symbols(self) -> dict[str, tuple[str, ...]]:
        """What the sizes of the weights are called in formulas."""
        heads = "H" if self.heads()[0] == self.heads()[1] else "Hk"
        kernels = {
            "query": ("Nq", "H", "Eq"),
            "key": ("Nk", heads, "Eq"),
            "gate": ("Nq", "H", "Ev"),
            "value": ("Nv", heads, "Ev"),
        }
        out = ("U",) * len(self.out(1))
        return {
            **{f"{name} kernel": sizes for name, sizes in kernels.items()},
            **{f"{name} bias": sizes[1:] for name, sizes in kernels.items()},
            "output kernel": ("H", "Ev", *out),
            "output bias": out,
        }

    @property
    def product_symbols(self) -> tuple[tuple[str, ...], ...]:
        """The projections, the scores, and what they weigh."""
        places = {"query": "Tq", "key": "Tk", "gate": "Tq", "value": "Tk", "output": "Tq"}
        return (
            *(
                (place, *self.symbols[f"{name} kernel"])
                for name, place in places.items()
                if name != "gate" or self.use_gate
            ),
            ("Tq", "Tk", "H", "Eq"),
            ("Tq", "Tk", "H", "Ev"),
        )

    def heads(self) -> tuple[int, int, int, int]:
        """Give the heads of the query and of key and value, and the sizes of both."""
        raise NotImplementedError

    def attended(self, shape: Shape) -> Shape:
        """Give the positions that each position of the query attends to."""
        return shape[:-1]

    def out(self, values: int) -> tuple[int, ...]:
        """Give the axes that the last projection makes."""
        return (values,)

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its inputs."""
        streams = read_streams(inputs)
        of_query, of_value, of_key = (known(shape[-1], "the last axis", shape) for shape in streams)
        heads, shared_heads, key_size, value_size = self.heads()
        out = self.out(of_query)
        positions, other = streams.query[:-1], streams.value[:-1]
        kernels = [
            ("query", (of_query, heads, key_size), positions),
            ("key", (of_key, shared_heads, key_size), other),
            *[("gate", (of_query, heads, value_size), positions)] * self.use_gate,
            ("value", (of_value, shared_heads, value_size), other),
            ("output", (heads, value_size, *out), positions),
        ]
        weights, adds = [], []
        for name, shape, _ in kernels:
            weights.append(Weight(f"{name} kernel", shape))
            if self.use_bias:
                weights.append(Weight(f"{name} bias", shape[2 if name == "output" else 1 :]))
        if self.use_bias:
            adds = [
                product((*places, *shape[2 if name == "output" else 1 :]))
                for name, shape, places in kernels
            ]
        scores = (*positions, *self.attended(streams.value), heads)
        return Result(
            (*positions, *out),
            None,
            tuple(weights),
            (
                *((*places, *shape) for _, shape, places in kernels),
                (*scores, key_size),
                (*scores, value_size),
            ),
            total(adds),
        )


class MultiHeadAttention(Projected):
    """Several heads attend side by side, each in `key_dim` values of its own."""

    num_heads: int = given(kw_only=False)
    key_dim: int = given(kw_only=False)
    value_dim: int | None = given(default=None, kw_only=False, read=_read_count_or_none)
    output_shape: int | Sequence[int] | None = given(default=None, read=_read_counts)
    attention_axes: int | Sequence[int] | None = given(default=None, read=read_axes_or_none)

    def heads(self) -> tuple[int, int, int, int]:
        """As many heads for key and value as for the query."""
        return self.num_heads, self.num_heads, self.key_dim, self.value_dim or self.key_dim

    def out(self, values: int) -> tuple[int, ...]:
        """Give the named axes, or as many values as the query has."""
        return tuple(self.output_shape) if isinstance(self.output_shape, tuple) else (values,)

    def attended(self, shape: Shape) -> Shape:
        """Attend along `attention_axes`, or along all axes but the last."""
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

    def heads(self) -> tuple[int, int, int, int]:
        """Fewer heads for key and value than for the query."""
        return self.num_query_heads, self.num_key_value_heads, self.head_dim, self.head_dim
