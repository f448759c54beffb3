"""The numbers with their working: formula, numbers put in, result."""
