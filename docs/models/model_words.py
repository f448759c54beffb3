"""What the pages of the models say, in each language, and what cards say in Korean."""

import tomllib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def all_words() -> dict[str, dict[str, str]]:
    """Give every phrase, by its key and then by language."""
    return tomllib.loads((_FOLDER / "words.toml").read_text(encoding="utf-8"))


def words(language: str, key: str, **values: object) -> str:
    """Give a phrase in a language, with values put in.

    >>> words("ko", "parameters")
    '매개변수'
    """
    return all_words()[key][language].format(**values)


def has_words(key: str) -> bool:
    """Tell whether there is such a phrase.

    >>> has_words("layer Conv2D"), has_words("layer Conv9D")
    (True, False)
    """
    return key in all_words()


@cache
def card_sentences() -> dict[str, str]:
    """Give the Korean of what cards and recipes say in English, by the English."""
    tables = tomllib.loads((_FOLDER / "korean.toml").read_text(encoding="utf-8"))
    return {english: korean for table in tables.values() for english, korean in table.items()}


def said(text: str, language: str) -> str:
    """Give a card's sentence in a language; English stands where there is no Korean.

    >>> said("rank 15", "ko")
    '15위'
    """
    return card_sentences().get(text, text) if language == "ko" else text
