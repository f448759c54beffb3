"""The steps that give the receptive field, the effective stride and the centre."""

from collections.abc import Iterator, Mapping, Sequence

from digitzoo.formulas.axis.receptive_field import INTERPOLATION_TAPS, Field
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.explanations.explanation import Step, alike, number, times
from digitzoo.formulas.layers.dense import Dense
from digitzoo.formulas.layers.pooling import AdaptivePooling
from digitzoo.formulas.layers.resizing import Cropping, Resizing, UpSampling
from digitzoo.formulas.networks.info import LayerInfo

_Told = Sequence[tuple[str, str]]
"""Formula and numbers of the field, the stride and the centre."""


def sight_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain the receptive field where a window changed it."""
    description, fields = row.description, row.fields
    if not row.seen:
        return
    if fields is None:
        if row.known and not (row.products and isinstance(description, Dense)):
            key = "no positions" if row.layer == "Flatten" else "sees everything"
            yield Step("", remark=words[key])
        return
    changes = description.changes if isinstance(description, Resizing) else row.windows
    for (change, field), axes in alike(tuple(zip(changes, fields, strict=False)), words):
        if isinstance(description, Resizing):
            told = _resized(description, change, field)
        else:
            told = _spread(change, field) if isinstance(change, Spread) else _slid(change, field)
        keys = ("receptive field", "effective stride", "center")
        for key, (formula, numbers) in zip(keys, told, strict=True):
            yield Step(words[key].format(axes=axes), formula, numbers)
    if not changes and fields and description is not None and description.merges:
        yield sight_step(row.receptive_field, words, words["largest branch"])


def sight_step(field: Sequence[int] | None, words: Mapping[str, str], remark: str = "") -> Step:
    """State a receptive field."""
    if field is None:
        return Step("", remark=words["sees everything"])
    return Step(words["receptive field"].partition(",")[0], "", times(field) or "1", remark)


def _stated(field: Field) -> _Told:
    numbers = number(field.size), number(field.effective_stride), f"{field.center:g}"
    return [("", one) for one in numbers]


def _resized(description: Resizing, change: int | tuple[int, int], field: Field) -> _Told:
    size, stride, center = (numbers for _, numbers in _stated(field))
    if isinstance(description, UpSampling):
        if len(field.spans) != change:  # several enlargements
            return _stated(field)
        taps = INTERPOLATION_TAPS[description.interpolation]
        before = field.size - (taps - 1) * field.shift
        return (
            ("r + (T - 1) x j", f"{before:,} + ({taps} - 1) x {field.shift:,} = {size}"),
            ("j / E", f"{field.shift} / {change} = {stride}"),
            ("", center),
        )
    if isinstance(description, AdaptivePooling):
        return _stated(field)
    looks = ("", center)
    if len(field.spans) == 1 and isinstance(change, tuple):
        sign, letter = ("+", "L") if isinstance(description, Cropping) else ("-", "B")
        moved = change[0] * field.shift * (1 if sign == "+" else -1)
        numbers = f"{field.center - moved:g} {sign} {change[0]:,} x {field.shift:,} = {center}"
        looks = (f"c {sign} {letter} x j", numbers)
    return ("r", size), ("j", stride), looks


def _slid(line: Window, field: Field) -> _Told:
    shift, left = divmod(field.shift, line.strides)
    if len(field.spans) > 1 or left:
        return _stated(field)
    reach = line.effective_kernel_size
    before = field.size - (reach - 1) * shift
    # The middle of the first window, as the input counts.
    center = field.center - ((reach - 1) / 2 - line.before) * shift
    return (
        ("r + (F - 1) x j", f"{before:,} + ({reach} - 1) x {shift:,} = {field.size:,}"),
        ("j x S", f"{shift:,} x {line.strides:,} = {field.shift:,}"),
        (
            "c + ((F - 1) / 2 - B) x j",
            f"{center:g} + (({reach} - 1) / 2 - {line.before}) x {shift} = {field.center:g}",
        ),
    )


def _spread(line: Spread, field: Field) -> _Told:
    kernel, strides, shift = line.kernel_size, line.strides, field.shift
    before = field.size - (-(-kernel // strides) - 1) * shift
    if len(field.spans) != strides or line.dilation_rate > 1 or before < 1:
        return _stated(field)
    size, stride, center = (numbers for _, numbers in _stated(field))
    return (
        (
            "r + (ceil(F / S) - 1) x j",
            f"{before:,} + (ceil({kernel} / {strides}) - 1) x {shift:,} = {size}",
        ),
        ("j / S", f"{shift} / {strides} = {stride}"),
        ("", center),
    )
