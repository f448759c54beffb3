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


def _block(filters: int) -> tuple[Layer, ...]:
    convolution = Conv2D(filters, 2, padding="same", activation="relu")
    return convolution, MaxPooling2D(2), Dropout(0.5)


NETWORKS: Mapping[str, tuple[Layer, ...]] = {
    "simple_cnn": (
        Conv2D(32, 5, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(128, activation="relu"),
        Dense(10, activation="softmax"),
    ),
    "fashion_cnn": (
        Conv2D(32, 3, padding="same", activation="relu"),
        MaxPooling2D(2),
        Conv2D(64, 3, padding="same", activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(100, activation="relu"),
        Dropout(0.4),
        Dense(10, activation="softmax"),
    ),
    "dense_baseline": (
        Flatten(),
        Dense(512, activation="relu"),
        Dense(10, activation="softmax"),
    ),
    "deep_cnn": (
        Conv2D(32, 3, padding="same", activation="relu"),
        Conv2D(32, 3, padding="same", activation="relu"),
        MaxPooling2D(2, padding="same"),
        Dropout(0.25),
        Conv2D(64, 3, padding="same", activation="relu"),
        Conv2D(64, 3, padding="same", activation="relu"),
        MaxPooling2D(2, padding="same"),
        Flatten(),
        Dense(256, activation="relu"),
        Dense(256, activation="relu"),
        Dropout(0.5),
        Dense(10, activation="softmax"),
    ),
    "small_dense": (
        Flatten(),
        Dense(64, activation="relu"),
        Dense(16, activation="relu"),
        Dense(10, activation="softmax"),
    ),
    "two_layer_cnn": (
        Conv2D(64, 2, padding="same", activation="relu"),
        MaxPooling2D(2),
        Conv2D(128, 2, padding="same", activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(10, activation="softmax"),
    ),
    "regularized_cnn": (
        *_block(32),
        *_block(64),
        *_block(128),
        *_block(256),
        Flatten(),
        Dense(10, activation="softmax"),
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
    (Dense(units=10, activation='softmax'), (28, 28, 1))
    """
    if name not in NETWORKS:
        raise InvalidArgumentError(unknown_name("network", name, NETWORKS))
    return NETWORKS[name], INPUT_SHAPE
