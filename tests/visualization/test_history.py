import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from digitzoo import Dataset, plot_history, small_dense, train
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, RunFolderError

NAN = float("nan")
HISTORY = {
    "loss": [0.9, 0.5, 0.3, 0.2],
    "accuracy": [0.5, 0.7, 0.8, 0.9],
    "val_loss": [0.8, 0.4, 0.5, 0.6],
    "val_accuracy": [0.6, 0.8, 0.79, 0.78],
}


@pytest.fixture(scope="module")
def run(digits, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "first"
    data = Dataset(digits[:256], digits[256:512])
    return train(small_dense(), data, epochs=3, run_dir=folder, verbose=0)


def lines_of(ax):
    return {line.get_label(): line for line in ax.lines}


def legend_of(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_loss_and_accuracy_side_by_side(texts_inside):
    figure = plot_history(HISTORY)
    assert [ax.get_title() for ax in figure.axes] == ["loss", "accuracy"]
    lines = lines_of(figure.axes[0])
    assert list(lines["train"].get_xdata()) == [1, 2, 3, 4]
    assert list(lines["train"].get_ydata()) == HISTORY["loss"]
    assert list(lines["validation"].get_ydata()) == HISTORY["val_loss"]
    ring = lines["best: epoch 2"]
    assert (list(ring.get_xdata()), list(ring.get_ydata())) == ([2], [0.4])
    assert list(lines_of(figure.axes[1])["best: epoch 2"].get_ydata()) == [0.8]
    assert legend_of(figure) == ["train", "validation", "best: epoch 2"]
    texts_inside(figure)


def test_the_first_epochs_can_be_left_out():
    figure = plot_history(HISTORY, skip_epochs=2, metrics="loss")
    (ax,) = figure.axes
    lines = lines_of(ax)
    assert list(lines["train"].get_xdata()) == [3, 4]
    assert ax.get_xlabel() == "epoch (without the first 2)"
    assert "best: epoch 2 (not shown)" in legend_of(figure)
    with pytest.raises(InvalidArgumentError, match="skip_epochs must be .* at most 3. Received 4"):
        plot_history(HISTORY, skip_epochs=4)


def test_a_run_its_folder_and_a_keras_history_are_drawn_alike(run):
    keras_history = keras.callbacks.History()
    keras_history.history = run.history
    for form in (run, run.folder, str(run.folder), keras_history, run.history):
        figure = plot_history(form)
        drawn = lines_of(figure.axes[0])["validation"].get_ydata()
        np.testing.assert_allclose(drawn, run.history["val_loss"])
        assert f"best: epoch {run.best_epoch}" in legend_of(figure)


def test_where_a_run_stopped_is_marked(run):
    history = keras.callbacks.History()
    history.history, history.params = HISTORY, {"epochs": 10}
    figure = plot_history(history)
    assert "stopped after epoch 4" in legend_of(figure)
    square = lines_of(figure.axes[0])["stopped after epoch 4"]
    assert list(square.get_xdata()) == [4]
    assert not any("stopped" in label for label in legend_of(plot_history(run)))


def test_several_runs_share_the_axes(run, korean, texts_inside):
    figure = plot_history({"first": run, korean[0]: HISTORY})
    labels = lines_of(figure.axes[0])
    assert {"first, train", "first, validation", f"{korean[0]}, train"} <= set(labels)
    colours = {label: line.get_color() for label, line in labels.items()}
    assert colours["first, train"] == colours["first, validation"]
    assert colours["first, train"] != colours[f"{korean[0]}, train"]
    texts_inside(figure)
    unnamed = legend_of(plot_history([HISTORY, HISTORY]))
    assert {"run 1, train", "run 2, train"} <= set(unnamed)
    assert "first, train" in legend_of(plot_history([run.folder, HISTORY]))


def test_each_run_has_its_column_of_the_legend(texts_inside):
    figure = plot_history({"a": HISTORY, "b": HISTORY})
    figure.canvas.draw()
    places = [text.get_window_extent().x0 for text in figure.legends[0].get_texts()]
    assert places == sorted(places)
    assert [places.count(place) for place in sorted(set(places))] == [3, 3]
    texts_inside(figure)


def test_one_epoch_is_seen_and_the_learning_rate_is_left_out():
    figure = plot_history({"loss": [0.5], "learning_rate": [0.1]})
    (ax,) = figure.axes
    assert lines_of(ax)["train"].get_marker() == "."
    assert plot_history({"loss": [1], "lr": [0.1]}, metrics=["lr"]).axes[0].get_title() == "lr"


def test_numbers_that_are_not_finite_leave_a_gap():
    figure = plot_history({"loss": [0.5, float("nan"), 0.4]})
    assert "best: epoch 3" in legend_of(figure)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([NAN, NAN, NAN], "not a number in any epoch"),
        ([0.5, NAN, NAN], "not a number from epoch 2"),
        ([0.5, NAN, 0.4], "not a number at epoch 2"),
        ([0.5, float("inf"), NAN], "not finite from epoch 2"),
        ([NAN, 0.5, NAN], "not a number at 2 epochs, first 1"),
    ],
)
def test_the_legend_says_which_values_are_lost(values, words, texts_inside):
    figure = plot_history({"loss": [0.5, 0.4, 0.3], "val_loss": values})
    assert f"val_loss: {words}" in legend_of(figure)
    assert not any(label.startswith("loss:") for label in legend_of(figure))
    figure = plot_history({"first": {"loss": values}, "second": HISTORY})
    assert f"first, loss: {words}" in legend_of(figure)
    texts_inside(figure)


def test_the_axis_goes_on_to_the_last_epoch_where_values_are_lost():
    course = {"loss": [NAN, 0.5, 0.4, NAN, NAN], "accuracy": [0.1, 0.2, 0.3, 0.1, 0.1]}
    left, right = plot_history(course).axes
    assert left.get_xlim() == right.get_xlim()
    assert left.get_ylim()[0] > 0.3  # and no zero comes into view
    later = plot_history({"a": course, "b": {"loss": [1, 1]}}, skip_epochs=2).axes[0]
    assert 2 < later.get_xlim()[0] < 3
    assert 5 < later.get_xlim()[1] < 6


def test_a_panel_without_any_number_says_so(texts_inside):
    figure = plot_history({"loss": [NAN, NAN]})
    assert [text.get_text() for text in figure.axes[0].texts] == ["no number to draw"]
    texts_inside(figure)
    assert not plot_history(HISTORY).axes[0].texts


def test_a_run_shorter_than_what_is_left_out_is_not_said_to_be_drawn():
    figure = plot_history({"long": HISTORY, "short": {"loss": [0.4, 0.3]}}, skip_epochs=2)
    assert "short, train (not shown: it ends at epoch 2)" in legend_of(figure)
    assert "long, train" in legend_of(figure)


def test_a_wrong_entry_of_a_history_is_named():
    with pytest.raises(ArgumentTypeError, match="'time' holds 3"):
        plot_history({**HISTORY, "time": 3})
    with pytest.raises(ArgumentTypeError, match="'loss' must have one number an epoch"):
        plot_history({"loss": ["a", "b"]})
    with pytest.raises(ArgumentTypeError, match="skip_epochs must be a whole number"):
        plot_history(HISTORY, skip_epochs=1.5)
    with pytest.raises(InvalidArgumentError, match="come from a dict.* Received label='x'"):
        plot_history(HISTORY, label="x")


def test_what_is_no_run(tmp_path):
    with pytest.raises(ArgumentTypeError, match="Received int"):
        plot_history([1])
    with pytest.raises(InvalidArgumentError, match="no epoch to draw"):
        plot_history({"loss": []})
    with pytest.raises(InvalidArgumentError, match="There are no runs"):
        plot_history([])
    with pytest.raises(InvalidArgumentError, match="11 runs .* at most 10"):
        plot_history([HISTORY] * 11)
    with pytest.raises(InvalidArgumentError, match="Did you mean 'accuracy'"):
        plot_history(HISTORY, metrics=["acuracy"])
    with pytest.raises(RunFolderError, match="not a run folder"):
        plot_history(tmp_path)


@pytest.mark.parametrize("layout", [None, "tight", "constrained"])
def test_two_histories_share_a_figure(layout, texts_inside):
    whole = plt.figure(figsize=(12, 4.5), layout=layout)
    for half in whole.subfigures(1, 2):
        assert plot_history(HISTORY, figure=half) is half
    texts_inside(whole)
    middle = 6 * whole.dpi
    left, right = whole.subfigs
    assert all(ax.get_tightbbox().x1 < middle for ax in left.axes)
    assert all(ax.get_tightbbox().x0 > middle for ax in right.axes)


@pytest.mark.filterwarnings("error")
def test_a_subfigure_beside_the_users_own_axes_is_laid_out_and_they_stay(texts_inside):
    whole = plt.figure(figsize=(12, 4.5))
    left, right = whole.subfigures(1, 2)
    own = left.subplots()
    free = whole.add_axes((0.3, 0.6, 0.1, 0.2))
    before = own.get_position().bounds, free.get_position().bounds
    plot_history({"a": HISTORY, "b": HISTORY}, figure=right)
    texts_inside(whole)
    legend = right.legends[0].get_window_extent()
    assert not any(legend.overlaps(ax.get_tightbbox()) for ax in right.axes)
    assert (own.get_position().bounds, free.get_position().bounds) == before
    assert own.get_in_layout()


def test_a_figure_that_is_drawn_on_already_is_refused():
    figure = plot_history(HISTORY)
    with pytest.raises(InvalidArgumentError, match=r"already holds Axes \(2\).*figure.clear"):
        plot_history(HISTORY, figure=figure)
    figure.clear()
    assert len(plot_history(HISTORY, figure=figure).axes) == 2


@pytest.mark.parametrize("epochs", [4, 60])
def test_ten_runs_of_long_names_are_told_apart_and_leave_the_panels_their_room(
    epochs, texts_inside
):
    history = {name: np.resize(values, epochs).tolist() for name, values in HISTORY.items()}
    names = [f"a rather long name of the run with number {number}" for number in range(10)]
    figure = plot_history(dict.fromkeys(names, history))
    texts_inside(figure)
    for ax in figure.axes:
        assert ax.get_window_extent().height > 2.5 * figure.dpi
    lines = lines_of(figure.axes[0])
    looks = {
        (lines[f"{name}, train"].get_color(), lines[f"{name}, train"].get_marker())
        for name in names
    }
    assert len(looks) == 10


def test_what_plot_takes_under_its_short_names():
    train_line, *_ = plot_history(HISTORY, ls=":", c="red", lw=3).axes[0].lines
    assert (train_line.get_linestyle(), train_line.get_color()) == (":", "red")
    assert train_line.get_linewidth() == 3


def test_a_metric_named_twice_is_drawn_once():
    assert len(plot_history(HISTORY, metrics=["loss", "loss"]).axes) == 1
