"""The arithmetic of one axis: windows that slide, windows that spread, and what they see."""
