"""The steps that count: weights, MACs, bias additions, FLOPs."""

from collections.abc import Iterator, Mapping, Sequence

from digitzoo.formulas.explanations.explanation import Step
from digitzoo.formulas.explanations.expression import (
    Expression,
    added,
    equals,
    grouped,
    named,
    product,
    value,
)
from digitzoo.formulas.explanations.writing import on_each_axis
from digitzoo.formulas.layers.base import Weight
from digitzoo.formulas.layers.convolution import Conv
from digitzoo.formulas.layers.dense import Dense, Embedding
from digitzoo.formulas.layers.depthwise import DepthwiseConv
from digitzoo.formulas.layers.transposed import ConvTranspose
from digitzoo.formulas.layers.wrappers import Chain, TimeDistributed
from digitzoo.formulas.networks.info import LayerInfo


def weight_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain the number of weights."""
    if row.shared:
        yield Step("", remark=words["shared"])
    if not row.known or row.measured_params is not None:
        notes = " ".join(note.worded(words) for note in row.notes)
        remark = words["other weights"] if row.known else notes
        yield Step(words["params"], None, value(row.params), remark)
        return
    if not row.weights:
        if not row.shared and not row.products:
            yield Step("", remark=words["no weights"])
        return
    remarks = [words[row.description.phrase]] if row.description and row.description.phrase else []
    groups = getattr(row.description, "groups", 1)
    if isinstance(row.description, Conv) and groups > 1:
        kernel = row.weights[0].shape
        transposed = isinstance(row.description, ConvTranspose)
        channels = kernel[-1] // groups if transposed else kernel[-2]
        remarks.append(words["grouped"].format(groups=groups, channels=channels))
    if not row.trainable:
        remarks.append(words["frozen"])
    elif row.non_trainable_params:
        remarks.append(words["not trained"].format(count=f"{row.non_trainable_params:,}"))
    chained = isinstance(getattr(row.description, "layer", None), Chain)
    numbers = _sum_of_products([weight.shape or (1,) for weight in row.weights])
    yield Step(
        words["params"],
        None if chained else _sum_of_products([_symbols(row, one) for one in row.weights]),
        equals(numbers, row.params),
        " ".join(remarks),
    )


def work_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain MACs, bias additions and FLOPs."""
    if not row.products or row.macs is None or row.bias_adds is None:
        return
    yield Step(
        words["macs"],
        _macs_formula(row),
        equals(added([product(factors) for factors in row.products]), row.macs),
    )
    if row.bias_adds:
        adds = value(row.bias_adds)
        if len(row.output_shape) > 1 and row.bias_adds == row.activation_values:
            adds = equals(product(row.output_shape), row.bias_adds)
        yield Step(words["bias adds"], None, adds)
    yield flops_step(row.macs, row.bias_adds, row.flops, words)


def _macs_formula(row: LayerInfo) -> Expression | None:
    """Name the factors of each product: the positions, and the sizes of a kernel."""
    description = row.description
    steps: tuple[str, ...] = ()
    if isinstance(description, TimeDistributed):
        description, steps = description.layer, ("O",)
    if isinstance(description, Chain):
        return None
    named = description.product_symbols if description else ()
    factors: list[tuple[object, ...]] = [(*steps, *sizes) for sizes in named]
    if not factors:
        letter = "W" if isinstance(description, ConvTranspose) else "O"
        factors = [
            (
                *steps,
                *on_each_axis(letter, sizes[len(steps) : len(sizes) - len(kernel.shape)]),
                *_symbols(row, kernel),
            )
            for sizes, kernel in zip(row.products, row.weights, strict=False)
        ]
    return added([product(one) for one in factors]) if factors else None


def flops_step(macs: int, bias_adds: int, flops: object, words: Mapping[str, str]) -> Step:
    """Explain the FLOPs."""
    formula = Expression(words["flop"], rf"\text{{{words['flop']}}}".replace(" x ", r" $\times$ "))
    return Step(words["flops"], formula, equals(added([product([2, macs]), bias_adds]), flops))


def _symbols(  # noqa: PLR0911 - one line for each kind of weight
    row: LayerInfo, weight: Weight
) -> tuple[str | Expression, ...]:
    """Name the sizes of an array of weights."""
    description, rank = row.description, len(row.windows)
    if isinstance(description, TimeDistributed):
        description, rank = description.layer, len(weight.shape) - 2
    own = description.symbols.get(weight.name) if description else None
    if own:
        return own
    kernel = on_each_axis("F", weight.shape[:rank])
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
    return (named(weight.name),)


def _sum_of_products(terms: Sequence[Sequence[object]]) -> Expression:
    return added([product(term) for term in terms])
