import gzip
import struct

import numpy as np
import pytest

from digitzoo import load_arrays, read_idx


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
