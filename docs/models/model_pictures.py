"""The code on a model's page, run once for all languages, and the pictures that it draws.

What is printed on the page is what ran, and what ran made the pictures beside it.
"""

import contextlib
import io
from dataclasses import dataclass
from functools import cache
from typing import Any

from pagetools import picture_html

from digitzoo import model_card
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation import Evaluation

IMAGES = 4_000  # of the test images; all of them, of all networks, would take a minute
_ALT = "ALTERNATIVE TEXT"

LOAD = """\
from digitzoo import {names}

model = {name}(weights="{dataset}")
test = load_data("{dataset}").test.sample({images:_})
result = evaluate(model, test)
print(result)
"""
DIAGRAM = """\
from digitzoo import plot_model

diagram = plot_model(model)
"""
BOXES = """\
from digitzoo.visualization import layers_to_svg

boxes = layers_to_svg(model)
"""
KERNELS = """\
from digitzoo import plot_kernels

figure = plot_kernels(model, columns=8)
"""
UNITS = """\
import matplotlib.pyplot as plt

layer = next(layer for layer in model.layers if layer.weights)
weights = layer.kernel.numpy().reshape(*model.input_shape[1:3], -1)
limit = abs(weights).max() / 2
figure, panels = plt.subplots(4, 8, figsize=(5, 2.6), layout="constrained")
for unit, panel in enumerate(panels.flat):
    panel.imshow(weights[:, :, unit], cmap="RdBu_r", vmin=-limit, vmax=limit)
    panel.set_axis_off()
"""
MISTAKES = """\
from digitzoo import plot_misclassified

figure = plot_misclassified(result, test, {count}, columns=4)
"""
_MOST_MISTAKES = 12
_WIDEST = 800  # pixels


@dataclass(frozen=True)
class Shown:
    """What the code of a page gave.

    Attributes:
        load: The code that loads the network and evaluates it.
        printed: What it printed.
        result: How the network does on the images of the page.
        diagram: The network as HTML, and so the next ones; `with_alt` gives their words.
        boxes: The same to scale.
        first_layer: Kernels of the first layer, or the weights of its units.
        first_layer_code: What drew it.
        convolutional: Whether the first layer is a convolution.
        mistakes: The most confident mistakes; None if there are none.
        mistakes_code: What drew them.
    """

    load: str
    printed: str
    result: Evaluation
    diagram: str
    boxes: str
    first_layer: str
    first_layer_code: str
    convolutional: bool
    mistakes: str | None
    mistakes_code: str


@cache
def shown(name: str) -> Shown:
    """Run the code of a model's page."""
    dataset = model_card(name).dataset
    names = ", ".join(sorted(["evaluate", "load_data", name]))
    load = LOAD.format(name=name, names=names, dataset=dataset, images=IMAGES)
    session: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        _run(load, session)
    _run(DIAGRAM, session)
    _run(BOXES, session)
    diagram, boxes = _html(session["diagram"]), _wide(session["boxes"])
    first_layer_code, convolutional = KERNELS, True
    try:
        _run(KERNELS, session)
    except InvalidArgumentError:  # no convolution
        first_layer_code, convolutional = UNITS, False
        _run(UNITS, session)
    first_layer = _html(session["figure"])
    result: Evaluation = session["result"]
    mistakes, mistakes_code = None, ""
    if len(result.wrong):
        mistakes_code = MISTAKES.format(count=min(_MOST_MISTAKES, len(result.wrong)))
        _run(mistakes_code, session)
        mistakes = _html(session["figure"])
    return Shown(
        load=load,
        printed=printed.getvalue(),
        result=result,
        diagram=diagram,
        boxes=boxes,
        first_layer=first_layer,
        first_layer_code=first_layer_code,
        convolutional=convolutional,
        mistakes=mistakes,
        mistakes_code=mistakes_code,
    )


def with_alt(html: str, alt: str) -> str:
    """Put the words of a language to a picture, for those who do not see it."""
    return html.replace(_ALT, alt)


def _run(code: str, session: dict[str, Any]) -> None:
    exec(code, session)


def _html(drawn: object) -> str:
    return picture_html(_ALT, drawn)


def _wide(svg: str) -> str:
    """Keep the letters of a wide picture readable: on a phone it scrolls in its own box."""
    points = round(float(svg.partition('width="')[2].partition("pt")[0]))
    width = f'<img style="min-width:{min(points, _WIDEST)}px"'
    return _html(svg).replace("<img", width, 1)
