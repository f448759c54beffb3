"""The page's JavaScript in one piece: modules in the order in which they need each other.

A page opened from a disk may load no module. So each file becomes a function that returns what it
exports, and an import takes from that. The files stay what they are in the tree.
"""

import re
from functools import cache
from importlib import resources

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function\*?|class|const|let) (\w+))", re.MULTILINE)


def read_web_file(name: str) -> str:
    """Read one of the files of the page."""
    return (resources.files("digitzoo.explorer") / "web" / name).read_text(encoding="utf-8")


@cache
def bundle(*entries: str) -> str:
    """Join modules with all that they import; what they export has its name.

    >>> bundle("network.js").splitlines()[-1]
    'const { unpack, randomNumbers, Network } = network;'
    """
    modules: dict[str, str] = {}

    def add(name: str) -> str:
        """Add what a module needs, then the module; give what it exports."""
        text = read_web_file(f"{name}.js")
        names = ", ".join(name for _, name in _EXPORT.findall(text))
        if name not in modules:
            for _, needed in _IMPORT.findall(text):
                add(needed)
            body = _EXPORT.sub(r"\1", _IMPORT.sub(r"const \1 = \2;", text))
            modules[name] = f"const {name} = (() => {{\n{body}return {{ {names} }};\n}})();"
        return names

    exported = {name: add(name) for name in (entry.removesuffix(".js") for entry in entries)}
    ends = [f"const {{ {names} }} = {name};" for name, names in exported.items()]
    return "\n".join([*modules.values(), *ends])
