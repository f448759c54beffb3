"""A sheet of problems, which prints, shows itself in notebooks, and writes itself."""

from collections.abc import Callable
from functools import partial
from os import PathLike
from pathlib import Path

from digitzoo.checks import check_flag
from digitzoo.classroom.problem import Problem
from digitzoo.classroom.words import word, words_of
from digitzoo.errors import InvalidArgumentError, shown
from digitzoo.formulas.layers.frozen import Frozen
from digitzoo.saving import check_target, writing


class Worksheet(Frozen):
    """Problems for a class, with their answers.

    Attributes:
        topics: What it is about.
        problems: The problems, in order.
        seed: What it was drawn with.
        level: `"easy"`, `"medium"` or `"hard"`.
        language: `"en"` or `"ko"`.
        choices: Whether answers are chosen, not written.

    >>> from digitzoo import worksheet
    >>> len(worksheet("memory", count=5).problems)
    5
    """

    topics: tuple[str, ...]
    problems: tuple[Problem, ...]
    seed: int
    level: str
    language: str
    choices: bool

    @property
    def title(self) -> str:
        """What stands above it."""
        every = {*words_of(self.language)["topics"]} == {*self.topics}
        named = [self.words("topics", topic) for topic in self.topics]
        topics = self.words("sheet", "every") if every else ", ".join(named)
        return word(
            self.language,
            "sheet",
            "heading",
            title=self.words("sheet", "title"),
            topics=topics,
        )

    @property
    def words(self) -> Callable[..., str]:
        """What gives the texts of its language, by table and key."""
        return partial(word, self.language)

    @property
    def about(self) -> str:
        """Its level and its number."""
        level = self.words("level", self.level)
        return self.words("sheet", "about", level=level, seed=f"{self.seed:,}")

    def save(self, path: str | PathLike[str], *, answers: bool = True) -> Path:
        """Write it: the suffix says as what.

        Args:
            path: `.html` to print, `.md`, `.tex`, `.txt`, `.ipynb`; to import into a school's
                system `.xml` (Moodle), `.gift` (Moodle and others) or `.zip` (QTI 2.1).
            answers: Whether answers and workings are on it, on a page of their own. What a school's
                system imports has them always.

        Returns:
            The path.

        Raises:
            InvalidArgumentError: The suffix is unknown, the folder is not there, or a system's
                format is to be written without answers.
            DataFileError: The file cannot be written.

        >>> import tempfile
        >>> from digitzoo import worksheet
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = worksheet("parameters", count=3).save(f"{folder}/sheet.html")
        ...     print(path.name)
        sheet.html
        """
        from digitzoo.classroom.formats import FORMATS, IMPORTED

        target, suffix = check_target(path, FORMATS)
        answers = check_flag("answers", answers)
        if not answers and suffix in IMPORTED:
            raise InvalidArgumentError(
                f".{suffix} is for a system that marks, and needs the answers. Received "
                f"answers=False and {shown(str(path))}. Leave answers=False out."
            )
        content = FORMATS[suffix](self, answers)
        with writing(target):
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return target

    def __str__(self) -> str:
        from digitzoo.classroom.formats.text import write_text

        return write_text(self, answers=True).rstrip("\n")

    def __repr__(self) -> str:
        return f"Worksheet({', '.join(self.topics)}, {len(self.problems)} problems, {self.about})"

    def _repr_html_(self) -> str:
        from digitzoo.classroom.formats.html import write_fragment

        return write_fragment(self)
