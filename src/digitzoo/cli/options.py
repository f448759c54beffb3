"""How the commands read their options: paths, numbers, sizes; each is checked before any work."""

import re
from collections.abc import Callable
from typing import Annotated, Any

import typer

from digitzoo.checks import check_choice, check_number, check_path, check_whole
from digitzoo.errors import DigitzooError, InvalidArgumentError, shown
from digitzoo.formulas.layers.base import LANGUAGES
from digitzoo.models import list_models


def parser(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Have typer name the option that an error is of."""

    def parse(value: Any) -> Any:
        if not isinstance(value, str):  # the default
            return value
        try:
            return read(value)
        except DigitzooError as error:
            raise typer.BadParameter(str(error)) from error

    return parse


read_path = parser(lambda typed: check_path("it", typed))  # ~ is home, also after =


def path(describes: str, metavar: str = "FILE") -> Any:
    return typer.Option(help=describes, metavar=metavar, parser=read_path)


def number(
    describes: str, metavar: str = "N", *names: str, whole: bool = True, **bounds: float
) -> Any:
    """Make an option that takes a number within bounds of `check_whole` or `check_number`."""
    check: Callable[..., Any] = check_whole if whole else check_number

    def read(typed: str) -> Any:
        try:
            value = (int if whole else float)(typed.replace("_", "?"))  # Python reads 1_0 as 10
        except ValueError:
            kind = "whole number" if whole else "number"
            raise typer.BadParameter(f"it must be a {kind}. Received {shown(typed)}.") from None
        return check("it", value, **bounds)

    return typer.Option(*names, help=describes, metavar=metavar, parser=parser(read))


def choice(describes: str, kind: str, choices: tuple[str, ...], *names: str) -> Any:
    """Make an option that takes one of several names, which the shell completes."""
    return typer.Option(
        *names,
        help=describes,
        metavar=kind.upper(),
        parser=parser(lambda typed: check_choice(kind, typed, choices)),
        autocompletion=lambda: list(choices),
    )


class Sizes(tuple[int | None, ...]):
    """Sizes as they are typed, 28x28; typer takes a plain tuple for several words."""

    __slots__ = ()


def language_choice(describes: str = "en, the default, or ko.") -> Any:
    """Make an option that takes one of the languages."""
    return choice(describes, "language", LANGUAGES)


def read_sizes(typed: str) -> Sizes:
    """Read sizes with an x between them, as 28x28x1; a question mark is one that is left open."""
    parts = [part.strip() for part in re.split("[xX×]", typed)]
    if all(re.fullmatch(r"[0-9]{1,18}|\?|None", part) for part in parts):
        return Sizes(int(part) if part.isdigit() else None for part in parts)
    numbers = re.findall(r"\d+", typed)
    meant = f" Did you mean {'x'.join(numbers)}?" if len(numbers) > 1 else ""
    raise InvalidArgumentError(
        f"{shown(typed)} is no shape. Expected sizes with an x between them, without the batch "
        f"axis, such as 28x28x1.{meant}"
    )


def known_models() -> list[str]:
    """Complete the name of a model; typer would hand `list_models` a pattern."""
    return list_models()


def _read_model_name(typed: str) -> str:
    """Hold an argument to the names of models, for a command that builds a new network."""
    is_trained = typed.endswith(".keras") or check_path("it", typed).exists()
    if is_trained and typed not in list_models():
        raise InvalidArgumentError(
            f"a new network is built, and {shown(typed)} is one that is trained. Expected the name "
            "of a model; `digitzoo models` shows all."
        )
    return check_choice("model", typed, list_models(), listing="`digitzoo models`")


ModelName = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="One of `digitzoo models`.",
        parser=parser(_read_model_name),
        autocompletion=known_models,
    ),
]
DatasetOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="mnist or fashion_mnist; by default the model's own.",
        autocompletion=lambda: ["mnist", "fashion_mnist"],
    ),
]
BestOption = Annotated[
    bool, typer.Option("--best", help="Use a run's best epoch, not the model it ended with.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]
RestartOption = Annotated[bool, typer.Option("--restart", help="Begin anew what the folder holds.")]
