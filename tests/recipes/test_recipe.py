"""Recipes are data: read, checked, told apart by what decides a run."""

import dataclasses
import json

import pytest

from digitzoo import (
    Cosine,
    DigitzooError,
    build_model,
    list_models,
    list_recipes,
    load_recipe,
    model_card,
)
from digitzoo.recipes import Recipe
from digitzoo.recipes.train_recipe import build_network

RECIPES = list_recipes()
TUNED = [recipe for recipe in RECIPES if recipe.name == "tuned"]

SETTINGS = {
    "model": "simple_cnn",
    "name": "mine",
    "dataset": "mnist",
    "summary": "a try",
    "epochs": 3,
}


def write(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["small_dense", "small_resnet"])
def test_pixels_are_scaled_before_networks_that_branch_too(name):
    recipe = dataclasses.replace(load_recipe(name), pixel_scale=255)
    built = build_network(recipe)
    assert built.count_params() == model_card(name).parameters
    assert built.layers[0].scale == 255


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_every_recipe_lies_where_its_name_says_and_builds_its_model(recipe):
    assert load_recipe(recipe.model, recipe.name, dataset=recipe.dataset) == recipe
    # A recipe may turn knobs that add no weights.
    built = build_model(recipe.model, **recipe.options)
    assert built.count_params() == model_card(recipe.model).parameters
    assert [layer.name for layer in built.layers] == [
        layer.name for layer in build_model(recipe.model).layers
    ]


@pytest.mark.parametrize("model", list_models())
def test_a_model_that_others_published_has_its_reference_on_its_own_data_set(model):
    card = model_card(model)
    known = {(recipe.name, recipe.dataset) for recipe in RECIPES if recipe.model == model}
    assert (("reference", card.dataset) in known) == bool(card.published)
    assert {("tuned", "mnist"), ("tuned", "fashion_mnist")} <= known


@pytest.mark.parametrize("recipe", TUNED, ids=lambda recipe: recipe.title)
def test_tuned_recipes_learn_from_all_images_and_end_with_the_last_epoch(recipe):
    assert recipe.validation == 0
    assert recipe.early_stopping is None


def test_a_file_says_what_the_call_says(tmp_path):
    path = write(
        tmp_path,
        """
        model = "simple_cnn"
        name = "mine"
        dataset = "mnist"
        summary = "a try"
        epochs = 3
        learning_rate = { name = "Cosine", learning_rate = 0.002, warmup = 0.1 }
        [augmentation]
        shift = 2
        [options]
        units = 64
        """,
    )
    recipe = Recipe.read(path)
    assert recipe.learning_rate == Cosine(0.002, warmup=0.1)
    assert recipe.augmentation.shift == 2
    assert recipe.options == {"units": 64}
    assert recipe == Recipe.from_dict(json.loads(json.dumps(recipe.to_dict())))


def test_the_hash_follows_what_decides_a_run_and_nothing_else():
    recipe = Recipe.from_dict(SETTINGS)
    for same in ({"summary": "other words"}, {"name": "other"}, {"seeds": 1}, {"pixel_scale": 1}):
        assert dataclasses.replace(recipe, **same).sha256 == recipe.sha256
    for other in ({"epochs": 4}, {"precision": "mixed_bfloat16"}, {"options": {"units": 64}}):
        assert dataclasses.replace(recipe, **other).sha256 != recipe.sha256


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epoch": 3}, "Unknown Recipe setting 'epoch'. Did you mean 'epochs'?"),
        ({"model": "simple_cn"}, "Unknown model 'simple_cn'. Did you mean 'simple_cnn'?"),
        ({"dataset": "minst"}, "Unknown data set 'minst'. Did you mean 'mnist'?"),
        ({"precision": "bfloat"}, "Unknown precision 'bfloat'"),
        ({"epochs": 0}, "epochs must be a whole number of 1 or above. Received 0."),
        ({"batch_size": 12.5}, "batch_size must be a whole number"),
        ({"validation": 1}, r"Recipe\(validation=...\) must be a finite number .* below 1"),
        ({"pixel_scale": 0}, r"Recipe\(pixel_scale=...\) must be a finite number above 0"),
        ({"optimizer": "adm"}, "Unknown optimizer 'adm'"),
        ({"optimizer": "sgd", "ema_momentum": 1}, "ema_momentum must be"),
        ({"options": [1]}, "options must be the builder's arguments by their names"),
        ({"learning_rate": "fast"}, "learning_rate must be a number"),
        ({"learning_rate": 0}, "learning_rate must be a finite number above 0"),
        ({"learning_rate": {"name": "Cosine"}}, "'Cosine': missing .* argument: 'learning_rate'"),
        ({"learning_rate": {"learning_rate": 1}}, "Unknown learning_rate name ''"),
        ({"learning_rate": {"name": "Cosin"}}, "Did you mean 'Cosine'?"),
        (
            {"learning_rate": {"name": "Cosine", "warm": 0.1}},
            "Unknown Cosine setting 'warm'. Did you mean 'warmup'?",
        ),
        ({"augmentation": {"shfit": 2}}, "Unknown Augmentation setting 'shfit'. Did you mean"),
    ],
)
def test_what_cannot_work_is_named(change, message):
    with pytest.raises((ValueError, TypeError), match=message) as refused:
        Recipe.from_dict(SETTINGS | change)
    assert isinstance(refused.value, DigitzooError)


def test_a_missing_key_and_a_damaged_file_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"mine\.toml: A recipe needs .*epochs"):
        Recipe.read(write(tmp_path, 'model = "simple_cnn"'))
    with pytest.raises(ValueError, match=r"mine\.toml: .*line 1"):
        Recipe.read(write(tmp_path, "model: simple_cnn"))
    with pytest.raises(ValueError, match=r"none\.toml"):
        Recipe.read(tmp_path / "none.toml")
    (tmp_path / "mine.toml").write_text('model = "simple_cnn"', encoding="utf-16")
    with pytest.raises(ValueError, match=r"mine\.toml: not UTF-8"):
        Recipe.read(tmp_path / "mine.toml")
    with pytest.raises(TypeError, match="made of a mapping. Received 'x'"):
        Recipe.from_dict("x")


def test_unknown_recipes_get_the_nearest():
    message = "Unknown recipe of simple_cnn on mnist 'refrence'. Did you mean 'reference'?"
    with pytest.raises(ValueError, match=message):
        load_recipe("simple_cnn", "refrence")
    with pytest.raises(ValueError, match="Did you mean 'simple_cnn'?"):
        load_recipe("simple_cn")
    for pattern in ("simple_cn", "simple_*"):
        with pytest.raises(ValueError, match="Unknown model"):
            load_recipe(pattern, dataset="mnist")
    with pytest.raises(ValueError, match="Did you mean 'simple_cnn'?"):
        list_recipes("simple_cn")
