"""The pages' formulas: what is shown is what is worked out."""

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "docs" / "equations.py"


@pytest.fixture(scope="module")
def equations():
    spec = importlib.util.spec_from_file_location("equations", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def plain(text):
    return text.replace("\N{MINUS SIGN}", "-").replace("\N{PRIME}", "'")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("O = floor((W - F + 2*P) / S) + 1", "O = ⌊(W - F + 2P) / S⌋ + 1"),
        ("Z = max((O - 1)*S + F - W, 0)", "Z = max((O - 1) × S + F - W, 0)"),
        ("c_ = c + ((F - 1) / 2 - B)*j", "c' = c + ((F - 1) / 2 - B) × j"),
        ("F*F*(D / G)*K + K", "F × F × (D / G) × K + K"),
        ("A - (B - C) + D", "A - (B - C) + D"),
        ("A / (B*C) + (A / B) / C", "A / (B × C) + A / B / C"),
        ("ceil(W / S) = F % 2 + 460800", "⌈W / S⌉ = F mod 2 + 460,800"),
        ("2*3 = 6", "2 × 3 = 6"),
    ],
)
def test_formulas_are_written_with_brackets_where_they_need_them(equations, text, shown):
    assert plain(str(equations.Equation(text))) == shown


def test_formulas_are_worked_out(equations):
    assert equations.Equation("O = floor((W - F) / S) + 1")(W=8, F=3, S=2) == 3
    assert equations.Equation("N*U + U = (N + 1)*U")(N=4, U=3) == 15


def test_wrong_formulas_are_refused(equations):
    with pytest.raises(ValueError, match="Not equal"):
        equations.Equation("(8 - 3) / 2 + 1 = 3")
    with pytest.raises(ValueError, match="Not equal: N × U = 2N with {'N': 2, 'U': 3}"):
        equations.Equation("N*U = 2*N")(N=2, U=3)
    with pytest.raises(ValueError, match="No way to write 'a and b'"):
        str(equations.Equation("a and b"))


def test_formulas_stand_below_each_other(equations):
    made = equations.show(equations.Equation("O = W*S"), "C = max(F - S, 0)")
    assert "O = W × S<br>C = max(F - S, 0)" in plain(made)
