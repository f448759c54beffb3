"""Which input positions one output position sees, on one axis; it may reach beyond the input.

Sources: Araujo, Norris and Sim (Distill, 2019), with dilation. After an upsampling, positions see
different amounts: a `Field` keeps the span of each of one period.
"""

from collections.abc import Iterable
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from digitzoo.errors import InvalidArgumentError, shown
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window

if TYPE_CHECKING:
    from fractions import Fraction

Span = tuple[int, int] | None
"""The first and the last input position seen; `None` sees nothing (only a bias)."""

# Positions that each kind of interpolation reads, from keras.layers.UpSampling2D.
INTERPOLATION_TAPS = {"nearest": 1, "bilinear": 2, "bicubic": 4, "lanczos3": 6, "lanczos5": 10}
LARGEST_PERIOD = 1024  # Positions of one period that a field keeps; networks enlarge by 512 at most


class Field(NamedTuple):
    """What the positions of one axis see of the input.

    Position n of the output sees `spans[n % period]`, moved by `shift` for each full period.
    """

    shift: int
    spans: tuple[Span, ...]

    @property
    def size(self) -> int:
        """The largest number of input positions between the first and the last seen."""
        return max((span[1] - span[0] + 1 for span in self.spans if span), default=0)

    @property
    def effective_stride(self) -> "int | Fraction":
        """Input positions between two neighbouring outputs; below 1 after an upsampling."""
        if len(self.spans) == 1:
            return self.shift
        from fractions import Fraction

        ratio = Fraction(self.shift, len(self.spans))
        return ratio.numerator if ratio.denominator == 1 else ratio

    @property
    def center(self) -> float:
        """Where the first output looks; 0 is the middle of the first input position."""
        span = next((span for span in self.spans if span), (0, 0))
        return (span[0] + span[1]) / 2

    def at(self, position: int) -> Span:
        """Give the span that one output position sees."""
        rounds, phase = divmod(position, len(self.spans))
        span = self.spans[phase]
        return span and (span[0] + rounds * self.shift, span[1] + rounds * self.shift)


IDENTITY = Field(1, ((0, 0),))


def hull(*spans: Span) -> Span:
    """Give the smallest span that holds all of them."""
    seen = [span for span in spans if span]
    if not seen:
        return None
    return min(span[0] for span in seen), max(span[1] for span in seen)


def through(field: Field, line: Window | Spread) -> Field:
    """Look through a window, sliding or spreading."""
    return through_spread(field, line) if isinstance(line, Spread) else through_window(field, line)


def through_window(field: Field, window: Window) -> Field:
    """Look through a sliding window."""
    stride, first = window.strides, -window.before
    if len(field.spans) == 1 and field.spans[0]:
        (low, high), shift = field.spans[0], field.shift
        last = first + window.dilation_rate * (window.kernel_size - 1)
        return Field(shift * stride, ((low + first * shift, high + last * shift),))
    period = len(field.spans)
    common = gcd(period, stride)
    taps = ends(range(0, window.effective_kernel_size, window.dilation_rate), period)
    spans = tuple(
        hull(*(field.at(position * stride + first + tap) for tap in taps))
        for position in range(period // common)
    )
    return Field(field.shift * stride // common, spans)


def through_spread(field: Field, spread: Spread) -> Field:
    """Look through a transposed window: output o hears input i if o = i s + tap - before."""
    stride, dilation_rate = spread.strides, spread.dilation_rate
    common = gcd(stride, dilation_rate)
    step = stride // common
    spans = []
    for position in range(_enlarged(field, stride)):
        # Of the taps t = n dilation_rate, those for which position + before - t is a whole stride.
        away, left = divmod(position + spread.before, common)
        inverse = pow(dilation_rate // common, -1, step) if step > 1 else 0
        first = away * inverse % step
        taps = () if left else ends(range(first, spread.kernel_size, step), len(field.spans))
        reached = (position + spread.before - tap * dilation_rate for tap in taps)
        spans.append(hull(*(field.at(one // stride) for one in reached)))
    return Field(field.shift, tuple(spans))


def through_upsampling(field: Field, factor: int, interpolation: str) -> Field:
    """Look through an enlargement of one axis by a whole factor."""
    taps = INTERPOLATION_TAPS[interpolation]
    if factor == 1:
        return field
    spans = []
    for position in range(_enlarged(field, factor)):
        if taps == 1:
            first = position // factor
        else:
            # Half-pixel centres: output o lies at (o + 1/2) / factor - 1/2 of the input.
            first = (2 * position + 1 - factor) // (2 * factor) - taps // 2 + 1
        spans.append(hull(*(field.at(first + tap) for tap in range(taps))))
    return Field(field.shift, tuple(spans))


def _enlarged(field: Field, factor: int) -> int:
    period = factor * len(field.spans)
    if period > LARGEST_PERIOD:
        raise InvalidArgumentError(
            f"an enlargement by {shown(factor)} is too large to follow. Expected at most "
            f"{LARGEST_PERIOD // len(field.spans)} here, {LARGEST_PERIOD} in a network."
        )
    return period


def ends(taps: range, period: int) -> Iterable[int]:
    """Pick the taps that can be the first or the last to see: beyond a period all repeats."""
    return taps if len(taps) <= 2 * period else (*taps[:period], *taps[-period:])


def moved(field: Field, by: int) -> Field:
    """Look past a border: `by` positions were put before the first (cropped, if negative)."""
    return Field(
        field.shift, tuple(field.at(position - by) for position in range(len(field.spans)))
    )


def together(one: Field, other: Field) -> Field:
    """Look through two branches at once; of branches with unequal strides, the larger counts."""
    if one == other:
        return one
    periods = len(one.spans), len(other.spans)
    if one.shift * periods[1] != other.shift * periods[0]:
        return max(one, other, key=lambda field: field.size)
    period = periods[0] * periods[1] // gcd(*periods)
    spans = tuple(hull(one.at(position), other.at(position)) for position in range(period))
    return Field(one.shift * period // periods[0], spans)
