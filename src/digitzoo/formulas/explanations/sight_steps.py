"""The steps that give the receptive field and the effective stride."""

from collections.abc import Iterator, Mapping, Sequence

from digitzoo.formulas.axis.receptive_field import Field
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.explanations.explanation import Step
from digitzoo.formulas.explanations.expression import Expression, added, equals, product, value
from digitzoo.formulas.explanations.writing import alike
from digitzoo.formulas.layers.dense import Dense
from digitzoo.formulas.networks.layer_info import LayerInfo


def sight_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
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
    for (line, field), axes in alike(tuple(zip(row.windows, row.fields, strict=True)), words):
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
