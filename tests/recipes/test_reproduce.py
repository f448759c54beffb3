"""Real processes: they repeat each other, go on where they were, and are summed up rightly."""

import dataclasses
import json
import shutil

import pytest

from digitzoo import evaluate, load_data, small_dense
from digitzoo.data import is_disputed
from digitzoo.recipes import Recipe
from digitzoo.recipes import reproduce as reproduction

RECIPE = Recipe(
    model="small_dense",
    name="quick",
    dataset="mnist",
    summary="a few steps",
    epochs=2,
    validation=0.9,
    learning_rate=0.003,
    ema_momentum=0.9,
    precision="mixed_bfloat16",
)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Two seeds, once for the module."""
    folder = tmp_path_factory.mktemp("quick")
    said = []
    result = reproduction.reproduce(
        RECIPE, seeds=2, jobs=2, folder=folder, say=lambda seed, line: said.append((seed, line))
    )
    return folder, result, said


def test_the_row_is_the_sum_of_its_seeds(first):
    _, result, said = first
    assert [row.seed for row in result.seeds] == [0, 1]
    accuracies = [1 - row.errors / 10_000 for row in result.seeds]
    assert result.accuracy.mean == pytest.approx(sum(accuracies) / 2)
    assert 0.8 < result.accuracy.mean < 0.97
    # Two values: the standard deviation is their distance over the root of 2, and t is 12.706.
    distance = abs(accuracies[0] - accuracies[1])
    assert result.accuracy.standard_deviation == pytest.approx(distance / 2**0.5)
    assert result.accuracy.low == pytest.approx(result.accuracy.mean - 12.7062 * distance / 2)
    assert result.accuracy_undisputed.images == 9985
    assert all(row.errors - 15 <= row.errors_undisputed <= row.errors for row in result.seeds)
    assert all(row.seconds > 0 and row.cpu_seconds > 0 for row in result.seeds)
    assert result.machine["threads"] == 1
    assert result.versions["backend"] == "tensorflow"
    assert {line.split()[0] for seed, line in said if seed == 1} == {
        "epoch",
        str(result.seeds[1].errors),
    }


def test_the_weights_that_ship_make_the_errors_that_are_counted(first):
    folder, result, _ = first
    model = small_dense(weights=folder / "seed-0" / "shipped.weights.h5")
    assert model.dtype_policy.name == "float32"
    test = load_data("mnist").test
    measured = evaluate(model, test)
    assert measured.total - measured.correct == result.seeds[0].errors
    rest = evaluate(model, test[~is_disputed(test)])
    assert rest.total - rest.correct == result.seeds[0].errors_undisputed


def test_a_finished_seed_is_not_run_again_and_a_stopped_one_goes_on_to_the_same_end(first):
    folder, result, _ = first
    seed = folder / "seed-0"
    for name in ("measured.json", "summary.json", "final.keras"):
        (seed / name).unlink()
    max((seed / "checkpoints").iterdir()).unlink()  # stopped in the second epoch
    said = []
    again = reproduction.reproduce(
        RECIPE, seeds=2, jobs=2, folder=folder, say=lambda seed, line: said.append((seed, line))
    )
    assert (1, "was finished before") in said
    assert next(line.split("  ")[0] for seed, line in said if seed == 0) == "epoch 2/2"
    without_times = [
        [dataclasses.replace(row, seconds=0, cpu_seconds=0) for row in each.seeds]
        for each in (result, again)
    ]
    assert without_times[0] == without_times[1]
    assert again.accuracy == result.accuracy


def test_another_recipe_in_the_same_folder_is_refused(first):
    folder, _, _ = first
    other = dataclasses.replace(RECIPE, epochs=3)
    with pytest.raises(ValueError, match="holds a run of another recipe"):
        reproduction.reproduce(other, seeds=1, jobs=1, folder=folder)


def test_a_row_is_of_one_kind_of_machine(first, tmp_path):
    folder, _, _ = first
    shutil.copytree(folder, tmp_path / "moved")
    measured = tmp_path / "moved" / "seed-1" / "measured.json"
    content = json.loads(measured.read_text())
    content["machine"]["device"] = ["gpu"]
    measured.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"Seed 1 ran with other machine.*gpu.*not.*cpu"):
        reproduction.reproduce(RECIPE, seeds=2, jobs=2, folder=tmp_path / "moved")
    alone = reproduction.reproduce(RECIPE, seeds=1, jobs=1, folder=tmp_path / "moved")
    assert len(alone.seeds) == 1


def test_a_row_is_recorded_with_its_weights_and_read_back(first, tmp_path, monkeypatch):
    folder, result, _ = first
    monkeypatch.setattr(reproduction, "result_path", lambda *names: tmp_path / "-".join(names))
    monkeypatch.setattr(reproduction, "weights_path", lambda *names: tmp_path / "w" / names[0])
    written = reproduction.record(result, folder, with_weights=True)
    path = tmp_path / "small_dense-mnist-quick"
    assert type(result).read(path) == written
    assert dataclasses.replace(written, weights=None) == result
    shipped = folder / "seed-0" / "shipped.weights.h5"
    assert written.weights.size == shipped.stat().st_size < 2 * 51_450 + 24_000
    assert json.loads(path.read_text())["recipe_sha256"] == RECIPE.sha256
