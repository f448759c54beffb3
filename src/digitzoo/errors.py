"""Every error that digitzoo raises on purpose.

Each says what is wrong, what was expected, what came and what to do. All are children of
`DigitzooError`, and of the built-in error that fits, so that `except ValueError` works too.
"""

from collections.abc import Iterable

__all__ = [  # the rest words messages, for the other rooms
    "ArgumentTypeError",
    "DataFileError",
    "DigitzooError",
    "ExportError",
    "InvalidArgumentError",
    "MissingExtraError",
    "RenderingError",
    "RunFolderError",
    "ShapeError",
    "UnknownLayerError",
]


class DigitzooError(Exception):
    """The parent of every error that digitzoo raises on purpose.

    >>> from digitzoo import conv_output_size
    >>> try:
    ...     conv_output_size(4, 5)
    ... except DigitzooError as error:
    ...     print(type(error).__name__)
    ShapeError
    """


class InvalidArgumentError(DigitzooError, ValueError):
    """An argument has the right type and a value that cannot work.

    >>> from digitzoo import model_card
    >>> try:
    ...     model_card("simple_cn")
    ... except InvalidArgumentError as error:
    ...     print(error)
    Unknown model 'simple_cn'. Did you mean 'simple_cnn'? list_models() shows all.
    """


class ShapeError(InvalidArgumentError):
    """Sizes that cannot go together: a layer, its input, or both have to change.

    >>> from digitzoo import conv_output_size
    >>> try:
    ...     conv_output_size(4, 5)
    ... except ShapeError as error:
    ...     print("the kernel does not fit:", isinstance(error, ValueError))
    the kernel does not fit: True
    """


class ArgumentTypeError(DigitzooError, TypeError):
    """An argument has a type that cannot work.

    >>> from digitzoo import conv_output_size
    >>> try:
    ...     conv_output_size("28", 5)
    ... except ArgumentTypeError as error:
    ...     print(isinstance(error, TypeError))
    True
    """


class DataFileError(DigitzooError, ValueError):
    """A data file is damaged, foreign, or holds a value that cannot be used.

    >>> from digitzoo import read_image_folder
    >>> try:
    ...     read_image_folder("missing")
    ... except DataFileError as error:
    ...     print(error)
    missing: no such folder. Expected a folder with one for each class.
    """


class UnknownLayerError(DataFileError):
    """A saved model holds a layer that only Keras knows how to work out.

    >>> issubclass(UnknownLayerError, DataFileError)
    True
    """


class RunFolderError(DigitzooError, ValueError):
    """A run folder is missing, incomplete, or already taken.

    >>> from digitzoo import TrainingRun
    >>> try:
    ...     TrainingRun.load("missing")
    ... except RunFolderError as error:
    ...     print("missing" in str(error))
    True
    """


class RenderingError(DigitzooError, RuntimeError):
    """A picture that this machine has no program to draw.

    >>> issubclass(RenderingError, RuntimeError)
    True
    """


class ExportError(DigitzooError, RuntimeError):
    """A network that a format cannot hold, or a file that answers otherwise than its network.

    >>> issubclass(ExportError, RuntimeError)
    True
    """


class MissingExtraError(DigitzooError, ImportError):
    """Something that is installed only on request is not there.

    >>> issubclass(MissingExtraError, ImportError)
    True
    """


_LONGEST_QUOTE = 80
_MOST_NAMES = 20


def unknown_name(kind: str, name: object, choices: Iterable[str], listing: str = "") -> str:
    """Word the message for a name that is not among the choices; it names the nearest.

    >>> unknown_name("model", "simple_cn", ["simple_cnn"], "list_models()")
    "Unknown model 'simple_cn'. Did you mean 'simple_cnn'? list_models() shows all."
    """
    import difflib

    known = {choice.casefold(): choice for choice in sorted(choices)}
    text = name if isinstance(name, str) else shown(name)
    near = difflib.get_close_matches(text[:100].casefold(), known, n=1)
    meant = f" Did you mean {known[near[0]]!r}?" if near else ""
    there = f"{listing} shows all." if listing else f"There is: {listed(known.values())}."
    return f"Unknown {kind} {shown(name)}.{meant} {there}"


def listed(names: Iterable[str]) -> str:
    """Put names beside each other for a message: the first twenty, and how many more there are.

    >>> listed(["train", "test"])
    'train, test'
    """
    every = list(names)
    few = [name if len(name) <= _LONGEST_QUOTE else shown(name) for name in every[:_MOST_NAMES]]
    more = f" and {len(every) - len(few):,} more" if len(every) > len(few) else ""
    return f"{', '.join(few) or 'none'}{more}"


def first_sentence(error: BaseException) -> str:
    """Say in one line what an error of another library says, at most 200 letters.

    >>> first_sentence(ValueError("No such layer. The stack follows."))
    'No such layer'
    """
    import re

    words = " ".join(str(error).split("Exception encountered:")[-1].split())  # Keras wraps it
    words = re.sub(r"^({{.*?}}\s*)+", "", words)  # where in its graph TensorFlow was
    return re.split(r"(?<=\S)[.:](?:\s|$)", words, maxsplit=1)[0][:200]


def shown(value: object) -> str:
    """Quote in a message what came, shortened: an array by its shape, the rest by its beginning.

    >>> print(shown(list(range(1000))))
    [0, 1, 2, 3, 4, 5, ...] (1,000 in all)
    """
    import reprlib

    kind = type(value).__name__
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is not None and dtype is not None:
        try:
            sizes = tuple(shape)
        except (TypeError, ValueError):  # a tensor of unknown rank
            return f"a {kind}"
        name = getattr(dtype, "name", None) or str(dtype)
        return f"an array of shape {sizes}, {name}" if sizes else f"{str(value)[:60]} ({name})"
    if isinstance(value, int) and value.bit_length() > 256:
        return f"a whole number of {value.bit_length():,} bits"
    if isinstance(value, str | bytes) and len(value) > _LONGEST_QUOTE:
        unit = "letters" if isinstance(value, str) else "bytes"
        return f"{value[:60]!r}... ({len(value):,} {unit})"
    shortener = reprlib.Repr()
    shortener.maxlevel, shortener.maxstring, shortener.maxother = 3, 60, _LONGEST_QUOTE
    text = shortener.repr(value)
    if isinstance(value, list | tuple | set | frozenset | dict):
        if len(text) > 2 * _LONGEST_QUOTE:
            text = f"{text[:_LONGEST_QUOTE]}..."
        return f"{text} ({len(value):,} in all)" if "..." in text else text
    # An address in memory helps nobody: <function f at 0x7f...>, <object object at 0x...>.
    return f"a {kind}" if " at 0x" in text else text
