"""Pictures as people have them, brought to the form of the bundled data sets."""

from digitzoo.data.pictures.digit import prepare_digit, prepare_digits
from digitzoo.data.pictures.garment import prepare_garment
from digitzoo.data.pictures.read_image import ColorMode, Picture, read_image

__all__ = [
    "ColorMode",
    "Picture",
    "prepare_digit",
    "prepare_digits",
    "prepare_garment",
    "read_image",
]
