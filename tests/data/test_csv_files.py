import csv
import gzip
import io
import time
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitzoo import load_arrays, read_csv
from digitzoo.data import read_csv_column, read_csv_header
from digitzoo.errors import ArgumentTypeError, DataFileError, InvalidArgumentError

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
    split = read_csv(path, label_column=None, ignore=["index"])
    assert split.labels is None
    assert split.images.reshape(2, 4).tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_a_file_without_column_names(tmp_path):
    path = write(tmp_path / "mnist_train.csv", "7,1,2,3,4\n3,5,6,7,8\n")
    split = read_csv(path, label_column=0)
    assert split.labels.tolist() == [7, 3]
    with pytest.raises(ValueError, match="first line is numbers.*label_column=0"):
        read_csv(path)


def test_other_shapes(tmp_path):
    path = write(
        tmp_path / "rgb.csv",
        "label," + ",".join(f"p{i}" for i in range(12)) + "\n"
        "0," + ",".join(map(str, range(12))) + "\n",
    )
    split = read_csv(path, image_size=(2, 2))
    assert split.images.tolist() == np.arange(12).reshape(1, 2, 2, 3).tolist()
    with pytest.raises(ValueError, match="12 pixels .*no square.*image_size="):
        read_csv(path)
    with pytest.raises(ValueError, match=r"image_size=\(3, 3\) needs 9 pixels.*has 12"):
        read_csv(path, image_size=(3, 3))


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
        ('"1\n",1,2,3,4\n1,1,2,3,4\n', r"row 1: .*a quoted cell runs over its end"),
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
        ValueError, match=r"Unknown column 'label'. Did you mean 'Label'\?.*label_column=None"
    ):
        read_csv(path)
    with pytest.raises(ValueError, match="Unknown column 'idx'"):
        read_csv(path, label_column="Label", ignore="idx")
    with pytest.raises(ValueError, match="label_column=7 is no column"):
        read_csv(path, label_column=7)


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
    with pytest.raises(ValueError, match=r"row 1: 1 cell\. Expected 2"):
        read_csv_column(write(tmp_path / "short.csv", "index,p\n3\n"), "p")


def test_pixels_are_found_by_name_wherever_they_stand(tmp_path):
    path = write(tmp_path / "turned.csv", "c,label,note,b,d,a\n3,7,x,2,4,1\n")
    split = read_csv(path, ignore="note", pixels=["a", "b", "c", "d"])
    assert split.images.ravel().tolist() == [1, 2, 3, 4]
    assert split.labels.tolist() == [7]
    with pytest.raises(ValueError, match="Unknown column 'e'"):
        read_csv(path, pixels=["a", "b", "c", "e"])


def test_all_pixels_of_an_image_in_one_cell_as_fer_2013_has_them(tmp_path):
    text = "emotion,pixels,Usage\n7,1 2 3 4,Training\n3,5 6 7 255,PublicTest\n"
    path = write(tmp_path / "fer.csv", text)
    options = {"label_column": "emotion", "ignore": "Usage"}
    is_four(read_csv(path, **options))
    is_four(read_csv(path, image_size=(2, 2), **options))
    with pytest.raises(DataFileError, match=r"row 2, column 'pixels': pixel 'x'"):
        read_csv(write(path, text.replace("255", "x")), **options)
    with pytest.raises(DataFileError, match=r"row 2, column 'pixels': 3 pixels\. Expected 4"):
        read_csv(write(path, text.replace(" 255", "")), **options)


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\n" + "label,a,b,c,d\n7,1,2,3,4\n3,5,6,7,255\n".replace(",", ";"),
        "# label,a,b,c,d\n7,1,2,3,4\n3,5,6,7,255\n",
        "# digits, written in May\n#\nlabel,a,b,c,d\n7,1,2,3,4\n3,5,6,7,255\n",
        "label,a,b,c,d\r7,1,2,3,4\r3,5,6,7,255\r",
    ],
)
def test_what_programs_write_above_the_names_and_between_lines_is_known(tmp_path, text):
    is_four(read_csv(write(tmp_path / "a.csv", text)))


def test_a_first_line_that_counts_the_columns_is_no_image(tmp_path):
    for first in (0, 1):
        header = ",".join(str(number) for number in range(first, first + 4))
        path = write(tmp_path / "pandas.csv", f"{header}\n9,8,7,6\n")
        assert read_csv(path, label_column=None).images.ravel().tolist() == [9, 8, 7, 6]


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ("255,2,0,1,cat\n0,3,0,1,dog\n", {"label_column": -1}),
        ("cat,255,2,0,1\ndog,0,3,0,1\n", {"label_column": 0}),
        ("a.png,255,2,0,1,cat\nb.png,0,3,0,1,dog\n", {"label_column": -1, "ignore": 0}),
    ],
)
def test_a_first_line_of_pixels_and_a_word_is_an_image(tmp_path, rows, options):
    split = read_csv(write(tmp_path / "words.csv", rows), **options)
    assert split.images.reshape(2, 4).tolist() == [[255, 2, 0, 1], [0, 3, 0, 1]]
    assert (split.labels.tolist(), split.class_names) == ([0, 1], ("cat", "dog"))


@pytest.mark.parametrize(
    "names", ["label,0,1,2,3", "label,1,2,3,4", "label,3,1,2,0", "label,0,0.1,5,5.1"]
)
def test_a_first_line_of_names_that_are_numbers_is_no_image(tmp_path, names):
    is_four(read_csv(write(tmp_path / "a.csv", f"{names}\n7,1,2,3,4\n3,5,6,7,255\n")))


def test_utf_16_without_its_mark_is_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("label,p\n7,1\n".encode("utf-16-le"))
    with pytest.raises(
        DataFileError, match=r"a\.csv: not a CSV file in UTF-8\. It is text in UTF-16"
    ):
        read_csv(path)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("id,label,p\na,7,1\n", {"ignore": ["id", "label"]}, "both the label and ignored"),
        ("label,label,p\n1,2,3\n", {}, "several columns are called 'label'"),
        ("7 1 2 3 4\n", {"label_column": 0}, "no pixel columns.*say separator="),
        ("label,p\n20000000,1\n", {}, "would make 20,000,001 classes"),
    ],
)
def test_doubtful_files_are_refused(tmp_path, text, options, message):
    with pytest.raises(ValueError, match=rf"doubtful\.csv: .*{message}"):
        read_csv(write(tmp_path / "doubtful.csv", text), **options)


FOUR = "label,a,b,c,d\n7,1,2,3,4\n3,5,6,7,255\n"


def is_four(split):
    assert split.labels.tolist() == [7, 3]
    assert split.images.reshape(2, 4).tolist() == [[1, 2, 3, 4], [5, 6, 7, 255]]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_the_separator_is_found_or_given(tmp_path, separator):
    path = write(tmp_path / "some.csv", FOUR.replace(",", separator))
    is_four(read_csv(path))
    is_four(read_csv(path, separator=separator))
    assert read_csv_header(path) == ["label", "a", "b", "c", "d"]
    assert read_csv_column(path, "d") == ["4", "255"]
    path = write(tmp_path / "named.csv", f'"a,b,c,d,e,f"{separator}label\n1{separator}0\n')
    assert read_csv(path, label_column=-1).images.ravel().tolist() == [1]
    is_four(read_csv(write(tmp_path / "b.csv", FOUR.replace(",", " ")), separator=" "))


def test_packed_files_read_like_plain_ones(tmp_path):
    is_four(read_csv(write(tmp_path / "train.csv.gz", gzip.compress(FOUR.encode()))))
    path = tmp_path / "train.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/train.csv", FOUR)
        archive.writestr("__MACOSX/folder/._train.csv", b"\0")
        archive.writestr("folder/.DS_Store", b"\0")
    is_four(read_csv(path))
    assert read_csv_column(path, "a") == ["1", "5"]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("test.csv", FOUR)
    with pytest.raises(DataFileError, match=r"train\.zip: a zip archive of 2 files \(.*test\.csv"):
        read_csv(path)


@pytest.mark.parametrize("cut", [12, 30, -9, -1])
def test_a_packed_file_cut_short_is_refused(tmp_path, cut):
    text = FOUR.encode() * 3
    with pytest.raises(DataFileError, match=r"cut: truncated or damaged"):
        read_csv(write(tmp_path / "cut", gzip.compress(text)[:cut]))


def test_words_are_labels(tmp_path):
    text = "label,a\ndog,1\ncat,2\n dog ,3\n"
    path = write(tmp_path / "words.csv", text)
    split = read_csv(path)
    assert split.class_names == ("dog", "cat")
    assert split.labels.tolist() == [0, 1, 0]
    split = read_csv(path, class_names=["cat", "dog", "cow"])
    assert split.class_names == ("cat", "dog", "cow")
    assert split.labels.tolist() == [1, 0, 1]
    with pytest.raises(
        DataFileError, match=r"row 2, column 'label': Unknown class 'cat'. Did .*'cut'"
    ):
        read_csv(path, class_names=["dog", "cut"])
    quoted = write(tmp_path / "quoted.csv", text.replace("dog,", '"dog",').replace("cat", '"c;t"'))
    assert read_csv(quoted).class_names == ("dog", "c;t")
    korean = write(tmp_path / "korean.csv", "label,a\n고양이,1\n개,2\n")
    assert read_csv(korean).class_names == ("고양이", "개")


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["dog"] * 3, "row 1.*label 'dog' cannot be used.*words for two classes"),
        ([1, 2, "l"], "row 3, column 'label': label 'l' cannot be used"),
        (["dog", "cat", 3], "row 3, column 'label': label '3' cannot be used"),
        (["dog", "cat", ""], "row 3, column 'label': label '' cannot be used"),
        (["dog", "NaN", "cat"], "row 2, column 'label': label 'NaN' cannot be used"),
        (["dog", "cat", 2.5], "row 3, column 'label': label '2.5' cannot be used"),
        ([0, 1, "1_0"], "label '1_0' cannot be used"),
        ([0, 1, "0x1"], "label '0x1' cannot be used"),
        (["dog", "cat"] * 20 + ["cst"], "row 41, .*label 'cst' stands once.*class_names="),
        ([*range(10), 11], "label 11 in row 11 stands apart: the others are 0 to 9.*12 classes"),
        ([*range(10)] * 30 + [10], "label 10 in row 301 stands apart"),
        (range(10_001), "row 10001, .*more than 10,000 different labels"),
    ],
)
def test_a_label_that_is_a_slip_is_named(tmp_path, labels, message):
    path = write(tmp_path / "a.csv", "label,a\n" + "".join(f"{label},9\n" for label in labels))
    with pytest.raises(DataFileError, match=message):
        read_csv(path)


def test_twelve_classes_are_twelve_where_they_have_names(tmp_path):
    path = write(tmp_path / "a.csv", "label,a\n" + "".join(f"{n},9\n" for n in [*range(10), 11]))
    assert len(read_csv(path, class_names=[f"class {n}" for n in range(12)]).class_names) == 12
    letters = write(tmp_path / "b.csv", "label,a\n" + "2.0,9\nA,8\n")
    assert read_csv(letters, class_names=["A", "2.0"]).labels.tolist() == [1, 0]


def test_labels_that_are_no_text_are_named(tmp_path):
    path = write(tmp_path / "a.csv", b"label,a\ndog,1\nc\xe1t,2\n")
    with pytest.raises(DataFileError, match="row 2, column 'label': .*no UTF-8"):
        read_csv(path)
    with pytest.raises(DataFileError, match="row 2, column 'label': .*no UTF-8"):
        read_csv_column(path, "label")
    assert read_csv(path, label_column=None, ignore="label").images.ravel().tolist() == [1, 2]


def test_columns_are_given_by_name_or_position(tmp_path):
    path = write(tmp_path / "a.csv", "p,q,r,s,digit\n1,2,3,4,7\n")
    for label in ("digit", 4, -1, np.int64(4), np.uint8(4)):
        assert read_csv(path, label_column=label).labels.tolist() == [7]
    assert read_csv(path, label_column=None, ignore=[-1]).images.ravel().tolist() == [1, 2, 3, 4]
    assert read_csv(path, label_column=-1, pixels=[3, "r", 1, 0]).images.ravel().tolist() == [
        4,
        3,
        2,
        1,
    ]
    bare = write(tmp_path / "b.csv", "0,1,2,3,4,7\n1,5,6,7,8,3\n")
    split = read_csv(bare, label_column=-1, ignore=np.int64(0), header=False)
    assert split.labels.tolist() == [7, 3]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"label_column": True}, ArgumentTypeError, "label.* must be a whole number"),
        ({"label_column": 1.0}, ArgumentTypeError, "label.* must be a whole number"),
        ({"label_column": ["label"]}, ArgumentTypeError, "label.* must be a whole number"),
        ({"label_column": -6}, InvalidArgumentError, "label_column=-6 is no column"),
        ({"ignore": None}, ArgumentTypeError, "ignore must be names or positions"),
        ({"ignore": ["a", "a"]}, InvalidArgumentError, "column 'a' stands twice in ignore="),
        ({"pixels": ["label", "a", "b", "c"]}, InvalidArgumentError, "'label' is among the pixels"),
        ({"pixels": ["a", "b", "c", "c"]}, InvalidArgumentError, "'c' stands twice in pixels="),
        ({"pixels": ["a"], "ignore": "a"}, InvalidArgumentError, "'a' is among .* and ignored too"),
        ({"pixels": 4.0}, ArgumentTypeError, "pixels must be names or positions"),
        ({"image_size": 28}, ArgumentTypeError, r"image_size must be \(height, width\)"),
        ({"image_size": (4,)}, InvalidArgumentError, r"image_size must be \(height, width\)"),
        ({"image_size": (2, 1, 2)}, InvalidArgumentError, r"image_size must be \(height, width\)"),
        ({"image_size": (2.0, 2)}, ArgumentTypeError, "Each size in image_size"),
        ({"image_size": (-2, -2)}, InvalidArgumentError, "Each size in image_size"),
        ({"class_names": "01"}, ArgumentTypeError, "class_names must be a sequence"),
        ({"class_names": ["0"] * 8}, InvalidArgumentError, "class_names must differ"),
        ({"separator": 5}, ArgumentTypeError, "separator must be one letter"),
        ({"separator": "ab"}, InvalidArgumentError, "separator must be one letter"),
        ({"separator": '"'}, InvalidArgumentError, "separator must be one letter"),
        ({"header": "no"}, ArgumentTypeError, "header must be True or False"),
        ({"transposed": 1}, ArgumentTypeError, "transposed must be True or False"),
        ({"largest_pixel": 0}, InvalidArgumentError, "largest_pixel must be a whole number"),
        ({"largest_pixel": "16"}, ArgumentTypeError, "largest_pixel must be a whole number"),
    ],
)
def test_arguments_that_cannot_work_are_refused(tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        read_csv(write(tmp_path / "four.csv", FOUR), **options)


@pytest.mark.parametrize("path", [None, b"a.csv", np.zeros(3), 7, io.StringIO("a"), ["a.csv"]])
def test_what_is_no_path_is_refused(path):
    for read in (read_csv, read_csv_header, lambda path: read_csv_column(path, "a")):
        with pytest.raises(ArgumentTypeError, match="path must be a path"):
            read(path)


def test_the_home_folder_is_known_and_impossible_names_are_not(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write(tmp_path / "four.csv", FOUR)
    is_four(read_csv("~/four.csv"))
    for wrong in ("a\0b", "", "\ud800"):
        with pytest.raises(InvalidArgumentError, match="no name that a file can have"):
            read_csv(wrong)


def test_row_numbers_of_pandas_are_no_pixels(tmp_path):
    for name in ("", "Unnamed: 0"):
        path = write(tmp_path / "a.csv", f"{name},label,p,q,r,s\n0,7,1,2,3,4\n1,3,5,6,7,255\n")
        is_four(read_csv(path))
        is_four(read_csv(path, image_size=(2, 2)))
    twice = "Unnamed: 0.1,Unnamed: 0,label,p,q,r,s\n0,0,7,1,2,3,4\n1,1,3,5,6,7,255\n"
    is_four(read_csv(write(tmp_path / "twice.csv", twice)))
    path = write(tmp_path / "b.csv", ",q,r,s,label\n1,2,3,4,7\n")  # a pixel without a name
    assert read_csv(path).images.ravel().tolist() == [1, 2, 3, 4]


def test_a_header_of_numbers_is_read_when_it_is_said(tmp_path):
    path = write(tmp_path / "a.csv", "0,0.1,0.2,0.3,0.4\n7,1,2,3,4\n3,5,6,7,255\n")
    is_four(read_csv(path, label_column=0, header=True))
    is_four(read_csv(path, label_column="0", header=True))
    with pytest.raises(DataFileError, match=r"row 1.*pixel '0\.1'.*header=True"):
        read_csv(path, label_column=0)
    with pytest.raises(InvalidArgumentError, match="header=True if the numbers are names"):
        read_csv(path, label_column="0")
    twice = write(tmp_path / "b.csv", "0,0,0,12,255\n7,1,2,3,4\n3,5,6,7,255\n")
    is_four(read_csv(twice, label_column=0, header=True))
    with pytest.raises(InvalidArgumentError, match="several columns are called '0'"):
        read_csv(twice, label_column="0", header=True)


def test_images_on_their_side_are_set_upright(tmp_path, digits):
    upright = digits[0][:5]
    rows = upright.swapaxes(1, 2).reshape(5, -1).tolist()
    text = "".join(f"{n}," + ",".join(map(str, row)) + "\n" for n, row in enumerate(rows))
    split = read_csv(write(tmp_path / "emnist.csv", text), label_column=0, transposed=True)
    assert np.array_equal(split.images[..., 0], upright)


def test_pixels_of_another_scale_are_asked_about(tmp_path):
    names = ",".join(f"p{n}" for n in range(64))
    for largest in (1, 16):
        row = ",".join(str(n % (largest + 1)) for n in range(64))
        path = write(tmp_path / "optdigits.csv", f"label,{names}\n0,{row}\n")
        with pytest.raises(DataFileError, match=f" {largest}, where 255.*largest_pixel={largest} "):
            read_csv(path)
        bright = read_csv(path, largest_pixel=largest).images.ravel()
        assert bright.max() == 255
        assert bright.tolist() == np.rint(np.arange(64) % (largest + 1) * 255 / largest).tolist()
        assert read_csv(path, largest_pixel=255).images.max() == largest
    with pytest.raises(DataFileError, match=r"Pixels must lie in 0\.\.8.*Received 0 to 16"):
        read_csv(path, largest_pixel=8)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("3", 3), (" 3 ", 3), ("+3", 3), ("3.", 3), ("3.000", 3), ("003", 3), ("3e0", 3),
        ("2.55e2", 255), ("2.540000000000000000e+02", 254), ("-0", 0), ("0e-400", 0),
        ("1_0", None), ("254.9999999999999999999", None), ("1e-400", None), ("255.5", None),
        ("0x10", None), ("\u0663", None), ("\uff13", None), ("1e2000", None), ("inf", None),
        ("", None), ("1 2", None), ("3f", None), ("True", None), ("--3", None), ("1,5", None),
        ("0" * 100, 0),
        ("256", None), ("-1", None), ("2.5", None),
    ],
)  # fmt: skip
def test_whole_numbers_are_read_exactly_or_not(tmp_path, cell, value):
    """Alone, in quotes, and in rows that want care for other reasons."""
    rows = [f'{other},8,7,"{cell}"\n' for other in ("9", "9.0")]
    if "," not in cell:
        rows += [row.replace('"', "") for row in rows]
    for row in rows:
        path = write(tmp_path / "a.csv", "a,b,c,d\n" + row)
        if value is None:
            with pytest.raises(DataFileError, match="row 1, column 'd': pixel"):
                read_csv(path, label_column=None)
        else:
            assert read_csv(path, label_column=None).images.ravel().tolist() == [9, 8, 7, value]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('7,"a,b",1,2,3,4', "row 1: 6 cells. Expected 7"),
        ('7,"a\nb",x,1,2,3,4', "row 1: .*a quoted cell runs over"),
        ('7,"a,x,1,2,3,4', "row 1: .*a quoted cell runs over"),
        ('7,n,"x,1,2,3,4', "row 1: .*a quoted cell runs over"),
        ('7,"a"b,x,1,2,3,4', "row 1: not a CSV file"),
        ("7,n,x,1,2,3,4,", "row 1: 8 cells. Expected 7"),
    ],
)
def test_quotes_hide_no_row_of_the_wrong_length(tmp_path, row, message):
    path = write(tmp_path / "a.csv", f"label,note,x,a,b,c,d\n{row}\n3,n,x,5,6,7,8\n")
    with pytest.raises(DataFileError, match=message):
        read_csv(path, ignore=["note", "x"])


def test_messages_about_long_content_are_short(tmp_path):
    cases = {
        "fer.csv": ("emotion,pixels,Usage\n0,70 80,Training\n", {"label_column": 0}, "ignore="),
        "mac.csv": ("label,a\r7,1\r" * 500, {}, "pixel 'a'"),
        "tabs.csv": ("\t".join(f"pixel{n}" for n in range(785)) + "\n", {}, "Unknown column"),
        "lines.csv": ("label,a\n7,1\r" * 500, {}, "column 'a': pixel 'a'"),
        "page.csv": ("\n<!DOCTYPE html>" + "x" * 9000, {}, "web page"),
        "long.csv": ("x" * 9000 + "," + "y" * 9000 + "\n1,2\n", {}, "Unknown column"),
        "cell.csv": ("label,a\n1," + "9" * 9000 + "\n", {}, "9,000 letters"),
        "one.csv": ("0" * 9000, {"label_column": 3}, "label_column=3 is no column"),
    }
    for name, (text, options, message) in cases.items():
        with pytest.raises((DataFileError, InvalidArgumentError), match=message) as caught:
            read_csv(write(tmp_path / name, text), **options)
        assert len(str(caught.value)) < 600 + len(str(tmp_path))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PAR1\x15\x04", "a Parquet file"),
        (b'{"label_column": [7]}', "a JSON file"),
        (b"PK\x05\x06" + bytes(18), "an empty zip archive"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
        (b"\x93NUMPY\x01\x00", "a single array of NumPy"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"\xd0\xcf\x11\xe0\xa1", "an old Office file"),
        ("label,a\n1,2\n".encode("utf-16"), "text in UTF-16"),
        (b"BZh91AY", "a bzip2 file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    ],
)
def test_a_foreign_file_is_named(tmp_path, content, kind):
    with pytest.raises(DataFileError, match=f"a: not a CSV file in UTF-8. It is {kind}"):
        read_csv(write(tmp_path / "a", content))


def test_a_workbook_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/workbook.xml", "")
    with pytest.raises(DataFileError, match="an Excel workbook"):
        read_csv(tmp_path / "a.xlsx")


def test_wide_images_take_no_time(tmp_path):
    columns = 224 * 224
    text = ",".join(f"pixel{n}" for n in range(columns)) + "\n" + ",".join(["7"] * columns) + "\n"
    start = time.process_time()
    split = read_csv(write(tmp_path / "wide.csv", text), label_column=None)
    read_csv(
        tmp_path / "wide.csv", label_column=None, pixels=read_csv_header(tmp_path / "wide.csv")
    )
    assert time.process_time() - start < 3
    assert split.images.shape == (1, 224, 224, 1)


def test_a_packed_file_without_line_ends_takes_no_memory(tmp_path):
    path = write(tmp_path / "zeros.csv.gz", gzip.compress(bytes(200_000_000), compresslevel=1))
    tracemalloc.start()
    with pytest.raises(DataFileError, match="A line has more than"):
        read_csv(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60_000_000
