"""The bundled data sets, readers for what people bring, splits and encodings; no Keras."""

from digitzoo.data.bundled import (
    DisputedLabel,
    dataset_path,
    disputed_labels,
    is_disputed,
    list_datasets,
    load_arrays,
    load_data,
)
from digitzoo.data.csv_files import read_csv, read_csv_column, read_csv_header
from digitzoo.data.dataset import Dataset
from digitzoo.data.encoding import flatten_images, one_hot, scale_pixels
from digitzoo.data.idx import read_idx
from digitzoo.data.image_folder import read_image_folder
from digitzoo.data.npz import read_npz
from digitzoo.data.parquet import read_parquet
from digitzoo.data.parquet_split import ParquetSplit
from digitzoo.data.pictures.digit import prepare_digit, prepare_digits
from digitzoo.data.pictures.garment import prepare_garment
from digitzoo.data.pictures.read_image import Picture, read_image
from digitzoo.data.split import Split

__all__ = [
    "Dataset",
    "DisputedLabel",
    "ParquetSplit",
    "Picture",
    "Split",
    "dataset_path",
    "disputed_labels",
    "flatten_images",
    "is_disputed",
    "list_datasets",
    "load_arrays",
    "load_data",
    "one_hot",
    "prepare_digit",
    "prepare_digits",
    "prepare_garment",
    "read_csv",
    "read_csv_column",
    "read_csv_header",
    "read_idx",
    "read_image",
    "read_image_folder",
    "read_npz",
    "read_parquet",
    "scale_pixels",
]
