"""A sheet as text, word for word, in each language; `--overwrite` writes it anew."""

import pytest

from digitzoo import worksheet
from digitzoo.tables import width_of


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_a_sheet_of_all_topics(language, level, golden):
    sheet = worksheet(count=18, seed=1, level=level, language=language)
    golden.check(f"{level}.{language}.txt", str(sheet))
    assert max(map(width_of, str(sheet).split("\n"))) <= 76
