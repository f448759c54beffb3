"""Pictures of pages are files, drawn for both grounds, in the language of the page."""

import importlib
import re
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

mpl.use("agg")

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def modules():
    sys.path.insert(0, str(DOCS))
    try:
        yield importlib.import_module("sessions"), importlib.import_module("pictures")
    finally:
        sys.path.remove(str(DOCS))
        for name in ("sessions", "pictures", "pagetools", "redrawing", "gallery_cards"):
            sys.modules.pop(name, None)


@pytest.fixture
def page(modules, tmp_path, monkeypatch):
    """Run blocks as a page does; give what the last one prints."""
    sessions, pictures = modules
    monkeypatch.setenv(pictures.PLACE, str(tmp_path / "pictures"))
    running = sessions.Sessions()

    def run(*blocks, session="page"):
        return [running.run(block, session) for block in blocks][-1]

    return run


def images(html, folder):
    """The pixels of each image of a page, with the ground it is for."""
    found = {}
    for name, ground in re.findall(r'src="pictures:([\w.]+)#only-(\w+)"', html):
        found[ground] = np.asarray(Image.open(folder / "pictures" / name).convert("RGBA"), int)
    return found


PLOT = 'from digitzoo import plot_history\nplot_history({"loss": [3, 2, 1]}%s)'
SHOW = 'from pagetools import picture\npicture("Curves")'


def ink(pixels):
    """The mean brightness of the numbers beside the axes."""
    beside = pixels[:, :40]
    return beside[beside[..., 3] > 200][:, :3].mean()


def test_a_figure_is_a_file_for_each_ground(page, tmp_path):
    html = page(PLOT % "", SHOW)
    assert "data:" not in html
    assert html.count('alt="Curves"') == 2
    seen = images(html, tmp_path)
    assert set(seen) == {"light", "dark"}
    assert ink(seen["light"]) < 80
    assert ink(seen["dark"]) > 170
    for pixels in seen.values():
        assert pixels[0, 0, 3] == 0  # the page shines through
    assert page("import matplotlib as mpl\nprint(mpl.rcParams['text.color'])") == "black\n"


def test_a_korean_page_shows_what_its_code_draws(page, tmp_path):
    english = page(PLOT % "", SHOW)
    korean = page(PLOT % ', language="ko"', SHOW.replace("Curves", "곡선"), session="page-ko")
    same = page(PLOT % "", SHOW.replace("Curves", "곡선"), session="other-ko")
    assert 'alt="곡선"' in korean
    files = [re.findall(r"pictures:([\w.]+)", html) for html in (english, korean, same)]
    assert files[0] == files[2]
    assert not set(files[0]) & set(files[1])


def test_what_is_drawn_by_hand_is_drawn_again_too(page, tmp_path):
    drawn = (
        "import matplotlib.pyplot as plt\ncount = 1\n"
        "figure, ax = plt.subplots(figsize=(2, 2))\nax.plot([0, 1])\nax.set_title('by hand')\n"
        "print('once')"
    )
    assert page(drawn) == "once\n"
    html = page(drawn, 'from pagetools import picture\npicture("By hand", figure)\nprint(count)')
    assert set(images(html, tmp_path)) == {"light", "dark"}
    assert html.endswith("1\n")


def test_a_training_is_not_run_again(page, tmp_path):
    drawn = (
        "import matplotlib.pyplot as plt\nruns = []\ndef train():\n    runs.append(1)\n"
        "plt.figure(figsize=(1, 1))\ntrain()\nplt.plot([0, 1])"
    )
    assert page(drawn, SHOW + "\nprint(len(runs))").endswith("1\n")


def test_what_is_given_in_the_call_is_drawn_for_both(page, tmp_path):
    block = (
        "import matplotlib.pyplot as plt\nfrom pagetools import picture\n"
        "def plot_it():\n    figure = plt.figure(figsize=(1, 1))\n    figure.add_subplot()\n"
        "    return figure\npicture('In the call', plot_it())"
    )
    assert set(images(page(block), tmp_path)) == {"light", "dark"}


def test_svg_whose_letters_take_the_pages_colour_has_two_files(page, tmp_path):
    block = "from pagetools import picture\npicture('A line', '<svg%s xmlns=\"\"></svg>')"
    html = page(block % ' fill="currentColor"')
    files = re.findall(r"pictures:([\w.]+)#only-\w+", html)
    texts = [(tmp_path / "pictures" / file).read_text() for file in files]
    assert ["#000000" in texts[0], "#e6e8ee" in texts[1]] == [True, True]
    assert 'class="dz-paper"' in page(block % "", session="other")


def test_addresses_lead_from_the_page_to_the_files(modules, tmp_path, monkeypatch):
    _, pictures = modules
    monkeypatch.setenv(pictures.PLACE, str(tmp_path / "pictures"))
    address = pictures.keep(b"<svg/>", "svg")
    html = f'<img src="{address}#only-dark">'
    assert pictures.addressed(html, "ko/start/").startswith('<img src="../../pictures/')
    assert pictures.addressed(html, "").startswith('<img src="pictures/')
    site = tmp_path / "site"
    site.mkdir()
    pictures.write(site)
    assert (site / "pictures" / address.partition(":")[2]).read_bytes() == b"<svg/>"


def test_nothing_drawn_is_an_error(page):
    with pytest.raises(ValueError, match="No figure is open"):
        page(SHOW)


def test_a_card_has_a_thumbnail_that_leads_to_the_whole_and_its_call(page, tmp_path):
    block = (
        "from digitzoo import plot_samples\nfrom digitzoo.visualization import format_pixels\n"
        "from gallery_cards import card, grid\n"
        "with grid():\n    card('%s', 'plot_samples([[[0, 255]]])')\n"
        "    card('%s', 'format_pixels([[0, 255]])')"
    )
    english = page(block % ("One image", "Its numbers"))
    korean = page(block % ("그림 한 장", "그 숫자"), session="page-ko")
    for html in (english, korean):
        links = re.findall(
            r'<a href="pictures:([\w.#-]+)"><img [^>]*src="pictures:([\w.#-]+)"', html
        )
        assert len(links) == 2
        assert all(to == shown.partition("#")[0] for to, shown in links)
        assert html.count('<div class="dz-card">') == html.count("<pre><code>") == 2
    assert "<p>그림 한 장</p>" in korean
    assert re.sub(r"<[^>]+>", "", korean).count('plot_samples([[[0, 255]]], language="ko")') == 1
    assert "language" not in re.sub(r"<[^>]+>", "", english)
    assert "  0255" in english
