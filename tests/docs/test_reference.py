"""The reference has every public name, with its parameters described and an example."""

import dataclasses
import importlib
import inspect
import re
import sys
from pathlib import Path

import pytest

import digitzoo
from digitzoo.formulas import layers
from digitzoo.formulas.layers.frozen import Frozen

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs" / "reference"))
        yield importlib.import_module("reference_pages")


@pytest.fixture(scope="module")
def rooms(pages):
    return sys.modules["rooms"]


def described(*values):
    """Name what the docstrings describe under Args and Attributes."""
    found = set()
    for value in values:
        section = ""
        for line in (inspect.getdoc(value) or "").splitlines():
            if heading := re.fullmatch(r"(\w[\w ]*):", line):
                section = heading[1]
            elif section in ("Args", "Attributes") and (
                entry := re.match(r" {4}\*{0,2}(\w+)(?: \(.*\))?: ", line)
            ):
                found.add(entry[1])
    return found


def parameters(value):
    """Name what a public name is called with, or made of."""
    if inspect.isclass(value):
        if dataclasses.is_dataclass(value):
            return {field.name for field in dataclasses.fields(value)}
        if issubclass(value, Frozen):
            return set(value.argument_names())
        if issubclass(value, tuple):
            return set(value._fields)
        if issubclass(value, Exception):
            return set()
        value = value.__init__
    return set(inspect.signature(value).parameters) - {"self", "cls"}


def methods(value):
    for name, method in vars(value).items():
        function = getattr(method, "__func__", method)
        if not name.startswith("_") and inspect.isfunction(function):
            yield name, function


def explained(value):
    return inspect.isclass(value) or callable(value)


def test_the_rooms_are_where_the_names_come_from(rooms):
    exported = set(digitzoo.__all__) - {"__version__"}
    assert sorted(name for names in rooms.rooms().values() for name in names) == sorted(exported)
    assert set(rooms.rooms()) == set(rooms.TITLES), "a new room needs a title, and one in Korean"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_public_name_stands_on_the_pages_once(pages, rooms, language):
    told = [
        path
        for room in rooms.rooms()
        for path in re.findall(r"^::: (\S+)$", pages.page(room, language), re.MULTILINE)
    ]
    assert sorted(told) == sorted(rooms.public_names())


def test_the_overview_leads_to_each_name(pages, rooms):
    overview = pages.page("index", "en")
    for room, names in rooms.rooms().items():
        for name in names:
            assert f"({room}.md#digitzoo.{name})" in overview


def test_every_parameter_is_described(rooms):
    missing = {}
    for path, value in rooms.public_names().items():
        if not explained(value):
            continue
        # What a parent describes holds for its children too.
        lineage = (*value.__mro__, value.__init__) if inspect.isclass(value) else (value,)
        told = described(*lineage)
        missing[path] = parameters(value) - told
        if inspect.isclass(value):
            for name, method in methods(value):
                missing[f"{path}.{name}"] = parameters(method) - described(method)
    assert {path: names for path, names in missing.items() if names} == {}


def test_every_name_says_what_it_is_and_has_an_example(rooms):
    for path, value in rooms.public_names().items():
        assert rooms.first_line(path), path
        if explained(value):
            assert ">>> " in inspect.getdoc(value), f"{path} has no example"


def test_the_first_example_begins_a_section_that_is_code(rooms):
    """On the pages all from the first example on is code, so no words may follow it."""
    for path, value in rooms.public_names().items():
        examples = (inspect.getdoc(value) or "").partition("\n>>> ")[2] if explained(value) else ""
        assert not re.search(r"^(Args|Returns|Raises|Attributes):$", examples, re.MULTILINE), path


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_layer_has_its_arguments_and_an_example(pages, language):
    page = pages.page("layers", language)
    sections = dict(
        re.findall(r"^## (\w+) \{.*?\}$(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    )
    assert set(sections) == set(layers.__all__) - {"Layer"}
    for name, section in sections.items():
        told = set(re.findall(r"^- `(\w+)`: \S", section, re.MULTILINE))
        taken = set(getattr(layers, name).argument_names())
        assert told | {"name", "trainable"} == taken, name
        assert f"LayerInfo({name}: " in section


def test_no_argument_is_explained_that_no_layer_takes(pages):
    words = sys.modules["layer_page"].argument_words()
    taken = {one for name in layers.__all__ for one in getattr(layers, name).argument_names()}
    assert set(words) == taken


def test_each_command_has_all_its_options(pages):
    page = pages.page("command-line", "en")
    for typed, command in pages.commands().items():
        section = page.partition(f"## {typed}\n")[2].partition("\n## ")[0]
        for option in command.params:
            shown = (
                option.opts[0]
                if option.opts[0].startswith("--")
                else (option.metavar or option.name.upper())
            )
            assert f"`{shown}".lower() in section.lower(), (typed, option.name)


def test_the_menu_has_every_page_in_both_languages(pages, rooms):
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    titles = {title: uri for entry in pages.nav()[1:] for title, uri in entry.items()}
    stems = {Path(uri).stem for uri in titles.values()}
    assert stems == {*rooms.rooms(), "layers", "command-line"}
    for title, uri in titles.items():
        korean = pages.page(Path(uri).stem, "ko").splitlines()[0].removeprefix("# ")
        assert f"            {title}: {korean}\n" in settings
