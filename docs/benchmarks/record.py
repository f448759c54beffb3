"""Run benchmarks and keep what they print, for the page `docs/benchmarks.md`.

Run: python docs/benchmarks/record.py formulas
     python docs/benchmarks/record.py faults -- --runs 30

The first words name scripts of `benchmarks/`; what stands behind `--` goes to each of them. What a
script prints is written to `docs/benchmarks/NAME.txt`, with the command above it and the machine
below. A script that fails leaves the file as it was. Times of the clock ask for a machine that does
nothing else; the note below says so where it did.
"""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]


def main() -> None:
    """Run each script that is named, one after the other."""
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    names, options = sys.argv[1:split], sys.argv[split + 1 :]
    scripts = {name: ROOT / "benchmarks" / f"{name}.py" for name in names}
    missing = [name for name, script in scripts.items() if not script.is_file()]
    if missing or not names:
        raise SystemExit(f"{__doc__}\nNo such benchmark: {', '.join(missing) or '(none named)'}.")
    for name, script in scripts.items():
        file = FOLDER / f"{name}.txt"
        file.write_text(record(script, options), encoding="utf-8")
        print(file.relative_to(ROOT))


def record(script: Path, options: list[str]) -> str:
    """Give the command, what it printed, and where."""
    done = subprocess.run(
        [sys.executable, str(script), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    command = " ".join(["python", script.relative_to(ROOT).as_posix(), *options])
    busy = max(os.getloadavg()) if hasattr(os, "getloadavg") else 0
    printed = "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())
    note = "" if busy <= 1.5 * (os.cpu_count() or 1) else "\nOther work ran beside it.\n"
    return f"$ {command}\n\n{printed}\n\n{machine()}\n{note}"


def shown(name: str) -> str:
    """Give what was recorded of a benchmark, as the page shows it."""
    file = FOLDER / f"{name}.txt"
    if not file.is_file():
        return f"Nothing is recorded yet: `python docs/benchmarks/record.py {name}` does it."
    return f"```text\n{file.read_text(encoding='utf-8')}```"


def machine() -> str:
    """Name the machine and the versions that the numbers hang on."""
    import keras

    from digitzoo.training.record import describe_machine

    about = describe_machine()
    python = ".".join(map(str, sys.version_info[:3]))
    backend = keras.backend.backend()
    named = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}[backend]
    return (
        f"{about['processor']}, {os.cpu_count()} cores, {about['system']}; "
        f"Python {python}, Keras {keras.version()}, {named} {version(backend)}"
    )


if __name__ == "__main__":
    main()
