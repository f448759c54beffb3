"""20,000 random layers, ours against Keras's own shapes and parameters.

Run: python benchmarks/formulas_oracle.py [number of cases]
"""

import importlib.util
import sys
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

TEST = Path(__file__).parents[1] / "tests" / "formulas" / "layers" / "test_keras_oracle.py"


def main() -> None:
    """Run the cases and print what came out, by layer."""
    spec = importlib.util.spec_from_file_location("oracle", TEST)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{TEST} cannot be loaded.")
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    layers: Counter[tuple[str, str]] = Counter()

    @settings(
        max_examples=wanted,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(oracle.CASES)
    def run(case: object) -> None:
        layers[case[0], oracle.check(case)] += 1  # type: ignore[index]

    started = time.perf_counter()
    run()
    seconds = time.perf_counter() - started
    print(f"{'layer':24} {'agreed':>8} {'refused by both':>16}  only we refuse")
    for name in sorted({layer for layer, _ in layers}):
        kinds = {kind: count for (layer, kind), count in layers.items() if layer == name}
        agreed, refused = kinds.pop("agreed", 0), kinds.pop("refused by both", 0)
        rest = "; ".join(f"{count} ({kind})" for kind, count in kinds.items())
        print(f"{name:24} {agreed:8,} {refused:16,}  {rest}")
    print(f"{sum(layers.values()):,} cases, no mismatch, {seconds:.0f} s")


if __name__ == "__main__":
    main()
