"""Pooling: Max and Average over windows, and Global over everything. No weights, no MACs."""

from collections.abc import Sequence
from typing import ClassVar, cast

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.axis.receptive_field import through
from digitzoo.formulas.axis.window import Window, check_pooling, slide
from digitzoo.formulas.layers.arguments import (
    PerAxis,
    read_data_format,
    read_per_axis,
    read_per_axis_or_none,
)
from digitzoo.formulas.layers.base import Input, Layer, Result
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import along, join_shape, split_shape
from digitzoo.formulas.layers.windowed import Windowed


class Pooling(Windowed):
    """A window that keeps one value of those under it.

    `ceil_mode`, `dilation_rate` and numbers for `padding` are PyTorch's; Keras has none of them.
    """

    window: ClassVar[str] = "pool_size"

    pool_size: PerAxis = given(default=2, kw_only=False, read=read_per_axis)
    strides: PerAxis | None = given(default=None, read=read_per_axis_or_none)
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        if self.strides is None:
            self._set(strides=self.pool_size)
        for axis in range(self.rank):
            size, _, padding, _ = self.arguments(axis)
            try:
                check_pooling(size, padding, ceil_mode=self.ceil_mode)
            except InvalidArgumentError as error:
                raise (
                    error if isinstance(padding, str) else along(axis, self.rank, error)
                ) from None

    def work_out_axis(self, size: int | None, axis: int) -> Window:
        """Slide the window along one axis."""
        return slide(size, *self.arguments(axis), ceil_mode=self.ceil_mode)

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        return self.move(one, *self.split(one.shape))


class MaxPooling1D(Pooling):
    """The largest value of each window along time."""

    rank = 1


class MaxPooling2D(Pooling):
    """The largest value of each window of an image."""

    rank = 2


class MaxPooling3D(Pooling):
    """The largest value of each window of a volume."""

    rank = 3


class AveragePooling(Pooling):
    """The mean of each window; Keras wants its size said."""

    pool_size: PerAxis = given(kw_only=False, read=read_per_axis)


class AveragePooling1D(AveragePooling):
    """The mean of each window along time."""

    rank = 1


class AveragePooling2D(AveragePooling):
    """The mean of each window of an image."""

    rank = 2


class AveragePooling3D(AveragePooling):
    """The mean of each window of a volume."""

    rank = 3


class GlobalPooling(Layer):
    """One window over everything: a single value for each channel."""

    rank: ClassVar[int]

    data_format: str | None = given(default="channels_last", read=read_data_format)
    keepdims: bool = False

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        data_format = str(self.data_format)
        spatial, channels = split_shape(one.shape, self.rank, data_format)
        kept = join_shape((1,) * self.rank, channels, data_format) if self.keepdims else (channels,)
        if None in spatial:
            return Result(kept, None)
        windows = tuple(slide(size, cast("int", size), cast("int", size)) for size in spatial)
        return Result(
            kept,
            one.fields and tuple(map(through, one.fields, windows)),
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
