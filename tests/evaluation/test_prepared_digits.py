"""Test images drawn as people send them come back as digits that are recognised.

`benchmarks/prepared_digits.py` draws them and measures the same on thousands.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitzoo import deep_cnn, load_data, predict, prepare_digit

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "prepared_digits.py"
TEST = load_data("mnist").test.sample(60)


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


def accuracy(model, draw):
    rng = np.random.default_rng(0)
    prepared = []
    for image in TEST.images[..., 0]:
        large = np.asarray(Image.fromarray(image).resize((224, 224), Image.Resampling.BICUBIC))
        picture = np.clip(np.rint(draw(large / 255, rng)), 0, 255).astype(np.uint8)
        prepared.append(prepare_digit(picture))
    return (predict(model, np.stack(prepared)).label == TEST.labels).mean()


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
    [(on_a_table, 30), (on_a_table, 100), (beside_a_table, 100), (beside_a_table, 200)],
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
