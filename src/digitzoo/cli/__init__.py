"""The command line: `digitzoo`. It reads arguments and prints; the other rooms do the work."""

from digitzoo.cli.app import main

__all__ = ["main"]
