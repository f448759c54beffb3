"""The pages of the reference, made while the site is built: one for each room.

A public name is there by being exported, from digitzoo or from its room; mkdocstrings writes what
its docstring says.
"""

import importlib
import inspect
from typing import Any

from command_page import command_page
from layer_page import layer_page
from rooms import TITLES, first_line, more_names, rooms, value_of

from digitzoo.formulas.layers.frozen import Frozen

_WORDS = {
    "en": {
        "reference": "Reference",
        "intro": "Every public name, as its docstring says it; the examples run in the tests. "
        "Names under *From digitzoo* are imported from `digitzoo`, the others from their room.",
        "all names": "All names",
        "name": "name",
        "what": "what it does",
        "room": "room",
        "top": "From digitzoo",
        "more": "From digitzoo.{room}",
        "english": "",
        "layers": "Layer descriptions",
        "layers what": "The layers that the formulas know, with Keras's names and arguments.",
        "commands": "Command line",
        "commands what": "Every command with its options.",
    },
    "ko": {
        "reference": "레퍼런스",
        "intro": "모든 공개 이름을 독스트링 그대로 실었습니다. 독스트링은 영어이고, 예제는 "
        "테스트에서 실행됩니다. *digitzoo에서* 아래의 이름은 `digitzoo`에서, 나머지는 저마다의 "
        "모듈에서 가져옵니다.",
        "all names": "모든 이름",
        "name": "이름",
        "what": "하는 일",
        "room": "모듈",
        "top": "digitzoo에서",
        "more": "digitzoo.{room}에서",
        "english": "설명은 독스트링 그대로 영어입니다.",
        "layers": "층 설명",
        "layers what": "공식이 다루는 층. 이름과 인수는 Keras와 같습니다.",
        "commands": "명령줄",
        "commands what": "모든 명령과 옵션.",
    },
}

# The titles that mkdocstrings writes, in Korean.
_KOREAN_SECTIONS = {
    "Parameters": "인수",
    "Attributes": "속성",
    "Returns": "반환값",
    "Yields": "차례로 주는 값",
    "Raises": "오류",
    "Examples": "예제",
}


def nav() -> list[Any]:
    """Give the entries of the navigation: the overview, the rooms, layers and commands."""
    entries: list[Any] = ["reference/index.md"]
    for room in rooms():
        entries.append({_title(room, "en"): f"reference/{room}.md"})
        if room == "formulas":
            entries.append({_word("layers", "en"): "reference/layers.md"})
    return [*entries, {_word("commands", "en"): "reference/command-line.md"}]


def page(name: str, language: str) -> str:
    """Write a page: `"index"`, that of a room, of the layers, or of the command line."""
    if name == "index":
        return _overview(language)
    if name == "layers":
        return layer_page(language, title=_word("layers", language))
    if name == "command-line":
        return command_page(language, title=_word("commands", language))
    return _room_page(name, language)


def translated(html: str) -> str:
    """Put mkdocstrings' titles into Korean; what docstrings say stays as it is."""
    for english, korean in _KOREAN_SECTIONS.items():
        html = html.replace(
            f'<span class="doc-section-title">{english}:</span>',
            f'<span class="doc-section-title">{korean}:</span>',
        )
    return html


def paths(room: str) -> list[str]:
    """List what stands on a room's page, by the path that imports it."""
    top = [f"digitzoo.{name}" for name in rooms()[room]]
    return top + [f"digitzoo.{room}.{name}" for name in more_names(room)]


def _overview(language: str) -> str:
    parts = [f"# {_word('reference', language)}", _word("intro", language)]
    head = [_word("room", language), _word("what", language)]
    lines = []
    for room in rooms():
        lines.append([f"[{_title(room, language)}]({room}.md)", _sentence(room, language)])
        if room == "formulas":
            link = f"[{_word('layers', language)}](layers.md)"
            lines.append([link, _word("layers what", language)])
    link = f"[{_word('commands', language)}](command-line.md)"
    lines.append([link, _word("commands what", language)])
    named = [(path.rpartition(".")[2], path, room) for room in rooms() for path in paths(room)]
    index = [
        [f"[`{name}`]({room}.md#{path})", first_line(path)]
        for name, path, room in sorted(named, key=lambda one: one[0].lower())
    ]
    parts += [_table(head, lines), f"## {_word('all names', language)} {{ #all-names }}"]
    parts.append(_table([_word("name", language), _word("what", language)], index))
    return "\n\n".join(parts) + "\n"


def _room_page(room: str, language: str) -> str:
    parts = [f"# {_title(room, language)}", _sentence(room, language), _word("english", language)]
    head = [_word("name", language), _word("what", language)]
    listed = paths(room)
    rows = [[f"[`{path.rpartition('.')[2]}`](#{path})", first_line(path)] for path in listed]
    parts.append(_table(head, rows))
    top = [path for path in listed if path.count(".") == 1]
    for key, section in (("top", top), ("more", listed[len(top) :])):
        if section:
            parts.append(f"## {_word(key, language).format(room=room)} {{ #{key} }}")
            parts += [_entry(path, room) for path in section]
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry(path: str, room: str) -> str:
    """Call mkdocstrings, with what suits a kind of name."""
    value, options = value_of(path), []
    if inspect.isclass(value) and issubclass(value, Frozen):  # nobody makes them by hand
        options.append("merge_init_into_class: false")
    if room == "errors":
        options.append("show_bases: true")
    lines = [f"::: {path}", *(["    options:"] if options else [])]
    return "\n".join([*lines, *(f"      {option}" for option in options)])


def _title(room: str, language: str) -> str:
    english, korean, _ = TITLES.get(room, (room.capitalize(), room.capitalize(), ""))
    return korean if language == "ko" else english


def _sentence(room: str, language: str) -> str:
    korean = TITLES.get(room, ("", "", ""))[2]
    if language == "ko" and korean:
        return korean
    doc = importlib.import_module(f"digitzoo.{room}").__doc__ or ""
    return " ".join(doc.partition("\n\n")[0].split())


def _word(key: str, language: str) -> str:
    return _WORDS[language][key]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines
    )
