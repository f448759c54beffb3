"""The steps that explain one layer: size, weights, work, receptive field, memory."""

from collections.abc import Iterator, Mapping

from digitzoo.formulas.explanations.explanation import Section, Step
from digitzoo.formulas.explanations.expression import Expression, equals, product
from digitzoo.formulas.explanations.normalization_steps import normalization_steps
from digitzoo.formulas.explanations.sight_steps import sight_steps
from digitzoo.formulas.explanations.size_steps import window_steps
from digitzoo.formulas.explanations.weight_steps import weight_steps, work_steps
from digitzoo.formulas.explanations.writing import crossed
from digitzoo.formulas.networks.info import LayerInfo
from digitzoo.formulas.networks.memory import bytes_label


def section_of(
    row: LayerInfo, words: Mapping[str, str], bytes_per_value: int, place: int | None = None
) -> Section:
    """Explain one row of a summary."""
    title = (
        f"{row.label}: {', '.join(map(crossed, row.input_shapes))} -> {crossed(row.output_shape)}"
    )
    steps = [
        *window_steps(row, words),
        *normalization_steps(row, words),
        *weight_steps(row, words),
        *work_steps(row, words),
        *sight_steps(row, words),
        *_memory_steps(row, words, bytes_per_value),
    ]
    return Section(f"{place}. {title}" if place else title, tuple(steps))


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
