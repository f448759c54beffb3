"""The code of the pages, run once: a translated page gets the outputs of the page it follows."""

import ast
import html
import io
import linecache
from dataclasses import dataclass, field
from functools import partial
from typing import Any


@dataclass
class Session:
    """The blocks of a page that share their names.

    Attributes:
        key: What its blocks so far are, but for comments and what pictures are called.
        waiting: Blocks whose outputs were known, and which therefore were not run.
        names: What the blocks that were run have defined.
    """

    key: tuple[str, ...] = ()
    waiting: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)


class Sessions:
    """Runs blocks of code, and none twice that follows on the same blocks.

    Where a block is new after all, those before it are run first, so that it finds their names.
    Files that a page writes lie in the folder that all pages share.
    """

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._outputs: dict[tuple[str, ...], tuple[str, list[str]]] = {}

    def run(self, code: str, session: str = "") -> str:
        """Give what a block prints.

        Args:
            code: The block.
            session: Whose names it shares; `""` for those of none.

        Raises:
            Exception: What the code raises.
        """
        here = self._sessions.setdefault(session, Session()) if session else Session()
        block, alts = without_alts(code)
        here.key = (*here.key, block)
        if here.key in self._outputs:
            here.waiting.append(code)
            output, their_alts = self._outputs[here.key]
            for theirs, ours in zip(their_alts, alts, strict=True):
                output = output.replace(html.escape(theirs), html.escape(ours))
            return output
        for earlier in here.waiting:
            execute(earlier, here.names)
        here.waiting.clear()
        output = execute(code, here.names)
        self._outputs[here.key] = output, alts
        return output


def without_alts(code: str) -> tuple[str, list[str]]:
    """Give a block without comments and what its pictures are called, and the latter apart."""
    tree = ast.parse(code)
    alts = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "picture":
            alt = node.args[0]
            if isinstance(alt, ast.Constant):
                alts.append(alt.value)
                alt.value = ""
    return ast.dump(tree), alts


def execute(code: str, names: dict[str, Any]) -> str:
    """Run a block with these names, and give what it prints."""
    printed = io.StringIO()
    names["__name__"] = "page"
    names["print"] = partial(print, file=printed)
    title = f"<block {len(linecache.cache)}>"
    linecache.cache[title] = (len(code), None, code.splitlines(keepends=True), title)
    exec(compile(code, title, "exec"), names)  # noqa: S102 - the pages' own code
    return printed.getvalue()
