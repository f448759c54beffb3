"""Colours that follow the user's style sheet and can be told apart by colour-blind people."""

from itertools import cycle, islice
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.colors import to_rgb

# M. Okabe, K. Ito: Color Universal Design (2008), less black and yellow, lost on one background.
OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
_ON_DARK = ("#56B4E9", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#0072B2")

# Ten that are as far apart as a search found, also for colour-blind people (CIELAB distances of 25
# and more, seen by Machado et al. 2009), with a contrast of 3 : 1 and more to white, or to black.
_CLASSES = (
    *("#0000ff", "#24aa00", "#790c31", "#e73dff", "#317979"),
    *("#b68661", "#003d79", "#c279ce", "#496100", "#2424aa"),
)
_CLASSES_ON_DARK = (
    *("#559eff", "#ce6d0c", "#00f3b6", "#f30055", "#e7db79"),
    *("#ce00b6", "#86f300", "#ce79aa", "#49e7ff", "#4955ff"),
)

DIVERGING = "RdBu_r"  # blue below zero, white at zero, red above; safe for colour-blind people
SEQUENTIAL = "viridis"
FRAME = "#E69F00"  # orange is seen on black, on white, on photos and on the colours of weights
LINES = "#808080"  # reads on white and on black


def is_light(colour: Any) -> bool:
    """Tell whether black is read better on a colour than white."""
    red, green, blue = to_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue >= 0.5  # ITU-R BT.709


def is_dark() -> bool:
    """Tell whether the Axes of the user's style are dark."""
    return not is_light(mpl.rcParams["axes.facecolor"])


def series_colours(count: int) -> list[str]:
    """Give a colour for each of some series: the cycle of the user's style, or Okabe and Ito's."""
    own = mpl.rcParams["axes.prop_cycle"].by_key().get("color", [])
    if not own or own == mpl.rcParamsDefault["axes.prop_cycle"].by_key()["color"]:
        own = _ON_DARK if is_dark() else OKABE_ITO
    return list(islice(cycle(own), count))


def class_colour(label: int) -> str:
    """Give the colour of a class, for points on the Axes of the user's style; ten differ."""
    colours = _CLASSES_ON_DARK if is_dark() else _CLASSES
    return colours[label % len(colours)]


def right_colour() -> str:
    """The colour of what was recognised: blue, readable as text on the user's background."""
    return OKABE_ITO[0] if is_light(mpl.rcParams["figure.facecolor"]) else _ON_DARK[0]


def wrong_colour() -> str:
    """The colour of what was not: vermilion or orange, readable as text."""
    return "#C04A00" if is_light(mpl.rcParams["figure.facecolor"]) else "#E69F00"


def text_colour() -> str:
    """The colour of text in the user's style."""
    return str(mpl.rcParams["text.color"])


class Tint(NamedTuple):
    """The colours of a layer's box; the fill is light, so that black text reads on it."""

    fill: str
    edge: str


def tint_of(kind: str) -> Tint:
    """Give the colours for a layer's class name, the same in every picture of a network."""
    return next((tint for part, tint in _TINTS.items() if part in kind), _OTHER)


# From Okabe and Ito's palette too.
_OTHER = Tint("#EDEDED", "#6B6B6B")
_TINTS = {
    "Conv": Tint("#D6E9F5", "#0072B2"),
    "Pool": Tint("#FBE9C4", "#B87900"),
    "Dense": Tint("#CFEBE2", "#00785A"),
    "Embedding": Tint("#CFEBE2", "#00785A"),
    "Normalization": Tint("#F4DFEB", "#A8527F"),
}
