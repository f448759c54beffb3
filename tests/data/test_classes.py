import numpy as np
import pytest

from digitzoo import Split
from digitzoo.data.classes import check_class_names, name_classes, stray_label
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError


@pytest.mark.parametrize("names", ["01", b"01", 2, True, [0, 1], ["a", None], np.array("x")])
def test_what_are_no_names_is_refused(names):
    with pytest.raises(ArgumentTypeError, match="class_names must be a sequence of names"):
        check_class_names(names)
    with pytest.raises(ArgumentTypeError, match="class_names must be a sequence of names"):
        Split(np.zeros((1, 2, 2)), [0], names)


def test_names_differ_and_say_something():
    with pytest.raises(InvalidArgumentError, match="must differ.*Twice: 0"):
        check_class_names(["0", "1", "0"])
    with pytest.raises(InvalidArgumentError, match="must not be empty"):
        check_class_names(["0", " "])
    assert check_class_names(np.array(["a", "b"])) == ("a", "b")
    assert check_class_names(None) == name_classes([]) == ()


TEN = list(range(10))


@pytest.mark.parametrize(
    ("labels", "index"),
    [
        ([*TEN, 11], 10),
        ([3, 11, *TEN, *TEN], 1),
        ([*TEN * 30, 255, 255], 300),
        ([*TEN * 30, 10], 300),  # no gap, but one image alone
        ([0, 1] * 50 + [3], 100),
        ([*range(8)] * 12 + [9] * 4, None),  # few nines, and chance left the 8 out
        ([7, 3], None),
        ([0, 1, 5], None),
        ([0, 1, 2, 3, 4, 5, 6, 7, 9], None),  # a few digits: chance left the 8 out
        ([*TEN, *range(10, 36)], None),
        (list(range(1, 27)) * 20, None),  # EMNIST's letters
        (TEN * 50, None),
        ([], None),
    ],
)
def test_a_label_that_stands_apart_is_found(labels, index):
    assert stray_label(np.array(labels, dtype=int)) == index
