import base64
import io
import re
from html.parser import HTMLParser

import keras
import matplotlib.pyplot as plt
import pytest
from PIL import Image

from digitzoo import Dataset, simple_cnn, train
from digitzoo.errors import ArgumentTypeError
from digitzoo.visualization import make_report


@pytest.fixture(scope="module")
def run(digits):
    data = Dataset(digits[:256], digits[256:512], name="mnist")
    return train(simple_cnn(filters=4, units=16), data, epochs=2, early_stopping=1, verbose=0)


@pytest.fixture(scope="module")
def text(run, digits):
    return make_report(run, digits[:1000])


class Reader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.headings, self.images, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in ("img", "meta", "polygon", "path", "ellipse", "polyline"):
            self.open.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_endtag(self, tag):
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


def test_a_run_is_one_page_that_needs_no_other_file(text):
    page = Reader(text)
    assert not page.open
    assert page.headings == [
        "Settings", "Curves", "Confusion matrix", "Each class", "Calibration", "Mistakes",
        "Kernels", "Diagram", "Layers",
    ]  # fmt: skip
    assert len(page.images) == 6
    for image in page.images:
        data = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
        drawn = Image.open(io.BytesIO(data))
        assert drawn.width == pytest.approx(2 * int(image["width"]), abs=2)
        assert image["alt"]
    outside = re.findall(r'(?:href|src|url)\s*[=(]\s*"?(?!data:|#)([^">]+)', text)
    assert not [link for link in outside if "w3.org" not in link]


def test_the_numbers_are_those_of_the_run(run, text):
    assert "<h1>simple_cnn on mnist</h1>" in text
    assert "of 1,000 images right" in text
    assert "Without the 1 image whose label reviewers did not confirm" in text
    cells = re.findall("<td[^>]*>(.*?)</td>", text)
    assert cells[cells.index("batch size") + 1] == "128"
    assert f"{run.model.count_params():,}" in text
    assert "caveats" in run.settings
    assert not run.settings["caveats"]
    assert "caveats" not in cells
    assert "[]" not in cells


def test_without_images_there_are_no_results(run):
    before = plt.get_fignums()
    page = Reader(make_report(run))
    assert plt.get_fignums() == before
    assert page.headings == ["Settings", "Curves", "Kernels", "Diagram", "Layers"]


def test_what_cannot_be_drawn_is_said(digits):
    data = Dataset(digits[:64], digits[64:128])
    first = keras.layers.GlobalAveragePooling2D()
    head = keras.layers.Dense(10, activation="softmax")
    blurred = keras.Sequential([keras.Input((28, 28, 1)), first, head])
    assert "has no kernels" in make_report(train(blurred, data, epochs=1, verbose=0))
    with pytest.raises(ArgumentTypeError, match="Received str"):
        make_report("runs/first")


def test_the_page_has_the_colours_of_the_users_style(run):
    with plt.style.context("dark_background"):
        assert "background: #000000; color: #ffffff" in make_report(run)
