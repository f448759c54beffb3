"""Formulas of the layers: shapes, parameters, MACs and receptive fields. Standard library only."""

from digitzoo.formulas import layers
from digitzoo.formulas.counts import (
    batch_normalization_params,
    conv2d_macs,
    conv2d_output_shape,
    conv2d_params,
    dense_macs,
    dense_params,
    depthwise_conv2d_params,
    separable_conv2d_params,
)
from digitzoo.formulas.explanations.explain import explain
from digitzoo.formulas.explanations.explanation import Explanation
from digitzoo.formulas.layers.catalogue import describe
from digitzoo.formulas.networks.info import LayerInfo
from digitzoo.formulas.networks.layer_info import layer_info
from digitzoo.formulas.networks.summary import Summary, summarize
from digitzoo.formulas.networks.totals import Totals
from digitzoo.formulas.questions import input_sizes_for, padding_for
from digitzoo.formulas.sizes import conv_output_size, conv_transpose_output_size, pool_output_size
from digitzoo.formulas.smallest_input import smallest_input
from digitzoo.formulas.stacks import Stack, stacks_reaching
from digitzoo.formulas.torch_padding import keras_padding, same_cropping, same_padding, torch_pad

__all__ = [
    "Explanation",
    "LayerInfo",
    "Stack",
    "Summary",
    "Totals",
    "batch_normalization_params",
    "conv2d_macs",
    "conv2d_output_shape",
    "conv2d_params",
    "conv_output_size",
    "conv_transpose_output_size",
    "dense_macs",
    "dense_params",
    "depthwise_conv2d_params",
    "describe",
    "explain",
    "input_sizes_for",
    "keras_padding",
    "layer_info",
    "layers",
    "padding_for",
    "pool_output_size",
    "same_cropping",
    "same_padding",
    "separable_conv2d_params",
    "smallest_input",
    "stacks_reaching",
    "summarize",
    "torch_pad",
]
