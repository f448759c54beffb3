"""The code on a model's page, run once for all languages, and the pictures that it draws.

What is printed on the page is what ran, and what ran made the pictures beside it.
"""

import contextlib
import io
import math
from functools import cache
from types import SimpleNamespace
from typing import Any

from pagetools import picture_html

from digitzoo import model_card

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

figure = plot_kernels(model, columns={columns})
"""
MISTAKES = """\
from digitzoo import plot_misclassified

figure = plot_misclassified(result, test, {count}, columns=4)
"""
_MOST_MISTAKES = 12
_WIDEST = 800  # pixels


@cache
def shown(name: str) -> SimpleNamespace:
    """Run the code of a model's page; give the code, what it printed and its pictures as HTML."""
    dataset = model_card(name).dataset
    names = ", ".join(sorted(["evaluate", "load_data", name]))
    load = LOAD.format(name=name, names=names, dataset=dataset, images=IMAGES)
    session: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(load, session)
    exec(DIAGRAM, session)
    exec(BOXES, session)
    first = next(layer for layer in session["model"].layers if layer.weights)
    columns = math.ceil(math.sqrt(2 * first.kernel.shape[-1]))  # twice as wide as high
    kernels = KERNELS.format(columns=columns)
    exec(kernels, session)
    seen = SimpleNamespace(
        load=load,
        printed=printed.getvalue(),
        result=session["result"],
        diagram=picture_html(_ALT, session["diagram"]),
        boxes=_wide(session["boxes"]),
        first_layer=picture_html(_ALT, session["figure"]),
        first_layer_code=kernels,
        convolutional=first.kernel.ndim > 2,
        mistakes=None,
    )
    if wrong := len(seen.result.wrong):
        seen.mistakes_code = MISTAKES.format(count=min(_MOST_MISTAKES, wrong))
        exec(seen.mistakes_code, session)
        seen.mistakes = picture_html(_ALT, session["figure"])
    return seen


def with_alt(html: str, alt: str) -> str:
    """Put the words of a language to a picture, for those who do not see it."""
    return html.replace(_ALT, alt)


def _wide(svg: str) -> str:
    """Keep the letters of a wide picture readable: on a phone it scrolls in its own box."""
    points = round(float(svg.partition('width="')[2].partition("pt")[0]))
    width = f'<img style="min-width:{min(points, _WIDEST)}px"'
    return picture_html(_ALT, svg).replace("<img", width, 1)
