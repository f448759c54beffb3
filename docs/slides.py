"""Slides of the chapters: made with the pages, from the same text, code and pictures.

A slide has a heading, the first sentence of each paragraph, and then the code, table or picture
that they lead to; the paragraphs as they stand are its notes. An exercise is a slide of its own.
"""

import html as htmllib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

FOLDER = "course/"
NAME = "slides.html"
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "col", "wbr"})
HEADINGS = ("h1", "h2", "h3")
SHORTEST = 25  # letters of a first sentence; "No." is followed by what it means
EXERCISE = re.compile(r"^<p><strong>\D*\d+\.?</strong>")  # "Exercise 1.", "1."
FULL, PICTURE = 28, 12  # lines of code
LIVE, BUTTON = "dz-live", "md-button"
TAG = re.compile(r"<(/?)(\w+)[^>]*>")
LINK = re.compile(r'<a class="headerlink".*?</a>')
WORDS = {
    "en": {"open": "Slides of this chapter", "keys": "→ ← turn, N shows the notes, Ctrl-P prints"},
    "ko": {"open": "이 장의 슬라이드", "keys": "→ ← 넘기기, N 설명 보기, Ctrl-P 인쇄"},
}
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{root}stylesheets/slides.css">
</head>
<body>
{slides}
<script src="{root}scripts/slides.js"></script>
</body>
</html>
"""


@dataclass
class Slide:
    """What is shown of a part of a section, and what is said to it."""

    heading: str
    sentences: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Nodes(HTMLParser):
    """Takes HTML apart into the elements that do not lie in another."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.nodes: list[tuple[str, str]] = []
        self._html, self._depth, self._start, self._tag = html, 0, 0, ""
        lines = [0, *(place.end() for place in re.finditer("\n", html))]
        self._lines = lines
        self.feed(html)

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if self._depth == 0:
            self._start, self._tag = self._place(), tag
        if tag not in VOID:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag not in VOID
        if self._depth == 0:
            end = self._html.index(">", self._place()) + 1
            self.nodes.append((self._tag, self._html[self._start : end]))


def slides_of(html: str) -> list[Slide]:
    """Make the slides of a page's content."""
    slides: list[Slide] = []
    for tag, node in _Nodes(html).nodes:
        if tag in HEADINGS:
            slides.append(Slide(LINK.sub("", node)))
            continue
        if not slides or tag in {"script", "link"} or f'href="{NAME}"' in node or BUTTON in node:
            continue
        now = slides[-1]
        if tag == "p":
            if EXERCISE.search(node):
                slides.append(Slide(now.heading, body=[node]))
                continue
            if now.body:  # what follows on a picture is of the next one
                slides.append(now := Slide(now.heading))
            now.sentences.append(first_sentence(node))
            now.notes.append(node)
        elif tag == "details" and not (now.body and EXERCISE.search(now.body[0])):
            now.notes.append(node)
        else:
            if now.body and (LIVE in node[:SHORTEST] or _lines([*now.body, node]) > FULL):
                slides.append(now := Slide(now.heading))
            now.body.append(node)
    return _joined(slides)


def _lines(body: list[str]) -> int:
    """Guess how high a slide becomes."""
    closed = (node for node in body if not node.startswith("<details"))
    return sum(PICTURE if node.startswith("<figure") else node.count("\n") for node in closed)


def _joined(slides: list[Slide]) -> list[Slide]:
    """Put what is said after a picture, and leads to none, under the picture."""
    joined: list[Slide] = []
    for slide in slides:
        if not slide.sentences and not slide.body and "<h1" not in slide.heading:
            continue  # a section that begins with a smaller one
        before = joined[-1] if joined else None
        if before and before.body and not slide.body and before.heading == slide.heading:
            before.body += [f"<p>{sentence}</p>" for sentence in slide.sentences]
            before.notes += slide.notes
        else:
            joined.append(slide)
    return joined


def first_sentence(paragraph: str) -> str:
    """Take the first sentence of a paragraph, with its markup whole.

    >>> first_sentence("<p>The input is a <b>picture</b> of 28 rows. The output is a digit.</p>")
    'The input is a <b>picture</b> of 28 rows.'
    """
    inner = paragraph.removeprefix("<p>").removesuffix("</p>")
    for end in re.finditer(r"[.?!](?=\s)", inner):
        said = inner[: end.end()]
        tags = [(close, tag) for close, tag in TAG.findall(said) if tag not in VOID]
        whole = sum(-1 if close else 1 for close, _ in tags) == 0
        if whole and len(TAG.sub("", said)) >= SHORTEST:
            return said
    return inner


def write(page: Any, site: Path) -> None:
    """Write the slides of a chapter beside it."""
    language = "ko" if page.url.startswith("ko/") else "en"
    text = PAGE.format(
        language=language,
        title=htmllib.escape(f"{page.title} - digitzoo"),
        root="../" * page.url.count("/"),
        slides="\n".join(map(_shown, slides_of(page.content))),
    )
    folder = site / page.url
    folder.mkdir(parents=True, exist_ok=True)  # the page itself is written after
    (folder / NAME).write_text(text, encoding="utf-8")


def link(url: str) -> str:
    """Give the link from a chapter to its slides."""
    words = WORDS["ko" if url.startswith("ko/") else "en"]
    return f'<p><a href="{NAME}" title="{words["keys"]}">{words["open"]}</a></p>'


def _shown(slide: Slide) -> str:
    said = "".join(f"<p>{sentence}</p>" for sentence in slide.sentences)
    return (
        f'<section><div class="slide">{slide.heading}\n<div class="said">{said}</div>\n'
        f'<div class="body">{"".join(slide.body)}</div></div>\n'
        f"<aside>{''.join(slide.notes)}</aside></section>"
    )
