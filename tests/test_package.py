import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import digitzoo

STUB = Path(digitzoo.__file__).with_suffix(".pyi")


def modules_after(statement):
    program = f"import sys; {statement}; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import digitzoo",
        "from digitzoo import list_models, model_card; model_card('simple_cnn')",
        (
            "import digitzoo.models, digitzoo.training, digitzoo.recipes, digitzoo.inspection, "
            "digitzoo.visualization"
        ),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_used(statement):
    heavy = {"tensorflow", "keras", "matplotlib", "numpy", "torch", "jax"}
    assert not modules_after(statement) & heavy


def test_a_run_folder_is_looked_into_without_keras():
    assert not modules_after("import digitzoo.training.run_folder") & {"keras", "tensorflow"}


def test_data_and_evaluation_need_no_keras():
    loaded = modules_after("import digitzoo.data, digitzoo.evaluation")
    assert "numpy" in loaded
    assert not loaded & {"tensorflow", "keras", "matplotlib"}


def test_every_public_name_is_there_and_nothing_else():
    imported = {
        alias.asname
        for node in ast.parse(STUB.read_text()).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == set(digitzoo.__all__)
    assert imported <= set(dir(digitzoo))
    for name in imported:
        assert getattr(digitzoo, name).__doc__, name


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="No digitzoo attribute simple_cn"):
        digitzoo.simple_cn  # noqa: B018 - the access is the test


def test_one_version():
    assert digitzoo.__version__ == version("digitzoo")


def test_builders_are_functions_whatever_was_imported_before():
    from digitzoo import build_model

    build_model("simple_cnn")
    from digitzoo import simple_cnn
    from digitzoo.models import simple_cnn as from_room

    assert simple_cnn is from_room
    assert callable(simple_cnn)
