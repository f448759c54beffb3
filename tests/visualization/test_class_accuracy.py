"""How well each class is recognised."""

import numpy as np
import pytest

from digitzoo import (
    accuracy_interval,
    plot_class_accuracy,
)


def test_each_class_has_its_accuracy_and_interval(made_up, texts_inside):
    result, _ = made_up
    ax = plot_class_accuracy(result)
    (drawn,) = ax.containers
    recalls = [100 * score.recall for score in result.per_class]
    np.testing.assert_allclose(drawn.lines[0].get_xdata().astype(float), recalls)
    segments = drawn.lines[2][0].get_segments()
    for segment, score in zip(segments, result.per_class, strict=True):
        low, high = accuracy_interval(score.correct, score.total)
        np.testing.assert_allclose(segment[:, 0], [100 * low, 100 * high])
    assert ax.lines[-1].get_xdata() == pytest.approx([100 * result.accuracy] * 2)
    assert ax.yaxis_inverted()
    texts_inside(ax.figure)
