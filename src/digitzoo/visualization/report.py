"""`make_report`: all of a training run on one page."""

import base64
import io
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from digitzoo.checks import check_choice, check_text
from digitzoo.data import Split
from digitzoo.errors import ArgumentTypeError, DigitzooError
from digitzoo.evaluation import Evaluation, evaluate
from digitzoo.formulas import summarize
from digitzoo.formulas.layers.base import LANGUAGES
from digitzoo.tables import Table
from digitzoo.visualization.calibration import plot_calibration
from digitzoo.visualization.class_accuracy import plot_class_accuracy
from digitzoo.visualization.colours import is_light
from digitzoo.visualization.confusion_matrix import plot_confusion_matrix
from digitzoo.visualization.history import plot_history
from digitzoo.visualization.kernels import plot_kernels
from digitzoo.visualization.misclassified import plot_misclassified
from digitzoo.visualization.model import plot_model
from digitzoo.visualization.report_facts import (
    Words,
    facts,
    setting_rows,
    verdict,
    words_of,
)
from digitzoo.visualization.samples import plot_samples

_DOTS = 2  # for each pixel of the page, so that projectors and phones show sharp lines
_SAMPLES, _COLUMNS = 10, 5  # small pictures that are told apart on a phone too
_DARK_PAGE = {"paper": "#16181d", "ink": "#e6e8ee", "link": "#4db6ac"}
_DARK_PICTURES = {
    "figure.facecolor": _DARK_PAGE["paper"],
    "savefig.facecolor": _DARK_PAGE["paper"],
    "axes.facecolor": _DARK_PAGE["paper"],
}
Drawing = Callable[[], Any]


def make_report(
    run: Any, split: Split | None = None, *, command: str | None = None, language: str = "en"
) -> str:
    """Write a training run as one HTML page that needs no other file.

    A verdict, when and how it was trained, samples, curves, what the model says of the split
    (confusion matrix, each class, calibration, mistakes), its first kernels, its diagram, its
    layers and its settings.

    Args:
        run: What `train` or `TrainingRun.load` gives.
        split: Images that the model has not seen, with labels; None leaves the results out.
        command: What repeats the run, to be shown as it is.
        language: `"en"` or `"ko"`.

    Returns:
        The page. It follows the reader's choice of light or dark, unless matplotlib's style is
        dark: then it is dark too.

    Raises:
        ArgumentTypeError: If it is no run, or another argument is of a wrong type.
        InvalidArgumentError: If the images do not fit the model, or there is no such language.

    >>> page = make_report(TrainingRun.load("runs/simple_cnn-mnist-1"))  # doctest: +SKIP
    >>> Path("report.html").write_text(page, encoding="utf-8")  # doctest: +SKIP
    """
    from digitzoo.training import TrainingRun

    if not isinstance(run, TrainingRun):
        raise ArgumentTypeError(
            f"Expected what train or TrainingRun.load gives. Received {type(run).__name__}."
        )
    say = words_of(check_choice("language", language, LANGUAGES))
    command = None if command is None else check_text("command", command)
    result = None if split is None else evaluate(run.model, split)
    sections = {
        title: _section(title, content, say)
        for title, content in _sections(run, result, split, language).items()
    }
    links = (f'<li><a href="#{_anchor(title)}">{say(title)}</a></li>' for title in sections)
    is_dark = not is_light(mpl.rcParams["figure.facecolor"])
    template = Path(__file__).with_name("report_page.html").read_text(encoding="utf-8")
    return Template(template).substitute(
        language=language,
        title=escape(say("title", model=run.model.name, dataset=run.settings["dataset"])),
        verdict=escape(verdict(run, result, say)),
        facts=_facts(facts(run, result, split, say), say("command"), command),
        contents=say("Contents"),
        links="\n".join(links),
        sections="\n".join(sections.values()),
        paper=to_hex(mpl.rcParams["figure.facecolor"]),
        ink=to_hex(mpl.rcParams["text.color"]),
        schemes="dark" if is_dark else "light dark",
        dark="" if is_dark else _dark_scheme(),
    )


def _sections(
    run: Any, result: Evaluation | None, split: Split | None, language: str
) -> dict[str, Callable[[], str]]:
    """Give what writes each section, by its title."""
    say = words_of(language)
    spoken: Any = {"language": language}
    drawn: dict[str, list[Drawing]] = {}
    if split is not None:
        drawn["Samples"] = [lambda: plot_samples(split, _SAMPLES, columns=_COLUMNS, **spoken)]
    # A picture each, so that they stand below each other on a phone.
    curves = partial(plot_history, run, **spoken)
    drawn["Curves"] = [partial(curves, metrics=name) for name in ("loss", "accuracy")]
    if result is not None and split is not None:
        drawn |= {
            "Confusion matrix": [lambda: plot_confusion_matrix(result, **spoken)],
            "Each class": [lambda: plot_class_accuracy(result, **spoken)],
            "Calibration": [lambda: plot_calibration(result, **spoken)],
            "Mistakes": [
                lambda: plot_misclassified(result, split, columns=_COLUMNS, **spoken),
            ],
        }
    drawn["Kernels"] = [lambda: plot_kernels(run.model, **spoken)]
    settings = Table((say("setting"), say("value")), tuple(setting_rows(run, say)))
    return {
        **{title: partial(_pictures, draws, say(f"alt {title}")) for title, draws in drawn.items()},
        "Diagram": lambda: f'<div class="diagram">{_svg(run.model, language)}</div>',
        "Layers": lambda: f'<div class="box">{summarize(run.model).to_html()}</div>',
        "Settings": lambda: f'<div class="box">{settings.to_html()}</div>',
    }


def _section(title: str, content: Callable[[], str], say: Words) -> str:
    """Write a section with what is drawn, or why it cannot be."""
    try:
        body = content()
    except DigitzooError as error:
        body = f"<p>{escape(str(error))}</p>"
    return f'<section id="{_anchor(title)}">\n<h2>{say(title)}</h2>\n{body}\n</section>'


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _facts(rows: Iterable[tuple[str, str]], label: str, command: str | None) -> str:
    lines = [f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in rows]
    if command is not None:
        lines.append(f"<dt>{label}</dt><dd><code>{escape(command)}</code></dd>")
    return "\n".join(["<dl>", *lines, "</dl>"])


def _pictures(draws: Iterable[Drawing], words: str) -> str:
    """Put pictures into a page, their content said in words."""
    return f'<div class="pictures">{"".join(_both_schemes(draw, words) for draw in draws)}</div>'


def _both_schemes(draw: Drawing, words: str) -> str:
    """Draw a picture; on a page that may be read on light and on dark ground, for each."""
    image = f'<img alt="{escape(words)}" {_picture(draw)}>'
    if not is_light(mpl.rcParams["figure.facecolor"]):
        return image
    with plt.style.context(["dark_background", _DARK_PICTURES]):
        dark = _picture(draw)
    source = f'<source media="(prefers-color-scheme: dark)" {dark.replace("src=", "srcset=")}>'
    return f"<picture>{source}{image}</picture>"


def _picture(draw: Drawing) -> str:
    """Draw a figure and close it; give its width on the page and its content as attributes."""
    drawn = draw()
    figure: Any = drawn.figure if isinstance(drawn, Axes) else drawn
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=_DOTS * figure.dpi)
    width, height = (round(inches * figure.dpi) for inches in figure.get_size_inches())
    plt.close(figure)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return f'width="{width}" height="{height}" src="data:image/png;base64,{data}"'


def _svg(model: Any, language: str) -> str:
    return f"<svg{plot_model(model, language=language).svg.split('<svg')[1]}"


def _dark_scheme() -> str:
    colours = "; ".join(f"--{name}: {colour}" for name, colour in _DARK_PAGE.items())
    return f"@media (prefers-color-scheme: dark) {{ :root {{ {colours}; }} }}"
