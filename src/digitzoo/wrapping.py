"""Lines for a terminal: broken between words at 80 columns, Korean letters two columns wide."""

WIDTH = 80


def columns(text: str) -> int:
    """Count the columns that a terminal gives a text.

    >>> columns("MAC"), columns("층")
    (3, 2)
    """
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text: str, indent: str = "") -> str:
    """Break a text between words, every line behind an indent.

    >>> print(wrapped("word " * 20, "  "))
      word word word word word word word word word word word word word word word
      word word word word word
    """
    lines, line = [], ""
    for word in text.split():
        if line and columns(indent + line) + 1 + columns(word) > WIDTH:
            lines.append(indent + line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, indent + line])
