"""In which settings two training runs differ, in words."""

import json
import re
from typing import Any

_NOT_COMPARED = {"versions", "caveats", "model"}  # Keras counts the names of models up
_LONGEST = 200  # characters of a setting in a message
# Settings that are digests, and what a person is told where they differ.
_DIGESTS = {
    "architecture": "the network's layers are others",
    "data": "the images or labels are others",
}


def differences(earlier: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """List the settings in which two runs differ, in words.

    >>> differences({"epochs": 10, "seed": 0}, {"epochs": 20, "seed": 0})
    ['epochs was 10 and is 20']
    """
    names = [name for name in {**earlier, **now} if name not in _NOT_COMPARED]
    found = []
    for name in names:
        before, after = _by_name(earlier.get(name), now.get(name))
        if isinstance(before, dict) and isinstance(after, dict):
            found += [f"{name}.{inner}" for inner in differences(before, after)]
        elif before != after:
            found.append(_word_difference(name, before, after))
            if name == "architecture" and earlier.get("model") != now.get("model"):
                found[-1] += f" (it was {earlier.get('model')!r} and is {now.get('model')!r})"
    return found


def _word_difference(name: str, before: Any, after: Any) -> str:
    are_digests = all(re.fullmatch("[0-9a-f]{32}", str(value)) for value in (before, after))
    if name in _DIGESTS and are_digests:
        return _DIGESTS[name]
    return f"{name} was {_brief(before, after)} and is {_brief(after, before)}"


def _by_name(before: Any, after: Any) -> tuple[Any, Any]:
    """Give two lists of the same length by their places, so that what differs can be named."""
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return _numbered(before), _numbered(after)
    return before, after


def _numbered(values: list[Any]) -> dict[str, Any]:
    return {str(place): value for place, value in enumerate(values)}


def _brief(value: Any, other: Any) -> str:
    """Write a setting in a line or two, those in which it differs from another."""
    text, against = json.dumps(value), json.dumps(other)
    if len(text) <= _LONGEST:
        return text
    pairs = zip(text, against, strict=False)
    same = next((place for place, (a, b) in enumerate(pairs) if a != b), len(against))
    start = max(0, min(same - _LONGEST // 4, len(text) - _LONGEST))
    end = start + _LONGEST
    return f"{'...' * (start > 0)}{text[start:end]}{'...' * (end < len(text))}"
