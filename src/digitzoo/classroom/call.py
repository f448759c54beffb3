"""A layer as it is asked about: the call that a question shows, and its numbers."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from digitzoo.formulas import LayerInfo, Summary, describe, layer_info, summarize
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.shapes import Shape

_BY_POSITION = ("filters", "kernel_size", "units", "pool_size", "rate")


class Call(NamedTuple):
    """A layer's name and the arguments that are typed for it."""

    name: str
    arguments: Mapping[str, Any]

    @classmethod
    def of(cls, name: str, **arguments: Any) -> Self:
        """Make one as it is typed."""
        return cls(name, arguments)

    def __str__(self) -> str:
        typed = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.name}({typed})"

    @property
    def short(self) -> str:
        """The call with its first arguments by position, as they are often typed."""
        typed = [
            f"{value!r}" if name in _BY_POSITION else f"{name}={value!r}"
            for name, value in self.arguments.items()
        ]
        return f"{self.name}({', '.join(typed)})"

    def but(self, **changes: Any) -> "Call":
        """Change arguments, as who misreads them does; one that the layer lacks stays out."""
        known = describe(self.name, **self.arguments).argument_names()
        return Call(
            self.name, {**self.arguments, **{k: v for k, v in changes.items() if k in known}}
        )

    def layer(self) -> Layer:
        """Describe the layer."""
        return describe(self.name, **self.arguments)

    def info(self, shape: Shape, **changes: Any) -> LayerInfo:
        """Work the layer out, or one with other arguments."""
        return layer_info(self.name, shape, **{**self.arguments, **changes})

    def output(self, shape: Shape, **changes: Any) -> tuple[int, ...]:
        """Give the shape that comes out, or would with other arguments."""
        return tuple(size or 0 for size in self.info(shape, **changes).output_shape)


def stack(calls: list[Call], shape: Shape, **options: Any) -> Summary:
    """Work several layers out, one after the other."""
    return summarize([call.layer() for call in calls], shape, **options)
