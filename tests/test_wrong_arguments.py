"""Every public function refuses wrong arguments in words; the next one is tested by being there.

`benchmarks/wrong_arguments.py` makes the calls from the signatures; it tries every value.
"""

import functools
import importlib.util
import signal
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "wrong_arguments.py"
spec = importlib.util.spec_from_file_location("wrong_arguments", BENCHMARK)
wrong_arguments = importlib.util.module_from_spec(spec)
sys.modules["wrong_arguments"] = wrong_arguments
spec.loader.exec_module(wrong_arguments)

SHARE = {
    "formulas": 1,
    "classroom": 1,
    "data": 2,
}  # of these rooms every value, every second; of others, each eighth


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """Arguments that work, of the rooms without Keras and of the others; made when asked for."""

    @functools.cache
    def make(*, keras):
        return wrong_arguments.examples(tmp_path_factory.mktemp("examples"), keras=keras)

    return make


@pytest.mark.skipif(
    not hasattr(signal, "SIGALRM"), reason="A call that hangs is ended by a signal."
)
@pytest.mark.parametrize("room", wrong_arguments.ROOMS)
def test_every_public_function_of_a_room_refuses_in_words(room, examples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    signal.signal(signal.SIGALRM, wrong_arguments.stop)
    known = examples(keras=room not in wrong_arguments.LIGHT_ROOMS)
    calls, findings = 0, []
    for case in wrong_arguments.collect((room,), known):
        wrong_arguments.call(case, case.arguments)  # as it should be
        for finding in wrong_arguments.try_case(case, tmp_path, every=SHARE.get(room, 8)):
            calls += 1
            findings += [finding] if finding else []
    assert calls > 70
    assert not findings
