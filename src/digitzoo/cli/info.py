"""`digitzoo info`: what is installed and where, for a report of a fault."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

import typer

import digitzoo
from digitzoo.cli.network import start_keras
from digitzoo.cli.options import JsonOption
from digitzoo.cli.output import print_json

_PACKAGES = ("keras", "tensorflow", "jax", "torch", "numpy", "matplotlib", "pyarrow")


def info(*, as_json: JsonOption = False) -> None:
    """Tell versions, backend, processor and paths: what a report of a fault needs."""
    start_keras()
    import keras

    from digitzoo.data.bundled import FILES
    from digitzoo.export.formats import FORMATS
    from digitzoo.models.measured import WEIGHTS
    from digitzoo.training.record import describe_machine

    machine = describe_machine()
    exporters = {name for form in FORMATS.values() for name in (*form.to_write, *form.to_prove)}
    facts = {
        "digitzoo": digitzoo.__version__,
        "Python": f"{platform.python_version()}, {sys.executable}",
        "system": platform.platform(),
        "processor": machine["processor"],
        "instructions": ", ".join(machine["instructions"]) or "none known",
        "devices": ", ".join(machine["device"]),
        "threads": str(machine["threads"]),
        "backend": keras.backend.backend(),
        "data format": keras.config.image_data_format(),
        "precision": keras.config.dtype_policy().name,
        **{name: _version(name) for name in (*_PACKAGES, *sorted(exporters))},
        "data": str(FILES),
        "weights": str(WEIGHTS),
    }
    if as_json:
        print_json(facts)
        return
    width = max(map(len, facts))
    for name, fact in facts.items():
        typer.echo(f"{name:{width}}  {fact}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
