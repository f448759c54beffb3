"""The page of the command line, read off the program itself."""

import re
from collections.abc import Iterator
from typing import Any

import typer

from digitzoo.cli.app import help_rows

_WORDS = {
    "en": {
        "intro": "`digitzoo COMMAND --help` shows the same. A wrong argument ends with one line "
        "that says what was expected, and exit code 2.",
        "argument": "argument or option",
        "meaning": "meaning",
    },
    "ko": {
        "intro": "`digitzoo 명령 --help`도 같은 내용을 보여 줍니다. 설명은 프로그램에 있는 그대로 "
        "영어입니다. 인수가 잘못되면 무엇이 필요한지 한 줄로 알려 주고 종료 코드 2로 끝납니다.",
        "argument": "인수 또는 옵션",
        "meaning": "뜻",
    },
}


def commands() -> dict[str, Any]:
    """Give every command by what is typed for it, the program itself first."""
    from digitzoo.cli.app import app

    return dict(_walk("digitzoo", typer.main.get_command(app)))


def command_page(language: str, *, title: str) -> str:
    """Write the page."""
    parts = [f"# {title}", _WORDS[language]["intro"]]
    for typed, command in commands().items():
        context = typer.Context(command, info_name=typed)
        usage = " ".join([typed, *command.collect_usage_pieces(context)])
        parts += [f"## {typed}", *_help(command.help or ""), f"```\n{usage}\n```"]
        records = list(help_rows(command.params, context))
        if records:
            heads = [_WORDS[language][key] for key in ("argument", "meaning")]
            rows = [heads, ["---", "---"], *([f"`{name}`", text] for name, text in records)]
            parts.append("\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows))
    return "\n\n".join(parts) + "\n"


def _walk(typed: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield typed, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _walk(f"{typed} {name}", child)


def _help(text: str) -> Iterator[str]:
    """Give the paragraphs of a command's help; one that is laid out in lines keeps them."""
    for paragraph in re.split(r"\n\s*\n", text.replace("\b", "").strip()):
        if re.search(r"\n  \S", paragraph):
            yield f"```\n{paragraph.strip(chr(10))}\n```"
        else:
            yield " ".join(paragraph.split())


def _cell(text: str) -> str:
    return text.replace("|", "&#124;")
