"""The steps that explain one layer: size, weights, work, receptive field, memory."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from digitzoo.formulas.arguments import AXIS_NAMES
from digitzoo.formulas.convolution import Conv, Convolution, DepthwiseConv
from digitzoo.formulas.dense import Dense, Embedding
from digitzoo.formulas.explanation import Section, Step
from digitzoo.formulas.expression import (
    Expression,
    added,
    divided,
    equals,
    grouped,
    product,
    value,
)
from digitzoo.formulas.info import LayerInfo, bytes_label
from digitzoo.formulas.layer import Weight
from digitzoo.formulas.phrases_en import ENGLISH
from digitzoo.formulas.receptive_field import Field
from digitzoo.formulas.transposed import ConvTranspose, runtime_note
from digitzoo.formulas.window import Spread, Window


def section_of(
    row: LayerInfo, words: Mapping[str, str], bytes_per_value: int, place: int | None = None
) -> Section:
    """Explain one row of a summary."""
    name = row.layer if row.name == row.layer else f"{row.name} ({row.layer})"
    title = f"{name}: {', '.join(map(crossed, row.input_shapes))} -> {crossed(row.output_shape)}"
    steps = [
        *_window_steps(row, words),
        *_weight_steps(row, words),
        *_work_steps(row, words),
        *_sight_steps(row, words),
        *_memory_steps(row, words, bytes_per_value),
    ]
    return Section(f"{place}. {title}" if place else title, tuple(steps))


def _window_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain the output size, once for axes that are alike."""
    if None in row.input_shape:
        yield Step("", remark=words["open"])
        return
    for line, axes in _alike(row.windows, words):
        if isinstance(line, Spread):
            yield _spread_step(line, axes, words)
        else:
            yield from _slide_steps(line, axes, words)
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
    elif row.layer == "Flatten":
        yield Step(
            words["output shape"], None, equals(product(row.input_shape), row.output_shape[0])
        )


def _slide_steps(line: Window, axes: str, words: Mapping[str, str]) -> Iterator[Step]:
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
    elif line.after == 0 < line.before:
        remark = words["causal"].format(before=line.before)
    elif line.before != line.after:
        remark = words["padded"].format(before=line.before, after=line.after)
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
    if not line.invertible:
        remark = f"{remark} {runtime_note(line, words)}".strip()
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


def _weight_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    if row.shared:
        yield Step("", remark=words["shared"])
    if not row.known:
        yield Step(words["params"], None, value(row.params), unknown_note(row, words))
        return
    if not row.weights:
        if not row.shared and not row.products:
            yield Step("", remark=words["no weights"])
        return
    remarks = []
    groups = getattr(row.description, "groups", 1)
    if isinstance(row.description, (Conv, ConvTranspose)) and groups > 1:
        channels = row.weights[0].shape[-2]
        remarks.append(words["grouped"].format(groups=groups, channels=channels))
    if not row.trainable:
        remarks.append(words["frozen"])
    elif row.non_trainable_params:
        remarks.append(words["not trained"].format(count=f"{row.non_trainable_params:,}"))
    numbers = _sum_of_products([weight.shape or (1,) for weight in row.weights])
    yield Step(
        words["params"],
        _sum_of_products([_symbols(row, weight) for weight in row.weights]),
        equals(numbers, row.params),
        " ".join(remarks),
    )


def unknown_note(row: LayerInfo, words: Mapping[str, str]) -> str:
    """Say what is missing of a layer without a formula, in the wanted language."""
    keys = ("no formula", "no formula, no weights")
    key = next(key for key in keys if ENGLISH[key].format(kind=row.layer) in row.notes)
    return words[key].format(kind=row.layer)


def _work_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    if not row.products or row.macs is None or row.bias_adds is None:
        return
    kernels = row.weights[: len(row.products)]
    position = "W" if isinstance(row.description, ConvTranspose) else "O"
    formula = (
        added(
            [
                product((position,) * (len(factors) - len(kernel.shape)) + _symbols(row, kernel))
                for factors, kernel in zip(row.products, kernels, strict=False)
            ]
        )
        if kernels
        else None
    )
    yield Step(
        words["macs"],
        formula,
        equals(added([product(factors) for factors in row.products]), row.macs),
    )
    if row.bias_adds:
        adds = product(row.output_shape)
        single = len(row.output_shape) == 1
        yield Step(words["bias adds"], None, adds if single else equals(adds, row.bias_adds))
    yield flops_step(row.macs, row.bias_adds, row.flops, words)


def flops_step(macs: int, bias_adds: int, flops: int | None, words: Mapping[str, str]) -> Step:
    """Explain the FLOPs."""
    formula = Expression(words["flop"], rf"\text{{{words['flop']}}}".replace(" x ", r" $\times$ "))
    return Step(words["flops"], formula, equals(added([product([2, macs]), bias_adds]), flops))


def _sight_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain the receptive field where a window changed it."""
    if not row.seen:
        return
    if row.fields is None:
        if row.products and isinstance(row.description, Dense):
            return
        if row.known:
            key = "no positions" if row.layer == "Flatten" else "sees everything"
            yield Step("", remark=words[key])
        return
    if not row.windows:
        if row.description is not None and row.description.merges and row.fields:
            yield sight_step(row.receptive_field, words, words["largest branch"])
        return
    for (line, field), axes in _alike(tuple(zip(row.windows, row.fields, strict=True)), words):
        title = words["receptive field"].format(axes=axes)
        stride = words["effective stride"].format(axes=axes)
        if isinstance(line, Spread):
            yield from _spread_sight(line, field, title, stride)
            continue
        before, left = divmod(field.shift, line.strides)
        if len(field.spans) > 1 or left:
            yield Step(title, None, value(field.size))
            yield Step(stride, None, value(field.effective_stride))
            continue
        seen = field.size - (line.effective_kernel_size - 1) * before
        yield Step(
            title,
            Expression("r + (F - 1) x j", r"r + (F - 1) \times j"),
            equals(
                added([seen, product([f"({line.effective_kernel_size} - 1)", before])]),
                field.size,
            ),
        )
        yield Step(
            stride,
            Expression("j x S", r"j \times S"),
            equals(product([before, line.strides]), field.shift),
        )


def _spread_sight(line: Spread, field: Field, title: str, stride: str) -> Iterator[Step]:
    """Explain the receptive field of a transposed convolution; after another one, state it."""
    heard = -(-line.kernel_size // line.strides)
    before = field.size - (heard - 1) * field.shift
    if len(field.spans) != line.strides or line.dilation_rate > 1 or before < 1:
        yield Step(title, None, value(field.size))
        yield Step(stride, None, value(field.effective_stride))
        return
    heard_text = Expression(
        f"(ceil({line.kernel_size} / {line.strides}) - 1)",
        rf"(\lceil {line.kernel_size} / {line.strides} \rceil - 1)",
    )
    yield Step(
        title,
        Expression("r + (ceil(F / S) - 1) x j", r"r + (\lceil F / S \rceil - 1) \times j"),
        equals(added([before, product([heard_text, field.shift])]), field.size),
    )
    yield Step(
        stride,
        Expression("j / S", "j / S"),
        equals(
            Expression(f"{field.shift} / {line.strides}", f"{field.shift} / {line.strides}"),
            field.effective_stride,
        ),
    )


def sight_step(field: Sequence[int] | None, words: Mapping[str, str], remark: str = "") -> Step:
    """State a receptive field."""
    title = words["receptive field"].partition(",")[0]
    if field is None:
        return Step("", remark=words["sees everything"])
    return Step(title, None, product(field) if field else value(1), remark)


def _memory_steps(row: LayerInfo, words: Mapping[str, str], bytes_per_value: int) -> Iterator[Step]:
    if row.activation_values is None or not row.output_shape:
        return
    label = bytes_label(row.activation_values * bytes_per_value)
    unit = Expression(f"{bytes_per_value} B", rf"{bytes_per_value}\,\text{{B}}")
    yield Step(
        words["memory"],
        None,
        equals(product([*row.output_shape, unit]), Expression(label, rf"\text{{{label}}}")),
    )


def _symbols(  # noqa: PLR0911 - one line for each kind of weight
    row: LayerInfo, weight: Weight
) -> tuple[str | Expression, ...]:
    """Name the sizes of an array of weights."""
    description, rank = row.description, len(row.windows)
    kernel = ("F",) * rank
    if isinstance(description, Dense):
        return ("N", "U")[-len(weight.shape) :]
    if isinstance(description, Embedding):
        return ("V", "U")
    if weight.name == "bias":
        return ("D", "M") if isinstance(description, DepthwiseConv) else ("K",)
    if weight.name == "pointwise kernel":
        return (*("1",) * rank, grouped(product(["D", "M"])), "K")
    if weight.name == "depthwise kernel" or isinstance(description, DepthwiseConv):
        return (*kernel, "D", "M")
    if isinstance(description, ConvTranspose):
        return (*kernel, "(K / G)" if description.groups > 1 else "K", "D")
    if isinstance(description, Conv):
        return (*kernel, "(D / G)" if description.groups > 1 else "D", "K")
    return (weight.name,)


def _sum_of_products(terms: Sequence[Sequence[object]]) -> Expression:
    """Write equal terms once: 4 x 32, not 32 + 32 + 32 + 32."""
    first = tuple(terms[0])
    if len(terms) > 1 and len(first) == 1 and all(tuple(term) == first for term in terms):
        return product([len(terms), *first])
    return added([product(term) for term in terms])


def _alike(lines: Sequence[Any], words: Mapping[str, str]) -> Iterator[tuple[Any, str]]:
    """Go through the axes, those with the same numbers together."""
    names = AXIS_NAMES.get(len(lines), ())
    shown = [words["depth axis" if name == "depth" else name] for name in names]
    for line in dict.fromkeys(lines):
        axes = [name for name, one in zip(shown, lines, strict=False) if one == line]
        *most, last = axes
        if not most:
            yield line, last
        else:
            yield line, words["and"].format(first=", ".join(most), last=last)


def crossed(shape: Sequence[int | None]) -> str:
    """Write a shape: 28 x 28 x 1."""
    return " x ".join("?" if size is None else f"{size:,}" for size in shape)
