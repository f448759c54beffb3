"""What is in the package, counted for the first page."""

import digitzoo
from digitzoo import list_datasets, list_models, load_data, model_card
from digitzoo.formulas import layers


def rows() -> dict[str, str]:
    """Count what there is, kind by kind."""
    cards = [model_card(name) for name in list_models()]
    measured = [row for card in cards for row in card.measured]
    data = [load_data(name) for name in list_datasets()]
    sizes = sorted(card.parameters for card in cards)
    return {
        "networks": f"{len(cards)} ({sizes[0]:,} ~ {sizes[-1]:,})",
        "weights": f"{sum(row.weights is not None for row in measured)}",
        "measured": f"{sum(len(row.seeds) for row in measured)}",
        "images": f"{sum(len(part) for one in data for part in _parts(one)):,}",
        "layers": f"{len(layers.__all__) - 1}",  # but for their common base
        "pictures": f"{sum(name.startswith(('plot_', 'animate_')) for name in digitzoo.__all__)}",
        "formats": "LiteRT, ONNX, C, SavedModel",
    }


def _parts(data: digitzoo.Dataset) -> list[digitzoo.Split]:
    return [data.train, data.validation, data.test]
