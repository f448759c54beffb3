"""In which settings two training runs differ, in words. Keras is not needed to tell."""

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
    """List the settings in which two runs differ, in words."""
    found = []
    for name in [name for name in {**earlier, **now} if name not in _NOT_COMPARED]:
        before, after = earlier.get(name), now.get(name)
        if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
            # By their places, so that what differs can be named.
            before, after = ({str(i): of for i, of in enumerate(part)} for part in (before, after))
        if isinstance(before, dict) and isinstance(after, dict):
            found += [f"{name}.{inner}" for inner in differences(before, after)]
        elif before != after:
            are_digests = all(re.fullmatch("[0-9a-f]{32}", str(of)) for of in (before, after))
            words = f"{name} was {_brief(before, after)} and is {_brief(after, before)}"
            found.append(_DIGESTS.get(name, words) if are_digests else words)
            if name == "architecture" and earlier.get("model") != now.get("model"):
                found[-1] += f" (it was {earlier.get('model')!r} and is {now.get('model')!r})"
    return found


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
