import io
import itertools
import re
from io import BytesIO
from xml.etree import ElementTree as ET

import keras
import numpy as np
import pytest
from PIL import Image

from digitzoo import (
    build_model,
    list_models,
    plot_model,
    simple_cnn,
    small_dense,
    softmax_regression,
    summarize,
)
from digitzoo.errors import (
    ArgumentTypeError,
    DataFileError,
    InvalidArgumentError,
    RenderingError,
)
from digitzoo.visualization import ModelDiagram, graphviz

layers = keras.layers


def texts(diagram):
    root = ET.fromstring(diagram.svg)
    return [
        "".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")
    ]


def edges(diagram):
    root = ET.fromstring(diagram.svg)
    titles = [node.text for node in root.iter("{http://www.w3.org/2000/svg}title")]
    return {tuple(title.split("->")) for title in titles if "->" in title}


@pytest.fixture(scope="module")
def branches():
    image = keras.Input((28, 28, 1), name="image")
    left = layers.Conv2D(8, 3, padding="same", activation="relu", name="left")(image)
    right = layers.Conv2D(8, 5, padding="same", name="right")(image)
    both = layers.Concatenate(name="both")([left, right])
    tail = keras.Sequential(
        [keras.Input((28, 28, 16)), layers.MaxPooling2D(name="pool"), layers.Flatten(name="flat")],
        name="tail",
    )
    return keras.Model(image, layers.Dense(10, activation="softmax", name="output")(tail(both * 2)))


def test_a_box_says_name_kind_activation_shapes_and_parameters():
    shown = texts(plot_model(simple_cnn()))
    assert shown[:4] == ["conv1", "Conv2D, relu", "28 × 28 × 1 → 24 × 24 × 32", "832 parameters"]
    last = shown.index("output")
    assert shown[last : last + 4] == ["output", "Dense, softmax", "128 → 10", "1,290 parameters"]
    assert shown[-3:] == ["input", "InputLayer", "28 × 28 × 1"]
    assert len(shown) == 5 * 4 + 3


@pytest.mark.parametrize("name", list_models())
def test_every_layer_of_every_network_is_there_and_follows_those_it_takes(name):
    model = build_model(name)
    diagram = plot_model(model)
    names = [layer.name for layer in model.layers]
    assert sorted(text for text in texts(diagram) if text in names) == sorted(names)
    rows = summarize(model).layers
    taken = {(source, row.name) for row in rows for source in row.sources}
    # A Sequential has no layer for its input, and the picture has a box for it.
    names += (
        [] if any(isinstance(layer, layers.InputLayer) for layer in model.layers) else ["input"]
    )
    assert edges(diagram) == {(source, name) for source, name in taken if source in names}
    counted = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    counts = sorted(f"{layer.count_params():,} parameters" for layer in counted)
    assert sorted(text for text in texts(diagram) if "parameters" in text) == counts


def test_what_is_not_wanted_is_left_out():
    plain = plot_model(
        small_dense(), show_shapes=False, show_params=False, show_layer_activations=False
    )
    assert " ".join(texts(plain)) == (
        "flatten Flatten dense1 Dense dense2 Dense output Dense input InputLayer"
    )


def boxes(diagram):
    """The left, top, width and height of each box."""
    root = ET.fromstring(diagram.svg)
    found = {}
    for node in root.iter("{http://www.w3.org/2000/svg}g"):
        if node.get("class") == "node":
            numbers = re.findall(r"-?\d+\.?\d*", "".join(part.get("d", "") for part in node.iter()))
            xs, ys = np.array(numbers, float).reshape(-1, 2).T
            found[node[0].text] = (xs.min(), ys.min(), np.ptp(xs), np.ptp(ys))
    return found


@pytest.mark.parametrize("rankdir", ["TB", "LR"])
@pytest.mark.parametrize("name", ["small_dense", "deep_cnn", "batchnorm_cnn"])
def test_all_boxes_of_a_network_are_of_one_width(name, rankdir):
    widths = [
        width for _, _, width, _ in boxes(plot_model(build_model(name), rankdir=rankdir)).values()
    ]
    assert np.ptp(widths) < 1


def test_a_long_chain_to_the_right_is_broken_into_rows():
    diagram = plot_model(build_model("deep_cnn"), rankdir="LR")
    places = boxes(diagram)
    tops = {round(top + height / 2) for _, top, _, height in places.values()}
    assert len(tops) == 3
    names = ["input", *(layer.name for layer in build_model("deep_cnn").layers)]
    lefts = [round(places[name][0]) for name in names]
    assert lefts[:5] == sorted(set(lefts))
    assert lefts[5:10] == lefts[:5]
    assert set(itertools.pairwise(names)) <= edges(diagram)


def test_left_to_right_is_wider_than_high():
    def size(diagram):
        root = ET.fromstring(diagram.svg)
        return [float(root.get(side).removesuffix("pt")) for side in ("width", "height")]

    width, height = size(plot_model(softmax_regression(), rankdir="LR"))
    assert width > 3 * height
    width, height = size(plot_model(build_model("deep_cnn"), rankdir="LR"))
    assert width < 1200  # points: a page's width
    width, height = size(plot_model(simple_cnn()))
    assert height > width
    with pytest.raises(InvalidArgumentError, match="Unknown rankdir 'RL'. There is: LR, TB"):
        plot_model(simple_cnn(), rankdir="RL")


def test_branches_join_and_operations_are_boxes_too(branches):
    # Keras names operations by how many there were before in the process.
    multiply = next(step.name for step in branches.operations if "multiply" in step.name)
    diagram = plot_model(branches)
    assert {
        ("image", "left"),
        ("image", "right"),
        ("left", "both"),
        ("right", "both"),
        ("both", multiply),
        (multiply, "tail"),
        ("tail", "output"),
    } == edges(diagram)
    shown = texts(diagram)
    assert "28 × 28 × 8 → 28 × 28 × 16" in shown  # the last line of the two inputs
    assert shown[:3] == ["image", "InputLayer", "28 × 28 × 1"]
    assert "pool" not in shown


def test_a_model_inside_a_model_opens_on_demand(branches):
    diagram = plot_model(branches, expand_nested=True)
    assert {"tail", "pool", "flat"} <= set(texts(diagram))
    assert ("tail/pool", "tail/flat") in edges(diagram)
    assert ("tail/flat", "output") in edges(diagram)


def test_a_layer_that_is_called_twice_says_so():
    one, other = keras.Input((4,)), keras.Input((4,))
    shared = layers.Dense(3, name="shared")
    model = keras.Model([one, other], layers.Add()([shared(one), shared(other)]))
    shown = texts(plot_model(model))
    assert shown[shown.index("shared") + 2] == "called 2 times"


def test_the_files_are_what_their_suffix_says(tmp_path):
    diagram = plot_model(small_dense())
    small, large = diagram.save(tmp_path / "a.png", dpi=50), diagram.save(tmp_path / "b.png")
    with Image.open(small) as one, Image.open(large) as other:
        assert one.format == other.format == "PNG"
        assert other.width / one.width == pytest.approx(4, rel=0.02)
        corner, middle = np.asarray(other)[0, 0], np.asarray(other)[other.height // 9, 60]
        assert corner[3] == 0  # transparent, so that it stands on any slide
        assert middle[3] == 255
    assert diagram.save(tmp_path / "c.svg").read_text(encoding="utf-8") == diagram._repr_svg_()
    assert "digraph" in diagram.save(tmp_path / "d.gv").read_text(encoding="utf-8")
    with pytest.raises(InvalidArgumentError, match="The suffix says the format, one of .svg"):
        diagram.save(tmp_path / "model")
    with pytest.raises(InvalidArgumentError, match="nowhere' is not there. Make it first"):
        diagram.save(tmp_path / "nowhere" / "model.png")


def test_the_same_network_makes_the_same_picture():
    assert plot_model(simple_cnn()).svg == plot_model(simple_cnn()).svg


def test_names_that_graphviz_would_misread():
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(2, name='a:b "<&>"'), layers.Dense(2, name="c->d")]
    )
    assert {'a:b "<&>"', "c->d"} <= set(texts(plot_model(model)))


def test_models_that_have_no_diagram_say_why():
    with pytest.raises(InvalidArgumentError, match="is not built, so it has no shapes"):
        plot_model(keras.Sequential([layers.Dense(3)], name="open"))

    class Own(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(InvalidArgumentError, match="only its call\\(\\) knows how"):
        plot_model(Own())
    with pytest.raises(ArgumentTypeError, match="Expected a Keras model. Received str"):
        plot_model("simple_cnn")


def test_without_any_renderer_the_error_names_both_ways(monkeypatch):
    monkeypatch.setattr(graphviz, "find_spec", lambda _: None)
    monkeypatch.setattr(graphviz.shutil, "which", lambda _: None)
    with pytest.raises(RenderingError, match="pip install pygraphviz.*graphviz.org/download"):
        plot_model(small_dense())


def test_the_wheel_draws_without_the_systems_graphviz(monkeypatch, capfd):
    monkeypatch.setattr(graphviz.shutil, "which", lambda _: None)
    picture = graphviz.render("graph { a }", "png", dpi=72)
    assert Image.open(BytesIO(picture)).format == "PNG"
    assert capfd.readouterr() == ("", "")


def test_the_systems_dot_comes_first_and_the_wheel_helps_out(monkeypatch):
    """A Graphviz that was never configured fails; the wheel then draws."""
    monkeypatch.setattr(graphviz.shutil, "which", lambda _: "/usr/bin/false")
    assert graphviz.renderers()[0][0] == "/usr/bin/false"
    assert b"<svg" in graphviz.render("graph { a }", "svg")


def test_korean_names_and_pdf(tmp_path):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="합성곱")])
    diagram = plot_model(model)
    assert "합성곱" in texts(diagram)
    assert diagram.save(tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert diagram.save(tmp_path / "a.gif").read_bytes().startswith(b"GIF")


def test_without_any_font_boxes_have_their_texts(monkeypatch, tmp_path):
    empty = tmp_path / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><fontconfig></fontconfig>', encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(empty))
    diagram = plot_model(small_dense())
    assert {"dense1", "50,240 parameters"} <= set(texts(diagram))
    with Image.open(diagram.save(tmp_path / "a.png", dpi=50)) as picture:
        assert picture.width > 100


def test_a_format_that_nobody_can_write(monkeypatch, tmp_path):
    monkeypatch.setattr(graphviz, "renderers", lambda *_: [["/usr/bin/false"]])
    with pytest.raises(RenderingError, match="could not be drawn as pdf.*Graphviz itself"):
        plot_model(small_dense()).save(tmp_path / "model.pdf")
    assert not (tmp_path / "model.pdf").exists()


@pytest.mark.parametrize("path", ["model", "model.mp4", "model.", ".svg", "a\0.svg", ""])
def test_what_cannot_be_saved_is_said_before_it_is_drawn(monkeypatch, path):
    monkeypatch.setattr(graphviz, "renderers", lambda *_: pytest.fail("it was drawn"))
    with pytest.raises(InvalidArgumentError):
        ModelDiagram("digraph { a }").save(path)


@pytest.mark.parametrize("path", [None, 3, b"a.svg", io.StringIO(), np.zeros(3), ["a.svg"]])
def test_what_is_no_path(path):
    with pytest.raises(ArgumentTypeError, match="path must be a path"):
        ModelDiagram("digraph { a }").save(path)


def test_paths_know_the_home_and_full_disks_are_said(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    diagram = ModelDiagram("digraph { a -> b }")
    assert diagram.save("~/a.gv") == tmp_path / "a.gv"
    with pytest.raises(InvalidArgumentError, match="no name that a file can have"):
        diagram.save(tmp_path / ("a" * 300 + ".gv"))
    with pytest.raises(DataFileError, match="full: cannot be written|cannot be written"):
        (tmp_path / "c.gv").symlink_to("/dev/full") or diagram.save(tmp_path / "c.gv")
    (tmp_path / "b.gv").mkdir()
    with pytest.raises(InvalidArgumentError, match="is a folder"):
        diagram.save(tmp_path / "b.gv")
