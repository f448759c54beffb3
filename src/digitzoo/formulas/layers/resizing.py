"""ZeroPadding, Cropping and UpSampling: borders and enlargements without weights."""

from collections.abc import Sequence
from typing import ClassVar, cast

from digitzoo.errors import InvalidArgumentError, ShapeError, unknown_name
from digitzoo.formulas.axis.receptive_field import INTERPOLATION_TAPS, moved, through_upsampling
from digitzoo.formulas.layers.arguments import (
    AXIS_NAMES,
    PerAxis,
    Shape,
    before_and_after,
    data_format_of,
    join_shape,
    per_axis,
    split_shape,
)
from digitzoo.formulas.layers.base import Fields, Input, Layer, Result
from digitzoo.formulas.layers.frozen import given

Pairs = tuple[tuple[int, int], ...]
PadsPerAxis = PerAxis | Sequence[Sequence[int]]


class Resizing(Layer):
    """What they share: a new size on each axis, the same channels."""

    rank: ClassVar[int]

    data_format: str | None = "channels_last"

    def __post_init__(self) -> None:
        self._set(data_format=data_format_of(self.data_format, self.kind))

    @property
    def changes(self) -> tuple[int | tuple[int, int], ...]:
        """What happens on each axis: (before, after), or a factor."""
        raise NotImplementedError

    def spatial(self, shape: Shape) -> Shape:
        """Pick the spatial sizes out of a shape."""
        return shape[1:] if self.data_format == "channels_first" else shape[:-1]

    def resize(self, spatial: Shape, fields: Fields, where: str) -> Result:
        """Give the spatial sizes that come out, as a shape without channels."""
        raise NotImplementedError

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:  # noqa: ARG002 - nothing is divided
        """Work the layer out for its input."""
        (one,) = inputs
        data_format = str(self.data_format)
        spatial, channels = split_shape(one.shape, self.rank, data_format, where)
        result = self.resize(spatial, one.fields, where)
        return result._replace(output_shape=join_shape(result.output_shape, channels, data_format))


class ZeroPadding(Resizing):
    """Zeros around the input."""

    padding: PadsPerAxis = given(default=1, kw_only=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set(padding=before_and_after(self.padding, self.rank, "padding", self.kind))

    @property
    def changes(self) -> Pairs:
        """Zeros before and after on each axis."""
        return cast("Pairs", self.padding)

    def resize(self, spatial: Shape, fields: Fields, where: str) -> Result:  # noqa: ARG002
        """Add both ends."""
        pairs = cast("Pairs", self.padding)
        shape = tuple(
            None if size is None else size + sum(pair)
            for size, pair in zip(spatial, pairs, strict=True)
        )
        return Result(
            shape,
            fields and tuple(moved(f, pair[0]) for f, pair in zip(fields, pairs, strict=True)),
            padding=pairs,
        )


class ZeroPadding1D(ZeroPadding):
    """Zeros before and after a sequence."""

    rank = 1


class ZeroPadding2D(ZeroPadding):
    """Zeros around an image."""

    rank = 2


class ZeroPadding3D(ZeroPadding):
    """Zeros around a volume."""

    rank = 3


class Cropping(Resizing):
    """The input without its border."""

    cropping: PadsPerAxis = given(default=1, kw_only=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set(cropping=before_and_after(self.cropping, self.rank, "cropping", self.kind))

    @property
    def changes(self) -> Pairs:
        """Positions cut off before and after on each axis."""
        return cast("Pairs", self.cropping)

    def resize(self, spatial: Shape, fields: Fields, where: str) -> Result:
        """Cut off both ends."""
        pairs = cast("Pairs", self.cropping)
        for size, pair, axis in zip(spatial, pairs, AXIS_NAMES[self.rank], strict=True):
            if size is not None and sum(pair) >= size:
                raise ShapeError(
                    f"{where}, {axis}: nothing is left: {size} - {pair[0]} - {pair[1]} = "
                    f"{size - sum(pair)}. Expected at least 1. Crop at most {size - 1} in all, or "
                    f"use an input of at least {sum(pair) + 1}."
                )
        return Result(
            tuple(
                None if size is None else size - sum(pair)
                for size, pair in zip(spatial, pairs, strict=True)
            ),
            fields and tuple(moved(f, -pair[0]) for f, pair in zip(fields, pairs, strict=True)),
        )


class Cropping1D(Cropping):
    """A sequence without its ends."""

    rank = 1


class Cropping2D(Cropping):
    """An image without its border."""

    rank = 2


class Cropping3D(Cropping):
    """A volume without its border."""

    rank = 3


class UpSampling(Resizing):
    """Every axis larger by a whole factor."""

    size: PerAxis = given(default=2, kw_only=False)
    interpolation: str = "nearest"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set(size=per_axis(self.size, self.rank, "size", self.kind))
        if self.interpolation not in INTERPOLATION_TAPS:
            name = unknown_name("interpolation", self.interpolation, INTERPOLATION_TAPS)
            raise InvalidArgumentError(f"{self.kind}: {name}")

    @property
    def changes(self) -> tuple[int, ...]:
        """The factor of each axis."""
        return cast("tuple[int, ...]", self.size)

    def resize(self, spatial: Shape, fields: Fields, where: str) -> Result:  # noqa: ARG002
        """Multiply every axis."""
        factors = cast("tuple[int, ...]", self.size)
        return Result(
            tuple(
                None if size is None else size * factor
                for size, factor in zip(spatial, factors, strict=True)
            ),
            fields
            and tuple(
                through_upsampling(field, factor, self.interpolation)
                for field, factor in zip(fields, factors, strict=True)
            ),
        )


class UpSampling1D(UpSampling):
    """A sequence, each step repeated."""

    rank = 1


class UpSampling2D(UpSampling):
    """An image, enlarged."""

    rank = 2


class UpSampling3D(UpSampling):
    """A volume, each value repeated."""

    rank = 3
