"""The pictures of pages: files, each figure drawn for light and for dark ground, in both languages.

Code on a page draws once. What it drew with, the calls of `plot_...` and of matplotlib, is kept
and called again for the other ground, and with `language="ko"` for the Korean page.
"""

import ast
import hashlib
import html
import io
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redrawing import again, assigned, current, is_plot

FOLDER = "pictures"
LANGUAGES = ("en", "ko")
PLACE = "DIGITZOO_PICTURES"  # where files are collected, told to the processes that draw
DOTS_PER_INCH = 200
PIXELS_PER_INCH = 80  # on the page, so that a figure of 8 inches fits the column
_READABLE = 640  # pixels: narrower, as on a phone, a wide picture scrolls in its own box
_DARK = "#1e2129"  # the ground of Material's dark scheme
_INK = {"light": "#000000", "dark": "#e6e8ee"}
STYLES: dict[str, Any] = {
    "light": [],
    "dark": ["dark_background", {"axes.facecolor": _DARK, "figure.facecolor": _DARK}],
}
Draw = Callable[[], Any]


def write(site: Path) -> None:
    """Put the files that were drawn into the site."""
    (site / FOLDER).mkdir(exist_ok=True)
    for file in _place().iterdir():
        shutil.copyfile(file, site / FOLDER / file.name)


def addressed(page: str, url: str) -> str:
    """Put the addresses of pictures into a page, from the root of the site."""
    folders = [part for part in url.split("/")[:-1] if part not in {"", "."}]
    return page.replace('="pictures:', f'="{"../" * len(folders)}{FOLDER}/')


def keep(body: bytes, suffix: str) -> str:
    """Keep a picture as a file called by what is in it, and give its address."""
    name = f"{hashlib.sha256(body).hexdigest()[:20]}.{suffix}"
    (_place() / name).write_bytes(body)
    return f"pictures:{name}"


def by_language(
    alt: str, shown: Any, drawing: list[ast.stmt], names: dict[str, Any]
) -> dict[str, str]:
    """Give the HTML of SVG text, a diagram or a figure, by default the current one, by language.

    What it was drawn with draws it again, for the other ground and the other language.
    """
    named = assigned(drawing, names, shown)
    if shown is not None and named is None:
        drawing = []
    speaking = any(map(is_plot, ast.walk(ast.Module(drawing, []))))
    pages = {}
    for language in LANGUAGES if speaking else LANGUAGES[:1]:
        draw = again(drawing, names, named, language)
        svg = svg_of(shown)
        if svg is not None:
            pages[language] = svg_html(svg if language == "en" else svg_of(draw()) or svg, alt)
        elif drawing:
            pages[language] = figure_html(draw, alt)
        else:
            pages[language] = box(_figure_image(shown or current(), alt, "", transparent=False))
    return {language: pages.get(language, pages["en"]) for language in LANGUAGES}


def svg_of(shown: Any) -> str | None:
    """Give the SVG of what is text or a diagram."""
    if isinstance(shown, str):
        return shown
    for method in ("to_svg", "_repr_svg_"):
        if hasattr(shown, method):
            return str(getattr(shown, method)())
    return None


def svg_html(svg: str, alt: str, more: str = "") -> str:
    """Give the HTML of an SVG; its letters are light on dark ground where it leaves that open."""
    if "currentColor" not in svg:
        return box(image(keep(svg.encode(), "svg"), alt, f'class="dz-paper" {more}'))
    inked = [(ground, svg.replace("currentColor", ink)) for ground, ink in _INK.items()]
    return box(
        "".join(
            image(f"{keep(text.encode(), 'svg')}#only-{ground}", alt, more)
            for ground, text in inked
        )
    )


def figure_html(draw: Draw, alt: str) -> str:
    """Give the HTML of a figure, drawn on each ground."""
    import matplotlib.pyplot as plt

    images = []
    for ground, style in STYLES.items():
        plt.close("all")
        with plt.style.context(style):
            images.append(_figure_image(draw(), alt, f"#only-{ground}", transparent=True))
    return box("".join(images))


def _figure_image(drawn: Any, alt: str, fragment: str, *, transparent: bool) -> str:
    import matplotlib.pyplot as plt
    from PIL import Image

    file, figure = io.BytesIO(), drawn.figure or drawn
    figure.savefig(
        file,
        format="webp",
        dpi=DOTS_PER_INCH,
        transparent=transparent,
        bbox_inches="tight",
        pil_kwargs={"lossless": True},
    )
    plt.close("all")
    width, height = Image.open(file).size
    wide = round(width / DOTS_PER_INCH * PIXELS_PER_INCH)
    style = f"width:{wide}px;min-width:{min(wide, _READABLE)}px;aspect-ratio:{width}/{height}"
    paper = "" if transparent else ' class="dz-paper"'
    return image(f"{keep(file.getvalue(), 'webp')}{fragment}", alt, f'style="{style}"{paper}')


def image(address: str, alt: str, more: str = "") -> str:
    """Give the HTML of an image."""
    return f'<img alt="{html.escape(alt)}" src="{address}" loading="lazy" {more}>'


def box(images: str) -> str:
    """Give the box that images stand in."""
    return f'<figure class="dz-picture">{images}</figure>'


def _place() -> Path:
    if PLACE not in os.environ:  # no site is being built
        os.environ[PLACE] = tempfile.mkdtemp(prefix="digitzoo-pictures-")
    place = Path(os.environ[PLACE])
    place.mkdir(exist_ok=True)
    return place
