"""How fast pictures are drawn: 25 samples, feature maps of one image, and what an import loads.

Run: python benchmarks/pictures.py

Later calls also pay for the collection of what earlier figures left, which walks all that
TensorFlow and Keras keep.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

RUNS = 7
LOADED = "import sys, digitzoo; print('matplotlib' in sys.modules)"


def python(program: str) -> str:
    """Run a program in a fresh Python."""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return done.stdout.decode().strip()


def timed(call: Callable[[], object]) -> tuple[float, float, float]:
    """Time a call: the first, and the medians of later ones, of the clock and of the processor."""
    first = time.perf_counter()
    call()
    first = time.perf_counter() - first
    clock, processor = [], []
    for _ in range(RUNS):
        before, worked = time.perf_counter(), time.process_time()
        call()
        clock.append(time.perf_counter() - before)
        processor.append(time.process_time() - worked)
    return first, median(clock), median(processor)


def row(what: str, times: tuple[float, float, float], wanted: str) -> None:
    """Print one line of the table."""
    cells = "".join(f"{seconds:10.2f} s" for seconds in times)
    print(f"{what:42}{cells}  {wanted}")


def main() -> None:
    """Measure and print."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    import digitzoo

    clothes = digitzoo.load_data("fashion_mnist", validation=0).test
    model = digitzoo.fashion_cnn()

    def drawn(figure: object) -> None:
        figure.canvas.draw()  # type: ignore[attr-defined] # a Figure
        plt.close("all")

    print(f"import digitzoo loads matplotlib: {python(LOADED)} (wanted: False)\n")
    print(f"{'':42}{'first':>12}{'later':>12}{'CPU':>12}  wanted")
    row("25 samples", timed(lambda: plt.close(digitzoo.plot_samples(clothes, 25))), "")
    row(
        "25 samples, drawn",
        timed(lambda: drawn(digitzoo.plot_samples(clothes, 25))),
        "below 0.5 s",
    )
    row(
        "feature maps of fashion_cnn, one image",
        timed(lambda: digitzoo.feature_maps(model, clothes.images[0])),
        "",
    )
    row(
        "the same, drawn",
        timed(lambda: drawn(digitzoo.plot_feature_maps(model, clothes.images[0]))),
        "below 1.5 s",
    )


if __name__ == "__main__":
    main()
