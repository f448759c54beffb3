"""Every public picture, in both languages, on small, wide and dark paper; the next one too."""

import inspect
import re
import string
from pathlib import Path
from xml.etree import ElementTree as ET

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from digitzoo import visualization
from digitzoo.data import Split
from digitzoo.evaluation import Evaluation
from digitzoo.visualization import lettering, words
from digitzoo.visualization.colours import class_colour

PICTURES = [
    name
    for name in visualization.__all__
    if name.startswith(("plot_", "animate_", "layers_to_svg"))
]
PLOTS = [name for name in PICTURES if name.startswith("plot_") and name != "plot_model"]
HISTORY = {"loss": [0.5, 0.25, 0.2], "val_loss": [0.4, 0.3, float("nan")], "accuracy": [0.1, 0.2]}
NAMES = ("Coat", "Bag", "Shirt")
# What has a name of its own in every language.
KEPT = {"Grad", "CAM", "SNE", "MAC", "plot_model", *NAMES}
SIZES = [(3, 2.4), (12, 2.5), (2.6, 6), (6.4, 4.8)]


@pytest.fixture(scope="module")
def right(clothes):
    """Arguments that draw something of each kind: an input of two rows, mistakes, a lost metric."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, activation="relu", name="conv"),
            layers.MaxPooling2D(name="pool"),
            layers.Flatten(name="flatten"),
            layers.Dense(8, activation="relu", name="hidden"),
            layers.Dense(3, activation="softmax", name="output"),
        ],
        name="network",
    )
    split = Split(clothes.images[:12], clothes.labels[:12] % 3, NAMES)
    said = np.full((12, 3), 0.2)
    said[np.arange(12), (split.labels + (np.arange(12) % 4 == 0)) % 3] = 0.6
    result = Evaluation(said, split.labels, NAMES)
    return {
        "model": model, "models": model, "images": split, "image": split.images[0],
        "result": result, "evaluation": result, "runs": HISTORY, "kernel": [[1, 0], [0, 1]],
    }  # fmt: skip


def draw(name, right, **options):
    function = getattr(visualization, name)
    takes = inspect.signature(function).parameters
    some = {key: value for key, value in right.items() if key in takes}
    if name in ("plot_attribution", "plot_pixels"):
        some = {key: value[:3] if key == "images" else value for key, value in some.items()}
    return function(**some, **options)


def figure_of(drawn):
    if hasattr(drawn, "to_html"):
        drawn = drawn.draw(-1)
    return drawn.figure if isinstance(drawn, Axes) else drawn


def texts_of(drawn):
    """All that is written in a picture, whatever it is drawn with."""
    svg = getattr(drawn, "svg", drawn)
    if isinstance(svg, str):
        nodes = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
        return ["".join(node.itertext()) for node in nodes]
    figure = figure_of(drawn)
    figure.draw_without_rendering()  # a missing glyph would warn, and warnings are errors
    return [text.get_text() for text in figure.findobj(Text)]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_in_korean_has_no_other_words_but_names(name, right, korean):
    kinds = {type(layer).__name__ for layer in right["model"].layers} | {"InputLayer"}
    model = right["model"]
    known = KEPT | kinds | {layer.name for layer in model.layers} | {model.name, "relu", "softmax"}
    known |= {"val_loss"}  # what the user's dict calls it
    texts = texts_of(draw(name, right, language="ko"))
    others = {word for text in texts for word in re.findall(r"[A-Za-z]\w+", text, re.ASCII)} - known
    assert not others
    if name != "plot_pixels":  # numbers alone
        assert re.search("[가-힣]", " ".join(texts))
        assert not re.search("[가-힣]", " ".join(texts_of(draw(name, right))))


@pytest.mark.parametrize("name", PLOTS)
def test_without_a_font_for_it_one_warning_says_which_to_install(name, right, monkeypatch):
    if name == "plot_pixels":
        pytest.skip("It has numbers alone.")
    monkeypatch.setattr(lettering, "_font_with", lambda _: None)
    with pytest.warns(UserWarning, match="Noto Sans CJK KR"):
        figure = figure_of(draw(name, right, language="ko"))
    figure.draw_without_rendering()


def all_texts(figure):
    return [
        text
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and text.get_window_extent().width > 0
    ]


def drawn_in(name, right, size, language="en"):
    """Draw on a figure of the user's, in whichever way the picture takes one."""
    figure = plt.figure(figsize=size, layout="constrained")
    takes = inspect.signature(getattr(visualization, name)).parameters
    place = {"figure": figure} if "figure" in takes else {"ax": figure.add_subplot()}
    draw(name, right, language=language, **place)
    figure.draw_without_rendering()
    return figure


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PLOTS)
def test_nothing_is_cut_on_a_figure_of_the_users(name, size, language, right, korean):
    figure = drawn_in(name, right, size, language)
    hidden = {
        id(label)
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        for label in (tick.label1, tick.label2)
        if not ax.axison or not inside(tick.get_loc(), axis.get_view_interval())
    }
    assert (figure.get_size_inches() == size).all()
    for text in all_texts(figure):
        box = text.get_window_extent()
        whole = box.x0 >= -2 and box.y0 >= -2
        whole &= box.x1 <= figure.bbox.x1 + 2 and box.y1 <= figure.bbox.y1 + 2
        assert whole or id(text) in hidden, f"{text.get_text()!r} is cut: {box}"


def inside(place, interval):
    low, high = sorted(interval)
    return low - 1e-9 <= place <= high + 1e-9


@pytest.mark.parametrize("style", ["default", "dark_background"])
@pytest.mark.parametrize("name", PLOTS)
def test_what_stands_on_paper_is_read_on_it(name, style, right):
    with plt.style.context(style):
        figure = figure_of(draw(name, right))
        for text in all_texts(figure):
            if text.axes is None or not text.axes.images or text not in text.axes.texts:
                paper = figure.get_facecolor()
                assert contrast(text.get_color(), paper) >= 3, text.get_text()


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return np.dot(linear, (0.2126, 0.7152, 0.0722))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour):
    """CIELAB, in which distances are about those that people see."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.dot(to_xyz, linear) / (0.95047, 1, 1.08883)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_colours_of_classes_are_seen_and_told_apart(style):
    with plt.style.context(style):
        colours = [class_colour(label) for label in range(10)]
        assert min(contrast(colour, plt.rcParams["axes.facecolor"]) for colour in colours) >= 3
    places = np.array([lab(colour) for colour in colours])
    apart = np.linalg.norm(places[:, None] - places, axis=-1)[np.triu_indices(10, 1)]
    assert apart.min() > 40


def fields(phrase):
    texts = phrase.values() if isinstance(phrase, dict) else [phrase]
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_and_each_phrase_is_used():
    english, korean = (words.phrases(language) for language in words.LANGUAGES)
    assert list(english) == list(korean)
    for key, phrase in english.items():
        assert fields(korean[key]) == fields(phrase), key
        assert not re.search("[가-힣]", str(phrase))
    files = Path(words.__file__).parent.glob("*.py")
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    assert not [key for key in english if f'"{key}"' not in code and f"'{key}'" not in code]
