"""Each model has its page, with all its parts, in both languages; its numbers are the recorded."""

import importlib
import re
import sys
from pathlib import Path

import pytest

from digitzoo import build_model, list_models, list_recipes, model_card, summarize

DOCS = Path(__file__).parents[2] / "docs"
IMAGES = 1_000  # enough for each network to be wrong somewhere
PARTS = [
    "live",
    "load",
    "network",
    "to-scale",
    "layers",
    "training",
    "results",
    "published",
    "kernels",
]
PARTS += ["mistakes"]
HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def pages():
    with pytest.MonkeyPatch.context() as patch:
        for folder in (DOCS, DOCS / "models"):
            patch.syspath_prepend(str(folder))
        module = importlib.import_module("model_pages")
        patch.setattr(sys.modules["model_pictures"], "IMAGES", IMAGES)
        yield module
        sys.modules["model_pictures"].shown.cache_clear()


def section(page, part):
    """Give the text below the heading of a part, up to the next heading."""
    found = re.search(
        rf"^##+ [^\n]*\{{ #{part} \}}$(.*?)(?=^##+ |\Z)", page, re.DOTALL | re.MULTILINE
    )
    return found[1]


def inputs_of(layer):
    """Name the layers that a layer takes the outputs of."""
    given = layer.input if isinstance(layer.input, list) else [layer.input]
    # Keras tells it nowhere else.
    return [tensor._keras_history.operation.name for tensor in given]  # noqa: SLF001


def numbers(text):
    """Write a table's numbers as they were before they were kept on one line."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", list_models())
def test_a_page_has_all_its_parts(pages, name, language):
    page = pages.page(name, language)
    parts = [part for part in PARTS if part != "published" or model_card(name).published]
    assert re.findall(r"\{ #([\w-]+) \}$", page, re.MULTILINE) == parts
    for part in ("network", "to-scale", "kernels", "mistakes"):
        (figure,) = re.findall(r'<figure class="dz-picture">.*?</figure>', section(page, part))
        alts = re.findall(r'<img alt="([^"]+)" src="pictures:', figure)
        assert len(set(alts)) == 1, part
        assert name in alts[0]
        assert bool(HANGUL.search(alts[0])) == (language == "ko")
    assert "ALTERNATIVE" not in page
    assert "from digitzoo import" in section(page, "load")
    assert f" of {IMAGES:,} wrong" in section(page, "load")
    for recipe in list_recipes(name):
        assert f"`{recipe.name}`" in section(page, "training")


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", list_models())
def test_its_numbers_are_those_of_card_rows_and_formulas(pages, name, language):
    page, card = numbers(pages.page(name, language)), model_card(name)
    assert page.partition("\n## ")[0].count(f" {card.parameters:,} |") == 1
    assert f"**{card.parameters:,}**" in section(page, "layers")
    rows = [line for line in section(page, "layers").splitlines() if line.startswith("| `")]
    layers = summarize(name).layers
    assert len(rows) == len(layers)
    model = build_model(name)
    for row, layer, before in zip(rows, layers, (None, *layers), strict=False):
        _, label, deed, output, parameters, macs, _ = (cell.strip() for cell in row.split("|"))
        assert label == f"`{layer.name}`"
        assert ": " in deed  # its class, and words for it
        takes = inputs_of(model.get_layer(layer.name))
        is_next = before is None or takes == [before.name]
        assert re.findall(r"(?:; (?:takes|입력) |, )(?=`)`(\w+)`", deed) == (
            [] if is_next else takes
        )
        assert output == " × ".join(f"{size:,}" for size in layer.output_shape)
        for worked, count in ((parameters, layer.params), (macs, layer.macs)):
            assert worked.rpartition("= ")[2] == f"{count:,}"
            assert ("=" in worked) == bool(count)
    results = section(page, "results")
    for row in card.measured:
        line = next(
            line
            for line in results.splitlines()
            if line.startswith(f"| {pages.DATASETS[row.dataset]} | `{row.recipe}` |")
        )
        assert f"| {row.accuracy.mean:.4f}" in line
        assert f"{row.accuracy.low:.4f}" in line
        assert f"{row.accuracy.high:.4f}" in line
        assert f"| {', '.join(str(seed.errors) for seed in row.seeds)} |" in line
    for one in card.published:
        assert f"| {one.value} |" in section(page, "published")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_a_recipe_leaves_to_its_optimizer_is_told_as_a_number(pages, language):
    training = section(pages.page("deep_cnn", language), "training")
    own = {"en": "the optimizer's own", "ko": "옵티마이저의 기본값"}[language]
    rows = [line.split(" | ") for line in training.splitlines() if own in line]
    rates, decays = ([cell.strip(" |") for cell in row[1:]] for row in rows)
    assert f"0.001, {own}" in rates  # Adam's
    assert f"0.004, {own}" in decays  # AdamW's, on Fashion-MNIST
    assert "0.2" in decays
    none = {"en": "none", "ko": "없음"}[language]
    assert decays.count(none) == 1  # Adam has none


@pytest.mark.parametrize("name", list_models())
def test_a_page_says_where_its_network_comes_from(pages, name):
    card = model_card(name)
    for language in ("en", "ko"):
        head = pages.page(name, language).partition("\n## ")[0]
        assert (f"<{card.link}>" in head) == (card.link is not None)
        assert language == "ko" or card.source in head


@pytest.mark.parametrize("name", list_models())
def test_both_languages_have_the_same_code(pages, name):
    english, korean = (
        re.findall(r"^ *```python\n.*?```", pages.page(name, language), re.DOTALL | re.MULTILINE)
        for language in ("en", "ko")
    )
    assert english == [block.replace(', language="ko"', "") for block in korean]
    assert len(english) >= 4


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_overview_has_each_model_and_its_accuracies(pages, language):
    overview = numbers(pages.page("index", language))
    for name in list_models():
        card = model_card(name)
        line = next(
            line for line in overview.splitlines() if line.startswith(f"| [`{name}`]({name}.md) |")
        )
        assert f"| {card.parameters:,} |" in line
        assert f"| {summarize(name).totals.macs:,} |" in line
        for dataset in pages.DATASETS:
            row = pages.best_row(card, dataset)
            assert row.weights is not None
            for number in (row.accuracy.mean, row.accuracy.low, row.accuracy.high):
                assert f"{number:.4f}" in line


def test_the_menu_has_each_model(pages):
    first, *others = pages.nav()
    assert first == "models/index.md"
    assert sorted(name for entry in others for name in entry) == list_models()


def test_the_confusions_are_those_of_the_matrix(pages):
    seen = sys.modules["model_pictures"].shown("small_dense", "en")
    pairs = pages.confusions(seen)
    assert int(pairs[0][2]) == max(
        count
        for true, counts in enumerate(seen.result.confusion_matrix.tolist())
        for predicted, count in enumerate(counts)
        if true != predicted
    )


def test_no_korean_sentence_has_lost_its_english(pages):
    words = sys.modules["model_words"]
    cards = [model_card(name) for name in list_models()]
    said = {recipe.summary for recipe in list_recipes()}
    for card in cards:
        said |= {card.summary, card.source, *card.oddities, *(row.note for row in card.published)}
        said |= {word for row in card.published for word in (row.metric, row.split)}
    assert set(words.card_sentences()) <= said


def test_what_pages_say_is_said_in_both_languages(pages):
    for key, phrase in sys.modules["model_words"].all_words().items():
        fields = [sorted(re.findall(r"\{(\w+)", phrase[language])) for language in ("en", "ko")]
        assert fields[0] == fields[1], key
