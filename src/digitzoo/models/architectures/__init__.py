"""One file a network, with its card beside it."""
