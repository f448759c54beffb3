"""Pooling: Max and Average over windows, and Global over everything. No weights, no MACs."""

from collections.abc import Sequence
from typing import ClassVar, cast

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.axis.numbers import effective_kernel_size
from digitzoo.formulas.axis.receptive_field import through_window
from digitzoo.formulas.axis.window import slide
from digitzoo.formulas.layers.arguments import (
    AXIS_NAMES,
    Pads,
    PerAxis,
    data_format_of,
    join_shape,
    on_axis,
    paddings,
    per_axis,
    split_shape,
)
from digitzoo.formulas.layers.base import Input, Layer, Result
from digitzoo.formulas.layers.frozen import given


class Pooling(Layer):
    """A window that keeps one value of those under it.

    `ceil_mode`, `dilation_rate` and numbers for `padding` are PyTorch's; Keras has none of them.
    """

    rank: ClassVar[int]

    pool_size: PerAxis = given(default=2, kw_only=False)
    strides: PerAxis | None = None
    padding: str | PerAxis | Sequence[Sequence[int]] = "valid"
    data_format: str | None = "channels_last"
    ceil_mode: bool = False
    dilation_rate: PerAxis = 1

    def __post_init__(self) -> None:
        kind, rank = self.kind, self.rank
        pool_size = per_axis(self.pool_size, rank, "pool_size", kind)
        strides = pool_size if self.strides is None else self.strides
        dilation_rate = per_axis(self.dilation_rate, rank, "dilation_rate", kind)
        padding = paddings(self.padding, rank, kind, words=("valid", "same"))
        self._set(
            pool_size=pool_size,
            strides=per_axis(strides, rank, "strides", kind),
            padding=padding,
            data_format=data_format_of(self.data_format, kind),
            dilation_rate=dilation_rate,
        )
        if self.ceil_mode and padding == "same":
            raise InvalidArgumentError(
                f"{kind}: ceil_mode=True has no meaning with padding='same'. Use ceil_mode=False, "
                "or a number for padding."
            )
        for axis, name in enumerate(AXIS_NAMES[rank]):
            most = effective_kernel_size(pool_size[axis], dilation_rate[axis]) // 2
            if not isinstance(padding, str) and max(padding[axis]) > most:
                raise InvalidArgumentError(
                    f"{kind}, {name}: padding may be at most half of the window (PyTorch's rule). "
                    f"Expected 0 to {most} for pool_size={pool_size[axis]}, received "
                    f"padding={max(padding[axis])}. Use padding={most}."
                )

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        data_format = str(self.data_format)
        spatial, channels = split_shape(one.shape, self.rank, data_format, where)
        pool_size = cast("tuple[int, ...]", self.pool_size)
        strides = cast("tuple[int, ...]", self.strides)
        dilation_rate = cast("tuple[int, ...]", self.dilation_rate)
        names = AXIS_NAMES[self.rank]
        windows = tuple(
            slide(
                size,
                pool_size[axis],
                strides[axis],
                on_axis(cast("Pads", self.padding), axis),
                dilation_rate[axis],
                ceil_mode=self.ceil_mode,
                strict=strict,
                where=f"{where}, {names[axis]}",
            )
            for axis, size in enumerate(spatial)
        )
        return Result(
            join_shape(tuple(window.output_size for window in windows), channels, data_format),
            one.fields and tuple(map(through_window, one.fields, windows)),
            windows=windows,
            padding=tuple((window.before, window.after) for window in windows),
        )


class MaxPooling1D(Pooling):
    """The largest value of each window along time."""

    rank = 1


class MaxPooling2D(Pooling):
    """The largest value of each window of an image."""

    rank = 2


class MaxPooling3D(Pooling):
    """The largest value of each window of a volume."""

    rank = 3


class AveragePooling1D(Pooling):
    """The mean of each window along time."""

    rank = 1


class AveragePooling2D(Pooling):
    """The mean of each window of an image."""

    rank = 2


class AveragePooling3D(Pooling):
    """The mean of each window of a volume."""

    rank = 3


class GlobalPooling(Layer):
    """One window over everything: a single value for each channel."""

    rank: ClassVar[int]

    data_format: str | None = "channels_last"
    keepdims: bool = False

    def __post_init__(self) -> None:
        self._set(data_format=data_format_of(self.data_format, self.kind))

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:  # noqa: ARG002 - nothing is divided
        """Work the layer out for its input."""
        (one,) = inputs
        data_format = str(self.data_format)
        spatial, channels = split_shape(one.shape, self.rank, data_format, where)
        kept = join_shape((1,) * self.rank, channels, data_format) if self.keepdims else (channels,)
        if None in spatial:
            return Result(kept, None)
        windows = tuple(
            slide(size, cast("int", size), cast("int", size), where=where) for size in spatial
        )
        return Result(
            kept,
            one.fields and tuple(map(through_window, one.fields, windows)),
            windows=windows,
            padding=((0, 0),) * self.rank,
        )


class GlobalMaxPooling1D(GlobalPooling):
    """The largest value of each channel of a sequence."""

    rank = 1


class GlobalMaxPooling2D(GlobalPooling):
    """The largest value of each channel of an image."""

    rank = 2


class GlobalMaxPooling3D(GlobalPooling):
    """The largest value of each channel of a volume."""

    rank = 3


class GlobalAveragePooling1D(GlobalPooling):
    """The mean of each channel of a sequence."""

    rank = 1


class GlobalAveragePooling2D(GlobalPooling):
    """The mean of each channel of an image."""

    rank = 2


class GlobalAveragePooling3D(GlobalPooling):
    """The mean of each channel of a volume."""

    rank = 3
