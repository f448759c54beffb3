"""Every error that digitzoo raises on purpose.

Each says what is wrong, what was expected, what came and what to do. All are children of
`DigitzooError`, and of the built-in error that fits, so that `except ValueError` works too.
"""

from collections.abc import Iterable


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
    missing: no such folder. Expected one with a folder for each class.
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


def unknown_name(kind: str, name: object, choices: Iterable[str], listing: str = "") -> str:
    """Word the message for a name that is not among the choices.

    Args:
        kind: What the name stands for, such as `"model"`.
        name: What came.
        choices: The names there are.
        listing: The call that shows them all; without it the message lists them.

    Returns:
        One line which names the nearest choice, if any is near.

    >>> unknown_name("model", "simple_cn", ["simple_cnn"], "list_models()")
    "Unknown model 'simple_cn'. Did you mean 'simple_cnn'? list_models() shows all."
    """
    import difflib  # noqa: PLC0415 - only errors need it, and the formulas load in 40 ms

    known = sorted(choices)
    near = difflib.get_close_matches(str(name), known, n=1)
    message = f"Unknown {kind} {name!r}."
    if near:
        message += f" Did you mean {near[0]!r}?"
    if listing:
        return f"{message} {listing} shows all."
    return f"{message} There is: {', '.join(known) if known else 'none'}."
