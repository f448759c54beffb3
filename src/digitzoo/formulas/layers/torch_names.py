"""Layers of `torch.nn` as Keras's, channels first; `benchmarks/torch_oracle.py` compares."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from digitzoo.checks import check_choice
from digitzoo.errors import DigitzooError, InvalidArgumentError, shown, unknown_name
from digitzoo.formulas import layers
from digitzoo.formulas.axis.window import listed_numbers, slide, whole
from digitzoo.formulas.calls import locate
from digitzoo.formulas.layers.base import Expected, Layer
from digitzoo.formulas.layers.shapes import divide_into_groups, per_axis

# What torch.nn calls the arguments, and what Keras does; "" for a size of the input.
_SIZES = {"in_channels": "", "out_channels": "filters", "kernel_size": "kernel_size"}
_MOVES = {"stride": "strides", "padding": "padding", "dilation": "dilation_rate"}
_GROUPS = {"groups": "groups", "bias": "use_bias"}
_POOL = {"kernel_size": "pool_size", **_MOVES, "ceil_mode": "ceil_mode"}
_AFFINE = {"affine": "scale", "bias": "center"}


class _Known(NamedTuple):
    """A layer: Keras's class ({} for the rank), its arguments, and what always holds."""

    kind: str
    names: Mapping[str, str] = {}
    fixed: Mapping[str, object] = {}
    dropped: frozenset[str] = frozenset()  # Arguments that change no number


_CHANNELS_FIRST = {"data_format": "channels_first"}
_STATISTICS = frozenset({"eps", "momentum", "track_running_stats"})
_LAYERS = {
    "Conv{}d": _Known("Conv{}D", {**_SIZES, **_MOVES, **_GROUPS}, _CHANNELS_FIRST),
    "ConvTranspose{}d": _Known(
        "Conv{}DTranspose",
        {**_SIZES, **_MOVES, **_GROUPS, "output_padding": "output_padding"},
        {**_CHANNELS_FIRST, "output_padding": 0},
    ),
    "MaxPool{}d": _Known("MaxPooling{}D", _POOL, _CHANNELS_FIRST, frozenset({"return_indices"})),
    "AvgPool{}d": _Known(
        "AveragePooling{}D",
        {name: keras for name, keras in _POOL.items() if name != "dilation"},
        _CHANNELS_FIRST,
        frozenset({"count_include_pad", "divisor_override"}),
    ),
    "ZeroPad{}d": _Known("ZeroPadding{}D", {"padding": "padding"}, _CHANNELS_FIRST),
    "BatchNorm{}d": _Known(
        "BatchNormalization", {"num_features": "", **_AFFINE}, {"axis": 1}, _STATISTICS
    ),
    "Dropout{}d": _Known("SpatialDropout{}D", {"p": "rate"}, {"rate": 0.5}, frozenset({"inplace"})),
    "Linear": _Known("Dense", {"in_features": "", "out_features": "units", "bias": "use_bias"}),
    "Embedding": _Known(
        "Embedding", {"num_embeddings": "input_dim", "embedding_dim": "output_dim"}
    ),
    "LayerNorm": _Known(
        "LayerNormalization",
        {"normalized_shape": "axis", "elementwise_affine": "scale", "bias": "center"},
        dropped=frozenset({"eps"}),
    ),
    "GroupNorm": _Known(
        "GroupNormalization",
        {"num_groups": "groups", "num_channels": "", **_AFFINE},
        {"axis": 1},
        frozenset({"eps"}),
    ),
    "Flatten": _Known("Flatten"),
    "Dropout": _Known("Dropout", {"p": "rate"}, {"rate": 0.5}, frozenset({"inplace"})),
    "Softmax": _Known("Softmax", {"dim": "axis"}),
    "ReLU": _Known("ReLU", dropped=frozenset({"inplace"})),
    "LeakyReLU": _Known(
        "LeakyReLU",
        {"negative_slope": "negative_slope"},
        {"negative_slope": 0.01},
        frozenset({"inplace"}),
    ),
    "ELU": _Known("ELU", {"alpha": "alpha"}, dropped=frozenset({"inplace"})),
    **{
        name: _Known("Activation", {}, {"activation": name.lower()}, frozenset({"inplace"}))
        for name in ("ReLU6", "Sigmoid", "Tanh", "SiLU", "GELU", "Softsign")
    },
    "Identity": _Known("Identity"),
}
_NEEDED = frozenset({*_SIZES, "num_features", "in_features", "out_features", "num_embeddings"}) | {
    *("embedding_dim", "normalized_shape", "num_groups", "num_channels")
}
_OF_ALL = frozenset({"device", "dtype", "name"})


def torch_layer(name: str, arguments: Mapping[str, object]) -> Layer:
    """Describe a layer of `torch.nn`."""
    ranked = name[-2:] in {"1d", "2d", "3d"}
    kind, rank = (name[:-2], int(name[-2])) if ranked else (name, 0)
    known = _LAYERS.get(f"{kind}{{}}d" if ranked else kind)
    if known is None:
        every = dict.fromkeys(one.format(rank) for one in _LAYERS for rank in (1, 2, 3))
        raise InvalidArgumentError(unknown_name("layer of torch.nn", name, every))
    try:
        return _described(known, kind, rank, arguments)
    except DigitzooError as error:
        raise locate(error, f"torch.nn.{name}", door=True) from None


def _described(known: _Known, kind: str, rank: int, arguments: Mapping[str, object]) -> Layer:
    _check_names(known, kind, arguments)
    values = {known.names[n]: v for n, v in arguments.items() if n in known.names}
    values = {**known.fixed, **values, "name": arguments.get("name")}
    values.pop("", None)
    if "padding" in known.names:
        values["padding"] = _padding(kind, rank, arguments)
    sizes = [(0, whole(n, arguments[n])) for n, keras in known.names.items() if not keras]
    if kind == "LayerNorm":
        shape = listed_numbers(values["axis"]) or [values["axis"]]
        values["axis"] = axes = tuple(range(-len(shape), 0))
        numbers = [whole("normalized_shape", one) for one in shape]
        sizes = list(zip(axes, numbers, strict=True))
    elif kind == "Linear":
        sizes = [(-1, sizes[0][1])]
    ranks: tuple[int, ...] = ()
    if rank and kind in {"BatchNorm", "Dropout"}:
        ranks = (1, 2) if rank == 1 else (rank + 1,) if kind == "BatchNorm" else ()
    # AvgPool3d alone wants its window inside the input, whatever the padding.
    inside = (kind, rank) == ("AvgPool", 3)
    windows = per_axis("kernel_size", arguments["kernel_size"], rank) if inside else ()
    if values.get("scale") is False:  # affine=False: no offset either, and no length to hold to
        values["center"] = False
        if kind == "GroupNorm":
            divide_into_groups(whole("groups", values["groups"]), channels=sizes[0][1])
        if kind == "GroupNorm" or arguments.get("track_running_stats") is False:
            sizes = []
    of_kind: Any = getattr(layers, known.kind.format(rank))
    try:
        made: Layer = of_kind(**values)
    except DigitzooError as error:
        message = str(error.__dict__.get("message", error))
        for torch, keras in known.names.items():
            message = message.replace(keras or torch, torch)
        raise type(error)(message) from None
    made = made.replace(expected=Expected(tuple(sizes), ranks, windows))
    # The running statistics are buffers, which PyTorch does not count as parameters.
    return made.replace(buffers=True) if kind == "BatchNorm" else made


def _check_names(known: _Known, kind: str, arguments: Mapping[str, object]) -> None:
    for name in arguments:
        if name not in known.names and name not in known.dropped | _OF_ALL:
            raise InvalidArgumentError(unknown_name("argument", name, known.names))
    needed = known.names if kind == "ZeroPad" else _NEEDED.intersection(known.names)
    missing = [name for name in known.names if name in needed and name not in arguments]
    if missing:
        came = ", ".join(f"{name}={shown(value)}" for name, value in arguments.items())
        raise InvalidArgumentError(
            f"{' and '.join(missing)} must be given. Received {came or 'nothing'}."
        )


def _padding(kind: str, rank: int, arguments: Mapping[str, object]) -> object:
    """Read PyTorch's padding: zeros on both sides, for all axes or for each; a word for Conv."""
    padding = arguments.get("padding", 0)
    if kind == "ZeroPad":
        numbers = per_axis("padding", padding, 2 * rank, at_least=0)
        # PyTorch names the last axis first: left, right, top, bottom.
        pairs = [numbers[2 * axis : 2 * axis + 2] for axis in reversed(range(rank))]
        return pairs if rank > 1 else pairs[0]
    if kind != "Conv" or not isinstance(padding, str):
        return [(both, both) for both in per_axis("padding", padding, rank, at_least=0)]
    # As numbers, for PyTorch allows a stride with a dilation.
    kernel_size, stride, dilation = (
        per_axis(name, arguments.get(name, 1), rank)
        for name in ("kernel_size", "stride", "dilation")
    )
    if check_choice("padding", padding, ("valid", "same")) == "valid":
        return [(0, 0)] * rank
    if max(stride) > 1:
        raise InvalidArgumentError(
            f"padding='same' with a stride is refused by PyTorch. Received stride={stride}. "
            "Use stride=1, or pad by the numbers that same_padding() gives before it."
        )
    sizes = zip(kernel_size, dilation, strict=True)
    lines = [slide(None, size, 1, "same", rate) for size, rate in sizes]
    return [(line.before, line.after) for line in lines]
