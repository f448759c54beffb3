"""The random generators inside a model, started from a seed."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from digitzoo.training.identity import all_layers

LARGEST_SEED = 2**32 - 1  # what NumPy's and Keras's generators take
LARGEST_STATE = 2**31 - 1  # fits the generators' integer type on every backend
_HIDDEN = 1_000_000  # far from where the generators of the layers themselves begin


def seed_generators(model: Any, seed: int) -> None:
    """Start the generators of Dropout and its kin from the seed, each from a place of its own.

    Args:
        model: A built Keras model.
        seed: A whole number in 0..2**32 - 1.
    """
    for number, state in enumerate(seed_states(model)):  # also of what is hidden inside a layer
        state.assign([seed & LARGEST_STATE, _HIDDEN + number])
    for number, layer in enumerate(all_layers(model)):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            generator.state.assign([seed & LARGEST_STATE, number])
    for inner in model._flatten_layers():  # noqa: SLF001 - cells and wrapped layers have no public list
        for generator in inner._seed_generators:  # noqa: SLF001 - the same
            # Keras on PyTorch draws dropout from PyTorch's global generator where a layer was
            # built without a seed, and no checkpoint would have its state.
            generator._initial_seed = seed  # noqa: SLF001 - there is no public way


def seed_states(layer: Any) -> list[Any]:
    """Find the variables that random generators count in, those of inner layers too.

    >>> import keras
    >>> [tuple(state.shape) for state in seed_states(keras.layers.Dropout(0.5))]
    [(2,)]
    """
    # What Keras calls them in 3.12 to 3.15; no public list has generators of their own.
    return [variable for variable in layer.variables if variable.name == "seed_generator_state"]


@contextmanager
def global_generators_kept() -> Iterator[None]:
    """Put the global generators back: new layers and optimizers draw their seeds from Python's."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global one
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002 - the global one
