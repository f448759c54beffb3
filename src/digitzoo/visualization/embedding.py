"""`plot_embedding`: how a network sorts images before it decides."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D

from digitzoo.data.classes import number_names
from digitzoo.inspection import embed
from digitzoo.inspection.images import prepare_images
from digitzoo.inspection.layers import LayerChoice
from digitzoo.inspection.logits import classes_said
from digitzoo.visualization.canvas import check_axes, check_count, single
from digitzoo.visualization.colours import is_dark, text_colour
from digitzoo.visualization.inputs import Images, as_split, check_options, split_for
from digitzoo.visualization.lettering import letter_names, text_scale

# M. Petroff, "Accessible color sequences for data visualization" (2021): for any colour vision.
_COLOURS = (
    *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
    *("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"),
)
_LIGHTER = 0.35  # part of white, on a dark background
_LARGEST_SIGN = 40.0  # square points
_UNCROWDED = 500  # images; signs of more are smaller
_MOST_IMAGES = 10_000
_MOST_ENTRIES = 20  # classes in the legend


def plot_embedding(
    model: Any,
    images: Images,
    *,
    layer: LayerChoice | None = None,
    method: str = "pca",
    seed: int = 0,
    ax: Axes | None = None,
    **scatter: Any,
) -> Axes:
    """Draw images as points of a plane, near each other where the network sees them alike.

    The plane is that of the two main directions of the last hidden layer; the axes say how much of
    its variance they show. t-SNE keeps neighbours together instead. Each class has its number as
    sign, and its colour; what the network gets wrong stands in a ring. 10,000 images at most.

    Args:
        model: Any Keras classifier.
        images: A split, a pair of images and labels, or images alone; their signs are then what
            the network says.
        layer: By name, by place in `model.layers` or itself; by default the last hidden one.
        method: `"pca"` or `"tsne"`, as `embed` takes it.
        seed: Where t-SNE's randomness begins.
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
    scatter = check_options("scatter", scatter)
    split = as_split(images, model)
    check_count(len(split), _MOST_IMAGES)
    arranged = split_for(model, split)
    embedding = embed(model, arranged, layer=layer, method=method, seed=seed)
    said = classes_said(model, prepare_images(model, arranged))
    shown = said if split.labels is None else np.asarray(split.labels)
    classes = np.unique(shown)
    title = f"{embedding.layer} of {model.name}, {len(split):,} images"
    names, lettering = letter_names(split.class_names or number_names(classes[-1] + 1), [title])
    ax = single(ax, width=7.0, height=5.5)
    size = _LARGEST_SIGN * text_scale() ** 2 * min(1.0, (_UNCROWDED / len(split)) ** 0.5)
    entries = []
    for label in classes:
        places, sign, colour = embedding.points[shown == label], f"${label}$", _colour(label)
        options = {"marker": sign, "s": size, "linewidth": 0, **scatter}
        if not {"c", "color", "facecolor"} & set(scatter):
            options["color"] = colour
        ax.scatter(places[:, 0], places[:, 1], **options)
        if len(classes) <= _MOST_ENTRIES:
            name = names[label] if label < len(names) else str(label)
            entries.append(_entry(sign, colour, name))
    if split.labels is not None:
        wrong = embedding.points[shown != said]
        rings = ax.scatter(wrong[:, 0], wrong[:, 1], s=4 * size, alpha=0.7)
        rings.set(facecolor="none", edgecolor=text_colour(), linewidth=0.8)
        words = f"wrong: {len(wrong):,}"
        entries.append(_entry("o", text_colour(), words, fillstyle="none", mew=0.8))
    if embedding.explained_variance_ratio is None:
        ax.set_xlabel("t-SNE: what is near is alike, what is far need not differ")
    else:
        first, second = embedding.explained_variance_ratio
        ax.set_xlabel(f"first direction, {100 * first:.1f} % of the variance")
        ax.set_ylabel(f"second direction, {100 * second:.1f} % of the variance")
    lettering.apply(ax.set_title(lettering.spell(title)))
    said_or_true = "said" if split.labels is None else None
    heading = said_or_true if entries[1:] else "sign: class"
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1), "borderaxespad": 0}
    legend = ax.legend(handles=entries, title=heading, markerscale=text_scale(), **place)
    lettering.apply(*legend.get_texts())
    return ax


def _colour(label: int) -> str:
    colour = np.array(to_rgb(_COLOURS[label % len(_COLOURS)]))
    red, green, blue = colour + _LIGHTER * (1 - colour) if is_dark() else colour
    return to_hex((red, green, blue))


def _entry(marker: str, colour: str, name: str, **options: Any) -> Line2D:
    return Line2D([], [], ls="", marker=marker, color=colour, label=name, **{"mew": 0, **options})
