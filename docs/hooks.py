"""What MkDocs calls while it builds: where code runs, and pages made from the catalogue."""

import logging
import os
import sys
import tempfile
import traceback
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import markdown_exec

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
    from sessions import Sessions  # noqa: PLC0415 - it lies beside this file

    run = partial(run_block, Sessions())
    markdown_exec.formatters["python"] = partial(
        markdown_exec.base_format, language="python", run=run
    )
    config.config_file_path = str(Path(config.config_file_path).resolve())
    os.chdir(SCRATCH.name)
    return config


def run_block(sessions: Any, code: str, *, session: str = "", **_options: object) -> str:  # noqa: ANN401
    """Run a block as markdown-exec wants it: what goes wrong becomes a warning of the build."""
    try:
        return sessions.run(code, session)
    except Exception as error:
        trace = "".join(traceback.format_exception(error))
        raise markdown_exec.ExecutionError(markdown_exec.code_block("python", trace)) from error
