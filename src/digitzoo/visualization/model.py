"""`plot_model`: a network as Graphviz draws it, with shapes, parameters and activations."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import keras
import pydot

from digitzoo.checks import check_choice, check_flag, check_number
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.heads import check_model
from digitzoo.saving import check_target, writing
from digitzoo.visualization.colours import LINES, tint_of
from digitzoo.visualization.formats import DIAGRAM_FORMATS
from digitzoo.visualization.graphviz import render, renderers

# Graphviz measures text in Helvetica; the others have the same widths, so it fits its box in each.
_FONT = "Helvetica"
_FONTS_TRIED = "Helvetica,Arial,Liberation Sans,Arimo,Nimbus Sans,"
_GAP = 16  # Points between what stands left and right; room for a viewer's wider font.
_MOST_DOTS = 2400  # an inch
_RASTER = ("png", "jpg", "jpeg", "gif")


class ModelDiagram:
    """A drawn network. Notebooks show it; `save` writes it to a file.

    Attributes:
        source: The graph in the DOT language.

    >>> ModelDiagram("digraph { a -> b }").svg.count("<svg")
    1
    """

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def svg(self) -> str:
        """The picture as SVG."""
        return render(self.source, "svg").decode().replace(f'"{_FONT},', f'"{_FONTS_TRIED}')

    def save(self, path: str | Path, *, dpi: int = 200) -> Path:
        """Write the picture.

        Args:
            path: Its suffix says the format: `.svg`, `.pdf`, `.eps`, `.png`, `.jpg`, `.gif`, and
                `.gv` for the graph itself.
            dpi: Dots per inch of a picture made of pixels.

        Returns:
            The path.

        Raises:
            ArgumentTypeError: If it is no path, or `dpi` no number.
            InvalidArgumentError: If the suffix is another, or the folder is not there.
            DataFileError: If the file cannot be written.
            RenderingError: If no renderer can write that format.
        """
        target, file_format = check_target(path, DIAGRAM_FORMATS)
        dots = check_number("dpi", dpi, at_least=1, at_most=_MOST_DOTS)
        if file_format in ("gv", "dot", "svg"):
            content = (self.svg if file_format == "svg" else self.source).encode()
        else:
            content = render(self.source, file_format, dpi=dots if file_format in _RASTER else None)
        with writing(target):
            target.write_bytes(content)
        return target

    def _repr_svg_(self) -> str:
        return self.svg


def plot_model(
    model: Any,
    *,
    show_shapes: bool = True,
    show_params: bool = True,
    show_layer_activations: bool = True,
    expand_nested: bool = False,
    rankdir: str = "TB",
) -> ModelDiagram:
    """Draw a network as a diagram: a box for each layer, and arrows between them.

    The renderer is the system's Graphviz if there is one, else that inside the `pygraphviz` wheel.

    Args:
        model: A built Sequential or functional model.
        show_shapes: Whether to show what goes into a layer and what comes out, without batch axis.
        show_params: Whether to show how many parameters a layer has.
        show_layer_activations: Whether to show activations.
        expand_nested: Whether to draw the layers of a model inside a model.
        rankdir: `"TB"` from top to bottom, `"LR"` from left to right.

    Returns:
        The diagram, with `save("model.png")` and `svg`.

    Raises:
        InvalidArgumentError: If the model is not built, or is a subclass.
        ArgumentTypeError: If it is no Keras model.
        RenderingError: If there is no Graphviz of either kind.

    >>> from digitzoo import simple_cnn
    >>> diagram = plot_model(simple_cnn())
    >>> "24 × 24 × 32" in diagram.svg
    True
    """
    check_model(model)
    _check_graph(model)
    check_choice("rankdir", rankdir, ("TB", "LR"))
    check_flag("expand_nested", expand_nested)
    wanted = {
        "shapes": show_shapes,
        "params": show_params,
        "layer_activations": show_layer_activations,
    }
    shows = {fact for fact, flag in wanted.items() if check_flag(f"show_{fact}", flag)}
    renderers()
    given = keras.utils.model_to_dot(model, expand_nested=expand_nested)
    drawn = pydot.Dot(graph_type="digraph", bgcolor="transparent", rankdir=rankdir)
    drawn.set_graph_defaults(fontname=_FONT, fontsize="13", fontcolor=_quoted(LINES))
    drawn.set_node_defaults(shape="plain", fontname=_FONT, fontsize="13")
    drawn.set_edge_defaults(color=_quoted(LINES), arrowsize="0.8")
    _redraw(given, drawn, dict(_boxes(model, "")), shows)
    return ModelDiagram(drawn.to_string())


def _check_graph(model: Any) -> None:
    if not hasattr(model, "operations") and not isinstance(model, keras.Sequential):
        raise InvalidArgumentError(
            f"{type(model).__name__} {model.name!r} is a subclass of keras.Model: only its call() "
            "knows how its layers are connected. Expected a Sequential or functional model: "
            "keras.Model(x, model.call(x)) with x = keras.Input(...)."
        )
    if not model.built:
        raise InvalidArgumentError(
            f"The model {model.name!r} is not built, so it has no shapes. Give it keras.Input((28, "
            "28, 1)) as its first entry, or call model.build((None, 28, 28, 1))."
        )


class _Box(NamedTuple):
    """What is drawn as one box."""

    name: str  # its path, through models inside the model
    layer: Any
    calls: int  # how often the model calls it


def _boxes(model: Any, path: str) -> Iterator[tuple[str, _Box]]:
    """Find every layer by the name that Keras gives its node."""
    try:
        entries = model.get_config()["layers"]
    except NotImplementedError:  # a layer of the user's that cannot be saved
        entries = ()
    calls = {entry["name"]: len(entry["inbound_nodes"]) for entry in entries if "name" in entry}
    for layer in model.layers if isinstance(model, keras.Sequential) else model.operations:
        yield str(id(layer)), _Box(path + layer.name, layer, calls.get(layer.name, 1))
        if isinstance(layer, keras.Model) and getattr(layer, "layers", None):
            yield from _boxes(layer, f"{path}{layer.name}/")


def _redraw(given: Any, drawn: Any, boxes: Mapping[str, _Box], shows: Collection[str]) -> None:
    """Draw Keras's graph anew: the same nodes and edges, under names that people read."""
    for node in given.get_nodes():
        if box := boxes.get(_plain(node.get_name())):
            drawn.add_node(pydot.Node(_quoted(box.name), label=_card(box, shows)))
    for number, part in enumerate(given.get_subgraphs()):
        label = _quoted(_plain(part.get("label")))
        inner = pydot.Cluster(f"{drawn.get_name()}_{number}", label=label, style="rounded")
        inner.set("labeljust", "l")
        inner.set("color", _quoted(LINES))
        _redraw(part, inner, boxes, shows)
        drawn.add_subgraph(inner)
    for edge in given.get_edges():
        start, end = boxes[_plain(edge.get_source())], boxes[_plain(edge.get_destination())]
        drawn.add_edge(pydot.Edge(_quoted(start.name), _quoted(end.name)))


def _card(box: _Box, shows: Collection[str]) -> str:
    """Write what stands in a box, as Graphviz's HTML."""
    layer, kind = box.layer, type(box.layer).__name__
    tint, right = tint_of(kind), kind
    activation = getattr(layer, "activation", None)
    if activation is not None and "layer_activations" in shows:
        name = getattr(activation, "name", None) or getattr(activation, "__name__", activation)
        right = f"{kind}, {name}"
    rows = [_row(f'<font point-size="15"><b>{escape(layer.name)}</b></font>', escape(right))]
    shapes = _shapes(box) if "shapes" in shows else ""
    counted = "params" in shows and kind != "InputLayer" and hasattr(layer, "count_params")
    params = f"{layer.count_params():,} parameters" if counted else ""
    if shapes or params:
        rows.append(_row(shapes, params))
    return (
        f'<<table border="1" cellborder="0" cellspacing="2" cellpadding="5" style="rounded" '
        f'color="{tint.edge}" bgcolor="{tint.fill}">{"".join(rows)}</table>>'
    )


def _row(left: str, right: str) -> str:
    right = right and f'<font color="#333333">{right}</font>'  # Graphviz refuses an empty font.
    return (
        f'<tr><td align="left" balign="left">{left or " "}</td>'
        f'<td width="{_GAP}"></td><td align="right">{right}</td></tr>'
    )


def _shapes(box: _Box) -> str:
    if box.calls > 1:
        return f"called {box.calls} times"
    taken = "" if isinstance(box.layer, keras.layers.InputLayer) else _listed(box.layer.input)
    return f"{taken and f'{taken} → '}{_listed(box.layer.output)}"


def _listed(tensors: Any) -> str:
    shapes = [tensor.shape[1:] for tensor in keras.tree.flatten(tensors)]
    return "<br/>".join(
        " × ".join("?" if size is None else str(size) for size in shape) or "1" for shape in shapes
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    return str(text).strip('"')
