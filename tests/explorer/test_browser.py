"""A real browser opens pages from the disk, draws, asks, breaks and changes what can be changed."""

import itertools
import os
import re
import shutil

import keras
import numpy as np
import pytest
from PIL import Image

from digitzoo import explore, layer_info, load_data, predict, simple_cnn
from digitzoo.data import Split
from digitzoo.explorer.bundle import bundle, read_web_file

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
REQUIRED = os.environ.get("DIGITZOO_BROWSER") == "required"
SEVEN = [(0.25, 0.25), (0.72, 0.25), (0.45, 0.8)]

if not REQUIRED:
    pytest.importorskip("playwright")
    if CHROMIUM is None:
        pytest.skip("There is no Chromium.", allow_module_level=True)

from playwright.sync_api import sync_playwright  # noqa: E402 - where it is there


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as tools:
        running = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def model():
    return simple_cnn(weights="mnist")


@pytest.fixture(scope="module")
def path(model, tmp_path_factory):
    return explore(model).save(tmp_path_factory.mktemp("pages") / "simple_cnn.html")


@pytest.fixture
def open_page(browser, path):
    """Open a page; afterwards its console is empty, and nothing was asked for."""
    opened = []

    def open_(file=path, end="", ready="globalThis.digitzoo", **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        page, found = context.new_page(), []
        page.on("console", lambda message: found.append(message.text))
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("request", lambda asked: found.append(asked.url))
        page.goto(file.as_uri() + end)
        page.wait_for_function(ready)
        opened.append((context, file, found))
        return page

    yield open_
    for context, file, found in opened:
        assert [one for one in found if not one.startswith(file.as_uri())] == []
        context.close()


def points(page, places):
    box = page.locator("#sketch").bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]


def draw(page, places):
    (start, *others) = points(page, places)
    page.mouse.move(*start)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def says(page, start):
    page.wait_for_function(
        "start => document.getElementById('answer').textContent.startsWith(start)", arg=start
    )


def click_number(page, node, row, column, channel):
    """Click where a number of a layer is drawn."""
    place = page.evaluate(
        """([node, row, column, channel]) => {
          const { view, canvas } = digitzoo.cards[node];
          canvas.scrollIntoView();
          const box = canvas.getBoundingClientRect(), scale = box.width / canvas.width;
          const [x, y] = view.corner(channel);
          return [box.left + (x + (column + 0.5) * view.unit) * scale,
                  box.top + (y + (row + 0.5) * view.unit) * scale];
        }""",
        [node, row, column, channel],
    )
    page.mouse.click(*place)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_seven_drawn_with_the_mouse_is_read(open_page, width):
    page = open_page(viewport={"width": width, "height": 844})
    draw(page, SEVEN)
    says(page, "7")
    assert page.locator(".bars .best th").inner_text() == "7"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate("digitzoo.picture.base.every((pixel) => pixel === 0)")


def test_a_seven_drawn_with_a_finger_is_read(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    touches = page.context.new_cdp_session(page)
    path = points(page, SEVEN)
    steps = [
        tuple(np.add(a, np.multiply(np.subtract(b, a), share)))
        for a, b in itertools.pairwise(path)
        for share in np.linspace(0, 1, 9)
    ]
    for number, (x, y) in enumerate(steps):
        kind = "touchMove" if number else "touchStart"
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touches.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    says(page, "7")


def test_a_one_drawn_with_the_keyboard_is_read(open_page):
    page = open_page()
    page.locator("#sketch").focus()
    for key in [*["ArrowUp"] * 12, "Space", *["ArrowDown"] * 24, "Space"]:
        page.keyboard.press(key)
    says(page, "1")
    page.keyboard.press("Control+z")
    assert page.evaluate("digitzoo.sketch.isEmpty")


def test_a_number_is_explained_as_numpy_works_it_out(open_page, model):
    page = open_page()
    page.locator(".sample").nth(3).click()
    image = np.array(page.evaluate("Array.from(digitzoo.picture.image)")).reshape(28, 28) / 255
    kernel, bias = (one.numpy() for one in model.layers[0].weights)
    row, column, channel = 9, 11, 5
    click_number(page, 0, row, column, channel)
    total = (image[row : row + 5, column : column + 5] * kernel[..., 0, channel]).sum()
    text = page.locator("#equation").inner_text()
    numbers = [float(one) for one in re.findall(r"-?\d+\.\d+", text)]
    assert text.startswith("sum of 25 products")
    assert numbers[0] == pytest.approx(total, abs=0.002)
    assert numbers[-1] == pytest.approx(max(total + bias[channel], 0), abs=0.002)
    assert page.evaluate("digitzoo.seenView.frames[0].box") == [row, column, row + 4, column + 4]
    assert "5 x 5 x 1 x 32 + 32 = 832" in page.locator("#formulas-body").inner_text()


def test_a_pool_and_a_unit_are_explained(open_page):
    page = open_page()
    click_number(page, 1, 5, 5, 2)
    assert page.locator("#equation").inner_text().startswith("largest of 4")
    assert page.locator("#why-body td").count() == 4
    page.locator("#layers canvas").nth(2).focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#equation").inner_text().startswith("sum of 4608 products")
    assert page.locator("#why-body li").count() == 8


def test_keys_on_a_map_leave_it_in_view(open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    page.locator("#layers canvas").first.focus()
    for key in ("ArrowRight", "ArrowDown", "PageDown"):
        page.keyboard.press(key)
        box = page.locator("#layers canvas").first.bounding_box()
        assert box["y"] < 844
        assert box["y"] + box["height"] > 0
    assert "row 1, column 1, channel 1" in page.locator(".place").inner_text()
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("document.getElementById('next-place').click()")
    assert page.evaluate("scrollY") == 0


def test_who_stands_on_a_button_stays_there(open_page, tmp_path):
    page = open_page(explore("deep_cnn").save(tmp_path / "deep_cnn.html"))
    page.evaluate("digitzoo.choose({ node: 1, index: 0 })")
    page.locator("#why-body summary").click()
    page.wait_for_function("digitzoo.why.channelsOpen")
    page.locator(".chips button").nth(4).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.evaluate("digitzoo.takeSample(2)")
    page.wait_for_timeout(500)
    assert page.evaluate("document.activeElement.matches('.chips :nth-child(5)')")


def test_what_merges_and_what_is_switched_off_is_said(open_page, tmp_path):
    inputs = keras.Input((4, 4, 1))
    conv = keras.layers.Conv2D(1, 1, activation="relu", bias_initializer="ones")(inputs)
    merged = keras.layers.Subtract()([conv, inputs])
    dense = keras.layers.Dense(1)(keras.layers.Multiply()([conv, merged]))
    outputs = keras.layers.Dense(2)(keras.layers.Flatten()(keras.layers.Maximum()([dense, conv])))
    made = explore(keras.Model(inputs, outputs))
    page = open_page(made.save(tmp_path / "page.html"))
    texts = page.evaluate(
        """async () => {
          const texts = [];
          for (const node of digitzoo.network.nodes.keys()) {
            digitzoo.choose({ node, index: 0 });
            texts.push(document.getElementById("equation").textContent);
          }
          await digitzoo.toggle(0, 0);
          digitzoo.choose({ node: 0, index: 0 });
          return [...texts, document.getElementById("equation").textContent];
        }"""
    )
    assert texts[1] == "1.000 - 0 = 1.000"
    assert texts[2] == "1.000 x 1.000 = 1.000"
    assert "relu" in texts[0]
    assert "relu" not in texts[-1]
    assert texts[-1].endswith("0 goes on.")


def test_products_are_walked_through(open_page):
    page = open_page()
    assert not page.locator("#one-step").is_visible()
    click_number(page, 0, 9, 11, 5)
    page.locator("#one-step").click()
    page.locator("#one-step").click()
    assert page.locator("#steps").inner_text().startswith("2 of 25")
    page.locator("#next-place").click()
    assert "column 12" in page.locator(".place").inner_text()
    page.locator("#why-body select").select_option("128")
    page.locator("#play").click()
    page.wait_for_function("!document.querySelector('.place').textContent.includes('column 12')")
    page.locator("#play").click()


def test_a_filter_that_is_switched_off_moves_the_answer_as_in_keras(open_page, model):
    page = open_page()
    image = load_data("mnist").test.images[:1]
    click_number(page, 0, 9, 11, 5)
    page.locator("#toggle").click()
    assert "conv1 5" in page.locator("#off").inner_text()
    page.evaluate(
        f"digitzoo.picture.base = Uint8Array.from({image.reshape(-1).tolist()}); digitzoo.refresh()"
    )
    broken = simple_cnn()
    broken.set_weights(model.get_weights())
    kernel, bias = broken.layers[0].get_weights()
    kernel[..., 5], bias[5] = 0, 0
    broken.layers[0].set_weights([kernel, bias])
    page.wait_for_timeout(300)
    ours = page.evaluate("Array.from(digitzoo.network.result)")
    assert np.allclose(ours, predict(broken, image).probabilities[0], atol=1e-4)
    page.locator("#all-on").click()
    assert page.locator("#off").inner_text() == ""


def test_an_image_is_erased_shifted_and_made_noisy(open_page):
    page = open_page()
    before = page.evaluate("Array.from(digitzoo.picture.image)")
    page.locator("[data-shift='0,1']").click()
    assert page.evaluate("Array.from(digitzoo.picture.image)")[1:] == before[:-1]
    page.locator("#restore").click()
    box = page.locator("#seen").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 20, steps=30)
    page.mouse.up()
    assert sum(page.evaluate("Array.from(digitzoo.picture.image)")) < sum(before)
    page.locator("#restore").click()
    page.locator("#noise").fill("50")
    assert page.evaluate("Array.from(digitzoo.picture.image)") != before
    page.locator("#restore").click()
    assert page.evaluate("Array.from(digitzoo.picture.image)") == before


def test_the_untrained_network_stands_beside(open_page):
    page = open_page()
    page.locator("#beside").check()
    page.wait_for_function("document.querySelectorAll('.bars th[scope=col]').length === 3")
    page.locator("#which").select_option("untrained")
    assert page.evaluate("digitzoo.network === digitzoo.networks.untrained")


def test_undo_lifts_the_pen_of_the_keyboard(open_page):
    page = open_page()
    page.locator("#sketch").focus()
    page.keyboard.press("Space")
    page.locator("#undo").click()
    page.locator("#sketch").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("digitzoo.sketch.isEmpty")


def test_a_second_finger_draws_nothing(open_page):
    page = open_page()
    strokes = page.evaluate(
        """() => {
          const canvas = digitzoo.sketch.canvas;
          canvas.setPointerCapture = () => {};
          for (const [kind, pointerId] of [["down", 1], ["down", 2], ["move", 2], ["move", 1],
            ["up", 2], ["move", 1], ["up", 1], ["move", 1]]) {
            canvas.dispatchEvent(new PointerEvent(`pointer${kind}`, { pointerId, button: 0 }));
          }
          return digitzoo.sketch.strokes.map(({ points }) => points.length);
        }"""
    )
    assert strokes == [3]


def test_a_long_drawing_costs_no_more_than_a_short_one(open_page):
    page = open_page()
    first, last = page.evaluate(
        """() => {
          const { sketch } = digitzoo, times = [];
          sketch.canvas.setPointerCapture = () => {};
          sketch.changed = () => sketch.plane();
          const send = (kind, clientX, clientY) => sketch.canvas.dispatchEvent(
            new PointerEvent(`pointer${kind}`, { pointerId: 1, button: 0, clientX, clientY }));
          send("down", 100, 200);
          for (let move = 0; move < 3000; move++) {
            const since = performance.now();
            send("move", 140 + 100 * Math.sin(move / 9), 250 + 100 * Math.cos(move / 7));
            times.push(performance.now() - since);
          }
          const middle = (some) => some.sort((one, other) => one - other)[some.length / 2];
          return [middle(times.slice(0, 100)), middle(times.slice(-100))];
        }"""
    )
    assert last < 3 * first + 1


def test_the_cursor_is_no_part_of_the_image(open_page, tmp_path):
    page = open_page(explore(simple_cnn(weights="fashion_mnist")).save(tmp_path / "page.html"))
    page.locator("#sketch").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("digitzoo.picture.base.every((pixel) => pixel === 0)")


def test_an_own_drawing_is_whole_though_the_image_before_it_was_erased(open_page):
    page = open_page()
    page.evaluate("digitzoo.picture.erased.fill(1)")
    page.locator("[data-shift='0,1']").click()
    draw(page, SEVEN)
    says(page, "7")
    page.evaluate("digitzoo.picture.erased.fill(1, 0, 392)")
    draw(page, SEVEN)
    assert page.evaluate("digitzoo.picture.erased.some(Boolean)")


def test_an_image_that_comes_before_the_last_one_is_done_leaves_no_wrong_number(
    open_page, tmp_path
):
    page = open_page(explore("deep_cnn").save(tmp_path / "deep_cnn.html"))
    differences = page.evaluate(
        """async () => {
          const { trained, untrained } = digitzoo.networks, found = [];
          for (const next of [() => {}, () => digitzoo.picture.erased.fill(1, 398, 402)]) {
            digitzoo.takeSample(found.length + 3);
            next();
            await digitzoo.refresh();
            const shown = Array.from(trained.result);
            trained.run(new Uint8Array(784).fill(9));
            const right = trained.run(digitzoo.picture.image);
            found.push(Math.max(...shown.map((one, i) => Math.abs(one - right[i]))));
          }
          return found;
        }"""
    )
    assert max(differences) < 1e-6


def test_answers_come_while_one_draws(open_page, tmp_path):
    page = open_page(explore("deep_cnn").save(tmp_path / "deep_cnn.html"))
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    answers = page.evaluate(
        """async () => {
          let answers = 0;
          new MutationObserver(() => answers++).observe(
            document.getElementById("bars"), { childList: true });
          for (const end = performance.now() + 3000; performance.now() < end; ) {
            digitzoo.picture.base.forEach((_, i, all) => { all[i] = 256 * Math.random(); });
            digitzoo.refresh();
            await new Promise((resolve) => setTimeout(resolve, 8));
          }
          return answers;
        }"""
    )
    assert answers > 1


def test_language_and_scheme_change(open_page):
    page = open_page(color_scheme="light")
    assert page.locator("#draw-title").inner_text() == "Draw"
    page.locator("#language").click()
    assert page.locator("#draw-title").inner_text() == "그리기"
    assert page.evaluate("document.documentElement.lang") == "ko"
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("#scheme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    asked = open_page(end="#language=ko&scheme=dark")
    assert asked.locator("#draw-title").inner_text() == "그리기"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_is_cut_at_twice_the_size(open_page, language):
    page = open_page(end=f"#language={language}", viewport={"width": 640, "height": 450})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.evaluate(
        """() => [...document.querySelectorAll("button, h1, h2, p, th, td, small")]
          .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
            && getComputedStyle(one).display !== "inline").map((one) => one.textContent)"""
    )
    assert cut == []


def test_names_are_shown_as_text(open_page, tmp_path):
    markup = "<img src=x onerror=document.title='broken'>"
    names = [markup, "a name that goes on and on " * 4, *map(str, range(2, 10))]
    made = explore(simple_cnn(), class_names=names).save(tmp_path / "names.html")
    page = open_page(made, viewport={"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".bars th").first.inner_text() == markup
    assert page.title() == "simple_cnn"


def test_a_network_of_one_unit_takes_images_for_either_class(open_page, tmp_path):
    unit = keras.layers.Dense(1, activation="sigmoid", kernel_initializer="ones")
    model = keras.Sequential(
        [keras.Input((4, 6, 1)), keras.layers.Rescaling(1, -0.5), keras.layers.Flatten(), unit]
    )
    images = Split(np.stack([np.zeros((4, 6, 1)), np.ones((4, 6, 1))]), np.array([0, 1]))
    made = explore(model, images, class_names=["dark", "light"])
    page = open_page(made.save(tmp_path / "page.html"))
    titles = [one.get_attribute("title") for one in page.locator(".sample").all()]
    assert titles == ["dark", "light"]


def test_a_picture_is_opened(open_page, tmp_path):
    page = open_page()
    digit = load_data("mnist").test.images[0, ..., 0]
    Image.fromarray(255 - np.kron(digit, np.ones((9, 9), np.uint8))).save(tmp_path / "seven.png")
    page.locator("#file").set_input_files(tmp_path / "seven.png")
    says(page, "7")
    assert page.locator(".sample[aria-pressed=true]").count() == 0
    page.locator("#clear").click()
    page.locator("#file").set_input_files(tmp_path / "seven.png")
    says(page, "7")
    Image.new("L", (50, 50), 255).save(tmp_path / "empty.png")
    page.locator("#file").set_input_files(tmp_path / "empty.png")
    says(page, "Draw something")
    (tmp_path / "none.png").write_text("no picture")
    page.locator("#file").set_input_files(tmp_path / "none.png")
    says(page, "none.png")


@pytest.fixture(scope="module")
def calculators(tmp_path_factory):
    """Pages with calculators, in a folder: whole ones in both languages, and small ones."""
    folder = tmp_path_factory.mktemp("calculators")
    script, style = bundle("calculator.js"), read_web_file("calculator.css")
    small = "".join(
        f'<div class="dz-calculator" data-about="{about}" data-layers="8x8x1;Conv2D"></div>'
        for about in ("size", "weights")
    )
    whole = '<div class="dz-calculator"></div>'
    for name, language, body in (("en", "en", whole), ("ko", "ko", whole), ("small", "en", small)):
        (folder / f"{name}.html").write_text(
            f'<!DOCTYPE html><html lang="{language}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<style>{style}</style>{body}<script type="module">{script}</script></html>',
            encoding="utf-8",
        )
    return folder


@pytest.fixture
def open_calculator(open_page, calculators):
    def open_(name="en", end="", **options):
        ready = "document.querySelector('.dz-shape')"
        return open_page(calculators / f"{name}.html", end, ready, **options)

    return open_


def answer(page):
    return re.sub(r"\s+", " ", page.locator(".dz-answer").inner_text())


def test_the_calculator_answers_as_one_types(open_calculator):
    page = open_calculator()
    page.get_by_label("Height").fill("32")
    page.get_by_label("Width").fill("30")
    page.get_by_label("Kernel").fill("3x5")
    page.get_by_label("Padding").select_option("same")
    info = layer_info("Conv2D", (32, 30, 1), filters=32, kernel_size=(3, 5), padding="same")
    assert answer(page) == (
        "32 × 30 × 1 → 32 × 30 × 32 "
        f"{info.params:,} parameters {info.macs:,} MACs 3 × 5 receptive field"
    )
    assert "3 x 5 x 1 x 32 + 32 = 512" in page.locator(".dz-formulas").inner_text()
    drawings = page.locator(".dz-drawings svg")
    assert drawings.count() == 2
    assert "A window of 5 on 30 positions" in drawings.last.get_attribute("aria-label")
    page.get_by_label("Kind of layer").select_option("MaxPooling2D")
    assert answer(page).startswith("32 × 30 × 1 → 16 × 15 × 1")


def test_the_calculator_says_at_the_field_what_is_wrong(open_calculator):
    page = open_calculator()
    kernel = page.get_by_label("Kernel")
    kernel.fill("29")
    assert kernel.get_attribute("aria-invalid") == "true"
    error = page.locator(f"[id='{kernel.get_attribute('aria-describedby')}']")
    assert "reaches over 29 positions, but only 28" in error.inner_text()
    assert "waits for layer 1" in page.locator("tr[data-place='1']").inner_text()
    assert page.locator(".dz-drawings svg").count() == 0
    kernel.fill("28")
    assert kernel.get_attribute("aria-invalid") == "false"
    assert answer(page).startswith("28 × 28 × 1 → 1 × 1 × 32")


def test_a_stack_is_built_and_its_link_brings_it_back(open_calculator):
    page = open_calculator()
    total = page.locator("tr[data-place='-1']")
    assert "592,074" in total.inner_text()
    page.get_by_role("button", name="Layer 1: Conv2D").click()
    page.get_by_role("button", name="Add a layer").click()
    page.get_by_label("Filters").fill("8")
    page.get_by_role("button", name="Move layer 2 down").press("Enter")
    assert page.evaluate("document.activeElement.ariaLabel") == "Move layer 3 down"
    page.get_by_role("button", name="Remove layer 1").click()
    rows = page.locator("th[role=rowheader]").all_inner_texts()
    assert [row.split()[1] for row in rows[:-1]] == [
        "MaxPooling2D",
        "Conv2D",
        "Flatten",
        "Dense",
        "Dense",
    ]
    page.wait_for_function("location.hash.includes('filters=8')")
    end = page.evaluate("location.hash")
    assert (
        end == "#28x28x1;MaxPooling2D;Conv2D:filters=8,kernel_size=5;Flatten;Dense:units=128;Dense"
    )
    again = open_calculator(end=end)
    assert again.locator("th[role=rowheader]").all_inner_texts() == rows
    assert again.locator("tr[data-place='-1']").inner_text() == total.inner_text()
    page.get_by_role("button", name="Copy the link").click()
    page.wait_for_function("document.querySelector('.dz-copy + [role=status]').textContent")


def test_a_stack_may_be_emptied(open_calculator):
    page = open_calculator(end="#28x28x1;Flatten")
    page.get_by_role("button", name="Remove layer 1").click()
    page.get_by_role("button", name="Add a layer").click()
    assert answer(page).startswith("28 × 28 × 1 → 26 × 26 × 32")


@pytest.mark.parametrize("name", ["en", "ko", "small"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (640, 450)])
def test_nothing_of_the_calculator_is_cut(open_calculator, name, width, height):
    page = open_calculator(name, viewport={"width": width, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.evaluate(
        """() => [...document.querySelectorAll("button, label, p, th, td, small, code, select")]
          .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
            && one.clientWidth > 1 && getComputedStyle(one).display !== "inline")
          .map((one) => one.textContent)"""
    )
    assert cut == []
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input, select')].filter((one) => !one.labels.length).length"
    )
    assert unnamed == 0


def test_the_calculator_speaks_korean(open_calculator):
    page = open_calculator("ko", "#8x8x1;Conv2D:kernel_size=3x5x7")
    assert "3x5처럼 둘을 쓰세요" in page.locator(".dz-error:not(:empty)").inner_text()
    page.get_by_label("커널 크기").fill("3")
    assert "매개변수" in answer(page)
    assert "출력 높이와 너비" in page.locator(".dz-formulas").inner_text()


def test_small_calculators_stand_beside_each_other(open_calculator):
    page = open_calculator("small", "#9x9x9;Dense")
    size, weights = page.locator(".dz-calculator").all()
    size.get_by_label("Stride").fill("2")
    assert "8 × 8 × 1 → 3 × 3 × 32" in size.locator(".dz-answer").inner_text()
    assert "8 × 8 × 1 → 6 × 6 × 32" in weights.locator(".dz-answer").inner_text()
    assert weights.locator("svg").count() == 0
    assert "Parameters" not in size.locator(".dz-formulas").inner_text()
    page.wait_for_timeout(500)
    assert page.evaluate("location.hash") == "#9x9x9;Dense"


def test_cards_name_what_a_layer_takes_where_a_network_branches(open_page, tmp_path):
    image = keras.Input((8, 8, 1))
    left = keras.layers.Conv2D(2, 3, padding="same", name="left")(image)
    right = keras.layers.Conv2D(2, 5, padding="same", name="right")(image)
    both = keras.layers.Add(name="both")([left, right])
    answer = keras.layers.Dense(2, activation="softmax")(keras.layers.Flatten()(both))
    path = explore(keras.Model(image, answer)).save(tmp_path / "branches.html")
    heads = open_page(path).locator(".layer summary small").all_inner_texts()
    assert heads[:3] == [
        "Conv2D 8 × 8 × 2",
        "Conv2D 8 × 8 × 2 ← 8 × 8 × 1",
        "Add 8 × 8 × 2 ← left, right",
    ]
    assert not [head for head in heads[3:] if "←" in head]
