"""`digitzoo plot`: a picture of a model or a run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from digitzoo.cli.backend import start_keras
from digitzoo.cli.network import Network, find_network
from digitzoo.cli.options import BestOption, number_option, path_option
from digitzoo.cli.output import check_output, print_line
from digitzoo.cli.source import Source, reads_images
from digitzoo.errors import DataFileError, InvalidArgumentError, unknown_name
from digitzoo.models import list_models

if TYPE_CHECKING:
    from digitzoo.data import Split
    from digitzoo.evaluation import Evaluation

_FRAMES = 100
_POINTS = 1000  # as many can be told apart in a plane


@dataclass(frozen=True)
class Subject:
    """What a picture is drawn of; each part is read when it is first asked for.

    Attributes:
        networks: The networks, the first being the one that most pictures are of.
        source: Other images than its own test images.
        options: What the user set, by the names that the library has for it.
    """

    networks: Sequence[Network]
    source: Source
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def folders(self) -> Any:  # noqa: ANN401 - a folder or several
        """The run folders."""
        for network in self.networks:
            network.need_run("Curves are of a run")
        folders = [network.path for network in self.networks]
        return folders if len(folders) > 1 else folders[0]

    @property
    def model(self) -> Any:  # noqa: ANN401 - any Keras model
        """The model."""
        return self.networks[0].model

    @cached_property
    def split(self) -> "Split":
        """The images."""
        return self.source.read_test(self.networks[0])[0]

    @cached_property
    def result(self) -> "Evaluation":
        """What the model says of them."""
        from digitzoo.evaluation import evaluate

        return evaluate(self.model, self.split)

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

    @property
    def image(self) -> Any:  # noqa: ANN401 - an array
        """The image of `--index`, by default the first."""
        if len(self.images) != 1:
            raise InvalidArgumentError(
                f"This picture is of one image. Received --index {len(self.images)} times."
            )
        return self.images.images[0]

    @property
    def plane(self) -> Any:  # noqa: ANN401 - an array
        """The first channel of it."""
        return self.image[..., 0]

    @property
    def sample(self) -> "Split":
        """Some of the images."""
        count = min(self.options.get("count", _POINTS), len(self.split))
        return self.split.sample(count, seed=self.options.get("seed", 0))

    @property
    def layers(self) -> list[str] | None:
        """The layers of `--layer`."""
        return self.options.get("layers")

    @property
    def layer(self) -> str | None:
        """The layer of `--layer`, of which there may be one."""
        if self.layers is not None and len(self.layers) > 1:
            raise InvalidArgumentError(
                f"This picture is of one layer. Received {', '.join(self.layers)}."
            )
        return None if self.layers is None else self.layers[0]

    @property
    def kernel(self) -> Any:  # noqa: ANN401 - an array
        """The first filter's kernel of a convolution, for its first channel."""
        from digitzoo.inspection.weights import layer_kernels

        return layer_kernels(self.model, self.layer)[1][:, :, 0, 0]

    @property
    def max_frames(self) -> int:
        """How many frames an animation has at most."""
        return int(self.options.get("count", _FRAMES))


class Picture(NamedTuple):
    """One kind of picture.

    Attributes:
        shows: What it shows, for the help.
        function: What draws it, of the package.
        of: What that is given: parts of a `Subject`.
        named: Those that it is given by name.
        options: The options that are handed on to it.
        others: The options that its parts are made by.
    """

    shows: str
    function: str
    of: tuple[str, ...]
    named: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """Of the file that it is written to by default."""
        return ".gif" if self.function.startswith("animate") else ".png"

    def draw(self, subject: Subject) -> Any:  # noqa: ANN401 - a Figure, an Axes or a diagram
        """Draw it."""
        import digitzoo

        named = {name: getattr(subject, name) for name in self.named}
        handed_on = {k: v for k, v in subject.options.items() if k in self.options}
        parts = [getattr(subject, part) for part in self.of]
        return getattr(digitzoo, self.function)(*parts, **named, **handed_on)


_CHOICE = ("count", "indices", "seed")
_AT = ("layers", "indices")

PICTURES = {
    "samples": Picture("test images", "plot_samples", ("split",), options=_CHOICE),
    "history": Picture(
        "loss and accuracy of each epoch; several runs are compared",
        "plot_history",
        ("folders",),
        options=("skip_epochs",),
    ),
    "predictions": Picture(
        "images with the probabilities of each class",
        "plot_predictions",
        ("model", "split"),
        options=_CHOICE,
    ),
    "mistakes": Picture(
        "the most confident mistakes; with --seed, some at random",
        "plot_misclassified",
        ("result", "split"),
        options=("count", "seed"),
    ),
    "confusion": Picture("which class is taken for which", "plot_confusion_matrix", ("result",)),
    "classes": Picture("the accuracy on each class", "plot_class_accuracy", ("result",)),
    "calibration": Picture(
        "how often the model is right, by how sure it is", "plot_calibration", ("result",)
    ),
    "weights": Picture(
        "a histogram of each layer's weights",
        "plot_weight_histogram",
        ("model", "layers"),
        others=("layers",),
    ),
    "kernels": Picture(
        "the kernels of a convolution", "plot_kernels", ("model", "layer"), others=("layers",)
    ),
    "maps": Picture(
        "what the filters answer to one image",
        "plot_feature_maps",
        ("model", "image", "layers"),
        others=_AT,
    ),
    "attribution": Picture(
        "what in images speaks for a class: Grad-CAM, saliency, occlusion",
        "plot_attribution",
        ("model", "images"),
        ("layer",),
        others=_AT,
    ),
    "embedding": Picture(
        "images in two dimensions, as the last hidden layer has them",
        "plot_embedding",
        ("model", "sample"),
        ("layer",),
        others=("count", "seed", "layers"),
    ),
    "field": Picture(
        "what one unit of each layer sees of an image",
        "plot_receptive_field",
        ("model", "image"),
        ("layers",),
        others=_AT,
    ),
    "convolution": Picture(
        "a kernel sliding over an image, as an animation",
        "animate_convolution",
        ("plane", "kernel"),
        ("max_frames",),
        others=(*_AT, "count"),
    ),
    "diagram": Picture("the network as a graph", "plot_model", ("model",)),
    "layers": Picture("the network as boxes to scale", "plot_layers", ("model",)),
}
_OF_IMAGES = {"split", "result", "images", "image", "plane", "sample"}


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
            autocompletion=lambda: list_models(),  # noqa: PLW0108 - typer would give it a pattern
        ),
    ],
    *,
    source: Source,
    output: Annotated[
        Path | None, path_option("A .png, .svg, .pdf ...; by default MODEL-KIND.png.")
    ] = None,
    count: Annotated[int | None, number_option("How many images, or frames.", at_least=1)] = None,
    indices: Annotated[
        list[int] | None,
        number_option("Which image; may be repeated.", "N", "--index", at_least=0),
    ] = None,
    seed: Annotated[int | None, number_option("Decides what is drawn by lot.", at_least=0)] = None,
    layers: Annotated[
        list[str] | None,
        typer.Option("--layer", metavar="NAME", help="A layer; may be repeated."),
    ] = None,
    skip_epochs: Annotated[
        int | None, number_option("Leave the first epochs out.", at_least=0)
    ] = None,
    best: BestOption = False,
) -> None:
    """Draw a picture of a model or a run."""
    if kind not in PICTURES:
        raise InvalidArgumentError(unknown_name("picture", kind, PICTURES))
    picture = PICTURES[kind]
    given = {
        "count": count,
        "indices": indices,
        "seed": seed,
        "layers": layers,
        "skip_epochs": skip_epochs,
    }
    options = {name: value for name, value in given.items() if value is not None}
    flags = {"indices": "--index", "layers": "--layer", "skip_epochs": "--skip-epochs"}
    unused = [
        flags.get(name, f"--{name}")
        for name in options
        if name not in (*picture.options, *picture.others)
    ]
    if not _OF_IMAGES & set(picture.of):
        unused += [word for word in source.options if word.startswith("--")]
    if best and kind == "history":
        unused.append("--best")
    if unused:
        raise InvalidArgumentError(f"`digitzoo plot {kind}` has no option {unused[0]}.")
    if len(models) > 1 and kind != "history":
        raise InvalidArgumentError(f"`digitzoo plot {kind}` is of one run. Received {len(models)}.")
    networks = [find_network(model, best=best, dataset=source.dataset) for model in models]
    path = output or Path(f"{networks[0].title}-{kind}")
    path = check_output(
        path if path.suffix or path.is_dir() else path.with_name(path.name + picture.suffix)
    )

    start_keras()
    import matplotlib as mpl

    mpl.use("agg")  # a command has no window to show
    _save(picture.draw(Subject(networks, source, options)), path)
    print_line(f"Written to {path}")


plot.__doc__ = "Draw a picture of a model or a run.\n\n\b\nKinds:\n" + "\n".join(
    f"  {name:12} {picture.shows}" for name, picture in PICTURES.items()
)


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
