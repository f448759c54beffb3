"""What the report of a run says in words: a verdict, facts, settings; in English and Korean."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from digitzoo.data import Split, is_disputed
from digitzoo.evaluation import Evaluation, accuracy_interval

Words = Callable[..., str]
_SETTINGS = (
    *("optimizer", "learning_rate", "momentum", "weight_decay", "global_clipnorm", "ema_momentum"),
    *("batch_size", "steps_per_epoch", "loss", "label_smoothing", "class_weight", "metrics"),
    *("augmentation", "early_stopping", "monitor", "seed", "classes"),
)
_OF_OPTIMIZER = ("learning_rate", "momentum", "weight_decay", "global_clipnorm", "ema_momentum")
_PACKAGES = {
    "python": "Python",
    "keras": "Keras",
    "tensorflow": "TensorFlow",
    "jax": "JAX",
    "torch": "PyTorch",
    "numpy": "NumPy",
    "digitzoo": "digitzoo",
}


@cache
def _all_words() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("report_words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def words_of(language: str) -> Words:
    """Give the function that says a phrase in a language, by its key and with its values."""
    return partial(_say, language)


def _say(language: str, key: str, **values: object) -> str:
    """Say a phrase; what has none, such as a reason with numbers in it, stands as it is."""
    return _all_words()[key][language].format(**values) if key in _all_words() else key


def verdict(run: Any, result: Evaluation | None, say: Words) -> str:
    """Say in one sentence how good the run's model is, by the best evidence that there is."""
    name = run.model.name
    if result is not None:
        low, high = result.accuracy_interval
        numbers = {"percent": result.accuracy, "low": low, "high": high}
        return say(
            "unseen",
            model=name,
            total=result.total,
            most=_most_confused(result, say),
            **_percents(numbers),
        )
    if run.best_epoch is None:
        return say("lost", reason=say(run.stop_reason))
    values = {"model": name, "epochs": run.epochs, "epoch": run.best_epoch}
    if "val_accuracy" in run.best_metrics:
        total = run.settings.get("validation_images", 0)
        shares = _percents({"percent": run.best_metrics["val_accuracy"]})
        return say("held", total=total, **values, **shares)
    return say("trained", **values, **_percents({"percent": run.history["accuracy"][-1]}))


def _most_confused(result: Evaluation, say: Words) -> str:
    counts = result.confusion_matrix.copy()
    np.fill_diagonal(counts, 0)
    if not counts.any():
        return say("no mistake")
    true, predicted = np.unravel_index(counts.argmax(), counts.shape)
    names = result.class_names
    numbers = {"count": int(counts[true, predicted]), "wrong": len(result.wrong)}
    return say("most", true=names[true], predicted=names[predicted], **numbers)


def _percents(shares: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{100 * share:.2f}" for name, share in shares.items()}


def facts(
    run: Any, result: Evaluation | None, split: Split | None, say: Words
) -> list[tuple[str, str]]:
    """Say when, how long, on what and of what; what a run did not keep is left out."""
    settings, record = run.settings, run.record
    rows = []
    if "finished" in record:
        ended = datetime.fromisoformat(record["finished"])
        rows.append((say("ended"), f"{ended:%Y-%m-%d %H:%M} UTC"))
        times = {"time": _duration(record["seconds"]), "cpu": _duration(record["cpu_seconds"])}
        rows.append((say("took"), say("took value", **times)))
        rows.append((say("machine"), _machine(record["machine"])))
    found = settings.get("versions", {})
    versions = [f"{name} {found[key]}" for key, name in _PACKAGES.items() if key in found]
    rows.append((say("versions"), ", ".join(versions)))
    counts = {part: settings.get(f"{part}_images", 0) for part in ("train", "validation")}
    rows.append((say("data"), say("data value", dataset=settings["dataset"], **counts)))
    best = say("none good") if run.best_epoch is None else run.best_epoch
    asked, reason = settings.get("epochs", run.epochs), say(run.stop_reason)
    told = {"epochs": run.epochs, "asked": asked, "reason": reason, "best": best}
    rows.append((say("epochs"), say("epochs value", **told)))
    if result is not None and split is not None:
        rows += _undisputed(result, split, say)
    return rows + [(say("caveats"), caveat) for caveat in run.caveats]


def _undisputed(result: Evaluation, split: Split, say: Words) -> list[tuple[str, str]]:
    kept = ~is_disputed(split)
    if kept.all() or not kept.any():
        return []
    right = int(np.count_nonzero((result.predicted == result.labels)[kept]))
    total = int(np.count_nonzero(kept))
    low, high = accuracy_interval(right, total)
    shares = _percents({"percent": right / total, "low": low, "high": high})
    counts = {"left": len(split) - total, "images": len(split)}
    return [(say("undisputed"), say("undisputed value", **counts, **shares))]


def _duration(seconds: float) -> str:
    """Write a time with its two largest units.

    >>> _duration(7.24), _duration(133), _duration(7325)
    ('7.2 s', '2 min 13 s', '2 h 2 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _machine(machine: Mapping[str, Any]) -> str:
    devices = ", ".join(device.upper() for device in machine["device"])
    return f"{machine['processor']}; {machine['system']}; {devices}; {machine['threads']} threads"


def setting_rows(run: Any, say: Words) -> list[tuple[str, str]]:
    """Give what was set or what the optimizer brought along, without what is switched off."""
    asked = run.settings
    own = asked.get("optimizer")
    own = own if isinstance(own, dict) else {"class_name": own}
    values = {name: asked.get(name) for name in _SETTINGS}
    values["optimizer"] = own["class_name"]
    values["classes"] = asked.get("class_names")
    values["loss"] = (asked.get("loss") or {}).get("class_name")
    for name in _OF_OPTIMIZER:
        if values[name] is None and not (name == "ema_momentum" and not own.get("use_ema")):
            values[name] = own.get(name)
    told = {name: _in_words(value) for name, value in values.items()}
    return [(say(f"set {name}"), words) for name, words in told.items() if words]


def _in_words(value: object) -> str:
    """Write a setting; nothing for what is switched off."""
    if value is None or value is False or (value == 0.0 and isinstance(value, float)):
        return ""
    if isinstance(value, Mapping):
        return _group_in_words(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int) and value is not True:
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_in_words, value)))
    return str(value)


def _group_in_words(group: Mapping[str, Any]) -> str:
    """Write settings that belong together, such as a schedule: its kind, then what it is given."""
    kind = group.get("name") or group.get("class_name") or ""
    given = group.get("config", group)
    unsaid = {"name", "class_name", "module", "registered_name"}
    told = {name: _in_words(inner) for name, inner in given.items() if name not in unsaid}
    parts = [f"{name.replace('_', ' ')} {words}" for name, words in told.items() if words]
    return ": ".join(filter(None, (str(kind), ", ".join(parts))))
