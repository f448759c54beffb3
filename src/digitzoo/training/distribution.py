"""Training on several devices, also of several processes, by Keras's distribution on JAX."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from numpy.typing import NDArray

from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError, shown
from digitzoo.training.processes import ALONE, ProcessGroup, tells_of_loss

_NOT_ON = {
    "tensorflow": "Keras 3 fails in TensorFlow's strategies (keras-team/keras#20585)",
    "torch": "PyTorch's processes would normalize their parts of a batch one by one",
}


@contextmanager
def process_group(distribution: Any) -> Iterator[ProcessGroup]:
    """Give the processes of a distribution, or of the one that is set; it holds inside."""
    chosen = keras.distribution.distribution() if distribution is None else distribution
    if chosen is None:
        yield ALONE
        return
    if not isinstance(chosen, keras.distribution.DataParallel):
        raise ArgumentTypeError(
            f"distribution must be a keras.distribution.DataParallel. Received {shown(chosen)}."
        )
    check_backend()
    import jax

    mesh, count = chosen.device_mesh, jax.process_count()
    if count > 1 and [*mesh.devices.flat] != keras.distribution.list_devices():
        raise InvalidArgumentError(
            "Several processes share all of their devices, in their order. Make DataParallel "
            "without devices= and device_mesh=."
        )
    if count > 1:
        _end_by_sigterm()
    group = ProcessGroup(mesh.devices.size, count, jax.process_index())
    # Keras itself would share out batches of tf.data alone.
    own = keras.distribution.DataParallel(device_mesh=mesh, auto_shard_dataset=False)
    with own.scope():
        try:
            yield group
        except Exception as error:
            if count == 1 or not tells_of_loss(error):
                raise
            group.leave_over(error)
            raise DigitzooError(
                f"Another of the {count} processes of this run has ended, and so it stopped. "
                f"What run_dir= keeps is whole: the same call goes on from its last checkpoint."
            ) from error


def check_backend() -> None:
    """Refuse the backends on which several processes do not end with what one would."""
    backend = keras.backend.backend()
    if backend != "jax":
        raise InvalidArgumentError(
            f"Several devices or processes train a model on JAX alone: "
            f"{_NOT_ON.get(backend, f'here {backend} runs')}. Set KERAS_BACKEND=jax."
        )


def join_processes() -> ProcessGroup:
    """Meet the other processes that were started with this one."""
    keras.distribution.initialize()
    _end_by_sigterm()
    import jax

    return ProcessGroup(jax.device_count(), jax.process_count(), jax.process_index())


def _end_by_sigterm() -> None:
    """Have SIGTERM end this process again: JAX, once it meets others, takes it and goes on."""
    by_default = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL  # as far as Python knows
    if by_default and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def check_batch_size(group: ProcessGroup, batch_size: int) -> None:
    """Refuse batches that the devices cannot share alike."""
    if batch_size % group.devices:
        fitting = batch_size + group.devices - batch_size % group.devices
        raise InvalidArgumentError(
            f"{group.devices} devices share each batch alike, so batch_size must be a multiple of "
            f"{group.devices}, such as {fitting}. Received {batch_size}."
        )


@contextmanager
def placed(model: Any, group: ProcessGroup) -> Iterator[None]:
    """Have a model's variables on all devices, with the first process's values, and back."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        yield
        return
    values = group.first(lambda: [_array(variable) for variable in model.variables])
    # Keras places variables where they are made, and has no call to do it later.
    was_local = [variable for variable in model.variables if variable._layout is None]  # noqa: SLF001
    for variable, value in zip(model.variables, values, strict=True):
        variable._layout = distribution.get_variable_layout(variable)  # noqa: SLF001
        variable.assign(value)
    try:
        yield
    except BaseException as error:
        group.leave_over(error)
        if not tells_of_loss(error):  # else what was computed together is lost, too
            _release(model, was_local)
        raise
    _release(model, was_local)


def _release(model: Any, was_local: list[Any]) -> None:
    """Make a model that was built without the distribution an ordinary one again."""
    model.train_function = model.test_function = None  # they wait for our batches
    if not was_local:
        return
    made_here = [*model.metrics_variables, *model.optimizer.variables] if model.compiled else []
    for variable in [*was_local, *made_here]:
        value = _array(variable)
        variable._layout = None  # noqa: SLF001 - as above
        variable.assign(value)
    model.predict_function = None


def _array(variable: Any) -> NDArray[Any]:
    array: NDArray[Any] = keras.ops.convert_to_numpy(variable.value)
    return array


class CutBatches(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Has the steps of `model.fit` see no rows that only fill a batch up.

    A batch that the devices cannot share alike is worked on as a whole by each of them: filled up,
    it would count otherwise in batch normalization and in metrics.
    """

    def __init__(self, group: ProcessGroup, batches: Any, validation: Any) -> None:
        super().__init__()
        self._group, self._batches, self._validation = group, batches, validation
        self._cutting: list[Any] = []

    def on_train_begin(self, logs: object = None) -> None:
        """Come between the batches and the step, which Keras has just made."""
        self.model.train_function = self._before(self.model.train_function, self._batches)

    def on_test_begin(self, logs: object = None) -> None:
        """Do the same in validation."""
        self.model.test_function = self._before(self.model.test_function, self._validation)

    def _before(self, step: Any, batches: Any) -> Any:
        if step in self._cutting:
            return step

        def cutting(state: Any, iterator: Iterator[Any]) -> Any:
            return step(state, (self._cut(batch, batches.rows) for batch in iterator))

        self._cutting.append(cutting)
        return cutting

    def _cut(self, batch: tuple[Any, ...], rows: int) -> tuple[Any, ...]:
        if not rows % self._group.devices:
            return batch
        mesh = keras.distribution.distribution().device_mesh
        whole = [None if part is None else _on_each_device(part, mesh) for part in batch]
        return tuple(None if part is None else part[:rows] for part in whole)


def _on_each_device(array: Any, mesh: Any) -> Any:
    layout = keras.distribution.TensorLayout([None] * array.ndim, mesh)
    return keras.distribution.distribute_tensor(array, layout)
