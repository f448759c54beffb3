"""Every public function called with wrong arguments: what is refused in words, what is not.

Run: python benchmarks/wrong_arguments.py [--function NAME] [--show]

The functions are those of every room's `__all__`, with the class methods of the classes there.
Each is called once as it should be, then with each argument replaced by each of some sixty values.
What an argument may be is read from its annotation. A call may work where the value is of the type
that is announced; else it has to end in a `DigitzooError`, of a few lines. What remains is printed:

- traceback: any other exception
- silent: a value of another type was taken
- long: a message of more than 700 letters
- hang: no answer within 20 seconds
"""

import argparse
import contextlib
import importlib
import inspect
import io
import os
import signal
import sys
import tempfile
import types
import typing
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pyarrow as pa
from beartype import BeartypeConf
from beartype.door import is_bearable
from PIL import Image
from pyarrow import parquet

import digitzoo
from digitzoo.errors import shown

ROOMS = (
    "formulas",
    "classroom",
    "data",
    "models",
    "evaluation",
    "export",
    "inspection",
    "training",
    "recipes",
    "visualization",
)
LIGHT_ROOMS = ("formulas", "classroom", "data")  # a call takes less than milliseconds
LONGEST_MESSAGE, LONGEST_CALL = 700, 20

# Results, which functions of ours make: people read them and do not build them.
RESULTS = {
    "AccuracySummary", "Calibration", "ClassScore", "Comparison", "ConvolutionAnimation",
    "DisputedLabel",
    "Embedding", "Evaluation", "Explanation", "LayerInfo", "LearningRateCurve", "MeasuredResult",
    "ModelCard", "ModelDiagram", "Prediction", "PublishedResult", "SeedResult", "Stack",
    "StackLayer", "Summary", "Totals", "TrainingRun", "WeightsFile", "Reading", "Weight", "Best",
    "ExportedModel", "ParquetSplit", "Problem", "Mistake", "Mark", "Reply", "Worksheet",
}  # fmt: skip


class Case(NamedTuple):
    """A function, the arguments of a call that works, and what its annotations say."""

    name: str
    function: Callable[..., object]
    arguments: dict[str, object]
    hints: dict[str, object]


class Finding(NamedTuple):
    """What went wrong in one call."""

    kind: str
    call: str
    detail: str


def wrong_values(folder: Path) -> list[object]:
    """Make values of every kind that people mix up, and some that nobody means."""
    return [
        None, True, 0, -1, 3, 10**30, 2.5, -0.5, float("nan"), float("inf"), 1e300, 1j,
        "", "text", "5", "~", "a\0b", "x" * 10_000, b"bytes", Path("missing"), Path("a\0b"),
        folder, [], [1, 2], ["x"], [None], [[1], [2, 3]], (), (3,), (5, 5), (1, 2, 3, 4, 5, 6),
        {}, {"a": 1}, {1: None}, set(), {1}, range(3), list(range(10_000)), object(), int, len,
        (letter for letter in "ab"), io.StringIO("text"), np.zeros(3), np.zeros((0,)),
        np.zeros((2, 28, 28)), np.full((4, 28, 28, 1), np.nan), np.array(["x"]), np.array("x"),
        np.array([None, 1], dtype=object), np.datetime64("2020"), np.int64(3), np.float32(0.5),
        np.True_, np.ma.masked, slice(0, 2), ..., Exception("x"), types.SimpleNamespace(shape=3),
    ]  # fmt: skip


def examples(folder: Path, *, keras: bool) -> dict[str, Any]:
    """Give a value that works for each name of an argument; `function.name` comes first."""
    pixels = np.zeros((8, 28, 28, 1), dtype=np.uint8)
    pixels[:, 4:20, 6:9] = 200
    labels = np.arange(8) % 2
    np.savez(folder / "data.npz", x_train=pixels[..., 0], y_train=labels)
    rows = [",".join(["label", *(f"p{i}" for i in range(4))])]
    rows += [f"{label},1,2,3,{value}" for value, label in enumerate([0, 1, 0, 1])]
    (folder / "data.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "images-idx3").write_bytes(
        b"\0\0\x08\x03"
        + b"".join(size.to_bytes(4, "big") for size in (8, 28, 28))
        + pixels.tobytes()
    )
    for name in ("cat", "dog"):
        (folder / "pictures" / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[0, :, :, 0]).save(folder / "pictures" / name / "one.png")
    parquet.write_table(
        pa.table({"image": pixels.reshape(8, -1).tolist(), "label": labels}),
        folder / "data.parquet",
    )
    split = digitzoo.Split(pixels, labels, ("a", "b"))
    known: dict[str, Any] = {
        # data
        "split": split, "images": pixels, "image": pixels[0], "labels": labels,
        "picture": pixels[0],
        "read_idx.images": folder / "images-idx3", "path": folder / "data.csv",
        "read_npz.path": folder / "data.npz", "read_parquet.path": folder / "data.parquet",
        "folder": folder / "pictures", "pixels": pixels, "Chapter.number": 1,
        "read_csv_column.name": "label", "load_data.name": "mnist", "load_arrays.name": "mnist",
        "dataset_path.name": "mnist", "size": 4, "shape": (28, 28), "fraction": 0.5, "seed": 0,
        "Split.class_names": ("a", "b"), "train": split, "index": 0,
        "is_disputed.split": digitzoo.load_data("mnist").test, "num_classes": 10,
        # formulas
        "input_shape": (28, 28, 1), "kernel_size": 3, "filters": 4, "input_channels": 3, "units": 5,
        "channels": 3, "input_values": 7, "output_size": 5, "sizes": (28, 28),
        "padding": ((1, 1), (1, 1)), "receptive_field": 14, "subject": "simple_cnn",
        "layer_info.layer": "Flatten", "describe.layer": "Flatten",
        "summarize.model": "simple_cnn", "smallest_input.model": "simple_cnn",
        "conv_output_size.size": 28, "pool_output_size.size": 28,
        "conv_transpose_output_size.size": 28, "padding_for.size": 28,
        "model_card.name": "simple_cnn",
        "build_model.name": "small_dense", "correct": 9, "total": 10, "values": [0.9, 0.8],
        "load_recipe.model": "simple_cnn", "learning_rate": 0.01,
    }  # fmt: skip
    if keras:
        model = digitzoo.small_dense(num_classes=2, weights="mnist", transfer=True)
        convolutional = digitzoo.simple_cnn(num_classes=2)
        evaluation = digitzoo.evaluate(model, split)
        run = digitzoo.train(model, split, epochs=1, verbose=0, run_dir=folder / "kept")
        recipe = digitzoo.load_recipe("small_dense")
        varied = digitzoo.load_data("mnist").test.images[:8]
        known |= {
            "model": model, "models": model, "evaluation": evaluation, "evaluation_a": evaluation,
            "evaluation_b": evaluation, "result": model,
            "runs": run, "run": run, "dataset": split, "source": split, "layer": 0, "layers": 0,
            "epochs": 1, "verbose": 0, "recipe": recipe,
            "run_dir": folder / "run", "TrainingRun.load.folder": folder / "kept",
            "find_learning_rate.steps": 20, "embed.layer": None,
            "Recipe.model": "small_dense", "Recipe.name": "mine", "Recipe.dataset": "mnist",
            "Recipe.summary": "Mine.", "Recipe.from_dict.settings": recipe.to_dict(),
            "Recipe.read.path": next(Path(digitzoo.__file__).parent.glob("recipes/files/*/*.toml")),
            "plot_model.model": convolutional,
            "export_model.path": folder / "it.tflite", "export_model.images": split,
            "images": pixels[:2], "kernel": np.ones((3, 3)), "plot_embedding.images": varied,
            "embed.images": varied, "plot_misclassified.images": split,
        }  # fmt: skip
        for name in ("grad_cam", "feature_maps", "plot_feature_maps", "plot_attribution",
                     "plot_receptive_field", "animate_convolution", "plot_layers", "embed",
                     "plot_embedding", "layers_to_svg"):  # fmt: skip
            known[f"{name}.model"] = convolutional
        known["plot_kernels.models"] = convolutional
        known["committee.models"] = [model, model]
        for name in ("train", "find_learning_rate"):  # some arguments ruin what is trained
            known[f"{name}.model"] = digitzoo.small_dense(num_classes=2)
    return known


def collect(rooms: tuple[str, ...], known: dict[str, Any]) -> Iterator[Case]:
    """Give a case for every public function and class of some rooms, and for their methods.

    Raises:
        LookupError: There is no value that works for an argument that has to be given.
    """
    done: set[int] = set()
    for room in rooms:
        module = importlib.import_module(f"digitzoo.{room}")
        for name in module.__all__:
            public = getattr(module, name)
            is_error = inspect.isclass(public) and issubclass(public, Exception)
            if not callable(public) or id(public) in done or is_error or name in SKIPPED:
                continue
            done.add(id(public))
            if getattr(public, "__module__", "").startswith("digitzoo") and name not in RESULTS:
                yield _case(name, public, known)
            if inspect.isclass(public):
                for method, function in vars(public).items():
                    full = f"{name}.{method}"
                    is_public = not method.startswith("_") and full not in SKIPPED
                    if is_public and isinstance(function, classmethod):
                        yield _case(full, getattr(public, method), known)


# Hours of training; files of the package that `Traversable` objects name.
SKIPPED = {"train_recipe", "reproduce", "MeasuredResult.read", "ModelCard.read"}


def _case(name: str, function: Callable[..., object], known: dict[str, Any]) -> Case:
    parameters = inspect.signature(function).parameters
    arguments = {}
    for parameter in parameters.values():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        short = name.rsplit(".", maxsplit=1)[-1]
        for key in (f"{name}.{parameter.name}", f"{short}.{parameter.name}"):
            if key in known:
                arguments[parameter.name] = known[key]
                break
        else:
            if parameter.name in QUIET:
                arguments[parameter.name] = known.get(parameter.name, QUIET[parameter.name])
            elif parameter.default is parameter.empty:
                if parameter.name not in known:
                    raise LookupError(
                        f"{name}: no example for {parameter.name}; add it to examples()."
                    )
                arguments[parameter.name] = known[parameter.name]
    target = function.__init__ if inspect.isclass(function) else function  # type: ignore[misc]
    try:
        hints = typing.get_type_hints(target)
    except (NameError, TypeError):  # names that only type checkers import
        hints = {}
    return Case(name, function, arguments, hints)


QUIET: dict[str, object] = {"epochs": 1, "verbose": 0}


def call(case: Case, arguments: dict[str, object]) -> object:
    """Call a function by its parameters' names, positional-only ones by place."""
    parameters = inspect.signature(case.function).parameters
    places = [p.name for p in parameters.values() if p.kind is p.POSITIONAL_ONLY]
    named = {name: value for name, value in arguments.items() if name not in places}
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        return case.function(*(arguments[name] for name in places), **named)


def try_case(case: Case, folder: Path, *, every: int = 1) -> Iterator[Finding | None]:
    """Replace each argument by every value, or some; None for what went as it should."""
    parameters = inspect.signature(case.function).parameters
    for place, (name, parameter) in enumerate(parameters.items()):
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        start = (place + len(case.name)) % every
        for value in wrong_values(folder)[start::every]:  # anew: a generator is used up
            yield _try(case, name, value)


def _try(case: Case, name: str, value: object) -> Finding | None:
    text = f"{case.name}({name}={_short(value)})"
    fits = _fits(value, case.hints.get(name, object))
    signal.alarm(LONGEST_CALL)
    try:
        call(case, {**case.arguments, name: value})
    except digitzoo.DigitzooError as error:
        message = str(error)
        return Finding("long", text, message[:100]) if len(message) > LONGEST_MESSAGE else None
    except TimeoutError:
        return Finding("hang", text, "")
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return Finding("traceback", text, f"{type(error).__name__}: {error}"[:160])
    finally:
        signal.alarm(0)
        _close_figures()
    return None if fits else Finding("silent", text, "")


def _close_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


_CONF = BeartypeConf(is_pep484_tower=True)


def _fits(value: object, hint: object) -> bool:
    """Whether a value is of an annotated type; NumPy's numbers count as Python's, bools do not."""
    if hint is object or hint is Any:
        return True
    if isinstance(value, np.integer):
        value = int(value)
    if isinstance(value, np.floating):
        value = float(value)
    if isinstance(value, np.bool):
        value = bool(value)
    if isinstance(value, bool):
        return (is_bearable(value, hint, conf=_CONF) and "bool" in str(hint)) or "Any" in str(hint)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        forms = [value]
        if isinstance(value, list | range) or (isinstance(value, np.ndarray) and value.ndim):
            forms.append(tuple(value))  # a list is as good as a tuple
        if isinstance(value, tuple):
            forms.append(list(value))  # and a tuple as a list, where arrays are made of either
        try:
            return any(is_bearable(form, hint, conf=_CONF) for form in forms)
        except TypeError:  # beartype asks an array without axes for its length
            return False


def _short(value: object) -> str:
    return shown(value)[:60]


def stop(*_: object) -> None:
    """End a call that gives no answer."""
    raise TimeoutError


def main() -> None:
    """Try every function, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--function", help="only functions whose name begins so")
    parser.add_argument("--rooms", nargs="*", default=ROOMS)
    parser.add_argument("--show", action="store_true", help="print each finding")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, stop)
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        folder = Path(name)
        keras = any(room not in LIGHT_ROOMS for room in options.rooms)
        known = examples(folder, keras=keras)
        print(f"{'function':34}{'calls':>7}{'traceback':>11}{'silent':>8}{'long':>6}{'hang':>6}")
        for case in collect(tuple(options.rooms), known):
            if options.function and not case.name.startswith(options.function):
                continue
            counts: Counter[str] = Counter()
            try:
                call(case, case.arguments)
            except Exception as error:  # noqa: BLE001 - the example itself is wrong
                print(f"{case.name}: its example fails: {type(error).__name__}: {error}"[:200])
            for finding in try_case(case, folder):
                counts["calls"] += 1
                if finding is not None:
                    counts[finding.kind] += 1
                    if options.show:
                        print(f"  {finding.kind}: {finding.call} {finding.detail}")
            total += counts
            if not options.function and not sum(counts.values()) - counts["calls"]:
                continue
            print(_row(case.name, counts), flush=True)
        print(_row("all", total))


def _row(name: str, counts: Counter[str]) -> str:
    return (
        f"{name:34}{counts['calls']:>7,}{counts['traceback']:>11}{counts['silent']:>8}"
        f"{counts['long']:>6}{counts['hang']:>6}"
    )


if __name__ == "__main__":
    main()
