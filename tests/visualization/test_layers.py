import itertools
from collections import Counter
from xml.etree import ElementTree as ET

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Polygon

from digitzoo import fashion_cnn, list_models, plot_layers, summarize
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.formulas.layers import Activation, Conv2D, Dense, Flatten, MaxPooling2D
from digitzoo.visualization import layers_to_svg
from digitzoo.visualization.colours import tint_of

SVG = "{http://www.w3.org/2000/svg}"
TWENTY = [
    *(Conv2D(2**number, 3, padding="same", name=f"a_convolution_{number}") for number in range(9)),
    MaxPooling2D(2),
    *(Activation("relu", name=f"activation_{number}") for number in range(7)),
    Flatten(),
    Dense(4096),
    Dense(10),
]


def lines(ax):
    return [text.get_text() for text in ax.texts]


def fronts(ax):
    """The front face of each box, as left, top, right, bottom."""
    faces = [patch for patch in ax.patches if isinstance(patch, Polygon)]
    boxes = [face.get_xy()[:4] for face in faces]
    square = [b for b in boxes if b[0][1] == b[1][1] and b[0][0] == b[3][0]]
    return [(b[0][0], b[0][1], b[2][0], b[2][1]) for b in square]


def test_the_numbers_are_those_of_the_formulas():
    shown = lines(plot_layers("simple_cnn"))
    assert shown[:2] == ["input", "28 × 28 × 1"]
    assert shown[2:7] == ["conv1", "Conv2D", "24 × 24 × 32", "832 parameters", "460,800 MACs"]
    assert shown[7:10] == ["pool1", "MaxPooling2D", "12 × 12 × 32"]
    assert shown[-2].startswith("simple_cnn: 592,074 parameters, 1,051,904 multiply-accumulates")


@pytest.mark.parametrize("model", [*list_models(), TWENTY], ids=lambda model: str(model)[:15])
def test_no_text_is_cut_or_lies_over_another(model, texts_inside):
    shape = (64, 64, 3) if model is TWENTY else None
    ax = plot_layers(model, input_shape=shape)
    texts_inside(ax.figure)
    assert ax.figure.get_size_inches()[0] < 13.6  # a slide of 16:9
    rows = summarize(model, shape).layers
    assert len(fronts(ax)) == len(rows) + 1
    assert [row.name for row in rows] == [
        line for line in lines(ax) if line in {r.name for r in rows}
    ]


@pytest.mark.parametrize("model", [*list_models(), TWENTY], ids=lambda model: str(model)[:15])
def test_no_text_lies_over_a_box(model):
    ax = plot_layers(model, input_shape=(64, 64, 3) if model is TWENTY else None)
    ax.figure.canvas.draw()
    boxes = [patch.get_window_extent() for patch in ax.patches if isinstance(patch, Polygon)]
    for text in ax.texts:
        extent = text.get_window_extent()
        assert not any(extent.overlaps(box) for box in boxes), text.get_text()


def test_the_svg_says_the_same_in_the_same_places():
    ax = plot_layers("deep_cnn")
    root = ET.fromstring(layers_to_svg("deep_cnn"))
    texts = list(root.iter(f"{SVG}text"))
    assert [text.text for text in texts] == lines(ax)
    for text, drawn in zip(texts, ax.texts, strict=True):
        assert float(text.get("x")) == pytest.approx(drawn.get_position()[0] * 72, abs=0.1)
        assert "fill: currentColor" in text.get("style")
    drawn = [group.get("id").split("_")[0] for group in root.iter(f"{SVG}g") if group.get("id")]
    assert drawn.count("patch") == len(ax.patches) + 1  # that of the figure
    assert layers_to_svg("deep_cnn") == layers_to_svg("deep_cnn")


def test_sides_are_to_scale_and_channels_by_their_square_roots():
    ax = plot_layers(
        [Conv2D(16, 1), MaxPooling2D(2), Conv2D(64, 1), Flatten(), Dense(784)],
        input_shape=(28, 28, 4),
    )
    sizes = [(right - left, bottom - top) for left, top, right, bottom in fronts(ax)]
    image, conv, pool, more, flat, dense = sizes
    assert image[1] == pytest.approx(conv[1]) == pytest.approx(2 * pool[1])
    assert conv[0] == pytest.approx(2 * image[0])
    assert more[0] == pytest.approx(4 * image[0])
    assert flat[1] == pytest.approx(4 * dense[1])  # 12,544 units beside 784


def test_each_kind_has_its_colour_and_is_the_same_everywhere():
    ax = plot_layers(fashion_cnn())
    fills = [to_hex(p.get_facecolor()).upper() for p in ax.patches if isinstance(p, Polygon)]
    assert set(fills) == {
        tint_of(kind).fill for kind in ("Conv2D", "MaxPooling2D", "Dense", "Flatten")
    }
    assert len({tint_of(kind) for kind in ("Conv2D", "MaxPooling2D", "Dense", "Flatten")}) == 4


def under(ax, name):
    """The lines below a box."""
    told = lines(ax)
    below = told[told.index(name) + 1 :]
    return list(itertools.takewhile(lambda line: line not in TITLES and ":" not in line, below))


TITLES = ("input 1", "input 2", "input", "left", "right", "sum", "far", "mixed")


def test_where_a_network_branches_words_say_what_a_layer_takes():
    keras = pytest.importorskip("keras")
    image = keras.Input((8, 8, 1), name="image")
    left = keras.layers.Conv2D(4, 3, padding="same", name="left")(image)
    right = keras.layers.Conv2D(4, 5, padding="same", name="right")(image)
    ax = plot_layers(keras.Model(image, keras.layers.Add(name="sum")([left, right])))
    assert "plot_model shows how they are connected" in lines(ax)[-1]
    assert under(ax, "right")[-1] == "from input"
    assert under(ax, "sum") == ["Add", "8 × 8 × 4", "with left"]
    assert not [line for line in under(ax, "left") if "input" in line]
    # From the input to the left, and from the right to the sum.
    assert sum(not isinstance(patch, Polygon) for patch in ax.patches) == 2


def test_what_a_layer_takes_of_several_inputs_and_of_many_branches():
    keras = pytest.importorskip("keras")
    first, second = keras.Input((8, 8, 1), name="one"), keras.Input((8, 8, 1), name="two")
    shared = keras.layers.Conv2D(4, 3, padding="same", name="left")
    calls = [shared(first), *(shared(second) for _ in range(5))]
    ax = plot_layers(keras.Model([first, second], keras.layers.Add(name="mixed")(calls)))
    assert under(ax, "left")[-1] == "from input 1"
    assert under(ax, "mixed")[2:] == ["with left", "with left", "with left", "and 2 more"]


def test_the_shortcuts_of_small_resnet_are_told():
    ax = plot_layers("small_resnet")
    told = lines(ax)
    assert [told[told.index(f"block{n}_add") + 3] for n in (1, 2, 3, 4)] == [
        *("with relu1", "with block2_shortcut_bn", "with block2_relu2", "with block4_shortcut_bn")
    ]
    assert told.count("from block1_relu2") == told.count("from block3_relu2") == 1


def test_no_row_is_left_with_a_single_layer():
    ax = plot_layers("small_resnet")
    titles = [text for text in ax.texts if text.get_fontweight() == "bold"][:-1]
    rows = Counter(round(title.get_position()[1], 3) for title in titles)
    assert min(rows.values()) > 3, rows


def test_on_given_axes_everything_shrinks_with_them(texts_inside):
    figure, (ax, other) = plt.subplots(1, 2, figsize=(12, 4))
    assert plot_layers("simple_cnn", ax=ax) is ax
    assert not other.texts
    other.remove()
    texts_inside(figure)
    assert 4 < ax.texts[0].get_fontsize() < 6


def test_a_dark_style_is_followed():
    with plt.style.context("dark_background"):
        ax = plot_layers("small_dense")
        assert {to_hex(text.get_color()) for text in ax.texts} == {"#ffffff"}


def test_what_cannot_be_drawn_to_scale():
    with pytest.raises(InvalidArgumentError, match="leaves some open. Give input_shape"):
        plot_layers([Conv2D(8, 3)], input_shape=(None, None, 3))
    with pytest.raises(ArgumentTypeError, match="is not made of layers"):
        plot_layers(3)
    with pytest.raises(ArgumentTypeError, match="ax must be a matplotlib Axes"):
        plot_layers("simple_cnn", ax="here")
