import csv
import io
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitzoo import load_arrays, read_csv
from digitzoo.data import read_csv_column, read_csv_header

HEADER = ["index", "label", *(f"pixel{number}" for number in range(784))]


@pytest.fixture(scope="module")
def digits():
    (images, labels), _ = load_arrays("mnist")
    return images[:20_000], labels[:20_000]


@pytest.fixture(scope="module")
def competition(tmp_path_factory, digits):
    """Real digits as the competition of the fourth write-up gives them: index, label, pixels."""
    path = tmp_path_factory.mktemp("csv") / "train.csv"
    images, labels = digits
    with path.open("w") as file:
        file.write(",".join(HEADER) + "\n")
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            file.write(f"{index},{label}," + ",".join(map(str, image.ravel().tolist())) + "\n")
    return path


def write(path, text):
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_competition_file_gives_back_the_digits(competition, digits):
    images, labels = digits
    split = read_csv(competition, ignore="index")
    assert split.images.shape == (20_000, 28, 28, 1)
    assert split.images.dtype == np.uint8
    assert np.array_equal(split.images[..., 0], images)
    assert np.array_equal(split.labels, labels)
    assert split.class_names == tuple("0123456789")


def memory_beside_the_result(path):
    tracemalloc.start()
    split = read_csv(path, ignore="index")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak - split.images.nbytes


def test_memory_beside_the_result_does_not_grow_with_the_rows(tmp_path, competition):
    with competition.open() as whole:
        part = write(tmp_path / "part.csv", "".join(next(whole) for _ in range(2001)))
    assert memory_beside_the_result(competition) < 1.1 * memory_beside_the_result(part)


def test_ignored_columns_may_hold_anything(tmp_path):
    rows = ['a-1,7,"x, y",1,2,3,4', "a-2,3,,5,6,7,8"]
    path = write(tmp_path / "ids.csv", "id,label,note,p,q,r,s\n" + "\n".join(rows))
    split = read_csv(path, ignore=["id", "note"])
    assert split.labels.tolist() == [7, 3]
    assert split.images.reshape(2, 4).tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert read_csv_column(path, "note") == ["x, y", ""]
    write(path, "id,label,note,p,q,r,s\n" + rows[1].replace("6", "six"))
    with pytest.raises(ValueError, match="row 1, column 'q': pixel 'six'"):
        read_csv(path, ignore=["id", "note"])


def test_a_file_without_labels(tmp_path):
    path = write(tmp_path / "test.csv", "index,a,b,c,d\n9,1,2,3,4\n8,5,6,7,8\n")
    split = read_csv(path, label=None, ignore=["index"])
    assert split.labels is None
    assert split.images.reshape(2, 4).tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_a_file_without_column_names(tmp_path):
    path = write(tmp_path / "mnist_train.csv", "7,1,2,3,4\n3,5,6,7,8\n")
    split = read_csv(path, label=0)
    assert split.labels.tolist() == [7, 3]
    with pytest.raises(ValueError, match="first line is numbers.*label=0"):
        read_csv(path)


def test_other_shapes(tmp_path):
    path = write(
        tmp_path / "rgb.csv",
        "label," + ",".join(f"p{i}" for i in range(12)) + "\n"
        "0," + ",".join(map(str, range(12))) + "\n",
    )
    split = read_csv(path, image_shape=(2, 2, 3))
    assert split.images.tolist() == np.arange(12).reshape(1, 2, 2, 3).tolist()
    with pytest.raises(ValueError, match="12 pixel columns .*no square.*image_shape="):
        read_csv(path)
    with pytest.raises(ValueError, match=r"image_shape=\(3, 3\) needs 9 pixel columns.*has 12"):
        read_csv(path, image_shape=(3, 3))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_way_of_writing_whole_numbers_reads_alike(data, tmp_path_factory):
    """Quotes, spaces, line ends, a byte-order mark, blank lines, 3 as 3.0: all the same."""
    rows = data.draw(st.integers(1, 6))
    pixels = np.array(
        data.draw(st.lists(st.integers(0, 255), min_size=rows * 4, max_size=rows * 4))
    ).reshape(rows, 4)
    labels = data.draw(st.lists(st.integers(0, 9), min_size=rows, max_size=rows))
    written = io.StringIO()
    writer = csv.writer(
        written,
        quoting=data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        lineterminator=data.draw(st.sampled_from(["\n", "\r\n"])),
    )
    writer.writerow(["a", "b", "label", "c", "d"])
    for row, label in zip(pixels.tolist(), labels, strict=True):
        cells = [data.draw(st.sampled_from([str(cell), f"{cell}.0", f" {cell}"])) for cell in row]
        writer.writerow([*cells[:2], label, *cells[2:]])
        if data.draw(st.booleans()):
            written.write("\n")
    mark = data.draw(st.sampled_from(["", "\ufeff"]))
    path = write(tmp_path_factory.mktemp("csv") / "some.csv", mark + written.getvalue())
    split = read_csv(path)
    assert split.images.reshape(rows, 4).tolist() == pixels.tolist()
    assert split.labels.tolist() == labels


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1,1,2,3,4\n2,1,2,3\n", r"bad\.csv, row 2: 4 cells\. Expected 5"),
        ("1,1,2,3,4\n2,1,2,3\n3,1,2,3,4,5\n", r"row 2: 4 cells"),  # the commas add up
        ("1,1,2,3,4\n2,1,2,3,4,5\n", r"row 2: 6 cells\. Expected 5"),
        ("1,1,x,3,4\n", r"bad\.csv, row 1, column 'p1': pixel 'x' cannot be used.*0\.\.255"),
        ("1,1,,3,4\n", r"row 1, column 'p1': pixel '' cannot"),
        ("1,1,2,3,4\n1,1,2,256,4\n", r"row 2, column 'p2': pixel '256'"),
        ("1,-1,2,3,4\n", r"row 1, column 'p0': pixel '-1'"),
        ("1,1,2.5,3,4\n", r"column 'p1': pixel '2\.5'"),
        ("1,nan,2,3,4\n", r"column 'p0': pixel 'nan'"),
        ("1,99999999999999999999,2,3,4\n", r"column 'p0': pixel '9+'"),
        ("one,1,2,3,4\n", r"row 1, column 'label': label 'one' cannot be used.*0 or above"),
        ("-1,1,2,3,4\n", r"column 'label': label '-1'"),
        ("1,1,2,\xff,4\n", r"row 1, column 'p2': pixel"),
        ('"1\n",1,2,3,4\n1,1,2,3,4\n', r"rows 1 to 3: a quoted cell runs over a line's end"),
        ("", r"no rows below the column names"),
    ],
)
def test_what_cannot_be_used_is_named_by_file_row_and_column(tmp_path, body, message):
    path = write(tmp_path / "bad.csv", ("label,p0,p1,p2,p3\n" + body).encode("latin-1"))
    with pytest.raises(ValueError, match=message):
        read_csv(path)


def test_the_row_is_named_far_down_too(tmp_path):
    rows = ["0,1,2,3,4"] * 1700
    rows[1600] = "0,1,2,oops,4"
    path = write(tmp_path / "bad.csv", "label,p0,p1,p2,p3\n" + "\n".join(rows))
    with pytest.raises(ValueError, match=r"row 1601, column 'p2': pixel 'oops'"):
        read_csv(path)


def test_a_label_outside_the_named_classes(tmp_path):
    path = write(tmp_path / "bad.csv", "label,p\n0,1\n2,1\n")
    with pytest.raises(ValueError, match=r"row 2, column 'label': label 2 lies outside.*0 to 1"):
        read_csv(path, class_names=["cat", "dog"])


def test_a_missing_column_gets_the_nearest_name(tmp_path):
    path = write(tmp_path / "some.csv", "Label,p\n0,1\n")
    with pytest.raises(
        ValueError, match=r"Unknown column 'label'. Did you mean 'Label'\?.*label=None"
    ):
        read_csv(path)
    with pytest.raises(ValueError, match="Unknown column 'idx'"):
        read_csv(path, label="Label", ignore="idx")
    with pytest.raises(ValueError, match="label=7 is no column"):
        read_csv(path, label=7)


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    with pytest.raises(ValueError, match=r"none\.csv: cannot be read \(No such file"):
        read_csv(tmp_path / "none.csv")
    with pytest.raises(ValueError, match="not a CSV file in UTF-8"):
        read_csv(write(tmp_path / "a.csv", b"\x89PNG\r\n\x1a\n"))
    with pytest.raises(ValueError, match="first line is empty"):
        read_csv(write(tmp_path / "b.csv", ""))


def test_header_and_single_column(tmp_path):
    path = write(tmp_path / "some.csv", "index,p\nrow-7,1\nrow-9,2\n")
    assert read_csv_header(path) == ["index", "p"]
    assert read_csv_column(path, "index") == ["row-7", "row-9"]
    with pytest.raises(ValueError, match="Unknown column 'id'"):
        read_csv_column(path, "id")
    with pytest.raises(ValueError, match="row 1: 1 cells"):
        read_csv_column(write(tmp_path / "short.csv", "index,p\n3\n"), "p")


def test_pixels_are_found_by_name_wherever_they_stand(tmp_path):
    path = write(tmp_path / "turned.csv", "c,label,note,b,d,a\n3,7,x,2,4,1\n")
    split = read_csv(path, ignore="note", pixels=["a", "b", "c", "d"])
    assert split.images.ravel().tolist() == [1, 2, 3, 4]
    assert split.labels.tolist() == [7]
    with pytest.raises(ValueError, match="Unknown column 'e'"):
        read_csv(path, pixels=["a", "b", "c", "e"])


def test_a_first_line_that_counts_the_columns_is_no_image(tmp_path):
    for first in (0, 1):
        header = ",".join(str(number) for number in range(first, first + 4))
        path = write(tmp_path / "pandas.csv", f"{header}\n9,8,7,6\n")
        assert read_csv(path, label=None).images.ravel().tolist() == [9, 8, 7, 6]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("id,label,p\na,7,1\n", {"ignore": ["id", "label"]}, "both the label and ignored"),
        ("label,label,p\n1,2,3\n", {}, "column 'label' stands twice"),
        ("label;p\n1;2\n", {}, "separated by ';'. Expected commas"),
        ("label,p\r1,2\r", {}, "not a CSV file"),
        ("label,p\n20000000,1\n", {}, "would make 20,000,001 classes"),
    ],
)
def test_doubtful_files_are_refused(tmp_path, text, options, message):
    with pytest.raises(ValueError, match=rf"doubtful\.csv: .*{message}"):
        read_csv(write(tmp_path / "doubtful.csv", text), **options)
