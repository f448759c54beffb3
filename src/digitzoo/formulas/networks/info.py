"""One layer worked out: every number of its row, with what it was made of."""

from math import prod
from typing import TYPE_CHECKING, Any

from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.layers.base import Fields, Layer, Note, Weight
from digitzoo.formulas.layers.frozen import Frozen
from digitzoo.formulas.layers.shapes import AXIS_NAMES, Shape, crossed, product, total
from digitzoo.tables import wrapped

if TYPE_CHECKING:
    from fractions import Fraction

BYTES_PER_VALUE = {
    **dict.fromkeys(("float64", "int64"), 8),
    **dict.fromkeys(("float32", "int32"), 4),
    **dict.fromkeys(("float16", "bfloat16", "int16"), 2),
    **dict.fromkeys(("int8", "uint8"), 1),
}


class LayerInfo(Frozen):
    """Every number of one layer, for one example (no batch axis).

    Attributes:
        layer: Keras's class name.
        name: The layer's name in its network, or the class name.
        input_shapes: The shape of each input.
        output_shape: The shape that comes out; `None` for a size that is unknown.
        fields: What each spatial axis sees of the network's input; `None` for the whole.
        weights: The arrays of weights that this call brings (none, if they are shared).
        products: Multiplications whose sum is the MACs, factor by factor.
        bias_adds: Additions of a bias.
        product_letters: What the factors of `products` are called, where `weights` do not say it.
        windows: The axes under a window, worked out.
        padding: Zeros before and after on each spatial axis; for a transposed convolution, what
            is cut off its full output.
        notes: What a reader should know.
        seen: Whether `fields` is known; not after a layer without a formula.
        trainable: Whether the layer's weights are trained.
        shared: Whether an earlier call of the same layer already brought the weights.
        measured_params: Trainable and other parameters as Keras counts them, for a layer without
            a formula, or with other weights than its arguments say (quantized).
        stored: The weights that are whole numbers, by their type, such as `(("int8", 50),)`.
        description: The layer's description, if there is a formula for it.
        sources: Which layers of its network its inputs come from, by name; `"input"` is what comes
            into the network. None of a layer alone.

    >>> from digitzoo.formulas import layer_info
    >>> layer_info("Conv2D", (28, 28, 1), filters=32, kernel_size=5)
    LayerInfo(Conv2D: (28, 28, 1) -> (24, 24, 32), params=832, macs=460800)
    """

    layer: str
    name: str
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    fields: Fields
    weights: tuple[Weight, ...] = ()
    products: tuple[tuple[int | None, ...], ...] = ()
    bias_adds: int | None = 0
    product_letters: tuple[tuple[str, ...], ...] = ()
    windows: tuple[Window | Spread, ...] = ()
    padding: tuple[tuple[int, int], ...] = ()
    notes: tuple[Note, ...] = ()
    seen: bool = True
    trainable: bool = True
    shared: bool = False
    measured_params: tuple[int, int] | None = None
    stored: tuple[tuple[str, int], ...] = ()
    description: Layer | None = None
    sources: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"LayerInfo({self.layer}: {self.input_shape} -> {self.output_shape}, "
            f"params={self.params}, macs={self.macs})"
        )

    def __str__(self) -> str:
        facts = self._facts()
        width = max(map(len, facts))
        lines = [f"{self.name}: {self.input_shape} -> {self.output_shape}"]
        for name, text in facts.items():
            lines.append(f"  {name.ljust(width)}  {wrapped(text, ' ' * (width + 4)).lstrip()}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from html import escape

        facts = [tuple(map(escape, fact)) for fact in self._facts().items()]
        rows = "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in facts)
        return f"<table><caption>{escape(self.name)}</caption>{rows}</table>"

    def _facts(self) -> dict[str, str]:
        facts = {
            "output shape": str(self.output_shape),
            "parameters": f"{self.params:,} ({self.trainable_params:,} trained)",
        }
        if self.macs is not None and self.bias_adds is not None:
            facts["MACs"] = f"{self.macs:,} (multiply-accumulates for one example)"
            facts["bias additions"] = f"{self.bias_adds:,}"
            facts["FLOPs"] = f"{self.flops:,} (2 x MACs + bias additions)"
        facts["receptive field"] = crossed(self.receptive_field, "the whole input")
        if self.fields:
            facts["effective stride"] = crossed(self.effective_stride)
            facts["centre"] = f"{crossed(self.receptive_field_center)} (of the first output)"
        if self.padding:
            transposed = any(isinstance(line, Spread) for line in self.windows)
            names = AXIS_NAMES[len(self.padding)]
            facts["cut off" if transposed else "padding"] = ", ".join(
                f"{name} {before} before + {after} after"
                for name, (before, after) in zip(names, self.padding, strict=True)
            )
        if self.unused:
            facts["unused"] = f"{crossed(self.unused)} (positions at the end)"
            facts["division"] = "even" if self.exact else "not even"
        if self.activation_values is not None:
            memory = bytes_label(self.activation_values * BYTES_PER_VALUE["float32"])
            facts["values"] = f"{self.activation_values:,} ({memory} as float32)"
        return facts | {f"note {number}": note for number, note in enumerate(self.notes, 1)}

    @property
    def known(self) -> bool:
        """Whether there is a formula for this layer."""
        return self.description is not None

    @property
    def label(self) -> str:
        """The name, with the class behind it where the name alone does not say it."""
        plain = self.name.rpartition("/")[2].rstrip("0123456789").replace("_", "")
        if plain == self.layer.lower() or self.name == self.layer:
            return self.name
        return f"{self.name} ({self.layer})"

    @property
    def counted(self) -> bool:
        """Whether the weights are counted; not those of a saved layer that only Keras knows."""
        return self.known or self.measured_params is not None

    @property
    def input_shape(self) -> Shape:
        """The shape of the (first) input."""
        return self.input_shapes[0]

    @property
    def params(self) -> int:
        """All weights, trained or not."""
        return sum(self.params_by_use)

    @property
    def trainable_params(self) -> int:
        """Weights that training changes."""
        return self.params_by_use[0]

    @property
    def non_trainable_params(self) -> int:
        """Weights that training leaves alone, such as moving means or those of a frozen layer."""
        return self.params_by_use[1]

    @property
    def params_by_use(self) -> tuple[int, int]:
        """Weights that training changes, and those that it leaves alone."""
        if self.measured_params is not None:
            return self.measured_params
        counts = [0, 0]
        for weight in self.weights:
            counts[not (weight.trainable and self.trainable)] += prod(weight.shape)
        return counts[0], counts[1]

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates for one example; biases, pooling and activations not counted."""
        if not self.products:
            return 0 if self.known else None
        return total([product(factors) for factors in self.products])

    @property
    def flops(self) -> int | None:
        """Floating-point operations: 2 x MACs + bias additions."""
        return total([product([2, self.macs]), self.bias_adds])

    @property
    def receptive_field(self) -> tuple[int, ...] | None:
        """Input positions seen on each spatial axis, dilation included; `None`: the whole input."""
        return None if self.fields is None else tuple(field.size for field in self.fields)

    @property
    def effective_stride(self) -> "tuple[int | Fraction, ...] | None":
        """Input positions between two neighbouring outputs, on each spatial axis."""
        return None if self.fields is None else tuple(f.effective_stride for f in self.fields)

    @property
    def receptive_field_center(self) -> tuple[float, ...] | None:
        """Where the first output looks; 0 is the middle of the first input position."""
        return None if self.fields is None else tuple(f.center for f in self.fields)

    @property
    def unused(self) -> tuple[int, ...]:
        """Last (padded) rows, columns, ... that the stride leaves out, on each axis."""
        return tuple(line.unused for line in self.windows if isinstance(line, Window))

    @property
    def exact(self) -> bool:
        """Whether every division of the size formula came out even."""
        return all(line.exact for line in self.windows if isinstance(line, Window))

    @property
    def activation_values(self) -> int | None:
        """Values that come out, for one example."""
        return product(self.output_shape)

    def to_dict(self) -> dict[str, object]:
        """Give the numbers as plain values, ready for JSON."""
        return {name: plain(getattr(self, name)) for name in _TOLD}


_TOLD = (
    *("name", "layer", "known", "shared", "input_shape", "output_shape", "params"),
    *("trainable_params", "non_trainable_params", "macs", "bias_adds", "flops", "receptive_field"),
    *("effective_stride", "receptive_field_center", "activation_values", "padding", "unused"),
    *("exact", "notes"),
)


def plain(value: Any) -> object:
    """Give a value as JSON has it: lists for tuples, floats for fractions, text for notes."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, str):
        return str(value)
    return float(value) if hasattr(value, "limit_denominator") else value


def bytes_label(count: int) -> str:
    """Write bytes in B, KiB (1,024 B), MiB or GiB."""
    amount, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while amount >= 1024 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    return f"{count:,} B" if units[0] == "B" else f"{amount:,.2f} {units[0]}"
