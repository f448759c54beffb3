"""Open every page of a built site in a real browser, and say what is wrong with it.

    python -m pip install ".[browser]"          # Playwright, which drives the browser
    apt-get install chromium                     # or any Chromium or Chrome
    python -m mkdocs build --strict
    python tests/docs/browser.py site --screenshots screenshots

Every page in every language is opened at the width of a desktop and of a phone, light and dark.
Reported are script errors, files that do not come, links and anchors that lead nowhere, links that
are pale, images that show nothing, pages that scroll sideways, and live networks and calculators
that do not answer. Search must lead from each of `questions.toml` to its page. Nothing outside the
site is asked for, and a page that asks for it is reported. The exit status is 1 if anything was
found.
"""

import argparse
import functools
import http.server
import re
import shutil
import sys
import threading
import tomllib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Error,
    FloatRect,
    Page,
    Request,
    Response,
    sync_playwright,
)

Say = Callable[[str], None]

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUESTIONS = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))
TYPED = re.compile(r"\d+x\d+x\d+(;|$)")  # what a link to the calculator keeps, no anchor
TALLEST = 12_000  # pixels of a screenshot; the longest pages are cut

# What a page is asked once it has come: its links, its anchors, what is broken in it.
LOOK = """() => {
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const light = rgb => rgb.slice(0, 3).map(v => v / 255).map(
    v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  ).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0.05);
  const ground = e => {  // tables are striped faintly, which is let go
    const [r, g, b, alpha = 1] = colour(getComputedStyle(e).backgroundColor);
    return alpha > 0.9 || !e.parentElement ? [r, g, b] : ground(e.parentElement);
  };
  const contrast = e => {
    const [low, high] = [light(colour(getComputedStyle(e).color)), light(ground(e))].sort();
    return high / low;
  };
  const links = [...document.querySelectorAll("a[href]")].map(a => a.href);
  const anchors = [...document.querySelectorAll("[id], a[name]")].map(e => e.id || e.name);
  for (const image of document.images) image.loading = "eager";
  return Promise.all([...document.images].map(i => i.decode().catch(() => null))).then(() => {
    const images = [...document.images];
    const name = i => i.src.startsWith("data:") ? `inline, "${i.alt}"` : i.src;
    const dead = images.filter(i => i.naturalWidth === 0).map(name);
    const silent = images.filter(i => !i.hasAttribute("alt")).map(name);
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    const out = wide <= 0 ? [] : [...document.querySelectorAll("article *")].filter(
      e => e.getBoundingClientRect().right > window.innerWidth + 1
    ).slice(0, 3).map(e => `${e.tagName.toLowerCase()}.${e.className}`);
    const pale = [...document.querySelectorAll("article a[href]:not(.headerlink)")].filter(
      a => a.innerText.trim() && contrast(a) < 4.5
    ).slice(0, 3).map(a => `${a.innerText} (${contrast(a).toFixed(1)}:1)`);
    const scheme = document.body.dataset.mdColorScheme;
    return {links, anchors, dead, silent, wide, out, pale, scheme};
  });
}"""


class Findings:
    """What is wrong, each thing once, with the views that show it."""

    def __init__(self) -> None:
        self.views: dict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, page: str, what: str, view: str) -> None:
        """Note something wrong."""
        if view not in self.views[page, what]:
            self.views[page, what].append(view)

    def show(self) -> None:
        """Print all, page by page."""
        for (page, what), views in sorted(self.views.items()):
            print(f"{page}: {what} ({', '.join(views)})")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Open all pages, and print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="the folder that mkdocs built")
    parser.add_argument("--screenshots", type=Path, help="a folder for a picture of every view")
    parser.add_argument("--browser", help="the program; by default Chromium or Chrome")
    parser.add_argument("--only", default="", help="only pages whose address contains this")
    arguments = parser.parse_args()
    program = arguments.browser or next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit(f"No browser is installed. Expected one of {', '.join(BROWSERS)}, or --browser.")
    site = arguments.site.resolve()
    pages = [
        file.parent.relative_to(site).as_posix() + "/" for file in sorted(site.rglob("index.html"))
    ]
    pages = [page.removeprefix("./") for page in pages if arguments.only in page]
    if not pages:
        sys.exit(f"{site} has no such pages. Build them: python -m mkdocs build --strict")

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=site)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = Findings()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        home = f"http://127.0.0.1:{server.server_port}/"
        visit = Visit(home, pages, found, arguments.screenshots)
        for size, (width, height) in SIZES.items():
            for scheme in SCHEMES:
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,  # type: ignore[arg-type] # a literal
                    is_mobile=size == "phone",
                    has_touch=size == "phone",
                )
                visit.all_pages(context, f"{size} {scheme}")
                context.close()
        visit.check_links(site)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        for language in QUESTIONS:
            visit.search(context, "" if language == "en" else f"{language}/")
        browser.close()
    server.shutdown()
    found.show()
    views = len(pages) * len(SIZES) * len(SCHEMES)
    print(f"{len(pages)} pages, {views} views, {len(found.views)} findings")
    sys.exit(1 if found.views else 0)


class Visit:
    """A walk through all pages; what it learns of one serves to check the links of the others."""

    def __init__(
        self, home: str, pages: list[str], found: Findings, screenshots: Path | None
    ) -> None:
        self.home, self.pages, self.found, self.screenshots = home, pages, found, screenshots
        self.links: dict[str, set[str]] = defaultdict(set)
        self.anchors: dict[str, set[str]] = {}

    def all_pages(self, context: BrowserContext, view: str) -> None:
        """Open each page in one width and scheme."""
        for name in self.pages:

            def say(what: str, name: str = name) -> None:
                self.found.add(f"/{name}", what, view)

            page = context.new_page()
            self._listen(page, say)
            page.goto(self.home + name, wait_until="load")
            self._look(page, name, view, say)
            if self.screenshots is not None:
                file = f"{name.strip('/').replace('/', '-') or 'home'}.png"
                shoot(page, self.screenshots / view.replace(" ", "-") / file)
            page.close()

    def _listen(self, page: Page, say: Say) -> None:
        """Hear what goes wrong while a page loads."""

        def logged(line: ConsoleMessage) -> None:
            # What did not come is said below, with its address.
            if line.type == "error" and not line.text.startswith("Failed to load resource"):
                say(f"console: {line.text}")

        def asked(request: Request) -> None:
            if not request.url.startswith((self.home, "data:", "blob:")):
                say(f"asks for {request.url}")

        def answered(response: Response) -> None:
            if response.status >= 400:
                say(f"{response.status} for {response.url}")

        page.on("pageerror", lambda error: say(f"script error: {error}"))
        page.on("console", logged)
        page.on("request", asked)
        page.on("response", answered)

    def _look(self, page: Page, name: str, view: str, say: Say) -> None:
        """See what is wrong with a page that has come."""
        seen = page.evaluate(LOOK)
        self.links[name] |= set(seen["links"])
        self.anchors[name] = set(seen["anchors"])
        for image in seen["dead"]:
            say(f"image shows nothing: {image}")
        for image in seen["silent"]:
            say(f"image without alt: {image}")
        for link in seen["pale"]:
            say(f"pale link: {link}")
        if seen["wide"] > 0:
            say(f"scrolls sideways by {seen['wide']} px, first {', '.join(seen['out']) or '?'}")
        wanted = "slate" if view.endswith("dark") else "default"
        if seen["scheme"] != wanted:
            say(f"colours are {seen['scheme']}, not {wanted}")
        for place in range(page.locator(".dz-live iframe").count()):
            self._look_at_network(page, place, view, say)
        for calculator in page.locator(".dz-calculator").all():
            if calculator.locator(".dz-facts span").count() == 0:
                say("a calculator does not answer")

    def _look_at_network(self, page: Page, place: int, view: str, say: Say) -> None:
        """See whether a live network answers, in the page's colours."""
        frame = page.locator(".dz-live iframe").nth(place)
        frame.scroll_into_view_if_needed()
        inside = frame.content_frame
        try:
            inside.locator(".bars .best").wait_for(state="attached", timeout=30_000)
        except Error:
            say("a live network does not answer")
            return
        scheme = inside.locator(":root").get_attribute("data-scheme")
        if scheme != view.rpartition(" ")[2]:
            say(f"a live network's colours are {scheme}")
        if inside.locator(":root").evaluate("one => one.scrollWidth > innerWidth"):
            say("a live network scrolls sideways")

    def check_links(self, site: Path) -> None:
        """Follow each link within the site, to the anchor."""
        for name, links in self.links.items():
            for link in links:
                address, anchor = urldefrag(link)
                if not address.startswith(self.home):
                    continue
                path = unquote(urlsplit(address).path).lstrip("/")
                target = site / path
                if not (target.is_file() or (target / "index.html").is_file()):
                    self.found.add(f"/{name}", f"dead link: /{path}", "links")
                elif anchor and not self._has(path, unquote(anchor)):
                    self.found.add(f"/{name}", f"dead anchor: /{path}#{unquote(anchor)}", "links")

    def _has(self, path: str, anchor: str) -> bool:
        return path not in self.anchors or anchor in self.anchors[path] or bool(TYPED.match(anchor))

    def search(self, context: BrowserContext, language: str) -> None:
        """Type questions into the search box, as a reader does, and see where they lead."""
        page = context.new_page()
        page.goto(self.home + language, wait_until="load")
        box = page.locator("input.md-search__input")
        first = page.locator(".md-search-result__item a").first
        box.click()
        for question, wanted in QUESTIONS[language.strip("/") or "en"].items():
            box.press("Control+a")
            box.press_sequentially(question)
            box.press("End")  # Korean letters come without a key, which is what Material hears
            try:
                # The last letter is answered when the list has its marks; a second is ample.
                first.wait_for(state="attached", timeout=20_000)
                page.wait_for_timeout(1000)
                led = str(first.get_attribute("href")).removeprefix(self.home).partition("?")[0]
            except Error:
                led = "nowhere"
            if led.partition("#")[0] != wanted:
                self.found.add(f"/{language}", f"{question!r} leads to {led}", "search")
        page.close()


def shoot(page: Page, file: Path) -> None:
    """Keep a picture of the whole page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    width, height = page.evaluate("[window.innerWidth, document.documentElement.scrollHeight]")
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
    page.screenshot(path=file, full_page=True, clip=clip)


if __name__ == "__main__":
    main()
