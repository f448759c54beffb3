import contextlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw

from digitzoo import load_arrays, prepare_digit
from digitzoo.data import prepare_garment
from digitzoo.data.pictures.blobs import label_blobs
from digitzoo.data.pictures.lines import remove_lines
from digitzoo.data.pictures.page import find_page
from digitzoo.errors import DataFileError, InvalidArgumentError

_, (DIGITS, LABELS) = load_arrays("mnist")
INDICES = st.integers(0, 999)


def draw_large(image, size):
    return np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC))


def difference(one, other):
    """Mean absolute difference of the pixels; of two different digits it is about 40."""
    return np.abs(one.astype(float).ravel() - other.astype(float).ravel()).mean()


def box(image):
    rows, columns = np.nonzero(image[..., 0])
    return np.ptp(rows) + 1, np.ptp(columns) + 1


def centre(image):
    mass = image[..., 0].astype(float)
    places = np.arange(28)
    return mass.sum(axis=1) @ places / mass.sum(), mass.sum(axis=0) @ places / mass.sum()


def test_images_of_mnist_come_back_nearly_as_they_are():
    differences = [difference(prepare_digit(image), image) for image in DIGITS[:300]]
    assert np.median(differences) < 0.3
    assert np.quantile(differences, 0.99) < 2


@settings(max_examples=12, deadline=None)
@given(
    index=INDICES,
    size=st.integers(100, 420),
    margins=st.tuples(*[st.integers(0, 200)] * 4),
    dark_ink=st.booleans(),
)
def test_wherever_it_stands_it_is_scaled_to_20_and_centred(index, size, margins, dark_ink):
    top, bottom, left, right = margins
    page = np.pad(draw_large(DIGITS[index], size), ((top, bottom), (left, right)))
    image = prepare_digit(255 - page if dark_ink else page)
    assert (image.shape, image.dtype) == ((28, 28, 1), np.uint8)
    assert image.max() > 250
    assert max(box(image)) in (19, 20)
    assert centre(image) == pytest.approx((14, 14), abs=0.6)
    expected_height, expected_width = box(DIGITS[index][..., np.newaxis])
    assert box(image) == pytest.approx((expected_height, expected_width), abs=2)
    assert difference(image, DIGITS[index]) < 25


@settings(max_examples=10, deadline=None)
@given(index=INDICES, size=st.integers(60, 300))
def test_dark_on_light_and_light_on_dark_are_the_same(index, size):
    page = draw_large(DIGITS[index], size)
    light, dark = prepare_digit(page), prepare_digit(255 - page)
    assert difference(light, dark) < 4


def test_every_form_of_one_picture_gives_the_same(tmp_path):
    page = 255 - draw_large(DIGITS[0], 280)
    expected = prepare_digit(page)
    colours = np.repeat(page[..., np.newaxis], 3, axis=2)
    transparent = np.zeros((280, 280, 4), dtype=np.uint8)
    transparent[..., 3] = 255 - page
    Image.fromarray(page).save(tmp_path / "page.png")
    for form in (
        page[..., np.newaxis],
        page / 255,
        (page / 255).astype(np.float32),
        page.astype(np.int64),
        colours,
        transparent,
        Image.fromarray(page),
        Image.fromarray(page).convert("P"),
        tmp_path / "page.png",
        str(tmp_path / "page.png"),
    ):
        assert difference(prepare_digit(form), expected) < 0.5
    transparent[..., :3] = 255  # chalk on nothing
    assert difference(prepare_digit(transparent), expected) < 0.5


def test_photos_are_turned_upright(tmp_path):
    page = 255 - draw_large(DIGITS[0], 280)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    Image.fromarray(np.rot90(page)).save(tmp_path / "photo.png", exif=exif)
    assert np.array_equal(prepare_digit(tmp_path / "photo.png"), prepare_digit(page))
    assert np.array_equal(prepare_digit(Image.open(tmp_path / "photo.png")), prepare_digit(page))


def lamp(height, width):
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    return 1 - 0.5 * ((y - 0.1) ** 2 + (x - 0.9) ** 2) / 1.62


def on_page(index, size=250, page=(500, 600), corner=(120, 200)):
    ink = np.zeros(page)
    ink[corner[0] : corner[0] + size, corner[1] : corner[1] + size] = (
        draw_large(DIGITS[index], size) / 255
    )
    return ink[..., np.newaxis]


def hard_pictures():
    noise = np.random.default_rng(0).normal(0, 1, (500, 600, 3))
    ink, light = on_page(0), lamp(500, 600)[..., np.newaxis]
    lines = np.full((500, 600, 3), 245.0)
    lines[::40] = lines[1::40] = (170, 200, 240)
    desk = np.full((500, 600, 3), 60.0)
    desk[40:460, 60:540] = 225
    speckled = np.where(noise > 2, 255, np.where(noise < -2, 0, 255 - 255 * ink))
    return {
        "pencil under a lamp": np.array([230, 215, 190]) * light * (1 - 0.4 * ink) + 4 * noise,
        "chalk on a blackboard": np.array([40, 60, 50]) * light + 160 * ink + 6 * noise,
        "ruled paper": lines * (1 - ink) + np.array([30, 40, 120]) * ink,
        "a sheet on a desk": desk * (1 - 0.7 * ink) + 4 * noise,
        "yellow on white": 255 - np.array([0, 30, 255]) * ink,
        "red on blue": np.array([40, 60, 160]) * (1 - ink) + np.array([200, 30, 30]) * ink,
        "salt and pepper": speckled,
        "a grainy photo": 60 + 120 * ink + 35 * noise,
    }


@pytest.mark.parametrize("name", hard_pictures())
def test_paper_lamp_and_pen_make_no_difference(name):
    picture = np.clip(hard_pictures()[name], 0, 255).astype(np.uint8)
    assert difference(prepare_digit(picture), DIGITS[0]) < 14


def test_a_small_digit_in_a_large_photo_is_looked_at_from_near():
    page = np.full((1500, 2000), 200, dtype=np.uint8)
    page[900:1060, 300:460] = 200 - draw_large(DIGITS[0], 160) // 2
    assert difference(prepare_digit(page), DIGITS[0]) < 14


@pytest.mark.parametrize("width", [1, 2, 5, 12, 40])
def test_strokes_of_any_pen_become_as_wide_as_mnists(width):
    image = Image.new("L", (420, 520), 255)
    ImageDraw.Draw(image).line([(100, 80), (320, 80), (180, 440)], fill=0, width=width)
    seven = prepare_digit(image)[..., 0] / 255
    across = seven[10:20].sum(axis=1)  # the slanted stroke
    assert (across > 1.2).all()
    assert (across < 5).all()
    rows = seven.max(axis=1)
    assert rows[np.flatnonzero(rows)].min() > 0.4
    assert np.ptp(np.flatnonzero(rows)) in (18, 19)  # without a gap


def test_a_sheet_is_found_by_its_edge():
    photo = np.full((400, 600), 90.0)
    photo[50:, 120:500] = 230
    box = find_page(Image.fromarray(photo.astype(np.uint8)))
    assert box == pytest.approx((120, 50, 500, 400), abs=20)
    with pytest.raises(ValueError, match="shows no digit"):
        prepare_digit(photo.astype(np.uint8))


def test_digits_and_light_are_no_sheets():
    for image in DIGITS[:200]:
        rows, columns = np.nonzero(image)
        tight = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        for margin in (0, 1, 3, 6):
            page = Image.fromarray(255 - np.pad(tight, margin))
            assert find_page(page) is None
            assert find_page(page.resize((9 * page.width, 9 * page.height))) is None
    slope = np.linspace(250, 40, 300)
    for light in (lamp(400, 300) * 235, np.tile(slope, (200, 1)), 255 / (1 + (slope / 90) ** 2)):
        plane = np.broadcast_to(light, (400, 300) if light.ndim == 1 else light.shape)
        assert find_page(Image.fromarray(plane.astype(np.uint8))) is None


def test_strokes_are_no_ruled_lines():
    for image in DIGITS[:50]:
        for size in (28, 100, 250):
            page = 255 - draw_large(image, size).astype(np.float32)[..., np.newaxis]
            assert remove_lines(page) is page
    image = Image.new("L", (300, 100), 255)
    ImageDraw.Draw(image).line([(0, 50), (299, 50)], fill=0, width=2)
    assert prepare_digit(image).max() == 255  # it is all there is


def test_a_stroke_with_a_gap_and_dust():
    image = Image.new("L", (300, 400), 255)
    drawing = ImageDraw.Draw(image)
    drawing.line([(150, 60), (150, 180)], fill=0, width=20)
    drawing.line([(150, 195), (150, 340)], fill=0, width=20)
    one = prepare_digit(image)
    drawing.ellipse([(20, 20), (26, 26)], fill=0)
    drawing.ellipse([(280, 380), (284, 384)], fill=90)
    assert np.array_equal(prepare_digit(image), one)
    assert box(one)[0] in (19, 20)


@pytest.mark.parametrize(
    "blank",
    [
        np.full((300, 200), 255, dtype=np.uint8),
        np.zeros((28, 28)),
        np.zeros((1, 1)),
        235 * lamp(300, 200) / 255,
        np.random.default_rng(0).integers(100, 156, (200, 300, 3)).astype(np.uint8),
        np.clip(235 * lamp(300, 200) + np.random.default_rng(0).normal(0, 6, (300, 200)), 0, 255)
        / 255,
        Image.new("RGBA", (50, 50), (0, 0, 0, 0)),
    ],
)
def test_where_nothing_stands_out_there_is_no_digit(blank):
    with pytest.raises(ValueError, match="The picture shows no digit: what differs most"):
        prepare_digit(blank)


def test_an_error_names_the_file(tmp_path):
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")
    with pytest.raises(ValueError, match=r"blank\.png shows no digit"):
        prepare_digit(tmp_path / "blank.png")
    with pytest.raises(ValueError, match=r"none\.png: no such file"):
        prepare_digit(tmp_path / "none.png")


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((5, 28, 28, 1)), r"Received shape \(5, 28, 28, 1\)"),
        (np.zeros(784), r"A picture has shape \(height, width\)"),
        (np.zeros((28, 28, 2)), "with 1, 3 or 4 channels"),
        (np.zeros((0, 28)), "no pixels"),
        (np.full((28, 28), 200.0), "Divide them by 255"),
        (None, "Received NoneType"),
        ({"a": 1}, "Received dict"),
    ],
)
def test_what_is_no_picture_is_refused(picture, message):
    with pytest.raises((ValueError, TypeError), match=message):
        prepare_digit(picture)


@settings(max_examples=100, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6))))
@example(np.array([[255, 255, 255], [255, 0, 255], [255, 255, 255]], dtype=np.uint8))
def test_pictures_of_a_few_pixels_are_read_or_refused(pixels):
    with contextlib.suppress(InvalidArgumentError):
        assert prepare_digit(pixels).shape == (28, 28, 1)


def test_a_photo_of_a_hundred_megapixels_is_read_without_a_word(tmp_path, monkeypatch, recwarn):
    Image.fromarray(draw_large(DIGITS[0], 50)).save(tmp_path / "photo.png")
    expected = prepare_digit(tmp_path / "photo.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2000)  # Pillow warns from there to twice that
    assert np.array_equal(prepare_digit(tmp_path / "photo.png"), expected)
    assert not recwarn.list


def test_what_cannot_be_looked_for_or_is_too_large_is_refused(tmp_path, monkeypatch):
    for path in ("x" * 5000, "~nobody-of-that-name/x.png"):
        with pytest.raises(DataFileError, match="cannot be read as an image"):
            prepare_digit(path)
    Image.new("L", (50, 50), 255).save(tmp_path / "photo.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(DataFileError, match=r"photo\.png: too large.*Make it smaller first"):
        prepare_digit(tmp_path / "photo.png")


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_connected_parts_are_those_a_walk_finds(height, width, seed):
    mask = np.random.default_rng(seed).random((height, width)) < 0.5
    labels = label_blobs(mask)
    assert np.array_equal(labels > 0, mask)
    seen = np.zeros(mask.shape, dtype=int)
    for number, start in enumerate(zip(*np.nonzero(mask), strict=True), 1):
        heap = [start] if not seen[start] else []
        while heap:
            row, column = heap.pop()
            if 0 <= row < height and 0 <= column < width and mask[row, column]:
                if seen[row, column]:
                    continue
                seen[row, column] = number
                heap += [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    pairs = set(zip(labels.ravel().tolist(), seen.ravel().tolist(), strict=True))
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})


def test_product_photos_become_images_of_fashion_mnist():
    clothes = load_arrays("fashion_mnist")[1][0][:40]
    for index, image in enumerate(clothes):
        photo = np.pad(255 - draw_large(image, 280), ((30, 60), (90, 20)), constant_values=255)
        made = prepare_garment(Image.fromarray(photo).convert("RGB"))
        assert np.argmin([difference(made, other) for other in clothes]) == index
        assert difference(prepare_garment(255 - photo), made) < 3
    assert np.array_equal(prepare_garment(np.full((40, 30), 255, np.uint8)), np.zeros((28, 28, 1)))
