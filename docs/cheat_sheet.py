"""The formulas on two pages to print, for a wall or an exam: worked out by `digitzoo.formulas`.

No formula stands here: each box is what `explain` says of one layer, without the formulas that
an earlier box has.
"""

import html
from pathlib import Path
from typing import Any

from digitzoo import explain, summarize

NAME = "cheat-sheet.html"
_IMAGE, _MAPS = (28, 28, 1), (24, 24, 32)
PAGES: tuple[tuple[tuple[str, tuple[int, ...], dict[str, Any]], ...], ...] = (
    (
        ("Conv2D", _IMAGE, {"filters": 32, "kernel_size": 5}),
        ("Conv2D", _MAPS, {"filters": 64, "kernel_size": 3, "strides": 2, "padding": "same"}),
        ("Conv2D", _IMAGE, {"filters": 32, "kernel_size": 3, "dilation_rate": 2}),
        ("MaxPooling2D", _MAPS, {"pool_size": 2}),
        ("Flatten", (12, 12, 32), {}),
        ("Dense", (4608,), {"units": 128}),
        ("Dropout", (128,), {"rate": 0.5}),
        ("BatchNormalization", _MAPS, {}),
        ("GlobalAveragePooling2D", _MAPS, {}),
    ),
    (
        ("Conv2DTranspose", (12, 12, 32), {"filters": 16, "kernel_size": 3, "strides": 2}),
        ("DepthwiseConv2D", _MAPS, {"kernel_size": 3}),
        ("SeparableConv2D", _MAPS, {"filters": 64, "kernel_size": 3}),
        ("ZeroPadding2D", _MAPS, {"padding": 1}),
        ("UpSampling2D", (12, 12, 32), {"size": 2}),
        ("Embedding", (20,), {"input_dim": 1000, "output_dim": 32}),
        ("LSTM", (28, 28), {"units": 64}),
        ("GRU", (28, 28), {"units": 64}),
    ),
)
NETWORK = "simple_cnn"
WORDS = {
    "en": {
        "title": "Layers by hand",
        "network": "A whole network: {name}",
        "once": "A formula that is the same as in an earlier box is not said again.",
        "columns": ("layer", "output shape", "params", "MACs"),
    },
    "ko": {
        "title": "손으로 계산하는 층",
        "network": "신경망 전체: {name}",
        "once": "앞 칸과 같은 공식은 다시 쓰지 않았습니다.",
        "columns": ("층", "출력 모양", "매개변수", "MAC"),
    },
}
STYLE = """
@page { size: A4; margin: 11mm 12mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 186mm; color: #16202a; background: #fff;
  font: 8.7pt/1.34 "Noto Sans", "Noto Sans KR", "Noto Sans CJK KR", "Apple SD Gothic Neo",
  "Malgun Gothic", system-ui, sans-serif; }
:lang(ko) { word-break: keep-all; }
h1 { margin: 0 0 1mm; color: #00665d; font-size: 15pt; }
h1 small { color: #4a555c; font-size: 9pt; font-weight: 400; }
main { columns: 2; column-gap: 6mm; }
.sheet { break-after: page; }
.sheet:last-of-type { break-after: auto; }
section { margin: 0 0 2.2mm; padding: 1.4mm 2mm; border: 0.3mm solid #9db4b1;
  border-radius: 1mm; break-inside: avoid; }
h2 { margin: 0 0 0.6mm; font-size: 9pt; }
h2 code { color: #00665d; }
code { font: 0.92em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
dl { margin: 0; }
dt { font-weight: 600; }
dd { margin: 0 0 0.7mm 2mm; }
dd code { display: block; }
dd code + code { color: #4a555c; }
.legend { margin: 2mm 0 0; column-span: all; color: #33404a; }
table { width: 100%; border-collapse: collapse; font-size: 0.88em; }
th, td { padding: 0.2mm 1mm 0.2mm 0; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
"""


def sheet(language: str) -> str:
    """Write the two pages."""
    words, seen = WORDS[language], set[tuple[str, str]]()
    pages = []
    for number, layers in enumerate(PAGES, 1):
        boxes, legend = [], dict[str, None]()
        for layer, shape, arguments in layers:
            box, symbols = _box(layer, shape, arguments, language, seen)
            boxes.append(box)
            legend |= dict.fromkeys(symbols)
        if number == 1:
            boxes.append(_network(language))
        pages.append(
            f'<div class="sheet"><h1>{words["title"]} <small>digitzoo, {number}/{len(PAGES)}. '
            f"{words['once']}</small></h1><main>{''.join(boxes)}</main>"
            f'<p class="legend">{html.escape("; ".join(legend))}</p></div>'
        )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{words['title']}</title><style>{STYLE}</style></head>\n"
        f"<body>{''.join(pages)}</body></html>\n"
    )


def write(site: Path) -> None:
    """Write the sheet of each language beside the page for teachers."""
    for folder, language in (("teach", "en"), ("ko/teach", "ko")):
        (site / folder).mkdir(parents=True, exist_ok=True)
        (site / folder / NAME).write_text(sheet(language), encoding="utf-8")


def _box(
    layer: str,
    shape: tuple[int, ...],
    arguments: dict[str, Any],
    language: str,
    seen: set[tuple[str, str]],
) -> tuple[str, list[str]]:
    """Give the box of a layer, and the symbols that stand in it with what they mean."""
    told = explain(layer, shape, language=language, **arguments)
    rows, formulas = [], ""
    for place, step in enumerate(told.sections[0].steps):
        key = step.title, step.formula
        if place and key in seen:  # the first tells the size, which each box has
            continue
        seen.add(key)
        codes = "".join(f"<code>{html.escape(t)}</code>" for t in (step.formula, step.numbers) if t)
        rows.append(f"<dt>{step.title}</dt><dd>{codes}{html.escape(step.remark)}</dd>")
        formulas += f" {step.formula}"
    call = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    sizes = told.title.partition(": ")[2]
    head = f"<h2><code>{layer}({html.escape(call)})</code><br>{html.escape(sizes)}</h2>"
    legend = [
        part for part in told.legend.split("; ") if part and part.partition(":")[0] in formulas
    ]
    return f"<section>{head}<dl>{''.join(rows)}</dl></section>", legend


def _network(language: str) -> str:
    words = WORDS[language]
    table = summarize(NETWORK).table(["layer", "output shape", "params", "MACs"])
    head = "".join(f"<th>{name}</th>" for name in words["columns"])
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in (*table.rows, table.total or ())
    )
    title = words["network"].format(name=f"<code>{NETWORK}</code>")
    return f"<section><h2>{title}</h2><table><tr>{head}</tr>{rows}</table></section>"
