import numpy as np
import pytest

from digitzoo import load_data, read_npz
from digitzoo.data import dataset_path


def test_the_bundled_file_reads_like_any_other():
    data, bundled = read_npz(dataset_path("mnist")), load_data("mnist")
    for part in ("train", "validation", "test"):
        assert np.array_equal(getattr(data, part).images, getattr(bundled, part).images)
        assert np.array_equal(getattr(data, part).labels, getattr(bundled, part).labels)


def test_medmnist_brings_its_own_validation(tmp_path):
    def part(count):
        return np.full((count, 28, 28, 3), count, np.uint8), np.arange(count)[:, None] % 9

    arrays = {}
    for name, count in {"train": 30, "val": 20, "test": 10}.items():
        arrays[f"{name}_images"], arrays[f"{name}_labels"] = part(count)
    np.savez(tmp_path / "pathmnist.npz", **arrays)
    data = read_npz(tmp_path / "pathmnist.npz")
    assert [len(split) for split in (data.train, data.validation, data.test)] == [30, 20, 10]
    assert data.train.images.shape == (30, 28, 28, 3)
    assert data.train.labels.shape == (30,)
    assert len(data.class_names) == 9
    assert data.name == "pathmnist"


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.zeros(3)}, "no training images.*it holds x"),
        ({"x_train": np.zeros((3, 2, 2))}, "x_train stands without y_train"),
        ({"images": np.zeros((3, 2)), "labels": np.zeros(3, int)}, r"images has shape \(3, 2\)"),
        ({"images": np.zeros((3, 2, 2)), "labels": np.zeros(3)}, "labels holds float64"),
        ({"images": np.zeros((3, 2, 2)), "labels": np.zeros(2, int)}, "3 images and 2 labels"),
        ({"images": np.zeros((3, 2, 2)), "labels": np.array([0, 1, -1])}, "label -1 at index 2"),
        (
            {"images": np.full((1, 2, 2), 300), "labels": np.zeros(1, int)},
            r"0\.\.255. Received 300",
        ),
        ({"images": np.full((1, 2, 2), 2.0), "labels": np.zeros(1, int)}, r"0\.\.1. Received 2\.0"),
        ({"images": np.full((1, 2, 2), "a"), "labels": np.zeros(1, int)}, "must be numbers"),
    ],
)
def test_wrong_arrays_are_named_with_the_file(tmp_path, arrays, message):
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(ValueError, match=rf"bad\.npz: .*{message}"):
        read_npz(tmp_path / "bad.npz", validation=0)


class RunsCode:
    def __reduce__(self):
        return (pytest.fail, ("the file was unpickled",))


def test_a_file_with_pickles_is_refused_and_never_unpickled(tmp_path):
    poison = np.array([RunsCode()], dtype=object)
    np.savez(tmp_path / "bad.npz", x_train=poison, y_train=poison)
    with pytest.raises(ValueError, match=r"bad\.npz: .*not an \.npz file of plain arrays"):
        read_npz(tmp_path / "bad.npz")


def test_every_truncation_is_refused(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", images=np.zeros((2, 2, 2)), labels=np.zeros(2, int))
    whole = (tmp_path / "a.npz").read_bytes()
    cut = tmp_path / "cut.npz"
    for length in range(0, len(whole), 7):
        cut.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"cut\.npz: "):
            read_npz(cut)


def test_foreign_files_are_refused(tmp_path):
    np.save(tmp_path / "single.npy", np.zeros(3))
    with pytest.raises(ValueError, match="a single array"):
        read_npz(tmp_path / "single.npy")
    (tmp_path / "text.npz").write_text("no archive")
    with pytest.raises(ValueError, match="not an .npz file"):
        read_npz(tmp_path / "text.npz")
    with pytest.raises(ValueError, match="No such file"):
        read_npz(tmp_path / "none.npz")
