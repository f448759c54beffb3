"""The steps that give the receptive field and the effective stride."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from digitzoo.formulas.axis.receptive_field import INTERPOLATION_TAPS, Field
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.explanations.explanation import Step
from digitzoo.formulas.explanations.expression import Expression, added, equals, product, value
from digitzoo.formulas.explanations.writing import alike
from digitzoo.formulas.layers.adaptive import AdaptivePooling
from digitzoo.formulas.layers.dense import Dense
from digitzoo.formulas.layers.resizing import Cropping, Resizing, UpSampling
from digitzoo.formulas.networks.info import LayerInfo


def sight_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain the receptive field where a window changed it."""
    if not row.seen:
        return
    if row.fields is None:
        yield from _no_positions(row, words)
    elif isinstance(row.description, Resizing):
        each = tuple(zip(row.description.changes, row.fields, strict=True))
        for (change, field), axes in alike(each, words):
            yield from _resized_sight(row.description, change, field, _titles(axes, words))
    elif row.windows:
        for (line, field), axes in alike(tuple(zip(row.windows, row.fields, strict=True)), words):
            titles = _titles(axes, words)
            if isinstance(line, Spread):
                yield from _spread_sight(line, field, titles)
            else:
                yield from _slide_sight(line, field, titles)
    elif row.description is not None and row.description.merges and row.fields:
        yield sight_step(row.receptive_field, words, words["largest branch"])


def _no_positions(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    dense = row.products and isinstance(row.description, Dense)
    if row.known and not dense:
        key = "no positions" if row.layer == "Flatten" else "sees everything"
        yield Step("", remark=words[key])


class _Titles(NamedTuple):
    """The three titles of a receptive field, for some axes."""

    field: str
    stride: str
    center: str


def _titles(axes: str, words: Mapping[str, str]) -> _Titles:
    keys = ("receptive field", "effective stride", "center")
    return _Titles(*(words[key].format(axes=axes) for key in keys))


def _stated(field: Field, titles: _Titles) -> Iterator[Step]:
    """State what no short formula gives."""
    yield Step(titles.field, None, value(field.size))
    yield Step(titles.stride, None, value(field.effective_stride))
    yield Step(titles.center, None, value(f"{field.center:g}"))


def _resized_sight(
    description: Resizing, change: int | tuple[int, int], field: Field, titles: _Titles
) -> Iterator[Step]:
    """Explain the receptive field behind a border or an enlargement."""
    if isinstance(description, UpSampling):
        taps = INTERPOLATION_TAPS[description.interpolation]
        if len(field.spans) != change:  # several enlargements: no short formula
            yield from _stated(field, titles)
            return
        before = field.size - (taps - 1) * field.shift
        sight = added([before, product([f"({taps} - 1)", field.shift])])
        yield Step(
            titles.field,
            Expression("r + (T - 1) x j", r"r + (T - 1) \times j"),
            equals(sight, field.size),
        )
        ratio = Expression(f"{field.shift} / {change}", f"{field.shift} / {change}")
        yield Step(
            titles.stride, Expression("j / E", "j / E"), equals(ratio, field.effective_stride)
        )
        yield Step(titles.center, None, value(f"{field.center:g}"))
        return
    if isinstance(description, AdaptivePooling):
        yield from _stated(field, titles)
        return
    yield Step(titles.field, value("r"), value(field.size))
    yield Step(titles.stride, value("j"), value(field.effective_stride))
    if len(field.spans) > 1 or not isinstance(change, tuple):
        yield Step(titles.center, None, value(f"{field.center:g}"))
        return
    sign, letter = ("+", "L") if isinstance(description, Cropping) else ("-", "B")
    moved = change[0] * field.shift * (1 if sign == "+" else -1)
    made = added([f"{field.center - moved:g}", product([change[0], field.shift])], sign)
    yield Step(
        titles.center,
        added(["c", product([letter, "j"])], sign),
        equals(made, f"{field.center:g}"),
    )


def _slide_sight(line: Window, field: Field, titles: _Titles) -> Iterator[Step]:
    """Explain the receptive field of a window; after an enlargement, state it."""
    before, left = divmod(field.shift, line.strides)
    if len(field.spans) > 1 or left:
        yield from _stated(field, titles)
        return
    reach = line.effective_kernel_size
    yield Step(
        titles.field,
        Expression("r + (F - 1) x j", r"r + (F - 1) \times j"),
        equals(
            added([field.size - (reach - 1) * before, product([f"({reach} - 1)", before])]),
            field.size,
        ),
    )
    yield Step(
        titles.stride,
        Expression("j x S", r"j \times S"),
        equals(product([before, line.strides]), field.shift),
    )
    yield _center_step(line, field, before, titles.center)


def _center_step(line: Window, field: Field, stride: int, title: str) -> Step:
    """Explain where the first output looks: the middle of its window, as the input counts."""
    reach = line.effective_kernel_size
    came = field.center - ((reach - 1) / 2 - line.before) * stride
    return Step(
        title,
        Expression("c + ((F - 1) / 2 - B) x j", r"c + \left(\frac{F - 1}{2} - B\right) \times j"),
        Expression(
            f"{came:g} + (({reach} - 1) / 2 - {line.before}) x {stride} = {field.center:g}",
            rf"{came:g} + \left(\frac{{{reach} - 1}}{{2}} - {line.before}\right) \times {stride} "
            rf"= {field.center:g}",
        ),
    )


def _spread_sight(line: Spread, field: Field, titles: _Titles) -> Iterator[Step]:
    """Explain the receptive field of a transposed convolution; after another one, state it."""
    heard = -(-line.kernel_size // line.strides)
    before = field.size - (heard - 1) * field.shift
    if len(field.spans) != line.strides or line.dilation_rate > 1 or before < 1:
        yield from _stated(field, titles)
        return
    heard_text = Expression(
        f"(ceil({line.kernel_size} / {line.strides}) - 1)",
        rf"(\lceil {line.kernel_size} / {line.strides} \rceil - 1)",
    )
    yield Step(
        titles.field,
        Expression("r + (ceil(F / S) - 1) x j", r"r + (\lceil F / S \rceil - 1) \times j"),
        equals(added([before, product([heard_text, field.shift])]), field.size),
    )
    yield Step(
        titles.stride,
        Expression("j / S", "j / S"),
        equals(
            Expression(f"{field.shift} / {line.strides}", f"{field.shift} / {line.strides}"),
            field.effective_stride,
        ),
    )
    yield Step(titles.center, None, value(f"{field.center:g}"))


def sight_step(field: Sequence[int] | None, words: Mapping[str, str], remark: str = "") -> Step:
    """State a receptive field."""
    title = words["receptive field"].partition(",")[0]
    if field is None:
        return Step("", remark=words["sees everything"])
    return Step(title, None, product(field) if field else value(1), remark)
