import base64
import io
import re
import tomllib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from digitzoo import Augmentation, Cosine, Dataset, evaluate, simple_cnn, small_dense, train
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.visualization import make_report, report_facts


@pytest.fixture(scope="module")
def run(digits):
    data = Dataset(digits[:256], digits[256:512], name="mnist")
    return train(simple_cnn(filters=4, units=16), data, epochs=2, early_stopping=1, verbose=0)


@pytest.fixture(scope="module")
def text(run, digits):
    return make_report(run, digits[:1000])


class Reader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.headings, self.images, self.sources, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in ("img", "source", "meta", "polygon", "path", "ellipse", "polyline"):
            self.open.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))
        if tag == "source":
            self.sources.append(dict(attrs))

    def handle_endtag(self, tag):
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


TITLES = [
    "Samples", "Curves", "Confusion matrix", "Each class", "Calibration", "Mistakes", "Kernels",
    "Diagram", "Layers", "Settings",
]  # fmt: skip


def test_a_run_is_one_page_that_needs_no_other_file(text):
    page = Reader(text)
    assert not page.open
    assert page.headings == TITLES
    assert len(page.images) == 8  # loss and accuracy are two
    for image in page.images:
        light = decoded(image["src"])
        assert light.width == pytest.approx(2 * int(image["width"]), abs=2)
        assert light.height == pytest.approx(2 * int(image["height"]), abs=2)
        assert image["alt"]
    assert len(page.sources) == len(page.images)
    for source, image in zip(page.sources, page.images, strict=True):
        assert source["media"] == "(prefers-color-scheme: dark)"
        corners = [
            decoded(link).convert("L").getpixel((0, 0)) for link in (source["srcset"], image["src"])
        ]
        assert corners[0] < 40
        assert corners[1] > 200
    outside = re.findall(r'(?:href|src|url)\s*[=(]\s*"?(?!data:|#)([^">]+)', text)
    assert not [link for link in outside if "w3.org" not in link]


def decoded(source):
    return Image.open(io.BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,"))))


def test_the_contents_lead_to_each_section(text):
    targets = re.findall(r'<a href="#([\w-]+)">', text)
    assert targets == re.findall(r'<section id="([\w-]+)">', text)
    assert len(targets) == len(set(targets)) == len(TITLES)


def facts_of(page):
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(?:<code>)?(.*?)(?:</code>)?</dd>", page))


def settings_of(page):
    part = page.partition('id="settings"')[2]
    return dict(re.findall(r"<tr><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", part))


def test_the_numbers_are_those_of_the_run(run, text, digits):
    assert "<h1>simple_cnn on mnist</h1>" in text
    result = evaluate(run.model, digits[:1000])
    counts = result.confusion_matrix.copy()
    np.fill_diagonal(counts, 0)
    most, wrong = counts.max(), 1000 - result.correct
    low, high = (f"{100 * end:.2f}" for end in result.accuracy_interval)
    assert (
        f'<p class="verdict">simple_cnn recognised {100 * result.accuracy:.2f} % of 1,000 images '
        f"that it had not seen (95 % interval {low} to {high} %); its most frequent mistake, "
        f"{most} of {wrong}, was to take "
    ) in text
    facts = facts_of(text)
    assert facts["Trained"] == run.record["finished"][:16].replace("T", " ") + " UTC"
    assert facts["Duration"].endswith(" of processor time")
    assert run.record["machine"]["processor"] in facts["Machine"]
    assert f"Keras {keras.__version__}" in facts["Versions"]
    assert facts["Data"] == "mnist: 256 images to train on, 256 held out"
    assert facts["Epochs"].startswith(f"{run.epochs} of 2, ")
    assert "without the 1 of 1,000 images whose label" in facts["Confirmed labels"]
    assert not {"Again", "Mind"} & set(facts)
    assert f"{run.model.count_params():,}" in text


def test_settings_are_told_in_words(run, text):
    told = settings_of(text)
    assert told == {
        "optimizer": "Adam",
        "learning rate": "0.001",  # Adam's own, as none was set
        "batch size": "128",
        "steps an epoch": "2",
        "loss": "SparseCategoricalCrossentropy",
        "epochs without improvement before it stops": "1",
        "watched": "val_loss",
        "seed": "0",
        "classes": "0, 1, 2, 3, 4, 5, 6, 7, 8, 9",
    }
    assert not re.search("None|not set|class_name|beta_1|[{}]", "".join(told.values()))


def test_a_schedule_and_what_goes_with_it_are_told_too(digits):
    options = {"learning_rate": Cosine(0.002), "optimizer": "adamw", "ema_momentum": 0.9}
    changes = Augmentation(shift=1)
    run = train(small_dense(), digits[:64], epochs=1, verbose=0, augmentation=changes, **options)
    told = settings_of(make_report(run))
    assert told["learning rate"] == "Cosine: learning rate 0.002, warmup 0.05"
    assert told["weight decay"] == "0.004"  # AdamW's own
    assert told["moving average of the weights"] == "0.9"
    assert told["augmentation"] == "shift 1"


def test_the_verdict_goes_by_the_best_evidence_that_there_is(run, digits):
    page = make_report(run)
    share = f"{100 * run.best_metrics['val_accuracy']:.2f}"
    expected = f"simple_cnn recognised {share} % of the 256 images that were held out."
    assert f"In its best epoch, {run.best_epoch} of {run.epochs}, {expected}" in page
    alone = train(small_dense(), digits[:64], epochs=1, validation_split=0, verbose=0)
    assert "how it does on others was not measured" in make_report(alone)
    lost = train(small_dense(), digits[:64], epochs=1, learning_rate=1e30, verbose=0)
    if lost.best_epoch is None:
        assert "The training was lost (" in make_report(lost)


def test_it_names_the_command_and_what_to_mind(run, digits):
    mindful = replace(run, settings={**run.settings, "caveats": ["Something <odd>."]})
    facts = facts_of(make_report(mindful, command="digitzoo train 'a & b'"))
    assert facts["Again"] == "digitzoo train &#x27;a &amp; b&#x27;"
    assert facts["Mind"] == "Something &lt;odd&gt;."


def test_a_run_that_kept_no_record_is_reported_too(run):
    facts = facts_of(make_report(replace(run, record={})))
    assert not {"Trained", "Duration", "Machine"} & set(facts)


def test_it_speaks_korean(run, digits):
    page = make_report(run, digits[:1000], language="ko")
    assert '<html lang="ko">' in page
    for heading in (*Reader(page).headings, *facts_of(page), *settings_of(page)):
        assert re.search("[가-힣]", heading), heading
    assert "본 적 없는 그림 1,000장의" in page
    with pytest.raises(InvalidArgumentError, match="language"):
        make_report(run, language="kr")


def test_every_phrase_is_said_in_both_languages():
    path = Path(report_facts.__file__).with_name("report_words.toml")
    for key, phrase in tomllib.loads(path.read_text(encoding="utf-8")).items():
        fields = [set(re.findall(r"\{(\w+)", phrase[language])) for language in ("en", "ko")]
        assert fields[0] == fields[1], key


def test_without_images_there_are_no_results(run):
    before = plt.get_fignums()
    page = Reader(make_report(run))
    assert plt.get_fignums() == before
    assert page.headings == ["Curves", "Kernels", "Diagram", "Layers", "Settings"]


def test_what_cannot_be_drawn_is_said(digits):
    data = Dataset(digits[:64], digits[64:128])
    first = keras.layers.GlobalAveragePooling2D()
    head = keras.layers.Dense(10, activation="softmax")
    blurred = keras.Sequential([keras.Input((28, 28, 1)), first, head])
    assert "has no kernels" in make_report(train(blurred, data, epochs=1, verbose=0))
    with pytest.raises(ArgumentTypeError, match="Received str"):
        make_report("runs/first")


def test_on_a_dark_style_the_page_is_dark_for_everyone(run):
    with plt.style.context("dark_background"):
        page = make_report(run)
    assert "--paper: #000000; --ink: #ffffff" in page
    assert "prefers-color-scheme" not in page
