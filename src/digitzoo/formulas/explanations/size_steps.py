"""The steps that give the output size and the output channels."""

from collections.abc import Iterator, Mapping
from math import gcd

from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.explanations.explanation import Step
from digitzoo.formulas.explanations.expression import (
    Expression,
    added,
    divided,
    equals,
    grouped,
    product,
    value,
)
from digitzoo.formulas.explanations.writing import alike
from digitzoo.formulas.layers.adaptive import AdaptivePooling, cuts
from digitzoo.formulas.layers.convolution import Convolution
from digitzoo.formulas.layers.depthwise import DepthwiseConv
from digitzoo.formulas.layers.resizing import Cropping, Resizing
from digitzoo.formulas.layers.transposed import ConvTranspose, runtime_note
from digitzoo.formulas.networks.info import LayerInfo


def window_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain the output size, once for axes that are alike."""
    if None in row.input_shape:
        yield Step("", remark=words["open"])
        return
    for line, axes in alike(row.windows, words):
        if isinstance(line, Spread):
            yield _spread_step(line, axes, words)
        else:
            yield from _slide_steps(line, getattr(row.description, "padding", ""), axes, words)
    description = row.description
    if isinstance(description, (Convolution, ConvTranspose)):
        first = description.data_format == "channels_first"
        channels = (row.output_shape[0] if first else row.output_shape[-1]) or 0
        if isinstance(description, DepthwiseConv):
            multiplier = description.depth_multiplier
            made = product([channels // multiplier, multiplier])
            yield Step(
                words["channels"],
                product(["D", "M"]),
                equals(made, channels),
                words["each channel"],
            )
        else:
            yield Step(words["channels"], value("K"), value(channels), words["one filter each"])
    elif isinstance(description, Resizing):
        yield from _resizing_steps(row, description, words)
    elif row.layer == "Flatten":
        yield Step(
            words["output shape"], None, equals(product(row.input_shape), row.output_shape[0])
        )


def _resizing_steps(
    row: LayerInfo, description: Resizing, words: Mapping[str, str]
) -> Iterator[Step]:
    """Explain the output size of a border that is added or cut off, or of an enlargement."""
    lines = zip(*map(description.spatial, (row.input_shape, row.output_shape)), strict=True)
    each = tuple(zip(lines, description.changes, strict=True))
    for ((size, output), change), axes in alike(each, words):
        title, formula = words["output size"].format(axes=axes), None
        if isinstance(description, AdaptivePooling):
            common = gcd(size, output)  # beyond it the windows repeat
            lengths = sorted(
                after - first for first, after in cuts(size // common, output // common)
            )
            remark = words["adaptive"].format(shortest=lengths[0], longest=lengths[-1])
            yield Step(title, None, value(output), remark)
            continue
        if isinstance(change, tuple):
            sign = "-" if isinstance(description, Cropping) else "+"
            made = added([size, *change], sign * 2)
        else:
            formula, made = product(["W", "E"]), product([size, change])
        yield Step(title, formula, equals(made, output))


def _slide_steps(
    line: Window, padding: object, axes: str, words: Mapping[str, str]
) -> Iterator[Step]:
    reach, padded = line.effective_kernel_size, line.before + line.after
    if line.dilation_rate > 1:
        yield Step(
            words["reach"].format(axes=axes),
            Expression("d x (F - 1) + 1", r"d \times (F - 1) + 1"),
            equals(added([product([line.dilation_rate, f"({line.kernel_size} - 1)"]), 1]), reach),
        )
    size, output = line.size or 0, line.output_size or 0
    room = size - reach + padded
    rounding, remark = "", ""
    if not line.exact:
        up = room // line.strides + 1 < output
        rounding = "ceil" if up else "floor"
        remark = words["rounded up" if up else "rounded down"].format(
            quotient=f"{room / line.strides:.4g}", unused=line.unused, positions=size + padded
        )
    elif padding == "causal" and line.before:
        remark = words["causal"].format(before=line.before)
    elif line.before != line.after:
        key = "padded" if padding == "same" else "uneven"
        remark = words[key].format(before=line.before, after=line.after)
    yield Step(
        words["output size"].format(axes=axes),
        added([divided(added(["W", "F", "2P"], "-+"), "S"), 1]),
        equals(
            added([divided(added([size, reach, padded], "-+"), line.strides, rounding), 1]),
            output,
        ),
        remark,
    )


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
        added([product([grouped(added(["W", 1], "-")), "S"]), "F", letter], f"+{sign}"),
        equals(
            added(
                [
                    product([grouped(added([line.size, 1], "-")), line.strides]),
                    line.effective_kernel_size,
                    abs(cut),
                ],
                f"+{sign}",
            ),
            line.output_size,
        ),
        remark,
    )
