import keras
import numpy as np
import pytest

from digitzoo import load_data, small_dense, train

accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


class CutOffError(Exception):
    pass


class CutOff(keras.callbacks.Callback):
    """Ends a run in its third epoch, as a crash would."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise CutOffError


def value_of(tensor):
    return float(np.frombuffer(tensor.tensor_content, dtype=np.float32)[0])


def test_tensorboard_shows_the_history_also_of_a_resumed_run(tmp_path):
    data = load_data("mnist").sample(500)

    def go(*callbacks):
        board = keras.callbacks.TensorBoard(tmp_path / "board")
        options = {"epochs": 4, "run_dir": tmp_path / "run"}
        return train(small_dense(), data, callbacks=[board, *callbacks], **options)

    with pytest.raises(CutOffError):
        go(CutOff())
    run = go()
    shown = {}
    for folder, metric in (("train", "loss"), ("validation", "val_loss")):
        reader = accumulators.EventAccumulator(str(tmp_path / "board" / folder))
        reader.Reload()
        events = reader.Tensors("epoch_loss")
        shown[metric] = {event.step: value_of(event.tensor_proto) for event in events}
    for metric, values in shown.items():
        assert sorted(values) == [0, 1, 2, 3]
        assert [values[epoch] for epoch in range(4)] == pytest.approx(run.history[metric])
