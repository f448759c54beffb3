"""What MkDocs calls while it builds: where code runs, and pages made from the catalogue."""

import logging
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent

# What a library says to its developers is no warning of the pages.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
logging.getLogger("tensorflow").setLevel(logging.ERROR)

# One folder for the whole build: the Korean page finds the run that the English one trained.
SCRATCH = tempfile.TemporaryDirectory(prefix="digitzoo-docs-", ignore_cleanup_errors=True)


def on_config(config: Any) -> Any:  # noqa: ANN401 - MkDocs' own objects
    """Let the pages' code run in a folder of its own."""
    # Keras reads TensorFlow's variables; TensorFlow lacks NumPy 2's copy keyword.
    warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
    if str(DOCS) not in sys.path:
        sys.path.insert(0, str(DOCS))
    config.config_file_path = str(Path(config.config_file_path).resolve())
    os.chdir(SCRATCH.name)
    return config
