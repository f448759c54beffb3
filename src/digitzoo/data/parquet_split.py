"""A split whose images stay in Parquet files, of which groups of rows are read when asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_whole
from digitzoo.data.parquet_images import ImageForm
from digitzoo.data.readers import reading
from digitzoo.data.split import Split, draw_held_out
from digitzoo.errors import ArgumentTypeError, DataFileError

_IN_FILES = (
    "The images of a ParquetSplit are in files. Give its .load(), which reads them into memory as "
    "a Split."
)
_PIECE_BYTES = 8 << 20  # of what Arrow unpacks at a time


@dataclass(frozen=True, eq=False)
class RowGroup:
    """Rows of a row group of a file; `metadata` is what stands at the file's end.

    `stamp` is the file's size and when it was written: the labels were read then.
    """

    file: Path
    metadata: Any
    stamp: tuple[int, int]
    number: int
    rows: NDArray[np.int32]

    def read(self, column: str, form: ImageForm) -> NDArray[np.uint8]:
        """Read and decode the images of these rows, in the sizes in which they are stored."""
        import pyarrow as pa

        images = np.empty((len(self.rows), *form.sizes), dtype=np.uint8)
        done = 0
        for start, values in self.pieces(column):
            end = int(np.searchsorted(self.rows, start + len(values)))
            if end > done:
                chosen = self.rows[done:end] - start
                some = values if len(chosen) == len(values) else values.take(pa.array(chosen))
                images[done:end] = form.read(some, partial(self.place, first=done))
                done = end
        return images

    def pieces(self, column: str, most: int | None = None) -> Iterator[tuple[int, Any]]:
        """Give a column of the whole row group piece by piece, with the row of each's start."""
        from pyarrow import parquet

        whole = self.metadata.row_group(self.number)
        each = max(1, whole.total_byte_size // whole.num_rows)
        rows = min(whole.num_rows, most or max(1, _PIECE_BYTES // each))
        start = 0
        with reading(self.file):
            if stamp_of(self.file) != self.stamp:
                raise DataFileError(
                    f"{self.file} has changed since it was opened. Open it again: read_parquet."
                )
        with (
            reading(f"{self.file}, row group {self.number}"),
            parquet.ParquetFile(self.file, metadata=self.metadata) as file,
        ):
            for piece in file.iter_batches(
                rows, row_groups=[self.number], columns=[column], use_threads=False
            ):
                yield start, piece.column(0)
                start += len(piece)

    def place(self, at: int, *, first: int = 0) -> str:
        """Say where one of these rows is."""
        return place(self.file, self.number, int(self.rows[first + at]))


def stamp_of(file: Path) -> tuple[int, int]:
    """Tell a file from the one that takes its place."""
    known = file.stat()
    return known.st_size, known.st_mtime_ns


def place(file: Path, group: int, row: int) -> str:
    """Say where a row is, counted from 0 as pyarrow does."""
    return f"{file}, row group {group}, row {row}"


@dataclass(frozen=True, eq=False, repr=False)
class ParquetSplit:
    """Images in Parquet files with their labels, as `read_parquet` gives them.

    Labels are in memory. The images are read and decoded by row groups, whenever they are asked
    for, and not kept.

    Attributes:
        labels: Whole numbers, shape `(N,)`.
        class_names: The name of each class, in the order of the labels.
        image_shape: `(height, width, channels)` of each image.
        column: The column of the images.
        form: How that column is read.
        groups: The rows of each row group, in their order.

    >>> from digitzoo import read_parquet
    >>> digits = read_parquet("train.parquet")  # doctest: +SKIP
    >>> digits.divide(0.1)[1].load()  # doctest: +SKIP
    <Split: 6,000 images of 28 x 28 x 1, uint8, 10 classes>
    """

    labels: NDArray[np.integer]
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    column: str
    form: ImageForm
    groups: tuple[RowGroup, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def __array__(self, *_: object, **__: object) -> NDArray[Any]:
        raise ArgumentTypeError(_IN_FILES)

    def __getitem__(self, _: object) -> NoReturn:
        raise ArgumentTypeError(_IN_FILES)

    def __getattr__(self, name: str) -> NoReturn:
        has = ", which has it" if name == "images" or hasattr(Split, name) else ""
        raise AttributeError(
            f"ParquetSplit has no {name}: its images are in files. .load() gives a Split{has}."
        )

    def __repr__(self) -> str:
        shape = " x ".join(map(str, self.image_shape))
        return (
            f"<ParquetSplit: {len(self):,} images of {shape}, {len(self.class_names)} classes, "
            f"in {len(self.groups):,} row groups>"
        )

    @property
    def group_sizes(self) -> list[int]:
        """How many images each row group has here."""
        return [len(group.rows) for group in self.groups]

    @property
    def files(self) -> list[Path]:
        """The files that hold the images, in their order."""
        return list(dict.fromkeys(group.file for group in self.groups))

    def read_group(self, number: int) -> Split:
        """Read the images of one row group.

        Args:
            number: Which one, counted from 0 over all files.

        Returns:
            A split of uint8 images of shape `(N, height, width, channels)`, with their labels.

        Raises:
            DataFileError: If an image cannot be used, or a file has changed.
            InvalidArgumentError: If there is no such row group.
        """
        number = check_whole("number", number, at_least=0, at_most=len(self.groups) - 1)
        start = sum(self.group_sizes[:number])
        images = self.form.arrange(self.groups[number].read(self.column, self.form))
        return Split(images, self.labels[start : start + len(images)], self.class_names)

    def load(self) -> Split:
        """Read all images into memory, as a `Split`, which every function takes."""
        images = np.empty((len(self), *self.image_shape), dtype=np.uint8)
        done = 0
        for number, size in enumerate(self.group_sizes):
            images[done : done + size] = self.read_group(number).images
            done += size
        return Split(images, self.labels, self.class_names)

    def divide(self, fraction: float, *, seed: int = 0) -> "tuple[ParquetSplit, ParquetSplit]":
        """Take a stratified part out of this split, as `Split.divide` does of the same labels.

        Args:
            fraction: The part to take out, above 0 and below 1.
            seed: Another seed takes out other images.

        Returns:
            The rest and the part taken out; together they hold each image once.

        Raises:
            InvalidArgumentError: If the fraction leaves one of them empty.
        """
        taken = draw_held_out(self.labels, fraction, seed=seed)
        return self._only(~taken), self._only(taken)

    def _only(self, chosen: NDArray[np.bool_]) -> "ParquetSplit":
        ends = np.cumsum(self.group_sizes)[:-1]
        groups = (
            replace(group, rows=group.rows[part])
            for group, part in zip(self.groups, np.split(chosen, ends), strict=True)
        )
        kept = tuple(group for group in groups if len(group.rows))
        return replace(self, labels=self.labels[chosen], groups=kept)
