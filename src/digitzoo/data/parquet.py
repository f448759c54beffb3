"""Images from Parquet files: one row an image, as the Hugging Face hub lays out image sets."""

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from digitzoo.checks import check_choice, check_path, check_text
from digitzoo.data.classes import ClassNames
from digitzoo.data.encoding import check_scale
from digitzoo.data.images import check_image_size
from digitzoo.data.parquet_images import ImageForm, check_image_type
from digitzoo.data.parquet_labels import LabelColumn, read_labels
from digitzoo.data.parquet_split import ParquetSplit, RowGroup, place, stamp_of
from digitzoo.data.pictures.read_image import ColorMode
from digitzoo.data.readers import about, check_reading, kind_of, reading
from digitzoo.errors import (
    DataFileError,
    DigitzooError,
    InvalidArgumentError,
    MissingExtraError,
    listed,
    shown,
)

_SUFFIX = ".parquet"
_LOOKED_AT = 64  # images, of which the scale is judged
_START = 64


def read_parquet(
    path: str | Path | Sequence[str | Path],
    *,
    image_column: str = "image",
    label_column: str = "label",
    image_size: tuple[int, int] | None = None,
    color_mode: ColorMode = "grayscale",
    class_names: ClassNames | None = None,
) -> ParquetSplit:
    """Open Parquet files in which each row is one image with its label.

    Labels are read at once. Images are read by row groups when `train` or `evaluate` asks for them,
    so that a file may be larger than memory; a row group may not, and a file of a single one is
    read whole. What is wrong with an image is said when its turn comes.

    Images are encoded pictures (PNG, JPEG, ...), in a column of bytes or as the hub's structs with
    `bytes` and `path`; or lists of whole numbers in 0..255, flat or height by width.

    Args:
        path: A file, several, a pattern such as `"data/train-*.parquet"`, or a folder, whose
            `.parquet` files are read in the order of their names.
        image_column: The column of the images.
        label_column: The column of the labels: whole numbers from 0 on, or words.
        image_size: `(height, width)`: what encoded pictures are resized to, and how flat lists are
            arranged. By default all pictures must have one size, and lists make squares.
        color_mode: Of encoded pictures: `"grayscale"` gives one channel, `"rgb"` three.
        class_names: What labels may be, as numbers or by name; by default the names that the hub
            keeps in the file, else numbers, or words in the order in which they appear. Where a
            file has the same names in another order, they decide.

    Returns:
        The images, not yet read, with their labels.

    Raises:
        MissingExtraError: If pyarrow is not installed.
        DataFileError: If a file is no Parquet file, or a row cannot be used. The message names
            file, row group and row, both counted from 0 as pyarrow does.
        InvalidArgumentError: If a column or the image's size does not fit the file.
        ArgumentTypeError: If an argument has a type that cannot work.

    >>> import tempfile
    >>> import pyarrow as pa
    >>> from pyarrow import parquet
    >>> table = pa.table({"image": [[0, 51, 102, 255]] * 6, "label": [0, 1, 0, 1, 0, 1]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "train.parquet")
    ...     parquet.write_table(table, file, row_group_size=4)
    ...     split = read_parquet(file)
    ...     split.read_group(1).labels.tolist()
    [0, 1]
    >>> split
    <ParquetSplit: 6 images of 2 x 2 x 1, 2 classes, in 2 row groups>
    """
    paths = _check_paths(path)
    check_text("image_column", image_column)
    check_text("label_column", label_column)
    size = None if image_size is None else check_image_size(image_size)
    check_choice("color_mode", color_mode, ("grayscale", "rgb"))
    names = check_reading(class_names, None)
    if find_spec("pyarrow") is None:
        raise MissingExtraError(
            'Parquet needs an extra, for pyarrow: pip install "digitzoo[parquet]".'
        )
    files = [file for one in paths for file in _find_files(one)]
    groups: list[RowGroup] = []
    columns: list[LabelColumn] = []
    for file in files:
        with reading(file):
            stamp = stamp_of(file)
        metadata, column, own = _open(file, image_column, label_column)
        sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        if len(column):
            columns.append(LabelColumn(column, _places(file, sizes), own))
        groups += [
            RowGroup(file, metadata, stamp, number, np.arange(size, dtype=np.int32))
            for number, size in enumerate(sizes)
            if size
        ]
    if not groups:
        raise DataFileError(f"{files[0]}: no rows.")
    with about(files[0]):
        labels, names = read_labels(columns, names)
    form = _look(groups[0], image_column, ImageForm(image_size=size, color_mode=color_mode))
    return ParquetSplit(labels, names, form.shape, image_column, form, tuple(groups))


def _check_paths(path: Any) -> list[Path]:
    if not isinstance(path, Sequence) or isinstance(path, str | bytes):
        return [check_path("path", path)]
    if not path:
        raise InvalidArgumentError("path must name one file at least. Received none.")
    return [check_path("Each path", one) for one in path]


def _find_files(path: Path) -> list[Path]:
    """Find the files of a path: itself, those of a pattern, or those in a folder."""
    with reading(path):
        if path.is_dir():
            files = sorted(path.glob(f"[!.]*{_SUFFIX}"))
            # The hub's own naming: train-00000-of-00002.parquet.
            splits = sorted({one.name.split("-")[0] for one in files if "-of-" in one.name})
            if len(splits) > 1:
                raise DataFileError(
                    f"{path}: files of several parts, {listed(splits)}. Give those of one: "
                    f"{shown(str(path / f'{splits[-1]}-*{_SUFFIX}'))}."
                )
            if not files:
                raise DataFileError(f"{path}: a folder without {_SUFFIX} files.")
            return files
        if "*" in path.name and not path.exists():
            files = sorted(path.parent.glob(path.name))
            if not files:
                raise DataFileError(f"{path}: no files of that pattern.")
            return files
    return [path]


def _open(file: Path, image_column: str, label_column: str) -> tuple[Any, Any, tuple[str, ...]]:
    """Give what stands at a file's end, its labels, and the names of its classes if it has some."""
    from pyarrow import parquet

    with reading(file), file.open("rb") as opened:
        start = opened.read(_START)
    if not start.startswith(b"PAR1"):
        raise DataFileError(
            f"{file}: no Parquet file. It is {kind_of(start) or 'of no known kind'}."
        )
    with reading(file), parquet.ParquetFile(file) as content:
        schema = content.schema_arrow
        for argument, column in (("image_column", image_column), ("label_column", label_column)):
            if column not in schema.names:
                raise InvalidArgumentError(
                    f"{file}: there is no column {shown(column)}. Say {argument}=. "
                    f"There is: {listed(schema.names)}."
                )
        check_image_type(schema.field(image_column).type, f"{file}: column {shown(image_column)}")
        labels = content.read(columns=[label_column], use_threads=False).column(0)
        return content.metadata, labels.combine_chunks(), _hub_names(schema, label_column)


def _hub_names(schema: Any, column: str) -> tuple[str, ...]:
    """Give the names of the classes as `datasets` keeps them in a file."""
    try:
        known = json.loads((schema.metadata or {})[b"huggingface"])
        names = known["info"]["features"][column]["names"]
        return check_reading(names, None)
    except (KeyError, TypeError, ValueError):  # written by something else, or damaged
        return ()


def _places(file: Path, sizes: list[int]) -> Callable[[int], str]:
    """Word where a row of a whole file is."""
    ends = list(itertools.accumulate(sizes))

    def word(row: int) -> str:
        group = int(np.searchsorted(ends, row, side="right"))
        return place(file, group, row - (ends[group] - sizes[group]))

    return word


def _look(group: RowGroup, column: str, form: ImageForm) -> ImageForm:
    """Find out by the first images of a file what all must be."""
    _, values = next(group.pieces(column, _LOOKED_AT))
    form = replace(form, sizes=form.read(values.slice(0, 1), group.place).shape[1:])
    try:
        _ = form.shape
    except DigitzooError as error:
        raise type(error)(f"{group.file}: {error}") from error
    with about(group.file):
        check_scale(form.read(values, group.place), remedy="Write them with 255 for white.")
    return form
