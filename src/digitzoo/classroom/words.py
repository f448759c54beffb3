"""What a sheet says, in each language: `words_en.toml` and `words_ko.toml` have the same keys."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def words_of(language: str) -> Mapping[str, Any]:
    """Give the texts of a language, by their tables and keys."""
    import tomllib

    file = Path(__file__).with_name(f"words_{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def word(language: str, table: str, key: str, **values: object) -> str:
    """Give a text in a language, with values put in."""
    text: str = words_of(language)[table][key]
    return text.format(**values)
