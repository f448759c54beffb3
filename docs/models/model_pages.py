"""The pages of the models, made while the site is built: one for each, and one for all.

A model has its page by being in the catalogue. No number here is typed by hand: counts come from
the formulas, accuracies from the recorded rows, and tests/docs holds the pages to them.
"""

import dataclasses
import inspect
import itertools
import tomllib
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import keras
import model_pictures
from model_pictures import shown, with_alt
from model_words import has_words, said, words

import digitzoo
from digitzoo import explain, list_datasets, list_models, list_recipes, model_card, summarize
from digitzoo.data import disputed_labels
from digitzoo.models import MeasuredResult, ModelCard
from digitzoo.recipes import Recipe

DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}
_ALWAYS = ("epochs", "batch_size", "optimizer", "learning_rate", "validation")
_OPTIMIZERS = ("learning_rate", "weight_decay", "momentum")  # each optimizer has its own
_UNSHOWN = ("model", "name", "dataset", "summary", "seeds")
_RECIPES = ("reference", "tuned")  # with their settings; the others with a line
_CONFUSIONS = 5
_NARROW = "\N{NO-BREAK SPACE}"  # keeps numbers that belong together on one line
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    trim_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def nav() -> list[Any]:
    """Give the entries of the navigation: the overview, then the models from small to large."""
    return ["models/index.md", *({card.name: f"models/{card.name}.md"} for card in _cards())]


def page(name: str, language: str) -> str:
    """Write a page: `"index"`, or that of a model."""
    template = "index" if name == "index" else "model"
    values = {
        "w": partial(words, language),
        "said": partial(said, language=language),
        "title": _title,
        "datasets": datasets(),
        "whole": "{:,}".format,
        "macs": lambda card: summarize(card.name).totals.macs,
        "best_row": best_row,
        "accuracy": partial(_accuracy, language=language),
        "span": partial(_span, language=language),
        **(_of_all() if name == "index" else _of_one(model_card(name), language)),
    }
    return _TEMPLATES.get_template(f"{template}.md.jinja").render(values).rstrip("\n") + "\n"


def datasets() -> list[str]:
    """Name the data sets, MNIST first, whatever else there is last."""
    return sorted(
        list_datasets(), key=lambda name: (name not in DATASETS, [*DATASETS, name].index(name))
    )


def _cards() -> list[ModelCard]:
    return sorted((model_card(name) for name in list_models()), key=lambda card: card.parameters)


def _of_all() -> dict[str, Any]:
    """Give what the overview shows."""
    return {
        "cards": _cards(),
        "weights_size": _weights_size,
        "images": max(row.accuracy.images for card in _cards() for row in card.measured),
    }


def _of_one(card: ModelCard, language: str) -> dict[str, Any]:
    """Give what the page of a model shows."""
    seen, recipes = shown(card.name, language), list_recipes(card.name)
    main = [recipe for recipe in recipes if recipe.name in _RECIPES]
    undisputed = any(row.accuracy_undisputed for row in card.measured)
    return {
        "card": card,
        "seen": seen,
        "with_alt": with_alt,
        "images_shown": model_pictures.IMAGES,
        "source": inspect.getsource(inspect.unwrap(getattr(digitzoo, card.name))),
        "layers": _layers(card.name, language),
        "explained": explain(card.name, language=language).to_html(),
        "main_recipes": main,
        "other_recipes": [recipe for recipe in recipes if recipe not in main],
        "settings": _settings(main, language),
        "results": sorted(card.measured, key=_row_order),
        "images": max((row.accuracy.images for row in card.measured), default=0),
        "disputed": len(disputed_labels()) if undisputed else 0,
        "mean": _mean,
        "confusions": confusions(seen),
    }


def best_row(card: ModelCard, dataset: str) -> MeasuredResult | None:
    """Choose the row to show: of the shipped weights, else of the best mean."""
    rows = [row for row in card.measured if row.dataset == dataset]
    return max(rows, key=lambda row: (row.weights is not None, row.accuracy.mean), default=None)


def _weights_size(card: ModelCard) -> str:
    sizes = [row.weights.size for row in card.measured if row.weights]
    return _together(f"{max(sizes) / 1e6:.1f} MB") if sizes else ""


def _accuracy(row: MeasuredResult | None, language: str) -> str:
    if row is None:
        return ""
    count = len(row.seeds)
    seeds = words(language, "seed" if count == 1 else "seeds", count=count)
    return f"{row.accuracy.mean:.4f} ({_span(row, language)}; {_together(seeds)})"


def _span(row: MeasuredResult, language: str) -> str:
    low, high = f"{row.accuracy.low:.4f}", f"{row.accuracy.high:.4f}"
    return _together(words(language, "range", low=low, high=high))


def _mean(row: MeasuredResult) -> str:
    spread = row.accuracy.standard_deviation
    return f"{row.accuracy.mean:.4f}" + ("" if spread is None else _together(f" ± {spread:.4f}"))


def _layers(name: str, language: str) -> list[dict[str, str]]:
    """Say of each layer what it does, with its counts as they are worked out."""
    found, inputs = [], _inputs(name)
    for layer, section in zip(summarize(name).layers, explain(name).sections, strict=False):
        steps = {step.title: step.numbers for step in section.steps if step.numbers}
        found.append(
            {
                "name": layer.name,
                "does": _deed(layer.description, language)
                + _inputs_said(inputs.get(layer.name), language),
                "output": _crossed(layer.output_shape),
                "params": _worked(steps.get("Parameters", "0")),
                "macs": _worked(steps.get("MACs", "0")),
            }
        )
    return found


def _inputs(name: str) -> dict[str, list[str]]:
    """Name the inputs of each layer that takes others than the one above it, from the card."""
    card = resources.files("digitzoo.models") / "architectures" / f"{name}.toml"
    layers = tomllib.loads(card.read_text(encoding="utf-8"))["layers"]
    return {settings["name"]: rest[0] for _, settings, *rest in layers if rest}


def _inputs_said(names: list[str] | None, language: str) -> str:
    return (
        words(language, "end inputs", inputs=", ".join(map("`{}`".format, names))) if names else ""
    )


def _deed(layer: Any, language: str) -> str:
    """Say what a layer does, with its settings; Keras's class comes first."""
    kind = type(layer).__name__
    if not has_words(f"layer {kind}"):
        return kind
    given = {name: getattr(layer, name) for name in layer.argument_names()}
    values = {
        name: _crossed(value) if isinstance(value, tuple) and isinstance(value[0], int) else value
        for name, value in given.items()
    }
    unsaid = {
        "strided": given.get("strides") in (None, given.get("pool_size"), (1, 1)),
        "padded": given.get("padding") in (None, "valid"),
        "active": given.get("activation") is None,
    }
    ends = {
        key: "" if usual else words(language, f"end {key}", **values)
        for key, usual in unsaid.items()
    }
    percent = 100 * float(given.get("rate") or 0)
    return f"{kind}: " + words(language, f"layer {kind}", **values | ends, percent=percent)


def _settings(recipes: list[Recipe], language: str) -> list[list[str]]:
    """Make a row for each setting that differs from the usual, or is always shown."""
    rows = []
    for field in dataclasses.fields(Recipe):
        values = [getattr(recipe, field.name) for recipe in recipes]
        owns = [_own(recipe, field.name) for recipe in recipes]
        usual = {} if field.name == "options" else field.default
        if field.name in _UNSHOWN:
            continue
        if field.name in _ALWAYS or any(owns) or any(value != usual for value in values):
            key = f"setting {field.name}"
            label = words(language, key) if has_words(key) else f"`{field.name}`"
            cells = zip(values, owns, strict=True)
            rows.append([label, *(_setting(field.name, *cell, language) for cell in cells)])
    return rows


def _own(recipe: Recipe, name: str) -> float | None:
    """Give what Keras's optimizer brings along where a recipe leaves a setting to it."""
    if name not in _OPTIMIZERS or getattr(recipe, name) is not None:
        return None
    value = getattr(keras.optimizers.get(recipe.optimizer), name, None)
    return None if value is None else float(value)


def _setting(name: str, value: Any, own: float | None, language: str) -> str:
    if own:
        return ", ".join((_plain(own), words(language, "optimizer's own")))
    if value is None or value == {} or (name == "validation" and not value):
        return words(language, "none")
    if name == "validation":
        percent = words(language, "percent of training", percent=100 * value)
        return percent.replace(" %", f"{_NARROW}%")
    if name == "early_stopping":
        return words(language, "epochs without", count=value)
    return _value(value)


def _value(value: Any) -> str:
    """Write a setting as code that may break between its parts."""
    if dataclasses.is_dataclass(value):
        changed = {
            field.name: getattr(value, field.name)
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        }
        return f"`{type(value).__name__}`, {_value(changed)}"
    if isinstance(value, dict):
        return ", ".join(f"`{key}={_plain(one)}`" for key, one in value.items())
    return f"`{value}`" if isinstance(value, str) else _plain(value)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _row_order(row: MeasuredResult) -> tuple[int, int, str]:
    """Put data sets in their own order, and the recipes that the page explains first."""
    known = row.recipe in _RECIPES
    return datasets().index(row.dataset), -_RECIPES.index(row.recipe) if known else 1, row.recipe


def confusions(seen: Any) -> list[list[str]]:
    """List the pairs of classes that are most often confused, with how often."""
    counts, names = seen.result.confusion_matrix.tolist(), seen.result.class_names
    pairs = [
        (true, predicted)
        for true, predicted in itertools.permutations(range(len(names)), 2)
        if counts[true][predicted]
    ]
    pairs.sort(key=lambda pair: -counts[pair[0]][pair[1]])
    return [
        [names[true], names[predicted], str(counts[true][predicted])]
        for true, predicted in pairs[:_CONFUSIONS]
    ]


def _title(dataset: str) -> str:
    return DATASETS.get(dataset, dataset)


def _crossed(sizes: Any) -> str:
    return _together(" × ".join(f"{size:,}" for size in sizes))


def _worked(text: str) -> str:
    """Break a count before its result, and nowhere else."""
    sum_, equals, result = text.replace(" x ", " × ").partition(" = ")
    return _together(sum_) + (equals and " " + _together(f"= {result}"))


def _together(text: str) -> str:
    return text.replace(" ", _NARROW)
