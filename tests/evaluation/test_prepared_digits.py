"""Test images drawn as people send them come back as digits that are recognised.

`benchmarks/prepared_digits.py` draws them and measures the same on thousands.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitzoo import deep_cnn, load_data, predict, prepare_digit
from digitzoo.data import prepare_digits

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "prepared_digits.py"
TEST = load_data("mnist").test.sample(60)
FEW = TEST[:30]


@pytest.fixture(scope="module")
def drawings():
    spec = importlib.util.spec_from_file_location("prepared_digits", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def model():
    return deep_cnn(weights="mnist")


@pytest.mark.parametrize("kind", ["large", "inverted", "shifted", "noisy", "paper"])
def test_97_of_100_are_recognised(drawings, model, kind):
    rng = np.random.default_rng(0)
    draw = getattr(drawings, kind)
    pictures = [np.clip(np.rint(draw(image, rng)), 0, 255) for image in TEST.images[..., 0]]
    prepared = np.stack([prepare_digit(picture.astype(np.uint8)) for picture in pictures])
    assert (predict(model, prepared).label == TEST.labels).mean() >= 0.97


def accuracy(model, draw, test=TEST):
    rng = np.random.default_rng(0)
    prepared = []
    for image in test.images[..., 0]:
        large = np.asarray(Image.fromarray(image).resize((224, 224), Image.Resampling.BICUBIC))
        picture = np.clip(np.rint(draw(large / 255, rng)), 0, 255).astype(np.uint8)
        prepared.append(prepare_digit(picture))
    return (predict(model, np.stack(prepared)).label == test.labels).mean()


def write(page, ink, level):
    sheet = page[80:304, -304:-80]
    sheet[:] = sheet * (1 - ink) + level * ink
    return page


def ruled(ink, rng, *, line=90, pen=20, spacing=40, slope=0.0, squared=False):
    rows, columns = np.mgrid[0:400, 0:400]
    on_line = np.rint(rows + slope * columns) % spacing < 2
    if squared:
        on_line |= np.rint(columns - slope * rows) % spacing < 2
    page = write(np.where(on_line, line, 250.0), ink, pen)
    return page + rng.normal(0, 2, page.shape)


@pytest.mark.parametrize(
    "how",
    [
        {"line": 130},
        {"line": 90},
        {"line": 60, "pen": 60},
        {"line": 150, "pen": 100},
        {"line": 130, "squared": True},
        {"line": 50, "slope": 0.026},
    ],
)
def test_lines_on_the_paper_are_no_ink(model, how):
    assert accuracy(model, lambda ink, rng: ruled(ink, rng, **how)) >= 0.95


def on_a_table(ink, rng, *, table, border):
    page = write(rng.normal(235, 2, (400, 400)), ink, 40)
    photo = np.pad(page, border, constant_values=table)
    return photo + rng.normal(0, 3, photo.shape)


def beside_a_table(ink, rng, *, table, border):
    page = write(rng.normal(235, 2, (400, 600 - border)), ink, 40)
    return np.pad(page, ((0, 0), (border, 0)), constant_values=table) + rng.normal(0, 3, (400, 600))


@pytest.mark.parametrize("table", [30, 90, 160])
@pytest.mark.parametrize(
    ("where", "border"),
    [
        pytest.param(on_a_table, 30, marks=pytest.mark.slow),
        (on_a_table, 100),
        pytest.param(beside_a_table, 100, marks=pytest.mark.slow),
        (beside_a_table, 200),
    ],
)
def test_the_table_under_the_sheet_is_no_digit(model, where, border, table):
    assert accuracy(model, lambda ink, rng: where(ink, rng, table=table, border=border)) >= 0.95


@pytest.mark.parametrize("dark_ink", [False, True])
def test_a_digit_cropped_to_its_edges_is_read(model, dark_ink):
    test = load_data("mnist").test.sample(100)
    prepared, refusals = np.zeros_like(test.images), []
    for index, image in enumerate(test.images[..., 0]):
        rows, columns = np.nonzero(image > 60)
        tight = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        large = Image.fromarray(255 - tight if dark_ink else tight)
        large = large.resize((10 * large.width, 10 * large.height), Image.Resampling.BICUBIC)
        try:
            prepared[index] = prepare_digit(large)
        except ValueError as error:  # counts as wrong
            refusals.append(str(error))
    assert all("some background around it" in refusal for refusal in refusals)
    assert (predict(model, prepared).label == test.labels).mean() >= 0.9


def turned(ink, rng, degrees, *, table, paper=230):
    sheet = write(np.full((384, 460), float(paper)), ink, 0.2 * paper)
    photo = Image.fromarray(np.pad(sheet, ((108, 108), (170, 170)), constant_values=table))
    angle = degrees * float(rng.choice([-1, 1]))
    return np.asarray(photo.rotate(angle, Image.Resampling.BICUBIC, fillcolor=table)) + rng.normal(
        0, 4, (600, 800)
    )


@pytest.mark.parametrize("degrees", [5, pytest.param(8, marks=pytest.mark.slow), 15])
@pytest.mark.parametrize("table", [40, 110])
def test_a_sheet_turned_on_a_table_is_read(model, degrees, table):
    assert accuracy(model, lambda ink, rng: turned(ink, rng, degrees, table=table), FEW) >= 0.95


def in_shadow(ink, rng):
    page = write(np.full((400, 400), 230.0), ink, 55)
    y, x = np.mgrid[-200:200, -200:200]
    angle = rng.uniform(0, 2 * np.pi)
    distance = x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-90, 90)
    shade = 1 - rng.uniform(0.25, 0.5) / (1 + np.exp(-distance / rng.uniform(1, 8)))
    return page * shade + rng.normal(0, 3, page.shape)


def test_the_edge_of_a_shadow_is_no_ink(model):
    assert accuracy(model, in_shadow) >= 0.9


SEGMENTS = ["abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgcde", "abc", "abcdefg", "abcdfg"]


def display(digit, gap, thick=20, height=200, width=110):
    """A digit of seven segments with gaps between them, in parts of its height."""
    tip, space = thick / 2, gap * height
    corners = {}
    for name, y in (("a", tip), ("g", height / 2), ("d", height - tip)):
        left, right = tip + space, width - tip - space
        upper = [(left, y), (left + tip, y - tip), (right - tip, y - tip)]
        corners[name] = [*upper, (right, y), (right - tip, y + tip), (left + tip, y + tip)]
    for name, x, top in (
        ("f", tip, tip),
        ("b", width - tip, tip),
        ("e", tip, height / 2),
        ("c", width - tip, height / 2),
    ):
        begin, end = top + space, top + height / 2 - tip - space
        right = [(x, begin), (x + tip, begin + tip), (x + tip, end - tip)]
        corners[name] = [*right, (x, end), (x - tip, end - tip), (x - tip, begin + tip)]
    image = Image.new("L", (width + 160, height + 160), 240)
    for name in SEGMENTS[digit]:
        points = [(x + 80, y + 80) for x, y in corners[name]]
        ImageDraw.Draw(image).polygon(points, fill=10)
    return np.asarray(image)


@pytest.mark.parametrize("gap", [0.02, 0.04, 0.05])
def test_the_digits_of_a_display_keep_their_segments(gap):
    for digit in range(10):
        picture = display(digit, gap)
        made = prepare_digits(picture)
        assert len(made) == 1
        columns, rows = (
            np.flatnonzero(made.max(axis=(0, 1, 3))),
            np.flatnonzero(made.max((0, 2, 3))),
        )
        ink_rows, ink_columns = np.nonzero(picture < 120)
        shape = np.ptp(ink_columns) / np.ptp(ink_rows)
        assert np.ptp(rows) == 19
        assert np.ptp(columns) == pytest.approx(19 * shape, abs=2)
