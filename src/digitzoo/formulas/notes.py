"""What a reader should know of a layer: a phrase with its values, worded when it is shown."""

from collections.abc import Mapping
from typing import Self

from digitzoo.formulas.phrases.english import ENGLISH


class Note(str):  # noqa: SLOT000 - a layer has a note or two
    """A note: English as it stands, and in the words of another language when they are asked.

    >>> note = Note("no formula", kind="LSTM")
    >>> print(note)
    LSTM has no formula here: its MACs are not counted.
    >>> note.key, note.values
    ('no formula', {'kind': 'LSTM'})
    """

    key: str
    values: Mapping[str, object]

    def __new__(cls, key: str, **values: object) -> Self:
        """Word it in English, and keep what it was made of."""
        note = super().__new__(cls, ENGLISH[key].format(**values))
        note.key, note.values = key, values
        return note

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.key,), dict(self.values)

    def worded(self, words: Mapping[str, str]) -> str:
        """Put it into the words of a language."""
        return words[self.key].format(**self.values)
