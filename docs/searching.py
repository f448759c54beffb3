"""Search: what each language finds, and which pages come first.

Material keeps one index for all languages. Its worker is started by `language.js`, which leaves the
pages of one language and reads questions as people ask them.
"""

import re
from typing import Any

# How much more a page counts, by its folder: who asks how to do something wants to be told how.
BOOSTS = dict.fromkeys(("how-to", "start", "teach"), 6.0)
BOOSTS |= {"formulas": 4.0, "course": 2.0}
BOOSTS |= dict.fromkeys(("results", "benchmarks", "design"), 0.3)
HANGUL = re.compile("[가-힣]")
# Of one page each: Material takes it for the home of a language, and asks for a site map beside it.
ALTERNATE = re.compile(r'\s*<link rel="alternate" [^>]*hreflang=[^>]*>')


def boost(url: str) -> float:
    """Give how much a page counts.

    >>> boost("ko/how-to/export/")
    6.0
    """
    folder = url.removeprefix("ko/").partition("/")[0]
    return BOOSTS.get(folder, 1.0)


def entries_of_a_language(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take English out of the Korean index: whole pages, and the docstrings of the reference.

    A name such as `conv_output_size` is found in both languages.
    """
    page = {id(entry): entry["location"].partition("#")[0] for entry in entries}
    korean = {page[id(entry)] for entry in entries if HANGUL.search(entry["title"] + entry["text"])}
    kept = []
    for entry in entries:
        if entry["location"].startswith("ko/"):
            if page[id(entry)] not in korean:
                continue
            if "#digitzoo." in entry["location"]:
                entry["text"] = ""
        kept.append(entry)
    return kept


def with_language(html: str, language: str) -> str:
    """Let a page's search know its language."""
    html = ALTERNATE.sub("", html)
    return html.replace("/workers/search.", f"/workers/language.js?{language}&search.")
