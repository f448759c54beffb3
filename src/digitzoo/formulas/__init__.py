"""Formulas of the layers: shapes, parameters, MACs and receptive fields. Standard library only."""
