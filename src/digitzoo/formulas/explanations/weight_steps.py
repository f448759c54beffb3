"""The steps that count: weights, MACs, bias additions, FLOPs, bytes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from digitzoo.formulas.explanations.explanation import Step, number, times
from digitzoo.formulas.layers.base import Weight
from digitzoo.formulas.layers.convolution import Conv, ConvTranspose
from digitzoo.formulas.layers.recurrent import Chain, TimeDistributed
from digitzoo.formulas.layers.shapes import AXIS_NAMES
from digitzoo.formulas.networks.info import LayerInfo, bytes_label


def weight_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain the number of weights."""
    description = row.description
    if row.shared:
        yield Step("", remark=words["shared"])
    if description is None or row.measured_params is not None:
        notes = " ".join(note.worded(words) for note in row.notes)
        remark = words["other weights"] if description else notes
        yield Step(words["params"], "", f"{row.params:,}", remark)
        return
    if not row.weights:
        if not row.shared and not row.products:
            yield Step("", remark=words["no weights"])
        return
    remarks = [words[description.phrase]] if description.phrase else []
    groups = getattr(description, "groups", 1)
    if isinstance(description, Conv) and groups > 1:
        kernel = row.weights[0].shape
        transposed = isinstance(description, ConvTranspose)
        channels = kernel[-1] // groups if transposed else kernel[-2]
        remarks.append(words["grouped"].format(groups=groups, channels=channels))
    if not row.trainable:
        remarks.append(words["frozen"])
    elif row.non_trainable_params:
        remarks.append(words["not trained"].format(count=f"{row.non_trainable_params:,}"))
    chained = isinstance(getattr(description, "layer", None), Chain)
    formula = "" if chained else _sum_of_products(map(_letters, row.weights))
    numbers = _sum_of_products(weight.shape or (1,) for weight in row.weights)
    yield Step(words["params"], formula, f"{numbers} = {row.params:,}", " ".join(remarks))


def work_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain MACs, bias additions and FLOPs."""
    if not row.products or row.macs is None or row.bias_adds is None:
        return
    numbers = f"{_sum_of_products(row.products)} = {row.macs:,}"
    yield Step(words["macs"], _macs_formula(row), numbers)
    if row.bias_adds:
        adds = f"{row.bias_adds:,}"
        if len(row.output_shape) > 1 and row.bias_adds == row.activation_values:
            adds = f"{times(row.output_shape)} = {adds}"
        yield Step(words["bias adds"], "", adds)
    yield flops_step(row.macs, row.bias_adds, number(row.flops), words)


def flops_step(macs: int, bias_adds: int, flops: str, words: Mapping[str, str]) -> Step:
    """Explain the FLOPs."""
    return Step(words["flops"], words["flop"], f"2 x {macs:,} + {bias_adds:,} = {flops}")


def memory_steps(row: LayerInfo, words: Mapping[str, str], value_bytes: int) -> Iterator[Step]:
    """Explain the bytes that come out."""
    if row.activation_values and row.output_shape:
        label = bytes_label(row.activation_values * value_bytes)
        yield Step(words["memory"], "", f"{times(row.output_shape)} x {value_bytes} B = {label}")


def _macs_formula(row: LayerInfo) -> str:
    steps = ("O",) if isinstance(row.description, TimeDistributed) else ()
    inner = getattr(row.description, "layer", row.description)
    if isinstance(inner, Chain):
        return ""
    if row.product_letters:
        return _sum_of_products(row.product_letters)
    letter = "W" if isinstance(inner, ConvTranspose) else "O"
    return _sum_of_products(
        (
            *steps,
            *_on_each_axis(letter, sizes[len(steps) : len(sizes) - len(kernel.shape)]),
            *_letters(kernel),
        )
        for sizes, kernel in zip(row.products, row.weights, strict=False)
    )


def _letters(weight: Weight) -> tuple[str, ...]:
    first, *others = weight.letters or (weight.name,)
    if first != "F":
        return (first, *others)
    return (*_on_each_axis("F", weight.shape[: len(weight.shape) - len(others)]), *others)


def _on_each_axis(letter: str, sizes: Sequence[int | None]) -> tuple[str, ...]:
    """Write a letter for each axis; where the axes differ, with the axis's own beside it."""
    if len(set(sizes)) <= 1 or len(sizes) not in AXIS_NAMES:
        return (letter,) * len(sizes)
    return tuple(f"{letter}_{axis[0]}" for axis in AXIS_NAMES[len(sizes)])


def _sum_of_products(terms: Iterable[Iterable[object]]) -> str:
    return " + ".join(map(times, terms))
