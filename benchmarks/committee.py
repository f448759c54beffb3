"""How right committees are: the zoo's networks together, and the seeds of one network.

    python benchmarks/committee.py [--dataset mnist] [--runs FOLDER ...]

No committee is chosen by how right it is: members are the networks of the zoo with the most
multiply-accumulates, two, three, five, seven and so on of them, each with its bundled weights. A
folder that `digitzoo reproduce` has filled, such as `runs/small_resnet-mnist-tuned`, makes a
committee of its seeds, and all folders together make one more.
"""

import argparse
import textwrap
from pathlib import Path

import keras

from digitzoo import build_model, committee, evaluate, list_models, load_data, summarize
from digitzoo.cli.output import print_table
from digitzoo.data import Split
from digitzoo.tables import Table


def main() -> None:
    """Measure each committee on the test images, and the best and the mean of its members."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--runs", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    test = load_data(options.dataset).test
    assert test is not None
    names = sorted(
        list_models(dataset=options.dataset), key=lambda name: -summarize(name).totals.macs
    )
    members = [build_model(name, weights=options.dataset) for name in names]
    counts = [count for count in (2, 3, 5, 7, 10) if count < len(names)]
    groups = {f"{count} of most MACs": members[:count] for count in counts}
    groups[f"all {len(names)}"] = members
    seeds: list[keras.Model] = []
    for folder in options.runs:
        paths = sorted(folder.glob("seed-*/final.keras"))
        found = [keras.models.load_model(path) for path in paths]
        groups[f"{len(found)} seeds of {found[0].name}"] = found
        seeds += found
    if len(options.runs) > 1:
        groups[f"these {len(seeds)} seeds"] = seeds
    errors = {id(one): wrong(one, test) for one in [*members, *seeds]}
    rows = []
    for title, group in groups.items():
        alone = [errors[id(one)] for one in group]
        mean = sum(alone) / len(alone)
        together = wrong(committee(group), test)
        accuracy = 1 - together / len(test)
        rows.append((title, str(min(alone)), f"{mean:.1f}", str(together), f"{accuracy:.4f}"))
    columns = ("members", "best alone", "mean alone", "together", "accuracy")
    print(f"{options.dataset}: wrong of {len(test):,} test images. By MACs:")
    print(textwrap.fill(", ".join(names), 80))
    print_table(Table(columns, tuple(rows), numbers=columns[1:]))


def wrong(model: keras.Model, test: Split) -> int:
    """Count the test images that a model calls wrong."""
    return len(evaluate(model, test).wrong)


if __name__ == "__main__":
    main()
