"""What is measured beside the loss: accuracy always, and what is asked for."""

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import keras
import numpy as np

from digitzoo.checks import check_text
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, first_sentence, shown
from digitzoo.training.generators import global_generators_kept

Metric: TypeAlias = str | keras.metrics.Metric
_ALWAYS = ("accuracy", "acc")


def check_metrics(metrics: Sequence[Metric] | Metric | None) -> tuple[Metric, ...]:
    """Hold metrics to names and objects of Keras's; accuracy is measured anyway."""
    if isinstance(metrics, str | keras.metrics.Metric):
        metrics = (metrics,)
    if metrics is not None and not isinstance(metrics, list | tuple):
        raise ArgumentTypeError(
            f"metrics must be a list of names or metrics of Keras's, such as "
            f"[keras.metrics.SparseTopKCategoricalAccuracy(k=3)]. Received {shown(metrics)}."
        )
    for metric in metrics or ():
        if isinstance(metric, keras.metrics.Metric):
            continue
        if not isinstance(metric, str):
            made = " Make an object of it." if isinstance(metric, type) else ""
            raise ArgumentTypeError(
                f"metrics holds names or metrics of Keras's. Received {shown(metric)}.{made}"
            )
        if check_text("a metric", metric) not in _ALWAYS:
            _find(metric)
    return tuple(metric for metric in metrics or () if metric not in _ALWAYS)


def make_metrics(
    metrics: Sequence[Metric] | Metric | None, *, outputs: int, one_hot_labels: bool
) -> list[Any]:
    """Make accuracy and a copy of each metric asked for, tried on a few made-up images."""
    labels = np.arange(outputs + 1) % max(outputs, 2)
    given = np.full((len(labels), outputs), 1 / max(outputs, 2), dtype="float32")
    accuracy = keras.metrics.BinaryAccuracy(name="accuracy") if outputs == 1 else "accuracy"
    made: list[Any] = [accuracy]
    for metric in check_metrics(metrics):
        try:
            with global_generators_kept():
                tried, copy = _copy(metric), _copy(metric)
                tried.update_state(np.eye(outputs)[labels] if one_hot_labels else labels, given)
                size = np.shape(keras.ops.convert_to_numpy(tried.result()))
        except Exception as error:
            form, other = ["whole numbers", "one-hot rows"][:: -1 if one_hot_labels else 1]
            raise InvalidArgumentError(
                f"The metric {metric_name(metric)!r} does not fit a model of {outputs} outputs and "
                f"labels that are {form}: {first_sentence(error)}. It may take labels that "
                f"are {other}."
            ) from error
        if size:
            raise InvalidArgumentError(
                f"The metric {metric_name(metric)!r} gives {size[0]} numbers. Have it average "
                f"them, such as average='macro'."
            )
        made.append(copy)
    return made


def make_metrics_variables(model: Any, *, one_hot_labels: bool) -> None:
    """Have a compiled model make its metrics' variables, which Keras makes in its first step.

    TensorFlow traces a step that makes variables a second time, for nothing.
    """
    if type(model).compute_metrics is not keras.Model.compute_metrics:
        return  # the user's own may ask for more than is made up here
    outputs = model.output_shape[-1]
    labels = np.eye(1, outputs, dtype="float32") if one_hot_labels else np.zeros(1, dtype="int64")
    model.compute_metrics(None, labels, np.full((1, outputs), 1 / outputs, dtype="float32"))
    model.reset_metrics()


def _copy(metric: Metric) -> Any:
    found = _find(metric) if isinstance(metric, str) else metric
    if isinstance(found, keras.metrics.Metric):
        return type(found).from_config({**found.get_config(), "name": metric_name(metric)})
    return keras.metrics.MeanMetricWrapper(found, name=metric)


def _find(name: str) -> Any:
    try:
        return keras.metrics.get(name)
    except (ValueError, TypeError) as error:
        raise InvalidArgumentError(
            f"Unknown metric {shown(name)}. Keras has 'auc', ...; accuracy is always measured."
        ) from error


def metric_name(metric: Metric) -> str:
    """Name a metric for a report, without the number by which Keras counts objects of a kind."""
    if isinstance(metric, str):
        return metric
    stem = re.sub(r"_\d+$", "", metric.name)
    is_counted = stem.replace("_", "") == type(metric).__name__.lower()
    return stem if is_counted else str(metric.name)
