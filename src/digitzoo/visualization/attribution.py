"""`plot_attribution`: what in an image speaks for a class, by Grad-CAM, saliency and occlusion."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_choice
from digitzoo.data.classes import number_names
from digitzoo.inspection import grad_cam, occlusion, saliency
from digitzoo.inspection.images import prepare_images
from digitzoo.inspection.layers import LayerChoice, convolutions_of
from digitzoo.inspection.logits import choose_labels, logits_of
from digitzoo.inspection.saliency import maps_layer
from digitzoo.visualization.canvas import AnyFigure, check_count, check_figure, image_grid
from digitzoo.visualization.colours import DIVERGING, SEQUENTIAL
from digitzoo.visualization.images import show_image, show_values
from digitzoo.visualization.inputs import Images, as_list, as_split, split_for
from digitzoo.visualization.lettering import spell_names
from digitzoo.visualization.words import Say, words_of

METHODS = ("grad_cam", "saliency", "occlusion")
_MOST_IMAGES = 20


def plot_attribution(
    model: Any,
    images: Images,
    *,
    methods: str | Sequence[str] | None = None,
    label: ArrayLike | None = None,
    layer: LayerChoice | None = None,
    language: str = "en",
    figure: AnyFigure | None = None,
) -> AnyFigure:
    """Draw what in an image speaks for a class: one row an image, one panel a method.

    Grad-CAM lies over the image, the brighter the more evidence. Saliency is bright where a pixel
    moves the logit, up or down. Occlusion is red where covering the image lowers the logit, blue
    where it raises it, and takes long of large images. Titles say by how much, and where there is
    no positive evidence; a thin line shows the image's shape. 20 images are drawn at most.

    Args:
        model: Any Keras classifier that ends in logits, a softmax or a sigmoid for each class.
        images: A split, a pair of images and labels, or images alone.
        methods: `"grad_cam"`, `"saliency"`, `"occlusion"`, or several; by default all three, or
            the last two for a network without convolutions.
        label: The class to explain, or one for each image; by default what the model says.
        layer: The layer that Grad-CAM weighs; by default as `grad_cam` chooses.
        language: `"en"` or `"ko"`.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.

    Returns:
        The figure.

    Raises:
        InvalidArgumentError: If a method is unknown, there are no or too many images, or the
            network cannot be explained; see `grad_cam`.
        ArgumentTypeError: If `model` is no Keras model.

    >>> from digitzoo import load_data, simple_cnn
    >>> figure = plot_attribution(simple_cnn(), load_data("mnist").test[:2])
    >>> len(figure.axes)
    8
    """
    check_figure(figure)
    say = words_of(language)
    chosen = _choose_methods(methods, model)
    split = as_split(images, model)
    check_count(len(split), _MOST_IMAGES)
    arranged = split_for(model, split)
    inputs = prepare_images(model, arranged)
    logits = logits_of(model, inputs)
    labels = choose_labels(logits, label)
    weighed, chosen_layer = maps_layer(model, inputs, layer) if "grad_cam" in chosen else ("", None)
    explain: dict[str, Callable[..., NDArray[np.floating]]] = {
        "grad_cam": partial(grad_cam, layer=chosen_layer),
        "saliency": saliency,
        "occlusion": occlusion,
    }
    maps = {method: explain[method](model, arranged, label=labels) for method in chosen}
    about = [[_title(say, method, one, weighed) for one in maps[method]] for method in chosen]
    classes = max(logits.shape[1], 0 if split.labels is None else int(split.labels.max()) + 1)
    known = split.class_names if len(split.class_names) == classes else number_names(classes)
    names = spell_names(known)
    titles = []
    for number, explained in enumerate(labels):
        lines = [] if split.labels is None else [say("true", name=names[split.labels[number]])]
        titles.append("\n".join([*lines, say("evidence", name=names[explained])]))
        titles += [words[number] for words in about]
    figure, axes = image_grid(titles, figure=figure, columns=1 + len(maps), image_size=(1.5, 1.5))
    panels = iter(axes)
    for number, picture in enumerate(split.images):
        show_image(next(panels), picture)
        for method, values in maps.items():
            _draw(next(panels), method, picture, values[number])
    return figure


def _choose_methods(methods: str | Sequence[str] | None, model: Any) -> list[str]:
    if methods is None:
        return list(METHODS if convolutions_of(model) else METHODS[1:])
    chosen = dict.fromkeys(check_choice("method", method, METHODS) for method in as_list(methods))
    check_count(len(chosen), len(METHODS), what="methods")
    return list(chosen)


def _title(say: Say, method: str, values: NDArray[np.floating], layer: str) -> str:
    low, high = f"{values.min():.2g}", f"{values.max():.2g}"
    if method == "saliency":
        return f"{say('saliency')}\n{say('up to', value=high) if values.any() else say('no pixel')}"
    title = f"Grad-CAM, {layer}" if method == "grad_cam" else say("occlusion")
    if values.max() <= 0:
        return f"{title}\n{say('no evidence')}"
    return f"{title}\n{say('low to high', low=low, high=high)}" if method == "occlusion" else title


def _draw(ax: Axes, method: str, picture: NDArray[Any], values: NDArray[np.floating]) -> None:
    top = np.abs(values).max() or 1.0
    if method == "grad_cam":
        show_image(ax, picture)
        transparency = 0.8 * np.sqrt(values / top)
        show_values(ax, values, cmap=SEQUENTIAL, vmin=0, vmax=top, alpha=transparency)
        return
    signed = method == "occlusion"
    colours, low = (DIVERGING, -top) if signed else (SEQUENTIAL, 0)
    show_values(ax, values, cmap=colours, vmin=low, vmax=top)
    # The edge of what is brighter than the middle, which a photo has none of.
    if picture.shape[-1] == 1 and picture.min() < picture.max():
        middle = (float(picture.min()) + float(picture.max())) / 2
        edge = "black" if signed else "white"
        ax.contour(picture[..., 0], levels=[middle], colors=edge, linewidths=0.7)
