"""Memory with its unit: bytes of a number of values, in KiB and MiB."""

BYTES_PER_VALUE = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int64": 8,
    "int32": 4,
    "int16": 2,
    "int8": 1,
    "uint8": 1,
}


def size_label(values: int, dtype: str = "float32") -> str:
    """Write the memory of a number of values with its unit.

    >>> size_label(592_074)
    '2.26 MiB as float32'
    """
    return f"{bytes_label(values * BYTES_PER_VALUE[dtype])} as {dtype}"


def bytes_label(count: int) -> str:
    """Write bytes in B, KiB (1,024 B), MiB or GiB.

    >>> bytes_label(3328)
    '3.25 KiB'
    """
    amount, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while amount >= 1024 and len(units) > 1:  # 2 ** 10, as KiB says
        amount, units = amount / 1024, units[1:]
    return f"{count:,} B" if units[0] == "B" else f"{amount:,.2f} {units[0]}"
