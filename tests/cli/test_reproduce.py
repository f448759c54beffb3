"""`digitzoo reproduce` on seeds that are there already; tests/recipes runs real ones."""

import dataclasses
import json

import pytest

from digitzoo import load_recipe


@pytest.fixture
def folder(tmp_path):
    recipe = load_recipe("small_dense", "reference")
    for seed, errors in enumerate((250, 230, 240)):
        content = {
            "images": 10_000,
            "disputed": 15,
            "recipe_sha256": recipe.sha256,
            "result": {
                "seed": seed,
                "errors": errors,
                "errors_undisputed": errors - 10,
                "loss": 0.08,
                "epochs": 50,
                "seconds": 150.0,
                "cpu_seconds": 90.0,
            },
            "versions": {"backend": "tensorflow"},
            "machine": {"threads": 1},
        }
        (tmp_path / f"seed-{seed}").mkdir()
        (tmp_path / f"seed-{seed}" / "measured.json").write_text(json.dumps(content))
    return tmp_path


def test_it_sums_up_every_seed_that_the_recipe_asks_for(run, folder, capsys):
    arguments = ("reproduce", "small_dense", "--recipe", "reference", "--folder", folder)
    assert run(*arguments) == 0
    out, err = capsys.readouterr()
    assert err.count("was finished before") == load_recipe("small_dense", "reference").seeds == 3
    for text in ("0.9750", "0.9770", "0.9760", "240", "1.5"):
        assert text in out
    # t for two degrees of freedom is 4.3027: 0.1 x 4.3027 / sqrt(3) = 0.248 points.
    assert "Test accuracy 97.60 %, standard deviation over seeds 0.10 %" in out
    assert "(95 % interval 97.35 % to 97.85 %)" in out
    assert "Without the 15 disputed labels 97.70 %" in out
    row = json.loads((folder / "row.json").read_text())
    assert row["accuracy"]["mean"] == pytest.approx(0.976)


def test_one_seed_and_json(run, folder, capsys):
    arguments = ("reproduce", "small_dense", "--recipe", "reference", "--folder", folder)
    assert run(*arguments, "--seeds", 1, "--quiet", "--json") == 0
    out, err = capsys.readouterr()
    row = json.loads(out)
    assert [seed["errors"] for seed in row["seeds"]] == [250]
    assert row["accuracy"]["standard_deviation"] is None
    assert row["accuracy"]["low"] < 0.975 < row["accuracy"]["high"]
    assert not err


def test_a_recipe_that_there_is_not(run, capsys):
    assert run("reproduce", "small_dense", "--recipe", "tunde") == 2
    assert "Did you mean 'tuned'?" in capsys.readouterr().err


def test_a_data_set_that_there_is_not(run, capsys):
    assert run("reproduce", "small_dense", "--dataset", "cifar") == 2
    assert capsys.readouterr().err == (
        "digitzoo: Unknown data set 'cifar'. There is: fashion_mnist, mnist.\n"
    )


def test_fewer_seeds_leave_the_row_of_more(run, folder, capsys):
    arguments = ("reproduce", "small_dense", "--recipe", "reference", "--folder", folder, "--quiet")
    assert run(*arguments) == 0
    row = (folder / "row.json").read_text()
    assert run(*arguments, "--seeds", 1) == 0
    assert "Test accuracy 97.50 %" in capsys.readouterr().out
    assert (folder / "row.json").read_text() == row

    other = json.loads((folder / "seed-0" / "measured.json").read_text())
    other["result"]["errors"] = 260  # measured again: the row of three no longer holds it
    (folder / "seed-0" / "measured.json").write_text(json.dumps(other))
    assert run(*arguments, "--seeds", 1) == 0
    assert len(json.loads((folder / "row.json").read_text())["seeds"]) == 1
    (folder / "row.json").write_text("{")
    assert run(*arguments, "--seeds", 1) == 0
    assert len(json.loads((folder / "row.json").read_text())["seeds"]) == 1


def test_a_row_recorded_with_another_recipe_is_told(run, folder, monkeypatch, capsys):
    arguments = ("reproduce", "small_dense", "--recipe", "reference", "--folder", folder, "--quiet")
    assert run(*arguments) == 0
    assert "another recipe" not in capsys.readouterr().out

    recipe = load_recipe("small_dense", "reference")
    bfloat16 = dataclasses.replace(recipe, precision="mixed_bfloat16")
    _say_that_it_ran_as(bfloat16, folder)
    assert run(*arguments, "--precision", "mixed_bfloat16") == 0
    out = capsys.readouterr().out
    assert "Recorded with another recipe: precision float32, here mixed_bfloat16\n" in out

    edited = dataclasses.replace(recipe, epochs=49)
    _say_that_it_ran_as(edited, folder)
    monkeypatch.setattr("digitzoo.recipes.load_recipe", lambda *_, **__: edited)
    assert run(*arguments) == 0
    assert "Recorded with another recipe.\n" in capsys.readouterr().out


def _say_that_it_ran_as(recipe, folder):
    for path in folder.glob("seed-*/measured.json"):
        content = json.loads(path.read_text())
        path.write_text(json.dumps({**content, "recipe_sha256": recipe.sha256}))


def test_another_precision_is_another_recipe_in_another_folder(run, monkeypatch, tmp_path, capsys):
    from digitzoo.recipes import reproduce as reproduction

    asked = []

    def stop(recipe, *, folder, **_):
        asked.append((recipe, folder))
        raise KeyboardInterrupt

    monkeypatch.setattr(reproduction, "reproduce", stop)
    monkeypatch.chdir(tmp_path)
    assert run("reproduce", "deep_cnn", "--precision", "float32") == 130
    recipe, folder = asked.pop()
    assert recipe.precision == "float32"
    assert recipe.sha256 != load_recipe("deep_cnn").sha256
    assert folder.name == "deep_cnn-mnist-tuned-float32"
    assert run("reproduce", "deep_cnn", "--precision", "mixed_bfloat16") == 130
    assert asked.pop()[1].name == "deep_cnn-mnist-tuned"
    assert run("reproduce", "deep_cnn", "--precision", "float32", "--record") == 2
    assert run("reproduce", "deep_cnn", "--precision", "float23") == 2
    assert "Did you mean 'float32'?" in capsys.readouterr().err
    assert not asked


@pytest.mark.parametrize(
    ("case", "warned"),
    [
        (({"avx2"}, "deep_cnn"), True),
        (({"avx2", "avx512_bf16"}, "deep_cnn"), False),
        (({"avx2"}, "small_dense"), False),  # computes in float32
        ((set(), "deep_cnn"), False),  # nothing is known of it
    ],
)
def test_bfloat16_that_is_imitated_is_told_before_hours_of_it(
    run, monkeypatch, tmp_path, capsys, case, warned
):
    flags, model = case
    from digitzoo.recipes import reproduce as reproduction
    from digitzoo.training import record

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(reproduction, "reproduce", stop)
    monkeypatch.setattr(record, "_processor", lambda: ("a processor", flags))
    monkeypatch.setattr(record.keras.distribution, "list_devices", lambda: ["cpu:0"])
    monkeypatch.chdir(tmp_path)
    assert run("reproduce", model) == 130
    assert ("--precision float32" in capsys.readouterr().err) == warned
