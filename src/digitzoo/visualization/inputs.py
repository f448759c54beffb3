"""What pictures are made of: images, results, models by name, and options of matplotlib's."""

import copy
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from matplotlib import cbook
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_whole
from digitzoo.data import Split
from digitzoo.data.images import as_images, has_channels_first, pixels_of
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, shown
from digitzoo.evaluation import Evaluation, evaluate
from digitzoo.inspection.images import read_channels_first
from digitzoo.visualization.canvas import check_count, check_figure

Images = Split | ArrayLike | tuple[ArrayLike, ArrayLike]
Image = Split | ArrayLike | tuple[ArrayLike, int | None]

_MOST_MODELS = 6  # have colours that are told apart


def as_split(images: Images, model: object = None) -> Split:
    """Bring images to a split with the channels last; those of a `model` may have them first."""
    if isinstance(images, Split):
        return Split(_as_pictures(images.images, model), images.labels, images.class_names)
    if isinstance(images, tuple) and len(images) == 2:
        return Split(_as_pictures(images[0], model), images[1])
    return Split(_as_pictures(images, model))


def split_for(model: object, split: Split) -> Split:
    """Arrange a split's images as a model takes them, with the channels last or first."""
    if not channels_come_first(model):
        return split
    return Split(np.moveaxis(split.images, -1, 1), split.labels, split.class_names)


def channels_come_first(model: object) -> bool:
    """Tell whether a model, or a list of layers, takes images whose channels come first."""
    shape = getattr(model, "input_shape", None)
    if isinstance(shape, tuple) and None not in shape[1:]:
        by_shape = has_channels_first(shape[1:])
        if by_shape is not None:
            return by_shape
    if isinstance(model, keras.Model):
        return bool(read_channels_first(model))
    layers = model if isinstance(model, list | tuple) else ()
    return any(getattr(layer, "data_format", None) == "channels_first" for layer in layers)


def as_pixels(image: Image) -> NDArray[Any]:
    """Give the array of what should be one image, in the shape in which it came."""
    if isinstance(image, Split):
        if len(image) != 1:
            raise ShapeError(
                f"Expected one image. Received a Split of {len(image):,}. Give its .images[0]."
            )
        return np.asarray(image.images[0])
    pixels: Any = image
    if isinstance(image, tuple) and len(image) == 2:
        label = image[1]
        pixels = image[0] if label is None or isinstance(label, int | np.integer) else image
    return pixels_of(pixels)


def as_image(image: Image, model: object = None) -> NDArray[Any]:
    """Bring one image to `(height, width, channels)`, also where a model's channels come first."""
    pixels = as_pixels(image)
    pictures = _as_pictures(pixels, model)
    if len(pictures) != 1:
        raise ShapeError(
            f"Expected one image. Received {len(pictures):,}: shape {pixels.shape}. Give images[0]."
        )
    return np.asarray(pictures[0])


def _as_pictures(images: ArrayLike, model: object) -> NDArray[Any]:
    """Bring images to `(N, height, width, channels)`, the channels where they are drawn."""
    pixels = pixels_of(images)
    if pixels.ndim in (3, 4) and channels_come_first(model):
        one = pixels.shape[-3:]
        wanted = getattr(model, "input_shape", (None,))[1:] or one
        fits = all(size in (None, own) for size, own in zip(wanted, one, strict=True))
        pixels = np.moveaxis(pixels, -3, -1) if fits and has_channels_first(one) else pixels
    pictures = as_images(pixels)
    if 0 in pictures.shape[1:]:
        raise ShapeError(f"An image has a pixel or more. Received shape {pixels.shape}.")
    return pictures


def as_evaluation(result: Any, split: Split) -> Evaluation:
    """Give what a model says of a split: the evaluation itself, or the model asked."""
    if not isinstance(result, Evaluation):
        return evaluate(result, split_for(result, split))
    what = ""
    if result.total != len(split):
        what = f"{result.total:,} images, and these are {len(split):,}"
    elif split.labels is not None and not np.array_equal(result.labels, split.labels):
        what = "other images: the labels differ"
    if what:
        raise InvalidArgumentError(
            f"The evaluation is of {what}. Give the split that was evaluated."
        )
    return result


def check_evaluation(result: object) -> Evaluation:
    """Hold an argument to an evaluation."""
    if not isinstance(result, Evaluation):
        raise ArgumentTypeError(
            f"Expected what evaluate(model, split) gives. Received {type(result).__name__}."
        )
    if not result.total:
        raise InvalidArgumentError("The evaluation is of no images. Evaluate one or more.")
    return result


def as_named_models(models: Any) -> dict[str, Any]:
    """Name models: as the user does, or by their own names, numbered where those are alike."""
    if isinstance(models, Mapping):
        named = {str(name): model for name, model in models.items()}
    else:
        several = as_list(models)
        names = [str(getattr(model, "name", "model")) for model in several]
        named = {
            name if names.count(name) == 1 else f"{name} {number}": model
            for number, (name, model) in enumerate(zip(names, several, strict=True), 1)
        }
    check_count(len(named), _MOST_MODELS, what="models")
    return named


def as_list(one_or_more: Any) -> list[Any]:
    """Give a list of what comes alone or as several."""
    return list(one_or_more) if isinstance(one_or_more, list | tuple) else [one_or_more]


_BARS = "The bars are the intervals of the accuracies."
_LABEL = "Names come from a dict: {'name': ...}."
# What pictures decide themselves, and why.
_REFUSED = {
    "errorbar": {"xerr": _BARS, "yerr": _BARS},
    "barh": {"width": "The bars are as long as the counts."},
    "hist": {"label": _LABEL},
    "imshow": {"ax": "A grid is drawn on a figure=."},
    "plot": {"label": _LABEL},
}
# Something to draw for each method of Axes, and the class that knows its options' short names.
_TRIALS: dict[str, tuple[tuple[Any, ...], type]] = {
    "barh": (([0, 1], [0, 1]), Patch),
    "errorbar": (([0, 1], [0, 1], [0, 1]), Line2D),
    "hist": (([0, 1],), Patch),
    "imshow": (([[0, 1]],), AxesImage),
    "plot": (([0, 1], [0, 1]), Line2D),
    "scatter": (([0, 1], [0, 1]), Collection),
}


def check_options(method: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Hold options to what a method of Axes draws with, and give them under their full names."""
    if not options:
        return {}
    for name, remedy in _REFUSED.get(method, {}).items():
        if name in options:
            raise InvalidArgumentError(f"{remedy} Received {name}={shown(options[name])}.")
    something, artist = _TRIALS[method]
    # A norm takes its limits from what it sees first.
    tried = {name: copy.deepcopy(v) if name == "norm" else v for name, v in options.items()}
    figure = Figure(figsize=(1, 1), dpi=20)
    FigureCanvasAgg(figure)
    try:
        getattr(figure.add_subplot(), method)(*something, **tried)
        figure.canvas.draw()
        return cbook.normalize_kwargs(dict(options), artist)
    except Exception as error:  # matplotlib has no one kind of error for what it cannot draw
        kind = ArgumentTypeError if isinstance(error, TypeError) else InvalidArgumentError
        raise kind(
            f"Other arguments go to matplotlib's Axes.{method}, which refuses these: "
            f"{str(error)[:300]}. Received {shown(dict(options))}."
        ) from error


def check_grid(columns: object, figure: object, imshow: Mapping[str, Any]) -> dict[str, Any]:
    """Hold the arguments that all grids of panels have to what can be drawn."""
    if columns is not None:
        check_whole("columns", columns, at_least=1)
    check_figure(figure)
    return check_options("imshow", imshow)
