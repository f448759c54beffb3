import dataclasses
import json
import math
import random
import re
import threading

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitzoo import DigitzooError, load_data
from digitzoo.training import Augmentation
from digitzoo.training.affine import apply_affine
from digitzoo.training.augmentation import ERASED_AREA
from digitzoo.training.batches import Batches, BatchForm
from digitzoo.training.generators import seed_states

EVERYTHING = {
    "shift": 2,
    "rotation": 10,
    "zoom": 0.1,
    "horizontal_flip": True,
    "erasing": 0.5,
}


@pytest.fixture(scope="module")
def digits():
    return load_data("mnist").train.images[:64].astype("float32") / 255


def noise(*shape, seed=0):
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def moved(images, *, shift=(0, 0), rotation=0.0, zoom=1.0):
    count = len(images)
    return apply_affine(
        images,
        shift=np.broadcast_to(np.asarray(shift, dtype=float), (count, 2)),
        rotation=np.broadcast_to(float(rotation), count),
        zoom=np.broadcast_to(float(zoom), count),
    )


def draw(images, *, seed=0, epoch=0, batch=0, **asked):
    return Augmentation(**asked)(images, seed=seed, epoch=epoch, batch=batch)


# Known answers.


@pytest.mark.parametrize("shape", [(3, 28, 28, 1), (2, 9, 14, 3), (40, 28, 28, 1)])
@pytest.mark.parametrize(("down", "right"), [(2, 0), (0, 2), (-2, 1), (3, -4), (30, 0)])
def test_a_shift_by_whole_pixels_is_a_roll_with_zeros(shape, down, right):
    images = noise(*shape)
    height, width = shape[1:3]
    framed = np.pad(images, ((0, 0), (height, height), (width, width), (0, 0)))
    rolled = np.roll(framed, (max(-height, min(height, down)), right), axis=(1, 2))
    expected = rolled[:, height : 2 * height, width : 2 * width]
    assert np.array_equal(moved(images, shift=(down, right)), expected)


def test_half_a_pixel_is_the_mean_of_two():
    image = np.array([[0.2, 0.4, 0.8]], dtype=np.float32)[None, :, :, None]
    assert moved(image, shift=(0, 0.5)).ravel() == pytest.approx([0.1, 0.3, 0.6])
    assert moved(image, shift=(0.5, 0)).ravel() == pytest.approx([0.1, 0.2, 0.4])


@pytest.mark.parametrize("size", [1, 2, 7, 28])
@pytest.mark.parametrize("turns", [-2, -1, 0, 1, 2, 3, 4])
def test_a_quarter_turn_is_rot90(size, turns):
    images = noise(3, size, size, 2)
    expected = np.rot90(images, turns, axes=(1, 2))
    assert moved(images, rotation=90 * turns) == pytest.approx(expected, abs=1e-5)


def test_half_a_turn_of_a_wide_image_is_both_flips():
    images = noise(2, 5, 12, 3)
    assert moved(images, rotation=180) == pytest.approx(images[:, ::-1, ::-1], abs=1e-5)


def test_zoom_one_changes_nothing_and_two_shows_the_middle_twice_as_large():
    images = noise(2, 9, 9, 1)
    assert np.array_equal(moved(images, zoom=1), images)
    larger = moved(images, zoom=2)
    assert larger[:, ::2, ::2] == pytest.approx(images[:, 2:7, 2:7], abs=1e-6)
    smaller = moved(images, zoom=0.5)
    assert smaller[:, 2:7, 2:7] == pytest.approx(images[:, ::2, ::2], abs=1e-6)
    assert not smaller[:, [0, 1, 7, 8]].any()


def test_a_flip_mirrors_about_half_of_the_images():
    images = noise(400, 6, 7, 3)
    flipped = draw(images, horizontal_flip=True)
    mirrored = [np.array_equal(a, b[:, ::-1]) for a, b in zip(flipped, images, strict=True)]
    kept = [np.array_equal(a, b) for a, b in zip(flipped, images, strict=True)]
    assert all(a != b for a, b in zip(mirrored, kept, strict=True))
    assert 160 < sum(mirrored) < 240  # four standard deviations


def test_nothing_asked_for_gives_the_images_themselves(digits):
    assert draw(digits) is digits


# An independent oracle: one pixel after the other, in float64.


def value_at(image, row, column, channel):
    height, width, _ = image.shape
    inside = 0 <= row < height and 0 <= column < width
    return float(image[row, column, channel]) if inside else 0.0


def moved_slowly(image, down, right, degrees, zoom):
    height, width, channels = image.shape
    middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
    angle = math.radians(degrees)
    result = np.zeros(image.shape)
    for row in range(height):
        for column in range(width):
            y, x = row - middle_row - down, column - middle_column - right
            # Turned back clockwise, rows counted downwards.
            from_row = (math.cos(angle) * y + math.sin(angle) * x) / zoom + middle_row
            from_column = (math.cos(angle) * x - math.sin(angle) * y) / zoom + middle_column
            top, left = math.floor(from_row), math.floor(from_column)
            for r, weight_r in ((top, 1 - (from_row - top)), (top + 1, from_row - top)):
                for c, weight_c in (
                    (left, 1 - (from_column - left)),
                    (left + 1, from_column - left),
                ):
                    for channel in range(channels):
                        result[row, column, channel] += (
                            weight_r * weight_c * value_at(image, r, c, channel)
                        )
    return result


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(
        st.integers(1, 3), st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3])
    ),
    seed=st.integers(0, 10_000),
    data=st.data(),
)
def test_random_maps_equal_a_slow_oracle(shape, seed, data):
    images = noise(*shape, seed=seed)
    numbers = [
        [data.draw(st.floats(low, high)) for _ in images]
        for low, high in ((-5, 5), (-5, 5), (-180, 180), (0.4, 2.5))
    ]
    down, right, degrees, zoom = (np.array(column) for column in numbers)
    fast = apply_affine(images, shift=np.stack([down, right], 1), rotation=degrees, zoom=zoom)
    slow = [
        moved_slowly(image, *one)
        for image, *one in zip(images, down, right, degrees, zoom, strict=True)
    ]
    assert fast.dtype == np.float32
    assert fast == pytest.approx(np.array(slow), abs=2e-5)


def test_large_batches_and_large_images_are_worked_on_in_blocks_without_a_seam():
    images = noise(70, 28, 28, 1)
    numbers = {
        "shift": noise(70, 2, seed=1) * 4 - 2,
        "rotation": noise(70, seed=2) * 30 - 15,
        "zoom": noise(70, seed=3) * 0.2 + 0.9,
    }
    whole = apply_affine(images, **numbers)
    for index in range(70):
        one = {name: column[index : index + 1] for name, column in numbers.items()}
        assert np.array_equal(apply_affine(images[index : index + 1], **one)[0], whole[index])
    large = noise(2, 150, 140, 1)
    assert np.array_equal(moved(large, shift=(0, 0)), large)


# What is drawn.


def test_draws_stay_within_what_was_asked_and_fill_it():
    image = np.zeros((500, 21, 21, 1), dtype=np.float32)
    image[:, 10, 10] = 1
    places = draw(image, shift=3)
    rows = np.arange(21) @ places.sum(axis=(2, 3)).T - 10
    columns = np.arange(21) @ places.sum(axis=(1, 3)).T - 10
    for offsets in (rows, columns):
        assert np.abs(offsets).max() <= 3 + 1e-4
        assert offsets.min() < -2.8
        assert offsets.max() > 2.8
        assert abs(offsets.mean()) < 4 * 3 / math.sqrt(3 * 500)
    assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.2

    # A ring round the centre: its radius shows the zoom, and a spot on it the angle.
    y, x = np.mgrid[-20:21, -20:21]
    spot = np.exp(-((y + 12.0) ** 2 + x**2) / 8).astype(np.float32)
    spots = np.broadcast_to(spot[None, :, :, None], (400, 41, 41, 1))

    def polar(images):
        weight = images[..., 0] / images.sum(axis=(1, 2, 3))[:, None, None]
        up, right = -(weight * y).sum(axis=(1, 2)), (weight * x).sum(axis=(1, 2))
        return np.hypot(up, right) / 12, np.degrees(np.arctan2(-right, up))

    radius, angle = polar(draw(spots, zoom=0.2))
    assert 0.8 - 1e-2 < radius.min() < 0.82
    assert 1.18 < radius.max() < 1.2 + 1e-2
    assert np.abs(angle).max() < 0.5
    radius, angle = polar(draw(spots, rotation=20))
    assert -20.3 < angle.min() < -19
    assert 19 < angle.max() < 20.3
    assert np.abs(radius - 1).max() < 0.02


@settings(max_examples=30, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    channels=st.sampled_from([1, 3]),
    batch=st.integers(0, 1000),
)
def test_an_erased_part_is_one_rectangle_of_the_right_size(height, width, channels, batch):
    # No random pixel is 0.5, as 255 is odd.
    images = np.full((6, height, width, channels), 0.5, dtype=np.float32)
    erased = draw(images, erasing=1, batch=batch) != images
    for image in erased:
        assert np.array_equal(image.all(axis=-1), image.any(axis=-1))
        rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in ((1, 2), (0, 2)))
        assert image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
        assert image.sum() == (np.ptp(rows) + 1) * (np.ptp(columns) + 1) * channels
        # Sides are rounded to whole pixels, each by half a pixel at most, and are at least 1.
        sides = np.ptp(rows) + 1, np.ptp(columns) + 1
        assert (sides[0] - 0.5) * (sides[1] - 0.5) <= max(
            ERASED_AREA[1] * height * width, 0.25 * max(sides)
        )
        assert (sides[0] + 0.5) * (sides[1] + 0.5) >= ERASED_AREA[0] * height * width


def test_erasing_falls_on_the_share_that_was_asked_and_draws_all_grey_values():
    images = np.full((2000, 28, 28, 1), 0.5, dtype=np.float32)
    erased = draw(images, erasing=0.3)
    hit = (erased != images).any(axis=(1, 2, 3))
    assert abs(hit.mean() - 0.3) < 4 * math.sqrt(0.3 * 0.7 / 2000)
    values = np.unique(erased[erased != images])
    assert np.array_equal(np.rint(values * 255), np.arange(256))
    covered = (erased != images)[hit].mean(axis=0)[..., 0]
    assert covered[0, 0] > 0  # corners too
    assert covered[-1, -1] > 0
    area = (erased != images)[hit].mean(axis=(1, 2, 3))
    assert area.mean() == pytest.approx(np.mean(ERASED_AREA), abs=0.02)


# Stateless.


def test_the_same_arguments_give_the_same_bits_and_others_give_others(digits):
    augmentation = Augmentation(**EVERYTHING)
    first = augmentation(digits, seed=1, epoch=2, batch=3)
    for other in ({"seed": 2}, {"epoch": 3}, {"batch": 4}):
        place = {"seed": 1, "epoch": 2, "batch": 3, **other}
        assert not np.array_equal(augmentation(digits, **place), first)
    assert np.array_equal(augmentation(digits, seed=1, epoch=2, batch=3), first)
    again = Augmentation(**EVERYTHING)
    assert np.array_equal(again(digits, seed=1, epoch=2, batch=3), first)


@pytest.mark.parametrize("asked", list(EVERYTHING))
def test_every_setting_draws_anew_for_seed_epoch_and_batch(digits, asked):
    places = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1)]
    drawn = [
        draw(digits, seed=seed, epoch=epoch, batch=batch, **{asked: EVERYTHING[asked]})
        for seed, epoch, batch in places
    ]
    assert len({images.tobytes() for images in drawn}) == len(places)


def test_batches_may_come_in_any_order(digits):
    augmentation = Augmentation(**EVERYTHING)
    forwards = [augmentation(digits, seed=0, epoch=0, batch=index) for index in range(5)]
    for index in (3, 0, 4, 1, 2):
        assert np.array_equal(augmentation(digits, seed=0, epoch=0, batch=index), forwards[index])


def test_turning_a_setting_on_leaves_the_draws_of_the_others_alone():
    images = np.full((300, 9, 9, 1), 0.5, dtype=np.float32)
    alone = draw(images, erasing=0.5) != images
    together = draw(images, erasing=0.5, horizontal_flip=True) != images
    assert np.array_equal(alone, together)


def test_draws_are_the_raw_output_of_pcg64():
    image = np.zeros((4, 3, 3, 1), dtype=np.float32)
    image[:, 1, 1] = 1
    seed = np.random.SeedSequence([7, 2, 5, 1])  # seed, epoch, batch, and 1 for shifts
    bits = np.random.PCG64(seed).random_raw(8).reshape(4, 2)
    down, right = (bits.T / 2.0**64) * 2 - 1
    shifted = draw(image, shift=1, seed=7, epoch=2, batch=5)[..., 0]
    assert shifted.sum(axis=2) @ np.arange(3) - 1 == pytest.approx(down, abs=1e-5)
    assert shifted.sum(axis=1) @ np.arange(3) - 1 == pytest.approx(right, abs=1e-5)
    # A golden value, so that nobody changes what a seed means.
    assert right == pytest.approx([0.667059, 0.450062, -0.6922, -0.261247], abs=1e-6)


def test_the_images_and_the_global_generators_are_left_alone(digits):
    layers = (keras.layers.RandomRotation(0.1),)
    kept, python_state = digits.copy(), random.getstate()
    numpy_state = np.random.get_state()[1].copy()  # noqa: NPY002 - the global one is asked for
    draw(digits, **EVERYTHING, layers=layers)
    assert np.array_equal(digits, kept)
    assert np.array_equal(np.random.get_state()[1], numpy_state)  # noqa: NPY002 - the same
    assert random.getstate() == python_state


# Forms.


@settings(max_examples=30, deadline=None)
@given(
    shape=st.tuples(
        st.integers(0, 5), st.integers(1, 12), st.integers(1, 12), st.sampled_from([1, 2, 3])
    ),
    seed=st.integers(0, 2**63 - 1),
)
def test_shape_type_and_range_stay(shape, seed):
    images = np.rint(noise(*shape))
    changed = draw(images, seed=seed, shift=3, rotation=180, zoom=0.9, erasing=1)
    assert changed.shape == shape
    assert changed.dtype == np.float32
    assert changed.flags.c_contiguous
    assert ((changed >= 0) & (changed <= 1)).all()


def test_views_that_are_not_contiguous_come_out_alike():
    images = noise(4, 12, 10, 3)
    view = np.asfortranarray(images)[::2]
    assert np.array_equal(draw(view, **EVERYTHING), draw(images[::2].copy(), **EVERYTHING))


# Keras layers.


def test_keras_layers_are_stateless_too(digits):
    layers = (
        keras.layers.RandomRotation(0.1, seed=5),
        keras.layers.Pipeline(
            [keras.layers.RandomZoom(0.2), keras.layers.RandomTranslation(0.1, 0.1)]
        ),
        keras.layers.GaussianNoise(0.1),
    )
    augmentation = Augmentation(layers=layers)
    first = augmentation(digits, seed=0, epoch=0, batch=1)
    assert not np.array_equal(augmentation(digits, seed=0, epoch=0, batch=2), first)
    assert not np.array_equal(augmentation(digits, seed=0, epoch=1, batch=1), first)
    assert not np.array_equal(augmentation(digits, seed=1, epoch=0, batch=1), first)
    assert np.array_equal(augmentation(digits, seed=0, epoch=0, batch=1), first)
    made_again = tuple(type(layer).from_config(layer.get_config()) for layer in layers)
    assert np.array_equal(Augmentation(layers=made_again)(digits, seed=0, epoch=0, batch=1), first)
    assert first.dtype == np.float32
    assert first.min() >= 0
    assert first.max() <= 1


def test_two_layers_alike_draw_apart(digits):
    def translation():
        return keras.layers.RandomTranslation(0.2, 0)

    # Were the draws the same, the second would move each image as far again.
    once = draw(digits, layers=(translation(),))
    twice_as_far = draw(once, layers=(translation(),))
    both = draw(digits, layers=(translation(), translation()))
    assert not np.array_equal(both, once)
    assert not np.array_equal(both, twice_as_far)
    inner = keras.layers.Pipeline([translation(), keras.layers.RandomFlip()])
    assert len(seed_states(inner)) == 2


def test_layers_come_after_all_else(digits):
    inverted = draw(digits, shift=3, layers=(keras.layers.Rescaling(-1.0, offset=1.0),))
    assert inverted == pytest.approx(1 - draw(digits, shift=3), abs=1e-6)


def test_threads_do_not_mix_up_the_layers_draws(digits):
    augmentation = Augmentation(layers=(keras.layers.RandomTranslation(0.1, 0.1),))
    alone = [augmentation(digits, seed=0, epoch=0, batch=index) for index in range(8)]
    found = [None] * 8

    def work(index):
        found[index] = augmentation(digits, seed=0, epoch=0, batch=index)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(a, b) for a, b in zip(alone, found, strict=True))


def test_it_draws_alike_when_model_fit_asks_for_the_batches(digits):
    augmentation = Augmentation(shift=2, layers=(keras.layers.RandomRotation(0.1),))
    seen = {}

    class Watched(Batches):
        def batch(self, step):
            images, labels = super().batch(step)
            seen[step] = images
            return images, labels

    form = BatchForm(input_shape=(28, 28, 1), augmentation=augmentation)
    batches = Watched(digits, np.zeros(64, dtype=int), form=form, batch_size=16)
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
    model.add(keras.layers.Dense(10))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(batches, shuffle=False, verbose=0)
    assert sorted(seen) == [0, 1, 2, 3]
    for index, images in seen.items():
        part = digits[index * 16 : index * 16 + 16]
        assert np.array_equal(augmentation(part, seed=0, epoch=0, batch=index), images)


# Settings.


def test_settings_can_be_written_as_json_and_read_the_same_in_each_run(digits):
    def made():
        pipeline = keras.layers.Pipeline([keras.layers.RandomZoom(0.2)])
        return Augmentation(
            shift=np.float32(2), layers=[keras.layers.RandomRotation(0.1), pipeline]
        )

    first, second = made(), made()
    written = json.dumps(first.to_dict())
    assert json.dumps(second.to_dict()) == written
    second(digits, seed=0, epoch=0, batch=0)  # builds the layers
    assert json.dumps(second.to_dict()) == written
    other = keras.layers.RandomRotation(0.2)
    assert json.dumps(dataclasses.replace(first, layers=(other,)).to_dict()) != written
    back = json.loads(written)
    assert (back["shift"], back["horizontal_flip"], back["erasing"]) == (2, False, 0)
    assert set(back) == {field.name for field in dataclasses.fields(Augmentation)}
    layer = keras.saving.deserialize_keras_object(back["layers"][0])
    assert layer.factor == (-0.1, 0.1)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"shift": -1}, "(shift=...) must be a finite number of 0 or above. Received -1"),
        ({"shift": math.inf}, "(shift=...) must be a finite number of 0 or above. Received inf"),
        (
            {"rotation": 200},
            "of 0 or above and at most 180. Received 200.",
        ),
        ({"zoom": 1}, "(zoom=...) must be a finite number of 0 or above and below 1. Received 1"),
        ({"zoom": math.nan}, "Received nan"),
        ({"erasing": 1.5}, "(erasing=...) must be"),
        ({"rotaton": 5}, "Unknown Augmentation setting 'rotaton'. Did you mean 'rotation'?"),
        ({"layers": (keras.layers.MixUp(),)}, "MixUp mixes labels as well as images"),
        ({"layers": (keras.layers.AugMix(),)}, "AugMix draws from Python's global generator"),
        (
            {"layers": (keras.layers.RandomBrightness(0.1),)},
            "RandomBrightness must expect pixels in 0..1. It has value_range=(0, 255)",
        ),
        (
            {"layers": (keras.layers.Pipeline([keras.layers.CutMix()]),)},
            "CutMix mixes labels as well as images",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(asked, message):
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        Augmentation(**asked)
    assert isinstance(raised.value, DigitzooError)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"shift": "2"}, "Received '2' (str)."),
        ({"rotation": True}, "Received True (bool)"),
        ({"horizontal_flip": 1}, "must be True or False. Received 1"),
        ({"layers": keras.layers.RandomFlip()}, "Write one layer as layers=(layer,)"),
        ({"layers": (keras.layers.RandomFlip,)}, "not classes or names"),
    ],
)
def test_settings_of_the_wrong_type_are_refused(asked, message):
    with pytest.raises(TypeError, match=re.escape(message)) as raised:
        Augmentation(**asked)
    assert isinstance(raised.value, DigitzooError)


def test_images_that_cannot_be_changed_are_refused(digits):
    for wrong in (digits.astype("float64"), (digits * 255).astype("uint8"), digits.tolist()):
        with pytest.raises(
            TypeError, match="takes float32 images in 0..1. Received .*scale_pixels"
        ):
            draw(wrong, shift=1)
    with pytest.raises(ValueError, match=r"Received \(64, 784\). Give it the images before"):
        draw(digits.reshape(64, 784), shift=1)
    for place in ("seed", "epoch", "batch"):
        with pytest.raises(ValueError, match=f"{place} must be a whole number of 0 or above"):
            draw(digits, shift=1, **{place: -1})
    with pytest.raises(ValueError, match=r"must keep the shape.*It gave \(64, 20, 20, 1\)"):
        draw(digits, layers=(keras.layers.CenterCrop(20, 20),))
