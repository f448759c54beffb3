"""`digitzoo plot` and `digitzoo report`: a run folder as pictures, and as one page."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitzoo.cli.evaluate import BestOption, RunArgument, choose_split
from digitzoo.cli.output import print_line, start_keras
from digitzoo.errors import DataFileError, InvalidArgumentError, unknown_name

if TYPE_CHECKING:
    from digitzoo.data import Split
    from digitzoo.evaluation import Evaluation
    from digitzoo.training import TrainingRun

DatasetOption = Annotated[
    str | None, typer.Option(help="mnist or fashion_mnist; by default the run's own.")
]
CsvOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Take images from this CSV file instead.")
]


@dataclass
class Subject:
    """What a picture is drawn of; each part is read when it is first asked for.

    Attributes:
        folders: The run folders, the first being the one that most pictures are of.
        dataset: The name of other test images.
        csv: A file with other images.
        best: Whether the best epoch's model is meant.
        options: What the user set.
    """

    folders: list[Path]
    dataset: str | None = None
    csv: Path | None = None
    best: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def run(self) -> "TrainingRun":
        """The run."""
        from digitzoo.training import TrainingRun

        return TrainingRun.load(self.folders[0], which="best" if self.best else "final")

    @cached_property
    def split(self) -> "Split":
        """The run's test images, or those of the file that was named."""
        from digitzoo.training.run_folder import RunFolder

        settings = RunFolder.open(self.folders[0]).read_settings()
        return choose_split(self.folders[0], self.dataset, self.csv, settings)[0]

    @cached_property
    def result(self) -> "Evaluation":
        """What the model says of them."""
        from digitzoo.evaluation import evaluate

        return evaluate(self.run.model, self.split)

    @property
    def image(self) -> Any:  # noqa: ANN401 - an array
        """The image of `--index`, by default the first."""
        if len(self.images) != 1:
            raise InvalidArgumentError(
                f"This picture is of one image. Received --index {len(self.images)} times."
            )
        return self.images.images[0]

    @property
    def images(self) -> "Split":
        """The images of `--index`, by default the first one."""
        indices = self.options.get("indices", [0])
        for index in indices:
            if not 0 <= index < len(self.split):
                raise InvalidArgumentError(
                    f"There are images 0 to {len(self.split) - 1}. Received --index {index}."
                )
        chosen: Split = self.split[indices]
        return chosen


@dataclass(frozen=True)
class Picture:
    """One kind of picture.

    Attributes:
        shows: What it shows, for the help.
        draw: Draws it.
        takes: The options that it has.
        suffix: Of the file that it is written to by default.
    """

    shows: str
    draw: Callable[[Any, Subject], Any]
    takes: tuple[str, ...] = ()
    suffix: str = ".png"


_FRAMES = 100
_POINTS = 1000  # as many can be told apart in a plane
_CHOICE = ("count", "indices", "seed")

PICTURES = {
    "samples": Picture(
        "test images", lambda zoo, of: zoo.plot_samples(of.split, **of.options), _CHOICE
    ),
    "history": Picture(
        "loss and accuracy of each epoch; several runs are compared",
        lambda zoo, of: zoo.plot_history(
            of.folders if len(of.folders) > 1 else of.folders[0], **of.options
        ),
        ("skip_epochs",),
    ),
    "predictions": Picture(
        "images with the probabilities of each class",
        lambda zoo, of: zoo.plot_predictions(of.run.model, of.split, **of.options),
        _CHOICE,
    ),
    "mistakes": Picture(
        "the most confident mistakes; with --seed, some at random",
        lambda zoo, of: zoo.plot_misclassified(of.result, of.split, **of.options),
        ("count", "seed"),
    ),
    "confusion": Picture(
        "which class is taken for which",
        lambda zoo, of: zoo.plot_confusion_matrix(of.result),
    ),
    "classes": Picture(
        "the accuracy on each class", lambda zoo, of: zoo.plot_class_accuracy(of.result)
    ),
    "calibration": Picture(
        "how often the model is right, by how sure it is",
        lambda zoo, of: zoo.plot_calibration(of.result),
    ),
    "weights": Picture(
        "a histogram of each layer's weights",
        lambda zoo, of: zoo.plot_weight_histogram(of.run.model, of.options.get("layers")),
        ("layers",),
    ),
    "kernels": Picture(
        "the kernels of a convolution",
        lambda zoo, of: zoo.plot_kernels(of.run.model, one_layer(of)),
        ("layers",),
    ),
    "maps": Picture(
        "what the filters answer to one image",
        lambda zoo, of: zoo.plot_feature_maps(of.run.model, of.image, of.options.get("layers")),
        ("layers", "indices"),
    ),
    "attribution": Picture(
        "what in images speaks for a class: Grad-CAM, saliency, occlusion",
        lambda zoo, of: zoo.plot_attribution(of.run.model, of.images, layer=one_layer(of)),
        ("layers", "indices"),
    ),
    "embedding": Picture(
        "images in two dimensions, as the last hidden layer has them",
        lambda zoo, of: zoo.plot_embedding(
            of.run.model,
            of.split.sample(
                min(of.options.get("count", _POINTS), len(of.split)), seed=of.options.get("seed", 0)
            ),
            layer=one_layer(of),
        ),
        ("count", "seed", "layers"),
    ),
    "field": Picture(
        "what one unit of each layer sees of an image",
        lambda zoo, of: zoo.plot_receptive_field(
            of.run.model, of.image, layers=of.options.get("layers")
        ),
        ("layers", "indices"),
    ),
    "convolution": Picture(
        "a kernel sliding over an image, as an animation",
        lambda zoo, of: zoo.animate_convolution(
            of.image[..., 0],
            first_kernel(of.run.model, one_layer(of)),
            max_frames=of.options.get("count", _FRAMES),
        ),
        ("layers", "indices", "count"),
        suffix=".gif",
    ),
    "diagram": Picture("the network as a graph", lambda zoo, of: zoo.plot_model(of.run.model)),
    "layers": Picture(
        "the network as boxes to scale", lambda zoo, of: zoo.plot_layers(of.run.model)
    ),
}


def first_kernel(model: Any, layer: str | None) -> Any:  # noqa: ANN401 - a model, an array
    """Give the first filter's kernel of a convolution, for its first channel."""
    from digitzoo.inspection.weights import layer_kernels

    return layer_kernels(model, layer)[1][:, :, 0, 0]


def one_layer(of: Subject) -> str | None:
    """Give the layer of `--layer`, of which there may be one."""
    layers = of.options.get("layers")
    if layers is not None and len(layers) > 1:
        raise InvalidArgumentError(f"This picture is of one layer. Received {', '.join(layers)}.")
    return None if layers is None else str(layers[0])


def plot(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="One of the kinds above.")],
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="A run folder.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A .png, .svg, .pdf ...; by default RUN-KIND.png."),
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, help="How many images, or frames.")] = None,
    index: Annotated[list[int] | None, typer.Option(help="Which image; may be repeated.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Decides what is drawn by lot.")] = None,
    layer: Annotated[list[str] | None, typer.Option(help="A layer; may be repeated.")] = None,
    skip_epochs: Annotated[
        int | None, typer.Option(min=0, help="Leave the first epochs out.")
    ] = None,
    dataset: DatasetOption = None,
    csv: CsvOption = None,
    best: BestOption = False,
) -> None:
    """Draw a picture of a run."""
    if kind not in PICTURES:
        raise InvalidArgumentError(unknown_name("picture", kind, PICTURES))
    picture = PICTURES[kind]
    given = {
        "count": count,
        "indices": index,
        "seed": seed,
        "layers": layer,
        "skip_epochs": skip_epochs,
    }
    options = {name: value for name, value in given.items() if value is not None}
    for name in options:
        if name not in picture.takes:
            raise InvalidArgumentError(f"`digitzoo plot {kind}` has no option {_flag(name)}.")
    if len(runs) > 1 and kind != "history":
        raise InvalidArgumentError(f"`digitzoo plot {kind}` is of one run. Received {len(runs)}.")

    path = output or Path(f"{runs[0].resolve().name}-{kind}{picture.suffix}")
    start_keras()
    import matplotlib as mpl

    mpl.use("agg")  # a command has no window to show
    import digitzoo

    try:
        drawn = picture.draw(digitzoo, Subject(runs, dataset, csv, best, options))
    except InvalidArgumentError as error:
        raise InvalidArgumentError(_in_options(str(error))) from error
    _save(drawn, path)
    print_line(f"Written to {path}")


plot.__doc__ = "Draw a picture of a run.\n\n\b\nKinds:\n" + "\n".join(
    f"  {name:12} {picture.shows}" for name, picture in PICTURES.items()
)


_ARGUMENTS = ("count", "indices", "layers", "layer", "seed", "skip_epochs")
_VALUE = r"""'[^']*'|\[[^\]]*\]|-?\d+|"""


def _flag(argument: str) -> str:
    return "--" + {"indices": "index", "layers": "layer"}.get(argument, argument).replace("_", "-")


def _in_options(message: str) -> str:
    """Word an error of the library, which names its arguments, with the options of the command.

    >>> _in_options("2 are too many. Name some, such as layers=['a', 'b'].")
    '2 are too many. Name some, such as --layer a --layer b.'
    """
    # The limits of the library are no options here.
    message = re.sub(r",? or raise the limit with \w+=[\d,]*\d", "", message)

    def reword(found: re.Match[str]) -> str:
        flag, values = _flag(found[1]), re.findall(r"[^\s,'\[\]]+", found[2])
        return " ".join(f"{flag} {value}" for value in values) or flag

    return re.sub(rf"\b({'|'.join(_ARGUMENTS)})=({_VALUE})", reword, message)


def report(
    run: RunArgument,
    *,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="By default RUN.html.")
    ] = None,
    dataset: DatasetOption = None,
    csv: CsvOption = None,
    best: BestOption = False,
) -> None:
    """Write a run as one HTML page: settings, curves, results, mistakes, kernels, layers."""
    from digitzoo.cli.run_data import read_csv_columns
    from digitzoo.data import list_datasets
    from digitzoo.training.run_folder import RunFolder

    settings = RunFolder.open(run).read_settings()
    path = output or Path(f"{run.resolve().name}.html")
    start_keras()
    import matplotlib as mpl

    mpl.use("agg")
    from digitzoo.visualization.report import make_report

    subject = Subject([run], dataset, csv, best)
    own = read_csv_columns(run) is None and settings["dataset"] in list_datasets()
    split = subject.split if own or dataset or csv else None
    text = make_report(subject.run, split)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataFileError(f"{path}: cannot be written ({error.strerror}).") from error
    print_line(f"Written to {path}")
    if split is None:
        print_line("The run's data has no test images: results are left out. Give --csv FILE.")


def _save(drawn: Any, path: Path) -> None:  # noqa: ANN401 - a Figure, an Axes or a diagram
    try:
        if hasattr(drawn, "save"):
            drawn.save(path)
            return
        figure = drawn if hasattr(drawn, "savefig") else drawn.figure
        figure.savefig(path)
    except OSError as error:
        raise DataFileError(f"{path}: cannot be written ({error.strerror}).") from error
    except ValueError as error:
        raise InvalidArgumentError(f"{path}: {error}") from error
