import io
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from digitzoo import Classifier, build_model, load_data, predict
from digitzoo.data import read_image
from digitzoo.errors import DataFileError, DigitzooError

TRAINED = "small_dense"  # on MNIST, with weights in the package
IMAGES, LABELS = load_data("mnist").test.images[:200], load_data("mnist").test.labels[:200]


@pytest.fixture(scope="module")
def classifier():
    return Classifier(TRAINED)


def draw_large(image, size=140):
    small = Image.fromarray(image[..., 0])
    return np.asarray(small.resize((size, size), Image.Resampling.BICUBIC))


def on_paper(image, noise):
    """Dark ink off the middle of a page that a lamp lights from one corner."""
    page = np.zeros((200, 180))
    page[50:190, 10:150] = draw_large(image) / 255
    light = 1 - np.add.outer(np.linspace(0, 0.3, 200), np.linspace(0, 0.2, 180))
    return np.clip(230 * light * (1 - 0.7 * page) + noise, 0, 255).astype(np.uint8)


def test_drawings_and_photos_are_recognised_as_the_images_are(classifier):
    noise = np.random.default_rng(0).normal(0, 8, (200, 200, 180))
    pages = [on_paper(image, grain) for image, grain in zip(IMAGES, noise, strict=True)]
    drawn = [draw_large(image) for image in IMAGES]
    pictures = [
        (page, drawing, 255 - drawing)[number % 3]
        for number, (page, drawing) in enumerate(zip(pages, drawn, strict=True))
    ]
    assert (predict(classifier.model, IMAGES).label == LABELS).mean() > 0.97
    assert (classifier.predict(pictures).label == LABELS).mean() > 0.95
    only_resized = np.stack([read_image(picture, image_size=(28, 28)) for picture in pages])
    assert (predict(classifier.model, only_resized).label == LABELS).mean() < 0.5


def test_one_picture_or_many_in_any_form(classifier, tmp_path):
    pages = [255 - draw_large(image) for image in IMAGES[:3]]
    path = tmp_path / "seven.png"
    Image.fromarray(pages[0]).save(path)
    for picture in (path, str(path), Image.open(path), pages[0], pages[0] / 255):
        prediction = classifier.predict(picture)
        assert prediction.probabilities.shape == (1, 10)
        assert (prediction.class_name, prediction.label.tolist()) == (["7"], [7])
        assert prediction.confidence[0] > 0.9
    for pictures in (pages, np.stack(pages), np.stack(pages)[..., np.newaxis], [path, *pages[1:]]):
        prediction = classifier.predict(pictures)
        assert prediction.class_name == ["7", "2", "1"]
        assert len(prediction) == 3
    assert len(classifier.predict(pages[:1])) == 1
    assert len(classifier.predict(pages[0][np.newaxis])) == 1
    assert np.array_equal(
        predict(classifier.model, classifier.prepare(path)).probabilities,
        classifier.predict(path).probabilities,
    )


def test_names_come_from_the_data_set_or_the_user():
    model = build_model("small_dense")
    assert Classifier(model, dataset="fashion_mnist").class_names[9] == "Ankle boot"
    assert Classifier(model).class_names == tuple("0123456789")
    named = Classifier(model, class_names=[f"class {number}" for number in range(10)])
    prediction = named.predict(IMAGES[0])
    label = prediction.label[0]
    assert prediction.class_name == [f"class {label}"]
    assert f"label {label} (class {label})" in repr(prediction)
    assert repr(Classifier(TRAINED)) == "<Classifier of mnist: small_dense, 10 classes>"


@pytest.mark.parametrize("shape", [(20, 30, 3), (400,), (24, 24), (32, 32, 1), (None, None, 1)])
def test_a_model_of_ones_own_is_given_pictures_of_its_size(shape):
    pool = keras.layers.GlobalAveragePooling2D() if None in shape else keras.layers.Flatten()
    model = keras.Sequential([keras.Input(shape), pool, keras.layers.Dense(2)])
    classifier = Classifier(model, class_names=["cat", "dog"])
    photo = np.random.default_rng(0).integers(0, 256, (50, 60, 3)).astype(np.uint8)
    prediction = classifier.predict([photo, photo])
    assert prediction.probabilities.shape == (2, 2)
    assert set(prediction.class_name) <= {"cat", "dog"}
    expected = {1: (20, 20, 1), 2: (24, 24, 1)}.get(len(shape), shape)
    assert classifier.prepare(photo).shape == ((50, 60, 1) if None in shape else expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("small_dens",), "Did you mean 'small_dense'"),
        ((TRAINED, "mnits"), "Did you mean 'mnist'"),
        ((3,), "Expected a Keras model. Received int"),
        (("mine.keras",), r"Received str\. Load it: keras\.models\.load_model\('mine\.keras'\)"),
        ((Path("mine.keras"),), r"Load it: keras\.models\.load_model\('mine\.keras'\)"),
        ((None,), "Expected a Keras model. Received NoneType"),
        ((TRAINED, ["mnist"]), "A data set is named by a text"),
        ((TRAINED, "mnist", ["a", "b"]), "tells 10 classes apart. Received 2 names"),
    ],
)
def test_what_it_cannot_be_made_of(arguments, message):
    model, dataset, class_names = (*arguments, None, None)[:3]
    with pytest.raises((ValueError, TypeError), match=message):
        Classifier(model, dataset=dataset, class_names=class_names)


@pytest.mark.parametrize("dataset", [None, "mnist"])
def test_a_model_that_takes_the_channels_first_is_given_them_so(dataset):
    flat = keras.layers.Flatten()
    last = keras.Sequential([keras.Input((28, 28, 1)), flat, keras.layers.Dense(10)])
    first = keras.Sequential([keras.Input((1, 28, 28)), *last.layers])
    pages = [255 - draw_large(image) for image in IMAGES[:3]]
    expected = Classifier(last, dataset=dataset).predict(pages)
    classifier = Classifier(first, dataset=dataset)
    np.testing.assert_array_equal(classifier.predict(pages).probabilities, expected.probabilities)
    assert classifier.prepare(pages[0]).shape == (1, 28, 28)


def test_a_model_that_does_not_fit_its_data_set_is_refused():
    with pytest.raises(ValueError, match=r"takes \(32, 32, 1\)\. Leave dataset out"):
        Classifier(build_model("small_dense", input_shape=(32, 32, 1)), dataset="mnist")
    letters = build_model("small_dense", num_classes=26)
    with pytest.raises(ValueError, match=r"26 classes apart, and mnist has 10\. Give their names"):
        Classifier(letters, dataset="mnist")
    names = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert Classifier(letters, dataset="mnist", class_names=names).class_names[12] == "M"


def test_a_model_without_weights_says_which_it_has(monkeypatch, tmp_path):
    (tmp_path / "deep_cnn-fashion_mnist.weights.h5").touch()
    monkeypatch.setattr("digitzoo.models.loading.WEIGHTS", tmp_path)
    with pytest.raises(ValueError, match=r"weights for deep_cnn 'mnist'.*There is: fashion_mnist"):
        Classifier("deep_cnn")


def test_what_is_no_picture_for_it(classifier):
    with pytest.raises(ValueError, match="no pictures"):
        classifier.predict([])
    with pytest.raises(ValueError, match="no pictures"):
        classifier.predict(np.zeros((0, 28, 28)))
    with pytest.raises(TypeError, match="Pass it to predict"):
        classifier.predict(load_data("mnist").test)
    with pytest.raises(ValueError, match="shows no digit"):
        classifier.predict(np.zeros((50, 50)))


def test_tensors_are_taken_as_the_arrays_they_hold():
    shirts = load_data("fashion_mnist").test.images[:2]
    classifier = Classifier("small_dense", dataset="fashion_mnist")
    expected = classifier.predict(shirts)
    for pixels in (shirts, shirts[..., 0]):
        answer = classifier.predict(keras.ops.convert_to_tensor(pixels))
        np.testing.assert_array_equal(answer.probabilities, expected.probabilities)
        alone = classifier.predict(keras.ops.convert_to_tensor(pixels[0]))
        assert alone.probabilities.shape == (1, 10)


def test_pictures_may_come_one_after_the_other(classifier, tmp_path):
    for number in range(3):
        page = Image.fromarray(255 - draw_large(IMAGES[number]))
        page.save(tmp_path / f"{number}.png")
    paths = sorted(tmp_path.iterdir())
    assert classifier.predict(path for path in paths).class_name == ["7", "2", "1"]
    assert Classifier(classifier.model, class_names=iter("0123456789")).class_names[7] == "7"


@pytest.mark.parametrize(
    ("picture", "error", "message"),
    [
        (None, TypeError, "Received NoneType"),
        (3, TypeError, "Received int"),
        (io.BytesIO(b"GIF89a"), TypeError, "Received BytesIO"),
        (np.zeros((28, 28, 2)), ValueError, r"1, 3 or 4 channels\. Received shape \(28, 28, 2\)"),
        (Image.new("L", (0, 5)), ValueError, "has no pixels"),
        (np.full((28, 28), np.nan), ValueError, "Received nan"),
        ("", ValueError, "no name that a file can have"),
    ],
    ids=["none", "number", "open file", "two channels", "no pixels", "nan", "empty path"],
)
@pytest.mark.parametrize("in_list", [False, True])
def test_what_is_no_picture_at_all(classifier, picture, error, message, in_list):
    with pytest.raises(error, match=message) as refused:
        classifier.predict([IMAGES[0], picture] if in_list else picture)
    assert isinstance(refused.value, DigitzooError)


def test_a_damaged_pillow_image_is_refused_as_its_file_is(classifier, tmp_path):
    path = tmp_path / "cut.jpg"
    Image.fromarray(draw_large(IMAGES[0])).save(path)
    path.write_bytes(path.read_bytes()[:-200])
    with Image.open(path) as opened:
        for picture in (path, opened):
            with pytest.raises(DataFileError, match=r"cut\.jpg: cannot be read as an image"):
                classifier.predict(picture)
    closed = Image.open(path)
    closed.close()
    with pytest.raises(DataFileError, match="cannot be read as an image"):
        classifier.predict(closed)


def test_of_many_arrays_the_one_that_cannot_be_is_named(classifier):
    with pytest.raises(ValueError, match=r"^Picture 1, counted from 0: The picture shows no digit"):
        classifier.predict([IMAGES[0], np.zeros((28, 28))])
    with pytest.raises(ValueError, match=r"^Picture 1, counted from 0: The picture shows no digit"):
        classifier.predict(np.stack([IMAGES[0], np.zeros_like(IMAGES[0])]))


def test_a_folder_is_no_picture(classifier, tmp_path):
    message = "a folder, where an image was expected. Name the pictures that are in it"
    for pictures in (tmp_path, str(tmp_path), [tmp_path]):
        with pytest.raises(DataFileError, match=message):
            classifier.predict(pictures)


def test_an_open_file_is_refused_with_what_reads_it(classifier):
    with pytest.raises(TypeError, match=r"Received BytesIO\. PIL\.Image\.open reads an open file"):
        classifier.predict(io.BytesIO(b"GIF89a"))


def test_each_name_means_one_class(classifier):
    with pytest.raises(ValueError, match="class_names must differ"):
        Classifier(classifier.model, class_names=["one"] * 10)
    names = np.arange(10).astype(str)
    assert Classifier(classifier.model, class_names=names).class_names[1] == "1"


@pytest.mark.parametrize("names", [3, range(10), [None] * 10, "0123456789"])
def test_names_that_are_no_names(classifier, names):
    with pytest.raises(TypeError, match="class_names must be a sequence of names. Received "):
        Classifier(classifier.model, class_names=names)


@pytest.mark.parametrize("count", [1, 50, 200])
def test_flat_rows_are_not_taken_for_one_picture(classifier, count):
    message = r"flat rows or one picture\. For rows pass images\.reshape\(-1, 28, 28, 1\)"
    with pytest.raises(ValueError, match=message):
        classifier.predict(IMAGES[:count].reshape(count, 784))
    wide = np.pad(draw_large(IMAGES[0]), ((20, 20), (322, 322)))
    assert wide.shape[1] == 784
    assert classifier.predict([wide]).class_name == ["7"]


def test_the_content_of_a_file_is_refused_with_what_reads_it(classifier):
    with pytest.raises(TypeError, match=r"Received bytes\. PIL\.Image\.open\(io\.BytesIO"):
        classifier.predict(b"GIF89a")
