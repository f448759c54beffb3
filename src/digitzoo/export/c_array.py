"""`.h` files, for microcontrollers: an int8 `.tflite` file as a C array, run by TFLite Micro."""

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import ExportError
from digitzoo.export import litert
from digitzoo.export.order import Order, ask
from digitzoo.export.python import run_python

_KILOBYTE, _ENOUGH = 1024, 1 << 26
_PER_LINE = 12


def convert(model: Any, path: Path, order: Order) -> None:
    """Write a model as a C header: its bytes, its arena's size, its scales, its classes."""
    file = path.with_suffix(".tflite")
    litert.convert(model, file, order, interface="int8")
    content, arena = file.read_bytes(), measure_arena(file)
    file.unlink()
    interpreter = _micro(content, arena)
    ends = interpreter.get_input_details(0), interpreter.get_output_details(0)
    path.write_text(_header(content, arena, ends, order.facts), encoding="utf-8")


def run(path: Path, images: NDArray[Any], batch_size: int | None) -> tuple[NDArray[Any], float]:
    """Ask the array of a header of images, by TFLite Micro's plain kernels: milliseconds for each.

    LiteRT rounds otherwise: where layers follow each other, the same bytes give it other answers.
    """
    interpreter = _micro(*read(path))
    taken, given = interpreter.get_input_details(0), interpreter.get_output_details(0)

    def call(images: NDArray[Any]) -> NDArray[np.floating]:
        interpreter.set_input(litert.quantized(images, taken["dtype"], _pair(taken)), 0)
        interpreter.invoke()
        return litert.dequantized(interpreter.get_output(0), _pair(given))

    return ask(call, images, batch_size)


def read(path: Path) -> tuple[bytes, int]:
    """Give the bytes of a header's array, and the size of its arena."""
    text = path.read_text(encoding="utf-8")
    body = text[text.index("_model[]") :]
    arena = re.search(r"_ARENA_SIZE (\d+)", text)
    assert arena is not None  # noqa: S101 - `_header` wrote it
    return bytes(int(one, 16) for one in re.findall(r"0x([0-9a-f]{2})", body)), int(arena[1])


def measure_arena(file: Path) -> int:
    """Find the least arena, in whole kilobytes, in which TFLite Micro runs a `.tflite` file.

    What is allocated is recorded. To plan it takes more at times, which is given back; that much
    is found by trying. What does not fit may end a process, so others are asked.
    """
    told = run_python(__name__, file, str(_ENOUGH))
    total = re.search(r"Arena allocation total (\d+) bytes", told)
    if total is None:
        raise ExportError(f"TFLite Micro does not say how much memory it took: {told[:80]!r}.")
    recorded = -(-int(total[1]) // _KILOBYTE) * _KILOBYTE
    return next(arena for arena in range(recorded, _ENOUGH, _KILOBYTE) if _fits(file, arena))


def _fits(file: Path, arena: int) -> bool:
    try:
        run_python(__name__, file, str(arena))
    except RuntimeError:
        return False
    return True


def _micro(content: bytes, arena: int) -> Any:
    from tflite_micro import runtime

    return runtime.Interpreter.from_bytes(content, arena_size=arena)


def _pair(details: dict[str, Any]) -> tuple[float, int]:
    """Give scale and zero point of one end of a file."""
    known = details["quantization_parameters"]
    return float(known["scales"][0]), int(known["zero_points"][0])


def _header(content: bytes, arena: int, ends: tuple[Any, Any], facts: dict[str, Any]) -> str:
    name = re.sub(r"\W", "_", facts["model"], flags=re.ASCII)
    name = f"model_{name}" if name[0].isdigit() else name  # no name of C begins so
    (in_scale, in_zero), (out_scale, out_zero) = map(_pair, ends)
    classes = ", ".join(f'"{_escaped(one)}"' for one in facts["class_names"])
    lines = [
        ", ".join(f"0x{byte:02x}" for byte in content[start : start + _PER_LINE])
        for start in range(0, len(content), _PER_LINE)
    ]
    told = "\n".join(f" * {key}: {_told(value)}" for key, value in facts.items())
    array = ",\n  ".join(lines)
    macro = name.upper()
    return f"""\
/* {name}, for TFLite Micro: an int8 .tflite file as a C array.
 *
{told}
 *
 * Input: int8, real value = {in_scale:.9g} * (number {-in_zero:+}).
 * Output: int8, real value = {out_scale:.9g} * (number {-out_zero:+}).
 */
#ifndef {macro}_H_
#define {macro}_H_

#define {macro}_ARENA_SIZE {arena} /* bytes, measured on a 64-bit processor */
#define {macro}_INPUT_SCALE {in_scale:.9g}f
#define {macro}_INPUT_ZERO_POINT {in_zero}
#define {macro}_OUTPUT_SCALE {out_scale:.9g}f
#define {macro}_OUTPUT_ZERO_POINT {out_zero}
#define {macro}_CLASSES {len(facts["class_names"])}

static const char *const {name}_class_names[] = {{{classes}}};

#if defined(__cplusplus)
alignas(16)
#else
_Alignas(16)
#endif
static const unsigned char {name}_model[] = {{
  {array}
}};

#endif /* {macro}_H_ */
"""


def _told(value: Any) -> str:
    return str(value).replace("*/", "* /")


def _escaped(text: str) -> str:
    """Write a text as the inside of a C string."""
    return "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
        for byte in text.encode()
    )


if __name__ == "__main__":
    measured = _micro(Path(sys.argv[1]).read_bytes(), int(sys.argv[2]))
    zeros = measured.get_input_details(0)
    measured.set_input(np.zeros(zeros["shape"], zeros["dtype"]), 0)
    measured.invoke()
    measured.print_allocations()
