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
DOCSTRING = re.compile(r"ko/reference/.*#digitzoo\.")
# Of one page each: Material takes it for the home of a language, and asks for a site map beside it.
ALTERNATE = re.compile(r'\s*<link rel="alternate" [^>]*hreflang=[^>]*>')


def in_english(url: str, source: str) -> bool:
    """Say whether a page of the Korean side has no Korean text, so that the English one stands."""
    return url.startswith("ko/") and not source.endswith(".ko.md")


def settings(url: str, source: str) -> dict[str, Any]:
    """Give what the search makes of a page.

    >>> settings("ko/how-to/export/", "how-to/export.ko.md")
    {'boost': 6.0}
    >>> settings("ko/gallery/", "gallery.md")
    {'exclude': True}
    """
    if in_english(url, source):
        return {"exclude": True}
    folder = url.removeprefix("ko/").partition("/")[0]
    return {"boost": BOOSTS.get(folder, 1.0)}


def without_docstrings(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take the reference's docstrings, which are English, out of the Korean index.

    Names such as `conv_output_size` stay, and are found in both languages.
    """
    return [
        entry | {"text": ""} if DOCSTRING.match(entry["location"]) else entry for entry in entries
    ]


def with_language(html: str, language: str) -> str:
    """Let a page's search know its language."""
    html = ALTERNATE.sub("", html)
    return html.replace("/workers/search.", f"/workers/language.js?{language}&search.")
