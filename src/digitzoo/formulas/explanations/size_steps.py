"""The steps that give the output size, the output channels, and what a normalization computes."""

from collections.abc import Iterator, Mapping
from math import gcd

from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.explanations.explanation import Step, alike, number, times
from digitzoo.formulas.layers.convolution import (
    Convolution,
    ConvTranspose,
    DepthwiseConv,
    runtime_note,
)
from digitzoo.formulas.layers.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    Normalization,
    RMSNormalization,
)
from digitzoo.formulas.layers.pooling import AdaptivePooling, cuts
from digitzoo.formulas.layers.resizing import Cropping, Resizing
from digitzoo.formulas.networks.info import LayerInfo

# Over what a normalization takes the mean and the variance.
_STATISTICS = {
    BatchNormalization: "batch statistics",
    LayerNormalization: "example statistics",
    GroupNormalization: "group statistics",
    Normalization: "given statistics",
    RMSNormalization: "root mean square",
}


def size_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain the output size, once for axes that are alike."""
    if None in row.input_shape:
        yield Step("", remark=words["open"])
        return
    description = row.description
    for line, axes in alike(row.windows, words):
        if isinstance(line, Spread):
            yield _spread_step(line, axes, words)
        else:
            yield from _slide_steps(line, getattr(description, "padding", ""), axes, words)
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


def _slide_steps(
    line: Window, padding: object, axes: str, words: Mapping[str, str]
) -> Iterator[Step]:
    reach, padded = line.effective_kernel_size, line.before + line.after
    if line.dilation_rate > 1:
        dilated = f"{line.dilation_rate:,} x ({line.kernel_size:,} - 1) + 1 = {reach:,}"
        yield Step(words["reach"].format(axes=axes), "d x (F - 1) + 1", dilated)
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
    yield Step(title, "(W - F + 2P) / S + 1", f"{division} + 1 = {output:,}", remark)


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
        f"(W - 1) x S + F {sign} {letter}",
        f"({number(line.size)} - 1) x {line.strides:,} + {line.effective_kernel_size:,} "
        f"{sign} {abs(cut):,} = {number(line.output_size)}",
        remark,
    )


def normalization_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain what a normalization makes of each value; others make nothing of the kind."""
    description = row.description
    key = next((key for kind, key in _STATISTICS.items() if isinstance(description, kind)), None)
    if key is None:
        return
    if isinstance(description, Normalization):
        inverted = description.invert
        formula = "v x sqrt(variance) + mean" if inverted else "(v - mean) / sqrt(variance)"
    elif key == "root mean square" or getattr(description, "rms_scaling", False):
        key, formula = "root mean square", "v / sqrt(mean of v^2 + epsilon)"
    else:
        formula = "(v - mean) / sqrt(variance + epsilon)"
    names = {weight.name for weight in row.weights}
    for name in ("scale", "gamma"):
        formula = f"{name} x {formula}" if name in names else formula
    formula += " + beta" if "beta" in names else ""
    yield Step(words["normalized"], formula, "", words[key])
