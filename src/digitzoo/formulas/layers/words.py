"""The words of explanations and notes: one file a language beside this one."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "ko")


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Give the phrases of a language by their keys."""
    import tomllib  # only who reads words needs it

    file = Path(__file__).with_name(f"words_{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
