"""The kinds of pictures that `digitzoo plot` draws, and what each is drawn of."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from digitzoo.cli.network import Network
from digitzoo.cli.source import Source
from digitzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from digitzoo.data import Split
    from digitzoo.evaluation import Evaluation

_FRAMES = 100
_POINTS = 1000  # as many can be told apart in a plane


@dataclass(frozen=True)
class Subject:
    """What a picture is drawn of; each part is read when it is first asked for."""

    networks: Sequence[Network]
    source: Source
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def folders(self) -> Any:
        for network in self.networks:
            network.need_run("Curves are of a run")
        folders = [network.path for network in self.networks]
        return folders if len(folders) > 1 else folders[0]

    @property
    def model(self) -> Any:
        return self.networks[0].model

    @cached_property
    def split(self) -> "Split":
        return self.source.read_test(self.networks[0])[0]

    @cached_property
    def result(self) -> "Evaluation":
        from digitzoo.evaluation import evaluate

        return evaluate(self.model, self.split)

    @property
    def images(self) -> "Split":
        """The images of `--index`, by default the first one."""
        indices = self.options.get("indices", [0])
        for index in indices:
            if index >= len(self.split):
                raise InvalidArgumentError(
                    f"There are images 0 to {len(self.split) - 1}. Received --index {index}."
                )
        chosen: Split = self.split[indices]
        return chosen

    @property
    def image(self) -> Any:
        if len(self.images) != 1:
            raise InvalidArgumentError(
                f"This picture is of one image. Received --index {len(self.images)} times."
            )
        return self.images.images[0]

    @property
    def plane(self) -> Any:
        return self.image[..., 0]

    @property
    def sample(self) -> "Split":
        count = min(self.options.get("count", _POINTS), len(self.split))
        return self.split.sample(count, seed=self.options.get("seed", 0))

    @property
    def shuffle(self) -> bool:
        return "seed" in self.options

    @property
    def layer(self) -> str | None:
        """The layer of `--layer`, of which there may be one."""
        layers = self.options.get("layers", [None])
        if len(layers) > 1:
            raise InvalidArgumentError(
                f"This picture is of one layer. Received {', '.join(layers)}."
            )
        name: str | None = layers[0]
        return name

    @property
    def kernel(self) -> Any:
        """The first filter's kernel of a convolution, for its first channel."""
        from digitzoo.inspection.layers import layer_kernels

        return layer_kernels(self.model, self.layer)[1][:, :, 0, 0]

    @property
    def max_frames(self) -> int:
        return int(self.options.get("count", _FRAMES))


OF_IMAGES = {"split", "result", "sample", "image", "images", "plane"}


class Picture(NamedTuple):
    shows: str
    function: str
    of: str  # parts of a `Subject`, those with `=` by name
    options: str = ""  # all that it has; the function gets those that it takes by the same name

    @property
    def suffix(self) -> str:
        return ".gif" if self.function.startswith("animate") else ".png"

    def draw(self, subject: Subject) -> Any:
        import digitzoo

        function = getattr(digitzoo, self.function)
        takes = inspect.signature(function).parameters
        named = {name: value for name, value in subject.options.items() if name in takes}
        plain = []
        for part in self.of.split():
            value = getattr(subject, part.removesuffix("="))
            if part.endswith("="):
                named[part[:-1]] = value
            else:
                plain.append(value)
        return function(*plain, **named)


PICTURES = {
    "samples": Picture("test images", "plot_samples", "split", "count indices seed"),
    "history": Picture(
        "loss and accuracy of each epoch; several runs are compared",
        "plot_history",
        "folders",
        "skip_epochs",
    ),
    "predictions": Picture(
        "images with the probabilities of each class",
        "plot_predictions",
        "model split",
        "count indices seed",
    ),
    "mistakes": Picture(
        "the most confident mistakes; with --seed, some at random",
        "plot_misclassified",
        "result split shuffle=",
        "count seed",
    ),
    "confusion": Picture("which class is taken for which", "plot_confusion_matrix", "result"),
    "pairs": Picture("the mistakes made most", "plot_confused_pairs", "result", "count"),
    "classes": Picture("the accuracy on each class", "plot_class_accuracy", "result"),
    "calibration": Picture(
        "how often the model is right, by how sure it is", "plot_calibration", "result"
    ),
    "weights": Picture(
        "a histogram of each layer's weights", "plot_weight_histogram", "model", "layers"
    ),
    "kernels": Picture(
        "the kernels of a convolution, or of a dense layer on the pixels",
        "plot_kernels",
        "model layer=",
        "layers",
    ),
    "maps": Picture(
        "what the filters answer to one image", "plot_feature_maps", "model image", "indices layers"
    ),
    "attribution": Picture(
        "what in images speaks for a class: Grad-CAM, saliency, occlusion",
        "plot_attribution",
        "model images layer=",
        "indices layers",
    ),
    "embedding": Picture(
        "images in two dimensions, as the last hidden layer has them",
        "plot_embedding",
        "model sample layer=",
        "count seed layers",
    ),
    "field": Picture(
        "what one unit of each layer sees of an image",
        "plot_receptive_field",
        "model image",
        "indices layers",
    ),
    "convolution": Picture(
        "a kernel sliding over an image, as an animation",
        "animate_convolution",
        "plane kernel max_frames=",
        "count indices layers",
    ),
    "diagram": Picture("the network as a graph", "plot_model", "model"),
    "layers": Picture("the network as boxes to scale", "plot_layers", "model"),
}
