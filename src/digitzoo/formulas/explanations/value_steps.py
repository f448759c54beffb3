"""The steps that say what a layer makes of each value, and which layers it takes them from."""

from collections.abc import Iterator, Mapping, Sequence

from digitzoo.formulas.explanations.explanation import Step, number, times
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.convolution import Conv
from digitzoo.formulas.layers.dense import Dense
from digitzoo.formulas.layers.elementwise import Activation, Add, Concatenate, Merge, ReLU
from digitzoo.formulas.layers.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    Normalization,
    RMSNormalization,
)
from digitzoo.formulas.layers.pooling import GlobalPooling
from digitzoo.formulas.layers.shapes import product, total
from digitzoo.formulas.networks.info import LayerInfo

# Over what a normalization takes the mean and the variance.
_STATISTICS = {
    BatchNormalization: "batch statistics",
    LayerNormalization: "example statistics",
    GroupNormalization: "group statistics",
    Normalization: "given statistics",
    RMSNormalization: "root mean square",
}


def source_step(
    row: LayerInfo, before: LayerInfo | None, words: Mapping[str, str]
) -> Iterator[Step]:
    """Say which layers the inputs come from, where it is not the one before alone."""
    if before and row.sources and row.sources != (before.name,):
        yield Step(words["sources"], remark=", ".join(row.sources))


def value_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain what a layer makes of each value, where no window or kernel says it."""
    description = row.description
    if description and isinstance(description, tuple(_STATISTICS)):
        yield _normalization_step(row, description, words)
    elif isinstance(description, Merge) and len(row.input_shapes) > 1:
        told = [f"merge {row.layer}", "shapes agree"]
        if isinstance(description, Add):
            told.append("shortcut")
        yield Step(words["each value"], remark=" ".join(words[key] for key in told))
    elif isinstance(description, Concatenate) and len(row.input_shapes) > 1:
        axis = description.axis
        sizes = [shape[axis if axis < 0 else axis - 1] for shape in row.input_shapes]
        whole = total(sizes)
        if whole is not None:
            made = f"{' + '.join(map(number, sizes))} = {whole:,}"
            yield Step(words["concatenated"], "", made)
    elif isinstance(description, GlobalPooling):
        spatial, channels = description.split(row.input_shape)
        places = times(spatial)
        if len(spatial) > 1 and None not in spatial:
            places += f" = {number(product(spatial))}"
        formula = "max of v" if "Max" in row.layer else "mean of v"
        remark = words["over positions"].format(places=places, channels=number(channels))
        yield Step(words["each value"], formula, "", remark)
    elif _is_relu(description):
        yield Step(words["each value"], "max(0, v)")


def fold_step(
    row: LayerInfo, rows: Sequence[LayerInfo], words: Mapping[str, str]
) -> Iterator[Step]:
    """Say what remains of a batch normalization after training, and what can take it in."""
    description = row.description
    if not isinstance(description, BatchNormalization):
        return
    factor = f"{'gamma' if description.scale else '1'} / sqrt(variance + epsilon)"
    offset = f"{'beta ' if description.center else ''}-{' ' * description.center}a x mean"
    remark = words["factor and offset"].format(factor=factor, offset=offset)
    before = next((one for one in rows if (one.name,) == row.sources), None)
    taken = sum(one.sources.count(row.sources[0]) for one in rows) if before else 0
    if before and taken == 1 and _takes_in(before, row):
        key = "folded" if before.bias_adds == 0 else "folded with bias"
        remark = f"{remark} {words[key].format(name=before.name)}"
    yield Step(words["after training"], "a x v + b", "", remark)


def _takes_in(before: LayerInfo, row: LayerInfo) -> bool:
    """Tell whether a layer can multiply its weights as the normalization behind it would."""
    description = before.description
    linear = getattr(description, "activation", None) in (None, "linear")
    last = getattr(row.description, "axis", -1) in (-1, len(row.output_shape))
    return isinstance(description, Conv | Dense) and linear and last and not before.shared


def _is_relu(description: Layer | None) -> bool:
    if isinstance(description, Activation):
        return description.activation == "relu"
    return isinstance(description, ReLU) and description == ReLU(name=description.name)


def _normalization_step(row: LayerInfo, description: Layer, words: Mapping[str, str]) -> Step:
    key = next(key for kind, key in _STATISTICS.items() if isinstance(description, kind))
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
    return Step(words["each value"], formula, "", words[key])
