import io
import tracemalloc
import zipfile

import numpy as np
import pytest

from digitzoo import load_data, read_npz
from digitzoo.data import dataset_path
from digitzoo.errors import ArgumentTypeError, DataFileError, InvalidArgumentError


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


def npy_bytes(header, data=b"", version=(1, 0)):
    """An array with any header, be it sense or not."""
    text = header.encode() + b"\n"
    return b"\x93NUMPY" + bytes(version) + len(text).to_bytes(2, "little") + text + data


def write_members(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            if isinstance(content, np.ndarray):
                file = io.BytesIO()
                np.save(file, content)
                content = file.getvalue()  # noqa: PLW2901 - now as bytes
            archive.writestr(f"{name}.npy", content)
    return path


IMAGES, LABELS = np.arange(3 * 4 * 4, dtype=np.uint8).reshape(3, 4, 4), np.array([0, 1, 2])
SOUND = {"descr": "|u1", "fortran_order": False, "shape": (3, 4, 4)}


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '|u1', 'shape': (1",
        "{[]:1}",
        "",
        "{}",
        "()",
        "7",
        "(" * 200,
        "{'descr': '|u1', 'fortran_order': False, 'shape': 3}",
        str(SOUND | {"shape": (10**15,)}),
        str(SOUND | {"shape": (10**20,)}),
        str(SOUND | {"shape": (2**63, 4, 4)}),
        str(SOUND | {"shape": (-3, -4, 4)}),
        str(SOUND | {"shape": (3, 4, True)}),
        str(SOUND | {"shape": (3, 4, 5)}),
        str(SOUND | {"shape": (3, 4, 3)}),
        str(SOUND | {"shape": (3.0, 4, 4)}),
        str(SOUND | {"descr": "no type"}),
        str(SOUND | {"descr": ""}),
        str(SOUND | {"descr": None}),
        str(SOUND | {"descr": "|O"}),
        str(SOUND | {"descr": "<M8[s]", "shape": (6,)}),
        str(SOUND | {"descr": [("a", "|u1")]}),
        str(SOUND | {"descr": "|V0"}),
        str(SOUND | {"descr": "|S1"}),
        str(SOUND | {"descr": "<c16", "shape": (3,)}),
        str(SOUND | {"fortran_order": "no"}),
        str(SOUND | {"extra": 1}),
    ],
)
def test_a_damaged_header_is_refused(tmp_path, header):
    poor = npy_bytes(header, IMAGES.tobytes())
    for members in ({"images": poor, "labels": LABELS}, {"images": IMAGES, "labels": poor}):
        with pytest.raises(DataFileError, match=r"bad\.npz: ") as caught:
            read_npz(write_members(tmp_path / "bad.npz", **members), validation=0)
        message = str(caught.value)
        assert "pickle" not in message
        assert len(message) < 400 + len(str(tmp_path))
    sound = npy_bytes(str(SOUND), IMAGES.tobytes())
    data = read_npz(write_members(tmp_path / "a.npz", images=sound, labels=LABELS), validation=0)
    assert np.array_equal(data.train.images[..., 0], IMAGES)


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY", b"\x93NUMPY\x09\x00abc"])
def test_an_entry_that_is_no_array_is_refused_where_it_is_wanted(tmp_path, content):
    path = write_members(tmp_path / "a.npz", images=IMAGES, labels=content)
    with pytest.raises(DataFileError, match=r"labels is damaged, or no array"):
        read_npz(path, validation=0)
    path = write_members(tmp_path / "a.npz", images=IMAGES, labels=LABELS, notes=content)
    assert len(read_npz(path, validation=0).train) == 3


def test_only_what_is_wanted_is_read(tmp_path):
    others = {"poison": np.array([RunsCode()], dtype=object), "huge": np.zeros(10**8, np.uint8)}
    np.savez_compressed(tmp_path / "a.npz", images=IMAGES, labels=LABELS, **others)
    tracemalloc.start()
    data = read_npz(tmp_path / "a.npz", validation=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.array_equal(data.train.images[..., 0], IMAGES)
    assert peak < 10**7


def test_no_more_is_unpacked_than_the_header_promises(tmp_path):
    bomb = npy_bytes(str(SOUND), bytes(10**8))
    path = write_members(tmp_path / "a.npz", images=bomb, labels=LABELS)
    tracemalloc.start()
    with pytest.raises(DataFileError, match="has more than its header promises"):
        read_npz(path, validation=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10**7


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"images": np.zeros((0, 2, 2)), "labels": np.zeros(0, int)}, r"images has .*: no pixels"),
        ({"images": np.zeros((3, 0, 2)), "labels": LABELS}, r"images has .*: no pixels"),
        ({"images": np.zeros((3, 2, 2, 7)), "labels": LABELS}, "1, 3 or 4 channels"),
        ({"images": np.zeros((3, 1, 28, 28)), "labels": LABELS}, r"come first: .*moveaxis"),
        ({"images": IMAGES, "labels": np.zeros(3, "m8[s]")}, r"labels holds timedelta64|numbers"),
        ({"images": IMAGES, "labels": np.array(["a", "b", "c"])}, "must be numbers"),
        (
            {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:, :3], "y_test": LABELS},
            r"one shape.*\(4, 4, 1\) to train on and \(3, 4, 1\) for test",
        ),
        (
            {"images": np.full((2, 8, 8), np.nan), "labels": LABELS[:2]},
            r"0\.\.1. Received nan to nan\. A nan is no number: replace it\.$",
        ),
        (
            {"images": np.full((2, 8, 8), -1), "labels": LABELS[:2]},
            r"0\.\.255. Received -1 to -1\. Undo what brought them below 0\.$",
        ),
        (
            {"images": np.ones((2, 8, 8), np.uint8), "labels": LABELS[:2]},
            "of 0 and 1, where 255 is white.*largest_pixel=1 ",
        ),
        (
            {"images": np.zeros((11, 2, 2)), "labels": np.array([*range(10), 11])},
            "label 11 at index 10 stands apart",
        ),
    ],
)
def test_what_is_of_no_use_is_refused(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataFileError, match=rf"a\.npz: .*{message}"):
        read_npz(tmp_path / "a.npz", validation=0)


def test_a_scale_is_stretched_when_it_is_said(tmp_path):
    ramp = np.arange(256).reshape(1, 16, 16)
    for images, largest in (
        (ramp.astype(np.uint16) * 257, 65_535),
        (ramp.astype(np.float32), 255),
        (np.arange(17.0).reshape(1, 1, 17), 16),
        (ramp / 255, 1),
    ):
        np.savez(tmp_path / "a.npz", images=images, labels=[0])
        if largest > 1:
            with pytest.raises(DataFileError, match=rf"largest_pixel={largest}\."):
                read_npz(tmp_path / "a.npz", validation=0)
        data = read_npz(tmp_path / "a.npz", validation=0, largest_pixel=largest)
        assert data.train.images.dtype == np.uint8
        expected = np.rint(images * (255 / largest))
        assert np.array_equal(data.train.images[..., 0], expected)


def test_the_names_of_scikit_learn_are_known(tmp_path):
    names = ("X_train", "y_train", "X_val", "y_val", "X_test", "y_test")
    np.savez(tmp_path / "a.npz", **dict(zip(names, (IMAGES, LABELS) * 3, strict=True)))
    data = read_npz(tmp_path / "a.npz")
    assert [len(part) for part in (data.train, data.validation, data.test)] == [len(IMAGES)] * 3


def test_kmnist_has_a_file_for_images_and_one_for_labels(tmp_path):
    for name, array in (("imgs", IMAGES), ("labels", LABELS)):
        np.savez_compressed(tmp_path / f"kmnist-train-{name}.npz", array)
    path = tmp_path / "kmnist-train-imgs.npz"
    data = read_npz(path, tmp_path / "kmnist-train-labels.npz", validation=0)
    assert np.array_equal(data.train.images[..., 0], IMAGES)
    assert data.train.labels.tolist() == [0, 1, 2]
    with pytest.raises(DataFileError, match=r"arr_0 stands without arr_1.*labels="):
        read_npz(path)
    np.savez(tmp_path / "both.npz", IMAGES, LABELS)
    assert read_npz(tmp_path / "both.npz", validation=0).train.labels.tolist() == [0, 1, 2]
    with pytest.raises(DataFileError, match=r"both\.npz: expected one array, the labels"):
        read_npz(path, tmp_path / "both.npz")


def test_labels_come_as_numbers_or_as_rows(tmp_path):
    for labels in (LABELS, LABELS[:, None], np.eye(3), np.asfortranarray(LABELS.astype(">i4"))):
        np.savez(tmp_path / "a.npz", images=np.asfortranarray(IMAGES), labels=labels)
        data = read_npz(tmp_path / "a.npz", validation=0)
        assert data.train.labels.tolist() == [0, 1, 2]
        assert data.train.labels.dtype.isnative
        assert np.array_equal(data.train.images[..., 0], IMAGES)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PAR1\x15\x04\x15", "a Parquet file"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
        (b"\x80\x04\x95abc", "a pickle"),
        (b"\x1f\x8b\x08", "a gzip file"),
        (b"version https://git-lfs.github.com", "a Git LFS pointer"),
    ],
)
def test_a_foreign_file_is_named_and_pickles_are_never_advised(tmp_path, content, kind):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(DataFileError, match=f"not an .npz file of plain arrays.* {kind}") as caught:
        read_npz(tmp_path / "a.npz")
    assert "allow" not in str(caught.value)


def test_a_foreign_archive_is_named(tmp_path):
    for names, kind in {
        ("xl/workbook.xml",): "an Excel workbook",
        ("archive/data.pkl",): "a PyTorch file",
        ("config.json", "model.weights.h5"): "a Keras model",
        ("a.txt",): "a zip archive of 1 file ",
    }.items():
        with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
            for name in names:
                archive.writestr(name, "")
        with pytest.raises(DataFileError, match=kind):
            read_npz(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"path": None}, ArgumentTypeError),
        ({"path": io.BytesIO()}, ArgumentTypeError),
        ({"path": np.zeros(3)}, ArgumentTypeError),
        ({"path": "a\0"}, InvalidArgumentError),
        ({"labels": 3}, ArgumentTypeError),
        ({"validation": "0.1"}, ArgumentTypeError),
        ({"validation": 1}, InvalidArgumentError),
        ({"validation": 1e-9}, InvalidArgumentError),
        ({"seed": 0.5}, ArgumentTypeError),
        ({"seed": -1}, InvalidArgumentError),
        ({"class_names": "0123456789"}, ArgumentTypeError),
        ({"largest_pixel": 10**6}, InvalidArgumentError),
    ],
)
def test_wrong_arguments_are_told_from_wrong_files(arguments, error):
    with pytest.raises(error) as caught:
        read_npz(**{"path": dataset_path("mnist"), **arguments})
    assert not isinstance(caught.value, DataFileError)
