import json
import re
from importlib import resources

import keras
import matplotlib as mpl
import numpy as np
import pytest

from digitzoo import DigitzooError, explore, load_data, simple_cnn
from digitzoo.errors import DataFileError, InvalidArgumentError
from digitzoo.explorer.bundle import bundle, read_web_file

MARKUP = "</script><script>alert(1)</script>"


def data_of(page):
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', page.html)[1]
    )


def test_a_page_is_one_file_that_fetches_nothing(page):
    assert not re.search(r"""(?:src|href)=["']|https?://|import\(|fetch\(|url\(""", page.html)
    assert len(page.html) < 300_000
    assert len(explore(simple_cnn(weights="mnist")).html) < 2_000_000


def test_twenty_images_of_the_test_set_are_there_with_mistakes_among_them(page):
    data = data_of(page)
    assert len(data["samples"]["labels"]) == 20
    assert set(range(10)) <= set(data["samples"]["labels"])
    assert data["classes"] == [str(digit) for digit in range(10)]


def test_the_data_set_of_bundled_weights_is_known():
    assert data_of(explore(simple_cnn(weights="fashion_mnist")))["classes"][0] == "T-shirt/top"
    own = simple_cnn()
    assert data_of(explore(own))["samples"]["labels"] == []


def test_own_images_are_on_the_page():
    test = load_data("mnist").test
    data = data_of(explore(simple_cnn(), test.images[:3]))
    assert data["samples"]["labels"] == [None, None, None]
    own = explore(simple_cnn(), load_data("mnist").test)
    assert data_of(own)["samples"]["labels"] == test.labels[:20].tolist()


def test_formulas_are_there_in_both_languages(page):
    sections = data_of(page)["sections"]
    assert [len(sections[one]) for one in ("en", "ko")] == [4, 4]
    assert "784 x 64 + 64 = 50,240" in json.dumps(sections["en"][1])


def test_names_stay_text():
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(2, name="last")]
    )
    page = explore(model, class_names=[MARKUP, "b"])
    assert page.html.count("<script") == 2
    assert data_of(page)["classes"][0] == MARKUP


def test_half_a_character_in_a_name_can_be_saved(tmp_path):
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    page = explore(model, class_names=["a\ud800", "b"])
    assert page.save(tmp_path / "page.html").stat().st_size > 100_000


def test_saving(page, tmp_path):
    path = page.save(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8") == page.html
    with pytest.raises(InvalidArgumentError, match=r"\.html"):
        page.save(tmp_path / "page.txt")
    with pytest.raises(InvalidArgumentError, match="folder"):
        page.save(tmp_path / "none" / "page.html")
    (tmp_path / "taken.html").mkdir()
    with pytest.raises(DigitzooError):
        page.save(tmp_path / "taken.html")
    assert issubclass(DataFileError, DigitzooError)


def test_a_notebook_shows_the_page(page):
    assert page._repr_html_().startswith("<iframe")
    assert "&lt;script" in page._repr_html_()


def test_colours_are_those_of_the_python_pictures(bench):
    with bench.Engine("colours.js") as engine:
        for name, of in (("viridis", "viridis"), ("diverging", "RdBu_r")):
            ours = np.array(engine.eval(f"Array.from(SCALES.{name})")).reshape(256, 3)
            theirs = mpl.colormaps[of](np.arange(256))[:, :3] * 255
            assert np.array_equal(ours, np.rint(theirs))


def test_numbers_are_read_on_every_colour(bench):
    with bench.Engine("colours.js") as engine:
        for name in ("viridis", "diverging"):
            pairs = engine.eval(
                "[...Array(256).keys()].map((i) => Object.values("
                f"cssColours({{ table: SCALES.{name}, from: 0, to: 255 }}, i)))"
            )
            for background, colour in pairs:
                parts = np.array([int(one) for one in re.findall(r"\d+", background)]) / 255
                linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
                light = linear @ (0.2126, 0.7152, 0.0722) + 0.05
                assert (light / 0.05 if colour == "#000" else 1.05 / light) >= 4.5  # as WCAG asks


def test_contributions_are_red_and_blue_though_all_are_above_zero(bench):
    with bench.Engine("colours.js") as engine:
        assert engine.eval("scaleFor([1, 2], true).table === SCALES.diverging")
        assert engine.eval("scaleFor([1, 2]).table === SCALES.viridis")


def test_every_sentence_is_there_in_both_languages_and_used(bench):
    with bench.Engine("words.js") as engine:
        words = engine.eval("WORDS")
    files = (resources.files("digitzoo.explorer") / "web").iterdir()
    of_page = set(re.findall(r"^const (\w+) = ", bundle("page.js"), re.MULTILINE)) - {"words"}
    names = {file.name for file in files if file.name.partition(".")[0] in of_page}
    sources = "".join(read_web_file(name) for name in names)
    said = set(re.findall(r"""say\(\s*"([^"]+)"|data-(?:say|label)="([^"]+)""", sources))
    used = {one for pair in said for one in pair if one}
    assert used <= set(words)
    for key, texts in words.items():
        assert f'"{key}"' in sources, key
        assert set(texts) == {"en", "ko"}
        holes = [sorted(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
        assert holes[0] == holes[1], key


def test_modules_need_each_other_in_one_order():
    script = bundle("page.js")
    assert script.index("const operations =") < script.index("const network =")
    assert not re.search(r"^(import|export) ", script, re.MULTILINE)
