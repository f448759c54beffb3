"""The pages of the reference, made while the site is built: one for each room.

A public name is there by being exported, from digitzoo or from its room; mkdocstrings writes what
its docstring says.
"""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import layer_page
import typer
from rooms import TITLES, WORDS, first_line, more_names, rooms, value_of

from digitzoo.formulas.layers.frozen import Frozen

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    trim_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_TEMPLATES.filters["cell"] = lambda text: text.replace("|", "&#124;")


def nav() -> list[Any]:
    """Give the entries of the navigation: the overview, the rooms, layers and commands."""
    entries: list[Any] = ["reference/index.md"]
    for room in rooms():
        entries.append({_title(room, "en"): f"reference/{room}.md"})
        if room == "formulas":
            entries.append({WORDS["en"]["layers"]: "reference/layers.md"})
    return [*entries, {WORDS["en"]["commands"]: "reference/command-line.md"}]


def page(name: str, language: str) -> str:
    """Write a page: `"index"`, that of a room, of the layers, or of the command line."""
    values: dict[str, Any] = {
        "w": WORDS[language],
        "language": language,
        "title": lambda room: _title(room, language),
        "sentence": lambda room: _sentence(room, language),
        "first_line": first_line,
    }
    template = name
    if name == "index":
        named = [(path.rpartition(".")[2], path, room) for room in rooms() for path in paths(room)]
        index = sorted(named, key=lambda one: one[0].lower())
        values |= {"rooms": rooms(), "index": index}
    elif name == "layers":
        values |= layer_page.values()
    elif name == "command-line":
        values["commands"] = [_described(*one) for one in commands().items()]
    else:
        template = "room"
        top = [path for path in paths(name) if path.count(".") == 1]
        more = paths(name)[len(top) :]
        values |= {"room": name, "top": top, "more": more, "options": _options}
    return _TEMPLATES.get_template(f"{template}.md.jinja").render(values).rstrip("\n") + "\n"


def translated(html: str) -> str:
    """Put mkdocstrings' titles into Korean; what docstrings say stays as it is."""
    for english, korean in WORDS["sections"].items():
        html = html.replace(
            f'<span class="doc-section-title">{english}:</span>',
            f'<span class="doc-section-title">{korean}:</span>',
        )
    return html


def paths(room: str) -> list[str]:
    """List what stands on a room's page, by the path that imports it."""
    top = [f"digitzoo.{name}" for name in rooms()[room]]
    return top + [f"digitzoo.{room}.{name}" for name in more_names(room)]


def _options(path: str, room: str) -> list[str]:
    """Give mkdocstrings what suits a kind of name."""
    value = value_of(path)
    options = ["show_bases: true"] if room == "errors" else []
    if inspect.isclass(value) and issubclass(value, Frozen):  # nobody makes them by hand
        options.append("merge_init_into_class: false")
    return options


def _title(room: str, language: str) -> str:
    return TITLES[room][language] if room in TITLES else room.capitalize()


def _sentence(room: str, language: str) -> str:
    if language == "ko" and room in TITLES:
        return TITLES[room]["what"]
    doc = importlib.import_module(f"digitzoo.{room}").__doc__ or ""
    return " ".join(doc.partition("\n\n")[0].split())


def commands() -> dict[str, Any]:
    """Give every command by what is typed for it, the program itself first."""
    from digitzoo.cli.app import app

    return dict(_walk("digitzoo", typer.main.get_command(app)))


def _walk(typed: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield typed, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _walk(f"{typed} {name}", child)


def _described(typed: str, command: Any) -> dict[str, Any]:
    """Say what a command does, how it is typed and what it takes."""
    from digitzoo.cli.app import help_rows

    context = typer.Context(command, info_name=typed)
    return {
        "typed": typed,
        "help": list(_paragraphs(command.help or "")),
        "usage": " ".join([typed, *command.collect_usage_pieces(context)]),
        "rows": list(help_rows(command.params, context)),
    }


def _paragraphs(text: str) -> Iterator[str]:
    """Take a command's help apart; a paragraph that is laid out in lines keeps them."""
    for paragraph in re.split(r"\n\s*\n", text.replace("\b", "").strip()):
        if re.search(r"\n  \S", paragraph):
            yield f"```\n{paragraph.strip(chr(10))}\n```"
        else:
            yield " ".join(paragraph.split())
