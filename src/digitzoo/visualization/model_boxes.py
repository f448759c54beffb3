"""What stands in the boxes of `plot_model`, as Graphviz's HTML, all of one width."""

from collections.abc import Collection, Iterator
from html import escape
from typing import Any, NamedTuple

import keras

from digitzoo.tables import width_of
from digitzoo.visualization.colours import tint_of
from digitzoo.visualization.words import Say

_GAP = 16  # points between what stands left and right; room for a viewer's wider font
_TYPE, _BOLD_TYPE = 13, 15  # points
_LETTER = 0.6  # of a letter's height: more than Helvetica's, so that no box outgrows the others
_INK = "#333333"


class ModelBox(NamedTuple):
    """What is drawn as one box."""

    name: str  # its path, through models inside the model
    layer: Any
    calls: int = 1  # how often the model calls it


class Cards:
    """Writes the boxes of one diagram: `upright` ones have all lines below each other."""

    def __init__(self, say: Say, shows: Collection[str], *, upright: bool) -> None:
        self._say, self._shows, self._upright = say, shows, upright
        self._widths = (0, 0)

    def fit(self, boxes: Collection[ModelBox]) -> None:
        """Make the columns of all boxes as wide as the widest of these."""
        lines = [line for box in boxes for line in self._lines(box)]
        left = max((_points(words, bold=not n) for n, (words, _) in lines), default=0)
        self._widths = (left, max((_points(words) for _, (_, words) in lines), default=0))

    def card(self, box: ModelBox) -> str:
        """Write a box."""
        tint = tint_of(type(box.layer).__name__)
        rows = [_row(number, *line, widths=self._widths) for number, line in self._lines(box)]
        return (
            f'<<table border="1" cellborder="0" cellspacing="2" cellpadding="5" style="rounded" '
            f'color="{tint.edge}" bgcolor="{tint.fill}">{"".join(rows)}</table>>'
        )

    def _lines(self, box: ModelBox) -> list[tuple[int, tuple[str, str]]]:
        """Give the number of each line, and what stands left and right in it."""
        layer, kind = box.layer, type(box.layer).__name__
        name = box.name
        activation = getattr(layer, "activation", None)
        if activation is not None and "layer_activations" in self._shows:
            called = getattr(activation, "name", None) or getattr(activation, "__name__", None)
            kind_and_activation = f"{kind}, {called or activation}"
        else:
            kind_and_activation = kind
        shapes = self._shapes(box) if "shapes" in self._shows else ""
        counted = "params" in self._shows and kind != "InputLayer"
        counted = counted and hasattr(layer, "count_params")
        params = self._say("parameters", count=layer.count_params()) if counted else ""
        name = name.rpartition("/")[2]
        if not self._upright:
            lines = [(name, kind_and_activation)]
            lines += [(shapes, params)] if shapes or params else []
        else:
            lines = [(name, ""), (kind_and_activation, "")]
            lines += [(line, "") for line in (shapes, params) if line]
        return list(enumerate(lines))

    def _shapes(self, box: ModelBox) -> str:
        if box.calls > 1:
            return self._say("called", count=box.calls)
        given = _listed(box.layer.output)
        if isinstance(box.layer, keras.layers.InputLayer):
            return given
        if self._upright:
            return f"→ {given}"
        return f"{_listed(box.layer.input)} → {given}"


def boxes_of(model: Any, path: str = "") -> Iterator[tuple[str, ModelBox]]:
    """Find every layer by the name that Keras gives its node."""
    try:
        entries = model.get_config()["layers"]
    except NotImplementedError:  # a layer of the user's that cannot be saved
        entries = ()
    calls = {entry["name"]: len(entry["inbound_nodes"]) for entry in entries if "name" in entry}
    for layer in model.layers if isinstance(model, keras.Sequential) else model.operations:
        yield str(id(layer)), ModelBox(path + layer.name, layer, calls.get(layer.name, 1))
        if isinstance(layer, keras.Model) and getattr(layer, "layers", None):
            yield from boxes_of(layer, f"{path}{layer.name}/")


def _row(number: int, left: str, right: str, *, widths: tuple[int, int]) -> str:
    left = "<br/>".join(map(escape, left.split("\n"))) or " "
    if number == 0:
        left = f'<font point-size="{_BOLD_TYPE}"><b>{left}</b></font>'
    # Graphviz refuses an empty font.
    right = right and f'<font color="{_INK}">{escape(right)}</font>'
    first, second = widths
    beside = f'<td width="{_GAP}"></td><td align="right" width="{second}">{right}</td>'
    return (
        f'<tr><td align="left" balign="left" width="{first}">{left}</td>'
        f"{beside if second else ''}</tr>"
    )


def _points(words: str, *, bold: bool = False) -> int:
    """Tell about how many points wide a text is, with the air around it."""
    widest = max(map(width_of, words.split("\n")))
    return round(_LETTER * widest * (_BOLD_TYPE if bold else _TYPE)) + (10 if words else 0)


def _listed(tensors: Any) -> str:
    shapes = [tensor.shape[1:] for tensor in keras.tree.flatten(tensors)]
    return "\n".join(
        " × ".join("?" if size is None else str(size) for size in shape) or "1" for shape in shapes
    )
