"""The step that says what a normalization makes of each value."""

from collections.abc import Iterator, Mapping

from digitzoo.formulas.explanations.explanation import Step
from digitzoo.formulas.explanations.expression import Expression
from digitzoo.formulas.layers.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    Normalization,
    RMSNormalization,
)
from digitzoo.formulas.networks.info import LayerInfo

# Over what the mean and the variance are taken.
_STATISTICS = {
    BatchNormalization: "batch statistics",
    LayerNormalization: "example statistics",
    GroupNormalization: "group statistics",
    Normalization: "given statistics",
    RMSNormalization: "root mean square",
}


def normalization_steps(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    """Explain what a normalization does; others do nothing of the kind."""
    description = row.description
    key = next((key for kind, key in _STATISTICS.items() if isinstance(description, kind)), None)
    if key is None:
        return
    names = {weight.name for weight in row.weights}
    if isinstance(description, Normalization):
        text, latex = "(v - mean) / sqrt(variance)", _fraction(r"\sqrt{\text{variance}}")
        if description.invert:
            text = "v x sqrt(variance) + mean"
            latex = r"v \times \sqrt{\text{variance}} + \text{mean}"
    elif key == "root mean square" or getattr(description, "rms_scaling", False):
        key, text = "root mean square", "v / sqrt(mean of v^2 + epsilon)"
        latex = r"\frac{v}{\sqrt{\text{mean of } v^2 + \epsilon}}"
    else:
        text = "(v - mean) / sqrt(variance + epsilon)"
        latex = _fraction(r"\sqrt{\text{variance} + \epsilon}")
    for name, symbol in (("scale", r"\text{scale}"), ("gamma", r"\gamma")):
        if name in names:
            text, latex = f"{name} x {text}", rf"{symbol} \times {latex}"
    if "beta" in names:
        text, latex = f"{text} + beta", rf"{latex} + \beta"
    yield Step(words["normalized"], Expression(text, latex), None, words[key])


def _fraction(below: str) -> str:
    return rf"\frac{{v - \text{{mean}}}}{{{below}}}"
