"""What tables and explanations look like, word for word; `--overwrite` writes them anew."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import keras
import pytest

from digitzoo.errors import DigitzooError
from digitzoo.formulas import Summary, explain, layer_info, layers, summarize
from digitzoo.formulas.layers.base import words_of
from digitzoo.formulas.networks import zoo
from digitzoo.tables import width_of

if TYPE_CHECKING:
    from conftest import Golden

SINGLE: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "conv1d_does_not_divide": (
        "Conv1D",
        (5, 1),
        {"filters": 1, "kernel_size": 3, "padding": 1, "strides": 3},
    ),
    "conv1d_causal": (
        "Conv1D",
        (20, 2),
        {"filters": 4, "kernel_size": 3, "padding": "causal", "dilation_rate": 2},
    ),
    "conv2d_same_stride": (
        "Conv2D",
        (28, 28, 1),
        {"filters": 32, "kernel_size": 3, "padding": "same", "strides": 2},
    ),
    "conv2d_groups": ("Conv2D", (8, 9, 4), {"filters": 6, "kernel_size": (2, 3), "groups": 2}),
    "conv3d": ("Conv3D", (8, 8, 9, 1), {"filters": 2, "kernel_size": (3, 3, 2)}),
    "depthwise": ("DepthwiseConv2D", (32, 32, 3), {"kernel_size": 3, "depth_multiplier": 2}),
    "separable": ("SeparableConv2D", (14, 14, 8), {"filters": 16, "kernel_size": 3}),
    "transposed": (
        "Conv2DTranspose",
        (14, 14, 8),
        {"filters": 1, "kernel_size": 3, "strides": 2, "padding": "same"},
    ),
    "transposed_that_does_not_run": (
        "Conv2DTranspose",
        (7, 7, 8),
        {
            "filters": 1,
            "kernel_size": 4,
            "strides": 2,
            "padding": "same",
            "output_padding": 0,
        },
    ),
    "max_pooling_unused": ("MaxPooling2D", (7, 7, 64), {"pool_size": 2}),
    "max_pooling_ceil": ("torch.nn.MaxPool2d", (64, 7, 7), {"kernel_size": 2, "ceil_mode": True}),
    "global_pooling": ("GlobalAveragePooling2D", (7, 7, 64), {}),
    "batch_normalization": ("BatchNormalization", (7, 7, 64), {}),
    "embedding": ("Embedding", (20,), {"input_dim": 1000, "output_dim": 16}),
    "dense_at_each_step": ("Dense", (10, 64), {"units": 32}),
    "concatenate": ("Concatenate", [(7, 7, 8), (7, 7, 4)], {}),
    "upsampling": ("UpSampling2D", (7, 7, 8), {"size": 2, "interpolation": "bilinear"}),
    "zero_padding": ("ZeroPadding2D", (28, 28, 1), {"padding": ((1, 0), (0, 2))}),
    "cropping": ("Cropping2D", (28, 28, 1), {"cropping": ((1, 2), (3, 3))}),
    "dropout": ("Dropout", (128,), {"rate": 0.5}),
}


def branches() -> Summary:
    """Build a model with everything that a table has to show."""
    keras.utils.clear_session()  # names count from 1 again, whatever other tests built
    image = keras.Input((9, 9, 2), name="image")
    shared = keras.layers.Conv2D(2, 3, padding="same", strides=2, name="shared", trainable=False)
    once = shared(image)
    pooled = keras.layers.MaxPooling2D(2, name="pool")(image[..., :2])
    joined = keras.layers.Add(name="join")(
        [shared(once), keras.layers.Cropping2D(((0, 1), (0, 1)), name="crop")(pooled)]
    )
    normal = keras.layers.BatchNormalization(name="normal")(joined)
    seen = keras.layers.GlobalMaxPooling2D(name="global")(normal)
    return summarize(keras.Model(image, keras.layers.Dense(3, name="last")(seen), name="branches"))


def zoo_summary(name: str) -> Summary:
    return summarize(name)


@pytest.mark.parametrize("name", zoo.NETWORKS)
def test_tables(name: str, golden: "Golden") -> None:
    summary = zoo_summary(name)
    golden.check(f"{name}.txt", str(summary))
    golden.check(f"{name}.md", summary.to_markdown())
    golden.check(f"{name}.csv", summary.to_csv())
    golden.check(f"{name}.html", summary._repr_html_())
    golden.check(f"{name}.json", json.dumps(summary.to_dict(), indent=1))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", zoo.NETWORKS)
def test_explained_networks(name: str, language: str, golden: "Golden") -> None:
    explanation = explain(zoo_summary(name), language=language)
    golden.check(f"explained/{name}.{language}.txt", str(explanation))
    golden.check(f"explained/{name}.{language}.md", explanation.to_markdown())
    golden.check(f"explained/{name}.{language}.tex", explanation.to_latex())
    golden.check(f"explained/{name}.{language}.html", explanation.to_html())


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("case", SINGLE)
def test_explained_layers(case: str, language: str, golden: "Golden") -> None:
    layer, shape, arguments = SINGLE[case]
    explanation = explain(layer, shape, language=language, **arguments)
    golden.check(f"layers/{case}.{language}.txt", str(explanation))
    if language == "en":
        golden.check(f"layers/{case}.tex", explanation.to_latex())
        info = layer_info(layer, shape, **arguments)
        golden.check(f"layers/{case}.json", json.dumps(info.to_dict(), indent=1))


def test_a_model_with_everything(golden: "Golden") -> None:
    summary = branches()
    golden.check("branches.txt", str(summary))
    golden.check("branches.md", summary.to_markdown())
    golden.check("branches.en.txt", str(explain(summary)))
    golden.check("branches.ko.txt", str(explain(summary, language="ko")))


def test_the_first_layer_reads_as_a_teacher_writes_it() -> None:
    for language in ("en", "ko"):
        lines = [
            line.strip()
            for line in str(explain(zoo_summary("simple_cnn"), language=language)).splitlines()
        ]
        assert "5 x 5 x 1 x 32 + 32 = 832" in lines
        assert "(28 - 5 + 0) / 1 + 1 = 24" in lines
        assert "4,608 x 128 + 128 = 589,952" in lines


@pytest.mark.parametrize("name", [*zoo.NETWORKS, "branches"])
def test_columns_add_up_to_their_totals(name: str) -> None:
    summary = branches() if name == "branches" else zoo_summary(name)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in summary.to_markdown().splitlines()
        if line.startswith("|")
    ]
    heading, _, *body, last = rows
    for title in ("params", "MACs", "bias adds", "values"):
        column = heading.index(title)
        numbers = [row[column].replace(",", "") for row in body]
        assert sum(int(n) for n in numbers if n != "?") == int(
            last[column].replace(",", "").removeprefix("at least ")
        ), title
    read = list(csv.DictReader(io.StringIO(summary.to_csv())))
    assert sum(int(row["params"]) for row in read) == summary.totals.params
    written = json.loads(json.dumps(summary.to_dict()))
    assert written["totals"]["macs"] == sum(row["macs"] or 0 for row in written["layers"])


def _equations(text: str) -> list[str]:
    return re.findall(
        r"^ *(-?[\dfl(][^=:A-Za-z가-힣]*(?: x |[-+/])[^=:A-Za-z]*= -?[\d,.]+)$", text, re.MULTILINE
    )


@pytest.mark.parametrize("name", zoo.NETWORKS)
def test_every_equation_is_true(name: str) -> None:
    steps = [step for part in explain(zoo_summary(name)).sections for step in part.steps]
    equations = [one for step in steps for one in _equations(step.numbers)]
    assert len(equations) > 3
    for equation in equations:
        left, right = equation.replace(",", "").replace(" x ", " * ").split("=")
        assert eval(left) == float(right), equation


def test_padding_by_numbers_is_not_called_same_or_causal() -> None:
    image, one = (9, 9, 1), {"filters": 1, "kernel_size": 3}
    before = str(explain("Conv2D", image, padding=((1, 0), (1, 0)), **one))
    assert "2P is 1 before + 0 after." in before
    assert "future" not in before
    assert "extra zero" not in before
    assert "extra zero" in str(explain("Conv2D", (8, 8, 1), padding="same", strides=2, **one))
    assert "future" in str(explain("Conv1D", (9, 1), padding="causal", **one))


def test_the_centre_is_worked_out() -> None:
    strided = explain("Conv2D", (28, 28, 1), filters=1, kernel_size=3, strides=2, padding="same")
    assert "c + ((F - 1) / 2 - B) x j" in strided
    assert "0 + ((3 - 1) / 2 - 0) x 1 = 1" in strided
    network = [layers.Conv2D(1, 5), layers.MaxPooling2D(2), layers.Conv2D(1, 3, padding="same")]
    explained = explain(network, (28, 28, 1))
    assert "2 + ((2 - 1) / 2 - 0) x 1 = 2.5" in explained
    assert "2.5 + ((3 - 1) / 2 - 1) x 2 = 2.5" in explained
    assert "2.5 x 2.5" in explained
    assert explain(network, (28, 28, 1), language="ko").sections[-1].steps[-1].numbers


@pytest.mark.parametrize("name", [*zoo.NETWORKS, "branches"])
def test_words_stay_within_80_columns(name: str) -> None:
    summary = branches() if name == "branches" else zoo_summary(name)
    for language in ("en", "ko"):
        for line in str(explain(summary, language=language)).splitlines():
            assert width_of(line) <= 80 or re.fullmatch(r" *[\d,+ ]+= [\d,]+", line), line
    for line in str(summary).rpartition("---\n")[2].splitlines():
        assert len(line) <= 80, line


def test_both_languages_say_the_same() -> None:
    english, korean = words_of("en"), words_of("ko")
    assert set(english) == set(korean)
    for key, phrase in english.items():
        holes = set(re.findall(r"\{\w*\}", phrase))
        assert set(re.findall(r"\{\w*\}", korean[key])) == holes, key
        assert re.search("[가-힣]", korean[key]), key


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_closed_and_escaped() -> None:
    network = [layers.Dense(3, name="<b>"), layers.Dense(2)]
    summary = summarize(network, (4,))
    for text in (summary._repr_html_(), explain(summary)._repr_html_()):
        balance = _Balance()
        balance.feed(text)
        assert not balance.open
        assert "&lt;b&gt;" in text
        assert "<b> (Dense)" not in text
    assert r"conv2d\_1" in explain([layers.Conv2D(1, 3)] * 2, (9, 9, 1)).to_latex()


def test_a_table_of_some_columns_says_nothing_of_the_others():
    table = summarize("simple_cnn").table(["output shape", "params"])
    assert table.columns == ("output shape", "params")
    assert table.rows[0] == ("(28, 28, 1)", "0")
    assert table.total == ("", "592,074")
    assert [remark.split()[0] for remark in table.remarks] == ["Parameters:"]


@pytest.mark.parametrize("columns", ["params", ["parameters"], [1]])
def test_a_column_that_is_not_there_is_an_error(columns):
    with pytest.raises(DigitzooError, match="column"):
        summarize("simple_cnn").table(columns)


@pytest.mark.parametrize("case", SINGLE)
def test_every_letter_of_a_formula_is_in_the_legend(case: str) -> None:
    layer, shape, arguments = SINGLE[case]
    told = explain(layer, shape, **arguments)
    meant = {part.partition(":")[0] for part in told.legend.split("; ")}
    for step in told.sections[0].steps:
        assert set(re.findall(r"(?<![\w.])[A-Z](?![\w(])", step.formula)) <= meant, step
