import numpy as np
import pytest

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.evaluation import Evaluation, calibration


def made(confidence, right):
    sure = np.asarray(confidence)
    labels = np.where(right, 0, 1)
    return Evaluation(np.stack([sure, 1 - sure], axis=1), labels, ("a", "b"))


def test_bins_hold_their_upper_edge_and_every_image_once():
    found = calibration(made([0.6, 0.61, 0.7, 1.0], [1, 0, 1, 1]))
    assert found.totals.tolist() == [0, 0, 0, 0, 0, 1, 2, 0, 0, 1]
    assert found.correct.tolist() == [0, 0, 0, 0, 0, 1, 1, 0, 0, 1]
    assert found.confidence[6] == pytest.approx(0.655)
    assert np.isnan(found.confidence[0])
    assert np.isnan(found.accuracy[0])


def test_the_error_is_the_mean_distance():
    found = calibration(made([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 0]))
    assert found.expected_error == pytest.approx(0.15)
    assert calibration(made([1.0, 1.0], [1, 1])).expected_error == 0


def test_no_bins_are_an_error():
    with pytest.raises(InvalidArgumentError, match="bins must be a whole number of 1 or above"):
        calibration(made([0.9], [1]), bins=0)


@pytest.mark.parametrize("bins", [2.5, "10", None, True, np.zeros(2)])
def test_bins_are_counted(bins):
    with pytest.raises(ArgumentTypeError, match="bins must be a whole number"):
        calibration(made([0.9], [1]), bins=bins)


def test_only_an_evaluation_has_a_calibration():
    with pytest.raises(ArgumentTypeError, match=r"what evaluate\(model, split\) gives. Received"):
        calibration(np.zeros((5, 2)))
