"""All of a training run on one page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.data import Split, is_disputed
from digitzoo.errors import ArgumentTypeError, DigitzooError
from digitzoo.evaluation import Evaluation, accuracy_interval, evaluate
from digitzoo.formulas import summarize
from digitzoo.tables import Table
from digitzoo.visualization.calibration import plot_calibration
from digitzoo.visualization.class_accuracy import plot_class_accuracy
from digitzoo.visualization.confusion_matrix import plot_confusion_matrix
from digitzoo.visualization.history import plot_history
from digitzoo.visualization.html_page import page, paragraph, picture, section
from digitzoo.visualization.kernels import plot_kernels
from digitzoo.visualization.misclassified import plot_misclassified
from digitzoo.visualization.model import plot_model

_DIGESTS = ("architecture", "data", "class_names")  # the sections below say it in words


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
    settings = Table(("setting", "value"), tuple(_settings_rows(run.settings)))
    parts = [
        paragraph(_run_in_words(run)),
        *([] if result is None or split is None else [paragraph(_result_in_words(result, split))]),
        section("Settings", settings.to_html()),
        section("Curves", picture(plot_history(run), "Loss and accuracy of each epoch")),
    ]
    if result is not None and split is not None:
        parts += _results(result, split)
    parts += _inside(run.model)
    return page(f"{run.model.name} on {run.settings.get('dataset', 'data')}", *parts)


def _run_in_words(run: Any) -> str:
    epochs = f"{run.epochs} {'epoch' if run.epochs == 1 else 'epochs'}"
    best = "no epoch was good" if run.best_epoch is None else f"the best was epoch {run.best_epoch}"
    return f"Trained {epochs} ({run.stop_reason}); {best}."


def _result_in_words(result: Evaluation, split: Split) -> str:
    low, high = (100 * end for end in result.accuracy_interval)
    text = (
        f"{result.correct:,} of {result.total:,} images right: {100 * result.accuracy:.2f} % (95 % "
        f"interval {low:.2f} to {high:.2f} %), loss {result.loss:.4f}."
    )
    doubted = is_disputed(split)
    kept = ~doubted
    if doubted.any() and kept.any():
        right = int(np.count_nonzero((result.predicted == result.labels)[kept]))
        total = int(np.count_nonzero(kept))
        low, high = (100 * end for end in accuracy_interval(right, total))
        text += (
            f" Without the {_images(doubted)} whose label reviewers did not confirm: "
            f"{100 * right / total:.2f} % ({low:.2f} to {high:.2f} %)."
        )
    return text


def _images(chosen: NDArray[np.bool_]) -> str:
    count = int(np.count_nonzero(chosen))
    return "1 image" if count == 1 else f"{count} images"


def _settings_rows(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if name not in _DIGESTS and not _is_empty(value):
            yield name.replace("_", " "), _in_words(value)


def _is_empty(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple | str) and not value


def _in_words(value: object) -> str:
    """Write a setting: what is switched off inside a group is left out.

    >>> _in_words({"class_name": "Adam", "clipnorm": None, "beta_1": 0.9})
    'class_name Adam, beta_1 0.9'
    """
    if isinstance(value, Mapping):
        return ", ".join(
            f"{name} {_in_words(inner)}"
            for name, inner in value.items()
            if inner is not None and inner is not False and not _is_empty(inner)
        )
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_in_words, value))
    return "not set" if value is None else str(value)


def _results(result: Evaluation, split: Split) -> Iterator[str]:
    pictures: dict[str, tuple[str, Callable[[], Any]]] = {
        "Confusion matrix": ("Confusion matrix", lambda: plot_confusion_matrix(result)),
        "Each class": ("Accuracy on each class", lambda: plot_class_accuracy(result)),
        "Calibration": ("Accuracy over confidence", lambda: plot_calibration(result)),
        "Mistakes": (
            "Images that were not recognised",
            lambda: plot_misclassified(result, split, columns=9),
        ),
    }
    for title, (words, draw) in pictures.items():
        yield section(title, _or_why_not(draw, words))


def _inside(model: Any) -> Iterator[str]:
    yield section(
        "Kernels", _or_why_not(lambda: plot_kernels(model), "Kernels of the first convolution")
    )
    yield section("Diagram", _or_why_not(lambda: f"<svg{plot_model(model).svg.split('<svg')[1]}"))
    yield section("Layers", _or_why_not(lambda: summarize(model).to_html()))


def _or_why_not(draw: Callable[[], Any], words: str = "") -> str:
    """Give a piece of HTML or a picture, with what it shows, or why there is none."""
    try:
        drawn = draw()
    except DigitzooError as error:
        return paragraph(str(error))
    return drawn if isinstance(drawn, str) else picture(drawn, words)
