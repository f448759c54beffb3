"""The words of the glossary, linked where a chapter of the course first explains them, in bold."""

import re
from functools import cache
from pathlib import Path

DOCS = Path(__file__).resolve().parent
COURSE = "course/"
HEADING = re.compile(r"^## (.+?)(?: \(.+\))?(?: \{ #(.+) \})?$", re.MULTILINE)
BOLD = re.compile(r"\*\*([^*\n]+(?:\n[^*\n]+)?)\*\*")


@cache
def words(end: str) -> dict[str, str]:
    """Give the anchor of each word, of the page that ends so: `.md` or `.ko.md`."""
    page = (DOCS / f"glossary{end}").read_text(encoding="utf-8")
    return {
        word.lower(): anchor or word.lower().replace(" ", "-")
        for word, anchor in HEADING.findall(page)
    }


def linked(markdown: str, end: str) -> str:
    """Link the words of the glossary in a chapter; what else is bold stays as it is.

    >>> linked("Each of the **units** has a **dense1**.", ".md")
    'Each of the [**units**](../glossary.md#unit) has a **dense1**.'
    """

    def link(bold: re.Match[str]) -> str:
        anchor = anchor_of(bold[1], end)
        return f"[{bold[0]}](../glossary.md#{anchor})" if anchor else bold[0]

    return BOLD.sub(link, markdown)


def anchor_of(bold: str, end: str) -> str | None:
    """Find a word, or what it is the plural of."""
    word = " ".join(bold.lower().split())
    known = words(end)
    return known.get(word) or known.get(word.removesuffix("s"))
