"""The Korean texts have one word for each thing, the one that readers search for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = [
    *(ROOT / "docs").rglob("*.ko.md"),
    *(ROOT / "docs").rglob("*.toml"),
    *(ROOT / "src" / "digitzoo").rglob("*words*.toml"),
    *(ROOT / "src" / "digitzoo" / "explorer" / "web").glob("*.js"),
    ROOT / "mkdocs.yml",
]
INSTEAD = {
    r"케라스": "Keras",
    r"파이토치": "PyTorch",
    r"텐서플로": "TensorFlow",
    r"패션 ?MNIST": "Fashion-MNIST",
    r"윈도의|윈도우": "Windows",
    r"갈무리": "캡처",
    r"벌점": "페널티",
    r"(?<!\()인내": "patience",
    r"(?<!전이 )학습(?!률| 관리)": "훈련",
    r"그림로": "그림으로",
    r"첫 번째 (합성곱 )?신경망": "첫 신경망",
}


@pytest.mark.parametrize("word", INSTEAD)
def test_one_word_for_each_thing(word):
    found = [path.name for path in TEXTS if re.search(word, path.read_text(encoding="utf-8"))]
    assert not found, f"say {INSTEAD[word]}"
