"""The images that `train`, `evaluate`, `plot` and `report` read: all that Python reads."""

import inspect
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitzoo.cli.options import (
    DatasetOption,
    Sizes,
    choice,
    number,
    path,
    sizes,
    text,
)
from digitzoo.cli.run_command import CsvReading, read_csv_reading
from digitzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from digitzoo.cli.network import Network
    from digitzoo.data import Dataset, Split

_KINDS = ("csv", "images", "npz", "idx", "dataset")
_GOES_WITH = {
    "label_column": ("csv",),
    "ignore": ("csv",),
    "separator": ("csv",),
    "header": ("csv",),
    "transposed": ("csv", "idx"),
    "labels": ("npz",),
    "image_size": ("csv", "images"),
    "color_mode": ("images",),
    "largest_pixel": ("csv", "images", "npz", "idx"),
}
_FILES = "--csv FILE, --images FOLDER, --npz FILE or --idx IMAGES LABELS"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the images come from: the options of a command, one of the first five at most."""

    dataset: DatasetOption = None
    csv: Annotated[Path | None, path("A CSV file, one row an image.")] = None
    images: Annotated[
        Path | None, path("A folder with a folder of pictures for each class.", "FOLDER")
    ] = None
    npz: Annotated[Path | None, path("An .npz file, as Keras or MedMNIST write it.")] = None
    idx: Annotated[tuple[Path, Path] | None, path("Two IDX files.", "IMAGES LABELS")] = None
    label_column: Annotated[
        str | None,
        text("The CSV file's label, by name or position; by default label.", "COLUMN"),
    ] = None
    ignore: Annotated[
        list[str] | None,
        text("A CSV column that is no pixel; may be repeated.", "COLUMN"),
    ] = None
    separator: Annotated[
        str | None, text("Between a CSV file's cells; by default found out.", "SIGN")
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
        sizes("Of a CSV file's images, or to resize a folder's to: such as 28x28.", 2),
    ] = None
    color_mode: Annotated[
        str | None,
        choice(
            "Of a folder's pictures: grayscale, the default, or rgb.", "mode", ("grayscale", "rgb")
        ),
    ] = None
    largest_pixel: Annotated[
        int | None, number("What white is in the files; by default 255.", at_least=1)
    ] = None

    def __post_init__(self) -> None:
        given = [f"--{name}" for name in _KINDS if getattr(self, name) is not None]
        if len(given) > 1:
            raise InvalidArgumentError(f"{given[0]} and {given[1]} are two data sets. Give one.")
        for name, kinds in _GOES_WITH.items():
            if getattr(self, name) and all(getattr(self, kind) is None for kind in kinds):
                with_which = " or ".join(f"--{kind}" for kind in kinds)
                flag = name.replace("_", "-")
                raise InvalidArgumentError(f"--{flag} is of files: it goes with {with_which}.")

    @property
    def _given(self) -> dict[str, Any]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, False)}

    @property
    def options(self) -> list[str]:
        """What was typed for it, for the next command."""
        words: list[str] = []
        for name, value in self._given.items():
            flag = f"--{name.replace('_', '-')}"
            if isinstance(value, Sizes):
                words += [flag, "x".join(map(str, value))]
            elif isinstance(value, list):
                words += [word for one in value for word in (flag, str(one))]
            elif value is True:
                words.append(flag)
            else:
                words += [flag, *map(str, value if isinstance(value, tuple) else (value,))]
        return words

    @property
    def record(self) -> dict[str, Any]:
        """What a run keeps of it, the same wherever the command is typed again."""

        def plain(value: Any) -> Any:
            if isinstance(value, tuple | list):
                return [plain(one) for one in value]
            return str(value.resolve()) if isinstance(value, Path) else value

        return {name: plain(value) for name, value in self._given.items()}

    def reading(self, network: "Network | None" = None) -> CsvReading | None:
        """Say how the CSV file is read: as a run's own was, where nothing else is said."""
        if self.csv is None:
            return None
        said: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self._given.items()
            if "csv" in _GOES_WITH.get(name, ())
        }
        known = read_csv_reading(network.path) if network and network.kind == "run" else None
        if known is not None and not said:
            return known.for_sister(self.csv)
        return CsvReading(**said).of(self.csv)

    def read(self, default: str, *, validation: float, seed: int) -> "Dataset":
        """Read what is trained on; the bundled data set `default` where nothing was named."""
        from digitzoo.data import Dataset, load_data

        if self.npz is not None:
            return self._read_npz(validation=validation, seed=seed)
        if self._path is None:
            return load_data(self.dataset or default, validation=validation, seed=seed)
        path = self._path
        name = path.name if path.is_dir() else path.name.split(".")[0]
        split = self._read_files(None)
        return Dataset.from_split(split, validation=validation, seed=seed, name=name)

    def read_test(self, network: "Network") -> "tuple[Split, str]":
        """Read what a network is measured on: what was named, or the test images of its own data.

        Returns:
            The images, and what reports call them.

        Raises:
            InvalidArgumentError: If nothing was named, and it has no test images here.
        """
        from digitzoo.data import list_datasets, load_data

        if self.npz is not None:
            data = self._read_npz(validation=0)
            return data.test or data.train, self.npz.name
        if self._path is not None:
            return self._read_files(network), self._path.name
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

    @property
    def _path(self) -> Path | None:
        return self.csv or self.images or (self.idx[0] if self.idx else None)

    def _read_npz(self, **options: Any) -> "Dataset":
        from digitzoo.data import read_npz

        assert self.npz is not None  # noqa: S101 - it was asked before
        return read_npz(self.npz, self.labels, largest_pixel=self.largest_pixel, **options)

    def _read_files(self, network: "Network | None") -> "Split":
        """Read a file or folder, with the classes of the network that is measured."""
        from digitzoo.data import read_csv, read_idx, read_image_folder

        names = None
        if network is not None and network.kind != "file":  # a file does not tell its classes
            names = network.classifier.class_names
        reading = self.reading(network)
        if self.csv is not None and reading is not None:
            return read_csv(self.csv, class_names=names, **asdict(reading))
        if self.idx is not None:
            options = {"transposed": self.transposed, "largest_pixel": self.largest_pixel}
            return read_idx(*self.idx, **options)  # type: ignore[arg-type] # as the fields say
        assert self.images is not None  # noqa: S101 - what is left
        if names is not None and self.images.is_dir():
            folders = {entry.name for entry in self.images.iterdir() if entry.is_dir()}
            names = names if folders & set(names) else None
        size: Any = self.image_size
        mode: Any = self.color_mode or "grayscale"
        return read_image_folder(
            self.images,
            image_size=size and tuple(size),
            color_mode=mode,
            class_names=names,
            largest_pixel=self.largest_pixel,
        )


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
