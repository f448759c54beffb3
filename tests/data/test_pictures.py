import contextlib
import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageCms, ImageDraw

from digitzoo import load_arrays, prepare_digit
from digitzoo.data import prepare_digits, prepare_garment, read_image, read_image_folder
from digitzoo.data.pictures.background import remove_lines
from digitzoo.data.pictures.parts import group_parts
from digitzoo.data.pictures.sheet import cut_sheet
from digitzoo.errors import ArgumentTypeError, DataFileError, InvalidArgumentError

_, (DIGITS, LABELS) = load_arrays("mnist")
INDICES = st.integers(0, 999)


def draw_large(image, size):
    return np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC))


def difference(one, other):
    """Mean absolute difference of the pixels; of two different digits it is about 40."""
    return np.abs(one.astype(float).ravel() - other.astype(float).ravel()).mean()


def least_difference(one, other):
    """The same, where one may stand a pixel off: thin lines hardly overlap then."""
    steps = itertools.product((-1, 0, 1), repeat=2)
    return min(difference(np.roll(one.squeeze(), step, (0, 1)), other) for step in steps)


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
@example(index=305, size=100, margins=(0, 0, 0, 0), dark_ink=False)
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
    assert least_difference(image, DIGITS[index]) < 22


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
    sheet = cut_sheet(Image.fromarray(photo.astype(np.uint8)))
    assert sheet.size == pytest.approx((380, 350), abs=20)
    with pytest.raises(ValueError, match="shows no digit"):
        prepare_digit(photo.astype(np.uint8))


@pytest.mark.parametrize("degrees", [-20, -8, -5, 3, 5, 8, 20])
@pytest.mark.parametrize("scale", [1, 5])
def test_a_turned_sheet_is_cut_out_and_laid_straight(degrees, scale):
    sheet = Image.new("L", (440, 330), 225)
    ImageDraw.Draw(sheet).rectangle([60, 50, 110, 100], fill=30)  # at the top left
    table = Image.new("L", (600, 500), 40)
    table.paste(sheet, (80, 85))
    photo = table.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=40)
    photo = photo.resize((600 * scale, 500 * scale), Image.Resampling.BICUBIC)
    flat = cut_sheet(photo)
    assert flat.width / flat.height == pytest.approx(4 / 3, abs=0.05)
    pixels = np.asarray(flat.resize((440, 330))).astype(float)
    assert np.quantile(pixels, 0.1) > 200  # no table
    rows, columns = np.nonzero(pixels < 120)
    assert (rows.mean(), columns.mean()) == pytest.approx((75, 85), abs=8)
    assert np.ptp(rows) == pytest.approx(50, abs=8)  # upright again


def test_digits_and_light_are_no_sheets():
    for image in DIGITS[:200]:
        rows, columns = np.nonzero(image)
        tight = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        for margin in (0, 1, 3, 6):
            page = Image.fromarray(255 - np.pad(tight, margin))
            assert cut_sheet(page) is page
            page = page.resize((9 * page.width, 9 * page.height))
            assert cut_sheet(page) is page
    slope = np.linspace(250, 40, 300)
    for light in (lamp(400, 300) * 235, np.tile(slope, (200, 1)), 255 / (1 + (slope / 90) ** 2)):
        plane = np.broadcast_to(light, (400, 300) if light.ndim == 1 else light.shape)
        page = Image.fromarray(plane.astype(np.uint8))
        assert cut_sheet(page) is page


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
    for path in ("x" * 5000, "a\0b", "~nobody-of-that-name/x.png"):
        with pytest.raises(
            (DataFileError, InvalidArgumentError),
            match="no name that a file can have|cannot be read as an image|no such file",
        ) as refused:
            prepare_digit(path)
        assert len(str(refused.value)) < 400
    Image.new("L", (50, 50), 255).save(tmp_path / "photo.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(DataFileError, match=r"photo\.png: too large.*Make it smaller first"):
        prepare_digit(tmp_path / "photo.png")


def test_segments_of_a_display_are_one_digit_and_neighbours_are_not():
    eight = np.zeros((200, 140), dtype=bool)
    for top in (10, 94, 178):
        eight[top : top + 12, 34:106] = True
    for top in (28, 112):
        eight[top : top + 60, 20:32] = eight[top : top + 60, 108:120] = True
    assert group_parts(eight, eight.astype(np.float32)).max() == 1
    pair = np.hstack([eight, eight])
    labels = group_parts(pair, pair.astype(np.float32))
    assert set(np.unique(labels[:, :140])) == {0, 1}
    assert set(np.unique(labels[:, 140:])) == {0, 2}


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.sampled_from([3, 2, 1, 18, 4, 8, 21, 0, 61, 7]), min_size=1, max_size=6),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_digits_beside_each_other_come_from_left_to_right(indices, dark_ink, seed):
    rng = np.random.default_rng(seed)
    pieces = []
    for index in indices:
        size = int(rng.integers(90, 130))
        down = int(rng.integers(0, 140 - size))
        rows = np.pad(draw_large(DIGITS[index], size), ((down, 140 - size - down), (0, 0)))
        columns = np.flatnonzero(rows.max(axis=0) > 30)
        gap = int(rng.integers(15, 40))
        pieces.append(np.pad(rows[:, columns[0] : columns[-1] + 1], ((0, 0), (gap, 0))))
    page = np.pad(np.hstack(pieces), 30)
    images = prepare_digits(255 - page if dark_ink else page)
    assert images.shape == (len(indices), 28, 28, 1)
    for image, index in zip(images, indices, strict=True):
        assert least_difference(image, DIGITS[index]) < 22


def test_one_digit_is_the_only_one():
    for image in DIGITS[:100]:
        page = 255 - draw_large(image, 200)
        assert np.array_equal(prepare_digits(page), prepare_digit(page)[np.newaxis])


def test_product_photos_become_images_of_fashion_mnist():
    clothes = load_arrays("fashion_mnist")[1][0][:40]
    for index, image in enumerate(clothes):
        photo = np.pad(255 - draw_large(image, 280), ((30, 60), (90, 20)), constant_values=255)
        made = prepare_garment(Image.fromarray(photo).convert("RGB"))
        assert np.argmin([difference(made, other) for other in clothes]) == index
        assert difference(prepare_garment(255 - photo), made) < 3


@pytest.mark.parametrize("level", [0, 120, 255])
def test_a_blank_picture_shows_no_garment(level, tmp_path):
    blank = np.full((40, 30), level, np.uint8)
    with pytest.raises(InvalidArgumentError, match=r"^The picture shows no garment: nothing"):
        prepare_garment(blank)
    Image.fromarray(blank).save(tmp_path / "blank.png")
    with pytest.raises(InvalidArgumentError, match=r"blank\.png shows no garment"):
        prepare_garment(tmp_path / "blank.png")


def test_a_garment_of_any_size_is_made_the_same():
    image = load_arrays("fashion_mnist")[1][0][0]
    small = 255 - draw_large(image, 560)
    large = Image.fromarray(small).resize((4480, 4480), Image.Resampling.BICUBIC)
    assert difference(prepare_garment(large), prepare_garment(small)) < 2


PREPARATIONS = [prepare_digit, prepare_digits, prepare_garment, read_image]


@pytest.mark.parametrize("read", PREPARATIONS)
@pytest.mark.parametrize("mode", ["I", "F"])
def test_pixels_of_32_bits_are_refused_in_words(read, mode, tmp_path):
    path = tmp_path / "digits" / "photo.tif"
    path.parent.mkdir()
    Image.new(mode, (30, 30)).save(path)
    for picture in (path, Image.new(mode, (30, 30))):
        with pytest.raises(DataFileError, match="Save it with 8 or 16 bits"):
            read(picture)
    with pytest.raises(DataFileError, match=r"photo\.tif"):
        read_image_folder(tmp_path)


def test_a_lab_tiff_is_read_as_its_colours(tmp_path):
    path = tmp_path / "digits" / "photo.tif"
    path.parent.mkdir()
    page = Image.fromarray(255 - draw_large(DIGITS[0], 280)).convert("RGB")
    srgb, lab = (ImageCms.createProfile(name) for name in ("sRGB", "LAB"))
    ImageCms.profileToProfile(page, srgb, lab, outputMode="LAB").save(path)
    assert difference(prepare_digit(path), prepare_digit(page)) < 2
    assert difference(prepare_garment(path), prepare_garment(page)) < 2
    assert read_image_folder(tmp_path, image_size=(28, 28)).images.mean() > 150


@pytest.mark.parametrize("mode", ["1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBX", "RGBa"])
@pytest.mark.parametrize("read", PREPARATIONS)
def test_every_other_kind_of_colours_is_read(read, mode):
    image = Image.fromarray(255 - draw_large(DIGITS[0], 60))
    if mode in ("PA", "La"):
        image = image.convert("LA")
    elif mode in ("RGBX", "RGBa"):
        image = image.convert("RGB").convert("RGBA")
    assert read(image.convert(mode)).dtype == np.uint8


@pytest.mark.parametrize("read", PREPARATIONS)
@pytest.mark.parametrize("kind", ["png", "gif", "bmp", "tiff", "webp", "jpeg", "ppm", "tga", "ico"])
def test_a_damaged_file_is_refused_in_words(read, kind, tmp_path):
    path = tmp_path / f"photo.{kind}"
    Image.fromarray(255 - draw_large(DIGITS[0], 60)).convert("RGB").save(path)
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(8):
        damaged = bytearray(content[: int(rng.integers(8, len(content)))])
        for place in rng.integers(4, len(damaged), 3):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        with contextlib.suppress(DataFileError, InvalidArgumentError):
            assert read(path).dtype == np.uint8


@pytest.mark.parametrize("read", PREPARATIONS)
@pytest.mark.parametrize(
    "picture", [None, 3, True, b"GIF", {}, object(), [[1, 2], [3]], (n for n in "a"), 1j, 10**30]
)
def test_what_is_no_picture_is_a_wrong_type(read, picture):
    with pytest.raises(ArgumentTypeError, match="Expected a file, a Pillow image or an array"):
        read(picture)


@pytest.mark.parametrize(
    ("size", "error"),
    [
        (28, ArgumentTypeError),
        ("28", ArgumentTypeError),
        ((28,), InvalidArgumentError),
        ((28, 2.5), ArgumentTypeError),
        ((0, 28), InvalidArgumentError),
        ((10**9, 28), InvalidArgumentError),
    ],
)
def test_a_size_that_no_picture_can_have(size, error):
    with pytest.raises(error, match="image_size"):
        read_image(np.zeros((5, 5)), image_size=size)
    with pytest.raises(ValueError, match="Did you mean 'rgb'"):
        read_image(np.zeros((5, 5)), color_mode="RGB")
    with pytest.raises(TypeError, match="color_mode is named by a text"):
        read_image(np.zeros((5, 5)), color_mode=[])
