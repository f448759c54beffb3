"""For mkdocstrings: the examples at the end of a docstring as a section, and so as code."""

import re
from typing import Any

from griffe import Extension, Object

_EXAMPLES = re.compile(r"^>>> ", re.MULTILINE)


class DoctestBlocks(Extension):
    """Put `Examples:` above the first `>>>` of each docstring, with all that follows below it."""

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:
        """Change a docstring when its object has been read."""
        if obj.docstring is None:
            return
        text = obj.docstring.value
        first = _EXAMPLES.search(text)
        if first is not None:
            told, examples = text[: first.start()], text[first.start() :]
            lines = [f"    {line}".rstrip() for line in examples.splitlines()]
            obj.docstring.value = "\n".join([told.rstrip(), "", "Examples:", *lines])
