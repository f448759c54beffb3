"""What more than one kind of layer refuses: a stride with a dilation, groups that do not divide."""

from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.formulas.layers.base import Layer


def refuse_strides_with_dilation(layer: Layer) -> None:
    """Refuse what Keras refuses; with numbers for padding PyTorch's rule holds, which allows it.

    Raises:
        InvalidArgumentError: A stride and a dilation are both above 1.
    """
    strides, dilation_rate, padding = (
        getattr(layer, name) for name in ("strides", "dilation_rate", "padding")
    )
    if isinstance(padding, str) and max(strides) > 1 and max(dilation_rate) > 1:
        raise InvalidArgumentError(
            f"{layer.kind}: strides and dilation_rate cannot both be above 1, Keras refuses it. "
            f"Received strides={strides}, dilation_rate={dilation_rate}. Use strides=1 or "
            "dilation_rate=1."
        )


def divide_into_groups(number: int, groups: int, what: str, where: str, *, others: int = 0) -> None:
    """Insist that the groups come out even; those proposed divide the `others` too.

    Raises:
        ShapeError: They do not.
    """
    if number % groups:
        fits = max(near for near in range(1, groups) if number % near == others % near == 0)
        more = -(-number // groups) * groups
        raise ShapeError(
            f"{where}: groups must divide the {what}. Received groups={groups} for {number} "
            f"{what}. Use groups={fits}, or {more} {what}."
        )
