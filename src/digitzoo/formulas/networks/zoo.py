"""The seven networks of the zoo, described: a check on the builders that knows nothing of them.

The numbers come from the published write-ups, not from the builders' code; `digitzoo explain`
uses these, so that it answers without loading Keras.
"""

from collections.abc import Mapping

from digitzoo.errors import InvalidArgumentError, unknown_name
from digitzoo.formulas.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from digitzoo.formulas.layers.base import Layer

INPUT_SHAPE = (28, 28, 1)
"""What all of them take."""


def _block(number: int, filters: int) -> tuple[Layer, ...]:
    return (
        Conv2D(filters, 2, padding="same", activation="relu", name=f"conv{number}"),
        MaxPooling2D(2, name=f"pool{number}"),
        Dropout(0.5, name=f"dropout{number}"),
    )


NETWORKS: Mapping[str, tuple[Layer, ...]] = {
    "simple_cnn": (
        Conv2D(32, 5, activation="relu", name="conv1"),
        MaxPooling2D(2, name="pool1"),
        Flatten(name="flatten"),
        Dense(128, activation="relu", name="dense1"),
        Dense(10, activation="softmax", name="output"),
    ),
    "fashion_cnn": (
        Conv2D(32, 3, padding="same", activation="relu", name="conv1"),
        MaxPooling2D(2, name="pool1"),
        Conv2D(64, 3, padding="same", activation="relu", name="conv2"),
        MaxPooling2D(2, name="pool2"),
        Flatten(name="flatten"),
        Dense(100, activation="relu", name="dense1"),
        Dropout(0.4, name="dropout1"),
        Dense(10, activation="softmax", name="output"),
    ),
    "dense_baseline": (
        Flatten(name="flatten"),
        Dense(512, activation="relu", name="dense1"),
        Dense(10, activation="softmax", name="output"),
    ),
    "deep_cnn": (
        Conv2D(32, 3, padding="same", activation="relu", name="conv1"),
        Conv2D(32, 3, padding="same", activation="relu", name="conv2"),
        MaxPooling2D(2, padding="same", name="pool1"),
        Dropout(0.25, name="dropout1"),
        Conv2D(64, 3, padding="same", activation="relu", name="conv3"),
        Conv2D(64, 3, padding="same", activation="relu", name="conv4"),
        MaxPooling2D(2, padding="same", name="pool2"),
        Flatten(name="flatten"),
        Dense(256, activation="relu", name="dense1"),
        Dense(256, activation="relu", name="dense2"),
        Dropout(0.5, name="dropout2"),
        Dense(10, activation="softmax", name="output"),
    ),
    "small_dense": (
        Flatten(name="flatten"),
        Dense(64, activation="relu", name="dense1"),
        Dense(16, activation="relu", name="dense2"),
        Dense(10, activation="softmax", name="output"),
    ),
    "two_layer_cnn": (
        Conv2D(64, 2, padding="same", activation="relu", name="conv1"),
        MaxPooling2D(2, name="pool1"),
        Conv2D(128, 2, padding="same", activation="relu", name="conv2"),
        MaxPooling2D(2, name="pool2"),
        Flatten(name="flatten"),
        Dense(10, activation="softmax", name="output"),
    ),
    "regularized_cnn": (
        *_block(1, 32),
        *_block(2, 64),
        *_block(3, 128),
        *_block(4, 256),
        Flatten(name="flatten"),
        Dense(10, activation="softmax", name="output"),
    ),
}
"""The layers of each network, in order."""


def network(name: str) -> tuple[tuple[Layer, ...], tuple[int, ...]]:
    """Give the layers and the input shape of one of the zoo's networks.

    Args:
        name: Such as `"simple_cnn"`.

    Returns:
        The descriptions, and the shape that comes in.

    Raises:
        InvalidArgumentError: There is no network of that name.

    >>> layers, input_shape = network("dense_baseline")
    >>> layers[-1], input_shape
    (Dense(units=10, activation='softmax', name='output'), (28, 28, 1))
    """
    if name not in NETWORKS:
        raise InvalidArgumentError(unknown_name("network", name, NETWORKS))
    return NETWORKS[name], INPUT_SHAPE
