"""Formulas of the layers: shapes, parameters, MACs and receptive fields. Standard library only."""

from digitzoo.formulas import layers
from digitzoo.formulas.catalogue import describe
from digitzoo.formulas.info import LayerInfo, layer_info
from digitzoo.formulas.sizes import conv_output_size, conv_transpose_output_size, pool_output_size
from digitzoo.formulas.summary import Summary, Totals, summarize

__all__ = [
    "LayerInfo",
    "Summary",
    "Totals",
    "conv_output_size",
    "conv_transpose_output_size",
    "describe",
    "layer_info",
    "layers",
    "pool_output_size",
    "summarize",
]
