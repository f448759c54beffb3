"""`make_report`: all of a training run on one page."""

import base64
import io
from collections.abc import Callable, Mapping
from html import escape
from string import Template
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from digitzoo.data import Split, is_disputed
from digitzoo.errors import ArgumentTypeError, DigitzooError
from digitzoo.evaluation import Evaluation, accuracy_interval, evaluate
from digitzoo.formulas import summarize
from digitzoo.tables import Table
from digitzoo.visualization.calibration import plot_calibration
from digitzoo.visualization.class_accuracy import plot_class_accuracy
from digitzoo.visualization.confusion_matrix import plot_confusion_matrix
from digitzoo.visualization.history import plot_history
from digitzoo.visualization.kernels import plot_kernels
from digitzoo.visualization.misclassified import plot_misclassified
from digitzoo.visualization.model import plot_model

_DIGESTS = ("architecture", "data", "class_names")  # the sections below say it in words
_DOTS = 2  # for each pixel of the page, so that projectors and phones show sharp lines
_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { background: $paper; color: $ink; font: 16px/1.5 system-ui, sans-serif;
  max-width: 1120px; margin: 2em auto; padding: 0 1em; }
section { margin-top: 2.5em; overflow-x: auto; }
h1, h2 { line-height: 1.2; }
img, svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; }
th, td { padding: 0.15em 0.9em 0.15em 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid #8884; }
th { font-weight: 600; white-space: nowrap; }
</style>
</head>
<body>
<h1>$title</h1>
$words
$sections
</body>
</html>
""")


def make_report(run: Any, split: Split | None = None) -> str:
    """Write a training run as one HTML page that needs no other file.

    Settings, curves, what the model says of the split (accuracy, confusion matrix, each class,
    calibration, mistakes), its first kernels, its diagram and its layers.

    Args:
        run: What `train` or `TrainingRun.load` gives.
        split: Images that the model has not seen, with labels; None leaves the results out.

    Returns:
        The page, in the colours of the user's matplotlib style.

    Raises:
        ArgumentTypeError: If it is no run.
        InvalidArgumentError: If the images do not fit the model.

    >>> page = make_report(TrainingRun.load("runs/simple_cnn-mnist-1"))  # doctest: +SKIP
    >>> Path("report.html").write_text(page, encoding="utf-8")  # doctest: +SKIP
    """
    from digitzoo.training import TrainingRun

    if not isinstance(run, TrainingRun):
        raise ArgumentTypeError(
            f"Expected what train or TrainingRun.load gives. Received {type(run).__name__}."
        )
    result = None if split is None else evaluate(run.model, split)
    told = {name: _in_words(value) for name, value in run.settings.items() if name not in _DIGESTS}
    rows = tuple((name.replace("_", " "), words) for name, words in told.items() if words)
    epochs = f"{run.epochs} {'epoch' if run.epochs == 1 else 'epochs'}"
    best = "no epoch was good" if run.best_epoch is None else f"the best was epoch {run.best_epoch}"
    paragraphs = [f"Trained {epochs} ({run.stop_reason}); {best}."]
    sections: dict[str, Callable[[], str]] = {
        "Settings": Table(("setting", "value"), rows).to_html,
        "Curves": lambda: _picture(plot_history(run), "Loss and accuracy of each epoch"),
    }
    if result is not None and split is not None:
        paragraphs.append(_result_in_words(result, split))
        sections |= {
            "Confusion matrix": lambda: _picture(plot_confusion_matrix(result), "Confusion matrix"),
            "Each class": lambda: _picture(plot_class_accuracy(result), "Accuracy on each class"),
            "Calibration": lambda: _picture(plot_calibration(result), "Accuracy over confidence"),
            "Mistakes": lambda: _picture(
                plot_misclassified(result, split, columns=9), "Images that were not recognised"
            ),
        }
    sections |= {
        "Kernels": lambda: _picture(plot_kernels(run.model), "Kernels of the first layer"),
        "Diagram": lambda: f"<svg{plot_model(run.model).svg.split('<svg')[1]}",
        "Layers": lambda: summarize(run.model).to_html(),
    }
    return _PAGE.substitute(
        title=escape(f"{run.model.name} on {run.settings.get('dataset', 'data')}"),
        words="\n".join(f"<p>{escape(text)}</p>" for text in paragraphs),
        sections="\n".join(_section(title, draw) for title, draw in sections.items()),
        paper=to_hex(mpl.rcParams["figure.facecolor"]),
        ink=to_hex(mpl.rcParams["text.color"]),
    )


def _section(title: str, draw: Callable[[], str]) -> str:
    """Write a section with what is drawn, or why it cannot be."""
    try:
        content = draw()
    except DigitzooError as error:
        content = f"<p>{escape(str(error))}</p>"
    return f"<section>\n<h2>{title}</h2>\n{content}\n</section>"


def _picture(drawn: Any, words: str) -> str:
    """Put a picture into a page as an `img`, its content said in words, and close its figure."""
    figure: Any = drawn.figure if isinstance(drawn, Axes) else drawn
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=_DOTS * figure.dpi)
    width = round(figure.get_size_inches()[0] * figure.dpi)
    plt.close(figure)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return f'<img width="{width}" alt="{words}" src="data:image/png;base64,{data}">'


def _result_in_words(result: Evaluation, split: Split) -> str:
    low, high = (100 * end for end in result.accuracy_interval)
    text = (
        f"{result.correct:,} of {result.total:,} images right: {100 * result.accuracy:.2f} % (95 % "
        f"interval {low:.2f} to {high:.2f} %), loss {result.loss:.4f}."
    )
    kept = ~is_disputed(split)
    if not kept.all() and kept.any():
        right = int(np.count_nonzero((result.predicted == result.labels)[kept]))
        total = int(np.count_nonzero(kept))
        left = len(split) - total
        low, high = (100 * end for end in accuracy_interval(right, total))
        text += (
            f" Without the {left} {'image' if left == 1 else 'images'} whose label reviewers did "
            f"not confirm: {100 * right / total:.2f} % ({low:.2f} to {high:.2f} %)."
        )
    return text


def _in_words(value: object) -> str:
    """Write a setting: what is switched off inside a group is left out."""
    if isinstance(value, Mapping):
        told = {
            name: _in_words(inner)
            for name, inner in value.items()
            if inner is not None and inner is not False
        }
        return ", ".join(f"{name} {words}" for name, words in told.items() if words)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_in_words, value))
    return "not set" if value is None else str(value)
