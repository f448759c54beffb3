import numpy as np
import pytest
from PIL import Image

from digitzoo import load_arrays, read_image_folder
from digitzoo.data import read_image
from digitzoo.errors import ArgumentTypeError, DataFileError, InvalidArgumentError


@pytest.fixture(scope="module")
def digits():
    _, (images, labels) = load_arrays("mnist")
    return images[:100], labels[:100]


@pytest.fixture
def folder(tmp_path, digits):
    for number, (image, label) in enumerate(zip(*digits, strict=True)):
        (tmp_path / str(label)).mkdir(exist_ok=True)
        Image.fromarray(image).save(tmp_path / str(label) / f"{number:03}.png")
    (tmp_path / ".DS_Store").touch()
    (tmp_path / "0" / "Thumbs.db").touch()
    return tmp_path


def test_folders_are_classes_and_files_are_images(folder, digits):
    images, labels = digits
    split = read_image_folder(folder)
    order = np.argsort(labels, kind="stable")
    assert np.array_equal(split.images[..., 0], images[order])
    assert np.array_equal(split.labels, labels[order])
    assert split.class_names == tuple("0123456789")


def test_chosen_classes_in_chosen_order(folder, digits):
    split = read_image_folder(folder, class_names=["7", "1"])
    assert split.class_names == ("7", "1")
    assert len(split) == np.isin(digits[1], [1, 7]).sum()
    assert split.labels[0] == 0


def test_colour_and_size(folder):
    split = read_image_folder(folder, image_size=(32, 20), color_mode="rgb")
    assert split.images.shape == (100, 32, 20, 3)


def test_transparency_lies_on_white(tmp_path):
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    image.putpixel((1, 0), (0, 0, 0, 255))
    image.save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png").ravel().tolist() == [255, 0]


def test_different_sizes_name_the_file(folder):
    Image.new("L", (30, 28)).save(folder / "1" / "wide.png")
    with pytest.raises(ValueError, match=r"wide\.png: 28 x 30 pixels, .*28 x 28.*image_size="):
        read_image_folder(folder)


def test_what_is_missing_or_empty_is_named(tmp_path):
    with pytest.raises(ValueError, match="none: no such folder"):
        read_image_folder(tmp_path / "none")
    with pytest.raises(ValueError, match="empty. Expected a folder for each class"):
        read_image_folder(tmp_path)
    (tmp_path / "cat").mkdir()
    with pytest.raises(ValueError, match="cat: empty. Expected the images of class 'cat'"):
        read_image_folder(tmp_path)


def test_what_is_no_image_is_named(tmp_path):
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "notes.txt").write_text("not an image")
    with pytest.raises(ValueError, match=r"notes\.txt: not an image"):
        read_image_folder(tmp_path)
    (tmp_path / "cat" / "notes.txt").unlink()
    Image.new("L", (28, 28)).save(tmp_path / "cat" / "a.png")
    whole = (tmp_path / "cat" / "a.png").read_bytes()
    (tmp_path / "cat" / "a.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"a\.png: "):
        read_image_folder(tmp_path)
    (tmp_path / "cat" / "a.png").unlink()
    (tmp_path / "cat" / "nested").mkdir()
    with pytest.raises(ValueError, match="nested: a folder, .* Read each part of a divided"):
        read_image_folder(tmp_path)


def test_a_file_among_the_classes_is_named(folder):
    (folder / "labels.csv").touch()
    with pytest.raises(ValueError, match=r"labels\.csv. is not a folder"):
        read_image_folder(folder)


def test_an_unknown_colour_mode(folder):
    with pytest.raises(ValueError, match="Unknown color_mode 'bgr'"):
        read_image_folder(folder, color_mode="bgr")


def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path):
    ramp = (np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    assert read_image(tmp_path / "ramp.png").ravel().tolist() == list(range(256))


def test_numbers_of_unknown_range_are_refused(tmp_path):
    for kind in ("float32", "int32"):
        Image.fromarray(np.zeros((4, 4), kind)).save(tmp_path / "odd.tiff")
        with pytest.raises(ValueError, match=r"odd\.tiff: its pixels are 32-bit numbers"):
            read_image(tmp_path / "odd.tiff")


def test_photos_are_turned_upright(tmp_path):
    upright = np.zeros((8, 4), np.uint8)
    upright[0] = 255
    lying = Image.fromarray(np.rot90(upright, 1).copy())
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    lying.save(tmp_path / "photo.png", exif=exif)
    assert np.array_equal(read_image(tmp_path / "photo.png")[..., 0], upright)


def test_colours_in_lab_are_read(tmp_path):
    (tmp_path / "cat").mkdir()
    for lightness, expected in ((0, 0), (255, 255), (128, 119)):  # L* 50 is 119 in sRGB
        Image.new("LAB", (4, 4), (lightness, 128, 128)).save(tmp_path / "cat" / "a.tiff")
        pixels = read_image_folder(tmp_path, largest_pixel=255).images
        assert np.abs(pixels.astype(int) - expected).max() <= 2
        assert read_image(tmp_path / "cat" / "a.tiff", color_mode="rgb").shape == (4, 4, 3)


def test_what_systems_leave_beside_the_classes_is_passed_over(folder):
    for name in ("__MACOSX", "@eaDir", ".ipynb_checkpoints"):
        (folder / name).mkdir()
    assert read_image_folder(folder).class_names == tuple("0123456789")


def test_masks_are_asked_about(tmp_path, digits):
    (tmp_path / "cat").mkdir()
    Image.fromarray(digits[0][0] // 128).save(tmp_path / "cat" / "a.png")
    with pytest.raises(DataFileError, match="of 0 and 1, where 255 is white"):
        read_image_folder(tmp_path)
    assert read_image_folder(tmp_path, largest_pixel=1).images.max() == 255


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"folder": None}, ArgumentTypeError, "folder must be a path"),
        ({"folder": b"digits"}, ArgumentTypeError, "folder must be a path"),
        ({"folder": "a\0"}, InvalidArgumentError, "no name that a file can have"),
        ({"folder": "x" * 5000}, InvalidArgumentError, "no name that a file can have"),
        ({"image_size": 28}, ArgumentTypeError, r"image_size must be \(height, width\)"),
        ({"image_size": "28"}, ArgumentTypeError, r"image_size must be \(height, width\)"),
        ({"image_size": (28,)}, InvalidArgumentError, r"image_size must be \(height, width\)"),
        ({"image_size": (28, 28, 1)}, InvalidArgumentError, r"image_size must be"),
        ({"image_size": (28, 0)}, InvalidArgumentError, "Each size in image_size"),
        ({"image_size": (28.0, 28)}, ArgumentTypeError, "Each size in image_size"),
        ({"image_size": (28, 10**9)}, InvalidArgumentError, "at most 100,000"),
        ({"color_mode": 3}, ArgumentTypeError, "color_mode is named by a text"),
        ({"class_names": "01"}, ArgumentTypeError, "class_names must be a sequence"),
        ({"class_names": ["1", "1"]}, InvalidArgumentError, "class_names must differ"),
        ({"class_names": [0, 1]}, ArgumentTypeError, "class_names must be a sequence"),
        ({"class_names": ["y" * 5000]}, DataFileError, "not a folder"),
    ],
)
def test_arguments_that_cannot_work_are_refused(folder, arguments, error, message):
    with pytest.raises(error, match=message):
        read_image_folder(**{"folder": folder, **arguments})
