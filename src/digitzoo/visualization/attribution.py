"""`plot_attribution`: what in an image speaks for a class, by Grad-CAM, saliency and occlusion."""

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_choice
from digitzoo.data import Split
from digitzoo.data.classes import number_names
from digitzoo.errors import InvalidArgumentError
from digitzoo.inspection import grad_cam, occlusion, saliency
from digitzoo.inspection.grad_cam import maps_layer
from digitzoo.inspection.images import prepare_images
from digitzoo.inspection.labels import choose_labels
from digitzoo.inspection.layers import CONVOLUTIONS, LayerChoice, layers_of_kind
from digitzoo.inspection.logits import logits_of
from digitzoo.visualization.canvas import AnyFigure, check_count, check_figure, image_grid
from digitzoo.visualization.colours import DIVERGING, SEQUENTIAL
from digitzoo.visualization.images import show_image, show_values
from digitzoo.visualization.inputs import Images, as_list, as_split, split_for
from digitzoo.visualization.lettering import letter_names

METHODS = ("grad_cam", "saliency", "occlusion")
_MOST_IMAGES = 20


class _Map(NamedTuple):
    """One method's answer for all images: the values, how to title and how to draw one of them."""

    values: NDArray[np.floating]
    title: Callable[[NDArray[np.floating]], str]
    draw: Callable[[Axes, NDArray[Any], NDArray[np.floating]], None]


def plot_attribution(
    model: Any,  # noqa: ANN401 - any Keras model
    images: Images,
    *,
    methods: str | Sequence[str] | None = None,
    label: ArrayLike | None = None,
    layer: LayerChoice | None = None,
    figure: AnyFigure | None = None,
) -> AnyFigure:
    """Draw what in an image speaks for a class: one row an image, one panel a method.

    Grad-CAM lies over the image, the brighter the more evidence. Saliency is bright where a pixel
    moves the logit, up or down; its title says by how much for a unit of brightness. Occlusion is
    red where covering the image lowers the logit, blue where it raises it; its title says by how
    much. A thin line shows the image's shape. Where there is no positive evidence, the title says
    so. Of large images occlusion takes long, which runs the network for each place of its patch.
    20 images are drawn at most.

    Args:
        model: Any Keras classifier that ends in logits, a softmax or a sigmoid for each class.
        images: A split, a pair of images and labels, or images alone. Labels and class names stand
            in the titles.
        methods: `"grad_cam"`, `"saliency"`, `"occlusion"`, or several; by default all three, or
            the last two for a network without convolutions.
        label: The class to explain, or one for each image; by default what the model says.
        layer: The layer that Grad-CAM weighs; by default the last convolution.
        figure: Where to draw; by default a new figure as large as the panels need.

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
    chosen = _chosen(methods, model)
    split = as_split(images, model)
    check_count(len(split), _MOST_IMAGES)
    arranged = split_for(model, split)
    logits = logits_of(model, prepare_images(model, arranged))
    labels = choose_labels(logits, label)
    maps = [_work_out(method, model, arranged, labels, layer) for method in chosen]
    classes = max(logits.shape[1], 0 if split.labels is None else int(split.labels.max()) + 1)
    fitting = len(split.class_names) == classes
    about_maps = [[one.title(value) for value in one.values] for one in maps]
    names, lettering = letter_names(
        split.class_names if fitting else number_names(classes), itertools.chain(*about_maps)
    )
    titles = []
    for number, explained in enumerate(labels):
        true = "" if split.labels is None else f"true {names[split.labels[number]]}\n"
        titles.append(f"{true}evidence for {names[explained]}")
        titles += [about[number] for about in about_maps]
    figure, axes = image_grid(
        titles,
        figure=figure,
        columns=1 + len(maps),
        image_size=(1.5, 1.5),
        lettering=lettering,
    )
    panels = iter(axes)
    for number, picture in enumerate(split.images):
        show_image(next(panels), picture)
        for one in maps:
            one.draw(next(panels), picture, one.values[number])
    return figure


def _chosen(methods: str | Sequence[str] | None, model: Any) -> list[str]:  # noqa: ANN401 - any Keras model
    if methods is not None:
        chosen = [check_choice("method", method, METHODS) for method in as_list(methods)]
        check_count(len(chosen), max(len(METHODS), len(chosen)), what="methods")
        for method in chosen:
            if chosen.count(method) > 1:
                raise InvalidArgumentError(
                    f"Each method has one panel. Received {method!r} {chosen.count(method)} times."
                )
        return chosen
    return list(METHODS if layers_of_kind(model, *CONVOLUTIONS) else METHODS[1:])


def _work_out(
    method: str,
    model: Any,  # noqa: ANN401 - any Keras model
    images: Split,
    labels: NDArray[np.intp],
    layer: LayerChoice | None,
) -> _Map:
    if method == "saliency":
        return _Map(saliency(model, images, label=labels), _saliency_title, _draw_saliency)
    if method == "occlusion":
        return _Map(occlusion(model, images, label=labels), _occlusion_title, _draw_occlusion)
    name, chosen = maps_layer(model, prepare_images(model, images), layer)
    values = grad_cam(model, images, label=labels, layer=chosen)
    return _Map(values, partial(_grad_cam_title, name), _draw_grad_cam)


def _grad_cam_title(layer: str, values: NDArray[np.floating]) -> str:
    return f"Grad-CAM, {layer}" + ("" if values.any() else "\nno positive evidence")


def _saliency_title(values: NDArray[np.floating]) -> str:
    return "saliency\n" + (f"up to {values.max():.2g}" if values.any() else "no pixel counts")


def _occlusion_title(values: NDArray[np.floating]) -> str:
    if values.max() <= 0:
        return "occlusion\nno positive evidence"
    return f"occlusion\n{values.min():.2g} to {values.max():.2g}"


def _draw_grad_cam(ax: Axes, picture: NDArray[Any], values: NDArray[np.floating]) -> None:
    show_image(ax, picture)
    top = values.max() or 1.0
    show_values(ax, values, cmap=SEQUENTIAL, vmin=0, vmax=top, alpha=0.8 * np.sqrt(values / top))


def _draw_saliency(ax: Axes, picture: NDArray[Any], values: NDArray[np.floating]) -> None:
    show_values(ax, values, cmap=SEQUENTIAL, vmin=0, vmax=values.max() or 1.0)
    _outline(ax, picture, "white")


def _draw_occlusion(ax: Axes, picture: NDArray[Any], values: NDArray[np.floating]) -> None:
    top = np.abs(values).max() or 1.0
    show_values(ax, values, cmap=DIVERGING, vmin=-top, vmax=top)
    _outline(ax, picture, "black")


def _outline(ax: Axes, picture: NDArray[Any], colour: str) -> None:
    """Draw the edge of what is brighter than the middle, which a photo has none of."""
    if picture.shape[-1] == 1 and picture.min() < picture.max():
        middle = (float(picture.min()) + float(picture.max())) / 2
        ax.contour(picture[..., 0], levels=[middle], colors=colour, linewidths=0.7)
