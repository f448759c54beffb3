"""What the library says in Python is said to whoever typed a command in its options."""

import pytest
import typer

from digitzoo.cli.advice import flags_of, in_options
from digitzoo.cli.app import app

COMMANDS = typer.main.get_command(app).commands


def worded(command, message, typed=()):
    return in_options(message, flags_of(COMMANDS[command].params), typed)


@pytest.mark.parametrize(
    ("command", "message", "expected"),
    [
        (
            "plot",
            (
                "600 maps are too many: at most 512. Name some, such as layers='conv1', or raise "
                "the limit with max_maps=600."
            ),
            "600 maps are too many: at most 512. Name some, such as --layer conv1.",
        ),
        ("plot", "Too many. Name one with layer=.", "Too many. Name one with --layer."),
        ("plot", "Received count=-3.", "Received --count -3."),
        (
            "plot",
            "Too many. Name some: layers=['a', 'b/c'].",
            "Too many. Name some: --layer a --layer b/c.",
        ),
        (
            "plot",
            "count= draws at random, and indices= names them. Give one.",
            "--count draws at random, and --index names them. Give one.",
        ),
        (
            "train",
            "a.csv: no names. Give the column by position, such as label_column=0.",
            "a.csv: no names. Give the column by position, such as --label-column 0.",
        ),
        (
            "train",
            "a.csv: there is no column 'label'. Pass label_column=None if the file has no labels.",
            "a.csv: there is no column 'label'.",
        ),
        (
            "train",
            "a.csv: 10 columns. Name those that are no pixels in ignore=, or give image_size=.",
            "a.csv: 10 columns. Name those that are no pixels in --ignore, or give --image-size.",
        ),
        (
            "train",
            "Run folder x holds a run. Go on with it, or begin anew with restart=True.",
            "Run folder x holds a run. Go on with it, or begin anew with --restart.",
        ),
        (
            "train",
            "b.png: 4 x 4 pixels. Give image_size=(height, width) to resize them.",
            "b.png: 4 x 4 pixels. Give --image-size heightxwidth to resize them.",
        ),
        ("train", "batch_size must be 1 or above.", "--batch-size must be 1 or above."),
        ("train", "epochs must be 1 or above.", "--epochs must be 1 or above."),
        ("train", "Run 3 epochs must end.", "Run 3 epochs must end."),
        (
            "train",
            (
                "The model takes (28, 28, 1). Received shape (9, 9, 1). Build the model with "
                "input_shape=(9, 9, 1), or resize them."
            ),
            "The model takes (28, 28, 1). Received shape (9, 9, 1). Resize them.",
        ),
        (
            "predict",
            "Unknown model 'x'. list_models() shows all.",
            "Unknown model 'x'. `digitzoo models` shows all.",
        ),
        ("explain", "summarize: x.keras is damaged.", "x.keras is damaged."),
        ("explain", "x: y is damaged.", "x: y is damaged."),
        (
            "explain",
            "Unknown layer 'x'. Did you mean 'y'? digitzoo.formulas.layers.__all__ shows all.",
            "Unknown layer 'x'. Did you mean 'y'?",
        ),
        (
            "evaluate",
            (
                "own.keras cannot be loaded. A layer of your own needs get_config and "
                "@keras.saving.register_keras_serializable()."
            ),
            "own.keras cannot be loaded.",
        ),
    ],
)
def test_advice_is_worded_with_the_options_of_the_command(command, message, expected):
    assert worded(command, message) == expected


def test_a_command_that_takes_any_argument_has_an_option_for_each():
    message = "padding= is unknown. Use output_padding=1, kernel_size=(3, 5) or use_bias=False."
    assert in_options(message, None) == (
        "--padding is unknown. Use --output-padding 1, --kernel-size 3x5 or --no-use-bias."
    )


def test_what_was_typed_stays_as_it_is():
    typed = ["train", "simple_cnn", "--csv", "label=0.csv", "--run-dir", "batch_size"]
    message = "label=0.csv: cannot be read. It is not 'epochs=3'. Expected label_column=0."
    assert worded("train", message, typed) == (
        "label=0.csv: cannot be read. It is not 'epochs=3'. Expected --label-column 0."
    )
