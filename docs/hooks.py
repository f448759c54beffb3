"""What MkDocs calls while it builds: where code runs, and pages made from the catalogue."""

import logging
import os
import sys
import tempfile
import traceback
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import markdown_exec
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File

DOCS = Path(__file__).resolve().parent

# What a library says to its developers is no warning of the pages.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
logging.getLogger("tensorflow").setLevel(logging.ERROR)

# The writers of pages lie with what they write. MkDocs takes this path back after the imports.
sys.path[:0] = [str(DOCS), str(DOCS / "models"), str(DOCS / "reference")]

import addresses  # noqa: E402 - found by the line above
import cheat_sheet  # noqa: E402 - the same
import glossary  # noqa: E402 - the same
import live  # noqa: E402 - the same
import model_pages  # noqa: E402 - the same
import pictures  # noqa: E402 - the same
import reference_pages  # noqa: E402 - the same
import searching  # noqa: E402 - the same
import slides  # noqa: E402 - the same
from sessions import Sessions  # noqa: E402 - the same

# One folder for the whole build: the Korean page finds the run that the English one trained.
SCRATCH = tempfile.TemporaryDirectory(prefix="digitzoo-docs-", ignore_cleanup_errors=True)

# The processes that run code put the pictures there.
os.environ[pictures.PLACE] = str(Path(SCRATCH.name) / "pictures")

# And one memory of what ran: MkDocs calls on_config anew for each language.
SESSIONS = Sessions()

# Sections of the navigation, and their folders, whose pages are written during the build.
WRITERS = {"Models": ("models", model_pages), "Reference": ("reference", reference_pages)}
SUFFIXES = {"en": ".md", "ko": ".ko.md"}
IN_ENGLISH = "<p><em>이 페이지는 영어로만 있습니다.</em></p>"


@event_priority(50)  # before plugins that read the addresses
def on_config(config: Any) -> Any:
    """Let the pages' code run, and put the written pages into the menu."""
    addresses.set_addresses(config)
    # Keras reads TensorFlow's variables; TensorFlow lacks NumPy 2's copy keyword.
    warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
    if str(DOCS) not in sys.path:  # the pages' code imports from it
        sys.path.insert(0, str(DOCS))
    run = partial(run_block, SESSIONS)
    markdown_exec.formatters["python"] = partial(
        markdown_exec.base_format, language="python", run=run
    )
    config.config_file_path = str(Path(config.config_file_path).resolve())
    for section in config.nav or ():
        for title in set(section) & set(WRITERS):
            section[title] = WRITERS[title][1].nav()
    return config


def on_pre_build(config: Any) -> None:
    """Run the pages' code, in a folder of its own; who only reads the settings stays in theirs."""
    os.chdir(SCRATCH.name)
    pages = sorted(DOCS.rglob("*.md"))
    SESSIONS.prepare([page for page in pages if not page.name.endswith(".ko.md")])


def on_files(files: Any, config: Any) -> Any:
    """Announce the written pages, before the languages are sorted out; they are on no disk."""
    for title in {title for section in config.nav or () for title in section} & set(WRITERS):
        for entry in WRITERS[title][1].nav():
            uri = entry if isinstance(entry, str) else next(iter(entry.values()))
            for suffix in SUFFIXES.values():
                name = uri.removesuffix(".md") + suffix
                files.append(File(name, config.docs_dir, config.site_dir, use_directory_urls=True))
    return files


def on_page_read_source(page: Any, config: Any) -> str | None:
    """Write a page when it is its turn."""
    folder, _, rest = page.file.src_uri.partition("/")
    name, _, suffix = rest.partition(".")
    for written, writer in WRITERS.values():
        if folder == written:
            language = next(key for key, value in SUFFIXES.items() if value == f".{suffix}")
            return writer.page(name, language)
    return None


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Weigh a page for the search, and link the words that the glossary has.

    What is written by the build is not edited by hand.
    """
    page.meta["search"] = searching.settings(page.url, page.file.src_uri)
    source = Path(page.file.abs_src_path)
    if not source.is_file() or source.with_name(f"{source.name}.jinja").is_file():
        page.edit_url = None
    if not page.file.src_uri.startswith(glossary.COURSE):
        return markdown
    return glossary.linked(markdown, ".ko.md" if page.file.src_uri.endswith(".ko.md") else ".md")


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Translate what mkdocstrings writes above each part of a docstring, and show what is live."""
    source = page.file.src_uri
    if source.startswith("reference/") and source.endswith(".ko.md"):
        html = reference_pages.translated(html)
    if searching.in_english(page.url, source):
        html = html.replace("</h1>", f"</h1>{IN_ENGLISH}", 1)
    if source.startswith(slides.FOLDER):
        beside = slides.link(page.url) + addresses.colab(source, config.repo_url)
        html = html.replace("</h1>", f"</h1>{beside}", 1)
    return live.shown(pictures.addressed(html, page.url), page.url)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Let the page be searched in its language and shown where it is shared; write its slides."""
    if page.file.src_uri.startswith(slides.FOLDER):
        slides.write(page, Path(config.site_dir))
    if config.site_url:
        output = output.replace("</head>", f"{addresses.card(page, config)}</head>", 1)
    return searching.with_language(output, language_of(page.url))


def on_post_template(output_content: str, template_name: str, config: Any) -> str:
    """Do the same for the page that stands where there is none."""
    return searching.with_language(output_content, "en")


def on_post_build(config: Any) -> None:
    """Put what is live, and the cheat sheet, beside the pages, and docstrings out of Korean."""
    live.write(Path(config.site_dir))
    pictures.write(Path(config.site_dir))
    cheat_sheet.write(Path(config.site_dir))
    index = config.plugins["material/search"].search_index
    index.entries[:] = searching.without_docstrings(index.entries)


def language_of(url: str) -> str:
    """Name the language of a page."""
    return "ko" if url.startswith("ko/") else "en"


def run_block(sessions: Any, code: str, *, session: str = "", **_options: object) -> str:
    """Run a block as markdown-exec wants it: what goes wrong becomes a warning of the build."""
    try:
        return sessions.run(code, session)
    except Exception as error:
        trace = "".join(traceback.format_exception(error))
        raise markdown_exec.ExecutionError(markdown_exec.code_block("python", trace)) from error
