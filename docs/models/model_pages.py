"""The pages of the models, made while the site is built: one for each, and one for all.

A model has its page by being in the catalogue. No number here is typed by hand: counts come from
the formulas, accuracies from the recorded rows, and tests/docs holds the pages to them.
"""

import dataclasses
import inspect
from typing import Any

from model_pictures import IMAGES, Shown, shown, with_alt
from model_words import has_words, said, words

import digitzoo
from digitzoo import explain, list_datasets, list_models, list_recipes, model_card, summarize
from digitzoo.data import disputed_labels
from digitzoo.models import MeasuredResult, ModelCard
from digitzoo.recipes import Recipe

DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}
_ALWAYS = ("epochs", "batch_size", "optimizer", "learning_rate", "validation")
_UNSHOWN = ("model", "name", "dataset", "summary", "seeds")
_RECIPES = ("reference", "tuned")  # with their settings; the others with a line
_CONFUSIONS = 5
_NARROW = "\N{NO-BREAK SPACE}"  # keeps numbers that belong together on one line


def nav() -> list[Any]:
    """Give the entries of the navigation: the overview, then the models from small to large."""
    return ["models/index.md", *({card.name: f"models/{card.name}.md"} for card in _cards())]


def page(name: str, language: str) -> str:
    """Write a page: `"index"`, or that of a model."""
    return _overview(language) if name == "index" else _model_page(model_card(name), language)


def datasets() -> list[str]:
    """Name the data sets, MNIST first, whatever else there is last."""
    return sorted(
        list_datasets(), key=lambda name: (name not in DATASETS, [*DATASETS, name].index(name))
    )


def _cards() -> list[ModelCard]:
    return sorted((model_card(name) for name in list_models()), key=lambda card: card.parameters)


# All models on one page.


def _overview(language: str) -> str:
    cards = _cards()
    heads = ["model", "parameters", "macs", "weights"]
    head = [words(language, key) for key in heads] + [_title(data) for data in datasets()]
    rows = [_overview_row(card, language) for card in cards]
    images = max(row.accuracy.images for card in cards for row in card.measured)
    return _joined(
        f"# {words(language, 'models')}",
        words(language, "models intro", count=len(cards)),
        _table(head, rows, right=range(1, len(head))),
        words(language, "table intro", images=images),
        f"## {words(language, 'what each is')}",
        "\n".join(f"- {_link(card.name)}: {said(card.summary, language)}." for card in cards),
        f"## {words(language, 'in code')}",
        '```python exec="true" source="above" result="text"\n'
        "from digitzoo import list_models, model_card\n\n"
        "for name in list_models():\n"
        "    print(name, model_card(name).parameters)\n```",
    )


def _overview_row(card: ModelCard, language: str) -> list[str]:
    best = {data: best_row(card, data) for data in datasets()}
    sizes = {row.weights.size for row in best.values() if row and row.weights}
    return [
        _link(card.name),
        f"{card.parameters:,}",
        f"{summarize(card.name).totals.macs:,}",
        _together(f"{max(sizes) / 1e6:.1f} MB") if sizes else "",
        *(_accuracy(row, language) for row in best.values()),
    ]


def best_row(card: ModelCard, dataset: str) -> MeasuredResult | None:
    """Choose the row to show: of the shipped weights, else of the best mean."""
    rows = [row for row in card.measured if row.dataset == dataset]
    return max(rows, key=lambda row: (row.weights is not None, row.accuracy.mean), default=None)


def _accuracy(row: MeasuredResult | None, language: str) -> str:
    if row is None:
        return ""
    count = len(row.seeds)
    seeds = words(language, "seed" if count == 1 else "seeds", count=count)
    return f"{row.accuracy.mean:.4f} ({_span(row, language)}; {_together(seeds)})"


def _span(row: MeasuredResult, language: str) -> str:
    low, high = f"{row.accuracy.low:.4f}", f"{row.accuracy.high:.4f}"
    return _together(words(language, "range", low=low, high=high))


# The page of one model.


def _model_page(card: ModelCard, language: str) -> str:
    seen = shown(card.name)
    return _joined(
        f"# {card.name}",
        f"{said(card.summary, language)}.",
        _facts(card, language),
        *_loading(card, seen, language),
        *_network(card, seen, language),
        *_training(card, language),
        *_results(card, language),
        *_first_layer(card, seen, language),
        *_mistakes(card, seen, language),
    )


def _facts(card: ModelCard, language: str) -> str:
    rows = [
        [words(language, "parameters"), f"{card.parameters:,}"],
        [words(language, "macs"), f"{summarize(card.name).totals.macs:,}"],
        [words(language, "published on"), _title(card.dataset)],
        [words(language, "source"), said(card.source, language)],
    ]
    for data in datasets():
        row = best_row(card, data)
        if row is not None:
            label = words(language, "test accuracy", dataset=_title(data))
            rows.append([label, _accuracy(row, language)])
    return _table([words(language, "model"), f"`{card.name}`"], rows)


def _loading(card: ModelCard, seen: Shown, language: str) -> list[str]:
    name, dataset = card.name, card.dataset
    reference = f"../reference/models.md#digitzoo.{name}"
    return [
        f"## {words(language, 'load')} {{ #load }}",
        words(language, "load intro", images=IMAGES),
        _code(seen.load),
        f"```text\n{seen.printed}```",
        words(language, "load more", name=name, dataset=dataset, reference=reference),
        _shell(f"digitzoo summary {name}", f"digitzoo predict {name} photo.jpg"),
    ]


def _network(card: ModelCard, seen: Shown, language: str) -> list[str]:
    name = card.name
    built = inspect.getsource(inspect.unwrap(getattr(digitzoo, name)))
    return [
        f"## {words(language, 'network')} {{ #network }}",
        words(language, "network intro"),
        with_alt(seen.diagram, words(language, "network alt", name=name)),
        _fold(words(language, "the code"), _code(built)),
        f"### {words(language, 'to scale')} {{ #to-scale }}",
        words(language, "to scale intro"),
        with_alt(seen.boxes, words(language, "to scale alt", name=name)),
        f"### {words(language, 'layers')} {{ #layers }}",
        words(language, "layers intro"),
        _layer_table(name, language),
        _fold(words(language, "every number"), explain(name, language=language).to_html()),
    ]


def _layer_table(name: str, language: str) -> str:
    """Make a row for each layer, with its counts as they are worked out."""
    summary, told = summarize(name), explain(name)
    head = [words(language, key) for key in ("layer", "does", "output", "parameters", "macs")]
    rows = []
    for layer, section in zip(summary.layers, told.sections, strict=False):
        steps = {step.title: step.numbers for step in section.steps if step.numbers}
        rows.append(
            [
                f"`{layer.name}`",
                _deed(layer.description, language),
                _crossed(layer.output_shape),
                _worked(steps.get("Parameters", "0")),
                _worked(steps.get("MACs", "0")),
            ]
        )
    totals = [f"**{count:,}**" for count in (summary.totals.params, summary.totals.macs)]
    rows.append([f"**{words(language, 'total')}**", "", "", *totals])
    return _table(head, rows, right=(3, 4))


def _deed(layer: Any, language: str) -> str:
    """Say what a layer does, with its settings; Keras's class comes first."""
    kind = type(layer).__name__
    if not has_words(f"layer {kind}"):
        return kind
    given = {name: getattr(layer, name) for name in layer.argument_names()}
    values = {
        name: _crossed(value) if isinstance(value, tuple) else value
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


def _training(card: ModelCard, language: str) -> list[str]:
    recipes = list_recipes(card.name)
    main = [recipe for recipe in recipes if recipe.name in _RECIPES]
    others = [recipe for recipe in recipes if recipe.name not in _RECIPES]
    parts = [
        f"## {words(language, 'training')} {{ #training }}",
        words(language, "training intro"),
        _settings_table(main, language),
    ]
    if others:
        lines = (
            f"- `{recipe.name}`, {_title(recipe.dataset)}: {said(recipe.summary, language)}."
            for recipe in others
        )
        parts += [words(language, "other recipes"), "\n".join(lines)]
    code = (
        "from digitzoo import load_recipe, train_recipe\n\n"
        f'recipe = load_recipe("{card.name}")\n'
        "run = train_recipe(recipe, seed=0)\n"
    )
    return [
        *parts,
        words(language, "train again"),
        _code(code),
        _shell(f"digitzoo reproduce {card.name} --seeds 1"),
    ]


def _settings_table(recipes: list[Recipe], language: str) -> str:
    head = [words(language, "setting")]
    head += [f"`{recipe.name}`, {_title(recipe.dataset)}" for recipe in recipes]
    rows = []
    for field in dataclasses.fields(Recipe):
        values = [getattr(recipe, field.name) for recipe in recipes]
        usual = {} if field.name == "options" else field.default
        if field.name in _UNSHOWN:
            continue
        if field.name in _ALWAYS or any(value != usual for value in values):
            key = f"setting {field.name}"
            label = words(language, key) if has_words(key) else f"`{field.name}`"
            rows.append([label, *(_setting(field.name, value, language) for value in values)])
    return _table(head, rows)


def _setting(name: str, value: Any, language: str) -> str:
    if name == "learning_rate" and value is None:
        return words(language, "optimizer's own")
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


def _results(card: ModelCard, language: str) -> list[str]:
    undisputed = any(row.accuracy_undisputed for row in card.measured)
    keys = ["data set", "recipe", "accuracy", "interval", "wrong"]
    keys += ["without disputed"] if undisputed else []
    rows = [
        _result_row(row, language, undisputed=undisputed)
        for row in sorted(card.measured, key=_row_order)
    ]
    images = max((row.accuracy.images for row in card.measured), default=0)
    parts = [f"## {words(language, 'results')} {{ #results }}"]
    if rows:
        parts += [
            words(language, "results intro", images=images),
            _table([words(language, key) for key in keys], rows, right=(2, 3, 4, 5)),
        ]
    if undisputed:
        parts.append(words(language, "undisputed", count=len(disputed_labels())))
    return [*parts, *_published(card, language)]


def _row_order(row: MeasuredResult) -> tuple[int, int, str]:
    """Put data sets in their own order, and the recipes that the page explains first."""
    known = row.recipe in _RECIPES
    return datasets().index(row.dataset), -_RECIPES.index(row.recipe) if known else 1, row.recipe


def _result_row(row: MeasuredResult, language: str, *, undisputed: bool) -> list[str]:
    accuracy = row.accuracy
    spread = accuracy.standard_deviation
    mean = f"{accuracy.mean:.4f}" + ("" if spread is None else _together(f" ± {spread:.4f}"))
    wrong = ", ".join(str(seed.errors) for seed in row.seeds)
    cells = [_title(row.dataset), f"`{row.recipe}`", mean, _span(row, language), wrong]
    if undisputed:
        cells.append(f"{row.accuracy_undisputed.mean:.4f}" if row.accuracy_undisputed else "")
    return cells


def _published(card: ModelCard, language: str) -> list[str]:
    rows = [
        [
            said(one.metric, language),
            str(one.value),
            said(one.split, language),
            said(one.note, language),
        ]
        for one in card.published
    ]
    head = ["", *(words(language, key) for key in ("value", "on", "note"))]
    return [
        f"### {words(language, 'published')} {{ #published }}",
        _table(head, rows, right=(1,)),
        "\n".join(f"- {said(oddity, language)}" for oddity in card.oddities),
    ]


def _first_layer(card: ModelCard, seen: Shown, language: str) -> list[str]:
    what = "kernels" if seen.convolutional else "units"
    return [
        f"## {words(language, 'kernels')} {{ #kernels }}",
        words(language, f"{what} intro"),
        _code(seen.first_layer_code),
        with_alt(seen.first_layer, words(language, f"{what} alt", name=card.name)),
    ]


def _mistakes(card: ModelCard, seen: Shown, language: str) -> list[str]:
    result = seen.result
    heading = f"## {words(language, 'mistakes')} {{ #mistakes }}"
    if seen.mistakes is None:
        return [heading, words(language, "no mistakes", total=result.total)]
    head = [words(language, key) for key in ("true", "predicted", "times")]
    return [
        heading,
        words(language, "mistakes intro", wrong=len(result.wrong), total=result.total),
        _code(seen.mistakes_code),
        with_alt(seen.mistakes, words(language, "mistakes alt", name=card.name)),
        words(language, "most often"),
        _table(head, confusions(seen), right=(2,)),
    ]


def confusions(seen: Shown) -> list[list[str]]:
    """List the pairs of classes that are most often confused, with how often."""
    result = seen.result
    names = result.class_names
    pairs = [
        (int(count), names[true], names[predicted])
        for (true, predicted), count in _entries(result.confusion_matrix)
        if true != predicted and count
    ]
    pairs.sort(key=lambda pair: -pair[0])
    return [[true, predicted, str(count)] for count, true, predicted in pairs[:_CONFUSIONS]]


def _entries(matrix: Any) -> list[tuple[tuple[int, int], int]]:
    rows = enumerate(matrix.tolist())
    return [((row, column), count) for row, counts in rows for column, count in enumerate(counts)]


# Markdown.


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(head: list[str], rows: list[list[str]], *, right: Any = ()) -> str:
    rule = ["---:" if column in right else "---" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _code(text: str) -> str:
    return f"```python\n{text}```"


def _shell(*commands: str) -> str:
    return "```\n" + "\n".join(commands) + "\n```"


def _fold(title: str, text: str) -> str:
    inside = "\n".join(f"    {line}".rstrip() for line in text.splitlines())
    return f'??? note "{title}"\n\n{inside}'


def _link(name: str) -> str:
    return f"[`{name}`]({name}.md)"


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
