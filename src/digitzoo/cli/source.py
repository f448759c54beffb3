"""The images that `train`, `evaluate`, `plot` and `report` read: all that Python reads."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitzoo.cli.options import DatasetOption, Sizes, choice_option, path_option, sizes_option
from digitzoo.cli.run_command import CsvColumns, csv_columns, present, read_csv_columns
from digitzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from digitzoo.cli.network import Network
    from digitzoo.data import Dataset, Split

_KINDS = ("csv", "images", "npz", "idx", "dataset")
_GOES_WITH = {
    "label": "csv",
    "ignore": "csv",
    "image_shape": "csv",
    "image_size": "images",
    "color_mode": "images",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the images come from: the options of a command, one of the first five at most."""

    dataset: DatasetOption = None
    csv: Annotated[Path | None, path_option("A CSV file, one row an image.")] = None
    images: Annotated[
        Path | None, path_option("A folder with a folder of pictures for each class.", "FOLDER")
    ] = None
    npz: Annotated[Path | None, path_option("An .npz file, as Keras or MedMNIST write it.")] = None
    idx: Annotated[tuple[Path, Path] | None, path_option("Two IDX files.", "IMAGES LABELS")] = None
    label: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The CSV file's label; by default the column label."),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A CSV column that is no pixel; may be repeated."),
    ] = None
    image_shape: Annotated[
        Sizes | None,
        sizes_option("Of a CSV file's images, such as 28x28; by default a square.", 2, 3),
    ] = None
    image_size: Annotated[
        Sizes | None,
        sizes_option("Resize a folder's pictures to height x width, such as 28x28.", 2),
    ] = None
    color_mode: Annotated[
        str | None,
        choice_option(
            "Of a folder's pictures: grayscale, the default, or rgb.", "mode", ("grayscale", "rgb")
        ),
    ] = None

    def __post_init__(self) -> None:
        given = [f"--{name}" for name in _KINDS if getattr(self, name) is not None]
        if len(given) > 1:
            raise InvalidArgumentError(f"{given[0]} and {given[1]} are two data sets. Give one.")
        for name, kind in _GOES_WITH.items():
            if getattr(self, name) is not None and getattr(self, kind) is None:
                what = "names a column of a CSV file" if name in {"label", "ignore"} else "is of it"
                flag = name.replace("_", "-")
                raise InvalidArgumentError(f"--{flag} {what}: it goes with --{kind}.")

    @property
    def options(self) -> list[str]:
        """What was typed for it, for the next command."""
        words: list[str] = []
        for one in fields(self):
            value = getattr(self, one.name)
            if value is not None:
                flag = f"--{one.name.replace('_', '-')}"
                if one.name.startswith("image_"):
                    value = "x".join(map(str, value))
                if one.name == "ignore":
                    words += [word for name in value for word in (flag, name)]
                else:
                    words += [flag, *map(str, value if isinstance(value, tuple) else (value,))]
        return words

    @property
    def record(self) -> dict[str, Any]:
        """What a run keeps of it, the same wherever the command is typed again."""

        def plain(value: Any) -> Any:  # noqa: ANN401 - what an option holds
            if isinstance(value, tuple | list):
                return [plain(one) for one in value]
            return str(value.resolve()) if isinstance(value, Path) else value

        kept = {one.name: plain(getattr(self, one.name)) for one in fields(self)}
        return {name: value for name, value in kept.items() if value is not None}

    def columns(self, known: CsvColumns | None = None) -> CsvColumns | None:
        """Name the columns of a CSV file, those of a run's own file where none were given."""
        if self.csv is None:
            return None
        if known is None or self.label or self.ignore:
            return csv_columns(self.csv, self.label or "label", tuple(self.ignore or ()))
        return known

    def read(self, default: str, *, validation: float, seed: int) -> "Dataset":
        """Read what is trained on; the bundled data set `default` where nothing was named."""
        from digitzoo.data import Dataset, load_data, read_npz

        if self.npz is not None:
            return read_npz(self.npz, validation=validation, seed=seed)
        path = self.csv or self.images or (self.idx[0] if self.idx else None)
        if path is None:
            return load_data(self.dataset or default, validation=validation, seed=seed)
        name = path.name if path.is_dir() else path.name.split(".")[0]
        split = self._read_file(self.columns(), ())
        return Dataset.from_split(split, validation=validation, seed=seed, name=name)

    def read_test(self, network: "Network") -> "tuple[Split, str]":
        """Read what a network is measured on: what was named, or the test images of its own data.

        Returns:
            The images, and what reports call them.

        Raises:
            InvalidArgumentError: If nothing was named, and it has no test images here.
        """
        from digitzoo.data import list_datasets, load_data, read_npz

        if self.npz is not None:
            data = read_npz(self.npz, validation=0)
            return data.test or data.train, self.npz.name
        path = self.csv or self.images or (self.idx[0] if self.idx else None)
        if path is not None:
            known = read_csv_columns(network.path) if network.kind == "run" else None
            return self._read_file(self.columns(known), self._names(network)), path.name
        name = self.dataset or network.trained_on
        if name is None:
            raise InvalidArgumentError(
                f"{network.typed} does not say what it was trained on. "
                f"Name images with labels: --dataset mnist, {_FILES}."
            )
        if self.dataset is None and (network.has_own_data or name not in list_datasets()):
            raise InvalidArgumentError(
                f"The run was trained on {name!r}, which has no test images here. "
                f"Give a file with labels: {_FILES}."
            )
        test = load_data(name, validation=0).test
        assert test is not None  # noqa: S101 - both bundled data sets have one
        return test, f"{name} test"

    def _names(self, network: "Network") -> tuple[str, ...]:
        """Give the model's own classes, where the folders of pictures are of them."""
        if self.images is None or not self.images.is_dir() or network.kind == "file":
            return ()
        names = network.classifier.class_names
        there = {entry.name for entry in self.images.iterdir() if entry.is_dir()}
        return names if there & set(names) else ()

    def _read_file(self, columns: CsvColumns | None, names: tuple[str, ...]) -> "Split":
        from digitzoo.data import read_csv, read_idx, read_image_folder

        if self.images is not None:
            mode: Any = self.color_mode or "grayscale"
            size: Any = self.image_size
            return read_image_folder(
                self.images,
                image_size=size,
                color_mode=mode,
                class_names=names or None,
            )
        if self.idx is not None:
            return read_idx(*self.idx)
        shape: Any = self.image_shape
        assert self.csv is not None and columns is not None  # noqa: S101, PT018 - what is left
        return read_csv(
            self.csv,
            label=columns.label,
            ignore=present(columns.ignore, self.csv),
            pixels=columns.pixels,
            image_shape=shape,
        )


_FILES = "--csv FILE, --images FOLDER, --npz FILE or --idx IMAGES LABELS"


def reads_images(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a `Source` in place of its argument `source`."""
    own = inspect.signature(command, eval_str=True)
    ours = inspect.signature(Source, eval_str=True).parameters
    others = [one for one in own.parameters.values() if one.name != "source"]
    order = sorted([*others, *ours.values()], key=lambda one: one.kind)

    @wraps(command)
    def called(**arguments: Any) -> None:  # noqa: ANN401 - what the options hold
        source = Source(**{name: arguments.pop(name) for name in ours})
        command(**arguments, source=source)

    called.__signature__ = own.replace(parameters=order)  # type: ignore[attr-defined] # typer reads it
    return called
