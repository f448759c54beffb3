"""`digitzoo data`: the bundled data sets."""

import hashlib
from typing import Any

import typer

from digitzoo.cli.options import JsonOption
from digitzoo.cli.output import print_json, print_line, print_table
from digitzoo.cli.program import Command, show_help_alone
from digitzoo.tables import Table

app = typer.Typer(help="The bundled data sets.", invoke_without_command=True)


@app.callback()
def _group(context: typer.Context) -> None:
    """The bundled data sets."""
    show_help_alone(context)


@app.command("info", cls=Command)
def info(*, as_json: JsonOption = False) -> None:
    """Show what is in the bundled data sets, counted from their files."""
    from digitzoo.data import list_datasets

    facts = [_describe(name) for name in list_datasets()]
    if as_json:
        print_json(facts)
        return
    for fact in facts:
        height, width = fact["image_shape"]
        print_line(f"{fact['name']}: {height} x {width} uint8 pixels, {fact['licence']} licence")
        print_line(f"  {fact['source']}")
        print_line(f"  {fact['path']} ({fact['bytes']:,} bytes)")
        print_line(
            f"  train pixels / 255: mean {fact['pixel_mean']:.4f}, "
            f"standard deviation {fact['pixel_std']:.4f}"
        )
        rows = [
            (str(row["label"]), row["name"], f"{row['train']:,}", f"{row['test']:,}")
            for row in fact["classes"]
        ]
        total = ("", "total", f"{fact['train']:,}", f"{fact['test']:,}")
        numbers = ("class", "train", "test")
        columns = ("class", "name", "train", "test")
        print_table(Table(columns, tuple(rows), total, numbers=numbers))


def _describe(name: str) -> dict[str, Any]:
    import numpy as np

    from digitzoo.data import dataset_path, load_arrays
    from digitzoo.data.bundled import bundled_dataset

    known = bundled_dataset(name)
    (x_train, y_train), (x_test, y_test) = load_arrays(name)
    in_train = np.bincount(y_train, minlength=len(known.class_names))
    in_test = np.bincount(y_test, minlength=len(known.class_names))
    # NumPy's own std makes floats of all pixels first, 0.4 GB of them.
    parts = np.array_split(x_train, 60)
    of_each = sum(np.bincount(part.ravel(), minlength=256) for part in parts) / x_train.size
    mean = float(of_each @ np.arange(256) / 255)
    std = float(np.sqrt(of_each @ (np.arange(256) / 255 - mean) ** 2))
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return {
        "name": name,
        "source": known.source,
        "licence": known.licence,
        "path": str(dataset_path(name)),
        "bytes": dataset_path(name).stat().st_size,
        "image_shape": list(x_train.shape[1:]),
        "train": len(x_train),
        "test": len(x_test),
        "pixel_mean": mean,
        "pixel_std": std,
        "classes": [
            {"label": label, "name": class_name, "train": int(train), "test": int(test)}
            for label, (class_name, train, test) in enumerate(
                zip(known.class_names, in_train, in_test, strict=True)
            )
        ],
        "sha256": {
            key: hashlib.sha256(array.tobytes()).hexdigest() for key, array in arrays.items()
        },
    }
