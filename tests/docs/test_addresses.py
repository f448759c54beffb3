"""Addresses come from pyproject.toml alone, and what needs them appears with them."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest

DOCS = Path(__file__).parents[2] / "docs"
GITHUB = "https://github.com/someone/digitzoo"


@pytest.fixture
def addresses(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    return importlib.import_module("addresses")


@pytest.fixture
def config():
    theme = SimpleNamespace(static_templates={"404.html", "sitemap.xml"})
    return SimpleNamespace(theme=theme, extra={}, site_url=None, repo_url=None)


def project(tmp_path, urls):
    text = "[project]\n" + ("[project.urls]\n" if urls else "")
    text += "".join(f'{name} = "{address}"\n' for name, address in urls.items())
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_without_addresses_nothing_is_named(addresses, config, monkeypatch, tmp_path):
    monkeypatch.setattr(addresses, "ROOT", project(tmp_path, {}))
    monkeypatch.delenv("MIKE_DOCS_VERSION", raising=False)
    addresses.set_addresses(config)
    assert (config.site_url, config.repo_url, config.extra) == (None, None, {})
    assert config.theme.static_templates == {"404.html"}


def test_with_addresses_pages_can_be_edited_and_shared(addresses, config, monkeypatch, tmp_path):
    urls = {"Documentation": "https://example.org/zoo", "Repository": GITHUB}
    monkeypatch.setattr(addresses, "ROOT", project(tmp_path, urls))
    monkeypatch.setenv("MIKE_DOCS_VERSION", "1.0")
    addresses.set_addresses(config)
    assert config.site_url == "https://example.org/zoo/"
    assert (config.repo_url, config.repo_name) == (GITHUB, "someone/digitzoo")
    assert config.edit_uri == "edit/main/docs/"
    assert config.extra["version"] == {"provider": "mike"}
    assert "sitemap.xml" in config.theme.static_templates


def test_a_shared_page_has_its_title_and_a_picture(addresses):
    config = SimpleNamespace(site_url="https://example.org/zoo/", site_description="Small & true")
    page = SimpleNamespace(title="Start", is_homepage=False, canonical_url="https://example.org/s/")
    card = addresses.card(page, config)
    assert 'property="og:title" content="Start - digitzoo"' in card
    assert 'content="https://example.org/zoo/index_picture.png"' in card
    assert "Small &amp; true" in card
    assert (DOCS / "index_picture.png").is_file()


def test_chapters_open_in_colab_where_they_are_on_github(addresses):
    button = addresses.colab("course/1-first-network.md", GITHUB)
    assert "/github/someone/digitzoo/blob/main/examples/1_first_network.ipynb" in button
    assert "Colab에서" in addresses.colab("course/1-first-network.ko.md", GITHUB)
    assert addresses.colab("start.md", GITHUB) == ""
    assert addresses.colab("course/1-first-network.md", None) == ""
    assert addresses.colab("course/1-first-network.md", "https://example.org/zoo") == ""
