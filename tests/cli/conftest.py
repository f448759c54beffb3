import pytest

from digitzoo.cli import main


@pytest.fixture(scope="session")
def run():
    """Run a command in this process; gives its exit code."""

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        return ended.value.code or 0

    return call
