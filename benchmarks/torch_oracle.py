"""3,000 random layers of `torch.nn`: our sizes, parameters and refusals against PyTorch's own.

Run, where PyTorch is installed: python benchmarks/torch_oracle.py [cases] [seed] [file to record]
The recorded cases are compared in the suite, which has no PyTorch.
"""

import json
import random
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import torch

from digitzoo.errors import DigitzooError
from digitzoo.formulas import layer_info

Case = tuple[str, tuple[int, ...], dict[str, Any]]


def numbers(low: int, high: int, rank: int) -> Any:
    """Draw one number for all axes, or one for each; sometimes too many."""
    if random.random() < 0.5:
        return random.randint(low, high)
    count = rank if random.random() < 0.97 else rank + 1
    return tuple(random.randint(low, high) for _ in range(count))


def some(arguments: dict[str, Any]) -> dict[str, Any]:
    """Keep about two thirds of what may be left out."""
    return {name: value for name, value in arguments.items() if random.random() < 0.66}


def draw() -> Case:  # noqa: C901, PLR0911, PLR0912 - one case for each layer
    """Draw a layer, its input without the batch, and its arguments."""
    rank = random.randint(1, 3)
    spatial = tuple(random.randint(1, 9) for _ in range(rank + (random.random() < 0.04)))
    channels = random.choice((1, 2, 3, 4, 6))
    shape = (channels, *spatial)
    told = channels if random.random() < 0.95 else channels + 1
    kind = random.choice(
        (
            *("Conv", "ConvTranspose", "MaxPool", "AvgPool") * 3,
            *("ZeroPad", "BatchNorm", "Dropout", "Linear", "LayerNorm"),
            *("GroupNorm", "Flatten", "Softmax", "Embedding", "ReLU", "LeakyReLU", "ELU", "Tanh"),
        )
    )
    window = numbers(1, 5, rank)
    match kind:
        case "Conv" | "ConvTranspose":
            arguments = {
                "in_channels": told,
                "out_channels": random.choice((1, 2, 4, 6)),
                "kernel_size": window,
                **some(
                    {
                        "stride": numbers(1, 3, rank),
                        "padding": random.choice(
                            (numbers(0, 3, rank), numbers(0, 3, rank), "same", "valid", -1)
                        ),
                        "dilation": numbers(1, 3, rank),
                        "groups": random.choice((1, 1, 1, 2, 3)),
                        "bias": random.random() < 0.5,
                    }
                ),
            }
            if kind == "ConvTranspose":
                arguments |= some({"output_padding": numbers(0, 2, rank)})
            return f"{kind}{rank}d", shape, arguments
        case "MaxPool" | "AvgPool":
            options = {
                "stride": numbers(1, 3, rank),
                "padding": numbers(0, 2, rank),
                "ceil_mode": random.random() < 0.6,
            }
            if kind == "MaxPool":
                options["dilation"] = numbers(1, 3, rank)
            elif random.random() < 0.05:
                options["dilation"] = 2
            return f"{kind}{rank}d", shape, {"kernel_size": window, **some(options)}
        case "ZeroPad":
            # PyTorch's take any number of axes, ours the number of their name.
            shape = shape[: rank + 1]
            return f"ZeroPad{rank}d", shape, {"padding": numbers(0, 3, 2 * rank)}
        case "BatchNorm":
            options = {"affine": random.random() < 0.5, "eps": 0.1}
            options["track_running_stats"] = random.random() < 0.5
            if rank == 1 and random.random() < 0.3:
                shape = (channels,)
            return f"{kind}{rank}d", shape, {"num_features": told, **some(options)}
        case "Dropout":
            name = random.choice(("Dropout", f"Dropout{rank}d"))
            return name, shape, some({"p": random.choice((0.0, 0.3, 1.0, 1.5))})
        case "Linear":
            last = shape[-1] if random.random() < 0.95 else shape[-1] + 1
            sizes = {"in_features": last, "out_features": random.randint(1, 5)}
            return kind, shape, {**sizes, **some({"bias": random.random() < 0.5})}
        case "LayerNorm":
            axes = shape[-random.randint(1, len(shape)) :]
            given = axes[0] if len(axes) == 1 and random.random() < 0.5 else axes
            options = {"elementwise_affine": random.random() < 0.6, "bias": random.random() < 0.5}
            return kind, shape, {"normalized_shape": given, **some(options)}
        case "GroupNorm":
            groups = random.choice((1, 2, 3, channels))
            options = {"affine": random.random() < 0.6}
            return kind, shape, {"num_groups": groups, "num_channels": told, **some(options)}
        case "Softmax":
            return kind, shape, {"dim": random.randint(-len(shape) - 2, len(shape) + 1)}
        case "Embedding":
            return kind, shape, {"num_embeddings": 9, "embedding_dim": random.randint(1, 4)}
    return kind, shape, {}


def theirs(case: Case) -> tuple[tuple[int, ...], int] | None:
    """Run it in PyTorch: the output's shape and the parameters, or None where it refuses."""
    name, shape, arguments = case
    try:
        layer = getattr(torch.nn, name)(**arguments).eval()
        image = torch.zeros((2, *shape), dtype=torch.long if name == "Embedding" else torch.float)
        with torch.no_grad():
            output = layer(image)
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError):
        return None
    if not output.numel():
        return None  # PyTorch returns nothing at all, ours say so
    return tuple(output.shape[1:]), sum(one.numel() for one in layer.parameters())


def ours(case: Case) -> tuple[tuple[int | None, ...], int] | None:
    """Work it out, or None where it is refused."""
    name, shape, arguments = case
    try:
        info = layer_info(f"torch.nn.{name}", shape, **arguments)
    except DigitzooError:
        return None
    return info.output_shape, info.params


def main() -> None:
    """Compare, and print what came out by layer."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    random.seed(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    warnings.simplefilter("ignore")
    counts: Counter[tuple[str, str]] = Counter()
    recorded = []
    for _ in range(wanted):
        case = draw()
        one, other = ours(case), theirs(case)
        kind = "differs" if one != other else "refused by both" if one is None else "agreed"
        counts[case[0], kind] += 1
        recorded.append([*case, other])
        if one != other:
            print(f"{case}: ours {one}, PyTorch's {other}")
    print(f"{'layer':18} {'agreed':>7} {'refused by both':>16} {'differs':>8}")
    for name in sorted({name for name, _ in counts}):
        row = [counts[name, kind] for kind in ("agreed", "refused by both", "differs")]
        print(f"{name:18} {row[0]:7,} {row[1]:16,} {row[2]:8,}")
    if len(sys.argv) > 3:
        lines = ",\n".join(json.dumps(case) for case in recorded)
        Path(sys.argv[3]).write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    differ = sum(count for (_, kind), count in counts.items() if kind == "differs")
    print(f"{wanted:,} cases on PyTorch {torch.__version__}, {differ:,} differ")
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()
