"""Networks and the calculator, live on the pages: the files that they need, and what shows them.

A page writes `<div class="dz-live" data-model="simple_cnn" markdown>what to do</div>` and gets the
network in a frame; `<div class="dz-calculator">` becomes the calculator.
"""

import logging
import re
from functools import cache
from pathlib import Path
from typing import Any

from digitzoo import explore, list_models, model_card
from digitzoo.explorer.bundle import bundle, read_web_file
from digitzoo.models import build_model

FOLDER = "explorer"
LIVE = re.compile(r'<div class="dz-live" data-model="(\w+)">(.*?)</div>', re.DOTALL)
CALCULATOR = '<div class="dz-calculator"'
WORDS = {
    "en": {
        "title": "{name}, live: draw, and watch every layer answer",
        "open": "Open {name} in a page of its own",
    },
    "ko": {
        "title": "살아 있는 {name}: 그리면 모든 층이 답합니다",
        "open": "{name} 새 창에서 열기",
    },
}


@cache
def files() -> dict[str, str]:
    """Make the files that pages show: a page for each model, the calculator's script and style."""
    # Each model is a graph of its own, and TensorFlow would tell so.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    made = {f"{name}.html": _page(name) for name in list_models()}
    # Pages of a site share one space of names.
    made["calculator.js"] = f"(() => {{\n{bundle('calculator.js')}\n}})();\n"
    made["calculator.css"] = read_web_file("calculator.css")
    return made


def _page(name: str) -> str:
    dataset = model_card(name).dataset
    return explore(build_model(name, weights=dataset), dataset=dataset).html


def write(site: Path) -> None:
    """Write the files into the site."""
    (site / FOLDER).mkdir(exist_ok=True)
    for name, text in files().items():
        (site / FOLDER / name).write_text(text, encoding="utf-8")


def shown(html: str, url: str) -> str:
    """Put the frames into a page, and what its calculators need.

    Args:
        html: The page's content.
        url: Its address, from the root of the site.
    """
    language = "ko" if url.startswith("ko/") else "en"
    html = LIVE.sub(lambda found: _frame(found[1], found[2], language, url), html)
    if CALCULATOR in html:
        script, style = (_address(f"calculator.{kind}", url) for kind in ("js", "css"))
        html += f'<link rel="stylesheet" href="{style}"><script defer src="{script}"></script>'
    return html


def _frame(name: str, words: str, language: str, url: str) -> str:
    said: dict[str, Any] = {key: text.format(name=name) for key, text in WORDS[language].items()}
    address = f"{_address(f'{name}.html', url)}#language={language}"
    return (
        f'<div class="dz-live">{words}'
        f'<iframe src="{address}" title="{said["title"]}" loading="lazy"></iframe>'
        f'<p><a href="{address}" target="_blank">{said["open"]}</a></p></div>'
    )


def _address(name: str, url: str) -> str:
    folders = [part for part in url.split("/")[:-1] if part not in {"", "."}]
    return f"{'../' * len(folders)}{FOLDER}/{name}"
