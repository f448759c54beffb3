"""`plot_embedding`: how a network sorts images before it decides."""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D

from digitzoo.data.classes import number_names
from digitzoo.inspection import embed
from digitzoo.inspection.images import prepare_images
from digitzoo.inspection.layers import LayerChoice
from digitzoo.inspection.logits import classes_said
from digitzoo.visualization.canvas import check_axes, check_count, single
from digitzoo.visualization.colours import is_dark, text_colour
from digitzoo.visualization.inputs import Images, as_split, split_for
from digitzoo.visualization.lettering import letter_names, points, set_texts, text_scale
from digitzoo.visualization.matplotlib_options import check_options

# M. Petroff, "Accessible color sequences for data visualization" (2021): ten that are told apart
# with any colour vision. Each class also has its own sign.
_COLOURS = (
    *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
    *("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"),
)
_LIGHTER = 0.35  # part of white, on a dark background
_LARGEST_SIGN = 40.0  # square points
_UNCROWDED = 500  # images; signs of more are smaller
_MOST_IMAGES = 10_000
_MOST_ENTRIES = 20  # classes in the legend
_USUAL_LEGEND = 10.0  # points: matplotlib's own legend.fontsize


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
    the layer's variance they show. t-SNE keeps neighbours together instead. Each class has its
    number as sign, and its colour. What the network gets wrong stands in a ring. Of more than
    twenty classes the signs alone tell. 10,000 images are drawn at most.

    Args:
        model: Any Keras classifier.
        images: A split, a pair of images and labels, or images alone; their signs are then what
            the network says.
        layer: The layer, by name, by place in `model.layers` or itself; by default the last hidden
            one.
        method: `"pca"` or `"tsne"`, as `embed` takes it.
        seed: Where t-SNE's randomness begins.
        ax: Where to draw; by default a new figure. Yours keeps its layout;
            `plt.subplots(..., layout="constrained")` gives the legend its room.
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
    scatter = check_options("scatter", scatter, artist=Collection)
    split = as_split(images, model)
    check_count(len(split), _MOST_IMAGES)
    arranged = split_for(model, split)
    embedding = embed(model, arranged, layer=layer, method=method, seed=seed)
    said = classes_said(model, prepare_images(model, arranged))
    shown = said if split.labels is None else np.asarray(split.labels)
    title = f"{embedding.layer} of {model.name}, {len(split):,} images"
    classes_there = split.class_names or number_names(int(shown.max()) + 1)
    names, lettering = letter_names(classes_there, [title])
    scale = text_scale()
    ax = single(ax, width=7.0 * scale, height=5.5 * scale)
    size = _LARGEST_SIGN * scale**2 * min(1.0, (_UNCROWDED / len(split)) ** 0.5)
    for label in np.unique(shown):
        places = embedding.points[shown == label]
        options = {"marker": f"${label}$", "s": size, "linewidth": 0, **scatter}
        if not {"c", "color", "facecolor"} & set(scatter):
            options["color"] = _colour(label)
        ax.scatter(places[:, 0], places[:, 1], **options)
    classes = np.unique(shown)
    entries = [
        _entry(f"${n}$", _colour(n), names[n] if n < len(names) else str(n))
        for n in classes
        if len(classes) <= _MOST_ENTRIES
    ]
    if split.labels is not None:
        wrong = embedding.points[shown != said]
        ax.scatter(
            wrong[:, 0],
            wrong[:, 1],
            s=4 * size,
            facecolors="none",
            edgecolors=text_colour(),
            linewidths=0.8,
            alpha=0.7,
        )
        entries.append(
            _entry("o", text_colour(), f"wrong: {len(wrong):,}", fillstyle="none", mew=0.8)
        )
    if embedding.explained_variance_ratio is None:
        ax.set_xlabel("t-SNE: what is near is alike, what is far need not differ")
    else:
        first, second = embedding.explained_variance_ratio
        ax.set_xlabel(f"first direction, {100 * first:.1f} % of the variance")
        ax.set_ylabel(f"second direction, {100 * second:.1f} % of the variance")
    ax.set_title(lettering.spell(title))
    said_or_true = "said" if split.labels is None else None
    ax.legend(
        handles=entries,
        title=said_or_true if entries[1:] else "sign: class",
        loc="upper left",
        bbox_to_anchor=(1.01, 1),
        borderaxespad=0,
        markerscale=points(mpl.rcParams["legend.fontsize"]) / _USUAL_LEGEND,
    )
    set_texts(ax, lettering)
    return ax


def _colour(label: int) -> str:
    colour = _COLOURS[label % len(_COLOURS)]
    if not is_dark():
        return colour
    red, green, blue = (part + _LIGHTER * (1 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))


def _entry(marker: str, colour: str, name: str, **options: Any) -> Line2D:
    return Line2D([], [], ls="", marker=marker, color=colour, label=name, **{"mew": 0, **options})
