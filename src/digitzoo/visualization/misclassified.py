"""`plot_misclassified`: the images that a model did not recognise."""

from typing import Any

import numpy as np

from digitzoo.checks import check_flag, check_whole
from digitzoo.data import is_disputed
from digitzoo.data.encoding import check_pixels
from digitzoo.data.split import permutation
from digitzoo.errors import InvalidArgumentError, shown
from digitzoo.visualization.canvas import AnyFigure, check_count, image_grid
from digitzoo.visualization.colours import text_colour, wrong_colour
from digitzoo.visualization.images import show_image
from digitzoo.visualization.inputs import Images, as_evaluation, as_split, check_grid
from digitzoo.visualization.lettering import spell_names, write_percent
from digitzoo.visualization.samples import DEFAULT_COUNT, MOST_IMAGES
from digitzoo.visualization.words import words_of


def plot_misclassified(
    result: Any,
    images: Images,
    count: int | None = None,
    *,
    shuffle: bool = False,
    seed: int = 0,
    columns: int | None = None,
    language: str = "en",
    figure: AnyFigure | None = None,
    **imshow: Any,
) -> AnyFigure:
    """Draw the images that a model did not recognise, the most confident mistakes first.

    Test images of MNIST whose label people doubt are marked: there the model may be right.

    Args:
        result: A Keras model, or what `evaluate` gave for it on the same images.
        images: A split, or a pair of images and labels.
        count: How many to draw, 100 at most; by default 25, or all where there are no more.
        shuffle: Draws mistakes at random instead.
        seed: With `shuffle`, another seed draws others.
        columns: How many stand in a row.
        language: `"en"` or `"ko"`.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.
        **imshow: What matplotlib's `Axes.imshow` takes.

    Returns:
        The figure.

    Raises:
        InvalidArgumentError: If there is no mistake, not as many as asked for, or the evaluation
            is of other images.

    >>> from digitzoo import evaluate, load_data, small_dense
    >>> test = load_data("mnist").test[:200]
    >>> figure = plot_misclassified(evaluate(small_dense(), test), test, 5)
    >>> len(figure.axes)
    5
    """
    check_whole("count", 0 if count is None else count, at_least=0)
    check_flag("shuffle", shuffle)
    check_whole("seed", seed, at_least=0)
    imshow, say = check_grid(columns, figure, imshow), words_of(language)
    split = as_split(images, result)
    evaluation = as_evaluation(result, split)
    wrong = evaluation.wrong
    if not len(wrong):
        raise InvalidArgumentError(
            f"There is no mistake to draw: all {evaluation.total:,} images were recognised."
        )
    count = min(DEFAULT_COUNT, len(wrong)) if count is None else count
    if count > len(wrong):
        raise InvalidArgumentError(
            f"There are {len(wrong):,} mistakes. Received count={shown(count)}."
        )
    drawn = (wrong[permutation(len(wrong), seed=seed)] if shuffle else wrong)[:count]
    check_count(len(drawn), MOST_IMAGES, what="mistakes")

    check_pixels(split.images[drawn])  # before a figure is made
    names = spell_names(evaluation.class_names)
    disputed = is_disputed(split)
    titles, colours = [], []
    for index in drawn:
        said, true = evaluation.predicted[index], evaluation.labels[index]
        sure = write_percent(float(evaluation.probabilities[index, said]))
        lines = [say("index", index=index), say("true", name=names[true])]
        lines += [say("disputed")] if disputed[index] else []
        lines += [say("predicted", name=names[said]), say("sure", percent=sure)]
        titles.append("\n".join(lines))
        colours.append(wrong_colour() if disputed[index] else text_colour())
    doubted = np.count_nonzero(disputed[wrong])
    counts = {"count": len(wrong), "total": evaluation.total, "disputed": doubted}
    title = say("wrong disputed" if doubted else "wrong", **counts)
    if len(drawn) < len(wrong):
        which = say("at random" if shuffle else "most confident", number=len(drawn))
        title += f"\n{which}"
    grid: dict[str, Any] = {"columns": columns, "title_colours": colours}
    figure, axes = image_grid(titles, figure=figure, title=title, **grid)
    for ax, index in zip(axes, drawn, strict=True):
        show_image(ax, split.images[index], **imshow)
    return figure
