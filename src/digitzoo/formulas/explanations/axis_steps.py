"""The steps that give output sizes and receptive fields."""

from collections.abc import Iterator, Mapping, Sequence
from math import gcd

from digitzoo.formulas.axis.receptive_field import INTERPOLATION_TAPS, Field
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.explanations.explanation import Step, alike, number, times
from digitzoo.formulas.layers.convolution import (
    Convolution,
    ConvTranspose,
    DepthwiseConv,
    runtime_note,
)
from digitzoo.formulas.layers.dense import Dense
from digitzoo.formulas.layers.pooling import AdaptivePooling, cuts
from digitzoo.formulas.layers.spatial import Cropping, Resizing, UpSampling
from digitzoo.formulas.networks.info import LayerInfo


def size_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain the output size, once for axes that are alike."""
    if None in row.input_shape:
        yield Step("", remark=words["open"])
        return
    description = row.description
    for line, axes in alike(row.windows, words):
        if isinstance(line, Spread):
            yield from _reach_steps(line, axes, words)
            yield _spread_step(line, axes, words)
        else:
            yield from _reach_steps(line, axes, words)
            yield _slide_step(line, getattr(description, "padding", ""), axes, words)
    if isinstance(description, (Convolution, ConvTranspose)):
        first = description.data_format == "channels_first"
        channels = (row.output_shape[0] if first else row.output_shape[-1]) or 0
        if isinstance(description, DepthwiseConv):
            multiplier = description.depth_multiplier
            made = f"{channels // multiplier:,} x {multiplier:,} = {channels:,}"
            yield Step(words["channels"], "D x M", made, words["each channel"])
        else:
            yield Step(words["channels"], "K", f"{channels:,}", words["one filter each"])
    elif isinstance(description, Resizing):
        yield from _resizing_steps(row, description, words)
    elif row.layer == "Flatten":
        made = f"{times(row.input_shape)} = {number(row.output_shape[0])}"
        yield Step(words["output shape"], "", made)


def _resizing_steps(
    row: LayerInfo, description: Resizing, words: Mapping[str, str]
) -> Iterator[Step]:
    (sizes, _), (outputs, _) = map(description.split, (row.input_shape, row.output_shape))
    lines = zip(sizes, outputs, strict=True)
    each = tuple(zip(lines, description.changes, strict=True))
    for ((size, output), change), axes in alike(each, words):
        formula, numbers, remark = "", f"{output:,}", ""
        if isinstance(description, AdaptivePooling):
            common = gcd(size, output)  # beyond it the windows repeat
            lengths = [after - first for first, after in cuts(size // common, output // common)]
            remark = words["adaptive"].format(shortest=min(lengths), longest=max(lengths))
        elif isinstance(change, tuple):
            sign = "-" if isinstance(description, Cropping) else "+"
            numbers = f"{size:,} {sign} {change[0]:,} {sign} {change[1]:,} = {output:,}"
        else:
            formula, numbers = "W x E", f"{size:,} x {change:,} = {output:,}"
        yield Step(words["output size"].format(axes=axes), formula, numbers, remark)


def _reach_steps(line: Window | Spread, axes: str, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain what stands in the place of F where a kernel is dilated."""
    if line.dilation_rate > 1:
        gaps = f"{line.dilation_rate:,} x ({line.kernel_size:,} - 1)"
        numbers = f"{gaps} + 1 = {line.effective_kernel_size:,}"
        yield Step(words["reach"].format(axes=axes), "d x (F - 1) + 1", numbers)


def _letter(line: Window | Spread) -> str:
    return "R" if line.dilation_rate > 1 else "F"


def _slide_step(line: Window, padding: object, axes: str, words: Mapping[str, str]) -> Step:
    reach, padded = line.effective_kernel_size, line.before + line.after
    size, output = line.size or 0, line.output_size or 0
    room = size - reach + padded
    division, remark = f"({size:,} - {reach:,} + {padded:,}) / {line.strides:,}", ""
    if not line.exact:
        up = room // line.strides + 1 < output
        division = f"{'ceil' if up else 'floor'}({division})"
        remark = words["rounded up" if up else "rounded down"].format(
            quotient=f"{room / line.strides:.4g}", unused=line.unused, positions=size + padded
        )
    elif padding == "causal" and line.before:
        remark = words["causal"].format(before=line.before)
    elif line.before != line.after:
        key = "padded" if padding == "same" else "uneven"
        remark = words[key].format(before=line.before, after=line.after)
    title = words["output size"].format(axes=axes)
    formula = f"(W - {_letter(line)} + 2P) / S + 1"
    return Step(title, formula, f"{division} + 1 = {output:,}", remark)


def _spread_step(line: Spread, axes: str, words: Mapping[str, str]) -> Step:
    cut = line.before + line.after
    remark = words["cut off"].format(before=line.before, after=line.after) if cut > 0 else ""
    if cut < 0:
        remark = words["added"]
    note = runtime_note(line)
    if note:
        remark = f"{remark} {note.worded(words)}".strip()
    sign, letter = ("-", "C") if cut >= 0 else ("+", "A")
    return Step(
        words["output size"].format(axes=axes),
        f"(W - 1) x S + {_letter(line)} {sign} {letter}",
        f"({number(line.size)} - 1) x {line.strides:,} + {line.effective_kernel_size:,} "
        f"{sign} {abs(cut):,} = {number(line.output_size)}",
        remark,
    )


_Told = Sequence[tuple[str, str]]  # Formula and numbers of the field, the stride and the centre


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
    reach, letter = line.effective_kernel_size, _letter(line)
    before = field.size - (reach - 1) * shift
    # The middle of the first window, as the input counts.
    center = field.center - ((reach - 1) / 2 - line.before) * shift
    return (
        (f"r + ({letter} - 1) x j", f"{before:,} + ({reach} - 1) x {shift:,} = {field.size:,}"),
        ("j x S", f"{shift:,} x {line.strides:,} = {field.shift:,}"),
        (
            f"c + (({letter} - 1) / 2 - B) x j",
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
