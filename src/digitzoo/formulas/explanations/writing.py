"""How axes and shapes are written in an explanation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from digitzoo.formulas.layers.shapes import AXIS_NAMES


def alike(lines: Sequence[Any], words: Mapping[str, str]) -> Iterator[tuple[Any, str]]:
    """Go through the axes, those with the same numbers together."""
    names = AXIS_NAMES.get(len(lines), ())
    shown = [words["depth axis" if name == "depth" else name] for name in names]
    for line in dict.fromkeys(lines):
        axes = [name for name, one in zip(shown, lines, strict=False) if one == line]
        *most, last = axes
        if not most:
            yield line, last
        else:
            yield line, words["and"].format(first=", ".join(most), last=last)


def on_each_axis(letter: str, sizes: Sequence[int | None]) -> tuple[str, ...]:
    """Write a letter for each axis; where the axes differ, with the axis's own beside it.

    >>> on_each_axis("F", (5, 5)), on_each_axis("F", (3, 4))
    (('F', 'F'), ('F_h', 'F_w'))
    """
    if len(set(sizes)) <= 1 or len(sizes) not in AXIS_NAMES:
        return (letter,) * len(sizes)
    return tuple(f"{letter}_{axis[0]}" for axis in AXIS_NAMES[len(sizes)])


def crossed(shape: Sequence[int | None]) -> str:
    """Write a shape: 28 x 28 x 1."""
    return " x ".join("?" if size is None else f"{size:,}" for size in shape)
