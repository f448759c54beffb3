"""Layers one after the other: reading a network, walking through it, totals and tables."""
