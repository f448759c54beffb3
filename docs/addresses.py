"""What the pages have once the project has addresses: they come from pyproject.toml alone.

`[project.urls]` there may name `Documentation`, where the pages will be, and `Repository`. With the
first come a site map, canonical links and cards for those who share a page; with the second, links
to the sources, "edit this page" and, where it is on GitHub, the chapters in Colab.
"""

import html
import os
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
BRANCH = "main"
COLAB = "https://colab.research.google.com/github{path}/blob/{branch}/examples/{notebook}.ipynb"
WORDS = {"en": "Open this chapter in Colab", "ko": "이 장을 Colab에서 열기"}


def set_addresses(config: Any) -> None:
    """Give MkDocs the addresses that pyproject.toml has."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    urls = project.get("urls", {})
    if site := urls.get("Documentation"):
        config.site_url = site.rstrip("/") + "/"
    else:
        config.theme.static_templates.discard("sitemap.xml")  # it would name no address
    if repository := urls.get("Repository"):
        config.repo_url = repository.rstrip("/")
        config.repo_name = urlsplit(config.repo_url).path.strip("/")
        config.edit_uri = f"edit/{BRANCH}/docs/"
    if "MIKE_DOCS_VERSION" in os.environ:  # mike builds, and puts the list of versions beside
        config.extra["version"] = {"provider": "mike"}


def card(page: Any, config: Any) -> str:
    """Give what other sites show of a page that someone shares there, for its head."""
    title = html.escape(f"{page.title}" if page.is_homepage else f"{page.title} - digitzoo")
    said = {
        "og:type": "website",
        "og:title": title,
        "og:description": html.escape(config.site_description),
        "og:url": page.canonical_url,
        "og:image": f"{config.site_url.rstrip('/')}/index_picture.png",
        "twitter:card": "summary_large_image",
    }
    return "".join(f'<meta property="{name}" content="{text}">\n' for name, text in said.items())


def colab(source: str, repository: str | None) -> str:
    """Give the button that opens a chapter's notebook in Colab, which reads from GitHub alone.

    Args:
        source: The page's file within `docs`.
        repository: Its address, if there is one.
    """
    address = urlsplit(repository or "")
    name = source.removeprefix("course/").removesuffix(".md")
    if address.hostname != "github.com" or name == source.removesuffix(".md"):
        return ""
    notebook = name.replace("-", "_")
    if not (ROOT / "examples" / f"{notebook}.ipynb").is_file():
        notebook = notebook.removesuffix(".ko")
    link = COLAB.format(path=address.path.rstrip("/"), branch=BRANCH, notebook=notebook)
    words = WORDS["ko" if source.endswith(".ko.md") else "en"]
    return f'<p><a class="md-button" href="{link}">{words}</a></p>'
