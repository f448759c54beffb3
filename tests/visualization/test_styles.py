"""Every picture in styles that are not matplotlib's own: large type, grids, dark paper."""

import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

from digitzoo import (
    plot_calibration,
    plot_class_accuracy,
    plot_confusion_matrix,
    plot_feature_maps,
    plot_history,
    plot_kernels,
    plot_misclassified,
    plot_predictions,
    plot_samples,
    plot_weight_histogram,
)

HISTORY = {"loss": [0.5, 0.25, 0.2], "val_loss": [0.4, 0.3, 0.35]}

PICTURES = {
    "samples": lambda _, result: plot_samples(result[1], 5),
    "history": lambda *_: plot_history(HISTORY),
    "predictions": lambda _, result: plot_predictions(*result, 2),
    "mistakes": lambda _, result: plot_misclassified(*result, 3),
    "confusion": lambda _, result: plot_confusion_matrix(result[0]),
    "classes": lambda _, result: plot_class_accuracy(result[0]),
    "calibration": lambda _, result: plot_calibration(result[0]),
    "weights": lambda model, _: plot_weight_histogram(model),
    "kernels": lambda model, _: plot_kernels(model),
    "maps": lambda model, result: plot_feature_maps(model, result[1].images[0], layers="conv1"),
}


def shown(style, picture, model, result):
    with plt.style.context(style):
        drawn = PICTURES[picture](model, result)
    return drawn.figure if isinstance(drawn, Axes) else drawn


@pytest.mark.parametrize("picture", list(PICTURES))
def test_in_large_type_nothing_is_cut(picture, fashion_model, made_up, texts_inside):
    texts_inside(shown("seaborn-v0_8-poster", picture, fashion_model, made_up))


@pytest.mark.parametrize("picture", ["confusion", "kernels", "maps"])
def test_no_grid_lies_over_an_image(picture, fashion_model, made_up):
    for ax in shown("ggplot", picture, fashion_model, made_up).axes:
        if ax.images:
            lines = [*ax.get_xgridlines(), *ax.get_ygridlines()]
            assert not ax.axison or not any(line.get_visible() for line in lines)
            assert ax.axison or picture == "maps"  # its image has no axes, and the maps have


@pytest.mark.parametrize("picture", ["samples", "history", "confusion", "kernels"])
def test_on_dark_paper_text_is_light(picture, fashion_model, made_up):
    figure = shown("dark_background", picture, fashion_model, made_up)
    for ax in figure.axes:
        assert sum(mpl.colors.to_rgb(ax.title.get_color())) / 3 > 0.5
    assert figure.get_facecolor()[:3] == (0, 0, 0)


def test_minor_grids_and_other_images_leave_a_matrix_as_it_is(fashion_model, made_up):
    style = {
        "axes.grid": True,
        "axes.grid.which": "both",
        "xtick.minor.visible": True,
        "ytick.minor.visible": True,
        "image.interpolation": "bilinear",
        "image.origin": "lower",
    }
    for picture in ("confusion", "kernels"):
        ax = shown(style, picture, fashion_model, made_up).axes[0]
        ticks = [
            tick
            for axis in (ax.xaxis, ax.yaxis)
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        ]
        assert not any(tick.gridline.get_visible() for tick in ticks)
        assert ax.images[0].get_interpolation() == "nearest"
        assert ax.images[0].origin == "upper"


@pytest.mark.parametrize("layout", ["figure.autolayout", "figure.constrained_layout.use"])
@pytest.mark.parametrize("picture", ["samples", "predictions", "mistakes"])
def test_a_layout_of_the_style_leaves_grids_alone(layout, picture, fashion_model, made_up):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = shown({layout: True}, picture, fashion_model, made_up)
        figure.draw_without_rendering()
