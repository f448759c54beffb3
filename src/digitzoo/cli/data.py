"""`digitzoo data`: the bundled data sets."""

import hashlib
from typing import Any

import typer

from digitzoo.cli.options import JsonOption
from digitzoo.cli.output import print_json, print_table
from digitzoo.tables import Table


def info(*, as_json: JsonOption = False) -> None:
    """Show what is in the bundled data sets, counted from their files."""
    from digitzoo.data import list_datasets

    facts = [_describe(name) for name in list_datasets()]
    if as_json:
        print_json(facts)
        return
    for fact in facts:
        height, width = fact["image_shape"]
        typer.echo(
            f"{fact['name']}: {height} x {width} uint8 pixels, {fact['licence']} licence\n"
            f"  {fact['source']}\n"
            f"  {fact['path']} ({fact['bytes']:,} bytes)\n"
            f"  train pixels / 255: mean {fact['pixel_mean']:.4f}, "
            f"standard deviation {fact['pixel_std']:.4f}"
        )
        rows = tuple(
            (str(row["label"]), row["name"], f"{row['train']:,}", f"{row['test']:,}")
            for row in fact["classes"]
        )
        total = ("", "total", f"{fact['train']:,}", f"{fact['test']:,}")
        columns = ("class", "name", "train", "test")
        print_table(Table(columns, rows, total, numbers=("class", "train", "test")))


def _describe(name: str) -> dict[str, Any]:
    import numpy as np

    from digitzoo.data import dataset_path, load_arrays
    from digitzoo.data.bundled import bundled_dataset

    known, path = bundled_dataset(name), dataset_path(name)
    (x_train, y_train), (x_test, y_test) = load_arrays(name)
    # NumPy's own std makes floats of all pixels first, 0.4 GB of them.
    parts = np.array_split(x_train, 60)
    of_each = sum(np.bincount(part.ravel(), minlength=256) for part in parts) / x_train.size
    mean = float(of_each @ np.arange(256) / 255)
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return {
        "name": name,
        "source": known.source,
        "licence": known.licence,
        "path": str(path),
        "bytes": path.stat().st_size,
        "image_shape": list(x_train.shape[1:]),
        "train": len(x_train),
        "test": len(x_test),
        "pixel_mean": mean,
        "pixel_std": float(np.sqrt(of_each @ (np.arange(256) / 255 - mean) ** 2)),
        "classes": [
            {
                "label": label,
                "name": class_name,
                "train": int(np.sum(y_train == label)),
                "test": int(np.sum(y_test == label)),
            }
            for label, class_name in enumerate(known.class_names)
        ],
        "sha256": {
            key: hashlib.sha256(array.tobytes()).hexdigest() for key, array in arrays.items()
        },
    }
