"""`explore`: any small Keras model as one page that lives in a browser."""

import base64
import json
import os
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

import digitzoo
from digitzoo.checks import check_choice
from digitzoo.data import Split, load_data
from digitzoo.data.classes import ClassNames
from digitzoo.data.images import arrange_images, pixels_of
from digitzoo.evaluation import Classifier, predict
from digitzoo.explorer.bundle import bundle, read_web_file
from digitzoo.explorer.network import pack_network
from digitzoo.formulas import Explanation, explain
from digitzoo.models.shipped import shipped_result
from digitzoo.saving import check_target, writing

_SAMPLES = 20
_LOOKED_AT = 2000  # test images among which mistakes are sought
_WHITE = 255
_LANGUAGES: tuple[Literal["en", "ko"], ...] = ("en", "ko")


class ExplorerPage:
    """A page on which a network can be touched. `save` writes it; a notebook shows it.

    Attributes:
        html: The whole page.

    >>> ExplorerPage("<!DOCTYPE html>").html
    '<!DOCTYPE html>'
    """

    def __init__(self, html: str) -> None:
        self.html = html

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page, to be opened by a double click, from any disk or on a phone.

        Args:
            path: A file that ends in `.html`, in a folder that is there.

        Raises:
            InvalidArgumentError: If the name ends otherwise, or the folder is not there.
            DataFileError: If it cannot be written.
        """
        target, _ = check_target(path, ("html",))
        with writing(target):
            # Half a character, which no file can have, becomes a question mark.
            target.write_text(self.html, encoding="utf-8", errors="replace")
        return target

    def __repr__(self) -> str:
        return f"ExplorerPage({len(self.html) / 1e6:.2f} MB)"

    def _repr_html_(self) -> str:
        style = "width: 100%; height: 900px; border: 0"
        return f'<iframe title="digitzoo" style="{style}" srcdoc="{escape(self.html)}"></iframe>'


def explore(
    model: Any,
    images: ArrayLike | Split | None = None,
    *,
    dataset: str | None = None,
    class_names: ClassNames | None = None,
    language: Literal["en", "ko"] = "en",
) -> ExplorerPage:
    """Make a page of a network that can be drawn on, watched, asked and broken.

    It is one HTML file that needs neither Python nor a network connection: the model runs in the
    browser, with the numbers that Keras gives. Sequential and functional models of the layers of
    small image networks will do, of one or three channels and up to 6 million parameters.

    Args:
        model: A built Keras classifier, or one of `list_models()`, which comes with its weights.
        images: Images to try, of which the first 20 are on the page; a split gives their labels
            too. By default, of a network of the zoo with its bundled weights, twenty test images
            of its data set, mistakes among them; of others none.
        dataset: The bundled data set that the model was trained on. It says what the classes are
            called, and for MNIST that drawings are made like its digits.
        class_names: What the classes are called, if no bundled data set says it.
        language: The page's first language, `"en"` or `"ko"`; a button on it changes it.

    Returns:
        The page: `.save("page.html")` writes it.

    Raises:
        InvalidArgumentError: If the page does not know one of the layers (it is named), or the
            model is too large, or takes no images of one or three channels.
        ArgumentTypeError: If it is no model.

    >>> from digitzoo import small_dense
    >>> explore(small_dense(weights="mnist"))
    ExplorerPage(0.29 MB)
    """
    check_choice("language", language, _LANGUAGES)
    named = isinstance(model, str)
    if dataset is None and not named:
        shipped = shipped_result(model)
        dataset = None if shipped is None else shipped.dataset
    classifier = Classifier(model, dataset=dataset, class_names=class_names)
    model, dataset = classifier.model, classifier.dataset
    packed = pack_network(model)
    split = _samples(model, dataset) if images is None else _given(model, images)
    data = {
        "version": digitzoo.__version__,
        "title": model.name,
        "language": language,
        "classes": list(classifier.class_names),
        "centred": dataset != "fashion_mnist" and packed.description["input"] == [28, 28, 1],
        "parameters": int(model.count_params()),
        "network": {
            **packed.description,
            "weights": base64.b64encode(packed.weights).decode("ascii"),
        },
        "sections": {
            one: _sections(explain(model, language=one), len(packed.rows)) for one in _LANGUAGES
        },
        "samples": {
            "pixels": base64.b64encode(_as_bytes(split)).decode("ascii") if split else "",
            "labels": _labels(split),
        },
    }
    html = Template(read_web_file("page.html")).substitute(
        language=language,
        title=escape(model.name),
        style=read_web_file("explorer.css"),
        # A text that closes the element, or opens a comment, stays a text.
        data=json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c"),
        script=bundle("page.js"),
    )
    return ExplorerPage(html)


def _samples(model: Any, dataset: str | None) -> Split | None:
    """Take twenty test images: one of each class, then mistakes, then others."""
    if dataset is None:
        return None
    test = load_data(dataset).test
    if test is None or test.labels is None:
        return None
    labels = np.asarray(test.labels[:_LOOKED_AT])
    right = predict(model, test.images[:_LOOKED_AT]).label == labels
    first = [int(np.flatnonzero(right & (labels == one))[0]) for one in np.unique(labels[right])]
    chosen = [*first, *map(int, np.flatnonzero(~right)), *map(int, np.flatnonzero(right))]
    places = list(dict.fromkeys(chosen))[:_SAMPLES]
    return Split(test.images[places], test.labels[places], test.class_names)


def _given(model: Any, images: ArrayLike | Split) -> Split:
    pixels = arrange_images(pixels_of(images), model.input_shape[1:])[0][:_SAMPLES]
    labels = (
        images.labels[:_SAMPLES]
        if isinstance(images, Split) and images.labels is not None
        else None
    )
    return Split(pixels, labels)


def _as_bytes(split: Split) -> bytes:
    pixels: NDArray[Any] = np.asarray(split.images)
    if pixels.dtype.kind == "f":
        pixels = np.rint(np.clip(pixels, 0, 1) * _WHITE)
    return pixels.astype(np.uint8).tobytes()


def _labels(split: Split | None) -> list[int | None]:
    if split is None:
        return []
    return [None] * len(split) if split.labels is None else [int(one) for one in split.labels]


def _sections(explanation: Explanation, count: int) -> list[dict[str, Any]]:
    """Give the formulas of each layer, without the totals behind them."""
    sections = cast("list[dict[str, Any]]", explanation.to_dict()["sections"])
    return sections[-1 - count : -1]
