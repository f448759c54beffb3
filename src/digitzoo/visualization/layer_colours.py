"""One colour for each kind of layer, the same in every picture of a network.

From Okabe and Ito's palette (2008), which people with any colour vision tell apart. The fills are
light, so that black text reads on them whatever the style behind.
"""

from typing import NamedTuple


class Tint(NamedTuple):
    """The colours of a box."""

    fill: str
    edge: str


_BLUE = Tint("#D6E9F5", "#0072B2")
_ORANGE = Tint("#FBE9C4", "#B87900")
_GREEN = Tint("#CFEBE2", "#00785A")
_PURPLE = Tint("#F4DFEB", "#A8527F")
_GRAY = Tint("#EDEDED", "#6B6B6B")

_KINDS = (
    ("Conv", _BLUE),
    ("Pool", _ORANGE),
    ("Dense", _GREEN),
    ("Embedding", _GREEN),
    ("Normalization", _PURPLE),
    ("Dropout", _GRAY),
)


def tint_of(kind: str) -> Tint:
    """Give the colours for a layer's class name.

    >>> tint_of("DepthwiseConv2D") == tint_of("Conv2D")
    True
    >>> tint_of("Flatten").edge
    '#6B6B6B'
    """
    return next((tint for part, tint in _KINDS if part in kind), _GRAY)
