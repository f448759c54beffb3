"""`explain`: each number of a layer or a network, with its formula and the numbers put in."""

from collections.abc import Mapping, Sequence
from typing import Any

from digitzoo.checks import check_choice
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown, unknown_name
from digitzoo.formulas.calls import public
from digitzoo.formulas.explanations.explanation import Explanation, Section, Step
from digitzoo.formulas.explanations.expression import Expression, added, equals, product, value
from digitzoo.formulas.explanations.sight_steps import sight_step
from digitzoo.formulas.explanations.steps import section_of
from digitzoo.formulas.explanations.weight_steps import flops_step
from digitzoo.formulas.explanations.writing import crossed
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.catalogue import LAYERS, is_layer_name
from digitzoo.formulas.networks.info import LayerInfo
from digitzoo.formulas.networks.keras_layers import describe_keras_layer
from digitzoo.formulas.networks.layer_info import layer_info
from digitzoo.formulas.networks.memory import BYTES_PER_VALUE, bytes_label
from digitzoo.formulas.networks.summary import Summary, summarize
from digitzoo.formulas.phrases.english import ENGLISH
from digitzoo.formulas.phrases.korean import KOREAN

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "ko": KOREAN}


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
    words = LANGUAGES[check_choice("language", language, LANGUAGES)]
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
        section = section_of(subject, words, 4)
        return Explanation(
            title=section.title,
            sections=(section,),
            legend=_legend((section,), words),
            language=language,
        )
    if not isinstance(subject, Summary):
        subject = summarize(subject, input_shape, **arguments)
    return _network(subject, words, language)


def _is_layer(subject: object) -> bool:
    if isinstance(subject, str):
        from digitzoo.formulas.networks import zoo

        return not subject.endswith(".keras") and subject not in zoo.NETWORKS
    return isinstance(subject, Layer) or describe_keras_layer(subject) is not None


def _needs_input(subject: object) -> str:
    """Word what a layer lacks, or that there is no layer or network of a name."""
    if isinstance(subject, str) and not is_layer_name(subject):
        from digitzoo.formulas.networks import zoo

        return unknown_name(
            "layer or network", subject, [*LAYERS, *zoo.NETWORKS], "digitzoo.formulas.layers"
        )
    return (
        f"{shown(subject)} is no network of the zoo, and a layer needs an input_shape. "
        "Use input_shape=(28, 28, 1)."
    )


def _network(summary: Summary, words: Mapping[str, str], language: str) -> Explanation:
    bytes_per_value = BYTES_PER_VALUE[summary.dtype]
    shapes = f" {words['and list']} ".join(crossed(shape) for shape in summary.input_shapes)
    rows = [row for row in summary.layers if row.layer != "InputLayer"]
    title = words["network"].format(name=summary.name, layers=len(rows), shape=shapes)
    sections = [section_of(row, words, bytes_per_value, n) for n, row in enumerate(rows, start=1)]
    return Explanation(
        title=title,
        sections=(*sections, _totals(summary, rows, words)),
        legend=_legend(sections, words),
        language=language,
    )


def _legend(sections: Sequence[Section], words: Mapping[str, str]) -> str:
    """Explain the symbols that were used, and no others."""
    shown = " ".join(s.formula.text for part in sections for s in part.steps if s.formula)
    used = set(shown.replace("(", " ").replace(")", " ").split())
    # F_h is the F of the height.
    used |= {part for one in used if one[1:2] == "_" for part in (one[0], one[1:])}
    told = (
        phrase.replace(" ", ": ", 1)
        for key, phrase in words.items()
        if key.startswith("symbol ") and key.removeprefix("symbol ") in used
    )
    return "; ".join(told)


def _totals(summary: Summary, rows: Sequence[LayerInfo], words: Mapping[str, str]) -> Section:
    totals, steps = summary.totals, []
    macs, adds = (
        [getattr(row, name) for row in rows if row.known] for name in ("macs", "bias_adds")
    )
    whole = totals.macs_complete
    columns = (
        ("params", [row.params for row in rows], totals.params, totals.params_complete, ""),
        ("macs", macs, totals.macs, whole, words["mac"] + "."),
        ("bias adds", adds, totals.bias_adds, whole, ""),
    )
    for key, terms, result, complete, remark in columns:
        counted = [term for term in terms if term]
        if result is not None:
            sum_ = _at_least(result, words, complete=complete)
            numbers = equals(added(counted), sum_) if len(counted) > 1 else sum_
            steps.append(Step(words[key], None, numbers, remark))
    if totals.macs is not None and totals.bias_adds is not None:
        flops = _at_least(totals.flops or 0, words, complete=whole)
        steps.append(flops_step(totals.macs, totals.bias_adds, flops, words))
    memory = bytes_label(totals.weight_bytes)
    if not totals.params_complete:
        memory = words["at least"].format(number=memory)
    per_value = {"bytes": BYTES_PER_VALUE[summary.dtype], "dtype": summary.dtype}
    steps.append(
        Step(
            words["weight memory"],
            None,
            Expression(memory, rf"\text{{{memory}}}"),
            words["for weights"].format(count=f"{totals.params:,}", **per_value)
            + "".join(
                words["whole numbers"].format(count=f"{count:,}", kind=kind)
                for kind, count in totals.stored
            ),
        )
    )
    if totals.activation_values is not None:
        label = totals.activation_memory
        steps.append(
            Step(
                words["memory"],
                None,
                Expression(label, rf"\text{{{label}}}"),
                words["for one"].format(
                    count=f"{totals.activation_values:,}", batch=summary.batch_size, **per_value
                ),
            )
        )
    if totals.seen:
        steps.append(sight_step(totals.receptive_field, words))
        more = {
            "effective stride": totals.effective_stride,
            "center": totals.receptive_field_center,
        }
        for key, sight in more.items():
            if sight:
                shown = [f"{one:g}" if isinstance(one, float) else one for one in sight]
                steps.append(Step(words[key].partition(",")[0], None, product(shown)))
        if totals.receptive_field_before_pooling:
            field, stride = (
                " x ".join(map(str, values or ()))
                for values in (
                    totals.receptive_field_before_pooling,
                    totals.effective_stride_before_pooling,
                )
            )
            remark = words["before pooling"].format(field=field, stride=stride)
            steps.append(Step("", remark=remark))
    else:
        steps.append(Step("", remark=words["unseen"]))
    steps.extend(
        Step("", remark=f"{row.name}: {note.worded(words)}")
        for row in rows
        if not row.known
        for note in row.notes
    )
    return Section(words["total"], tuple(steps))


def _at_least(result: int, words: Mapping[str, str], *, complete: bool) -> Expression:
    """Write a total; one that lacks a layer says so."""
    if complete:
        return value(result)
    text = words["at least"].format(number=f"{result:,}")
    return Expression(text, rf"\text{{{text}}}")
