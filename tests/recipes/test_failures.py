"""What a seed that fails is said of; the processes here end at once and train nothing."""

import dataclasses
import json
import sys

import pytest

from digitzoo import DigitzooError
from digitzoo.errors import RunFolderError
from digitzoo.recipes import Recipe, one_seed
from digitzoo.recipes import reproduce as reproduction

RECIPE = Recipe(
    model="small_dense", name="quick", dataset="mnist", summary="", epochs=1, validation=0.9
)
NOISE = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1.2 3 gpu_device.cc:1] Created device",
    "W0000 00:00:1.2 3 gpu_device.cc:1] Cannot dlopen",
)


def reproduce(folder, *, seeds=1, jobs=1, **options):
    said = []
    with pytest.raises(DigitzooError) as raised:
        reproduction.reproduce(
            RECIPE,
            seeds=seeds,
            jobs=jobs,
            folder=folder,
            say=lambda seed, line: said.append((seed, line)),
            **options,
        )
    return str(raised.value), said


@pytest.fixture
def seed_process(monkeypatch):
    """Put a program in the place of the one that trains a seed."""

    def replace(program):
        start = "import json, os, sys, time; seed = json.loads(sys.argv[1])['seed']; "
        monkeypatch.setattr(
            "digitzoo.recipes.one_seed._ONE_SEED", (sys.executable, "-c", start + program)
        )

    return replace


def test_an_error_of_digitzoo_comes_alone(tmp_path):
    (tmp_path / "seed-0").mkdir()
    (tmp_path / "seed-0" / "diary.txt").touch()
    message, said = reproduce(tmp_path)
    assert message.startswith("Run folder ")
    assert message.endswith("is not empty (it holds diary.txt). Name another, or remove it.")
    assert not said  # with one seed there are no others to speak of


@pytest.fixture
def refusal(monkeypatch, capsys):
    """What the process of a seed says, here without the process."""

    def refuse(recipe, folder):
        job = {"recipe": recipe.to_dict(), "seed": 0, "folder": str(folder), "restart": False}
        monkeypatch.setattr(sys, "argv", ["one_seed", json.dumps(job)])
        with pytest.raises(SystemExit, match="2"):
            one_seed.main()
        return capsys.readouterr().err

    return refuse


def test_a_folder_that_is_a_file(tmp_path, refusal):
    folder = tmp_path / "file" / "seed-0"
    folder.parent.touch()
    said = refusal(RECIPE, folder)
    assert said.startswith(f"digitzoo: Run folder {folder} cannot be written (")
    assert said.endswith("Name another.\n")


def test_an_option_that_the_model_does_not_have(tmp_path, refusal):
    wrong = dataclasses.replace(RECIPE, options={"unit": (8, 8)})
    said = refusal(wrong, tmp_path / "seed-0")
    assert said.startswith("digitzoo: small_dense: Unknown option 'unit'")


def test_a_traceback_is_shown_without_the_log_of_the_start(tmp_path, seed_process):
    lines = [*NOISE, "Traceback", "ZeroDivisionError: division by zero", *NOISE]
    seed_process(f"print(*{lines!r}, sep='\\n', file=sys.stderr); sys.exit(1)")
    message, _ = reproduce(tmp_path)
    assert message == "Seed 0 ended with code 1: Traceback | ZeroDivisionError: division by zero"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no signal 9")
def test_a_killed_seed_says_what_it_may_be_and_how_to_go_on(tmp_path, seed_process):
    seed_process(f"print({NOISE[0]!r}, file=sys.stderr, flush=True); os.kill(os.getpid(), 9)")
    message, _ = reproduce(tmp_path)
    assert message == (
        "Seed 0 was killed by signal 9 (often: out of memory). The same command goes on where it "
        "was."
    )
    message, _ = reproduce(tmp_path, restart=True)
    assert message.endswith("The same command without --restart goes on where it was.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no signal 2")
def test_an_interrupt_of_one_seed_shows_no_traceback(tmp_path, seed_process):
    seed_process("raise KeyboardInterrupt('stopped after step 3')")
    message, _ = reproduce(tmp_path)
    assert message == (
        "Seed 0 was killed by signal 2 (an interrupt). The same command goes on where it was."
    )


def test_the_others_go_on_is_said_where_they_do(tmp_path, seed_process):
    seed_process("time.sleep(4 * (seed == 1)); sys.exit(1)")
    message, said = reproduce(tmp_path, seeds=3, jobs=2)
    assert message == "Seed 0 ended with code 1"
    assert said[0] == (0, "Seed 0 ended with code 1. Seed 1 goes on to its end.")
    assert len(said) == 1
    _, said = reproduce(tmp_path, seeds=3, jobs=1)  # none was begun beside it
    assert not said


def test_after_ctrl_c_nothing_is_said_to_go_on(tmp_path, seed_process, monkeypatch):
    seed_process("sys.exit(1)")
    said = []

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(reproduction, "wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        reproduction.reproduce(
            RECIPE, seeds=2, jobs=2, folder=tmp_path, say=lambda *line: said.append(line)
        )
    assert not said


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"result": 3}'])
def test_a_damaged_measurement_is_named(tmp_path, content):
    measured = tmp_path / "seed-1" / "measured.json"
    measured.parent.mkdir()
    measured.write_text(content)
    with pytest.raises(RunFolderError, match="--restart") as raised:
        reproduction.reproduce(RECIPE, seeds=2, jobs=1, folder=tmp_path)
    assert str(raised.value).startswith(f"{measured} is damaged")
    assert not (tmp_path / "seed-0").exists()  # said before anything is trained


def test_a_measurement_of_another_recipe_is_told_from_a_damaged_one(tmp_path):
    measured = tmp_path / "seed-0" / "measured.json"
    measured.parent.mkdir()
    other = dataclasses.replace(RECIPE, epochs=2).sha256
    result = {"seed": 0, "errors": 1, "errors_undisputed": 1, "loss": 0.1, "epochs": 1}
    content = {
        "images": 10_000,
        "disputed": 15,
        "recipe_sha256": other,
        "result": {**result, "seconds": None, "cpu_seconds": None},
        "versions": {},
        "machine": {},
    }
    measured.write_text(json.dumps(content))
    with pytest.raises(RunFolderError, match="another recipe"):
        reproduction.reproduce(RECIPE, seeds=1, jobs=1, folder=tmp_path)
