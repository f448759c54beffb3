import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import fashion_cnn, feature_maps, load_data, simple_cnn, small_dense
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.inspection.layers import find_layer, layer_outputs, listening, named_layers


@pytest.fixture(scope="module")
def images():
    return load_data("fashion_mnist", validation=0).test.images[:3]


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Conv2D(4, 3, name="first")
        self.head = layers.Dense(10, name="head")

    def call(self, images):
        return self.head(keras.ops.mean(self.first(images), axis=(1, 2)))


def branched():
    image = keras.Input((28, 28, 1))
    left = layers.Conv2D(2, 3, padding="same", name="left")(image)
    right = layers.Conv2D(3, 5, padding="same", name="right")(image)
    both = layers.Concatenate(name="both")([left, right])
    return keras.Model(image, layers.Dense(10)(layers.Flatten()(both)), name="branched")


def nested():
    inside = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(2, 3)], name="inside")
    inside.layers[0].name = "conv"
    return keras.Sequential([keras.Input((28, 28, 1)), inside, layers.Flatten(), layers.Dense(2)])


def test_maps_are_what_keras_gives_as_the_layers_output(images):
    model = fashion_cnn()
    maps = feature_maps(model, images)
    assert list(maps) == ["conv1", "conv2"]
    for name, values in maps.items():
        part = keras.Model(model.inputs, model.get_layer(name).output)
        np.testing.assert_allclose(
            values, part.predict(images / np.float32(255), verbose=0), atol=1e-6
        )
    assert maps["conv2"].shape == (3, 14, 14, 64)


@pytest.mark.parametrize("choice", ["pool1", 1, -7, "layer"])
def test_a_layer_by_name_by_place_and_itself(images, choice):
    model = fashion_cnn()
    chosen = model.layers[1] if choice == "layer" else choice
    maps = feature_maps(model, images, layers=chosen)
    assert list(maps) == ["pool1"]
    assert maps["pool1"].shape == (3, 14, 14, 32)


def test_any_model_will_do(images, tmp_path):
    unbuilt = keras.Sequential([layers.Conv2D(2, 3, name="conv"), layers.Flatten()])
    assert feature_maps(unbuilt, images)["conv"].shape == (3, 26, 26, 2)
    never_called = Subclassed()
    assert feature_maps(never_called, images[0])["first"].shape == (1, 26, 26, 4)
    both = feature_maps(branched(), images)
    assert {name: values.shape[-1] for name, values in both.items()} == {"left": 2, "right": 3}
    model = simple_cnn()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for name, values in feature_maps(model, images).items():
        np.testing.assert_array_equal(feature_maps(loaded, images)[name], values)


def test_layers_inside_other_models_have_paths(images):
    model = nested()
    assert "inside/conv" in named_layers(model)
    by_path = feature_maps(model, images, layers="inside/conv")["inside/conv"]
    by_name = feature_maps(model, images, layers=["conv"])["inside/conv"]
    np.testing.assert_array_equal(by_path, by_name)
    weights, bias = model.get_layer("inside").layers[0].get_weights()
    corner = (images[0, :3, :3, :, None] / 255 * weights).sum((0, 1, 2)) + bias
    np.testing.assert_allclose(by_path[0, 0, 0], corner, rtol=1e-4, atol=1e-6)


class ChannelsFirst(layers.Layer):
    data_format = "channels_first"

    def call(self, images):
        return keras.ops.moveaxis(images, -1, 1)  # TensorFlow's CPU convolves channels last only


def test_channels_first_comes_out_last(images):
    model = keras.Sequential([keras.Input((28, 28, 1)), ChannelsFirst(name="first")])
    maps = feature_maps(model, images, layers="first")["first"]
    np.testing.assert_allclose(maps, images / 255, atol=1e-6)


def test_listening_leaves_the_model_as_it_was(images):
    model = fashion_cnn()
    before = [vars(layer).copy() for layer in model.layers]
    feature_maps(model, images)
    assert [vars(layer) for layer in model.layers] == before
    with pytest.raises(ZeroDivisionError), listening(named_layers(model), lambda *_: 1 / 0):
        model(images / np.float32(255))
    assert not any("call" in vars(layer) for layer in model.layers)


def test_a_hook_changes_what_goes_on(images):
    model = fashion_cnn()
    scaled = images.astype(np.float32) / 255
    chosen = {"dense1": model.get_layer("dense1")}
    with listening(chosen, lambda _, output: output * 0):
        silenced = keras.ops.convert_to_numpy(model(scaled))
    bias = model.get_layer("output").get_weights()[1]
    np.testing.assert_allclose(
        silenced[0], keras.ops.convert_to_numpy(keras.ops.softmax(bias)), atol=1e-6
    )
    assert not np.allclose(silenced, keras.ops.convert_to_numpy(model(scaled)))


def test_batches_are_put_together_in_order(images):
    model = fashion_cnn()
    scaled = (images / 255).astype(np.float32)
    whole = layer_outputs(model, scaled)
    for name, values in layer_outputs(model, scaled, batch_size=2).items():
        np.testing.assert_allclose(values, whole[name], atol=1e-6)
    assert list(whole) == [layer.name for layer in model.layers]


def test_errors_say_which_layers_could(images):
    with pytest.raises(InvalidArgumentError, match=r"'small_dense' has no two-dim.*No layer"):
        feature_maps(small_dense(), images)
    message = r"'dense1'.* gives shape \(100,\).*These do: conv1 \(28 x 28 x 32\), pool1"
    with pytest.raises(InvalidArgumentError, match=message):
        feature_maps(fashion_cnn(), images, layers="dense1")
    with pytest.raises(InvalidArgumentError, match="Did you mean 'conv1'"):
        feature_maps(fashion_cnn(), images, layers="conv11")
    with pytest.raises(InvalidArgumentError, match="8 layers, 0 to 7. Received 8"):
        feature_maps(fashion_cnn(), images, layers=8)
    with pytest.raises(InvalidArgumentError, match="is not one of"):
        feature_maps(fashion_cnn(), images, layers=fashion_cnn().layers[0])
    with pytest.raises(InvalidArgumentError, match="There are no images"):
        feature_maps(fashion_cnn(), images[:0])
    with pytest.raises(ArgumentTypeError, match="Expected a Keras model. Received str"):
        feature_maps("model", images)
    with pytest.raises(ArgumentTypeError, match="chosen by name"):
        find_layer(fashion_cnn(), 1.5)


def test_two_layers_of_one_name_need_a_path():
    twins = [keras.Sequential([layers.Conv2D(1, 1, name="conv")], name=name) for name in "ab"]
    with pytest.raises(InvalidArgumentError, match="a/conv, b/conv"):
        find_layer(keras.Sequential(twins), "conv")
