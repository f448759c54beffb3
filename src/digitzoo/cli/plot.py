"""`digitzoo plot`: a picture of a model or a run."""

from pathlib import Path
from typing import Annotated, Any

import typer

from digitzoo.checks import check_choice
from digitzoo.cli.network import find_network, start_keras
from digitzoo.cli.options import BestOption, known_models, language_choice, number, path
from digitzoo.cli.output import check_output
from digitzoo.cli.pictures import OF_IMAGES, PICTURES, Subject
from digitzoo.cli.source import Source, reads_images
from digitzoo.errors import InvalidArgumentError
from digitzoo.saving import check_suffix, writing
from digitzoo.visualization.formats import ANIMATION_FORMATS, DIAGRAM_FORMATS, figure_formats


@reads_images
def plot(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="One of the kinds above.",
            autocompletion=lambda: list(PICTURES),
        ),
    ],
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL",
            help="A run folder, a .keras file, or one of `digitzoo models`; for history several.",
            autocompletion=known_models,
        ),
    ],
    *,
    source: Source,
    output: Annotated[
        Path | None, path("A .png, .svg, .pdf ...; by default MODEL-KIND.png.")
    ] = None,
    count: Annotated[int | None, number("How many images, or frames.", at_least=1)] = None,
    indices: Annotated[
        list[int] | None, number("Which image; may be repeated.", "N", "--index", at_least=0)
    ] = None,
    seed: Annotated[int | None, number("Decides what is drawn by lot.", at_least=0)] = None,
    layers: Annotated[
        list[str] | None,
        typer.Option("--layer", metavar="NAME", help="A layer; may be repeated."),
    ] = None,
    skip_epochs: Annotated[int | None, number("Leave the first epochs out.", at_least=0)] = None,
    language: Annotated[str | None, language_choice()] = None,
    best: BestOption = False,
) -> None:
    """Draw a picture of a model or a run."""
    picture = PICTURES[check_choice("picture", kind, PICTURES)]
    given = {
        "count": count,
        "indices": indices,
        "seed": seed,
        "layers": layers,
        "skip_epochs": skip_epochs,
        "language": language,
    }
    options = {name: value for name, value in given.items() if value is not None}
    unused = [name for name in options if name not in (*picture.options.split(), "language")]
    if not OF_IMAGES & set(picture.of.split()):
        unused += source.given
    if kind == "history" and best:
        unused.append("best")
    if unused:
        flag = {"indices": "index", "layers": "layer"}.get(unused[0], unused[0].replace("_", "-"))
        raise InvalidArgumentError(f"`digitzoo plot {kind}` has no option --{flag}.")
    if len(models) > 1 and kind != "history":
        raise InvalidArgumentError(f"`digitzoo plot {kind}` is of one run. Received {len(models)}.")
    networks = [find_network(model, best=best, dataset=source.dataset) for model in models]
    target = output or Path(f"{networks[0].title}-{kind}{picture.suffix}")
    if not target.suffix and (target.is_file() or not target.exists()):  # no folder, no device
        target = target.with_name(target.name + picture.suffix)
    check_output(target)
    known = {"diagram": DIAGRAM_FORMATS, "convolution": ANIMATION_FORMATS}
    check_suffix(target, known.get(kind) or figure_formats())

    start_keras()
    drawn: Any = picture.draw(Subject(networks, source, options))
    save = drawn.save if hasattr(drawn, "save") else drawn.figure.savefig
    with writing(target):
        save(target)
    typer.echo(f"Written to {target}")


plot.__doc__ = "Draw a picture of a model or a run.\n\n\b\nKinds:\n" + "\n".join(
    f"  {name:12} {picture.shows}" for name, picture in PICTURES.items()
)
