"""The images that `train`, `evaluate`, `plot` and others read: all that Python reads."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitzoo.cli.options import DatasetOption, Sizes, choice, number, parser, path, read_sizes
from digitzoo.cli.run_command import for_sister, name_columns, read_command
from digitzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from digitzoo.cli.network import Network
    from digitzoo.data import Dataset, ParquetSplit, Split

FILES = "--csv FILE, --parquet FILE, --images FOLDER, --npz FILE or --idx IMAGES LABELS"
_COLOR_MODES = ("grayscale", "rgb")
_OWN_KINDS = ("csv", "parquet", "images", "npz", "idx")
_KINDS = (*_OWN_KINDS, "dataset")
_GOES_WITH = {
    **dict.fromkeys(("ignore", "separator", "header"), ("csv",)),
    "label_column": ("csv", "parquet"),
    "image_column": ("parquet",),
    "transposed": ("csv", "idx"),
    "labels": ("npz",),
    "image_size": ("csv", "parquet", "images"),
    "color_mode": ("parquet", "images"),
    "largest_pixel": ("csv", "images", "npz", "idx"),
}


@dataclass(frozen=True, eq=False)
class ParquetParts:
    """What a `Dataset` is, of images that stay in their files."""

    train: "ParquetSplit"
    validation: "ParquetSplit | None"
    name: str
    test: None = None

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.train.class_names


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the images come from: the options of a command, one of the first six at most."""

    dataset: DatasetOption = None
    csv: Annotated[Path | None, path("A CSV file, one row an image.")] = None
    parquet: Annotated[
        Path | None,
        path(
            "A Parquet file of images and labels, as the Hugging Face hub has them, a folder of "
            "such, or a pattern; to train on, it may be larger than memory."
        ),
    ] = None
    images: Annotated[
        Path | None, path("A folder with a folder of pictures for each class.", "FOLDER")
    ] = None
    npz: Annotated[Path | None, path("An .npz file, as Keras or MedMNIST write it.")] = None
    idx: Annotated[tuple[Path, Path] | None, path("Two IDX files.", "IMAGES LABELS")] = None
    label_column: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="The label of a CSV or Parquet file, by name, or of a CSV file by position; by "
            "default label.",
        ),
    ] = None
    image_column: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="A Parquet file's images; by default image."),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A CSV column that is no pixel; may be repeated."),
    ] = None
    separator: Annotated[
        str | None,
        typer.Option(metavar="SIGN", help="Between a CSV file's cells; by default found out."),
    ] = None
    header: Annotated[
        bool, typer.Option("--header", help="A CSV file's first line names the columns.")
    ] = False
    transposed: Annotated[
        bool, typer.Option("--transposed", help="Swap height and width, as EMNIST's files need.")
    ] = False
    labels: Annotated[
        Path | None, path("The labels of an .npz file, where they lie in another.")
    ] = None
    image_size: Annotated[
        Sizes | None,
        typer.Option(
            metavar="SIZES",
            parser=parser(read_sizes),
            help="Of a CSV file's images, or to resize pictures to: such as 28x28.",
        ),
    ] = None
    color_mode: Annotated[
        str | None,
        choice("Of pictures: grayscale, the default, or rgb.", "mode", _COLOR_MODES),
    ] = None
    largest_pixel: Annotated[
        int | None, number("What white is in the files; by default 255.", at_least=1)
    ] = None

    def __post_init__(self) -> None:
        sets = [f"--{name}" for name in _KINDS if name in self.given]
        if len(sets) > 1:
            raise InvalidArgumentError(f"{sets[0]} and {sets[1]} are two data sets. Give one.")
        for name, kinds in _GOES_WITH.items():
            if name in self.given and not self.given.keys() & set(kinds):
                raise InvalidArgumentError(
                    f"--{name.replace('_', '-')} is of files: it goes with "
                    f"{' or '.join(f'--{kind}' for kind in kinds)}."
                )

    @cached_property
    def given(self) -> dict[str, Any]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, False)}

    @property
    def _options(self) -> dict[str, Any]:
        """What its reader is told, by the names that this has for it."""
        return {name: value for name, value in self.given.items() if name not in _KINDS}

    @property
    def is_own(self) -> bool:
        """Whether the images are the user's, and not bundled ones."""
        return any(kind in self.given for kind in _OWN_KINDS)

    @property
    def record(self) -> dict[str, Any]:
        """What a run keeps of it, the same wherever the command is typed again."""
        text = json.dumps(self.given, default=lambda path: str(path.resolve()))
        kept: dict[str, Any] = json.loads(text)
        return kept

    def csv_reading(self, network: "Network | None" = None) -> dict[str, Any] | None:
        """Say how the CSV file is read: as a run's own was, where nothing else is said."""
        if self.csv is None:
            return None
        known = read_command(network.path)["csv"] if network and network.kind == "run" else None
        if known and not self._options:
            return for_sister(known, self.csv)
        return name_columns(self.csv, self._options)

    def read(self, default: str, *, validation: float, seed: int) -> "Dataset | ParquetParts":
        """Read what is trained on; the bundled data set `default` where nothing was named."""
        from digitzoo.data import Dataset, load_data, read_npz, read_parquet

        if self.parquet is not None:
            split = read_parquet(self.parquet, **self._options)
            train, held_out = split.divide(validation, seed=seed) if validation else (split, None)
            return ParquetParts(train, held_out, self.parquet.name.split(".")[0])
        options: dict[str, Any] = {"validation": validation, "seed": seed}
        if self.npz is not None:
            return read_npz(self.npz, self.labels, largest_pixel=self.largest_pixel, **options)
        path = self._path
        if path is None:
            return load_data(self.dataset or default, **options)
        name = path.name if path.is_dir() else path.name.split(".")[0]
        return Dataset.from_split(self._read_files(None), name=name, **options)

    def read_test(self, network: "Network") -> "tuple[Split, str]":
        """Read what a network is measured on, by default its own test images; name it."""
        if self.npz is not None:
            from digitzoo.data import read_npz

            data = read_npz(self.npz, self.labels, largest_pixel=self.largest_pixel, validation=0)
            return data.test or data.train, self.npz.name
        if self._path is not None:
            return self._read_files(network), self._path.name
        name = self.dataset or network.bundled
        if name is None:
            why = "does not say what it was trained on"
            if network.trained_on is not None:
                why = f"was trained on {network.trained_on!r}, which has no test images here"
            raise InvalidArgumentError(
                f"{network.typed} {why}. Name images with labels: --dataset mnist, {FILES}."
            )
        from digitzoo.data import load_data

        test = load_data(name, validation=0).test
        assert test is not None  # noqa: S101 - both bundled data sets have one
        return test, f"{name} test"

    @property
    def _path(self) -> Path | None:
        return self.csv or self.parquet or self.images or (self.idx[0] if self.idx else None)

    def _read_files(self, network: "Network | None") -> "Split":
        """Read a file or folder, with the classes of the network that is measured."""
        from digitzoo.data import read_csv, read_idx, read_image_folder, read_parquet

        names = None
        if network is not None and network.kind != "file":  # a file does not tell its classes
            names = network.classifier().class_names
        reading = self.csv_reading(network)
        if self.csv is not None and reading is not None:
            return read_csv(self.csv, class_names=names, **reading)
        if self.parquet is not None:
            return read_parquet(self.parquet, class_names=names, **self._options).load()
        if self.idx is not None:
            return read_idx(*self.idx, **self._options)
        assert self.images is not None  # noqa: S101 - what is left
        if names is not None and self.images.is_dir():
            folders = {entry.name for entry in self.images.iterdir() if entry.is_dir()}
            names = names if folders & set(names) else None
        return read_image_folder(self.images, class_names=names, **self._options)


def reads_images(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a `Source` in place of its argument `source`."""
    own = inspect.signature(command, eval_str=True)
    ours = inspect.signature(Source, eval_str=True).parameters
    others = [one for one in own.parameters.values() if one.name != "source"]
    order = sorted([*others, *ours.values()], key=lambda one: one.kind)

    @wraps(command)
    def called(**arguments: Any) -> None:
        source = Source(**{name: arguments.pop(name) for name in ours})
        command(**arguments, source=source)

    called.__signature__ = own.replace(parameters=order)  # type: ignore[attr-defined] # typer reads it
    return called
