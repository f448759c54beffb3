"""Errors of the library, which advise in Python, worded for whoever typed a command."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

_VALUE = r"'[^']*'|\[[^\]]*\]|\([^)]*\)|\w+\([^)]*\)|\.\.\.|-?\w[\w.+-]*\w|-?\w"
_PYTHON = re.compile(r"\w\((?!s\))|\b\w+(?:\.\w+)+\b(?= shows)|\bwith[a-z_]*=|\b[a-z]\w*=")
# What came, with its type in Python. A flag without a value, which is True, is nothing that came.
_TYPES = {
    r"Received (?:True|False) \(bool\)": "Received nothing",
    r"(Received .+) \((?:str|int|float|tuple|NoneType)\)\.": r"\1.",
    r"\bTrue or False\b": "true or false",
}
_COMMANDS = {"list_models()": "`digitzoo models`", "list_datasets()": "`digitzoo data info`"}


def flags_of(parameters: Sequence[Any]) -> dict[str, str]:
    """Name the option for each argument of the library that a command's parameters stand for.

    Args:
        parameters: The command's parameters, as typer has them. Each is known by its own name and
            by that of its option, so that `layers=` and `layer=` are both `--layer`.
    """
    flags = {}
    for parameter in parameters:
        for option in parameter.opts:
            if option.startswith("--"):
                flags[parameter.name] = option
                flags[option.removeprefix("--").replace("-", "_")] = option
    return flags


def in_options(message: str, flags: Mapping[str, str] | None, typed: Collection[str] = ()) -> str:
    """Word a message, which names arguments of Python, with the options of a command.

    Advice that a command has no option for is left out; what is wrong and what came stays.

    Args:
        message: The library's message.
        flags: The option for each argument; None if the command takes any argument by its name.
        typed: What the user typed, which is left as it is.

    >>> flags = {"batch_size": "--batch-size", "layers": "--layer"}
    >>> in_options("batch_size must be 1 or above.", flags)
    '--batch-size must be 1 or above.'
    >>> in_options("Too many. Name some: layers=['a', 'b'], or raise max_maps=9.", flags)
    'Too many. Name some: --layer a --layer b.'
    """
    kept = "|".join(re.escape(word) for word in sorted(typed, key=len, reverse=True) if word)
    assigned = re.compile(
        rf"(?P<kept>{kept or '(?!)'})|(?<![\w='-])(?P<name>[a-z]\w*)=(?P<value>{_VALUE})?"
    )

    def option(name: str) -> str | None:
        return f"--{name.replace('_', '-')}" if flags is None else flags.get(name)

    def assign(found: re.Match[str]) -> str:
        flag = found["name"] and option(found["name"])
        return _assigned(flag, found["value"] or "") or found[0] if flag else found[0]

    import digitzoo

    prefix, colon, rest = message.partition(": ")
    if colon and prefix in dir(digitzoo):  # the function that was called, which nobody typed
        message = rest
    for call, command in _COMMANDS.items():
        message = message.replace(call, command)
    for came, typed_as in _TYPES.items():
        message = re.sub(came, typed_as, message)
    first, *others = re.split(r"(?<=[.?!]) ", assigned.sub(assign, message))
    return " ".join(
        _named(sentence, flags)
        for sentence in (first, *(_possible(other, typed) for other in others))
        if sentence
    )


def _named(sentence: str, flags: Mapping[str, str] | None) -> str:
    """Name the arguments that a sentence is about by their options."""
    if sentence.startswith("There is:"):
        return sentence
    # A single word, such as epochs, is one of English too, but where a sentence is about it.
    pattern = (
        r"(?<![-\w'/.])(?:[a-z]+(?:_[a-z]+)+(?![\w'/(]|\.\w)"
        r"|(?:(?<=^)|(?<=: ))[a-z]+(?= (?:and \w+ )*(?:must|cannot) ))"
    )

    def option(found: re.Match[str]) -> str:
        name = found[0]
        return f"--{name.replace('_', '-')}" if flags is None else flags.get(name, name)

    return re.sub(pattern, option, sentence)


def _assigned(flag: str, value: str) -> str | None:
    """Write `name=value` as it is typed; None where no option can say it."""
    if value == "None" or re.fullmatch(r"\w+\(.*\)", value):
        return None
    if value in {"", "...", "True"}:
        return flag
    if value == "False":
        return f"--no-{flag.removeprefix('--')}"
    if value.startswith("("):
        sizes = re.findall(r"[\w-]+", value)
        return f"{flag} {'x'.join(sizes)}"
    words = re.findall(r"[^\s,'\[\]]+", value)
    return " ".join(f"{flag} {word}" for word in words) or flag


def _possible(sentence: str, typed: Collection[str]) -> str:
    """Keep of a sentence the alternatives that can be typed; evidence is kept as it is."""
    if sentence.startswith(("Received", "There is", "There are", "Did you")):
        return sentence
    bare = re.sub(r"(?<![\w=])'[^']*'", "", sentence)
    for word in typed:
        bare = bare.replace(word, "")
    if not _PYTHON.search(bare):
        return sentence
    ways = [way for way in sentence.rstrip(".").split(", or ") if not _PYTHON.search(way)]
    text = ", or ".join(ways)
    return f"{text[0].upper()}{text[1:]}." if text else ""
