"""What pictures say, in each language; the words stand in `words_en.toml` and `words_ko.toml`."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from digitzoo.checks import check_choice
from digitzoo.formulas.layers.base import LANGUAGES

Say = Callable[..., str]


@cache
def phrases(language: str) -> dict[str, str | dict[str, str]]:
    """Give the phrases of a language by their keys."""
    file = Path(__file__).with_name(f"words_{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def words_of(language: str) -> Say:
    """Hold a language to those that pictures speak, and give what puts a key into its words.

    >>> words_of("en")("maps", name="conv1", count=1, size="3 x 3")
    'conv1: 1 map of 3 x 3'
    """
    known = phrases(check_choice("language", language, LANGUAGES))

    def say(key: str, **values: object) -> str:
        phrase = known[key]
        if isinstance(phrase, dict):
            phrase = phrase["one" if values["count"] == 1 else "other"]
        return phrase.format(**values)

    return say
