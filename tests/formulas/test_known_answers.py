"""The answers that the field knows by heart, each with its source."""

import json
from pathlib import Path
from typing import Any

import pytest

from digitzoo.errors import DigitzooError
from digitzoo.formulas import LayerInfo, describe, layer_info, summarize

CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("known_answers.json").read_text(encoding="utf-8")
)["cases"]


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _work_out(case: dict[str, Any]) -> Any:
    shape = tuple(case["input_shape"][1:])
    if case["layer"] != "Sequential":
        return layer_info(case["layer"], shape, **_tuples_in(case["args"]))
    layers = [describe(one["layer"], **_tuples_in(one["args"])) for one in case["args"]["layers"]]
    return summarize(layers, input_shape=shape)


def _tuples_in(arguments: dict[str, Any]) -> dict[str, Any]:
    return {key: _tuples(value) for key, value in arguments.items()}


def _check_row(row: LayerInfo, expected: dict[str, Any]) -> None:
    assert row.output_shape == tuple(expected["output_shape"][1:])
    assert row.params == expected["params"]
    assert row.macs == expected["macs"]
    assert row.receptive_field == _tuples(expected["receptive_field"])
    if "effective_stride" in expected:
        assert row.effective_stride == _tuples(expected["effective_stride"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}-{case['layer']}")
def test_known_answer(case: dict[str, Any]) -> None:
    if case["expect"] == "error":
        with pytest.raises(ValueError, match=case["layer"]) as refused:
            _work_out(case)
        assert isinstance(refused.value, DigitzooError)
        return
    answer = _work_out(case)
    if case["layer"] == "Sequential":
        totals = answer.totals
        _check_row(totals, case)
        assert totals.trainable_params == case["trainable_params"]
        assert totals.activation_values == case["activation_values_incl_input"]
        for row, expected in zip(answer.layers, case["per_layer"], strict=True):
            assert row.layer == expected["layer"]
            _check_row(row, expected)
        return
    _check_row(answer, case)
    if "pad" in case:
        assert answer.padding == _tuples(case["pad"])
    if "exact_quotient" in case:
        assert answer.exact is case["exact_quotient"]
        assert answer.unused == (1,)
    if "flops_2mac_plus_bias" in case:
        assert answer.flops == case["flops_2mac_plus_bias"]
    if "macs_incl_bias" in case:
        assert answer.macs + answer.bias_adds == case["macs_incl_bias"]
    if "torchinfo_mult_adds_batch7" in case:
        # torchinfo counts the bias too, and the whole batch.
        assert 7 * (answer.macs + answer.bias_adds) == case["torchinfo_mult_adds_batch7"]


def test_all_cases_are_there() -> None:
    assert len(CASES) == 57
    assert sum(case["expect"] == "error" for case in CASES) == 6
