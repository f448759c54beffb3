"""`plot_embedding`: how a network sorts images before it decides."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from digitzoo.checks import check_flag
from digitzoo.data.classes import number_names
from digitzoo.inspection import Embedding, embed
from digitzoo.inspection.images import prepare_images
from digitzoo.inspection.layers import LayerChoice
from digitzoo.inspection.logits import classes_said
from digitzoo.visualization.canvas import check_axes, check_count, single
from digitzoo.visualization.colours import class_colour, text_colour
from digitzoo.visualization.fitting import fit, letter, room_of
from digitzoo.visualization.inputs import Images, as_split, check_options, split_for
from digitzoo.visualization.lettering import spell_names, text_scale
from digitzoo.visualization.thumbnails import add_labels, add_thumbnails
from digitzoo.visualization.words import Say, words_of

_SIZE = (7.0, 5.5)  # inches
_DOT = 22.0  # square points
_UNCROWDED = 500  # images; dots of more are smaller
_MOST_IMAGES = 10_000
_MOST_ENTRIES = 20  # classes in the legend
_CLEAR, _FAINT = 0.75, 0.25  # how much of a dot is seen, and below thumbnails
_SMALL = 4.0  # inches: in less the classes are written among the dots alone


def plot_embedding(
    model: Any,
    images: Images,
    *,
    layer: LayerChoice | None = None,
    method: str = "pca",
    seed: int = 0,
    thumbnails: bool = False,
    language: str = "en",
    ax: Axes | None = None,
    **scatter: Any,
) -> Axes:
    """Draw images as points of a plane, near each other where the network sees them alike.

    The plane is that of the two main directions of the last hidden layer; the axes say how much of
    its variance they show. t-SNE keeps neighbours together instead. Each class has its colour, and
    its name where most of it is; a cross is an image that the network gets wrong. 10,000 images at
    most.

    Args:
        model: Any Keras classifier.
        images: A split, a pair of images and labels, or images alone; their colours are then those
            of what the network says.
        layer: By name, by place in `model.layers` or itself; by default the last hidden one.
        method: `"pca"` or `"tsne"`, as `embed` takes it.
        seed: Where t-SNE's randomness begins.
        thumbnails: Draws the images themselves in their colours, as many as fit beside each other.
        language: `"en"` or `"ko"`.
        ax: Where to draw; by default a new figure. Yours wants `layout="constrained"`.
        **scatter: What matplotlib's `Axes.scatter` takes.

    Returns:
        The Axes.

    Raises:
        InvalidArgumentError: If there are fewer than three images, or too many; or if the layer
            says the same of all.
        ArgumentTypeError: If it is no Keras model.

    >>> from digitzoo import load_data, simple_cnn
    >>> plot_embedding(simple_cnn(), load_data("mnist").test[:200]).get_title()
    'dense1 of simple_cnn, 200 images'
    """
    check_axes(ax)
    check_flag("thumbnails", thumbnails)
    scatter, say = check_options("scatter", scatter), words_of(language)
    split = as_split(images, model)
    check_count(len(split), _MOST_IMAGES)
    arranged = split_for(model, split)
    embedding = embed(model, arranged, layer=layer, method=method, seed=seed)
    said = classes_said(model, prepare_images(model, arranged))
    shown = said if split.labels is None else np.asarray(split.labels)
    classes = np.unique(shown)
    known = spell_names(split.class_names or number_names(classes[-1] + 1))
    names = {label: known[label] if label < len(known) else str(label) for label in classes}
    ax = single(ax, width=_SIZE[0], height=_SIZE[1])
    alpha = _FAINT if thumbnails else _CLEAR
    options = {"linewidth": 0, "alpha": alpha, **scatter}
    wrong = None if split.labels is None else shown != said
    entries = _scatter(ax, embedding.points, shown, wrong, names, **options)
    if wrong is not None:
        words = say("wrong count", count=np.count_nonzero(wrong))
        entries.append(_entry("x", text_colour(), words, mew=1.2))
    _name_axes(ax, say, embedding)
    ax.set_title(say("layer of model", layer=embedding.layer, model=model.name, count=len(split)))
    if thumbnails:
        add_thumbnails(ax, split.images, embedding.points, shown)
    if room_of(ax)[0] >= _SMALL * text_scale():
        place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1)}
        heading = say("said") if wrong is None else None
        ax.legend(handles=entries, title=heading, borderaxespad=0, **place)
    fit(ax, *_SIZE)
    middles = {label: np.median(embedding.points[shown == label], axis=0) for label in classes}
    add_labels(ax, {names[label]: (*at, class_colour(label)) for label, at in middles.items()})
    letter(ax)
    return ax


def _scatter(
    ax: Axes,
    points: NDArray[np.floating],
    shown: NDArray[np.integer],
    wrong: NDArray[np.bool_] | None,
    names: dict[int, str],
    **scatter: Any,
) -> list[Line2D]:
    """Draw dots and, over all of them, the crosses; give the legend's entries of the classes."""
    size = _DOT * text_scale() ** 2 * min(1.0, (_UNCROWDED / len(points)) ** 0.5)
    entries = []
    for label, name in names.items():
        options = {"s": size, **scatter}
        if not {"c", "color", "facecolor"} & set(scatter):
            options["color"] = class_colour(label)
        here = points[(shown == label) & (True if wrong is None else ~wrong)]
        ax.scatter(here[:, 0], here[:, 1], **options)
        if len(names) <= _MOST_ENTRIES:
            entries.append(_entry("o", class_colour(label), name))
    if wrong is None:
        return entries
    colours = [class_colour(label) for label in shown[wrong]]
    crosses = {"marker": "x", "s": 1.6 * size, "linewidth": 1.2 * text_scale()}
    ax.scatter(points[wrong, 0], points[wrong, 1], c=colours, zorder=2, **crosses)
    return entries


def _name_axes(ax: Axes, say: Say, embedding: Embedding) -> None:
    if embedding.explained_variance_ratio is None:
        ax.set_xlabel(say("tsne"))
        return
    first, second = embedding.explained_variance_ratio
    ax.set_xlabel(say("first", percent=f"{100 * first:.1f}"))
    ax.set_ylabel(say("second", percent=f"{100 * second:.1f}"))


def _entry(marker: str, colour: str, name: str, **options: Any) -> Line2D:
    size = 6 * text_scale()
    style = {"mew": 0, "markersize": size, **options}
    return Line2D([], [], ls="", marker=marker, color=colour, label=name, **style)
