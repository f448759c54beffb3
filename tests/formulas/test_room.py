"""The room itself: what it loads, what it names."""

import subprocess
import sys

import digitzoo.formulas
from digitzoo.formulas import layers
from digitzoo.formulas.layers.catalogue import LAYERS


def test_only_the_standard_library_is_loaded() -> None:
    program = (
        "import sys; before = set(sys.modules); import digitzoo.formulas.networks.zoo; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = set(done.stdout.decode().split()) - set(sys.stdlib_module_names)
    assert loaded == {"digitzoo", "lazy_loader"}


def test_every_public_name_is_there_and_explained() -> None:
    for name in digitzoo.formulas.__all__:
        assert getattr(digitzoo.formulas, name).__doc__, name
    for name in layers.__all__:
        assert getattr(layers, name).__doc__, name
    assert sorted(layers.__all__, key=str.lower) == sorted(LAYERS | {"Layer": None}, key=str.lower)


def test_every_public_function_shows_an_example() -> None:
    for name in digitzoo.formulas.__all__:
        public = getattr(digitzoo.formulas, name)
        if callable(public) and not isinstance(public, type):
            for part in (">>> ", "Args:", "Returns:", "Raises:"):
                assert part in public.__doc__, (name, part)
