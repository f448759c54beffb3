"""Damaged files of every kind, given to the readers: what is refused, what is read, and how.

Run: python benchmarks/damaged_files.py [--count 600] [--seed 0] [--show]

Each file begins as a sound one whose content is known, and is then damaged: cut, bytes changed,
put in or taken out, before or after it was packed; cells, headers and members changed by hand. What
a reader makes of it is one of:

- refused: an error in our own words, of a few lines
- right: the content that the sound file had, since the damage lies in what does not count
- as it stands: what the damaged bytes say, as a plain reader made of Python's csv, struct, NumPy's
  np.load or Pillow reads them; there is no checksum that could tell
- silent: anything else was read
- traceback: any other exception
- long: an error of more than 700 letters
"""

import argparse
import gzip
import io
import random
import struct
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from plain_readers import Reading, read_archive, read_pair, read_pictures, read_table, unpack

from digitzoo import DigitzooError, Split, read_csv, read_idx, read_image_folder, read_npz

LONGEST_MESSAGE = 700
OUTCOMES = ("refused", "right", "as it stands", "silent", "traceback", "long")
SIDE, COUNT = 6, 5
LABELS = [0, 1, 2, 0, 1]


class Case(NamedTuple):
    """A damaged file, what was done to it, and two ways to read it."""

    kind: str
    damage: str
    read: Callable[[], Reading]
    read_plainly: Callable[[], Reading]


def damage_bytes(content: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Do to bytes what bad disks, cut downloads and careless tools do."""
    place = chance.randrange(len(content))
    some = bytes(chance.randrange(256) for _ in range(chance.choice([1, 1, 2, 8])))
    end = place + chance.choice([1, 1, 4, 40])
    return chance.choice(
        [
            (content[:place], "cut"),
            (content[:place] + some + content[place + len(some) :], "changed"),
            (content[:place] + some + content[place:], "put in"),
            (content[:place] + content[end:], "taken out"),
            (content[:place] + bytes(end - place) + content[end:], "zeroed"),
            (content[:end] + content[place:], "doubled"),
            (content + some, "added to"),
            (content.replace(b"\n", b"\r\n"), "sent as text"),
        ]
    )


CELLS = [
    "", " ", "1_0", "254.9999999999999999999", "1e-400", "3.5", "256", "-1", "nan", "0x10", "x",
    '"', '"a,b"', '"7', "7\n7", "1e400", "9" * 400, "\u0663", "\0", "3.0", " 3", "2.55e2", "7\r7",
    "12,", "True", "1,5", "\ufeff3", "-0", "inf", "#3", "0", "11", "9" * 20,
]  # fmt: skip


def damage_table(rows: list[list[str]], chance: random.Random) -> str:
    """Change a cell, a row or the header of a table."""
    row = chance.choice(rows)
    place = chance.randrange(len(row))
    what = chance.choice(["cell", "cell", "cell", "less", "more", "row", "name", "rows", "quote"])
    if what == "cell":
        row[place] = chance.choice(CELLS)
    elif what == "less":
        del row[place]
    elif what == "more":
        row.insert(place, chance.choice(CELLS))
    elif what == "row":
        rows.insert(chance.randrange(len(rows)), chance.choice([[], [""], ["#"], row[:3]]))
    elif what == "name":
        rows[0][place % len(rows[0])] = chance.choice(rows[0])
    elif what == "rows":
        rows.remove(row)
    else:
        row[place] = f'"{row[place]}' + chance.choice(["", '"', '""', '"x', ' "', "\n"])
    return what


def csv_case(folder: Path, chance: random.Random, pixels: list[list[int]]) -> Case:
    """Make a table with a label, a note and pixels."""
    separator, packing = chance.choice(",,,;\t"), chance.choice(["", "", "gzip", "zip"])
    names = ["label", "note", *(f"p{number}" for number in range(SIDE * SIDE))]
    rows = [
        names,
        *([str(label), "n", *map(str, row)] for label, row in zip(LABELS, pixels, strict=True)),
    ]
    damage = damage_table(rows, chance) if chance.random() < 0.6 else ""
    content = "\n".join(separator.join(row) for row in rows).encode() + b"\n"
    if not damage and (not packing or chance.random() < 0.5):
        content, damage = damage_bytes(content, chance)
    packed = pack(content, packing)
    if not damage:
        packed, damage = damage_bytes(packed, chance)
    path = folder / "table.csv"
    path.write_bytes(packed)
    return Case(
        f"csv {packing}".strip(),
        damage,
        lambda: as_reading(read_csv(path, ignore="note")),
        lambda: read_table(unpack(path), separator),
    )


def idx_case(folder: Path, chance: random.Random, pixels: list[list[int]]) -> Case:
    """Make a file of images and one of labels."""
    packing = chance.choice(["", "gzip", "gzip", "zip"])
    contents = {
        "images": struct.pack(">HBB3I", 0, 8, 3, COUNT, SIDE, SIDE)
        + bytes(chain.from_iterable(pixels)),
        "labels": struct.pack(">HBBI", 0, 8, 1, COUNT) + bytes(LABELS),
    }
    hit, damage = chance.choice(["images", "labels"]), ""
    if chance.random() < 0.5:
        start = bytearray(contents[hit])
        start[chance.randrange(16 if hit == "images" else 8)] = chance.randrange(256)
        contents[hit], damage = bytes(start), "header"
    elif not packing or chance.random() < 0.5:
        contents[hit], damage = damage_bytes(contents[hit], chance)
    for name, content in contents.items():
        packed = pack(content, packing)
        if not damage and name == hit:
            packed, damage = damage_bytes(packed, chance)
        (folder / name).write_bytes(packed)
    return Case(
        f"idx {packing}".strip(),
        damage,
        lambda: as_reading(read_idx(folder / "images", folder / "labels")),
        lambda: read_pair(folder / "images", folder / "labels"),
    )


SHAPE = "(5, 6, 6)"
HEADERS = [
    *((SHAPE, shape) for shape in (
        "(5, 6, 6", "(10**15,)", "(1000000000000000,)", "(100000000000000000000, 6, 6)", "(5, 36)",
        "(-5, -6, 6)", "(5, 1, 6, 6)", "(5, 6, 6, 1)", "(6, 5, 6)", "(0, 6, 6)", "5",
        "(True, 6, 6)",
    )),
    *(("|u1", kind) for kind in (
        "|O", "<m8[s]", "|b1", "|i1", "<f2", "nonsense", "", "|S1", "|V1",
    )),
    ("{'descr'", "{[]:1, 'descr'"), ("'shape'", "'shapes'"), ("False", "True"), ("False", "Maybe"),
    ("{", "{" * 90), ("}", "} + 1"), ("{'descr'", "{'more': 1, 'descr'"),
]  # fmt: skip


def npz_case(folder: Path, chance: random.Random, pixels: list[list[int]]) -> Case:
    """Make an archive of two arrays that are wanted and one that is not."""
    arrays = {
        "x_train": np.array(pixels, dtype=np.uint8).reshape(COUNT, SIDE, SIDE),
        "y_train": np.array(LABELS, dtype=np.uint8),
        "other": np.arange(9),
    }
    members, damage = {}, ""
    hit, way = chance.choice(list(arrays)), chance.random()
    for name, array in arrays.items():
        file = io.BytesIO()
        np.lib.format.write_array(file, array)
        members[f"{name}.npy"] = file.getvalue()
    if way < 0.4:
        old, new = chance.choice(HEADERS)
        header = members["x_train.npy"][10:].split(b"\n", 1)[0].decode().strip()
        text = header.replace(old, new, 1).encode() + b"\n"
        start = b"\x93NUMPY\1\0" + struct.pack("<H", len(text))
        members["x_train.npy"] = start + text + arrays["x_train"].tobytes()
        damage = f"header {new[:12]}"
    elif way < 0.6:
        members[f"{hit}.npy"], damage = damage_bytes(members[f"{hit}.npy"], chance)
    elif way < 0.7:
        members[chance.choice(["x_test.npy", f"{hit}.txt", "arr_0.npy"])] = members.pop(
            f"{hit}.npy"
        )
        damage = "renamed"
    file = io.BytesIO()
    with zipfile.ZipFile(
        file, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    ) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    packed = file.getvalue()
    if not damage:
        packed, damage = damage_bytes(packed, chance)
    path = folder / "data.npz"
    path.write_bytes(packed)

    return Case(
        "npz",
        damage,
        lambda: as_reading(read_npz(path, validation=0).train),
        lambda: read_archive(path),
    )


def folder_case(folder: Path, chance: random.Random, pixels: list[list[int]]) -> Case:
    """Make folders of pictures, of which one is damaged."""
    ending = chance.choice(["png", "png", "bmp", "tiff", "gif", "jpg", "webp"])
    files = []
    for number, (label, row) in enumerate(zip(sorted(LABELS), pixels, strict=True)):
        (folder / str(label)).mkdir(exist_ok=True)
        files.append(folder / str(label) / f"{number}.{ending}")
        Image.fromarray(np.array(row, dtype=np.uint8).reshape(SIDE, SIDE)).save(files[-1])
    hit = chance.choice(files)
    content, damage = damage_bytes(hit.read_bytes(), chance)
    hit.write_bytes(content)
    return Case(
        f"folder {ending}",
        damage,
        lambda: as_reading(read_image_folder(folder, largest_pixel=255)),
        lambda: read_pictures(files),
    )


def pack(content: bytes, packing: str) -> bytes:
    """Pack the content of a file."""
    if packing == "gzip":
        return gzip.compress(content, mtime=0)
    if packing == "zip":
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("table", content)
        return file.getvalue()
    return content


def as_reading(split: Split) -> Reading:
    """Give what was read as rows and labels; words by the words."""
    images = split.images.reshape(len(split), -1)
    if images.dtype.kind == "f":
        images = images * 255
    return images.astype(int).tolist(), np.asarray(split.labels).tolist()


MAKERS = (csv_case, csv_case, idx_case, npz_case, npz_case, folder_case)


def try_case(folder: Path, number: int, seed: int) -> tuple[Case, str, str]:
    """Make a file, damage it and read it; give what came of it, and of which kind."""
    chance = random.Random(f"{seed} {number}")
    pixels = [[chance.randrange(256) for _ in range(SIDE * SIDE)] for _ in range(COUNT)]
    case = MAKERS[number % len(MAKERS)](folder, chance, pixels)
    try:
        reading = case.read()
    except DigitzooError as error:
        message = str(error).replace(str(folder), "")
        return case, "refused" if len(message) < LONGEST_MESSAGE else "long", message
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return case, "traceback", f"{type(error).__name__}: {error}"
    labels = sorted(LABELS) if case.kind.startswith("folder") else LABELS
    if reading == (pixels, labels):
        return case, "right", ""
    try:
        as_it_stands = case.read_plainly() == reading
    except Exception as error:  # noqa: BLE001 - a plain reader may end in any
        return case, "silent", f"plainly {type(error).__name__}: {error}"
    return case, "as it stands" if as_it_stands else "silent", ""


def run(count: int, seed: int) -> list[tuple[Case, str, str]]:
    """Try as many files."""
    results = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(count):
            with tempfile.TemporaryDirectory() as folder:
                results.append(try_case(Path(folder), number, seed))
    return results


def main() -> None:
    """Print how many files of each kind were refused, read, or worse."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print each file and what was said")
    options = parser.parse_args()
    results = run(options.count, options.seed)
    counts = Counter((case.kind, outcome) for case, outcome, _ in results)
    print(f"{'file':<14}" + "".join(f"{outcome:>14}" for outcome in OUTCOMES))
    for kind in sorted({case.kind for case, _, _ in results}):
        print(f"{kind:<14}" + "".join(f"{counts[kind, outcome]:>14}" for outcome in OUTCOMES))
    totals = Counter(outcome for _, outcome, _ in results)
    print(f"{'all':<14}" + "".join(f"{totals[outcome]:>14}" for outcome in OUTCOMES))
    for number, (case, outcome, said) in enumerate(results):
        if options.show or outcome in ("silent", "traceback", "long"):
            print(f"{number} {case.kind}, {case.damage}: {outcome}. {said[:200]}")


if __name__ == "__main__":
    main()
