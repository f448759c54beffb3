"""Errors of the library, which advise in Python, worded for whoever typed a command."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

_HIDDEN = 0xE000  # signs that no text holds stand for what was typed
_VALUE = r"'[^']*'|\[[^\]]*\]|\([^)]*\)|\w+\([^)]*\)|\.\.\.|[\uE000-\uF8FF]|-?\w[\w.+-]*\w|-?\w"
_ASSIGNED = re.compile(rf"(?<![\w='-])([a-z]\w*)=({_VALUE})?")
_PYTHON = re.compile(r"\w\((?!s\))|\b\w+(?:\.\w+)+\b(?= shows)|\bwith[a-z_]*=|\b[a-z]\w*=")
# A single word, such as epochs, is one of English too, but where a sentence is about it.
_NAME = re.compile(
    r"(?<![-\w'/.])(?:[a-z]+(?:_[a-z]+)+(?![\w'/(]|\.\w)"
    r"|(?:(?<=^)|(?<=: ))[a-z]+(?= (?:and \w+ )*(?:must|cannot) ))"
)
_EVIDENCE = ("Received", "There is", "There are", "Did you")
_TYPED = {
    r"^(?:explain|layer_info|summarize): ": "",  # the functions that commands call
    r"list_models\(\)": "`digitzoo models`",
    r"list_datasets\(\)": "`digitzoo data info`",
    r"Received (?:True|False) \(bool\)": "Received nothing",  # an option without its value
    r"(Received .+) \((?:str|int|float|tuple|NoneType)\)\.": r"\1.",
    r"\bTrue or False\b": "true or false",
}


def flags_of(parameters: Sequence[Any]) -> dict[str, str]:
    """Name a command's option for each argument: by its own name, and by what is typed for it."""
    flags = {}
    for parameter in parameters:
        for option in parameter.opts:
            if option.startswith("--"):
                flags[parameter.name] = option
                flags[option.removeprefix("--").replace("-", "_")] = option
    return flags


def in_options(message: str, flags: Mapping[str, str] | None, typed: Collection[str] = ()) -> str:
    """Word a library's message with a command's options; None takes any, what was `typed` stays."""
    kept = {word: chr(_HIDDEN + n) for n, word in enumerate(w for w in typed if w in message)}
    for word in sorted(filter(None, kept), key=len, reverse=True):
        message = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", kept[word], message)
    for python, words in _TYPED.items():
        message = re.sub(python, words, message)

    def option(name: str) -> str | None:
        return f"--{name.replace('_', '-')}" if flags is None else flags.get(name)

    def assign(found: re.Match[str]) -> str:
        flag = option(found[1])
        return (flag and _assigned(flag, found[2] or "")) or found[0]

    def name(found: re.Match[str]) -> str:
        return option(found[0]) or found[0]

    first, *others = re.split(r"(?<=[.?!]) ", _ASSIGNED.sub(assign, message))
    sentences = [_NAME.sub(name, first)]
    for other in others:
        is_evidence = other.startswith(_EVIDENCE)
        sentences.append(other if is_evidence else _NAME.sub(name, _possible(other)))
    message = " ".join(filter(None, sentences))
    for word, sign in kept.items():
        message = message.replace(sign, word)
    return message


def _assigned(flag: str, value: str) -> str | None:
    """Write `name=value` as it is typed; None where no option can say it."""
    if value == "None" or re.fullmatch(r"\w+\(.*\)", value):
        return None
    if value in {"", "...", "True"}:
        return flag
    if value == "False":
        return f"--no-{flag.removeprefix('--')}"
    if value.startswith("("):
        return f"{flag} {re.sub(', *', 'x', value.strip('(),'))}"
    return " ".join(f"{flag} {word}" for word in re.findall(r"[^\s,'\[\]]+", value)) or flag


def _possible(sentence: str) -> str:
    """Keep of a sentence the alternatives that can be typed."""
    if not _PYTHON.search(re.sub(r"(?<![\w=])'[^']*'", "", sentence)):
        return sentence
    ways = [way for way in sentence.rstrip(".").split(", or ") if not _PYTHON.search(way)]
    text = ", or ".join(ways)
    return f"{text[0].upper()}{text[1:]}." if text else ""
