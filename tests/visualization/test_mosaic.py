"""Many arrays as one picture."""

import numpy as np

from digitzoo.visualization.images import mosaic_columns, tile


def test_tiles_hold_every_array_once():
    arrays = np.arange(17 * 2 * 3, dtype=float).reshape(17, 2, 3)
    sheet = tile(arrays, mosaic_columns(17))
    assert np.sort(sheet[np.isfinite(sheet)]).tolist() == list(range(17 * 6))
