"""The gallery: a grid of cards, each with a picture and the call that draws it."""

import html
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pictures
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from redrawing import spoken_call

_FRAME_DOTS = 100  # an inch, of an animation
RUNS = {  # name: how many images, epochs, and images in a batch
    "simple_cnn": (1500, 6, 64),
    "small_dense": (3000, 15, 128),
    "two_layer_cnn": (600, 6, 16),
    "regularized_cnn": (600, 8, 8),
}


def train_runs() -> None:
    """Make the short runs whose curves are drawn."""
    import keras

    import digitzoo

    digits = digitzoo.load_data("mnist")
    for name, (images, epochs, batch_size) in RUNS.items():
        keras.utils.set_random_seed(0)
        model = digitzoo.build_model(name)
        options: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size, "verbose": 0}
        digitzoo.train(model, digits.sample(images), run_dir=Path("runs") / name, **options)


@contextmanager
def grid() -> Iterator[None]:
    """Put the cards of a section beside each other."""
    block = sys._getframe(2).f_globals  # noqa: SLF001 - a block's print is its own
    block["print"]('<div class="dz-gallery">')
    yield
    block["print"]("</div>")


def card(words: str, call: str) -> None:
    """Print what a call draws, or the text that it gives, and the call, into the block."""
    block = sys._getframe(1).f_globals  # noqa: SLF001 - a block's print is its own
    for language, page in block["__printed__"].items():
        code = spoken_call(call, language)
        shown = _drawn(code, words, block)
        lit = highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()
        print(
            f'<div class="dz-card">{shown}<p>{html.escape(words)}</p>'
            f'<div class="highlight"><pre><code>{lit}</code></pre></div></div>',
            file=page,
        )


def _drawn(code: str, alt: str, names: dict[str, Any]) -> str:
    """Draw it for each ground, as a link to the whole picture."""
    value = eval(code, names)
    if hasattr(value, "to_html"):
        return _linked(_animated(code, alt, names))
    svg = pictures.svg_of(value) if "<svg" in str(getattr(value, "svg", value))[:500] else None
    if svg is not None:
        return _linked(pictures.svg_html(svg, alt))
    if isinstance(value, str) and value.startswith("<!DOCTYPE html>"):
        address = pictures.keep(value.encode(), "html")
        frame = f'src="{address}" title="{html.escape(alt)}" loading="lazy" tabindex="-1" inert'
        return f'<a class="dz-page" href="{address}"><iframe {frame}></iframe></a>'
    if isinstance(value, str):
        return f'<pre class="dz-text">{html.escape(value)}</pre>'
    return _linked(pictures.figure_html(lambda: eval(code, names), alt))


def _animated(code: str, alt: str, names: dict[str, Any]) -> str:
    images = []
    for ground, style in pictures.STYLES.items():
        with mpl.style.context(style), tempfile.TemporaryDirectory() as folder:
            file = eval(code, names).save(Path(folder) / "moving.gif", dpi=_FRAME_DOTS)
            address = pictures.keep(file.read_bytes(), "gif")
            images.append(pictures.image(f"{address}#only-{ground}", alt))
    return pictures.box("".join(images))


def _linked(shown: str) -> str:
    """Let each image lead to itself in full size."""
    return re.sub(r'(<img [^>]*src="([^"#]*)(#[\w-]*)?"[^>]*>)', r'<a href="\2">\1</a>', shown)
