"""Parquet files: each layout that people have, and what is wrong with a row, by its place."""

import io
import json
import re
import time

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image
from pyarrow import parquet

from digitzoo import (
    Classifier,
    Dataset,
    explore,
    export_model,
    feature_maps,
    load_data,
    plot_embedding,
    plot_samples,
    predict,
    read_image_folder,
    read_parquet,
    saliency,
    scale_pixels,
    simple_cnn,
    small_dense,
)
from digitzoo.errors import (
    ArgumentTypeError,
    DataFileError,
    InvalidArgumentError,
    MissingExtraError,
)

STRUCT = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


@pytest.fixture(scope="module")
def split():
    return load_data("mnist", validation=0).test.sample(60)


def encoded(image, kind="png"):
    file = io.BytesIO()
    Image.fromarray(image.squeeze()).save(file, kind)
    return file.getvalue()


def as_structs(images):
    return pa.array([{"bytes": encoded(one), "path": None} for one in images], type=STRUCT)


def as_fixed(images):
    return pa.FixedSizeListArray.from_arrays(pa.array(images.ravel()), images[0].size)


LAYOUTS = {
    "structs, as the hub has them": as_structs,
    "bytes": lambda images: pa.array([encoded(one) for one in images]),
    "large bytes": lambda images: pa.array(map(encoded, images), type=pa.large_binary()),
    "dictionaries of bytes": lambda images: pa.array(map(encoded, images)).dictionary_encode(),
    "flat lists": lambda images: pa.array(images.reshape(len(images), -1).tolist()),
    "flat lists of bytes": as_fixed,
    "lists of lines": lambda images: pa.array(images[..., 0].tolist()),
    "lists of lines of lists": lambda images: pa.array(images.tolist()),
    "channels first": lambda images: pa.array(np.moveaxis(images, -1, 1).tolist()),
    "whole floats": lambda images: pa.array(images.reshape(len(images), -1).astype(float).tolist()),
}


def write(path, images, labels, *, names=None, rows=25, **columns):
    """Write a file of row groups of 25, with names of classes where `datasets` keeps them."""
    table = pa.table({"image": images, "label": labels, **columns})
    if names is not None:
        features = {"label": {"names": names, "_type": "ClassLabel"}}
        content = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": content})
    parquet.write_table(table, path, row_group_size=rows)
    return path


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_gives_the_same_images(layout, split, tmp_path):
    file = write(tmp_path / "a.parquet", LAYOUTS[layout](split.images), split.labels)
    read = read_parquet(file)
    assert (len(read), read.image_shape, read.group_sizes) == (60, (28, 28, 1), [25, 25, 10])
    assert read.class_names == split.class_names
    loaded = read.load()
    assert loaded.images.dtype == np.uint8
    assert np.array_equal(loaded.images, split.images)
    assert np.array_equal(loaded.labels, split.labels)
    last = read.read_group(2)
    assert np.array_equal(last.images, split.images[50:])
    assert np.array_equal(last.labels, split.labels[50:])


def test_colours_jpeg_and_sizes(tmp_path):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (4, 6, 8, 3), dtype=np.uint8)
    colours = write(tmp_path / "c.parquet", as_structs(images), [0, 1, 0, 1])
    assert np.array_equal(read_parquet(colours, color_mode="rgb").load().images, images)
    assert read_parquet(colours).image_shape == (6, 8, 1)
    assert read_parquet(colours, image_size=(3, 4)).load().images.shape == (4, 3, 4, 1)
    lists = write(tmp_path / "l.parquet", as_fixed(images), [0, 1, 0, 1])
    assert np.array_equal(read_parquet(lists, image_size=(6, 8)).load().images, images)
    smooth = np.full((8, 8), 90, dtype=np.uint8)
    content = [encoded(smooth, "jpeg")] * 2
    file = write(tmp_path / "j.parquet", pa.array(content), [0, 1])
    assert (read_parquet(file).load().images == 90).all()


def test_pictures_are_read_as_from_a_folder(tmp_path):
    """Transparency is laid on white, and 16 bits become 8, in both."""
    clear = np.zeros((8, 8, 4), dtype=np.uint8)
    deep = np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000
    for label, array in enumerate((clear, deep)):
        (tmp_path / "folder" / str(label)).mkdir(parents=True)
        (tmp_path / "folder" / str(label) / "a.png").write_bytes(encoded(array))
    file = write(tmp_path / "a.parquet", pa.array([encoded(clear), encoded(deep)]), [0, 1])
    folder = read_image_folder(tmp_path / "folder")
    assert np.array_equal(read_parquet(file).load().images, folder.images)


def test_names_come_from_the_file_or_from_the_call(split, tmp_path):
    names = [f"digit {number}" for number in range(10)]
    file = write(tmp_path / "a.parquet", as_fixed(split.images), split.labels, names=names)
    assert read_parquet(file).class_names == tuple(names)
    assert read_parquet(file, class_names=list("abcdefghij")).class_names == tuple("abcdefghij")


@pytest.mark.parametrize("kind", ["string", "string_view", "dictionary"])
def test_words_are_classes_in_the_order_in_which_they_appear(kind, split, tmp_path):
    words = pa.array(["b", "a", "c"] * 20)
    words = words.dictionary_encode() if kind == "dictionary" else words.cast(kind)
    file = write(tmp_path / "a.parquet", as_fixed(split.images), words)
    assert read_parquet(file).class_names == ("b", "a", "c")
    named = read_parquet(file, class_names=["a", "b", "c"])
    assert named.labels[:3].tolist() == [1, 0, 2]
    with pytest.raises(DataFileError, match=r"row group 0, row 2: Unknown class 'c'"):
        read_parquet(file, class_names=["a", "b"])


def test_files_follow_each_other_in_the_order_of_their_names(split, tmp_path):
    images = as_fixed(split.images)
    for number in (1, 0):
        part = slice(number * 30, number * 30 + 30)
        path = tmp_path / f"train-0000{number}-of-00002.parquet"
        write(path, images[part], split.labels[part])
    files = sorted(tmp_path.iterdir())
    for source in (tmp_path, files, str(tmp_path / "train-*.parquet"), tuple(map(str, files))):
        read = read_parquet(source)
        assert np.array_equal(read.load().images, split.images)
        assert read.files == files
    write(tmp_path / "test-00000-of-00001.parquet", images, split.labels)
    with pytest.raises(DataFileError, match=r"files of several parts, test, train\. Give those of"):
        read_parquet(tmp_path)


def test_a_held_out_part_is_that_of_the_same_images_in_memory(split, tmp_path):
    read = read_parquet(write(tmp_path / "a.parquet", as_fixed(split.images), split.labels))
    for ours, theirs in zip(read.divide(0.2, seed=3), split.divide(0.2, seed=3), strict=True):
        loaded = ours.load()
        assert np.array_equal(loaded.images, theirs.images)
        assert np.array_equal(loaded.labels, theirs.labels)
    with pytest.raises(InvalidArgumentError, match="fraction above 0 and below 1"):
        read.divide(1.0)


def test_large_row_groups_are_unpacked_piece_by_piece(split, tmp_path, monkeypatch):
    monkeypatch.setattr("digitzoo.data.parquet_split._PIECE_BYTES", 7 * 800)
    file = write(tmp_path / "a.parquet", as_fixed(split.images), split.labels, rows=60)
    rest, taken = read_parquet(file).divide(0.1)
    for ours, theirs in zip((rest, taken), split.divide(0.1), strict=True):
        assert np.array_equal(ours.load().images, theirs.images)


def spoilt(images, row, value):
    values = images.to_pylist()
    values[row] = value
    return pa.array(values, type=images.type)


NOISE = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
HALF = encoded(NOISE)[:300]
FLAT = pa.list_(pa.int64())
ROWS = {
    "no picture": (as_structs, {"bytes": b"nothing"}, "not an image that Pillow can read"),
    "half a picture": (as_structs, {"bytes": HALF}, "cannot be read as an image"),
    "a path alone": (as_structs, {"path": "a.png"}, "no image. Expected the bytes of a picture."),
    "null": (as_structs, None, "no image. Expected the bytes of a picture."),
    "another size": (
        as_structs,
        {"bytes": encoded(np.zeros((20, 30), dtype=np.uint8))},
        "20 x 30 pixels, where those before it have 28 x 28. Give image_size=",
    ),
    "a short list": (LAYOUTS["flat lists"], [1, 2], "a list of 2, where those before it have 784"),
    "a short line": (
        LAYOUTS["lists of lines"],
        [[0] * 28] * 27 + [[0] * 27],
        "a list of 27, where those before it have 28",
    ),
    "no list": (LAYOUTS["flat lists"], None, "no pixels. Expected one in each row."),
    "a missing pixel": (LAYOUTS["flat lists"], [0] * 783 + [None], "no pixel."),
    "a large pixel": (LAYOUTS["flat lists"], [0] * 783 + [256], "pixel 256 cannot be used"),
    "half a pixel": (LAYOUTS["whole floats"], [0.0] * 783 + [0.5], "pixel 0.5 cannot be used"),
    "not a number": (LAYOUTS["whole floats"], [float("nan")] * 784, "pixel nan cannot be used"),
}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("row", [25, 31])
def test_a_bad_image_is_named_by_file_row_group_and_row(kind, row, split, tmp_path):
    layout, value, message = ROWS[kind]
    images = spoilt(layout(split.images), row, value)
    read = read_parquet(write(tmp_path / "a.parquet", images, split.labels))
    place = f"{tmp_path / 'a.parquet'}, row group 1, row {row - 25}: "
    with pytest.raises(DataFileError, match=re.escape(place) + ".*" + re.escape(message)):
        read.load()
    assert len(read.read_group(0)) == 25


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, None], r"row group 1, row 0: no label"),
        ([0, 1, -1], r"row group 1, row 0: label -1 lies outside the classes\. Expected 0 to 9999"),
        ([0, 1, 0.5], r"labels of type double\. Expected whole numbers or words"),
        (pa.array([[0], [1], [0]]), r"labels of type list"),
    ],
)
def test_a_bad_label_is_named_too(labels, message, split, tmp_path):
    file = write(tmp_path / "a.parquet", as_fixed(split.images[:3]), labels, rows=2)
    with pytest.raises(DataFileError, match=message):
        read_parquet(file)


def test_labels_lie_inside_the_named_classes(split, tmp_path):
    file = write(tmp_path / "a.parquet", as_fixed(split.images[:3]), [0, 2, 1], rows=2)
    with pytest.raises(DataFileError, match=r"row group 0, row 1: label 2 lies.*Expected 0 to 1"):
        read_parquet(file, class_names=["a", "b"])


def test_what_does_not_fit_the_file_is_told_from_what_is_there(split, tmp_path):
    images = as_fixed(split.images)
    file = write(tmp_path / "a.parquet", images, split.labels, text=["x"] * 60)
    with pytest.raises(
        InvalidArgumentError, match=r"no column 'img'\. Say image_column=.*image, l"
    ):
        read_parquet(file, image_column="img")
    with pytest.raises(InvalidArgumentError, match=r"no column 'digit'\. Say label_column="):
        read_parquet(file, label_column="digit")
    with pytest.raises(InvalidArgumentError, match=r"column 'text' holds 'string', no images"):
        read_parquet(file, image_column="text")
    with pytest.raises(InvalidArgumentError, match=r"image_size=\(5, 5\) needs 25 pixels"):
        read_parquet(file, image_size=(5, 5))
    odd = write(tmp_path / "odd.parquet", pa.array([[1, 2, 3]] * 2), [0, 1])
    with pytest.raises(DataFileError, match=r"odd.parquet: 3 pixels make no square\. Give image_s"):
        read_parquet(odd)
    dark = write(tmp_path / "dark.parquet", pa.array([[0, 16] * 32] * 2), [0, 1])
    with pytest.raises(DataFileError, match=r"dark.parquet: .*0 to 16, where 255 is white"):
        read_parquet(dark)


def test_files_that_are_none_are_named_by_what_they_are(split, tmp_path):
    file = tmp_path / "a.parquet"
    with pytest.raises(DataFileError, match=r"a.parquet: cannot be read \(No such file"):
        read_parquet(file)
    file.write_bytes(b"<!doctype html>")
    with pytest.raises(DataFileError, match="no Parquet file. It is a web page"):
        read_parquet(file)
    file.write_bytes(b"PAR1 and no more")
    with pytest.raises(DataFileError, match="truncated or damaged"):
        read_parquet(file)
    file.unlink()
    with pytest.raises(DataFileError, match="a folder without .parquet files"):
        read_parquet(tmp_path)
    with pytest.raises(DataFileError, match="no files of that pattern"):
        read_parquet(tmp_path / "*.parquet")
    write(file, as_fixed(split.images)[:0], split.labels[:0])
    with pytest.raises(DataFileError, match="no rows"):
        read_parquet(file)


def test_a_file_that_changes_meanwhile_is_an_error(split, tmp_path):
    """Also one of the same size and layout, which would give its images the labels of before."""
    file = write(tmp_path / "a.parquet", as_fixed(split.images), split.labels)
    read = read_parquet(file)
    for content in (file.read_bytes()[:200], file.read_bytes()):
        time.sleep(0.02)  # some systems count the time in such steps
        file.write_bytes(content)
        with pytest.raises(DataFileError, match="a.parquet has changed since it was opened"):
            read.load()
    file.unlink()
    with pytest.raises(DataFileError, match=r"a.parquet: cannot be read"):
        read.load()


def test_a_damaged_row_group_is_named(split, tmp_path):
    file = write(tmp_path / "a.parquet", as_fixed(split.images), split.labels)
    content = bytearray(file.read_bytes())
    second = parquet.read_metadata(file).row_group(1).column(0)
    start = second.dictionary_page_offset
    content[start : start + 40] = bytes(40)
    file.write_bytes(content)
    read = read_parquet(file)
    assert len(read.read_group(0)) == 25
    with pytest.raises(DataFileError, match=r"a.parquet, row group 1: cannot be read \(Couldn't"):
        read.load()


@pytest.mark.parametrize(
    "call",
    [
        lambda images: predict(small_dense(), images),
        lambda images: Classifier("small_dense").predict(images),
        lambda images: feature_maps(simple_cnn(), images),
        lambda images: saliency(simple_cnn(), images),
        lambda images: export_model("tiny_cnn", "it.onnx", images=images),
        lambda images: explore("tiny_cnn", images=images),
        scale_pixels,
        plot_samples,
        lambda images: plot_embedding(small_dense(), images),
        Dataset,
        lambda images: images[:5],
        list,
        lambda images: images.images,
        lambda images: images.sample(4),
    ],
)
def test_what_takes_images_in_memory_says_how_to_have_them_there(
    call, split, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    read = read_parquet(write(tmp_path / "a.parquet", as_fixed(split.images), split.labels))
    with pytest.raises((ArgumentTypeError, AttributeError), match=r"\.load\(\)"):
        call(read)


@pytest.mark.parametrize("names", [{"0": "a"}, "ab", [1.5, 2.5], ["a", "a"]])
def test_damaged_names_of_classes_in_a_file_are_passed_over(names, split, tmp_path):
    labels = split.labels % 2
    file = write(tmp_path / "a.parquet", as_fixed(split.images), labels, names=names)
    assert read_parquet(file).class_names == ("0", "1")


def test_a_name_means_one_class_in_all_files(split, tmp_path):
    for name, names in (("a", ["x", "y"]), ("b", ["y", "x"])):
        write(tmp_path / f"{name}.parquet", as_fixed(split.images[:2]), [0, 1], names=names)
    both = read_parquet(tmp_path)
    assert (both.labels.tolist(), both.class_names) == ([0, 1, 1, 0], ("x", "y"))
    known = read_parquet(tmp_path, class_names=["z", "y", "x"])
    assert (known.labels.tolist(), known.class_names) == ([2, 1, 1, 2], ("z", "y", "x"))
    renamed = read_parquet(tmp_path / "b.parquet", class_names=["p", "q"])
    assert (renamed.labels.tolist(), renamed.class_names) == ([0, 1], ("p", "q"))
    write(tmp_path / "c.parquet", as_fixed(split.images[:2]), [0, 1], names=["x", "z"])
    with pytest.raises(DataFileError, match=r"c.parquet, .*: class names x, z, where .* y, x\. Gi"):
        read_parquet([tmp_path / "b.parquet", tmp_path / "c.parquet"])


def test_wrong_paths_and_a_missing_extra(monkeypatch, tmp_path):
    for wrong in (3, None, {"a"}, [3]):
        with pytest.raises(ArgumentTypeError, match="path must be a path"):
            read_parquet(wrong)
    with pytest.raises(InvalidArgumentError, match="one file at least"):
        read_parquet([])
    monkeypatch.setattr("digitzoo.data.parquet.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r'pip install "digitzoo\[parquet\]"'):
        read_parquet(tmp_path)
