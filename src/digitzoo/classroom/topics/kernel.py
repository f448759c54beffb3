"""Reading a kernel: what a 3 x 3 makes of a small picture, as layers slide it, without turning."""

from collections.abc import Iterable

from digitzoo.classroom.draw import Draw, Topic
from digitzoo.classroom.drawing import Drawing, Panel, Window
from digitzoo.classroom.problem import LETTERS, Problem
from digitzoo.formulas import Explanation
from digitzoo.formulas.explanations.explanation import Step

Grid = tuple[tuple[int, ...], ...]

_SIZE = 5
_KERNELS: tuple[Grid, ...] = (
    ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),  # from dark on the left to light on the right
    ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
    ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),  # Sobel
    ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    ((-1, -1, 0), (-1, 0, 1), (0, 1, 1)),
    ((0, 0, 0), (-1, 1, 0), (0, 0, 0)),  # differences of neighbours
    ((0, -1, 0), (0, 1, 0), (0, 0, 0)),
    ((-1, 2, -1), (-1, 2, -1), (-1, 2, -1)),  # a line that stands
    ((1, 0, 0), (0, 0, 0), (0, 0, -1)),
    ((0, 0, 1), (0, -1, 0), (0, 0, 0)),
)


def slide(picture: Grid, kernel: Grid) -> Grid:
    """Slide a kernel over a picture, valid, as a convolution layer does: it is not turned."""
    places = range(len(picture) - len(kernel) + 1)
    return tuple(tuple(_at(picture, kernel, row, left) for left in places) for row in places)


def _at(picture: Grid, kernel: Grid, top: int, left: int) -> int:
    cells = ((row, column) for row in range(len(kernel)) for column in range(len(kernel)))
    return sum(kernel[row][column] * picture[top + row][left + column] for row, column in cells)


def _turned(grid: Grid) -> Grid:
    return tuple(row[::-1] for row in grid[::-1])


def _across(grid: Grid) -> Grid:
    return tuple(zip(*grid, strict=True))


def _positive(grid: Grid) -> Grid:
    return tuple(tuple(map(abs, row)) for row in grid)


def _negative(grid: Grid) -> Grid:
    return tuple(tuple(-value for value in row) for row in grid)


def _picture(draw: Draw) -> Grid:
    """Draw a block or a corner of ink, somewhere on white, that is not alike all over."""
    top, left = draw.between(0, 2), draw.between(0, 2)
    high, wide = draw.one((1, 4), (4, 1), (2, 3), (3, 2), (3, 3), (2, 2), (5, 2), (2, 5))
    corner = draw.one(True, False)
    inside = [
        (row, column)
        for row in range(top, min(top + high, _SIZE))
        for column in range(left, min(left + wide, _SIZE))
        if not corner or row == top or column == left
    ]
    return _inked(inside)


def _inked(cells: Iterable[tuple[int, int]]) -> Grid:
    every = set(cells)
    return tuple(tuple(int((y, x) in every) for x in range(_SIZE)) for y in range(_SIZE))


def _products(picture: Grid, kernel: Grid, top: int, left: int) -> str:
    told = [
        f"{weight} x 1" if weight > 0 else f"({weight}) x 1"
        for row, weights in enumerate(kernel)
        for column, weight in enumerate(weights)
        if weight and picture[top + row][left + column]
    ]
    return " + ".join(told or ["0"]) + f" = {_at(picture, kernel, top, left)}"


def _working(draw: Draw, picture: Grid, kernel: Grid, row: int, column: int) -> Explanation:
    title = draw.word("step", "position", row=row + 1, column=column + 1)
    formula, remark = draw.word("step", "position is"), draw.word("step", "not turned")
    products = _products(picture, kernel, row, column)
    return draw.steps("slide", Step(title, formula, products, remark))


def value(draw: Draw) -> Problem:
    """Ask for one number of what comes out."""
    kernel, picture = draw.one(*_KERNELS), _picture(draw)
    row, column = draw.between(0, 2), draw.between(0, 2)
    panels = (
        Panel(draw.word("kernel", "kernel"), kernel),
        Panel(draw.word("kernel", "picture"), picture, (Window(row, column, 3),), inked=True),
    )
    return draw.problem(
        "value",
        answer=_at(picture, kernel, row, column),
        wrong={
            "turned": _at(picture, _turned(kernel), row, column),
            "across": _at(picture, _across(kernel), row, column),
            "signs": _at(picture, _positive(kernel), row, column),
            "middle": kernel[1][1] * picture[row + 1][column + 1],
            "inked": sum(sum(line[column : column + 3]) for line in picture[row : row + 3]),
        },
        working=_working(draw, picture, kernel, row, column),
        drawing=Drawing(panels, draw.word("kernel", "about")),
        row=row + 1,
        column=column + 1,
    )


_MISREAD = {"turned": _turned, "across": _across, "signs": _positive, "negative": _negative}


def _choice(draw: Draw, *, of_kernels: bool) -> Problem:
    """Ask which output a kernel makes, or which kernel made an output."""
    kernel, picture = draw.one(*_KERNELS), _picture(draw)
    made = slide(picture, kernel)
    others: dict[Grid, tuple[str, Grid]] = {}  # one for each output that differs
    for why, misread in _MISREAD.items():
        wrong = misread(kernel)
        output = slide(picture, wrong)
        if output != made and output not in others:
            others[output] = (why, wrong if of_kernels else output)
    few = [*others.values()][:3]
    shown = [kernel if of_kernels else made, *(grid for _, grid in few)]
    draw.dice.shuffle(shown)
    letter = dict(zip(shown, LETTERS, strict=False))
    first = Panel(draw.word("kernel", "picture"), picture, inked=True)
    second = ("output", made) if of_kernels else ("kernel", kernel)
    given = (first, Panel(draw.word("kernel", second[0]), second[1]))
    choices = tuple(Panel(name, grid) for grid, name in letter.items())
    differs = [(y, x) for y in range(3) for x in range(3) if made[y][x]]
    row, column = differs[0] if differs else (0, 0)
    return draw.problem(
        "which kernel" if of_kernels else "which output",
        answer=letter[kernel if of_kernels else made],
        wrong={why: letter[grid] for why, grid in few},
        working=_working(draw, picture, kernel, row, column),
        drawing=Drawing((*given, *choices), draw.word("kernel", "about")),
    )


def which_output(draw: Draw) -> Problem:
    """Ask which of some outputs a kernel makes."""
    return _choice(draw, of_kernels=False)


def which_kernel(draw: Draw) -> Problem:
    """Ask which of some kernels made an output."""
    return _choice(draw, of_kernels=True)


KINDS: Topic = {"easy": (value,), "medium": (which_output,), "hard": (which_kernel,)}
