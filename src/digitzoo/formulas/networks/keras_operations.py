"""`keras.ops` called on symbolic tensors: they have no weights, and most have no MACs."""

# Each value for itself.
_ACTIVATIONS = (
    *("Relu", "Relu6", "Sigmoid", "HardSigmoid", "HardSwish", "HardSilu", "HardTanh", "Silu"),
    *("Swish", "Gelu", "Tanh", "TanhShrink", "HardShrink", "SoftShrink", "Softmax", "LogSoftmax"),
    *("LogSigmoid", "Softplus", "Softsign", "LeakyRelu", "Elu", "Celu", "Selu", "Squareplus"),
    *("SparsePlus", "SparseSigmoid", "Sparsemax", "Threshold", "Exp", "Exp2", "Expm1", "Log"),
    *("Log10", "Log1p", "Log2", "Abs", "Absolute", "Negative", "Sqrt", "Rsqrt", "Square"),
    *("Reciprocal", "Cast", "SaturateCast", "Clip", "Copy", "StopGradient", "Sign", "Floor"),
    *("Ceil", "Round", "Trunc", "Sin", "Cos", "Tan", "Sinh", "Cosh", "Arcsin", "Arccos"),
    *("Arctan", "Arcsinh", "Arccosh", "Arctanh", "Erf", "LogicalNot", "Isnan", "Isfinite"),
    *("Isinf", "NanToNum", "ZerosLike", "OnesLike"),
)
# Value by value of two tensors, sizes of 1 repeated: all are worked out as Multiply is.
_MERGES = (
    *("Divide", "TrueDivide", "FloorDivide", "DivideNoNan", "Mod", "Power", "Arctan2"),
    *("Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "Isclose"),
    *("LogicalAnd", "LogicalOr", "LogicalXor", "Logaddexp", "Fmax", "Fmin", "Hypot"),
)
LAYERS_OF_OPERATIONS = {
    **dict.fromkeys(_ACTIVATIONS, "Activation"),
    **dict.fromkeys(_MERGES, "Multiply"),
    **{name: name for name in ("Add", "Subtract", "Multiply", "Maximum", "Minimum")},
}
"""The layers that do what an operation does."""

WITHOUT_MACS = frozenset(
    {
        # Values in another order, or some of them.
        *("GetItem", "Reshape", "Transpose", "Permute", "ExpandDims", "Squeeze", "Ravel", "Flip"),
        *("Concatenate", "Stack", "Unstack", "Vstack", "Hstack", "Dstack", "Split", "ArraySplit"),
        *("Pad", "Tile", "Repeat", "Roll", "Swapaxes", "Moveaxis", "Take", "TakeAlongAxis"),
        *("Slice", "SliceUpdate", "BroadcastTo", "Where", "Sort", "Argsort", "TopK", "Rot90"),
        *("OneHot", "Diagonal", "Tril", "Triu", "Rearrange", "SpaceToDepth", "DepthToSpace"),
        *("Select", "View", "Unfold", "Identity"),
        # Sums and the like; a MAC needs a product.
        *("Mean", "Sum", "Max", "Min", "Amax", "Amin", "Argmax", "Argmin", "Any", "All", "Prod"),
        *("Std", "Var", "Median", "Moments", "Cumsum", "Cumprod", "Logsumexp", "CountNonzero"),
        *("MaxPool", "AveragePool", "AdaptiveMaxPool", "AdaptiveAveragePool", "Norm", "Normalize"),
    }
)
"""Operations without multiply-accumulates; what comes out of them is asked of Keras."""
