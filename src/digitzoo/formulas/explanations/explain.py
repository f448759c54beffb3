"""`explain`: each number of a layer or a network, with its formula and the numbers put in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from digitzoo.checks import check_choice
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown, unknown_name
from digitzoo.formulas.calls import public
from digitzoo.formulas.explanations.axis_steps import (
    sight_step,
    sight_steps,
    size_steps,
)
from digitzoo.formulas.explanations.explanation import Explanation, Section, Step, times
from digitzoo.formulas.explanations.value_steps import fold_step, source_step, value_steps
from digitzoo.formulas.explanations.weight_steps import (
    flops_step,
    memory_steps,
    weight_steps,
    work_steps,
)
from digitzoo.formulas.layers.base import LANGUAGES, Layer, words_of
from digitzoo.formulas.layers.catalogue import LAYERS, is_layer_name
from digitzoo.formulas.networks import zoo
from digitzoo.formulas.networks.info import BYTES_PER_VALUE, LayerInfo, bytes_label
from digitzoo.formulas.networks.keras_layers import describe_keras_layer
from digitzoo.formulas.networks.layer_info import layer_info
from digitzoo.formulas.networks.summary import Summary, summarize
from digitzoo.formulas.networks.totals import Totals


@public
def explain(
    subject: object,
    input_shape: Sequence[Any] | None = None,
    *,
    language: str = "en",
    **arguments: Any,
) -> Explanation:
    """Explain every number of a layer or a network, step by step.

    Args:
        subject: A layer's name or description (with `input_shape`), a `LayerInfo`, a `Summary`,
            or whatever `summarize` takes: a list of descriptions, a Keras model, the name of one
            of the zoo's networks, the path of a `.keras` file.
        input_shape: The sizes that come in, without the batch axis.
        language: `"en"` or `"ko"`.
        **arguments: The layer's arguments, as in Keras, if it was named; `batch_size` and `dtype`
            for a network.

    Returns:
        The explanation; `print` it, or use `to_markdown`, `to_latex` or `to_html`.

    Raises:
        InvalidArgumentError: The language or a value cannot work.
        ShapeError: Layers and sizes do not go together.

    >>> print(explain("Dense", (128,), units=10))
    Dense: 128 -> 10
      Parameters: N x U + U
        128 x 10 + 10 = 1,290
      MACs: N x U
        128 x 10 = 1,280
      Bias additions
        10
      FLOPs: 2 x MACs + bias additions
        2 x 1,280 + 10 = 2,570
      Activation memory
        10 x 4 B = 40 B
    <BLANKLINE>
    N: values in; U: values out
    """
    words = words_of(check_choice("language", language, LANGUAGES))
    if isinstance(input_shape, str):
        meant = f"language={input_shape!r}" if input_shape in LANGUAGES else "(28, 28, 1)"
        raise ArgumentTypeError(
            "input_shape must be a tuple of sizes without the batch axis. Received "
            f"{shown(input_shape)}. Use {meant}."
        )
    if _is_layer(subject):
        if input_shape is None:
            raise InvalidArgumentError(_needs_input(subject))
        subject = layer_info(subject, input_shape, **arguments)
    if isinstance(subject, LayerInfo):
        sections: tuple[Section, ...] = (_section(subject, words, BYTES_PER_VALUE["float32"]),)
        title = sections[0].title
    else:
        if not isinstance(subject, Summary):
            subject = summarize(subject, input_shape, **arguments)
        title, sections = _network(subject, words)
    legend = legend_of(sections, words)
    return Explanation(title=title, sections=sections, legend=legend, language=language)


def _is_layer(subject: object) -> bool:
    if isinstance(subject, str):
        return not subject.endswith(".keras") and subject not in zoo.NETWORKS
    return isinstance(subject, Layer) or describe_keras_layer(subject) is not None


def _needs_input(subject: object) -> str:
    if isinstance(subject, str) and not is_layer_name(subject):
        return unknown_name(
            "layer or network", subject, [*LAYERS, *zoo.NETWORKS], "digitzoo.formulas.layers"
        )
    return (
        f"{shown(subject)} is no network of the zoo, and a layer needs an input_shape. "
        "Use input_shape=(28, 28, 1)."
    )


def legend_of(sections: Sequence[Section], words: Mapping[str, str]) -> str:
    """Say what the symbols of the steps' formulas stand for."""
    formulas = " ".join(step.formula for part in sections for step in part.steps)
    used = set(formulas.replace("(", " ").replace(")", " ").split())
    # F_h is the F of the height.
    used |= {part for one in used if one[1:2] == "_" for part in (one[0], one[1:])}
    told = (
        phrase.replace(" ", ": ", 1)
        for key, phrase in words.items()
        if key.startswith("symbol ") and key.removeprefix("symbol ") in used
    )
    return "; ".join(told)


def _section(
    row: LayerInfo,
    words: Mapping[str, str],
    value_bytes: int,
    rows: Sequence[LayerInfo] = (),
    number: int = 0,
) -> Section:
    came = ", ".join(map(times, row.input_shapes))
    place = f"{number}. " if number else ""
    steps = (
        *source_step(row, rows[number - 2] if number > 1 else None, words),
        *size_steps(row, words),
        *value_steps(row, words),
        *fold_step(row, rows, words),
        *weight_steps(row, words),
        *work_steps(row, words),
        *sight_steps(row, words),
        *memory_steps(row, words, value_bytes),
    )
    return Section(f"{place}{row.label}: {came} -> {times(row.output_shape)}", steps)


def _network(summary: Summary, words: Mapping[str, str]) -> tuple[str, tuple[Section, ...]]:
    value_bytes = BYTES_PER_VALUE[summary.dtype]
    shapes = f" {words['and list']} ".join(map(times, summary.input_shapes))
    rows = [row for row in summary.layers if row.layer != "InputLayer"]
    key = "network of one" if len(rows) == 1 else "network"
    title = words[key].format(name=summary.name, layers=len(rows), shape=shapes)
    sections = [_section(row, words, value_bytes, rows, n) for n, row in enumerate(rows, start=1)]
    steps = (
        *_sums(summary, rows, words),
        *_memory(summary, words),
        *_sight(summary.totals, words),
        *(
            Step("", remark=f"{row.name}: {note.worded(words)}")
            for row in rows
            if not row.known
            for note in row.notes
        ),
    )
    return title, (*sections, Section(words["total"], steps))


def _sums(summary: Summary, rows: Sequence[LayerInfo], words: Mapping[str, str]) -> Iterator[Step]:
    totals = summary.totals

    def at_least(result: int, *, complete: bool) -> str:
        return f"{result:,}" if complete else words["at least"].format(number=f"{result:,}")

    known, whole = [row for row in rows if row.known], totals.macs_complete
    for key, counts, result, complete, remark in (
        ("params", [one.params for one in rows], totals.params, totals.params_complete, ""),
        ("macs", [one.macs for one in known], totals.macs, whole, f"{words['mac']}."),
        ("bias adds", [one.bias_adds for one in known], totals.bias_adds, whole, ""),
    ):
        if result is not None:
            terms = [f"{one:,}" for one in counts if one]
            total = at_least(result, complete=complete)
            numbers = f"{' + '.join(terms)} = {total}" if len(terms) > 1 else total
            yield Step(words[key], "", numbers, remark)
    if totals.macs is not None and totals.bias_adds is not None:
        flops = at_least(totals.flops or 0, complete=whole)
        yield flops_step(totals.macs, totals.bias_adds, flops, words)


def _memory(summary: Summary, words: Mapping[str, str]) -> Iterator[Step]:
    totals = summary.totals
    per_value = {"bytes": BYTES_PER_VALUE[summary.dtype], "dtype": summary.dtype}
    label = bytes_label(totals.weight_bytes)
    if not totals.params_complete:
        label = words["at least"].format(number=label)
    remark = words["for weights"].format(count=f"{totals.params:,}", **per_value)
    for kind, count in totals.stored:
        remark += words["whole numbers"].format(count=f"{count:,}", kind=kind)
    yield Step(words["weight memory"], "", label, remark)
    if totals.activation_values is not None:
        values = f"{totals.activation_values:,}"
        remark = words["for one"].format(count=values, batch=summary.batch_size, **per_value)
        yield Step(words["memory"], "", totals.activation_memory, remark)


def _sight(totals: Totals, words: Mapping[str, str]) -> Iterator[Step]:
    if not totals.seen:
        yield Step("", remark=words["unseen"])
        return
    yield sight_step(totals.receptive_field, words)
    center = [f"{one:g}" for one in totals.receptive_field_center or ()]
    for key, values in (("effective stride", totals.effective_stride), ("center", center)):
        if values:
            yield Step(words[key].partition(",")[0], "", times(values))
    if totals.receptive_field_before_pooling:
        remark = words["before pooling"].format(
            field=" x ".join(map(str, totals.receptive_field_before_pooling)),
            stride=" x ".join(map(str, totals.effective_stride_before_pooling or ())),
        )
        yield Step("", remark=remark)
