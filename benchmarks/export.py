"""Every network in every format: what each file answers on the test images, its size and its time.

    python benchmarks/export.py [--models NAME ...] [--datasets NAME ...] [--micro-images 1000]

Each file is proved by `export_model` on all test images of its data set, the C array on the first
thousand: TFLite Micro takes milliseconds for one. Times are CPU time of one thread, an image at a
time, beside `predict` and `model.predict` on the same image.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", OMP_NUM_THREADS="1")

from digitzoo import build_model, export_model, list_models, load_data, predict
from digitzoo.export import ExportedModel
from digitzoo.tables import Table

CALLS = 50
LOST = 0.001
LITERT = 4  # kinds, which come first


class Kind(NamedTuple):
    """A column of the tables."""

    title: str
    file: str
    quantize: str | None


KINDS = (
    Kind("LiteRT", "it.tflite", None),
    Kind("float16", "it.tflite", "float16"),
    Kind("dynamic", "it.tflite", "dynamic"),
    Kind("int8", "it.tflite", "int8"),
    Kind("ONNX", "it.onnx", None),
    Kind("float16 ", "it.onnx", "float16"),
    Kind("dynamic ", "it.onnx", "dynamic"),
    Kind("int8 ", "it.onnx", "int8"),
    Kind("C", "it.h", None),
    Kind("TF", "saved", None),
)


def main() -> None:
    """Export and prove all, and print what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--models", nargs="*", default=list_models(sort_by="parameters"))
    parser.add_argument("--datasets", nargs="*", default=["mnist", "fashion_mnist"])
    parser.add_argument("--micro-images", type=int, default=1000)
    options = parser.parse_args()
    for dataset in options.datasets:
        test = load_data(dataset).test
        rows = {}
        for name in options.models:
            rows[name] = [
                export(
                    name, dataset, kind, test[: options.micro_images] if kind.title == "C" else test
                )
                for kind in KINDS
            ]
        show(f"{dataset}: labels that differ from the model's, of {len(test):,}", rows, labels)
        show(f"{dataset}: points of accuracy, after less before", rows, points)
        everything = [one for row in rows.values() for one in row]
        exact = [one for one in everything if one.quantize in (None, "float16")]
        print(
            f"Largest difference of a probability with floats: "
            f"{max(one.largest_difference for one in exact):.1e}\n"
            f"Files that lost more than {100 * LOST:g} points: "
            f"{sum(one.accuracy_before - one.accuracy > LOST for one in everything)} of "
            f"{len(everything)}\n"
        )
        if dataset == options.datasets[0]:
            show("Kilobytes", rows, lambda one: f"{one.size / 1000:,.0f}")
            before = {name: alone(name, dataset, test.images[:1]) for name in rows}
            show_times(rows, before)


def export(name: str, dataset: str, kind: Kind, images: object) -> ExportedModel:
    """Write a network in one format, and prove it."""
    model = build_model(name, weights=dataset)
    with tempfile.TemporaryDirectory() as folder:
        return export_model(model, Path(folder, kind.file), quantize=kind.quantize, images=images)


def labels(one: ExportedModel) -> str:
    """Say how many labels differ."""
    return f"{one.labels_differ}"


def points(one: ExportedModel) -> str:
    """Say how the accuracy changed."""
    return f"{100 * (one.accuracy - one.accuracy_before):+.2f}"


def alone(name: str, dataset: str, image: object) -> list[str]:
    """Time `predict` and `model.predict` for one image, in microseconds."""
    model = build_model(name, weights=dataset)
    pixels = image / 255
    times = []
    for call in (lambda: predict(model, image), lambda: model.predict(pixels, verbose=0)):
        call()
        began = time.process_time()
        for _ in range(CALLS):
            call()
        times.append(f"{(time.process_time() - began) / CALLS * 1e6:,.0f}")
    return times


def show(title: str, rows: dict[str, list[ExportedModel]], cell: object) -> None:
    """Print a table of one number for each file."""
    columns = ("model", *(kind.title for kind in KINDS))
    cells = [(name, *map(cell, found)) for name, found in rows.items()]
    print(Table(columns, tuple(cells), title=title, numbers=columns[1:]))


def show_times(rows: dict[str, list[ExportedModel]], before: dict[str, list[str]]) -> None:
    """Print the times in two tables, of which each fits a page."""
    for of_litert in (True, False):
        kinds = [place for place, kind in enumerate(KINDS) if (place < LITERT) == of_litert]
        columns = ("model", "predict", ".predict", *(KINDS[place].title for place in kinds))
        cells = [
            (name, *before[name], *(f"{found[place].microseconds:,.0f}" for place in kinds))
            for name, found in rows.items()
        ]
        title = "Microseconds an image"
        print(Table(columns, tuple(cells), title=title, numbers=columns[1:]))


if __name__ == "__main__":
    main()
