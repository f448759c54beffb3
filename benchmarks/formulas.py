"""How fast the formulas are: import, one number, a whole network, the command line.

Run: python benchmarks/formulas.py
"""

import os
import subprocess
import sys
import time
import timeit
from collections.abc import Callable
from statistics import median

RUNS = 7
CLI = "from digitzoo.cli import main; main()"
SHAPES = ["shapes", "conv2d", "28x28x1", "--filters", "32", "--kernel-size", "5"]
IMPORT = """
import sys, time
before = set(sys.modules)
started = time.perf_counter()
import digitzoo.formulas
seconds = time.perf_counter() - started
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(seconds, *sorted(loaded - set(sys.stdlib_module_names)))
"""


def python(*arguments: str) -> str:
    """Run a fresh Python, which may write its compiled files, as an installed one has them."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True, env=environment
    ).stdout


def seconds_of(call: Callable[[], object], runs: int = RUNS) -> float:
    """Time a call: the median of some runs."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return median(times)


def row(what: str, measured: str, wanted: str) -> None:
    """Print one line of the table."""
    print(f"{what:52} {measured:>22}  {wanted}")


def main() -> None:
    """Measure and print."""
    row("what", "measured", "wanted")
    python("-c", IMPORT)
    imports = [python("-c", IMPORT).split() for _ in range(RUNS)]
    seconds = median(float(one[0]) for one in imports)
    row("import digitzoo.formulas", f"{seconds * 1000:.1f} ms", "below 40 ms")
    row("  modules outside the standard library", " ".join(imports[0][1:]), "digitzoo lazy_loader")

    from digitzoo.formulas import conv_output_size, summarize
    from digitzoo.formulas.networks import zoo

    loops = 200_000
    for text, call in (
        ("conv_output_size(28, 5)", lambda: conv_output_size(28, 5)),
        (
            'conv_output_size(28, 3, strides=2, padding="same")',
            lambda: conv_output_size(28, 3, strides=2, padding="same"),
        ),
    ):
        each = median(timeit.repeat(call, number=loops, repeat=RUNS)) / loops
        row(text, f"{each * 1e6:.2f} us", "below 2 us")

    python("-c", CLI, *SHAPES)
    command = seconds_of(lambda: python("-c", CLI, *SHAPES))
    row("digitzoo shapes conv2d 28x28x1 ...", f"{command:.2f} s", "below 0.4 s")
    explained = seconds_of(lambda: python("-c", CLI, "explain", "simple_cnn"))
    row("digitzoo explain simple_cnn", f"{explained:.2f} s", "below 0.4 s")

    layers, shape = [layer for layer, _ in zoo.network("deep_cnn")], zoo.INPUT_SHAPE
    ours = seconds_of(lambda: summarize(layers, shape), runs=101)

    import keras

    def build() -> object:
        return keras.Sequential(
            [
                keras.Input(shape),
                *(
                    getattr(keras.layers, layer.kind)(
                        **{
                            name: getattr(layer, name)
                            for name in layer.argument_names()
                            if name not in {"name", "trainable", "ceil_mode"}
                            and not (layer.kind == "MaxPooling2D" and name == "dilation_rate")
                        }
                    )
                    for layer in layers
                ),
            ]
        )

    build()
    theirs = seconds_of(build)
    row("summarize the layers of deep_cnn", f"{ours * 1e6:.0f} us", "")
    row("build deep_cnn in Keras", f"{theirs * 1000:.0f} ms", "")
    row("  times faster", f"{theirs / ours:.0f}", "at least 200")


if __name__ == "__main__":
    main()
