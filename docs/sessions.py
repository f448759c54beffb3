"""The code of the pages, run once: a translated page gets the outputs of the page it follows."""

import ast
import contextlib
import html
import io
import linecache
import multiprocessing
import os
import re
import tempfile
import textwrap
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pictures
import redrawing

Outputs = dict[tuple[str, ...], tuple[dict[str, str], list[str]]]
Block = tuple[str, str]  # its session and its code

FENCE = re.compile(r'^( *)```python exec="true"([^\n]*)\n(.*?)^\1```$', re.MULTILINE | re.DOTALL)

CAPTIONED = ("picture", "card")  # their first argument is in the page's language
EPOCHS = re.compile(r"\bepochs=(\d+)")


@dataclass
class Session:
    """The blocks of a page that share their names."""

    key: tuple[str, ...] = ()  # its blocks so far, but for comments and what pictures are called
    waiting: list[str] = field(default_factory=list)  # their outputs were known: they were not run
    language: str = "en"  # in which it drew last
    names: dict[str, Any] = field(default_factory=dict)  # what those that were run have defined


class Sessions:
    """Runs blocks of code, and none twice that follows on the same blocks.

    Where a block is new after all, those before it are run first, so that it finds their names.
    Files that a page writes lie in the folder that all pages share.
    """

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._outputs: Outputs = {}

    def prepare(self, pages: list[Path]) -> None:
        """Run the code of pages side by side, each page in a fresh process and folder.

        So a page does not depend on those before it, and all cores are used. Its Korean twin
        follows in the same folder: where it asks for Korean, it finds what was trained there. What
        fails is run again, and told, when its page is built.
        """
        twins = [(page, page.with_suffix(".ko.md")) for page in pages]
        texts = [
            [page.read_text(encoding="utf-8") for page in pair if page.exists()] for pair in twins
        ]
        blocks = [[block for text in pair for block in blocks_of(text)] for pair in texts]
        unknown = sorted((page for page in blocks if not self._knows(page)), key=work, reverse=True)
        if not unknown:
            return
        from digitzoo.recipes.one_seed import ONE_THREAD

        context = multiprocessing.get_context("spawn")
        with (
            mock.patch.dict(os.environ, ONE_THREAD),  # with more, they wait for each other
            ProcessPoolExecutor(
                os.cpu_count(), context, initializer=be_silent, max_tasks_per_child=1
            ) as pool,
        ):
            for outputs in pool.map(run_page, unknown):
                self._outputs |= outputs

    def _knows(self, blocks: list[Block]) -> bool:
        keys: dict[str, tuple[str, ...]] = {}
        for session, code in blocks:
            keys[session] = (*keys.get(session, ()), without_alts(code)[0])
        return all(key in self._outputs for key in keys.values())

    def run(self, code: str, session: str = "") -> str:
        """Give what a block prints; it shares the names of its session, if it has one."""
        here = self._sessions.setdefault(session, Session()) if session else Session()
        block, alts = without_alts(code)
        here.key = (*here.key, block)
        here.language = redrawing.speaks(ast.parse(code), session) or here.language
        if here.key in self._outputs:
            here.waiting.append(code)
            outputs, their_alts = self._outputs[here.key]
            output = outputs[here.language]
            for theirs, ours in zip(their_alts, alts, strict=True):
                output = output.replace(html.escape(theirs), html.escape(ours))
            return output
        for earlier in here.waiting:
            execute(earlier, here.names)
        here.waiting.clear()
        outputs = execute(code, here.names)
        self._outputs[here.key] = outputs, alts
        return outputs[here.language]


def blocks_of(page: str) -> list[Block]:
    """Find the blocks of a page that are run."""
    found = []
    for match in FENCE.finditer(page):
        session = re.search(r'session="([^"]*)"', match[2])
        found.append((session[1] if session else "", textwrap.dedent(match[3])))
    return found


def work(blocks: list[Block]) -> int:
    """Guess how long the blocks of a page take: by far the most of it is epochs of training."""
    return sum(1 + sum(map(int, EPOCHS.findall(code))) for _, code in blocks)


def be_silent() -> None:
    """Drop what libraries say on standard error; the build tells of errors itself."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def run_page(blocks: list[Block]) -> Outputs:
    """Run the blocks of a page in a folder of its own, up to the first that fails."""
    sessions, before = Sessions(), Path.cwd()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chdir(folder)
        with contextlib.suppress(Exception):  # the build runs it again, and says what it is
            for session, code in blocks:
                sessions.run(code, session)
        os.chdir(before)
    return sessions._outputs  # noqa: SLF001 - its own module


def without_alts(code: str) -> tuple[str, list[str]]:
    """Give a block without comments, what its pictures are called and in which language they are.

    What they are called comes apart.
    """
    tree = redrawing.unspoken(ast.parse(code))
    alts = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CAPTIONED:
            alt = node.args[0]
            if isinstance(alt, ast.Constant):
                alts.append(alt.value)
                alt.value = ""
    return ast.dump(tree), alts


class Printed:
    """What a block prints, in each language; pictures alone differ."""

    def __init__(self) -> None:
        self.pages = {language: io.StringIO() for language in pictures.LANGUAGES}

    def write(self, text: str) -> None:
        """Print for all."""
        for page in self.pages.values():
            page.write(text)


def execute(code: str, names: dict[str, Any]) -> dict[str, str]:
    """Run a block with these names, and give what it prints, by language."""
    printed = Printed()
    names["__name__"] = "page"
    names["print"] = partial(print, file=printed)
    names["__printed__"] = printed.pages
    title = f"<block {len(linecache.cache)}>"
    linecache.cache[title] = (len(code), None, code.splitlines(keepends=True), title)
    before = names.get("__drawings__", [[]])[-1]
    tree, names["__drawings__"] = redrawing.with_drawings(ast.parse(code), before)
    exec(compile(tree, title, "exec"), names)
    return {language: page.getvalue() for language, page in printed.pages.items()}
