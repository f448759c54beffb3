import gzip
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from digitzoo import load_arrays, read_idx
from digitzoo.errors import ArgumentTypeError, DataFileError, InvalidArgumentError


def idx_bytes(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture(scope="module")
def digits():
    _, (images, labels) = load_arrays("mnist")
    return images[:50], labels[:50]


@pytest.fixture
def files(tmp_path, digits):
    paths = tmp_path / "t10k-images-idx3-ubyte", tmp_path / "t10k-labels-idx1-ubyte"
    for path, array in zip(paths, digits, strict=True):
        path.write_bytes(idx_bytes(array))
    return paths


def test_plain_and_compressed_files_give_back_the_digits(tmp_path, files, digits):
    zipped = []
    for path in files:
        zipped.append(tmp_path / f"{path.name}.gz")
        zipped[-1].write_bytes(gzip.compress(path.read_bytes()))
    for images, labels in (files, zipped):
        split = read_idx(images, labels)
        assert np.array_equal(split.images[..., 0], digits[0])
        assert np.array_equal(split.labels, digits[1])


def test_images_alone(files, digits):
    split = read_idx(files[0])
    assert split.labels is None
    assert len(split) == len(digits[0])


def test_transposed_images_are_set_upright(tmp_path, digits):
    path = tmp_path / "emnist"
    path.write_bytes(idx_bytes(np.ascontiguousarray(digits[0].swapaxes(1, 2))))
    assert np.array_equal(read_idx(path, transposed=True).images[..., 0], digits[0])


def test_every_truncation_is_refused(tmp_path):
    whole = idx_bytes(np.arange(2 * 3 * 2, dtype=np.uint8).reshape(2, 3, 2))
    path = tmp_path / "cut"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"cut: (truncated|not an IDX file)"):
            read_idx(path)


def test_every_truncation_of_a_compressed_file_is_refused(tmp_path):
    whole = gzip.compress(idx_bytes(np.arange(12, dtype=np.uint8).reshape(2, 3, 2)))
    path = tmp_path / "cut.gz"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"cut\.gz: (truncated|not an IDX file)"):
            read_idx(path)


def test_foreign_files_are_refused(tmp_path, files):
    images, labels = files
    with pytest.raises(ValueError, match="not an IDX file of images.*00 00 08 03.*00 00 08 01"):
        read_idx(labels)
    with pytest.raises(ValueError, match="not an IDX file of labels"):
        read_idx(images, images)
    longer = tmp_path / "long"
    longer.write_bytes(images.read_bytes() + b"x")
    with pytest.raises(ValueError, match="too long. 50 x 28 x 28 numbers need 39,216 bytes"):
        read_idx(longer)
    with pytest.raises(ValueError, match="No such file"):
        read_idx(tmp_path / "none")


def test_images_and_labels_must_be_as_many(tmp_path, files, digits):
    fewer = tmp_path / "fewer"
    fewer.write_bytes(idx_bytes(digits[1][:49]))
    with pytest.raises(ValueError, match="50 images and .*fewer holds 49 labels"):
        read_idx(files[0], fewer)


def test_labels_outside_the_named_classes_name_the_file(files):
    with pytest.raises(ValueError, match=r"t10k-labels.*label 7 at index 0 lies outside"):
        read_idx(*files, class_names=["0", "1"])


def idx_of(array, kind):
    header = struct.pack(f">HBB{array.ndim}I", 0, kind, array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def test_labels_of_qmnist_stand_first_in_rows_of_int32(tmp_path, files, digits):
    rows = np.arange(50 * 8, dtype=np.int32).reshape(50, 8)
    rows[:, 0] = digits[1]
    path = tmp_path / "qmnist-test-labels-idx2-int.gz"
    path.write_bytes(gzip.compress(idx_of(rows, 12)))
    assert np.array_equal(read_idx(files[0], path).labels, digits[1])
    for kind, dtype in ((9, np.int8), (11, np.int16), (12, np.int32)):
        path.write_bytes(idx_of(digits[1].astype(dtype), kind))
        split = read_idx(files[0], path)
        assert np.array_equal(split.labels, digits[1])
        assert split.labels.dtype.isnative


@pytest.mark.parametrize(("kind", "name"), [(13, "float32"), (14, "float64"), (12, "int32")])
def test_images_of_other_numbers_are_named(tmp_path, kind, name):
    path = tmp_path / "a"
    path.write_bytes(idx_of(np.zeros((2, 3, 3), name), kind))
    with pytest.raises(DataFileError, match=f"not an IDX file of images.*{name} numbers of 3 axes"):
        read_idx(path)


def test_a_packed_file_is_read_no_further_than_its_header_promises(tmp_path):
    path = tmp_path / "bomb.gz"
    head = struct.pack(">HBB3I", 0, 8, 3, 10, 2, 7)
    path.write_bytes(gzip.compress(head + bytes(10**8)))
    tracemalloc.start()
    with pytest.raises(DataFileError, match="too long. 10 x 2 x 7 numbers need 156 bytes"):
        read_idx(path)
    for sizes in ((2**32 - 1,) * 3, (10**6, 1000, 1000)):
        head = struct.pack(">HBB3I", 0, 8, 3, *sizes)
        for content in (head + bytes(9), gzip.compress(head + bytes(9))):
            path.write_bytes(content)
            with pytest.raises(DataFileError, match="truncated"):
                read_idx(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10**7


def test_a_file_alone_in_an_archive_is_read(files, digits):
    for path in files:
        with zipfile.ZipFile(f"{path}.zip", "w") as archive:
            archive.write(path, path.name)
    split = read_idx(*(f"{path}.zip" for path in files))
    assert np.array_equal(split.images[..., 0], digits[0])


def test_a_foreign_file_is_named(tmp_path):
    for content, kind in ((b"\x89PNG\r\n", "a PNG picture"), (b"<html><body>", "a web page")):
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(DataFileError, match=rf"not an IDX file of images.*\({kind}\)"):
            read_idx(tmp_path / "a")


def test_a_label_that_is_a_slip_and_dark_pixels_are_named(tmp_path, files, digits):
    labels = tmp_path / "labels"
    slip = np.resize(np.arange(10, dtype=np.uint8), 50)
    slip[40] = 11
    labels.write_bytes(idx_bytes(slip))
    with pytest.raises(DataFileError, match=r"labels: label 11 at index 40 stands apart"):
        read_idx(files[0], labels)
    assert len(read_idx(files[0], labels, class_names=list("abcdefghijkl")).class_names) == 12
    masks = tmp_path / "masks"
    masks.write_bytes(idx_bytes(digits[0] // 128))
    with pytest.raises(DataFileError, match="masks: .*numbers of 0 and 1, where 255 is white"):
        read_idx(masks)
    assert np.array_equal(
        read_idx(masks, largest_pixel=1).images[..., 0], digits[0] // 128 * np.uint8(255)
    )


@pytest.mark.parametrize("wrong", [None, b"a", 3, np.zeros(3), [], object()])
def test_what_is_no_path_is_refused(files, wrong):
    with pytest.raises(ArgumentTypeError, match="images must be a path"):
        read_idx(wrong)
    if wrong is not None:
        with pytest.raises(ArgumentTypeError, match="labels must be a path"):
            read_idx(files[0], wrong)


def test_other_arguments_are_checked(files):
    with pytest.raises(ArgumentTypeError, match="transposed must be True or False"):
        read_idx(files[0], transposed=1)
    with pytest.raises(ArgumentTypeError, match="class_names must be a sequence"):
        read_idx(files[0], class_names="0123456789")
    with pytest.raises(InvalidArgumentError, match="largest_pixel must be"):
        read_idx(files[0], largest_pixel=256)
