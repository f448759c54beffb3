"""The code on a model's page, run once for all languages, and the pictures that it draws.

What is printed on the page is what ran, and what ran made the pictures beside it.
"""

import contextlib
import io
import math
from functools import cache
from types import SimpleNamespace
from typing import Any

import pictures

from digitzoo import model_card, plot_model
from digitzoo.visualization import layers_to_svg

IMAGES = 4_000  # of the test images; all of them, of all networks, would take a minute
_ALT = "ALTERNATIVE TEXT"

LOAD = """\
from digitzoo import {names}

model = {name}(weights="{dataset}")
test = load_data("{dataset}").test.sample({images:_})
result = evaluate(model, test)
print(result)
"""
KERNELS = """\
from digitzoo import plot_kernels

figure = plot_kernels(model, columns={columns}{spoken})
"""
MISTAKES = """\
from digitzoo import plot_misclassified

figure = plot_misclassified(result, test, {count}, columns=4{spoken})
"""
_MOST_MISTAKES = 12
_WIDEST = 800  # pixels


@cache
def loaded(name: str) -> tuple[str, str, dict[str, Any]]:
    """Run the code that loads a model; give it, what it printed and its names."""
    dataset = model_card(name).dataset
    names = ", ".join(sorted(["evaluate", "load_data", name]))
    load = LOAD.format(name=name, names=names, dataset=dataset, images=IMAGES)
    session: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(load, session)
    return load, printed.getvalue(), session


@cache
def shown(name: str, language: str) -> SimpleNamespace:
    """Run the code of a model's page; give the code, what it printed and its pictures as HTML."""
    load, printed, session = loaded(name)
    model, result = session["model"], session["result"]
    spoken = "" if language == "en" else f', language="{language}"'
    first = next(layer for layer in model.layers if layer.weights)
    columns = math.ceil(math.sqrt(2 * first.kernel.shape[-1]))  # twice as wide as high
    kernels = KERNELS.format(columns=columns, spoken=spoken)
    count = min(_MOST_MISTAKES, len(result.wrong))
    mistakes = MISTAKES.format(count=count, spoken=spoken)
    return SimpleNamespace(
        load=load,
        printed=printed,
        result=result,
        diagram=pictures.svg_html(plot_model(model, language=language).svg, _ALT),
        boxes=_wide(layers_to_svg(model, language=language)),
        first_layer=_figure(kernels, session),
        first_layer_code=kernels,
        convolutional=first.kernel.ndim > 2,
        mistakes=_figure(mistakes, session) if count else None,
        mistakes_code=mistakes,
    )


def _figure(code: str, session: dict[str, Any]) -> str:
    def draw() -> Any:
        names = dict(session)
        exec(code, names)
        return names["figure"]

    return pictures.figure_html(draw, _ALT)


def with_alt(html: str, alt: str) -> str:
    """Put the words of a language to a picture, for those who do not see it."""
    return html.replace(_ALT, alt)


def _wide(svg: str) -> str:
    """Keep the letters of a wide picture readable: on a phone it scrolls in its own box."""
    points = round(float(svg.partition('width="')[2].partition("pt")[0]))
    return pictures.svg_html(svg, _ALT, f'style="min-width:{min(points, _WIDEST)}px"')
