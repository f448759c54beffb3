"""`plot_model`: a network as Graphviz draws it, with shapes, parameters and activations."""

import itertools
import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import pydot

from digitzoo.checks import check_choice, check_flag, check_number
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.heads import check_model
from digitzoo.saving import check_target, writing
from digitzoo.visualization.colours import LINES
from digitzoo.visualization.formats import DIAGRAM_FORMATS
from digitzoo.visualization.graphviz import render, renderers
from digitzoo.visualization.lettering import choose_lettering
from digitzoo.visualization.model_boxes import Cards, ModelBox, boxes_of
from digitzoo.visualization.words import Say, words_of

# Graphviz measures text in Helvetica; the others have the same widths, so it fits its box in each.
_FONT = "Helvetica"
_FONTS_TRIED = "Helvetica,Arial,Liberation Sans,Arimo,Nimbus Sans,"
_MOST_IN_ROW = 5  # boxes that lead to the right, on a page
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
    language: str = "en",
) -> ModelDiagram:
    """Draw a network as a diagram: a box for each layer, and arrows between them.

    The renderer is the system's Graphviz if there is one, else that inside the `pygraphviz` wheel.

    Args:
        model: A built Sequential or functional model.
        show_shapes: Whether to show what goes into a layer and what comes out, without batch axis.
        show_params: Whether to show how many parameters a layer has.
        show_layer_activations: Whether to show activations.
        expand_nested: Whether to draw the layers of a model inside a model.
        rankdir: `"TB"` from top to bottom, `"LR"` from left to right; a chain of many layers is
            then broken into rows.
        language: `"en"` or `"ko"`.

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
    say = words_of(language)
    shows = {fact for fact, flag in wanted.items() if check_flag(f"show_{fact}", flag)}
    renderers()
    given = keras.utils.model_to_dot(model, expand_nested=expand_nested)
    drawn = pydot.Dot(graph_type="digraph", bgcolor="transparent", rankdir=rankdir)
    drawn.set_graph_defaults(fontname=_FONT, fontsize="13", fontcolor=_quoted(LINES))
    drawn.set_node_defaults(shape="plain", fontname=_FONT, fontsize="13")
    drawn.set_edge_defaults(color=_quoted(LINES), arrowsize="0.8")
    boxes = dict(boxes_of(model))
    cards = Cards(say, shows, upright=rankdir == "LR")
    cards.fit(boxes.values())
    _redraw(given, drawn, boxes, cards)
    if isinstance(model, keras.Sequential):
        _add_input(model, drawn, cards, say)
    if rankdir == "LR":
        _break_rows(drawn)
    choose_lettering([drawn.to_string()])  # warns where no font has a letter
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


def _redraw(given: Any, drawn: Any, boxes: Mapping[str, ModelBox], cards: Cards) -> None:
    """Draw Keras's graph anew: the same nodes and edges, under names that people read."""
    for node in given.get_nodes():
        if box := boxes.get(_plain(node.get_name())):
            drawn.add_node(pydot.Node(_quoted(box.name), label=cards.card(box)))
    for number, part in enumerate(given.get_subgraphs()):
        label = _quoted(_plain(part.get("label")))
        inner = pydot.Cluster(f"{drawn.get_name()}_{number}", label=label, style="rounded")
        inner.set("labeljust", "l")
        inner.set("color", _quoted(LINES))
        _redraw(part, inner, boxes, cards)
        drawn.add_subgraph(inner)
    for edge in given.get_edges():
        start, end = boxes[_plain(edge.get_source())], boxes[_plain(edge.get_destination())]
        drawn.add_edge(pydot.Edge(_quoted(start.name), _quoted(end.name)))


def _add_input(model: keras.Sequential, drawn: Any, cards: Cards, say: Say) -> None:
    """Put a box before the first layer: Keras leaves the input of a Sequential out."""
    nodes = _nodes(drawn)
    names = {_plain(node.get_name()) for node in nodes}
    if not nodes or _plain(nodes[0].get_name()) != model.layers[0].name:
        return  # the first one is a model whose layers are drawn
    layer = keras.layers.InputLayer(batch_shape=model.input_shape, name="input")
    box = ModelBox(next(name for name in _input_names(say) if name not in names), layer)
    drawn.add_node(pydot.Node(_quoted(box.name), label=cards.card(box)))
    drawn.add_edge(pydot.Edge(_quoted(box.name), nodes[0].get_name()))


def _nodes(drawn: Any) -> list[Any]:
    """List the boxes; pydot keeps what holds for all of them as a node too."""
    return [node for node in drawn.get_nodes() if node.get("label")]


def _input_names(say: Say) -> Iterator[str]:
    yield say("input")
    yield from (f"{say('input')} {number}" for number in itertools.count(2))


def _break_rows(drawn: Any) -> None:
    """Break a chain that leads to the right into rows of about one length, as a page has lines."""
    after = {edge.get_source(): edge.get_destination() for edge in drawn.get_edges()}
    edges = len(drawn.get_edges())
    starts = set(after) - set(after.values())
    chain = sorted(starts)[:1]
    while chain and chain[-1] in after and len(chain) <= edges:
        chain.append(after[chain[-1]])
    if drawn.get_subgraphs() or len(chain) != len(_nodes(drawn)) or len(chain) != edges + 1:
        return  # it branches, and Graphviz knows better
    rows = math.ceil(len(chain) / _MOST_IN_ROW)
    if rows < 2:
        return
    across = math.ceil(len(chain) / rows)
    drawn.set("rankdir", "TB")
    drawn.set("splines", "ortho")
    for start in range(0, len(chain), across):
        row = pydot.Subgraph(rank="same")
        for name in chain[start : start + across]:
            row.add_node(pydot.Node(name))
        drawn.add_subgraph(row)
    for upper, lower in zip(chain, chain[across:], strict=False):
        drawn.add_edge(pydot.Edge(upper, lower, style="invis", weight="10"))
    for last, first in zip(chain[across - 1 :: across], chain[across::across], strict=False):
        drawn.get_edge(last, first)[0].set("constraint", "false")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    return str(text).strip('"')
