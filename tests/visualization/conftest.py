"""Every picture is drawn without a display, and closed."""

import keras
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from digitzoo import fashion_cnn, load_data
from digitzoo.evaluation import Evaluation
from digitzoo.visualization import lettering

mpl.use("agg")


@pytest.fixture(autouse=True)
def _nothing_is_left_open_or_set(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("plt.show was called"))
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before
    plt.close("all")


def tick_labels(axis):
    """The labels of the ticks that are drawn: matplotlib keeps some outside of the limits too."""
    low, high = sorted(axis.get_view_interval())
    ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    return [label for tick in ticks for label in (tick.label1, tick.label2)]


@pytest.fixture
def texts_inside():
    """Check that no text of a figure is cut or lies over another, or over an image beside it."""

    def check(figure):
        figure.draw_without_rendering()
        boxes = []
        for ax in figure.axes:
            shown = [ax.title, ax.xaxis.label, ax.yaxis.label] if ax.axison else [ax.title]
            if ax.axison:
                shown += tick_labels(ax.xaxis) + tick_labels(ax.yaxis)
            shown += ax.texts
            own = [
                (text.get_text(), text.get_window_extent())
                for text in shown
                if text.get_text() and text.get_visible()
            ]
            boxes += own
            for other in figure.axes:
                if other is not ax and other.images:
                    image = other.images[0].get_window_extent()
                    for text, box in own:
                        across = min(box.x1, image.x1) - max(box.x0, image.x0)
                        down = min(box.y1, image.y1) - max(box.y0, image.y0)
                        assert min(across, down) < 1, f"{text!r} lies over an image"
        for text, box in boxes:
            inside = box.x0 >= -1 and box.y0 >= -1
            inside &= box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.bbox.y1 + 1
            assert inside, f"{text!r} is cut: {box}"
        if not boxes:
            return
        low, high = np.array([(box.min, box.max) for _, box in boxes]).swapaxes(0, 1)
        common = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
        crossing = np.argwhere(np.triu(common.min(axis=2) >= 1, 1))
        words = [[boxes[index][0] for index in pair] for pair in crossing]
        assert not words, f"these lie over each other: {words}"

    return check


KOREAN = (
    "티셔츠/상의", "바지", "풀오버", "드레스", "코트",
    "샌들", "셔츠", "운동화", "가방", "앵클 부츠",
)  # fmt: skip


@pytest.fixture(scope="session")
def korean():
    """Fashion-MNIST's class names in Korean, where a font of the system has them."""
    if lettering._font_with(frozenset("가방")) is None:  # noqa: SLF001 - is there one here?
        pytest.skip("No font of this system has Korean.")
    return KOREAN


@pytest.fixture(scope="session")
def digits():
    return load_data("mnist", validation=0).test


@pytest.fixture(scope="session")
def clothes():
    return load_data("fashion_mnist", validation=0).test


@pytest.fixture(scope="session")
def fashion_model():
    keras.utils.set_random_seed(0)
    return fashion_cnn()


@pytest.fixture(scope="session")
def made_up(digits):
    """An evaluation of 300 digits: each third one is taken for the next class."""
    part = digits[:300]
    said = np.where(np.arange(300) % 3 == 0, (part.labels + 1) % 10, part.labels)
    sure = np.linspace(0.5, 0.95, 300)
    probabilities = np.full((300, 10), (1 - sure[:, None]) / 9)
    probabilities[np.arange(300), said] = sure
    return Evaluation(probabilities, part.labels, part.class_names), part
