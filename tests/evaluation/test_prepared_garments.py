"""Test images of Fashion-MNIST made into photos come back as garments that are recognised."""

import numpy as np
import pytest
from PIL import Image

from digitzoo import fashion_cnn, load_data, predict
from digitzoo.data import prepare_garment

TEST = load_data("fashion_mnist").test.sample(60)


@pytest.fixture(scope="module")
def model():
    return fashion_cnn(weights="fashion_mnist")


@pytest.fixture(scope="module")
def as_they_are(model):
    return (predict(model, TEST).label == TEST.labels).mean()


def gray_paper(photo, rng):
    return 0.9 * photo + rng.normal(0, 4, photo.shape)


def noisy(photo, rng):
    return 0.98 * photo + rng.normal(0, 4, photo.shape)


def under_a_lamp(photo, rng):
    return photo * np.linspace(1, rng.uniform(0.8, 0.9), photo.shape[1])


def in_a_vignette(photo, rng):
    y, x = np.mgrid[-1:1:580j, -1:1:580j]
    return 0.96 * photo * (1 - rng.uniform(0.05, 0.1) * (x**2 + y**2))


def with_a_speck(photo, rng):
    speckled = photo.copy()
    row, column = rng.integers(2, 8, 2)
    speckled[row : row + 3, column : column + 3] = 150
    return speckled


KINDS = [gray_paper, noisy, under_a_lamp, in_a_vignette, with_a_speck]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("margin", [150, 10])
def test_what_is_behind_a_garment_makes_no_difference(model, as_they_are, kind, margin):
    rng = np.random.default_rng(0)
    prepared = []
    for image in TEST.images[..., 0]:
        large = 255.0 - np.asarray(Image.fromarray(image).resize((580 - 2 * margin,) * 2))
        photo = kind(np.pad(large, margin, constant_values=255), rng)
        prepared.append(prepare_garment(np.clip(np.rint(photo), 0, 255).astype(np.uint8)))
    accuracy = (predict(model, np.stack(prepared)).label == TEST.labels).mean()
    assert accuracy >= as_they_are - 0.05


@pytest.mark.parametrize("inverted", [False, True])
def test_images_of_the_data_set_are_recognised_as_well_as_they_are(model, inverted):
    test = load_data("fashion_mnist").test.sample(300)
    prepared = np.stack([prepare_garment(255 - i if inverted else i) for i in test.images])
    accuracies = [(predict(model, i).label == test.labels).mean() for i in (prepared, test.images)]
    assert accuracies[0] >= accuracies[1] - 0.02
