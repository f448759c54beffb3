"""Every picture is drawn without a display, and closed."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

mpl.use("agg")


@pytest.fixture(autouse=True)
def _nothing_is_left_open_or_set(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("plt.show was called"))
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before
    plt.close("all")


@pytest.fixture
def texts_inside():
    """Check that no text of a figure is cut, and none lies over another."""

    def check(figure):
        figure.canvas.draw()
        boxes = []
        for ax in figure.axes:
            shown = [ax.title, ax.xaxis.label, ax.yaxis.label] if ax.axison else [ax.title]
            if ax.axison:
                shown += ax.get_xticklabels() + ax.get_yticklabels()
            shown += ax.texts
            boxes += [
                (text.get_text(), text.get_window_extent())
                for text in shown
                if text.get_text() and text.get_visible()
            ]
        for text, box in boxes:
            inside = box.x0 >= -1 and box.y0 >= -1
            inside &= box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.bbox.y1 + 1
            assert inside, f"{text!r} is cut: {box}"
        for index, (text, box) in enumerate(boxes):
            for other, other_box in boxes[index + 1 :]:
                across = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
                down = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
                assert min(across, down) < 1, f"{text!r} lies over {other!r}"

    return check
